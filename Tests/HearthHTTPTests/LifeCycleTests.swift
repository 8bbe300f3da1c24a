import HTTPTypes
import HearthHTTP
import Logging
import NIOCore
import Synchronization
import Testing

@Suite struct LifeCycleTests {
    @Test func `shutdown fails no request in flight and closes idle connections`() async throws {
        let gate = Gate()
        try await TestServer.run(respond: { request in
            if request.path == "/slow" { try await gate.pass() }
            return .text("done")
        }) { server in
            let idle = try await server.connect()
            try await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await idle.response().field("connection") == nil)
            var busy: [RawConnection] = []
            for _ in 0..<20 {
                let connection = try await server.connect()
                try await connection.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                busy.append(connection)
            }
            #expect(try await eventually { gate.arrived == 20 })
            await server.shutDown()
            #expect(try await idle.isClosed())
            gate.open()
            for connection in busy {
                let response = try await connection.response()
                #expect(response.body == "done")
                #expect(response.field("connection") == "close")
                #expect(try await connection.isClosed())
            }
            // Nobody listens any more; by now another test's server may have been given the port.
            if let other = try? await server.connect() {
                try await other.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try? await other.response()
                #expect(answer?.body != "done")
            }
        }
    }

    @Test func `requests that outlast the drain time are cut off`() async throws {
        let gate = Gate()
        let wasCancelled = Atomic<Bool>(false)
        try await TestServer.run(
            configure: { $0.timeouts.drain = .milliseconds(100) },
            respond: { _ in
                do {
                    try await gate.pass()
                } catch {
                    wasCancelled.store(true, ordering: .relaxed)
                }
                return .text("late")
            }
        ) { server in
            let connection = try await server.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await eventually { gate.arrived == 1 })
            await server.shutDown()
            #expect(try await connection.isClosed())
        }
        let cancelled = wasCancelled.load(ordering: .relaxed)
        #expect(cancelled)
    }

    @Test(arguments: [false, true])
    func `a handler is cancelled when its client disconnects`(abruptly: Bool) async throws {
        let gate = Gate()
        let wasCancelled = Atomic<Bool>(false)
        try await TestServer.run(respond: { _ in
            do {
                try await gate.pass()
            } catch {
                wasCancelled.store(true, ordering: .relaxed)
            }
            return .text("late")
        }) { server in
            let connection = try await server.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            #expect(try await eventually { gate.arrived == 1 })
            if abruptly { connection.reset() } else { connection.finishSending() }
            #expect(try await eventually { wasCancelled.load(ordering: .relaxed) })
        }
    }

    @Test func `a body that breaks off is an error to its reader`() async throws {
        let failed = Atomic<Bool>(false)
        try await TestServer.run(respond: { request in
            do {
                _ = try await request.body.collect(upTo: 1000)
            } catch {
                failed.store(true, ordering: .relaxed)
                throw error
            }
            return .text("whole")
        }) { server in
            let connection = try await server.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            connection.finishSending()
            #expect(try await !connection.rest().contains("whole"))
            #expect(try await eventually { failed.load(ordering: .relaxed) })
        }
    }

    @Test func `an unread body does not become the next request`() async throws {
        try await TestServer.run(respond: { .text($0.path) }) { server in
            let connection = try await server.connect()
            let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n")
            #expect(try await connection.response().body == "/a")
            try await connection.send(smuggled + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().body == "/b")
            let large = try await server.connect()
            try await large.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
            #expect(try await large.response().field("connection") == "close")
            #expect(try await large.isClosed())
        }
    }

    @Test func `a streamed answer comes in pieces, and a broken one is cut off`() async throws {
        struct Broken: Error {}
        try await TestServer.run(respond: { request in
            ServerResponse(
                body: .stream(length: request.path == "/length" ? 6 : nil) { stream in
                    try await stream.write(ByteBuffer(string: "abc"))
                    if request.path == "/broken" { throw Broken() }
                    try await stream.write(ByteBuffer(string: "def"))
                })
        }) { server in
            #expect(try await server.get("/").body == "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
            let told = try await server.get("/length")
            #expect(told.field("content-length") == "6")
            #expect(told.body == "abcdef")
            let old = try await server.connect()
            try await old.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try await old.rest().hasSuffix("\r\n\r\nabcdef"))
            let broken = try await server.connect()
            try await broken.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await broken.rest().hasSuffix("3\r\nabc\r\n"))
        }
    }

    @Test func `a taken port is reported`() async throws {
        try await TestServer.run { server in
            let second = HTTPServer(
                configuration: HTTPServerConfiguration(address: .network(host: "127.0.0.1", port: server.port)),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, respond: TestServer.echo)
            await #expect(throws: (any Error).self) { try await second.run() }
        }
    }
}
