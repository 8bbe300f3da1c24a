import HearthKit

/// What is counted.
enum Currency: String, Column, CaseIterable {
    case xp
    case coins
}

/// Where amounts of a user come from and go to.
enum Account: String, Column, CaseIterable {
    /// What the user has: his balance.
    case wallet
    /// What he owes, because something was taken back that he had spent: as much as left this account and did not come back.
    case debt
    /// Paid for what he did.
    case activities
    /// Paid for levels.
    case levels
    /// Paid for badges.
    case badges
    /// Spent on freezes.
    case freezes
    /// Spent in the shop.
    case shop
    /// Staked in challenges that are not fought yet.
    case escrow
    /// Won and lost in fights.
    case combats

    /// Whether what goes there is spent.
    var isExpense: Bool { self == .freezes || self == .shop }
}

/// An amount that moves from one account of a user to another. What all accounts of a currency hold is always zero together.
struct LedgerEntry: Hashable {
    let userID: UUID
    let currency: Currency
    let from: Account
    let to: Account
    /// At least 1.
    let amount: Int
    /// What is in the wallet then.
    let balanceAfter: Int
    let source: Activity.Source
}

extension LedgerEntry {
    /// Adds entries, of which there must be one at least.
    ///
    /// - Parameters:
    ///   - entries: With their ids, which ascend.
    ///   - now: When.
    static func insertion(_ entries: [(id: UUID, entry: LedgerEntry)], at now: Timestamp) -> SQL {
        let rows = SQL(
            entries.map { id, entry -> SQL in
                """
                (\(id), \(entry.userID), \(entry.currency), \(entry.from), \(entry.to), \(entry.amount), \
                \(entry.balanceAfter), \(entry.source.kind), \(entry.source.id), \(now))
                """
            })
        return """
            INSERT INTO rpg_ledger (id, user_id, currency, from_account, to_account, amount, balance_after, source_kind,
                source_id, created_at) VALUES \(rows)
            """
    }
}
