import HearthKit

/// What is around a player and his own tally cannot tell: his habits, his friends, the other players.
struct Surroundings: Hashable {
    /// A habit of his.
    struct Habit: Hashable {
        /// Its streak now, and its longest one. A week counts as seven days.
        var streak = 0
        var bestStreak = 0
        var createdOn = LocalDate(days: 0)
        /// nil for one in use.
        var archivedOn: LocalDate?
    }

    /// His day.
    var today = LocalDate(days: 0)
    var habits: [Habit] = []
    /// How many days nothing of what was due was left out.
    var perfectDays = 0
    /// The levels of his friends.
    var friendLevels: [Int] = []
    /// His place by experience, and among how many; nil without experience.
    var rank: Int?
    var players = 0
    /// When he registered, and the first of all players.
    var registeredOn = LocalDate(days: 0)
    var firstRegisteredOn = LocalDate(days: 0)

    /// Those in use.
    var habitsInUse: [Habit] { habits.filter { $0.archivedOn == nil } }
}
