import HearthKit

/// Which completions to list.
struct CompletionHistoryQuery: Input {
    var startDate: LocalDate?
    var endDate: LocalDate?
    var habitID: UUID?
    var limit = 50
    var offset = 0

    static let schema = Schema<CompletionHistoryQuery>("CompletionHistoryQuery") {
        Field("start_date", \.startDate, .docs("The first day; null for all."))
        Field("end_date", \.endDate, .docs("The last day; null for all."))
        Field("habit_id", \.habitID, .docs("Only of this habit."))
        Field("limit", \.limit, .range(1...365))
        Field("offset", \.offset, .range(0...))
    }
}

/// How far back to summarise.
struct SummaryQuery: Input {
    var days = 7

    static let schema = Schema<SummaryQuery>("SummaryQuery") {
        Field("days", \.days, .range(1...90), .docs("Today among them."))
    }
}

/// Which month to show.
struct CalendarQuery: Input {
    var month: String?

    static let schema = Schema<CalendarQuery>("CalendarQuery") {
        Field("month", \.month, .pattern(#"^\d{4}-\d{2}$"#), .docs("`YYYY-MM`; null for this month."))
    }
}

extension Routes {
    private static let habitID = PathParameter<UUID>("habit_id", "The habit.")
    private static let completionID = PathParameter<UUID>("completion_id", "The completion.")

    /// Everything under `/completions`, and the preview of one.
    func addCompletions() {
        route(
            .post, "/completions/", "Complete a habit for today", body: CompletionCreate.self, status: 201,
            options: RouteOptions(
                failures: [.habitIDRequired, .habitArchived, .completedToday, .habitNotFound],
                docs: """
                    Today is the user's own day. A day that was completed lasts until it is over where the user was then and a later \
                    date has begun where he is now, so a change of the time zone never opens it a second time.
                    """)
        ) { request in
            try await request.context.complete(request.body, by: request.user)
        }
        route(
            .get, "/habits/\(Self.habitID)/preview", "Show what completing a habit now would bring",
            options: RouteOptions(
                failures: [.habitArchived, .completedToday, .habitNotFound],
                docs: "Changes nothing, and is refused as completing it would be.")
        ) { request in
            try await request.context.previewCompletion(of: request[Self.habitID], by: request.user)
        }
        route(
            .post, "/completions/backfill", "Enter a completion afterwards", body: CompletionBackfill.self, status: 201,
            options: RouteOptions(
                failures: [.inTheFuture, .tooLongAgo, Failure.badRequest("Habit already completed on {date}"), .habitNotFound],
                docs: "Heals the habit's streak. Worth half of a completion, without bonuses.")
        ) { request in
            try await request.context.backfill(request.body, by: request.user)
        }
        route(.get, "/completions/today", "List today's completions, newest first") { request in
            let today = try Today(of: request.user, in: request.context)
            return try await request.context.query(Completion.today(today, of: request.user.id), as: Completion.self)
        }
        route(
            .get, "/completions/history", "List completions, newest day first", query: CompletionHistoryQuery.self
        ) { request in
            try await request.context.query(Completion.history(of: request.user.id, request.query), as: Completion.self)
        }
        route(.get, "/completions/summary", "Sum up the last days, today first", query: SummaryQuery.self) { request in
            let today = try Today(of: request.user, in: request.context).date
            let (totals, habits) = try await request.context.totals(
                of: request.user.id, in: (today - (request.query.days - 1))...today)
            return totals.reversed().map { DailySummary(total: $0, habits: habits.count(on: $0.date)) }
        }
        route(
            .get, "/completions/calendar", "Show a month of completions", query: CalendarQuery.self,
            options: RouteOptions(failures: [.invalidMonth])
        ) { request in
            let today = try Today(of: request.user, in: request.context).date
            let month = request.query.month ?? String("\(today)".prefix(7))
            guard let days = CompletionCalendar.days(ofMonth: month) else { throw Failure.invalidMonth }
            let (totals, habits) = try await request.context.totals(of: request.user.id, in: days)
            return CompletionCalendar(totals: totals, habits: habits, today: today)
        }
        route(
            .delete, "/completions/\(Self.completionID)", "Undo a completion", status: 204,
            options: RouteOptions(
                failures: [.completionNotFound], docs: "Takes back the reward and restores counters and streaks.")
        ) { request in
            try await request.context.undo(request[Self.completionID], by: request.user)
            return Nothing()
        }
    }
}

extension Context {
    /// What a user completed on each day of a range, and the habits that he uses now.
    fileprivate func totals(of user: UUID, in days: ClosedRange<LocalDate>) async throws -> ([DayTotal], habits: HabitsInUse) {
        let (totals, habits) = try await query(
            DayTotal.list(of: user, in: days).rows(DayTotal.self),
            PausesOfHabit.ofHabitsInUse(of: user).rows(PausesOfHabit.self))
        return (DayTotal.every(day: days, of: totals), HabitsInUse(pauses: habits.map(\.pauses)))
    }
}
