import HearthKit

/// What the user object shows of a player.
struct PlayerFacet: Output {
    let level: Int
    let totalXP: Int
    /// 0 for others: what somebody has to spend is his own affair.
    let coins: Int
    let currentStreak: Int
    let bestStreak: Int

    static let schema = Schema<PlayerFacet>("PlayerFacet") {
        Field("level") { $0.level }
        Field("total_xp") { $0.totalXP }
        Field("coins") { $0.coins }
        Field("current_streak") { $0.currentStreak }
        Field("best_streak") { $0.bestStreak }
    }

    /// - Parameters:
    ///   - player: Whose.
    ///   - today: His day.
    ///   - isPublic: Whether others see it.
    init(_ player: Player, on today: LocalDate, isPublic: Bool) {
        level = player.level
        totalXP = player.totalXP
        coins = isPublic ? 0 : player.coins
        currentStreak = player.currentStreak(on: today)
        bestStreak = player.streak.best
    }

    /// Adds it to the user object.
    static func add(to setup: Setup) {
        setup.facet("progression", PlayerFacet.self) { context, users, isPublic in
            let players: [Player] = try await context.query(Player.all(of: users))
            // Whether a streak has ended depends on its user's own day, which nowhere is later than tomorrow's of UTC: most need
            // not be asked for.
            let latest = try context.date(in: "UTC") + 1
            let doubtful = players.filter { $0.streak.current > 0 && ($0.streakUntil ?? latest) < latest }
            var zones: [UUID: String] = [:]
            if !doubtful.isEmpty {
                for user in try await context.users(doubtful.map(\.userID)) { zones[user.id] = user.timezone }
            }
            var facets: [UUID: PlayerFacet] = [:]
            for player in players {
                let today = try context.date(in: zones[player.userID] ?? "UTC")
                facets[player.userID] = PlayerFacet(player, on: today, isPublic: isPublic)
            }
            return facets
        }
    }
}
