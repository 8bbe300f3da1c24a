public import HearthDatabase
public import HearthJSON

/// What plugins add to accounts.
public protocol UserExtensions: Sendable {
    /// The JSON Schemas of the members that facets add to the user object, by name.
    var members: JSONObject { get }

    /// Asks all facets about users at once. What a facet does not answer in time is left out.
    ///
    /// - Parameters:
    ///   - users: Whom to ask about.
    ///   - isPublic: Whether others will see the answer.
    ///   - request: On whose behalf.
    /// - Returns: As many objects as users, in their order.
    func read(_ users: [DatabaseUUID], isPublic: Bool, request: RoutedRequest) async -> [JSONObject]

    /// Tells the observers, one after the other, inside a transaction.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - user: To whom.
    ///   - changes: The members of the request that belong to facets.
    ///   - transaction: In which it happens, and which has to be rolled back when this throws.
    /// - Throws: `HTTPError` 400 with the message of an observer that does not let it happen.
    func notify(_ event: UserEvent, user: DatabaseUUID, changes: JSONObject, in transaction: any DatabaseTransaction) async throws
}

/// A step in the life of an account.
public enum UserEvent: Sendable {
    /// Registered.
    case created
    /// The profile changed.
    case changed
}

/// Accounts without plugins, for commands that load none.
public struct NoUserExtensions: UserExtensions {
    /// Nothing.
    public init() {}

    /// None.
    public var members: JSONObject { [:] }

    /// Empty objects.
    public func read(_ users: [DatabaseUUID], isPublic: Bool, request: RoutedRequest) async -> [JSONObject] {
        users.map { _ in [:] }
    }

    /// Tells nobody.
    public func notify(_ event: UserEvent, user: DatabaseUUID, changes: JSONObject, in transaction: any DatabaseTransaction) {}
}
