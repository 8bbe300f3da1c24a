import HTTPTypes
import HearthHTTP
import NIOCore
import Synchronization
import Testing

@Suite struct WebSocketTests {
    /// Sends everything back, and remembers how it ended.
    private final class Echo: WebSocketReceiver {
        private let socket: WebSocket
        private let log: Log

        init(_ socket: WebSocket, _ log: Log) {
            self.socket = socket
            self.log = log
            log.sockets.withLock { $0.append(socket) }
        }

        func received(_ message: WebSocketMessage) { socket.send(WebSocketFrames(message.kind, message.content)) }
        func closed(_ code: WebSocketCloseCode) { log.codes.withLock { $0.append(code) } }
    }

    private final class Log: Sendable {
        let sockets = Mutex<[WebSocket]>([])
        let codes = Mutex<[WebSocketCloseCode]>([])

        var ends: [WebSocketCloseCode] { codes.withLock { $0 } }
    }

    private static func run(
        limits: WebSocketLimits = WebSocketLimits(), protocols: [String] = [],
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer, Log) async throws -> Void
    ) async throws {
        let log = Log()
        try await TestServer.run(
            configure: configure,
            respond: { _ in
                ServerResponse(
                    body: .webSocket(WebSocketUpgrade(limits: limits, protocols: protocols) { Echo($0, log) }))
            }
        ) { try await body($0, log) }
    }

    @Test func `a handshake is answered as the standard's example, and messages come back`() async throws {
        try await Self.run(protocols: ["better", "good"]) { server, log in
            let peer = try await WebSocketPeer.connect(server, fields: ["Sec-WebSocket-Protocol: good, other, better"])
            #expect(peer.answer.status == 101)
            #expect(peer.answer.field("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(peer.answer.field("Sec-WebSocket-Protocol") == "better")
            #expect(peer.answer.field("Content-Length") == nil)
            try await peer.send(text: "hé")
            #expect(try await peer.frame() == .text("hé"))
            try await peer.send(0x82, [0, 255])
            #expect(try await peer.frame() == WebSocketPeer.Frame(first: 0x82, content: [0, 255]))
            try await peer.send(0x88, [0x03, 0xE8] + Array("bye".utf8))
            #expect(try await peer.frame() == WebSocketPeer.Frame(first: 0x88, content: [0x03, 0xE8]))
            #expect(try await peer.connection.isClosed())
            #expect(try await eventually { log.ends == [.normal] })
        }
    }

    @Test func `frames that came with the handshake are not lost`() async throws {
        try await Self.run { server, _ in
            let connection = try await server.connect()
            let head = "GET / HTTP/1.1\r\n" + WebSocketPeer.handshake.map { $0 + "\r\n" }.joined() + "\r\n"
            try await connection.send(Array(head.utf8) + WebSocketPeer.frame(0x81, [0x41]))
            let peer = WebSocketPeer(connection: connection, answer: try await connection.response(hasBody: false))
            #expect(try await peer.frame() == .text("A"))
        }
    }

    @Test(arguments: [
        ("GET", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12", 426),
        ("GET", "Upgrade: websocket", "Upgrade: h2c", 426),
        ("GET", "Connection: Upgrade", "Connection: keep-alive", 426),
        ("POST", "", "", 426),
        ("GET", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: c2hvcnQ=", 400),
        ("GET", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", 400),
        ("GET", "Host: test", "Host: test\r\nOrigin: https://elsewhere.example", 403),
        ("GET", "Host: test", "Host: test\r\nOrigin: https://test", 101),
        ("GET", "Host: test", "Host: test\r\nOrigin: https://app.example", 101),
    ])
    func `what is no handshake of an allowed page is refused`(
        method: String, line: String, replacement: String, status: Int
    ) async throws {
        try await Self.run(configure: { $0.cors = CORSPolicy(origins: ["https://app.example"]) }) { server, _ in
            let lines = WebSocketPeer.handshake.map { $0 == line ? replacement : $0 }.filter { !$0.isEmpty }
            let answer = try await server.exchange(
                "\(method) / HTTP/1.1\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n", hasBody: status != 101)
            #expect(answer.status == status)
            #expect((answer.field("Upgrade") == "websocket") == (status == 426 || status == 101))
            #expect((answer.field("Sec-WebSocket-Version") == "13") == (status == 426))
        }
    }

    @Test(arguments: [
        (WebSocketPeer.frame(0x81, [0x41], isMasked: false), 1002), (WebSocketPeer.frame(0xC1, [0x41]), 1002),
        (WebSocketPeer.frame(0x83, []), 1002), (WebSocketPeer.frame(0x80, [0x41]), 1002),
        (WebSocketPeer.frame(0x09, []), 1002), (WebSocketPeer.frame(0x89, Array(repeating: 1, count: 126)), 1002),
        (WebSocketPeer.frame(0x81, [0xC0, 0x80]), 1007), (WebSocketPeer.frame(0x01, [0xED, 0xA0]), 1007),
        (WebSocketPeer.frame(0x88, [0x03, 0xED]), 1002), (WebSocketPeer.frame(0x88, [0x03]), 1002),
        (WebSocketPeer.frame(0x88, [0x03, 0xE8, 0xFF]), 1007),
        (WebSocketPeer.frame(0x82, Array(repeating: 0, count: 70_000)), 1009),
    ])
    func `a broken rule closes with the code that says which`(bytes: [UInt8], code: Int) async throws {
        try await Self.run { server, log in
            let peer = try await WebSocketPeer.connect(server)
            try await peer.connection.send(bytes)
            let frame = try await peer.frame()
            #expect(frame.first == 0x88)
            #expect(frame.code == code)
            #expect(try await peer.connection.isClosed())
            peer.connection.finishSending()
            #expect(try await eventually { log.ends == [WebSocketCloseCode(rawValue: UInt16(code))] })
        }
    }

    @Test func `fragments make one message, with control frames between them`() async throws {
        try await Self.run { server, _ in
            let peer = try await WebSocketPeer.connect(server)
            // The two bytes of é are in different fragments.
            try await peer.send(0x01, [0x68, 0xC3])
            try await peer.send(0x89, [1, 2])
            #expect(try await peer.frame() == WebSocketPeer.Frame(first: 0x8A, content: [1, 2]))
            try await peer.send(0x8A, [9])
            try await peer.send(0x80, [0xA9])
            #expect(try await peer.frame() == .text("hé"))
        }
    }

    @Test(arguments: [[], [UInt8(0x41)]])
    func `a message of tiny fragments without end is refused`(content: [UInt8]) async throws {
        var limits = WebSocketLimits()
        limits.message = 16 * 1024
        let most = limits.fragments
        #expect(most == 2048)
        try await Self.run(limits: limits) { server, log in
            let first = WebSocketPeer.frame(0x01, content)
            let next = WebSocketPeer.frame(0x00, content)
            // As many as there may be are one message, which comes back; a new one begins to count anew.
            let peer = try await WebSocketPeer.connect(server)
            for _ in 0..<2 {
                let whole = first + Array(repeatElement(next, count: most - 2).joined())
                try await peer.connection.send(whole + WebSocketPeer.frame(0x80, content))
                #expect(try await peer.frame().content.count == most * content.count)
            }
            try await peer.connection.send(first + Array(repeatElement(next, count: most).joined()))
            #expect(try await peer.frame().code == 1008)
            #expect(try await peer.connection.isClosed())
            peer.connection.finishSending()
            #expect(try await eventually { log.ends == [.policyViolation] })
        }
    }

    @Test func `messages are compressed for those who offer it, and nothing is remembered from one to the next`() async throws {
        try await Self.run { server, _ in
            let offers = [
                "permessage-deflate; server_max_window_bits=8, permessage-deflate; client_max_window_bits",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            ]
            for offer in offers {
                let peer = try await WebSocketPeer.connect(server, fields: ["Sec-WebSocket-Extensions: \(offer)"])
                #expect(
                    peer.answer.field("Sec-WebSocket-Extensions")
                        == "permessage-deflate; server_no_context_takeover; client_no_context_takeover")
                // "Hello" of RFC 7692 7.2.3.1.
                try await peer.send(0xC1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
                #expect(try await peer.frame() == .text("Hello"))
                let long = String(repeating: "compressible ", count: 100)
                try await peer.send(text: long)
                let first = try await peer.frame()
                #expect(first.first == 0xC1)
                #expect(first.content.count < 100)
                try await peer.send(text: long)
                #expect(try await peer.frame() == first)
                // What the server has compressed it can read.
                try await peer.send(0xC1, first.content)
                #expect(try await peer.frame() == first)
            }
            let none = try await WebSocketPeer.connect(
                server, fields: ["Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9, x-other"])
            #expect(none.answer.field("Sec-WebSocket-Extensions") == nil)
        }
    }

    @Test func `a small message that decompresses to a large one is refused`() async throws {
        try await Self.run { server, _ in
            let fields = ["Sec-WebSocket-Extensions: permessage-deflate"]
            let peer = try await WebSocketPeer.connect(server, fields: fields)
            try await peer.send(text: String(repeating: "0", count: 60_000))
            let small = try await peer.frame()
            #expect(small.content.count < 200)
            // Twice the content of one message: its blocks are not the last ones.
            try await peer.send(0xC1, small.content + [0x00, 0x00, 0xFF, 0xFF] + small.content)
            #expect(try await peer.frame().code == 1009)
        }
    }

    @Test func `whoever does not read is closed with 1013`() async throws {
        var limits = WebSocketLimits()
        limits.queue = 64 * 1024
        limits.close = .seconds(60)
        try await Self.run(limits: limits) { server, log in
            let peer = try await WebSocketPeer.connect(server, receiveBuffer: 4096)
            #expect(try await eventually { log.sockets.withLock { $0.count } == 1 })
            let frames = WebSocketFrames(.binary, ByteBuffer(repeating: 7, count: 60_000))
            let refused = Atomic<Bool>(false)
            for socket in log.sockets.withLock({ $0 }) {
                for _ in 0..<1_000 where !refused.load(ordering: .relaxed) {
                    socket.send(frames) { if !$0 { refused.store(true, ordering: .relaxed) } }
                }
            }
            #expect(try await eventually { refused.load(ordering: .relaxed) })
            var last = try await peer.frame()
            while last.first == 0x82 { last = try await peer.frame() }
            #expect(last.code == 1013)
            try await peer.send(0x88, [0x03, 0xF5])
            #expect(try await peer.connection.isClosed())
            peer.connection.finishSending()
            #expect(try await eventually { log.ends == [.tryAgainLater] })
        }
    }

    @Test func `a shutdown closes with 1001`() async throws {
        try await Self.run { server, log in
            let peer = try await WebSocketPeer.connect(server)
            #expect(try await eventually { log.sockets.withLock { $0.count } == 1 })
            await server.shutDown()
            #expect(try await peer.frame().code == 1001)
            try await peer.send(0x88, [0x03, 0xE9])
            #expect(try await peer.connection.isClosed())
            #expect(try await eventually { log.ends == [.goingAway] })
        }
    }

    @Test func `a client that answers pings stays`() async throws {
        var limits = WebSocketLimits()
        limits.heartbeat = .seconds(2)
        try await Self.run(limits: limits) { server, log in
            let peer = try await WebSocketPeer.connect(server)
            #expect(try await peer.frame() == WebSocketPeer.Frame(first: 0x89, content: []))
            try await peer.send(0x8A)
            // It would not have been pinged again, had it not been heard.
            #expect(try await peer.frame() == WebSocketPeer.Frame(first: 0x89, content: []))
            #expect(log.ends.isEmpty)
        }
    }

    @Test func `a client that never answers a ping is dropped`() async throws {
        var limits = WebSocketLimits()
        limits.heartbeat = .milliseconds(50)
        try await Self.run(limits: limits) { server, log in
            let peer = try await WebSocketPeer.connect(server)
            #expect(try await peer.frame() == WebSocketPeer.Frame(first: 0x89, content: []))
            #expect(try await peer.connection.isClosed())
            #expect(try await eventually { log.ends == [.abnormal] })
        }
    }
}
