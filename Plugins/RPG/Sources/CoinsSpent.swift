import HearthKit

/// Coins that are gone.
struct CoinsSpent: Output {
    /// On what.
    enum Reason: String, JSONEnum {
        case shop, freeze, combat
    }

    let userID: UUID
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

    /// nil for an entry by which no coins were spent.
    init?(_ told: ToldEntry, on day: LocalDate) {
        guard let reason = Reason(told.entry) else { return nil }
        self.reason = reason
        userID = told.entry.userID
        entryID = told.id
        coins = told.entry.amount
        localDate = day
        occurredAt = told.createdAt
    }
}

extension CoinsSpent.Reason {
    /// nil for an entry by which no coins were spent.
    init?(_ entry: LedgerEntry) {
        switch (entry.currency, entry.from, entry.to) {
        case (.coins, .wallet, .shop): self = .shop
        case (.coins, .wallet, .freezes): self = .freeze
        case (.coins, .escrow, .combats): self = .combat
        default: return nil
        }
    }
}
