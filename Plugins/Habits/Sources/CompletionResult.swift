import HearthKit

/// What a completion brought.
struct CompletionResult: Output {
    let difficulty: Difficulty
    /// nil when nobody provides progression.
    let reward: Reward?
    /// The habit's streak with this completion, and whether it was never longer.
    let streak: Int
    let isPersonalBest: Bool
    let countsWeeks: Bool

    var xpEarned: Int { max(0, reward?.xp ?? 0) }
    var coinsEarned: Int { max(0, reward?.coins ?? 0) }

    private var newLevel: Int? { reward.flatMap { $0.level.after > $0.level.before ? $0.level.after : nil } }

    private var achievement: String? {
        guard streak >= 7 else { return nil }
        return countsWeeks ? "🔥 \(streak)-week streak!" : "🔥 \(streak)-day streak!"
    }

    static let schema = Schema<CompletionResult>("CompletionResult") {
        Field("xp_earned") { $0.xpEarned }
        Field("coins_earned") { $0.coinsEarned }
        Field("base_xp") { $0.difficulty.baseXP }
        Field("base_coins") { $0.difficulty.baseCoins }
        Field("streak_multiplier", .docs("Of the user's streak over all activities.")) { max(1, $0.reward?.multiplier ?? 1) }
        Field("streak_bonus_xp") { max(0, $0.xpEarned - $0.difficulty.baseXP) }
        Field("streak_bonus_coins") { max(0, $0.coinsEarned - $0.difficulty.baseCoins) }
        Field("new_streak", .docs("Of the habit.")) { $0.streak }
        Field("is_personal_best", .docs("Whether the habit's streak was never as long.")) { $0.isPersonalBest }
        Field("level_up") { $0.newLevel != nil }
        Field("new_level") { $0.newLevel }
        Field("badges_earned") { $0.reward?.badges ?? [] }
        Field("achievement_message") { $0.achievement }
    }
}
