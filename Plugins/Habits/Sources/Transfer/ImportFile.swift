import HearthKit

/// A file whose records have the right form, each with its place in the file.
struct ImportFile {
    /// A record and where it stands, such as `["body", "habits", "3"]` or, by its line, `["body", "17"]`.
    struct Located<Record> {
        let record: Record
        let place: [String]

        init(_ record: Record, at place: [String]) {
            self.record = record
            self.place = place
        }
    }

    var habits: [Located<HabitRecord>] = []
    var completions: [Located<CompletionRecord>] = []

    init() {}

    init(_ file: HabitsFile) {
        habits = file.habits.enumerated().map { .init($1, at: ["body", "habits", "\($0)"]) }
        completions = file.completions.enumerated().map { .init($1, at: ["body", "completions", "\($0)"]) }
    }

    /// Looks for what is wrong in the records together: repeated ids and days, days that have not begun, pauses that are none.
    ///
    /// - Parameters:
    ///   - latest: The last day that has begun anywhere on Earth.
    ///   - now: No completion is later.
    func check(upTo latest: LocalDate, at now: Timestamp) -> Problems {
        struct Day: Hashable { let habit: UUID, date: LocalDate }
        var problems = Problems()
        var ids = Set<UUID>()
        for habit in habits {
            if !ids.insert(habit.record.id).inserted { problems.add(.repeated(habit.place + ["id"])) }
            var schedule = Schedule(.daily)
            for pause in habit.record.pauses {
                do { try schedule.add(pause) } catch { problems.add(.init(at: habit.place + ["pauses"], error.detail)) }
            }
        }
        ids = []
        var days = Set<Day>()
        for completion in completions {
            let record = completion.record
            if !ids.insert(record.id).inserted { problems.add(.repeated(completion.place + ["id"])) }
            if !days.insert(Day(habit: record.habitID, date: record.completedDate)).inserted {
                problems.add(.repeated(completion.place + ["completed_date"]))
            }
            if record.completedDate > latest { problems.add(.notYet(completion.place + ["completed_date"])) }
            if let time = record.completedAt, time > now { problems.add(.notYet(completion.place + ["completed_at"])) }
        }
        return problems
    }
}

/// What is wrong with a file, as far as it is worth listing.
struct Problems {
    private var all: [Failure.Problem] = []
    private static let most = 1000

    mutating func add(_ problem: Failure.Problem) { if all.count < Self.most { all.append(problem) } }

    mutating func add(_ failure: Failure) { for problem in failure.errors { add(problem) } }

    /// - Throws: ``Failure`` 422 when there are any.
    func check() throws(Failure) {
        guard !all.isEmpty else { return }
        throw .invalid(all: all)
    }
}

extension Failure.Problem {
    fileprivate static func repeated(_ place: [String]) -> Self {
        .init(at: place, "Value should be there once", type: "repeated")
    }
    fileprivate static func notYet(_ place: [String]) -> Self { .init(at: place, "Value should not be in the future") }
    static func unknownHabit(_ place: [String]) -> Self {
        .init(at: place + ["habit_id"], "Habit should be in the file or there already", type: "unknown")
    }
}
