import HearthKit

/// What other plugins tell, as far as it is counted. Nobody needs to be there: what nobody declares never happens.
extension Setup {
    /// Has everything counted that is told. The names are what the host remembers.
    func countEvents() {
        subscribe(to: Event<HeardCompletion>("habit.completed/1"), as: "completions") { context, event in
            try await context.count(event.payload.activity(counts: true, toldAt: event.publishedAt))
        }
        subscribe(to: Event<HeardCompletion>("habit.completion_undone/1"), as: "undoings") { context, event in
            // A completion that is done again is another one, so nothing that is told late brings this one back.
            try await context.count(event.payload.activity(counts: false, toldAt: .endOfTime))
        }
        subscribe(to: Event<HeardTask>("task.completed/1"), as: "tasks") { context, event in
            try await context.count(event.payload.activity(counts: true, toldAt: event.publishedAt))
        }
        subscribe(to: Event<HeardTask>("task.reopened/1"), as: "reopenings") { context, event in
            try await context.count(event.payload.activity(counts: false, toldAt: event.publishedAt))
        }
        subscribe(to: Event<HeardSpending>("coins.spent/1"), as: "spendings") { context, event in
            guard let activity = event.payload.activity(number: event.id, toldAt: event.publishedAt) else { return }
            try await context.count(activity)
        }
    }
}

extension Timestamp {
    /// 9999-12-31T23:59:59Z, after everything that can be told.
    fileprivate static let endOfTime = Timestamp(microseconds: 253_402_300_799_000_000)
}

/// A completion of a habit.
struct HeardCompletion: Input {
    var completionID = UUID.zero
    var habitID = UUID.zero
    var userID = UUID.zero
    var localDate = LocalDate(days: 0)
    var xp = 0
    var coins = 0

    static let schema = Schema<HeardCompletion>("HeardCompletion") {
        Field("completion_id", \.completionID, .required)
        Field("habit_id", \.habitID, .required)
        Field("user_id", \.userID, .required)
        Field("local_date", \.localDate, .required)
        Field("xp_earned", \.xp, .required)
        Field("coins_earned", \.coins, .required)
    }

    func activity(counts: Bool, toldAt: Timestamp) -> Activity {
        Activity(
            id: completionID, userID: userID, kind: .habit, habitID: habitID, date: localDate, xp: xp, coins: coins,
            counts: counts, toldAt: toldAt)
    }
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

    func activity(counts: Bool, toldAt: Timestamp) -> Activity {
        Activity(
            id: taskID, userID: userID, kind: .task, habitID: nil, date: localDate, xp: xp, coins: coins, counts: counts,
            toldAt: toldAt)
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
