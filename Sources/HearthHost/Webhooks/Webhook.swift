import Crypto
import HearthDatabase
import HearthJSON

/// Somebody else's server that is told of events: a user's, of those whose key is his id, or an operator's, of all.
struct Webhook: Sendable {
    let id: DatabaseUUID
    /// nil for the operator's.
    let userID: DatabaseUUID?
    var url: String
    /// The events that it is told of.
    var events: [String]
    let secret: String
    var isEnabled: Bool
    /// Deliveries in a row that have failed.
    var failures: Int
    /// Why the host has disabled it; nil when it has not.
    var disabledReason: String?
    let createdAt: Int64

    /// How many a user, or all operators together, may have.
    static let limit = 20
    /// As many failures in a row disable it.
    static let patience = 20

    /// The subscriber that stands for it. No plugin's has a colon in its name.
    var subscriber: String { Self.prefix + "\(id)" }
    static let prefix = "webhook:"

    /// The webhook that a subscriber stands for.
    static func id(ofSubscriber subscriber: String) -> DatabaseUUID? {
        subscriber.hasPrefix(prefix) ? DatabaseUUID(String(subscriber.dropFirst(prefix.count))) : nil
    }

    /// As its owner sees it; the secret is shown only once, when it is made.
    func json(withSecret: Bool = false) -> JSONValue {
        var object: JSONObject = [
            "id": .string("\(id)"), "url": .string(url), "events": .array(events.map { .string($0) }),
            "is_enabled": .boolean(isEnabled), "failures": .integer(Int64(failures)),
            "disabled_reason": disabledReason.map { .string($0) } ?? .null, "created_at": Self.time(createdAt),
        ]
        if withSecret { object["secret"] = .string(secret) }
        return .object(object)
    }

    static func time(_ microseconds: Int64) -> JSONValue {
        var json = JSONWriter()
        json.timestamp(microseconds)
        return (try? JSONValue(parsing: json.bytes)) ?? .null
    }

    /// The value of the header field `Hearth-Signature`: by it the receiver knows who has sent a body, and when.
    ///
    /// - Parameters:
    ///   - body: as it is sent
    ///   - time: seconds since 1970-01-01 00:00 UTC
    func signature(of body: String, at time: Int64) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(time).\(body)".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return "t=\(time),v1=" + Self.hexadecimal(code)
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
