import Synchronization
import Testing

@testable import HearthKit

/// How handlers run: on which threads, until when, and what stays of them.
@Suite(.serialized) struct TaskTests {
    private let host = FakeHost()

    @Test func `a handler that never waits runs where the host called it`() async throws {
        try host.register { $0.routes(tag: "t").route(.get, "/a", "A") { _ in Nothing() } }
        #expect(await host.request().status == 200)
        #expect(host.workersUsed == 0)
    }

    @Test func `a handler goes on where its completion was called, without another worker`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { request in
                for _ in 0..<10 { try await request.context.execute("DELETE FROM a") }
                return Nothing()
            }
        }
        #expect(await host.request().status == 200)
        #expect(host.database.calls.count == 10)
        #expect(host.workersUsed == 0)
    }

    @Test func `what is woken from elsewhere goes on with a worker of the host`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { request in
                let sum = try await request.context.blocking { 1 + 1 }
                #expect(sum == 2)
                await Task.yield()
                return Nothing()
            }
        }
        #expect(await host.request().status == 200)
        #expect(host.workersUsed >= 2)
    }

    @Test func `children of a handler run on workers of the host`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { _ in
                async let one = 1
                async let two = 2
                #expect(await one + two == 3)
                return Nothing()
            }
        }
        #expect(await host.request().status == 200)
        #expect(host.workersUsed >= 2)
    }

    @Test func `completions that come before the call has returned are as good`() async throws {
        let host = FakeHost(
            database: FakeDatabase(.rows([[.integer(1, type: 2)]]), .rows([[.integer(2, type: 2)]]), immediately: true))
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { request in
                let one: [Int] = try await request.context.query("SELECT 1")
                let two: [Int] = try await request.context.query("SELECT 2")
                #expect(one + two == [1, 2])
                return Nothing()
            }
        }
        #expect(await host.request().status == 200)
    }

    @Test func `cancellation by the host reaches the task, and the request is still completed`() async throws {
        let reached = Box(false)
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { request in
                do { try await Task.sleep(for: .seconds(60)) } catch {
                    reached.value = Task.isCancelled
                    throw error
                }
                return Nothing()
            }
        }
        let answer = await host.request { [host] in host.cancel($0) }
        #expect(answer.status == 503)
        #expect(reached.value)
        #expect(await eventually { TaskCancellation.watched == 0 })
    }

    @Test func `a task that has ended is not watched any more`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { request in
                try await request.context.execute("DELETE FROM a")
                return Nothing()
            }
        }
        for _ in 0..<200 { #expect(await host.request().status == 200) }
        #expect(await eventually { TaskCancellation.watched == 0 })
        #expect(host.staleUses.isEmpty)
    }

    private final class Witness: Sendable {
        static let alive = Atomic<Int>(0)
        init() { Self.alive.add(1, ordering: .relaxed) }
        deinit { Self.alive.subtract(1, ordering: .relaxed) }
    }

    @Test func `refused calls release what they had kept for their completion`() async throws {
        for call in ["query", "begin", "write_stream", "run_blocking", "call", "find"] { host.refuse(call, 7) }
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { request in
                let context = request.context
                let witness = Witness()
                var refusals = 0
                func refused(_ body: () async throws -> Void) async {
                    do { try await body() } catch let error as HostError where error.kind == .busy { refusals += 1 } catch {}
                }
                await refused { try await context.execute("DELETE FROM a") }
                await refused { _ = try await context.query("SELECT 1", as: Int.self) }
                await refused { try await context.execute(["DELETE FROM a", "DELETE FROM b"]) }
                await refused { try await context.transaction { _ in } }
                await refused { try await context.blocking { _ = witness } }
                await refused { _ = try await context.users([.zero]) }
                await refused {
                    let method = ServiceMethod<String, String>("a/1", "b")
                    _ = try await context.call(method, "x") { _ in _ = witness }
                }
                await refused { try await ReplyStream(context: context).send("x") }
                #expect(refusals == 8)
                return Nothing()
            }
        }
        #expect(await host.request().status == 200)
        #expect(await eventually { Witness.alive.load(ordering: .relaxed) == 0 })
    }

    @Test func `handlers and what they hold end with the instance`() async throws {
        weak var gone: Witness?
        do {
            let witness = Witness()
            gone = witness
            let registrar = Registrar(runtime: try PluginRuntime(host: host.pointer))
            let setup = Setup(registrar: registrar)
            let routes = setup.routes(tag: "t")
            routes.route(.get, "/a", "A") { _ in
                // A handler that holds its own routes would keep them for ever.
                _ = (witness, routes)
                return Nothing()
            }
            setup.provide("a/1") {
                ProvidedMethod(ServiceMethod<String, String>("a/1", "b")) { _, input in
                    _ = witness
                    return input
                }
            }
            setup.observeUsers([.created]) { _, _ in _ = witness }
            #expect(registrar.error == nil)
            registrar.release()
        }
        #expect(gone == nil)
    }
}
