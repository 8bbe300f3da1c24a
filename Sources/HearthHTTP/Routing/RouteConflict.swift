/// A route that cannot be added.
public struct RouteConflict: Error, Equatable, Sendable, CustomStringConvertible {
    /// Why.
    public enum Reason: Equatable, Sendable {
        /// Somebody has the method and path: the owner, and the path as he wrote it.
        case taken(owner: String, path: String)
        /// The path is no path template; says what is wrong.
        case malformed(String)
    }

    /// The method.
    public let method: String
    /// The path as written.
    public let path: String
    /// Who wanted it.
    public let owner: String
    /// Why not.
    public let reason: Reason

    /// One sentence naming both owners.
    public var description: String {
        switch reason {
        case .taken(let other, let theirs) where other == owner:
            "\(method) \(path): \(owner) has added it already as \(theirs)"
        case .taken(let other, let theirs):
            "\(method) \(path): wanted by \(owner), but \(other) has it already as \(theirs)"
        case .malformed(let what):
            "\(method) \(path) of \(owner): \(what)"
        }
    }
}
