import HearthKit

/// A dry run is an import that is rolled back.
private struct DryRun: Error {
    let result: ImportResult
}

extension Context {
    /// Adds what a file has and the user has not: all of it or, when something is wrong, nothing. What is there already stays as
    /// it is, so a second time changes nothing. Nothing is earned.
    ///
    /// - Parameters:
    ///   - file: Its records have the right form.
    ///   - user: Whose they become.
    ///   - isDryRun: Whether only to tell what would be added.
    ///   - limit: How many habits a user may have.
    /// - Throws: ``Failure`` 422 with everything that is wrong, or for too many habits.
    func add(
        _ file: ImportFile, by user: ContextInfo.Actor, isDryRun: Bool, atMost limit: Int
    ) async throws -> ImportResult {
        // The first zone to begin a day: a traveller may bring completions of a day that has not begun where he is.
        let problems = file.check(upTo: try date(in: "Pacific/Kiritimati"), at: now)
        do {
            return try await transaction { transaction in
                var merge = try await Merge(file, by: user, problems, on: transaction)
                try await merge.addHabits(atMost: limit)
                try await merge.addCompletions()
                try await merge.updateProgress()
                merge.result.isDryRun = isDryRun
                if isDryRun { throw DryRun(result: merge.result) }
                try await merge.tell()
                return merge.result
            }
        } catch let error as DryRun {
            return error.result
        }
    }
}

/// A file on its way into a user's habits, in one transaction.
private struct Merge {
    /// How many statements go to the database together.
    private static let batchSize = 100
    /// How many completed days are read together.
    private static let pageSize = 10_000

    private let file: ImportFile
    private let user: ContextInfo.Actor
    private let context: Context
    private let now: Timestamp
    /// The habits that are there or become so, by id, locked.
    private var habits: [UUID: Habit] = [:]
    private let ids: ImportedIDs
    var result = ImportResult()

    /// - Throws: ``Failure`` 422 with everything that is wrong.
    init(_ file: ImportFile, by user: ContextInfo.Actor, _ problems: Problems, on context: Context) async throws {
        self.file = file
        self.user = user
        self.context = context
        now = context.now
        let present: [Habit] = try await context.query(Habit.allLocked(of: user.id))
        for habit in present { habits[habit.id] = habit }
        ids = try await ImportedIDs(of: file, for: user.id, on: context)

        var problems = problems
        let known = Set(file.habits.map(\.record.id))
        for completion in file.completions {
            let habit = completion.record.habitID
            if !known.contains(habit), habits[ids[habit]] == nil { problems.add(.unknownHabit(completion.place)) }
        }
        try problems.check()
    }

    mutating func addHabits(atMost limit: Int) async throws {
        let records = file.habits.map(\.record).filter { habits[ids[$0.id]] == nil }
        guard records.isEmpty || habits.count + records.count <= limit else { throw Failure.tooManyHabits(limit) }
        let added = records.map { $0.habit(id: ids[$0.id], of: user.id, at: now) }
        for habit in added { habits[habit.id] = habit }
        let created = try await execute(added.map(\.insertionUnlessPresent))
        // Another import was faster: the next attempt finds what it has added.
        guard created == added.count else { throw HostError(.serialization, message: "another import has added these habits") }
        result.habits = .init(created: created, present: file.habits.count - created)
    }

    mutating func addCompletions() async throws {
        var hours: [LocalDate: Range<Timestamp>] = [:]
        var completions: [Completion] = []
        for record in file.completions.map(\.record) {
            guard let habit = habits[ids[record.habitID]] else { continue }
            let day = try hours[record.completedDate] ?? context.bounds(of: record.completedDate, in: user.timezone)
            hours[record.completedDate] = day
            let id = ids.id(of: record.id, in: record.habitID)
            completions.append(record.completion(id: id, of: habit, in: day, at: now))
        }
        var created = 0
        for start in stride(from: 0, to: completions.count, by: Completion.mostInsertedTogether) {
            let page = completions[start..<min(start + Completion.mostInsertedTogether, completions.count)]
            created += try await context.execute(Completion.insertionUnlessPresent(page))
        }
        result.completions = .init(created: created, present: file.completions.count - created)
    }

    /// Stores what follows from the completions on the habits that have got some.
    mutating func updateProgress() async throws {
        guard result.completions.created > 0 else { return }
        let touched = Set(file.completions.map { ids[$0.record.habitID] })
        var days: [UUID: [CompletedDay]] = [:]
        var page: [DayOfHabit] = []
        repeat {
            page = try await context.query(
                DayOfHabit.page(ofHabits: Array(touched), after: page.last, limit: Self.pageSize))
            for row in page { days[row.habit, default: []].append(row.day) }
        } while page.count == Self.pageSize
        var updates: [SQL] = []
        for case var habit? in touched.map({ habits[$0] }) {
            let days = days[habit.id] ?? []
            habit.streak = Streak(of: days.map(\.date), by: habit.schedule)
            habit.lastCompleted = days.last
            habit.totalCompletions = days.count
            updates.append(habit.progressUpdate)
        }
        try await execute(updates)
    }

    /// Tells others, if there is something to tell.
    func tell() async throws {
        guard result.habits.created + result.completions.created > 0 else { return }
        context.tell(user.id, .habitsImported)
        try await context.publish(
            ImportEvent.imported, key: "\(user.id)", ImportEvent(userID: user.id, result: result, occurredAt: now))
    }

    /// - Returns: How many rows they changed.
    @discardableResult private func execute(_ statements: [SQL]) async throws -> Int {
        var changed = 0
        for start in stride(from: 0, to: statements.count, by: Self.batchSize) {
            let batch = Array(statements[start..<min(start + Self.batchSize, statements.count)])
            changed += try await context.execute(batch).reduce(0, +)
        }
        return changed
    }
}
