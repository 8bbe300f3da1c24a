import HearthKit

/// Changes a player's balances and keeps the books: nothing is added or taken without an entry that says where it came from or
/// went to.
struct Bookkeeping {
    private(set) var entries: [LedgerEntry] = []
    var player: Player
    /// The levels whose rewards were paid.
    private(set) var rewardedLevels: [Int] = []
    /// The badges that were unlocked.
    private(set) var badges: [Badge] = []
    private var source: Activity.Source

    /// - Parameters:
    ///   - player: Locked.
    ///   - source: Why the balances change.
    init(_ player: Player, because source: Activity.Source) {
        self.player = player
        self.source = source
    }

    /// Adds a badge, and the experience that comes with it.
    mutating func unlock(_ badge: Badge) {
        let source = self.source
        self.source = .init(kind: "badge", id: badge.id)
        badges.append(badge)
        earn(xp: badge.xp, from: .badges)
        self.source = source
    }

    /// Adds experience, and what the levels that it reaches bring.
    mutating func earn(xp: Int, from account: Account) {
        move(.xp, xp, from: account, to: .wallet)
        player.level = Levels.reached(with: player.totalXP)
        while player.rewardedLevel < player.level {
            player.rewardedLevel += 1
            rewardedLevels.append(player.rewardedLevel)
            let reward = LevelReward.of(player.rewardedLevel)
            player.statPoints += reward.statPoints
            // With the title comes an item.
            if reward.title != nil { player.tally[.items] += 1 }
            earn(coins: reward.coins, from: .levels)
        }
    }

    /// Adds coins. What is owed is paid first.
    mutating func earn(coins: Int, from account: Account) {
        let owed = min(coins, player.coinDebt)
        move(.coins, owed, from: account, to: .debt)
        move(.coins, coins - owed, from: account, to: .wallet)
    }

    /// Spends coins.
    ///
    /// - Returns: False, and nothing has changed, when there are not enough.
    mutating func spend(coins: Int, on account: Account) -> Bool {
        guard player.coins >= coins else { return false }
        move(.coins, coins, from: .wallet, to: account)
        if account == .shop {
            player.tally[.items] += 1
            player.tally[.purchases] += 1
            player.tally[.coinsInShop] += coins
        }
        if account.isExpense { player.tally[.coinsSpent] += coins }
        return true
    }

    /// Loses coins that were staked.
    mutating func forfeit(coins: Int) {
        move(.coins, coins, from: .escrow, to: .combats)
        player.tally[.coinsSpent] += coins
    }

    /// Takes back what was earned. Experience is never spent, so it is there; of coins the rest becomes a debt. The level follows
    /// from the experience; what levels have brought stays, and is not brought again.
    mutating func takeBack(xp: Int, coins: Int, to account: Account) {
        move(.xp, min(xp, player.totalXP), from: .wallet, to: account)
        player.level = Levels.reached(with: player.totalXP)
        let there = min(coins, player.coins)
        move(.coins, there, from: .wallet, to: account)
        move(.coins, coins - there, from: .debt, to: account)
    }

    private mutating func move(_ currency: Currency, _ amount: Int, from: Account, to: Account) {
        guard amount > 0 else { return }
        change(currency, from, by: -amount)
        change(currency, to, by: amount)
        entries.append(
            LedgerEntry(
                userID: player.userID, currency: currency, from: from, to: to, amount: amount,
                balanceAfter: currency == .xp ? player.totalXP : player.coins, source: source))
    }

    private mutating func change(_ currency: Currency, _ account: Account, by amount: Int) {
        switch (currency, account) {
        case (.xp, .wallet): player.totalXP += amount
        case (.coins, .wallet): player.coins += amount
        case (.coins, .debt): player.coinDebt -= amount
        default: break
        }
    }
}

extension Context {
    /// Stores what books say, with what belongs to it: badges that were earned, the player, the entries, the items that levels have
    /// brought. Tells others of it.
    ///
    /// - Parameters:
    ///   - books: What has changed.
    ///   - statements: What else is stored, before.
    /// - Returns: How many rows each statement has changed, those of the caller first.
    @discardableResult
    func store(_ books: Bookkeeping, after statements: [SQL] = []) async throws -> [Int] {
        var books = books
        try await unlockBadges(&books)
        var statements = try statements + changes(of: books.player)
        let entries = books.entries.map { (id: makeID(), entry: $0) }
        if !entries.isEmpty { statements.append(LedgerEntry.insertion(entries, at: now)) }
        let milestones = books.rewardedLevels.filter { LevelReward.of($0).title != nil }
        if !milestones.isEmpty {
            let items: [UUID] = try await query(Item.milestones(of: milestones))
            statements += items.map {
                InventoryItem.insertion(makeID(), of: $0, to: books.player.userID, for: 0, at: now)
            }
        }
        let changed = try await execute(statements)
        try await tell(of: books, entries)
        return changed
    }
}
