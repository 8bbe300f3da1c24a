import HearthKit

/// The service that turns activities into experience, coins, levels and badges. Its contract is
/// `docs/services/progression-1.schema.json`.
enum Progression {
    /// What ``award`` would answer now; changes nothing.
    static let preview = ServiceMethod<Activity, Reward>("progression/1", "preview")
    /// Credits an activity. A second time with the same source it credits nothing and repeats its answer.
    static let award = ServiceMethod<Activity, Reward>("progression/1", "award")
    /// Takes back what an activity was credited with, if it was.
    static let revoke = ServiceMethod<Activity, Reward>("progression/1", "revoke")
}

/// Something that a user did.
struct Activity: Output {
    let userID: UUID
    let source: Source
    let baseXP: Int
    let localDate: LocalDate
    let occurredAt: Timestamp
    var category: String?

    static let schema = Schema<Activity>("Activity") {
        Field("user_id") { $0.userID }
        Field("source") { $0.source }
        Field("base_xp") { $0.baseXP }
        Field("local_date") { $0.localDate }
        Field("occurred_at") { $0.occurredAt }
        Field("category") { $0.category }
    }

    /// What makes an activity the same one.
    struct Source: Output {
        let kind: String
        let id: UUID

        static let schema = Schema<Source>("ActivitySource") {
            Field("kind") { $0.kind }
            Field("id") { $0.id }
        }
    }
}

/// What an activity was credited with.
struct Reward: Input, Output {
    var xp = 0
    var coins = 0
    var multiplier = 1.0
    var streak = UserStreak()
    var level = Level()
    var badges: [String] = []

    static let schema = Schema<Reward>("Reward") {
        Field("xp", \.xp, .required)
        Field("coins", \.coins, .required)
        Field("multiplier", \.multiplier, .required)
        Field("streak", \.streak, .required)
        Field("level", \.level, .required)
        Field("badges", \.badges, .required)
    }

    /// The days in a row on which the user was active.
    struct UserStreak: Input, Output {
        var current = 0
        var best = 0

        static let schema = Schema<UserStreak>("RewardStreak") {
            Field("current", \.current, .required)
            Field("best", \.best, .required)
        }
    }

    /// The user's level.
    struct Level: Input, Output {
        var before = 1
        var after = 1

        static let schema = Schema<Level>("RewardLevel") {
            Field("before", \.before, .required)
            Field("after", \.after, .required)
        }
    }
}

extension Completion {
    /// The completion as progression sees it.
    func activity(of habit: Habit) -> Activity {
        Activity(
            userID: userID, source: .init(kind: isBackfilled ? "habit_backfill" : "habit_completion", id: id), baseXP: baseXP,
            localDate: day.date, occurredAt: completedAt, category: habit.category)
    }
}
