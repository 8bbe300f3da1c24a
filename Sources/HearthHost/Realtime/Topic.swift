import HearthDatabase

/// What events are published to and clients subscribe to.
enum Topic: Hashable, Sendable {
    /// Everybody who is connected.
    case all
    /// Everything for one user, on all his connections.
    case user(DatabaseUUID)
    /// A topic of a plugin, which decides who may listen.
    case plugin(String, name: String)

    /// The most bytes of a name that a plugin gives.
    static let nameLimit = 128

    /// What a client calls a topic: `all`, `user` for himself, or a plugin's id, a slash and a name. nil for anything else.
    init?(_ text: String, of user: DatabaseUUID) {
        switch text {
        case "all": self = .all
        case "user": self = .user(user)
        default:
            guard let slash = text.firstIndex(of: "/") else { return nil }
            let name = String(text[text.index(after: slash)...])
            guard slash > text.startIndex, Self.isName(name) else { return nil }
            self = .plugin(String(text[..<slash]), name: name)
        }
    }

    /// Whether a plugin may call a topic so: 1 to 128 letters, digits and `-_.:~/@`.
    static func isName(_ name: String) -> Bool {
        (1...nameLimit).contains(name.utf8.count) && name.utf8.allSatisfy { $0.isLetterOrDigit || "-_.:~/@".utf8.contains($0) }
    }

    /// What a client calls it.
    var name: String {
        switch self {
        case .all: "all"
        case .user: "user"
        case .plugin(let owner, let name): "\(owner)/\(name)"
        }
    }

    /// The log of the cache that has its latest events.
    var log: String {
        switch self {
        case .all: "realtime:all"
        case .user(let user): "realtime:user:\(user)"
        case .plugin(let owner, let name): "realtime:topic:\(owner)/\(name)"
        }
    }

    /// The set of the cache that has those who listen.
    var presence: String { "present:" + log }
}
