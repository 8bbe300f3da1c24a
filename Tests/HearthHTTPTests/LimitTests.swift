import HTTPTypes
import HearthHTTP
import NIOCore
import Synchronization
import Testing

@Suite struct LimitTests {
    @Test func `a body over a route's limit is refused, whether or not its length is told`() async throws {
        try await TestServer.run(respond: { request in
            let body = try await request.body.collect(upTo: 10)
            return .text("\(body.readableBytes)")
        }) { server in
            let whole = try await server.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789")
            #expect(whole.body == "10")
            let told = try await server.connect()
            try await told.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
            let refusal = try await told.response()
            #expect(refusal.status == 413)
            #expect(refusal.body.contains("larger than 10 bytes"))
            let untold = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n")
            #expect(untold.status == 413)
        }
    }

    @Test func `a body over the server's limit is refused before a handler sees it`() async throws {
        let calls = Atomic<Int>(0)
        try await TestServer.run(
            configure: { $0.limits.body = 1000 },
            respond: { request in
                calls.add(1, ordering: .relaxed)
                var count = 0
                for try await piece in request.body { count += piece.readableBytes }
                return .text("\(count)")
            }
        ) { server in
            let told = try await server.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
            #expect(told.status == 413)
            #expect(told.field("connection") == "close")
            let untold = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n\(String(repeating: "a", count: 1001))\r\n0\r\n\r\n"
            )
            #expect(untold.status == 413)
        }
        let count = calls.load(ordering: .relaxed)
        #expect(count <= 1)
    }

    @Test func `a large body arrives whole at a slow reader`() async throws {
        let size = 8_000_000
        try await TestServer.run(respond: { request in
            var count = 0
            for try await piece in request.body {
                if count == 0 { try await Task.sleep(for: .milliseconds(100)) }
                count += piece.readableBytes
            }
            return .text("\(count)")
        }) { server in
            let connection = try await server.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            try await connection.send([UInt8](repeating: 97, count: size))
            #expect(try await connection.response().body == "\(size)")
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().body == "0")
        }
    }

    @Test func `a client that never finishes its head gets 408`() async throws {
        try await TestServer.run(configure: { $0.timeouts.header = .seconds(1) }) { server in
            let silent = try await server.connect()
            #expect(try await silent.isClosed())
            let dripping = try await server.connect()
            try await dripping.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
            #expect(try await dripping.response().status == 408)
            #expect(try await dripping.isClosed())
        }
    }

    @Test func `a client that drips its body gets 408`() async throws {
        try await TestServer.run(configure: {
            $0.timeouts.bodyGrace = .milliseconds(200)
            $0.timeouts.minimumBodyRate = 100_000
        }) { server in
            let connection = try await server.connect()
            try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            let dripping = Task {
                while !Task.isCancelled {
                    try await connection.send("x")
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            let response = try await connection.response()
            dripping.cancel()
            #expect(response.status == 408)
            #expect(response.field("connection") == "close")
        }
    }

    @Test func `an idle connection is closed`() async throws {
        try await TestServer.run(configure: { $0.timeouts.idle = .milliseconds(50) }) { server in
            let connection = try await server.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().status == 200)
            #expect(try await connection.isClosed())
        }
    }

    @Test func `a client that does not read its answer is cut off`() async throws {
        let written = Atomic<Int>(0)
        let ended = Atomic<Bool>(false)
        try await TestServer.run(
            configure: { $0.timeouts.write = .milliseconds(200) },
            respond: { _ in
                ServerResponse(
                    body: .stream(length: nil) { stream in
                        defer { ended.store(true, ordering: .relaxed) }
                        let piece = ByteBuffer(repeating: 97, count: 100_000)
                        while true {
                            try await stream.write(piece)
                            written.add(1, ordering: .relaxed)
                        }
                    })
            }
        ) { server in
            let connection = try await RawConnection(port: server.port, receiveBuffer: 4096)
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await eventually { ended.load(ordering: .relaxed) })
            let pieces = written.load(ordering: .relaxed)
            #expect(pieces < 1000)
        }
    }

    @Test func `connections beyond the maximum wait until another ends`() async throws {
        try await TestServer.run(configure: {
            $0.maximumConnections = 2
            $0.acceptBurst = 1
        }) { server in
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            let (first, second) = (try await server.connect(), try await server.connect())
            for connection in [first, second] {
                try await connection.send(request)
                #expect(try await connection.response().status == 200)
            }
            let third = try await server.connect()
            try await third.send(request)
            let answer = Task { try await third.response().status }
            first.finishSending()
            #expect(try await answer.value == 200)
        }
    }
}
