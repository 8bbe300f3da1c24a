import HearthKit

/// How hard a task is.
enum Difficulty: String, JSONEnum {
    case trivial, easy, medium, hard, epic, legendary

    /// What a task of this difficulty may bring: the scale of the product, which no answer of a model leaves.
    var rewards: RewardRange {
        switch self {
        case .trivial: RewardRange(xp: 5...15, coins: 2...5)
        case .easy: RewardRange(xp: 15...35, coins: 5...15)
        case .medium: RewardRange(xp: 35...75, coins: 15...35)
        case .hard: RewardRange(xp: 75...150, coins: 35...75)
        case .epic: RewardRange(xp: 150...300, coins: 75...150)
        case .legendary: RewardRange(xp: 300...500, coins: 150...300)
        }
    }
}

/// What a task may bring.
struct RewardRange: Sendable, Equatable {
    /// Experience.
    let xp: ClosedRange<Int>
    /// Coins.
    let coins: ClosedRange<Int>
}

extension ClosedRange<Int> {
    /// The nearest number of the range.
    func clamp(_ value: Int) -> Int { Swift.min(Swift.max(value, lowerBound), upperBound) }

    /// The number at a part of the way from the lowest to the highest.
    ///
    /// - Parameter tenths: 0 to 10.
    func number(at tenths: Int) -> Int { clamp(lowerBound + (upperBound - lowerBound) * tenths / 10) }
}
