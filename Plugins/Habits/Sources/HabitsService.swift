import HearthKit

/// What other plugins may know of habits. The contract is `docs/services/habits-1.schema.json`.
enum HabitsService {
    static let summaries = ServiceMethod<HabitOwner, HabitSummaries>("habits/1", "summaries")
    static let dueCounts = ServiceMethod<DueRange, DueDays>("habits/1", "due_counts")
    static let perfectDays = ServiceMethod<PerfectDaysQuestion, PerfectDays>("habits/1", "perfect_days")
    static let dueTotals = ServiceMethod<DueDate, DueTotals>("habits/1", "due_totals")
    static let completions = ServiceMethod<CompletionsQuestion, CompletionsPage>("habits/1", "completions")
}

extension Setup {
    /// Provides `habits/1`.
    func provideHabits() {
        provide("habits/1") {
            ProvidedMethod(HabitsService.summaries, "All habits of a user.") { context, owner in
                let zone = try await context.timezone(of: owner.userID)
                let today = try context.date(in: zone)
                let habits: [Habit] = try await context.query(Habit.list(of: owner.userID, archived: true))
                return HabitSummaries(habits: habits.map { HabitSummary(habit: $0, today: today) })
            }
            ProvidedMethod(HabitsService.dueCounts, "How many habits a user has to do on each day of a range.") {
                context, range in
                guard range.from <= range.to else { return DueDays(days: []) }
                guard range.to - range.from <= DueRange.limit else {
                    throw ServiceError("too_long", "At most \(DueRange.limit) days can be asked for at once")
                }
                let zone = try await context.timezone(of: range.userID)
                let habits: [Habit] = try await context.query(Habit.list(of: range.userID, archived: true))
                let uses = try habits.map { habit throws(HostError) in try context.use(of: habit, in: zone) }
                return DueDays(of: uses, in: range.from...range.to)
            }
            ProvidedMethod(HabitsService.perfectDays, "How many days up to now a user has left out nothing that was due.") {
                context, question in
                let zone = try await context.timezone(of: question.userID)
                let today = try context.date(in: zone)
                let first = today - question.within
                let (habits, days) = try await context.query(
                    Habit.list(of: question.userID, archived: true).rows(Habit.self),
                    // Weeks are looked at as a whole.
                    DayOfHabit.list(of: question.userID, from: first.startOfWeek).rows(DayOfHabit.self))
                let completed = Dictionary(grouping: days, by: \.habit).mapValues { Set($0.map(\.day.date)) }
                let kept = try habits.map { habit throws(HostError) in
                    KeptHabit(use: try context.use(of: habit, in: zone), completed: completed[habit.id] ?? [])
                }
                return PerfectDays(of: kept, in: first...today)
            }
            ProvidedMethod(HabitsService.dueTotals, "How many habits users have to do on a day.") { context, day in
                let end = try context.bounds(of: day.date, in: day.timezone).upperBound
                let counts: [ScheduleCount] = try await context.query(ScheduleCount.inUse(of: day.userIDs, at: end))
                return DueTotals(of: counts, on: day.date)
            }
            ProvidedMethod(HabitsService.completions, "A page of the completions of a user, the oldest day first.") {
                context, asked in
                let page: [Completion] = try await context.query(
                    Completion.page(of: asked.userID, after: asked.after.map { ($0.date, $0.id) }, limit: asked.limit))
                return CompletionsPage(completions: page.map { CompletionEvent(completion: $0) })
            }
        }
    }
}

extension Context {
    /// When a habit is in use, in the days of a zone.
    fileprivate func use(of habit: Habit, in zone: String) throws(HostError) -> HabitUse {
        HabitUse(
            schedule: habit.schedule, since: try date(at: habit.createdAt, in: zone),
            until: try habit.archivedAt.map { instant throws(HostError) in try date(at: instant, in: zone) })
    }

    /// The time zone of a user: known without asking when it is he who acts.
    fileprivate func timezone(of user: UUID) async throws -> String {
        if let actor = try info().actor, actor.id == user { return actor.timezone }
        return try await users([user]).first?.timezone ?? "UTC"
    }
}

/// Whose habits are asked for.
struct HabitOwner: Input {
    var userID = UUID.zero

    static let schema = Schema<HabitOwner>("HabitOwner") { Field("user_id", \.userID, .required) }
}

/// The habits of a user.
struct HabitSummaries: Output {
    let habits: [HabitSummary]

    static let schema = Schema<HabitSummaries>("HabitSummaries") { Field("habits") { $0.habits } }
}

/// A habit as other plugins see it.
struct HabitSummary: Output {
    let habit: Habit
    /// The user's day.
    let today: LocalDate

    static let schema = Schema<HabitSummary>("HabitSummary") {
        Field("habit_id") { $0.habit.id }
        Field("title") { $0.habit.title }
        Field("icon") { $0.habit.icon }
        Field("frequency") { $0.habit.schedule.frequency }
        Field("week_target") { $0.habit.schedule.weekTarget }
        Field("is_active") { !$0.habit.isArchived }
        Field("current_streak") { $0.habit.streak.current(on: $0.today, by: $0.habit.schedule) }
        Field("best_streak") { $0.habit.streak.best }
        Field("total_completions") { $0.habit.totalCompletions }
        Field("created_at") { $0.habit.createdAt }
        Field("archived_at", .docs("Null for one in use.")) { $0.habit.archivedAt }
    }
}

/// Which completions of a user are asked for.
struct CompletionsQuestion: Input {
    /// Where the page before has ended.
    struct Place: Input, Output {
        var date = LocalDate(days: 0)
        var id = UUID.zero

        static let schema = Schema<Place>("CompletionPlace") {
            Field("local_date", \.date, .required)
            Field("completion_id", \.id, .required)
        }
    }

    var userID = UUID.zero
    var after: Place?
    var limit = 100

    static let schema = Schema<CompletionsQuestion>("CompletionsQuestion") {
        Field("user_id", \.userID, .required)
        Field("after", \.after, .docs("The last completion of the page before."))
        Field("limit", \.limit, .range(1...1000))
    }
}

/// Completions, as they are told one by one.
struct CompletionsPage: Output {
    let completions: [CompletionEvent]

    static let schema = Schema<CompletionsPage>("CompletionsPage") { Field("completions") { $0.completions } }
}
