import HearthKit

/// An entry of the ledger as others are told of it: what all events about entries have in common.
struct ToldEntry: Output {
    let id: UUID
    let entry: LedgerEntry
    /// The user's own day.
    let day: LocalDate
    let occurredAt: Timestamp

    static let schema = Schema<ToldEntry>("ToldEntry") {
        Field("user_id") { $0.entry.userID }
        Field("entry_id", .docs("In the ledger.")) { $0.id }
        Field("local_date", .docs("The user's own day.")) { $0.day }
        Field("occurred_at") { $0.occurredAt }
    }

    /// The entries by which coins were spent.
    static let spendings: SQL = """
        l.currency = \(Currency.coins) AND l.to_account IN \(in: [Account.shop, .freezes, .combats])
        AND l.from_account IN \(in: [Account.wallet, .escrow])
        """

    /// The entries by which something was earned beside what activities bring.
    static let bonuses: SQL = """
        l.from_account IN \(in: [Account.levels, .badges, .combats]) AND l.to_account IN \(in: [Account.wallet, .debt])
        """
}

extension Context {
    /// A page of what was told of entries of all users, oldest first. The days are those of the zones in which the users are now:
    /// the ledger knows none.
    ///
    /// - Parameters:
    ///   - entries: Which.
    ///   - event: What is told of one; nil for nothing.
    func page<Payload: SchemaValue>(
        of entries: SQL, after cursor: String?, limit: Int, _ event: (ToldEntry) -> Payload?
    ) async throws -> EventPage<Payload> {
        let page: [StoredEntry] = try await query(
            StoredEntry.page(of: entries, after: cursor.flatMap { UUID($0) }, limit: limit))
        let items = try page.compactMap { stored -> EventPage<Payload>.Item? in
            let day = try date(at: stored.createdAt, in: stored.timezone)
            return event(ToldEntry(id: stored.id, entry: stored.entry, day: day, occurredAt: stored.createdAt))
                .map { .init($0, key: "\(stored.entry.userID)", at: stored.createdAt) }
        }
        return EventPage(items, next: page.count == limit ? page.last.map { "\($0.id)" } : nil)
    }
}

/// An entry as it is read from the table, with the zone in which its user is now.
private struct StoredEntry: Row {
    let id: UUID
    let entry: LedgerEntry
    let createdAt: Timestamp
    let timezone: String

    init(row: inout RowReader) throws {
        id = try row.next()
        entry = LedgerEntry(
            userID: try row.next(), currency: try row.next(), from: try row.next(), to: try row.next(), amount: try row.next(),
            balanceAfter: 0, source: .init())
        createdAt = try row.next()
        timezone = try row.next()
    }

    static func page(of entries: SQL, after last: UUID?, limit: Int) -> SQL {
        let rest: SQL = last.map { "AND l.id > \($0)" } ?? ""
        return """
            SELECT l.id, l.user_id, l.currency, l.from_account, l.to_account, l.amount, l.created_at, p.timezone
            FROM rpg_ledger l JOIN rpg_players p ON p.user_id = l.user_id
            WHERE \(entries) \(rest) ORDER BY l.id LIMIT \(limit)
            """
    }
}
