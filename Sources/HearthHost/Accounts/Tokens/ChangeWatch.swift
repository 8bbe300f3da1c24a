import HearthDatabase

/// Finds out what other hosts changed, from what the database lists as changed lately.
///
/// Times are written before a transaction commits and by clocks that differ, so each question reaches back a while, and what
/// was seen before is not news.
struct ChangeWatch: Sendable {
    /// How far a question reaches back, in microseconds: more than the longest transaction and the difference of clocks.
    static let reach: Int64 = 60_000_000

    private var seen: Set<Revocations.Change> = []

    /// From when on to ask for changes.
    func start(at now: Int64) -> Int64 { now - Self.reach }

    /// Takes an answer, and gives the ids in it that are new.
    mutating func news(in changes: [Revocations.Change]) -> Set<DatabaseUUID> {
        let now = Set(changes)
        let news = now.subtracting(seen)
        seen = now
        return Set(news.map(\.id))
    }
}
