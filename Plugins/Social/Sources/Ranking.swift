import HearthKit

/// What users are ranked by. The owner of the data ranks: whoever provides `ranking/1`, and `completion_ranking/1` for what is
/// completed. Their contracts stand in `docs/services`.
enum Metric: String, JSONEnum {
    case xp
    case level
    case streak
    case weeklyXP = "xp_weekly"
    case monthlyXP = "xp_monthly"
    case completion
    case winRate = "win_rate"

    private var service: String { self == .completion ? "completion_ranking/1" : "ranking/1" }

    /// The best, in their order.
    fileprivate var top: ServiceMethod<TopQuestion, Top> { ServiceMethod(service, "top") }
    /// The place of one user.
    fileprivate var rank: ServiceMethod<RankQuestion, Rank> { ServiceMethod(service, "rank") }
}

/// Which places of a ranking are asked for.
struct TopQuestion: Output {
    let metric: Metric
    let limit: Int
    let offset: Int
    /// Who is ranked, at most 1,000; nil for everybody.
    let among: [UUID]?

    static let schema = Schema<TopQuestion>("TopQuestion") {
        Field("metric") { $0.metric }
        Field("limit") { $0.limit }
        Field("offset") { $0.offset }
        Field("among") { $0.among }
    }
}

/// Places of a ranking.
struct Top: Input {
    var entries: [Place] = []
    /// How many have a place.
    var total = 0

    static let schema = Schema<Top>("Top") {
        Field("entries", \.entries, .required)
        Field("total", \.total, .required)
    }

    /// A user's place: 1 for nobody before him. Equals share one.
    struct Place: Input, Output {
        var userID = UUID.zero
        var value = 0.0
        var rank = 1
        /// Fights won, and all that were fought, where that is what users are ranked by.
        var wins: Int?
        var fights: Int?

        static let schema = Schema<Place>("TopPlace") {
            Field("user_id", \.userID, .required)
            Field("value", \.value, .required)
            Field("rank", \.rank, .required)
            Field("wins", \.wins)
            Field("fights", \.fights)
        }
    }
}

/// Whose place is asked for.
struct RankQuestion: Output {
    let metric: Metric
    let userID: UUID
    /// Who is ranked, at most 1,000; nil for everybody.
    let among: [UUID]?

    static let schema = Schema<RankQuestion>("RankQuestion") {
        Field("metric") { $0.metric }
        Field("user_id") { $0.userID }
        Field("among") { $0.among }
    }
}

/// The place of one user; without a rank for somebody who has none.
struct Rank: Input {
    var rank: Int?
    var value = 0.0
    var total = 0

    static let schema = Schema<Rank>("Rank") {
        Field("rank", \.rank)
        Field("value", \.value)
        Field("total", \.total)
    }
}

extension Context {
    /// The best by a metric; nobody when nobody ranks by it.
    ///
    /// - Parameter circle: Who is ranked; nil for everybody.
    func top(by metric: Metric, in circle: [UUID]?, limit: Int, offset: Int = 0) async throws -> Top {
        try await call(metric.top, TopQuestion(metric: metric, limit: limit, offset: offset, among: circle)) ?? Top()
    }

    /// The place of a user by a metric; none when nobody ranks by it.
    ///
    /// - Parameter circle: Who is ranked; nil for everybody.
    func rank(of user: UUID, by metric: Metric, in circle: [UUID]?) async throws -> Rank {
        try await call(metric.rank, RankQuestion(metric: metric, userID: user, among: circle)) ?? Rank()
    }
}
