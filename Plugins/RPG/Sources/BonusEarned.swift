import HearthKit

/// What a user has earned beside what his activities bring.
struct BonusEarned: Output {
    /// By what.
    enum Reason: String, JSONEnum {
        case level, badge, combat
    }

    let told: ToldEntry
    let reason: Reason

    static let schema = Schema<BonusEarned>("BonusEarned") {
        Include(\.told)
        Field("xp", .docs("0 when these are coins.")) { $0.told.entry.currency == .xp ? $0.told.entry.amount : 0 }
        Field("coins", .docs("0 when this is experience.")) { $0.told.entry.currency == .coins ? $0.told.entry.amount : 0 }
        Field("reason") { $0.reason }
    }
}

extension BonusEarned.Reason {
    /// nil for an entry by which nothing was earned, or by an activity.
    init?(_ entry: LedgerEntry) {
        guard entry.to == .wallet || entry.to == .debt else { return nil }
        switch entry.from {
        case .levels: self = .level
        case .badges: self = .badge
        case .combats: self = .combat
        default: return nil
        }
    }
}
