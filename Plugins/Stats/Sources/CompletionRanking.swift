import HearthKit

/// Who completes what is due, of some users. The contract is `docs/services/completion_ranking-1.schema.json`.
enum CompletionRanking {
    static let top = ServiceMethod<TopQuery, TopEntries>("completion_ranking/1", "top")
    static let rank = ServiceMethod<RankQuery, Rank>("completion_ranking/1", "rank")

    /// What users are ranked by.
    enum Metric: String, JSONEnum {
        /// The mean of the last 30 days on which something was due, today among them, in whole percent.
        case completion
    }
}

/// A user with his value.
struct RankedUser: Row, Output, Hashable {
    let userID: UUID
    let value: Int
    /// One more than there are users with a higher value.
    var rank = 0

    init(userID: UUID, value: Int, rank: Int = 0) {
        self.userID = userID
        self.value = value
        self.rank = rank
    }

    init(row: inout RowReader) throws {
        userID = try row.next()
        value = try row.next()
    }

    static let schema = Schema<RankedUser>("RankedUser") {
        Field("user_id") { $0.userID }
        Field("value") { $0.value }
        Field("rank") { $0.rank }
    }

    /// The values of users for whom something was due.
    ///
    /// In whole hundredths of a percent, so that both engines agree on each of them.
    static func values(of users: [UUID], in range: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT user_id, sum(least(habits_completed, habits_total) * 10000 / habits_total) / count(*) / 100 FROM stats_days
        WHERE user_id IN \(in: users) AND local_date BETWEEN \(range.lowerBound) AND \(range.upperBound) AND habits_total > 0
        GROUP BY user_id
        """
    }

    /// The same users in the order of their ranks; those of one rank by id.
    static func ranked(_ users: [RankedUser]) -> [RankedUser] {
        let sorted = users.sorted { ($1.value, $0.userID) < ($0.value, $1.userID) }
        var rank = 0
        return sorted.enumerated().map { index, user in
            if index == 0 || user.value != sorted[index - 1].value { rank = index + 1 }
            return RankedUser(userID: user.userID, value: user.value, rank: rank)
        }
    }
}

extension Setup {
    /// Provides `completion_ranking/1`.
    func provideCompletionRanking() {
        provide("completion_ranking/1") {
            ProvidedMethod(CompletionRanking.top, "A page of the ranking of some users.") { context, query in
                let ranked = try await context.ranked(query.among)
                return TopEntries(
                    entries: Array(ranked.dropFirst(query.offset).prefix(query.limit)), total: ranked.count)
            }
            ProvidedMethod(CompletionRanking.rank, "The place of a user among some, himself included.") { context, query in
                let ranked = try await context.ranked(query.among.filter { $0 != query.userID } + [query.userID])
                return Rank(user: ranked.first { $0.userID == query.userID }, total: ranked.count)
            }
        }
    }
}

extension Context {
    fileprivate func ranked(_ users: [UUID]) async throws -> [RankedUser] {
        // Today is tomorrow or yesterday already where some of them are.
        let today = try date(in: "UTC")
        return RankedUser.ranked(try await query(RankedUser.values(of: users, in: (today - 29)...(today + 1))))
    }
}

/// Which page of a ranking is asked for.
struct TopQuery: Input {
    var metric = CompletionRanking.Metric.completion
    var limit = 20
    var offset = 0
    var among: [UUID] = []

    static let schema = Schema<TopQuery>("TopQuery") {
        Field("metric", \.metric, .required)
        Field("limit", \.limit, .required, .range(1...100))
        Field("offset", \.offset, .range(0...))
        Field("among", \.among, .required, .count(0...1000))
    }
}

/// A page of a ranking.
struct TopEntries: Output {
    let entries: [RankedUser]
    let total: Int

    static let schema = Schema<TopEntries>("TopEntries") {
        Field("entries") { $0.entries }
        Field("total", .docs("How many users are ranked.")) { $0.total }
    }
}

/// Whose place in a ranking is asked for.
struct RankQuery: Input {
    var metric = CompletionRanking.Metric.completion
    var userID = UUID.zero
    var among: [UUID] = []

    static let schema = Schema<RankQuery>("RankQuery") {
        Field("metric", \.metric, .required)
        Field("user_id", \.userID, .required)
        Field("among", \.among, .required, .count(0...1000))
    }
}

/// The place of a user in a ranking.
struct Rank: Output {
    let user: RankedUser?
    let total: Int

    static let schema = Schema<Rank>("Rank") {
        Field("rank", .docs("Null when nothing was due for him.")) { $0.user?.rank }
        Field("value") { $0.user?.value ?? 0 }
        Field("total", .docs("How many users are ranked.")) { $0.total }
    }
}
