/// How an activity is paid, by the kind of its source.
enum ActivityKind {
    /// With all bonuses, and it extends the streak. So is whatever nobody here has heard of.
    case completion
    /// Entered afterwards: as it is, and it counts for the streak on its own day.
    case backfill
    /// As it is; the streak is about habits.
    case task

    init(named name: String) {
        switch name {
        case "habit_backfill": self = .backfill
        case "task": self = .task
        default: self = .completion
        }
    }

    /// Whether multiplier and bonuses are applied.
    var hasBonuses: Bool { self == .completion }
    /// Whether its day counts for the streak.
    var extendsStreak: Bool { self != .task }
}
