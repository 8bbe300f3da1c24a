import HearthKit

/// A leaderboard of the contract: the user and his friends.
struct LeaderboardResponse: Output {
    /// Which one.
    let kind: Kind
    let standings: Standings
    let updatedAt: Timestamp

    static let schema = Schema<LeaderboardResponse>("LeaderboardResponse") {
        Field("leaderboard_type") { $0.kind }
        Field("time_range") { $0.kind.timeRange }
        Field("entries", .docs("Equals share a rank.")) { board in
            board.standings.standings.map { LeaderboardEntry(standing: $0, label: board.kind.label) }
        }
        Field("user_rank", .docs("One's own, also beyond the entries; null for none.")) { $0.standings.own.rank }
        Field("total_participants", .docs("How many have a rank.")) { $0.standings.total }
        Field("updated_at") { $0.updatedAt }
    }

    /// What a leaderboard shows.
    enum Kind: String, JSONEnum {
        case weeklyXP = "xp_weekly"
        case monthlyXP = "xp_monthly"
        case completion
        case streak
        case pvp

        var metric: Metric {
            switch self {
            case .weeklyXP: .weeklyXP
            case .monthlyXP: .monthlyXP
            case .completion: .completion
            case .streak: .streak
            case .pvp: .pvp
            }
        }

        var timeRange: TimeRange {
            switch self {
            case .weeklyXP: .week
            case .monthlyXP, .completion: .month
            case .streak, .pvp: .allTime
            }
        }

        /// The unit, as clients show it.
        var label: String {
            switch self {
            case .weeklyXP, .monthlyXP: "XP"
            case .completion: "Completion %"
            case .streak: "Streak Days"
            case .pvp: "Wins"
            }
        }
    }

    /// The time ranges of the contract.
    enum TimeRange: String, JSONEnum {
        case today
        case week
        case month
        case year
        case allTime = "all_time"
    }
}

/// A place in a leaderboard of the contract.
struct LeaderboardEntry: Output {
    let standing: Standings.Standing
    let label: String

    static let schema = Schema<LeaderboardEntry>("LeaderboardEntry") {
        Field("rank") { $0.standing.place.rank }
        Field("user_id") { $0.standing.person.user.id }
        Field("username") { $0.standing.person.user.username }
        Field("avatar_url") { $0.standing.person.user.avatarURL }
        Field("character_name") { $0.standing.person.character.name }
        Field("character_class") { $0.standing.person.character.characterClass }
        Field("level") { $0.standing.person.character.level }
        Field("score", .docs("The value without its fraction.")) { Int($0.standing.place.value) }
        Field("metric_value") { $0.standing.place.value }
        Field("metric_label") { $0.label }
        Field("is_current_user") { $0.standing.isViewer }
        Field("is_friend") { $0.standing.isFriend }
    }
}
