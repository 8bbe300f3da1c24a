import HearthKit

/// An entry of the ledger as others are told of it, at once or later.
struct ToldEntry: Row {
    let id: UUID
    let entry: LedgerEntry
    let createdAt: Timestamp
    /// In which the user is now; nil for an entry that is just made.
    var timezone: String?

    init(id: UUID, entry: LedgerEntry, createdAt: Timestamp) {
        self.id = id
        self.entry = entry
        self.createdAt = createdAt
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        entry = LedgerEntry(
            userID: try row.next(), currency: try row.next(), from: try row.next(), to: try row.next(), amount: try row.next(),
            balanceAfter: 0, source: .init())
        createdAt = try row.next()
        timezone = try row.next()
    }

    /// Whether coins were spent.
    var isExpense: Bool { CoinsSpent.Reason(entry) != nil }

    /// Whether something was earned beside what activities bring.
    var isBonus: Bool { BonusEarned.Reason(entry) != nil }

    /// The entries by which coins were spent.
    static let spendings: SQL = """
        l.currency = \(Currency.coins) AND l.to_account IN \(in: [Account.shop, .freezes, .combats])
        AND l.from_account IN \(in: [Account.wallet, .escrow])
        """

    /// The entries by which something was earned beside what activities bring.
    static let bonuses: SQL = """
        l.from_account IN \(in: [Account.levels, .badges, .combats]) AND l.to_account IN \(in: [Account.wallet, .debt])
        """

    /// A page of the entries of all users, oldest first.
    static func page(of entries: SQL, after last: UUID?, limit: Int) -> SQL {
        let rest: SQL = last.map { "AND l.id > \($0)" } ?? ""
        return """
            SELECT l.id, l.user_id, l.currency, l.from_account, l.to_account, l.amount, l.created_at, p.timezone
            FROM rpg_ledger l JOIN rpg_players p ON p.user_id = l.user_id
            WHERE \(entries) \(rest) ORDER BY l.id LIMIT \(limit)
            """
    }
}

extension Context {
    /// A page of what was told of the ledger. The days are those of the zones in which the users are now: the ledger knows none.
    func page<Payload: SchemaValue>(
        of entries: SQL, after cursor: String?, limit: Int, _ payload: (ToldEntry, LocalDate) -> Payload?
    ) async throws -> EventPage<Payload> {
        let page: [ToldEntry] = try await query(
            ToldEntry.page(of: entries, after: cursor.flatMap { UUID($0) }, limit: limit))
        let items = try page.compactMap { told -> EventPage<Payload>.Item? in
            let day = try date(at: told.createdAt, in: told.timezone ?? "UTC")
            return payload(told, day).map { .init($0, key: "\(told.entry.userID)", at: told.createdAt) }
        }
        return EventPage(items, next: page.count == limit ? page.last.map { "\($0.id)" } : nil)
    }
}
