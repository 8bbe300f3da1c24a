import HearthKit

/// This week beside the last one, and the last days one by one.
struct Trends: Output {
    let thisWeek: Period
    let lastWeek: Period
    /// The last days, today at the end.
    let latest: Period

    static let schema = Schema<Trends>("TrendsResponse") {
        Field("current_week", .docs("From Monday until today.")) { Week(period: $0.thisWeek) }
        Field("previous_week", .docs("The whole week before.")) { Week(period: $0.lastWeek) }
        Field("trends") { Deltas(thisWeek: $0.thisWeek, lastWeek: $0.lastWeek) }
        Field("days", .docs("The last days, today at the end.")) { $0.latest.days.map(TrendDay.init) }
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

/// How many of the last days to list.
struct TrendsQuery: Input {
    var days = 7

    static let schema = Schema<TrendsQuery>("TrendsQuery") {
        Field("days", \.days, .range(1...365), .docs("How many of the last days to list."))
    }
}

extension Context {
    /// This week of a user beside the last one.
    func trends(of user: ContextInfo.Actor, days: Int) async throws -> Trends {
        let today = try date(in: user.timezone)
        let monday = today.startOfWeek
        let history = try await history(of: user.id, in: min(monday - 7, today - (days - 1))...today)
        return Trends(
            thisWeek: history[monday...today], lastWeek: history[(monday - 7)...(monday - 1)],
            latest: history[(today - (days - 1))...today])
    }
}
