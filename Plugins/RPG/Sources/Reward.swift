import HearthKit

/// What an activity is worth to its user, as `docs/services/progression-1.schema.json` describes it.
struct Reward: Output, Hashable {
    var xp = 0
    var coins = 0
    var multiplierPercent = 100
    var streak = Streak()
    var level = Level()

    static let schema = Schema<Reward>("ProgressionReward") {
        Field("xp") { $0.xp }
        Field("coins") { $0.coins }
        Field("multiplier") { Double($0.multiplierPercent) / 100 }
        Field("streak") { $0.streak }
        Field("level") { $0.level }
        Field("badges") { _ in [String]() }
    }

    /// The days in a row.
    struct Streak: Output, Hashable {
        var current = 0
        var best = 0

        static let schema = Schema<Streak>("ProgressionStreak") {
            Field("current") { $0.current }
            Field("best") { $0.best }
        }
    }

    /// The level.
    struct Level: Output, Hashable {
        var before = 1
        var after = 1

        static let schema = Schema<Level>("ProgressionLevel") {
            Field("before") { $0.before }
            Field("after") { $0.after }
        }
    }
}
