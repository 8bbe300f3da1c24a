import HearthKit

/// What is told about players, with the user's id as key.
enum PlayerEvents {
    /// A user has spent coins. What a bet takes is told when the fight is lost.
    static let coinsSpent = Event<CoinsSpent>("coins.spent/1")
    /// A user has reached a level, for the first time.
    static let levelReached = Event<LevelReached>("level.reached/1")

    /// Declares them.
    static func declare(in setup: Setup) {
        setup.declare(coinsSpent, "A user has spent coins. Its key is the user's id.")
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
    let coins: Int
    let reason: Reason
    let localDate: LocalDate
    let occurredAt: Timestamp

    static let schema = Schema<CoinsSpent>("CoinsSpent") {
        Field("user_id") { $0.userID }
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
    func tell(of books: Bookkeeping) async throws {
        let user = books.player.userID
        for entry in books.entries where entry.currency == .coins {
            guard let reason = entry.expense else { continue }
            let day = try date(in: try zone(of: books.player))
            try await publish(
                PlayerEvents.coinsSpent, key: "\(user)",
                CoinsSpent(userID: user, coins: entry.amount, reason: reason, localDate: day, occurredAt: now))
        }
        for level in books.rewardedLevels {
            try await publish(
                PlayerEvents.levelReached, key: "\(user)", LevelReached(userID: user, level: level, occurredAt: now))
        }
        if let level = books.rewardedLevels.last { try await send(.levelUp(level), to: user) }
        for badge in books.badges { try await send(.badgeUnlocked(badge), to: user) }
    }
}

extension LedgerEntry {
    /// What coins are spent on; nil when they are not.
    fileprivate var expense: CoinsSpent.Reason? {
        switch (from, to) {
        case (.wallet, .shop): .shop
        case (.wallet, .freezes): .freeze
        case (.escrow, .combats): .combat
        default: nil
        }
    }
}
