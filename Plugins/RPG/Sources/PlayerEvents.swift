import HearthKit

/// What is told about players, with the user's id as key.
enum PlayerEvents {
    /// A user has spent coins. What a bet takes is told when the fight is lost.
    static let coinsSpent = Event<CoinsSpent>("coins.spent/1")
    /// A user has reached a level, for the first time.
    static let levelReached = Event<LevelReached>("level.reached/1")

    /// Declares them.
    static func declare(in setup: Setup) {
        setup.declare(coinsSpent, "A user has spent coins. Its key is the user's id.") { context, cursor, limit in
            let last = cursor.flatMap { UUID($0) }
            let page: [Spending] = try await context.query(Spending.page(after: last, limit: limit))
            let events = try page.compactMap { try $0.event(in: context) }
            return EventPage(
                events.map { .init($0, key: "\($0.userID)", at: $0.occurredAt) },
                next: page.count == limit ? page.last.map { "\($0.id)" } : nil)
        }
        setup.declare(levelReached, "A user has reached a level for the first time. Its key is the user's id.")
    }
}

/// Coins that are gone.
struct CoinsSpent: Output {
    /// On what.
    enum Reason: String, JSONEnum {
        case shop, freeze, combat
    }

    let userID: UUID
    /// In the ledger.
    let entryID: UUID
    let coins: Int
    let reason: Reason
    let localDate: LocalDate
    let occurredAt: Timestamp

    static let schema = Schema<CoinsSpent>("CoinsSpent") {
        Field("user_id") { $0.userID }
        Field("entry_id", .docs("In the ledger.")) { $0.entryID }
        Field("coins") { $0.coins }
        Field("reason") { $0.reason }
        Field("local_date", .docs("The user's own day.")) { $0.localDate }
        Field("occurred_at") { $0.occurredAt }
    }
}

/// A level that was reached.
struct LevelReached: Output {
    let userID: UUID
    let level: Int
    let occurredAt: Timestamp

    static let schema = Schema<LevelReached>("LevelReached") {
        Field("user_id") { $0.userID }
        Field("level") { $0.level }
        Field("occurred_at") { $0.occurredAt }
    }
}

extension Context {
    /// Tells others, in this transaction, what books say: coins that were spent, levels that were reached, badges. Almost always
    /// there is nothing to tell.
    ///
    /// - Parameters:
    ///   - books: What has changed.
    ///   - entries: Those of the books, with the ids under which they are stored.
    func tell(of books: Bookkeeping, _ entries: [(id: UUID, entry: LedgerEntry)]) async throws {
        let user = books.player.userID
        for (id, entry) in entries {
            guard let reason = entry.expense else { continue }
            let day = try date(in: try zone(of: books.player))
            try await publish(
                PlayerEvents.coinsSpent, key: "\(user)",
                CoinsSpent(
                    userID: user, entryID: id, coins: entry.amount, reason: reason, localDate: day, occurredAt: now))
        }
        for level in books.rewardedLevels {
            try await publish(
                PlayerEvents.levelReached, key: "\(user)", LevelReached(userID: user, level: level, occurredAt: now))
        }
        if let level = books.rewardedLevels.last { try await send(.levelUp(level), to: user) }
        for badge in books.badges { try await send(.badgeUnlocked(badge), to: user) }
    }
}

/// An entry of the ledger by which coins were spent, as it is told of later.
private struct Spending: Row {
    let id: UUID
    let entry: LedgerEntry
    let createdAt: Timestamp
    let timezone: String

    init(row: inout RowReader) throws {
        id = try row.next()
        entry = LedgerEntry(
            userID: try row.next(), currency: .coins, from: try row.next(), to: try row.next(), amount: try row.next(),
            balanceAfter: 0, source: .init())
        createdAt = try row.next()
        timezone = try row.next()
    }

    /// The day is that of the zone in which the user is now: the ledger knows none.
    func event(in context: Context) throws -> CoinsSpent? {
        guard let reason = entry.expense else { return nil }
        return CoinsSpent(
            userID: entry.userID, entryID: id, coins: entry.amount, reason: reason,
            localDate: try context.date(at: createdAt, in: timezone), occurredAt: createdAt)
    }

    /// A page of those of all users, oldest first.
    static func page(after last: UUID?, limit: Int) -> SQL {
        let rest: SQL = last.map { "AND l.id > \($0)" } ?? ""
        return """
            SELECT l.id, l.user_id, l.from_account, l.to_account, l.amount, l.created_at, p.timezone
            FROM rpg_ledger l JOIN rpg_players p ON p.user_id = l.user_id
            WHERE l.currency = \(Currency.coins) AND l.to_account IN \(in: [Account.shop, .freezes, .combats])
                AND l.from_account IN \(in: [Account.wallet, .escrow]) \(rest)
            ORDER BY l.id LIMIT \(limit)
            """
    }
}
