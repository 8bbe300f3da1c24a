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
            board.standings.standings.map { LeaderboardEntry(kind: board.kind, standing: $0) }
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
            case .pvp: .winRate
            }
        }

        var timeRange: TimeRange {
            switch self {
            case .weeklyXP: .week
            case .monthlyXP, .completion: .month
            case .streak, .pvp: .allTime
            }
        }

        /// What a place is worth, in the unit that clients show.
        func value(of place: Top.Place) -> Double { self == .pvp ? place.value / 100 : place.value }

        /// The unit, as clients show it.
        func label(of place: Top.Place) -> String {
            switch self {
            case .weeklyXP, .monthlyXP: "XP"
            case .completion: "Completion %"
            case .streak: "Streak Days"
            case .pvp: "Win % (\(place.wins ?? 0)W/\(place.fights ?? 0))"
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
    let kind: LeaderboardResponse.Kind
    let standing: Standings.Standing

    private var value: Double { kind.value(of: standing.place) }

    static let schema = Schema<LeaderboardEntry>("LeaderboardEntry") {
        Field("rank") { $0.standing.place.rank }
        Field("user_id") { $0.standing.person.user.id }
        Field("username") { $0.standing.person.user.username }
        Field("avatar_url") { $0.standing.person.user.avatarURL }
        Field("character_name") { $0.standing.person.character.name }
        Field("character_class") { $0.standing.person.character.characterClass }
        Field("level") { $0.standing.person.character.level }
        Field("score", .docs("The value without its fraction.")) { Int($0.value) }
        Field("metric_value") { $0.value }
        Field("metric_label", .docs("Of fights: how many were won, and how many were fought.")) { entry in
            entry.kind.label(of: entry.standing.place)
        }
        Field("is_current_user") { $0.standing.isViewer }
        Field("is_friend") { $0.standing.isFriend }
    }
}
