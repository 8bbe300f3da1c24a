import HearthKit

/// How hard a habit is, in the eyes of its user: decides the base of the reward.
enum Difficulty: String, JSONEnum, Column {
    case easy, medium, hard

    /// Experience for a completion, before whoever provides progression applies the streak and other bonuses.
    var baseXP: Int {
        switch self {
        case .easy: 10
        case .medium: 15
        case .hard: 20
        }
    }

    /// Coins for a completion: half of the experience, rounded down.
    var baseCoins: Int { baseXP / 2 }

    /// Experience for a day that is entered afterwards: half, rounded down.
    var backfillXP: Int { baseXP / 2 }
}
