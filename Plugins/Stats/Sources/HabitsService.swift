import HearthKit

/// The service that knows habits. Its contract is `docs/services/habits-1.schema.json`.
enum HabitsService {
    /// All habits of a user.
    static let summaries = ServiceMethod<UserQuery, HabitSummaries>("habits/1", "summaries")
    /// How many habits a user has to do on each day of a range.
    static let dueCounts = ServiceMethod<DueQuery, DueDays>("habits/1", "due_counts")
    /// How many habits users have to do on a day.
    static let dueTotals = ServiceMethod<DueOfUsers, DueTotals>("habits/1", "due_totals")
    /// A page of the completions of a user, the oldest day first.
    static let completions = ServiceMethod<CompletionsQuestion, CompletionsPage>("habits/1", "completions")

    /// How far the last day that is asked for may be from the first one.
    static let daysLimit = 3_660
}

/// Whose habits are asked for.
struct UserQuery: Output {
    let userID: UUID

    static let schema = Schema<UserQuery>("UserQuery") { Field("user_id") { $0.userID } }
}

/// A habit of a user.
struct HabitSummary: Input, Output, Hashable {
    var id = UUID.zero
    var title = ""
    var icon = ""
    /// How many completions make a week complete.
    var weekTarget = 7
    var isActive = true
    var currentStreak = 0
    var bestStreak = 0
    var createdAt = Timestamp(microseconds: 0)
    /// nil for one in use.
    var archivedAt: Timestamp?

    static let schema = Schema<HabitSummary>("HabitSummary") {
        Field("habit_id", \.id, .required)
        Field("title", \.title, .required)
        Field("icon", \.icon, .required)
        Field("week_target", \.weekTarget, .required)
        Field("is_active", \.isActive, .required)
        Field("current_streak", \.currentStreak, .required)
        Field("best_streak", \.bestStreak, .required)
        Field("created_at", \.createdAt, .required)
        Field("archived_at", \.archivedAt)
    }
}

/// The habits of a user.
struct HabitSummaries: Input {
    var habits: [HabitSummary] = []

    static let schema = Schema<HabitSummaries>("HabitSummaries") { Field("habits", \.habits, .required) }
}

/// Which days of a user are asked for.
struct DueQuery: Output {
    let userID: UUID
    let range: ClosedRange<LocalDate>

    static let schema = Schema<DueQuery>("DueQuery") {
        Field("user_id") { $0.userID }
        Field("from") { $0.range.lowerBound }
        Field("to") { $0.range.upperBound }
    }
}

/// The days on which something is due.
struct DueDays: Input {
    var days: [Due] = []

    static let schema = Schema<DueDays>("DueDays") { Field("days", \.days, .required) }

    struct Due: Input, Output {
        var date = LocalDate(days: 0)
        var due = 0

        static let schema = Schema<Due>("Due") {
            Field("date", \.date, .required)
            Field("due", \.due, .required)
        }
    }
}

/// Whose day is asked for.
struct DueOfUsers: Output {
    let userIDs: [UUID]
    let date: LocalDate
    let timezone: String

    static let schema = Schema<DueOfUsers>("DueOfUsers") {
        Field("user_ids") { $0.userIDs }
        Field("date") { $0.date }
        Field("timezone") { $0.timezone }
    }
}

/// The users for whom something is due.
struct DueTotals: Input {
    var totals: [Total] = []

    static let schema = Schema<DueTotals>("DueTotals") { Field("totals", \.totals, .required) }

    struct Total: Input, Output {
        var userID = UUID.zero
        var due = 0

        static let schema = Schema<Total>("DueTotal") {
            Field("user_id", \.userID, .required)
            Field("due", \.due, .required)
        }
    }
}

/// Which completions of a user are asked for.
struct CompletionsQuestion: Output {
    /// Where the page before has ended.
    struct Place: Output {
        let completion: HeardCompletion

        static let schema = Schema<Place>("CompletionPlace") {
            Field("local_date") { $0.completion.localDate }
            Field("completion_id") { $0.completion.completionID }
        }
    }

    let userID: UUID
    /// The last one of the page before.
    let after: HeardCompletion?
    let limit: Int

    static let schema = Schema<CompletionsQuestion>("CompletionsQuestion") {
        Field("user_id") { $0.userID }
        Field("after") { $0.after.map(Place.init) }
        Field("limit") { $0.limit }
    }
}

/// Completions, as they are told one by one.
struct CompletionsPage: Input {
    var completions: [HeardCompletion] = []

    static let schema = Schema<CompletionsPage>("CompletionsPage") { Field("completions", \.completions, .required) }
}

extension Context {
    /// The habits of a user, archived ones too; none when nobody provides habits.
    func habits(of user: UUID) async throws -> [HabitSummary] {
        try await call(HabitsService.summaries, UserQuery(userID: user))?.habits ?? []
    }

    /// How many habits a user has to do on the days of a range, without those on which it is none; nil when nobody knows.
    func due(of user: UUID, in range: ClosedRange<LocalDate>) async throws -> [LocalDate: Int]? {
        let first = max(range.lowerBound, range.upperBound - HabitsService.daysLimit)
        let reply = try await call(HabitsService.dueCounts, DueQuery(userID: user, range: first...range.upperBound))
        return reply.map { Dictionary($0.days.map { ($0.date, $0.due) }, uniquingKeysWith: { first, _ in first }) }
    }
}
