public import HearthDatabase

/// The jobs in the database: everything that happens to them is a statement here, the same on both engines.
///
/// Moments are parameters, from the clock that it is made with.
public struct JobStore: Sendable {
    /// Where the jobs are.
    public let database: any Database
    /// Tells the hosts that there is something to do.
    public let bell: JobBell
    let now: @Sendable () -> Int64
    let ids: UUIDGenerator

    /// - Parameters:
    ///   - database: where ``JobSchema`` was applied
    ///   - bell: is rung for queues in which jobs became available
    ///   - now: the clock, in microseconds since 1970-01-01 00:00 UTC
    ///   - ids: makes the ids of jobs
    public init(
        database: any Database, bell: JobBell = JobBell(), now: @escaping @Sendable () -> Int64, ids: UUIDGenerator? = nil
    ) {
        self.database = database
        self.bell = bell
        self.now = now
        self.ids = ids ?? UUIDGenerator(now: now)
    }
}

extension Duration {
    /// Whole microseconds, the unit of moments.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}

extension DatabaseValue {
    static func text(_ value: String?) -> DatabaseValue { value.map { .text($0) } ?? .null }
    static func timestamp(_ value: Int64?) -> DatabaseValue { value.map { .timestamp($0) } ?? .null }
    static func integer(_ value: Int) -> DatabaseValue { .integer(Int64(value)) }
}
