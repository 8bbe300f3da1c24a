import HearthKit

/// The form of an export.
enum ExportFormat: String, JSONEnum {
    case json, csv
}

/// What to export.
struct ExportQuery: Input {
    var format = ExportFormat.json
    var timeRange = TimeRange.allTime

    static let schema = Schema<ExportQuery>("StatsExportQuery") {
        Field("format", \.format, .docs("`csv` has a line for each day."))
        Field("time_range", \.timeRange)
    }
}

/// Everything that is known of a user's days. Sent piece by piece, page by page of the database: however much it is, it needs the
/// memory of one page.
struct StatsExport: Sendable {
    let user: ContextInfo.Actor
    let range: ClosedRange<LocalDate>
    let context: Context

    /// How many rows are read together.
    private static let pageSize = 200

    /// The answer.
    func reply(_ format: ExportFormat) -> Reply {
        let name = "statistics-\(range.upperBound).\(format.rawValue)"
        let headers = [(name: "Content-Disposition", value: "attachment; filename=\"\(name)\"")]
        switch format {
        case .json: return .stream(contentType: "application/json", headers: headers, sendJSON)
        case .csv: return .stream(contentType: "text/csv; charset=utf-8", headers: headers, sendCSV)
        }
    }

    @Sendable private func sendCSV(_ stream: ReplyStream) async throws {
        try await stream.send(Day.csvHeader)
        try await forEachPageOfDays { try await stream.send($0.map(\.csv).joined()) }
    }

    @Sendable private func sendJSON(_ stream: ReplyStream) async throws {
        let head = StatsExportHead(
            username: try await context.users([user.id]).first?.username ?? "",
            character: try await context.character(of: user.id) ?? UserCharacter(), range: range,
            habits: try await context.habits(of: user.id), exportedAt: context.now)
        // The head is an object that the lists are members of, too.
        try await stream.send(text(of: head).dropLast() + #","daily_stats":["#)
        var separator = ""
        try await forEachPageOfDays { days in
            try await stream.send(separator + days.map { text(of: ExportedDay(day: $0)) }.joined(separator: ","))
            separator = ","
        }
        try await stream.send(#"],"completions":["#)
        separator = ""
        var page: [Activity] = []
        repeat {
            page = try await context.query(
                Activity.completions(of: user.id, in: range, after: page.last, limit: Self.pageSize))
            guard !page.isEmpty else { break }
            try await stream.send(separator + page.map { text(of: ExportedCompletion(activity: $0)) }.joined(separator: ","))
            separator = ","
        } while page.count == Self.pageSize
        try await stream.send("]}")
    }

    private func forEachPageOfDays(_ send: ([Day]) async throws -> Void) async throws {
        var first = range.lowerBound
        while first <= range.upperBound {
            let page: [Day] = try await context.query(Day.list(of: user.id, in: first...range.upperBound, limit: Self.pageSize))
            guard let begin = page.first?.date, let end = page.last?.date else { return }
            let history = History(page, due: try await context.due(of: user.id, in: begin...end))
            try await send(page.map { history[$0.date] })
            guard page.count == Self.pageSize else { return }
            first = end + 1
        }
    }

    private func text(of value: some JSONEncodable) -> String {
        var json = JSONWriter()
        value.write(to: &json)
        return json.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension Day {
    /// The first line of a table of days.
    static let csvHeader =
        "date,habits_completed,habits_total,completion_rate,tasks_completed,xp_earned,coins_earned,coins_spent\r\n"

    /// Its line.
    var csv: String {
        "\(date),\(habitsCompleted),\(habitsTotal ?? 0),\(rate),\(tasksCompleted),\(xp),\(coins),\(coinsSpent)\r\n"
    }
}

/// What an export says before its lists.
struct StatsExportHead: Output {
    let username: String
    let character: UserCharacter
    let range: ClosedRange<LocalDate>
    let habits: [HabitSummary]
    let exportedAt: Timestamp

    static let schema = Schema<StatsExportHead>("StatsExportHead") {
        Field("exported_at") { $0.exportedAt }
        Field("time_range") { Dates(range: $0.range) }
        Field("user") { Owner(username: $0.username, character: $0.character) }
        Field("habits") { $0.habits.map(ExportedHabit.init) }
    }

    /// From when until when.
    struct Dates: Output {
        let range: ClosedRange<LocalDate>

        static let schema = Schema<Dates>("StatsExportRange") {
            Field("start") { $0.range.lowerBound }
            Field("end") { $0.range.upperBound }
        }
    }

    /// Whose days they are.
    struct Owner: Output {
        let username: String
        let character: UserCharacter

        static let schema = Schema<Owner>("StatsExportUser") {
            Field("username") { $0.username }
            Field("level") { $0.character.level }
            Field("total_xp") { $0.character.totalXP }
            Field("current_streak") { $0.character.currentStreak }
            Field("best_streak") { $0.character.bestStreak }
        }
    }
}

/// The whole of an export, for the API description.
struct StatsExportJSON: Output {
    let head: StatsExportHead
    let days: [ExportedDay]
    let completions: [ExportedCompletion]

    static let schema = Schema<StatsExportJSON>("StatsExportJson") {
        Include(\.head)
        Field("daily_stats", .docs("Days of which something is known, in order.")) { $0.days }
        Field("completions", .docs("Of habits, by day.")) { $0.completions }
    }
}

/// A habit as it is exported.
struct ExportedHabit: Output {
    let habit: HabitSummary

    static let schema = Schema<ExportedHabit>("StatsExportHabit") {
        Field("id") { $0.habit.id }
        Field("name") { $0.habit.title }
        Field("icon") { $0.habit.icon }
        Field("current_streak") { $0.habit.currentStreak }
        Field("best_streak") { $0.habit.bestStreak }
    }
}

/// A day as it is exported.
struct ExportedDay: Output {
    let day: Day

    static let schema = Schema<ExportedDay>("StatsExportDay") {
        Field("date") { $0.day.date }
        Field("habits_completed") { $0.day.habitsCompleted }
        Field("habits_total") { $0.day.habitsTotal ?? 0 }
        Field("completion_rate") { $0.day.rate }
        Field("tasks_completed") { $0.day.tasksCompleted }
        Field("xp_earned") { $0.day.xp }
        Field("coins_earned") { $0.day.coins }
        Field("coins_spent") { $0.day.coinsSpent }
    }
}

/// A completion as it is exported.
struct ExportedCompletion: Output {
    let activity: Activity

    static let schema = Schema<ExportedCompletion>("StatsExportCompletion") {
        Field("habit_id") { $0.activity.habitID ?? .zero }
        Field("completed_date") { $0.activity.date }
        Field("xp_earned") { $0.activity.xp }
    }
}
