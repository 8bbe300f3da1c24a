import HearthKit

/// What a user has earned beside what his activities bring.
struct BonusEarned: Output {
    /// By what.
    enum Reason: String, JSONEnum {
        case level, badge, combat
    }

    let userID: UUID
    let entryID: UUID
    let xp: Int
    let coins: Int
    let reason: Reason
    let localDate: LocalDate
    let occurredAt: Timestamp

    static let schema = Schema<BonusEarned>("BonusEarned") {
        Field("user_id") { $0.userID }
        Field("entry_id", .docs("In the ledger.")) { $0.entryID }
        Field("xp", .docs("0 when these are coins.")) { $0.xp }
        Field("coins", .docs("0 when this is experience.")) { $0.coins }
        Field("reason") { $0.reason }
        Field("local_date", .docs("The user's own day.")) { $0.localDate }
        Field("occurred_at") { $0.occurredAt }
    }

    /// nil for an entry by which nothing was earned, or by an activity.
    init?(_ told: ToldEntry, on day: LocalDate) {
        guard let reason = Reason(told.entry) else { return nil }
        self.reason = reason
        userID = told.entry.userID
        entryID = told.id
        xp = told.entry.currency == .xp ? told.entry.amount : 0
        coins = told.entry.currency == .coins ? told.entry.amount : 0
        localDate = day
        occurredAt = told.createdAt
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
