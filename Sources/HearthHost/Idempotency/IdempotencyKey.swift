import Crypto
import FoundationEssentials
import HTTPTypes
import HearthDatabase
import HearthHTTP
import NIOCore

/// By what a client names a request that it may have to send again: the header field `Idempotency-Key` of
/// draft-ietf-httpapi-idempotency-key-header, of one user.
struct IdempotencyKey: Sendable {
    /// Whose; users know nothing of each other's keys.
    let user: DatabaseUUID
    /// What the client chose.
    let text: String
    /// What tells whether it is the same request: SHA-256 of method, address and body.
    let fingerprint: [UInt8]

    /// The longest text, in bytes.
    static let longest = 255

    /// The key of a request; nil when it has none, or is one that is safe to repeat, or has a body that nobody has read yet, or
    /// when nobody is authenticated.
    ///
    /// - Throws: 400 for a key that is none
    init?(_ request: RoutedRequest) throws {
        guard let text = request.headers[.idempotencyKey], request.method != .get, let actor = request.actor else { return nil }
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HTTPError(
                .badRequest,
                "Idempotency-Key: expected 1 to \(Self.longest) visible ASCII characters, such as a UUID that is made anew for each action"
            )
        }
        guard let fingerprint = Self.fingerprint(request) else { return nil }
        self.text = text
        self.fingerprint = fingerprint
        user = actor.userID
    }

    private static func fingerprint(_ request: RoutedRequest) -> [UInt8]? {
        var hash = SHA256()
        func add(_ bytes: ByteBuffer) {
            // Each piece says how long it is, so that no two requests are one text.
            withUnsafeBytes(of: UInt64(bytes.readableBytes).littleEndian) { hash.update(bufferPointer: $0) }
            bytes.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        }
        for text in [request.method.rawValue, request.path, request.queryText] { add(ByteBuffer(string: text)) }
        switch request.body {
        case .none: break
        case .json(let bytes), .bytes(let bytes): add(bytes)
        case .form(let parts):
            for part in parts {
                for text in [part.name, part.fileName ?? "", part.contentType ?? ""] { add(ByteBuffer(string: text)) }
                add(part.content)
            }
        case .stream: return nil
        }
        return Array(hash.finalize())
    }
}

extension HTTPField.Name {
    /// By what a client names a request that it may have to send again.
    static let idempotencyKey = HTTPField.Name(token: "Idempotency-Key")
    /// That an answer was given before.
    static let idempotencyReplayed = HTTPField.Name(token: "Idempotency-Replayed")
}
