/// A transaction that the engine rolled back because it was open for too long.
public struct ExpiredTransaction: Sendable {
    /// The owner of the transaction's scope.
    public let owner: String
    /// How long it was allowed.
    public let limit: Duration
}
