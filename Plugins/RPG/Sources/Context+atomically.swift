import HearthKit

extension Context {
    /// Runs in the transaction that this context is in, or else in one of its own. Inside one it sets no savepoint, which costs
    /// two round trips: what fails in a service call undoes the caller's work too.
    func atomically<R: Sendable>(_ body: (Context) async throws -> R) async throws -> R {
        if try info().isInTransaction { return try await body(self) }
        return try await transaction { try await body($0) }
    }
}
