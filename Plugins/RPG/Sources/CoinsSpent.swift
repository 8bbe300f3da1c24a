import HearthKit

/// Coins that are gone.
struct CoinsSpent: Output {
    /// On what.
    enum Reason: String, JSONEnum {
        case shop, freeze, combat
    }

    let told: ToldEntry
    let reason: Reason

    static let schema = Schema<CoinsSpent>("CoinsSpent") {
        Include(\.told)
        Field("coins") { $0.told.entry.amount }
        Field("reason") { $0.reason }
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
