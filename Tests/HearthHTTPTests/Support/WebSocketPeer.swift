/// A WebSocket client that sends exactly the frames it is told to, right or wrong.
struct WebSocketPeer: Sendable {
    /// A frame as it came.
    struct Frame: Sendable, Equatable {
        /// FIN, the reserved bits and the opcode.
        var first: UInt8
        var content: [UInt8]

        var text: String { String(decoding: content, as: UTF8.self) }

        /// The number of a close frame.
        var code: Int? { content.count >= 2 ? Int(content[0]) << 8 | Int(content[1]) : nil }

        static func text(_ text: String) -> Frame { Frame(first: 0x81, content: Array(text.utf8)) }
    }

    let connection: RawConnection
    /// The answer to the handshake.
    let answer: RawConnection.Response

    static let handshake = [
        "Host: test", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    /// Connects with a handshake.
    static func connect(_ server: TestServer, fields: [String] = [], receiveBuffer: Int? = nil) async throws -> WebSocketPeer {
        let connection = try await RawConnection(port: server.port, receiveBuffer: receiveBuffer)
        let lines = (handshake + fields).map { $0 + "\r\n" }.joined()
        try await connection.send("GET /socket HTTP/1.1\r\n\(lines)\r\n")
        return WebSocketPeer(connection: connection, answer: try await connection.response(hasBody: false))
    }

    /// Sends a frame.
    ///
    /// - Parameters:
    ///   - first: FIN, the reserved bits and the opcode
    ///   - content: unmasked
    ///   - isMasked: whether it is masked, as it must be
    func send(_ first: UInt8, _ content: [UInt8] = [], isMasked: Bool = true) async throws {
        try await connection.send(Self.frame(first, content, isMasked: isMasked))
    }

    static func frame(_ first: UInt8, _ content: [UInt8], isMasked: Bool = true) -> [UInt8] {
        let bit: UInt8 = isMasked ? 0x80 : 0
        var bytes = [first]
        switch content.count {
        case ...125: bytes.append(bit | UInt8(content.count))
        case ...0xFFFF: bytes += [bit | 126, UInt8(content.count >> 8), UInt8(content.count & 0xFF)]
        default: bytes += [bit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: content.count >> (56 - 8 * $0)) }
        }
        guard isMasked else { return bytes + content }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        return bytes + mask + content.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    func send(text: String) async throws { try await send(0x81, Array(text.utf8)) }

    /// The next frame; a server's frames are never masked.
    func frame() async throws -> Frame {
        let head = try await connection.bytes(2)
        guard head[1] & 0x80 == 0 else { throw RawConnection.Failure(what: "a masked frame from the server") }
        var length = Int(head[1])
        if length >= 126 {
            let extended = try await connection.bytes(length == 126 ? 2 : 8)
            length = extended.reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(first: head[0], content: length == 0 ? [] : try await connection.bytes(length))
    }
}
