import HearthKit

/// What is told about players, with the user's id as key.
enum PlayerEvents {
    /// A user has spent coins. What a bet takes is told when the fight is lost.
    static let coinsSpent = Event<CoinsSpent>("coins.spent/1")
    /// A user has earned something beside what his activities bring, which their own events tell.
    static let bonusEarned = Event<BonusEarned>("bonus.earned/1")
    /// A user has reached a level, for the first time.
    static let levelReached = Event<LevelReached>("level.reached/1")

    /// Declares them.
    static func declare(in setup: Setup) {
        setup.declare(coinsSpent, "A user has spent coins. Its key is the user's id.") { context, cursor, limit in
            try await context.page(of: ToldEntry.spendings, after: cursor, limit: limit) { told in
                CoinsSpent.Reason(told.entry).map { CoinsSpent(told: told, reason: $0) }
            }
        }
        setup.declare(
            bonusEarned, "A user has earned experience or coins by a level, a badge or a fight. Its key is the user's id."
        ) { context, cursor, limit in
            try await context.page(of: ToldEntry.bonuses, after: cursor, limit: limit) { told in
                BonusEarned.Reason(told.entry).map { BonusEarned(told: told, reason: $0) }
            }
        }
        setup.declare(levelReached, "A user has reached a level for the first time. Its key is the user's id.")
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
    /// Tells others, in this transaction, what books say: what was spent, what was earned beside activities, levels that were
    /// reached, badges. Almost always there is nothing to tell.
    ///
    /// - Parameters:
    ///   - books: What has changed.
    ///   - entries: Those of the books, with the ids under which they are stored.
    func tell(of books: Bookkeeping, _ entries: [(id: UUID, entry: LedgerEntry)]) async throws {
        let user = books.player.userID
        for (id, entry) in entries {
            let (spent, earned) = (CoinsSpent.Reason(entry), BonusEarned.Reason(entry))
            guard spent != nil || earned != nil else { continue }
            let day = try date(in: try zone(of: books.player))
            let told = ToldEntry(id: id, entry: entry, day: day, occurredAt: now)
            if let spent {
                try await publish(PlayerEvents.coinsSpent, key: "\(user)", CoinsSpent(told: told, reason: spent))
            }
            if let earned {
                try await publish(PlayerEvents.bonusEarned, key: "\(user)", BonusEarned(told: told, reason: earned))
            }
        }
        for level in books.rewardedLevels {
            try await publish(
                PlayerEvents.levelReached, key: "\(user)", LevelReached(userID: user, level: level, occurredAt: now))
        }
        if let level = books.rewardedLevels.last { try await send(.levelUp(level), to: user) }
        for badge in books.badges { try await send(.badgeUnlocked(badge), to: user) }
    }
}
