import HearthKit

/// What other plugins tell, as far as it is counted. Nobody needs to be there: what nobody declares never happens.
extension Setup {
    /// Has everything counted that is told. The names are what the host remembers.
    func countEvents() {
        subscribe(to: Event<HeardCompletion>("habit.completed/1"), as: "completions") { context, event in
            try await context.count([event.payload.activity(counts: true, toldAt: event.publishedAt)])
        }
        subscribe(to: Event<HeardCompletion>("habit.completion_undone/1"), as: "undoings") { context, event in
            try await context.count([event.payload.activity(counts: false, toldAt: event.publishedAt)])
        }
        subscribe(to: Event<HeardImport>("habit.imported/1"), as: "imports") { context, event in
            try await context.countAnew(event.payload.userID, toldAt: event.publishedAt)
        }
        subscribe(to: Event<HeardTask>("task.completed/1"), as: "tasks") { context, event in
            try await context.count(event.payload.activities(counts: true, toldAt: event.publishedAt))
        }
        subscribe(to: Event<HeardTask>("task.reopened/1"), as: "reopenings") { context, event in
            try await context.count(event.payload.activities(counts: false, toldAt: event.publishedAt))
        }
        subscribe(to: Event<HeardSpending>("coins.spent/1"), as: "spendings") { context, event in
            guard let activity = event.payload.activity(number: event.id, toldAt: event.publishedAt) else { return }
            try await context.count([activity])
        }
        subscribe(to: Event<HeardBonus>("bonus.earned/1"), as: "bonuses") { context, event in
            try await context.count([event.payload.activity(toldAt: event.publishedAt)])
        }
    }
}

extension Timestamp {
    /// Before everything that can be told.
    fileprivate static let beginningOfTime = Timestamp(microseconds: 0)
}

/// A completion of a habit.
struct HeardCompletion: Input, Output {
    var completionID = UUID.zero
    var habitID = UUID.zero
    var userID = UUID.zero
    var localDate = LocalDate(days: 0)
    var xp = 0
    var coins = 0
    var mood: Int?

    static let schema = Schema<HeardCompletion>("HeardCompletion") {
        Field("completion_id", \.completionID, .required)
        Field("habit_id", \.habitID, .required)
        Field("user_id", \.userID, .required)
        Field("local_date", \.localDate, .required)
        Field("xp_earned", \.xp, .required)
        Field("coins_earned", \.coins, .required)
        Field("mood_rating", \.mood)
    }

    func activity(counts: Bool, toldAt: Timestamp) -> Activity {
        Activity(
            id: completionID, userID: userID, kind: .habit, habitID: habitID, date: localDate, xp: xp, coins: coins, mood: mood,
            counts: counts, toldAt: toldAt)
    }
}

/// That a user has brought habits and completions along, which are not told one by one.
struct HeardImport: Input {
    var userID = UUID.zero

    static let schema = Schema<HeardImport>("HeardImport") { Field("user_id", \.userID, .required) }
}

/// A task that was completed.
struct HeardTask: Input {
    var taskID = UUID.zero
    var userID = UUID.zero
    var localDate = LocalDate(days: 0)
    var xp = 0
    var coins = 0

    static let schema = Schema<HeardTask>("HeardTask") {
        Field("task_id", \.taskID, .required)
        Field("user_id", \.userID, .required)
        Field("local_date", \.localDate, .required)
        Field("xp_earned", \.xp, .required)
        Field("coins_earned", \.coins, .required)
    }

    /// The task, and what was paid for it, once: that stays when the task is opened again, and on the day on which it was paid.
    func activities(counts: Bool, toldAt: Timestamp) -> [Activity] {
        let task = Activity(
            id: taskID, userID: userID, kind: .task, habitID: nil, date: localDate, xp: 0, coins: 0, counts: counts,
            toldAt: toldAt)
        guard counts, xp > 0 || coins > 0 else { return [task] }
        let reward = Activity(
            id: UUID(named: "reward", in: taskID), userID: userID, kind: .reward, habitID: nil, date: localDate, xp: xp,
            coins: coins, counts: true, toldAt: .beginningOfTime)
        return [task, reward]
    }
}

/// Coins that were spent.
struct HeardSpending: Input {
    var userID = UUID.zero
    /// In the ledger of whoever keeps it; nil when it is not told.
    var entryID: UUID?
    var coins = 0
    var localDate = LocalDate(days: 0)

    static let schema = Schema<HeardSpending>("HeardSpending") {
        Field("user_id", \.userID, .required)
        Field("entry_id", \.entryID)
        Field("coins", \.coins, .required)
        Field("local_date", \.localDate, .required)
    }

    /// - Parameter number: Of the event among those of the user; nil for one that is told again.
    /// - Returns: nil for what cannot be told from others, and so not be counted once.
    func activity(number: Int64?, toldAt: Timestamp) -> Activity? {
        guard let id = entryID ?? number.map({ UUID(named: "coins.spent/1 \($0)", in: userID) }) else { return nil }
        return Activity(
            id: id, userID: userID, kind: .spending, habitID: nil, date: localDate, xp: 0, coins: coins, counts: true,
            toldAt: toldAt)
    }
}

/// What a user has earned beside what his activities bring.
struct HeardBonus: Input {
    var userID = UUID.zero
    /// In the ledger of whoever keeps it.
    var entryID = UUID.zero
    var xp = 0
    var coins = 0
    var localDate = LocalDate(days: 0)

    static let schema = Schema<HeardBonus>("HeardBonus") {
        Field("user_id", \.userID, .required)
        Field("entry_id", \.entryID, .required)
        Field("xp", \.xp, .required)
        Field("coins", \.coins, .required)
        Field("local_date", \.localDate, .required)
    }

    func activity(toldAt: Timestamp) -> Activity {
        Activity(
            id: entryID, userID: userID, kind: .bonus, habitID: nil, date: localDate, xp: xp, coins: coins, counts: true,
            toldAt: toldAt)
    }
}
