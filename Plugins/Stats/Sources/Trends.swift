import HearthKit

/// What clients read as trends.
enum TrendsAnswer: JSONEncodable {
    case comparison(Trends)
    /// One by one, today at the end.
    case days([TrendDay])

    static var jsonSchema: JSONValue { ["anyOf": [Trends.jsonSchema, [TrendDay].jsonSchema]] }
    static var parts: [any SchemaValue.Type] { [Trends.self, TrendDay.self] }

    func write(to json: inout JSONWriter) {
        switch self {
        case .comparison(let trends): trends.write(to: &json)
        case .days(let days): days.write(to: &json)
        }
    }
}

/// This week beside the last one.
struct Trends: Output {
    let thisWeek: Period
    let lastWeek: Period

    static let schema = Schema<Trends>("TrendsResponse") {
        Field("current_week", .docs("From Monday until today.")) { Week(period: $0.thisWeek) }
        Field("previous_week", .docs("The whole week before.")) { Week(period: $0.lastWeek) }
        Field("trends") { Deltas(thisWeek: $0.thisWeek, lastWeek: $0.lastWeek) }
    }

    /// A week.
    struct Week: Output {
        let period: Period

        static let schema = Schema<Week>("TrendWeek") {
            Field("start") { $0.period.days.first?.date ?? TimeRange.start }
            Field("end") { $0.period.days.last?.date ?? TimeRange.start }
            Field("completions", .docs("Of habits.")) { $0.period.habitsCompleted }
            Field("xp") { $0.period.xp }
            Field("rate", .docs("0 to 100.")) { $0.period.rate }
        }
    }

    /// By how much this week differs from the last one.
    struct Deltas: Output {
        let thisWeek: Period
        let lastWeek: Period

        static let schema = Schema<Deltas>("TrendDeltas") {
            Field("completions_delta", .docs("In percent of the last week; 100 when that was 0, as the following two.")) {
                change($0.lastWeek.habitsCompleted, $0.thisWeek.habitsCompleted, fromNothing: 100)
            }
            Field("xp_delta") { change($0.lastWeek.xp, $0.thisWeek.xp, fromNothing: 100) }
            Field("rate_delta") { change($0.lastWeek.share ?? 0, $0.thisWeek.share ?? 0, fromNothing: 100) }
            Field("improving", .docs("Whether the rate is higher.")) { ($0.thisWeek.share ?? 0) > ($0.lastWeek.share ?? 0) }
        }
    }

    /// How much a number has changed, in percent with two decimals.
    ///
    /// - Parameter fromNothing: What counts when there was nothing and is something now.
    static func change(_ before: Double, _ now: Double, fromNothing: Double) -> Double {
        guard before > 0 else { return now > 0 ? fromNothing : 0 }
        return ((now - before) / before).percent
    }

    /// How much a number has changed, likewise.
    static func change(_ before: Int, _ now: Int, fromNothing: Double) -> Double {
        change(Double(before), Double(now), fromNothing: fromNothing)
    }
}

/// One of the last days.
struct TrendDay: Output {
    let day: Day

    static let schema = Schema<TrendDay>("TrendDay") {
        Field("date") { $0.day.date }
        Field("completions", .docs("Of habits.")) { $0.day.habitsCompleted }
        Field("tasks") { $0.day.tasksCompleted }
        Field("xp") { $0.day.xp }
        Field("coins") { $0.day.coins }
        Field("rate", .docs("0 to 100.")) { $0.day.rate }
    }
}

/// Which trends.
struct TrendsQuery: Input {
    var days: Int?

    static let schema = Schema<TrendsQuery>("TrendsQuery") {
        Field("days", \.days, .range(1...365), .docs("Lists so many of the last days instead of comparing weeks."))
    }
}

extension Context {
    /// This week of a user beside the last one, or the last days.
    func trends(of user: ContextInfo.Actor, days: Int?) async throws -> TrendsAnswer {
        let today = try date(in: user.timezone)
        if let days {
            let range = (today - (days - 1))...today
            return .days(try await history(of: user.id, in: range)[range].days.map(TrendDay.init))
        }
        let monday = today.startOfWeek
        let history = try await history(of: user.id, in: (monday - 7)...today)
        return .comparison(Trends(thisWeek: history[monday...today], lastWeek: history[(monday - 7)...(monday - 1)]))
    }
}
