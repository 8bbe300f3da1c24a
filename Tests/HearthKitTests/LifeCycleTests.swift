import CHearth
import HearthJSON
import Testing

@testable import HearthKit

private struct Options: Input {
    var greeting = ""
    var limit = 0
    static let schema = Schema<Options>("Options") {
        Field("greeting", \.greeting)
        Field("limit", \.limit)
    }
}

/// What the plugin of these tests has been through. It is the only one that uses a descriptor.
private let events = Box<[String]>([])

private struct Lifelong: Plugin {
    static let id: StaticString = "lifelong"
    static let version: StaticString = "2.1.0"

    init(_ setup: Setup) throws {
        let options: Options = try setup.settings.decoded()
        guard options.limit > 0 else { throw HostError(.invalid, message: "limit is \(options.limit)") }
        events.value += ["init \(options.greeting)"]
        setup.routes(tag: "t").route(.get, "/a", "A") { _ in Nothing() }
    }

    func start(_ context: Context) async throws {
        try await context.execute("DELETE FROM lifelong")
        await Task.yield()
        events.value += ["start"]
    }

    func drain() { events.value += ["drain"] }
}

@Suite(.serialized) struct LifeCycleTests {
    @Test func `a plugin is described, begun and ended in matched pairs`() throws {
        let descriptor = Lifelong.descriptor
        #expect(descriptor == Lifelong.descriptor)
        #expect(descriptor.pointee.id.string == "lifelong" && descriptor.pointee.version.string == "2.1.0")
        #expect(descriptor.pointee.size == MemoryLayout<hearth_plugin>.size && descriptor.pointee.abi == HEARTH_ABI)

        let host = FakeHost()
        host.settings = #"{"greeting": "Hi", "limit": 3}"#
        var instance: UnsafeMutableRawPointer?
        #expect(descriptor.pointee.`init`(host.pointer, &instance) == 0)
        #expect(descriptor.pointee.start(instance, host.makeContext()) == 0)
        descriptor.pointee.drain(instance)
        descriptor.pointee.stop(instance)
        #expect(events.value == ["init Hi", "start", "drain"])
        #expect(host.database.calls.count == 1)
        #expect(host.routes.count == 1)
    }

    @Test func `a plugin that refuses says why`() throws {
        let descriptor = Lifelong.descriptor
        let host = FakeHost()
        var instance: UnsafeMutableRawPointer?
        #expect(descriptor.pointee.`init`(host.pointer, &instance) != 0)
        #expect(instance == nil)
        #expect(host.logged == ["error: limit is 0"])

        let failing = FakeHost(database: FakeDatabase(.error(6, code: "")))
        failing.settings = #"{"greeting": "Hi", "limit": 3}"#
        #expect(descriptor.pointee.`init`(failing.pointer, &instance) == 0)
        #expect(descriptor.pointee.start(instance, failing.makeContext()) != 0)
        #expect(failing.logged == ["error: SELECT secret"])
        descriptor.pointee.stop(instance)
    }

    @Test func `a host without core is refused`() {
        let host = FakeHost(granted: [])
        var instance: UnsafeMutableRawPointer?
        #expect(Lifelong.descriptor.pointee.`init`(host.pointer, &instance) != 0)
        #expect(host.logged.first?.contains("hearth.core/1") == true)
    }

    @Test func `log lines, metrics and health carry their fields`() throws {
        let host = FakeHost()
        let context = Context(handle: host.makeContext(), runtime: try PluginRuntime(host: host.pointer))
        context.log.warning("Slow", ["path": "/a", "empty": ""])
        context.log.debug("Plain")
        context.metrics.count("greetings_total", ["kind": "é"])
        context.metrics.set("depth", to: 2.5)
        context.metrics.observe("seconds", 0.1)
        context.metrics.setHealth(of: "upstream", .degraded, "slow")
        #expect(host.logged == ["3: Slow path=/a empty=", "1: Plain"])
        #expect(
            host.metrics == [
                "1 greetings_total 1.0 kind=é", "2 depth 2.5 ", "3 seconds 0.1 ", "health upstream 2 slow",
            ])
    }
}
