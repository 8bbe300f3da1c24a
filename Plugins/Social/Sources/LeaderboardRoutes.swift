import HearthKit

/// How much of a leaderboard of the contract.
struct LeaderboardQuery: Input {
    var limit = 20

    static let schema = Schema<LeaderboardQuery>("LeaderboardQuery") {
        Field("limit", \.limit, .range(1...100))
    }
}

extension Routes {
    /// Everything under `/leaderboard`.
    func addLeaderboards() {
        add(.weeklyXP, "/leaderboard/xp/weekly", "Rank oneself and one's friends by the XP of this week")
        add(.monthlyXP, "/leaderboard/xp/monthly", "Rank oneself and one's friends by the XP of this month")
        add(.completion, "/leaderboard/completion", "Rank oneself and one's friends by what they completed in 30 days")
        add(.streak, "/leaderboard/streak", "Rank oneself and one's friends by their streaks")
        add(.pvp, "/leaderboard/pvp", "Rank oneself and one's friends by how many of their fights they have won")
        route(
            .get, "/leaderboard", "Rank everybody, or oneself and one's friends", query: BoardPageQuery.self,
            options: RouteOptions(
                docs: "Everybody has a place, so that ranks are exact. Whose profile is private is shown without a name, but to "
                    + "himself and his friends.")
        ) { request in
            let query = request.query
            let standings = try await request.context.standings(
                by: query.board.type.metric, in: query.board.scope, for: request.user.id, limit: query.limit, offset: query.offset
            )
            return BoardResponse(query: query.board, standings: standings)
        }
        route(.get, "/leaderboard/me", "Show one's own rank", query: BoardQuery.self) { request in
            let query = request.query
            let rank = try await request.context.rank(of: request.user.id, by: query.type.metric, in: query.scope)
            return OwnRankResponse(query: query, rank: rank)
        }
    }

    private func add(_ kind: LeaderboardResponse.Kind, _ path: RoutePath, _ summary: String) {
        route(.get, path, summary, query: LeaderboardQuery.self) { request in
            let standings = try await request.context.standings(
                by: kind.metric, in: .friends, for: request.user.id, limit: request.query.limit)
            return LeaderboardResponse(kind: kind, standings: standings, updatedAt: request.context.now)
        }
    }
}
