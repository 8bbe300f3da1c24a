import HearthJSON
import Testing

@testable import HearthKit

private struct Sum: Input, Output {
    var a = 0
    var b = 0
    static let schema = Schema<Sum>("Sum") {
        Field("a", \.a, .required)
        Field("b", \.b)
    }
}

private struct Loop: Input, Output {
    var next: [Loop] = []
    static let schema = Schema<Loop>("Loop") { Field("next", \.next) }
}

struct ServiceTests {
    private let add = ServiceMethod<Sum, Int>("sums/1", "add")

    private func context(_ host: FakeHost) throws -> Context {
        Context(handle: host.makeContext(), runtime: try PluginRuntime(host: host.pointer))
    }

    @Test func `a method is served by its types and described without references`() async throws {
        let host = FakeHost()
        try host.register {
            $0.provide("sums/1") {
                ProvidedMethod(add, "Adds.") { context, sum in
                    try context.send(piece: Array("half".utf8))
                    return sum.a + sum.b
                }
            }
        }
        let service = try #require(host.services.last)
        let golden = #"""
            {"add": {"input": {"type": "object", "properties": {"a": {"type": "integer", "format": "int64"},
             "b": {"type": "integer", "format": "int64", "default": 0}},
             "required": ["a"]}, "output": {"type": "integer", "format": "int64"}, "description": "Adds."}}
            """#
        #expect(try JSONValue(parsing: service.schema) == JSONValue(parsing: golden))
        #expect(await host.call("add", #"{"a": 2, "b": 3}"#) == .output("5"))
        #expect(host.provider.sent.value == ["half"])
        guard case .error(4, code: "unknown_method", _) = await host.call("subtract", "{}") else { return #expect(Bool(false)) }
    }

    @Test func `errors cross with code and message, those of others without their text for clients`() async throws {
        let host = FakeHost()
        try host.register {
            $0.provide("sums/1") { ProvidedMethod(add) { _, _ in throw ServiceError("poor", "Not enough", retryable: true) } }
        }
        #expect(await host.call("add", #"{"a": 1}"#) == .error(1, code: "poor", message: "Not enough"))
        guard case .error(1, code: "", _) = await host.call("add", #"{"a": "x"}"#) else { return #expect(Bool(false)) }
    }

    @Test func `a type that contains itself cannot be given to a service`() throws {
        let host = FakeHost()
        let error = #expect(throws: HostError.self) {
            try host.register {
                $0.provide("loops/1") { ProvidedMethod(ServiceMethod<Loop, Int>("loops/1", "a")) { _, _ in 1 } }
            }
        }
        #expect(error?.message.contains("Loop contains itself") == true)
    }

    @Test func `a call writes its input, takes pieces and reads the reply`() async throws {
        let host = FakeHost(provider: FakeProvider(["sums/1.add": .output("5")], pieces: ["one", "two"]))
        let pieces = Box<[String]>([])
        let reply = try await context(host).call(add, Sum(a: 2, b: 3)) { pieces.value += [String(decoding: $0, as: UTF8.self)] }
        #expect(reply == 5)
        #expect(pieces.value == ["one", "two"])
        #expect(host.provider.called.value == [#"{"a":2,"b":3}"#])
    }

    @Test func `without a provider a call gives nil, with a provider's error it throws`() async throws {
        let nobody = FakeHost()
        #expect(try await context(nobody).call(add, Sum()) == nil)
        #expect(try await context(FakeHost(granted: ["core"])).call(add, Sum()) == nil)
        let failing = FakeHost(provider: FakeProvider(["sums/1.add": .error(4, code: "gone", message: "")]))
        let error = await #expect(throws: HostError.self) { try await context(failing).call(add, Sum()) }
        #expect(error?.kind == .notFound && error?.code == "gone")
    }

    @Test func `a reply of another form is an error`() async throws {
        let host = FakeHost(provider: FakeProvider(["sums/1.add": .output(#"{"x":"#)]))
        await #expect(throws: (any Error).self) { try await context(host).call(add, Sum()) }
    }
}
