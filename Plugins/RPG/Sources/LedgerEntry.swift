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
    /// Spent on freezes.
    case freezes
    /// Spent in the shop.
    case shop
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
    /// Adds entries, of which there must be one at least, in their order.
    static func insertion(_ entries: [LedgerEntry], in context: Context) -> SQL {
        let now = context.now
        var rows: SQL = ""
        for (index, entry) in entries.enumerated() {
            let separator: SQL = index == 0 ? "" : ", "
            rows = """
                \(rows)\(separator)(\(context.makeID()), \(entry.userID), \(entry.currency), \(entry.from), \(entry.to), \
                \(entry.amount), \(entry.balanceAfter), \(entry.source.kind), \(entry.source.id), \(now))
                """
        }
        return """
            INSERT INTO rpg_ledger (id, user_id, currency, from_account, to_account, amount, balance_after, source_kind,
                source_id, created_at) VALUES \(rows)
            """
    }
}
