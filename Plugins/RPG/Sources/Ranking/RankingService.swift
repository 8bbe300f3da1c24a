import HearthKit

/// Which part of a ranking is asked for.
struct RankingPage: Input {
    var metric = Metric.xp
    var limit = 20
    var offset = 0
    /// Who takes part; nil for everybody.
    var among: [UUID]?

    static let schema = Schema<RankingPage>("RankingPage") {
        Field("metric", \.metric, .required)
        Field("limit", \.limit, .range(1...100))
        Field("offset", \.offset, .range(0...10_000))
        Field("among", \.among, .count(0...1000))
    }
}

/// Whose rank is asked for.
struct RankQuestion: Input {
    var metric = Metric.xp
    var userID = UUID.zero
    /// Who takes part; nil for everybody.
    var among: [UUID]?

    static let schema = Schema<RankQuestion>("RankQuestion") {
        Field("metric", \.metric, .required)
        Field("user_id", \.userID, .required)
        Field("among", \.among, .count(0...1000))
    }
}

/// A page of a ranking.
struct RankingAnswer: Output {
    let entries: [RankingEntry]
    let total: Int

    static let schema = Schema<RankingAnswer>("Ranking") {
        Field("entries") { $0.entries }
        Field("total", .docs("How many take part.")) { $0.total }
    }
}

/// Somebody in a ranking.
struct RankingEntry: Output, Hashable {
    let userID: UUID
    let value: Int
    let rank: Int
    var fights: FightCount?

    static let schema = Schema<RankingEntry>("RankingEntry") {
        Field("user_id") { $0.userID }
        Field("value") { $0.value }
        Field("rank") { $0.rank }
        Field("wins", .docs("Null but for `win_rate`, as the next one.")) { $0.fights?.wins }
        Field("fights", .docs("How many he has fought.")) { $0.fights?.all }
    }
}

/// Where somebody ranks.
struct RankAnswer: Output, Hashable {
    /// nil for somebody who does not take part.
    let rank: Int?
    let value: Int
    let total: Int

    static let schema = Schema<RankAnswer>("Rank") {
        Field("rank") { $0.rank }
        Field("value") { $0.value }
        Field("total", .docs("How many take part.")) { $0.total }
    }
}

/// The service that other plugins call: `docs/services/ranking-1.schema.json`.
enum RankingService {
    private static let name = "ranking/1"
    private static let top = ServiceMethod<RankingPage, RankingAnswer>(name, "top")
    private static let rank = ServiceMethod<RankQuestion, RankAnswer>(name, "rank")

    /// Provides it.
    static func add(to setup: Setup) {
        setup.provide(name) {
            ProvidedMethod(top, "Those with the highest values, in order.") { try await $0.top($1) }
            ProvidedMethod(rank, "Where a user ranks.") { try await $0.rank($1) }
        }
    }
}
