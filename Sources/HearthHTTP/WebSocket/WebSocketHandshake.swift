import Crypto
import HTTPTypes

/// The opening handshake (RFC 6455 4.2): what a request must say, and what client and server agree upon.
struct WebSocketHandshake: Sendable {
    /// What proves to the client that its request was understood.
    let accept: String
    /// The sub-protocol that both speak.
    let subprotocol: String?
    /// Whether messages may be compressed.
    let deflates: Bool

    /// What the answer says when messages may be compressed: neither side keeps anything from one message to the next.
    static let deflateAgreement = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - request: what the client sent
    ///   - protocols: the sub-protocols that are spoken here, the best first
    ///   - origins: whose pages may connect, beside those of this server
    /// - Throws: what to answer instead
    init(_ request: ServerRequest, protocols: [String], origins: CORSPolicy) throws(HTTPError) {
        let headers = request.headers
        guard request.version != .http2 else { throw HTTPError(.upgradeRequired, "A WebSocket needs a connection in HTTP/1.1") }
        guard request.method == .get, request.version == .http1_1, Self.list(headers[.upgrade]).contains("websocket"),
            Self.list(headers[.connection]).contains("upgrade")
        else { throw Self.upgradeRequired("This is served over WebSocket only") }
        guard headers[.secWebSocketVersion] == "13" else { throw Self.upgradeRequired("The version of WebSocket is 13") }
        guard let key = headers[.secWebSocketKey], Self.isKey(key) else {
            throw HTTPError(.badRequest, "Sec-WebSocket-Key must be 16 bytes in base64")
        }
        guard request.body.isEmpty else { throw HTTPError(.badRequest, "A handshake has no body") }
        // A browser tells whose page connects, and lets any page do so: the server has to refuse.
        if let origin = headers[.origin], !origins.allows(origin), !Self.isOwn(origin, request) {
            throw HTTPError(.forbidden, "Pages of this origin may not connect")
        }
        accept = Self.base64(Insecure.SHA1.hash(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
        let offered = Self.items(headers[.secWebSocketProtocol], separator: ",")
        subprotocol = protocols.first { offered.contains($0) }
        deflates = Self.items(headers[.secWebSocketExtensions], separator: ",").contains(where: Self.canAccept)
    }

    private static func upgradeRequired(_ detail: String) -> HTTPError {
        HTTPError(.upgradeRequired, detail, headers: [.upgrade: "websocket", .secWebSocketVersion: "13"])
    }

    /// Whether an offered extension is the compression in a form that is served: all but a smaller window for what the server
    /// sends, since every client gets the same bytes.
    private static func canAccept(_ offer: String) -> Bool {
        let parts = items(offer, separator: ";")
        guard parts.first == "permessage-deflate" else { return false }
        var seen: Set<String> = []
        for part in parts.dropFirst() {
            let pair = items(part, separator: "=")
            guard let name = pair.first, seen.insert(name).inserted, pair.count <= 2 else { return false }
            let value = pair.count == 2 ? pair[1].filter { $0 != "\"" } : nil
            switch name {
            case "server_no_context_takeover", "client_no_context_takeover": guard value == nil else { return false }
            case "server_max_window_bits": guard value == "15" else { return false }
            case "client_max_window_bits":
                guard value == nil || value.flatMap({ Int($0) }).map((8...15).contains) == true else { return false }
            default: return false
            }
        }
        return true
    }

    /// 24 characters of base64 that stand for 16 bytes.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 24, key.hasSuffix("==") else { return false }
        return bytes.dropLast(2).allSatisfy { alphabet.contains($0) }
    }

    private static func isOwn(_ origin: String, _ request: ServerRequest) -> Bool {
        guard let authority = request.authority, let start = origin.firstRange(of: "://") else { return false }
        return origin[start.upperBound...].lowercased() == authority.lowercased()
    }

    private static func list(_ text: String?) -> [String] { items(text?.lowercased(), separator: ",") }

    private static func items(_ text: String?, separator: Character) -> [String] {
        guard let text else { return [] }
        return text.split(separator: separator).map { String($0.trimmed) }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ digest: some Sequence<UInt8>) -> String {
        let bytes = Array(digest)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
