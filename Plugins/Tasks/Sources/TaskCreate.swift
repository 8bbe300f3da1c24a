import HearthKit

/// What a new task is made of.
struct TaskCreate: Input {
    var title = ""
    var description: String?
    var category = "general"
    var priority = Priority.medium
    var dueDate: DueText?
    var tags: [Tag] = []
    var subtasks: [SubtaskCreate] = []
    var difficulty: Difficulty?
    var usesEvaluation = true
    var xpReward: Int?
    var coinsReward: Int?
    var frequency: Recurrence.Frequency?
    var recurrenceDay: Int?

    static let schema = Schema<TaskCreate>("TaskCreate") {
        Field("title", \.title, .required, .length(1...200), .example("Prepare the presentation"))
        Field("description", \.description, .length(...2000))
        Field("category", \.category, .length(1...50))
        Field("priority", \.priority)
        Field(
            "due_date", \.dueDate, .example("2026-11-20"),
            .docs(
                """
                A day, or a date and time: without a zone in the user's own. Midnight means the whole day. A time that comes twice, \
                when the clock is set back, has passed when it has come once, also if it was sent with a zone.
                """))
        Field("tags", \.tags, .count(0...10))
        Field("subtasks", \.subtasks, .count(0...Subtask.limit))
        Field("difficulty", \.difficulty, .docs("Decides the reward where nobody evaluates. With it no evaluation is asked for."))
        Field("use_ai_evaluation", \.usesEvaluation, .docs("Whether to have it evaluated how hard the task is."))
        Field("xp_reward", \.xpReward, .range(1...1000), .docs("A wish: up to a quarter more or less than evaluated."))
        Field("coins_reward", \.coinsReward, .range(1...500), .docs("Half of `xp_reward`, which counts if both are sent."))
        Field("recurrence", \.frequency, .docs("The next one is created when this one is completed or skipped."))
        Field(
            "recurrence_day", \.recurrenceDay, .range(1...31),
            .docs("For `weekly` 1 for Monday to 7, for `monthly` the day of the month; null for that of the due date."))
    }
}

/// The experience that a client wishes for. Coins are always half of it.
func wish(xp: Int?, coins: Int?) -> Int? { xp ?? coins.map { $0 * 2 } }

extension UserTask {
    /// A new task.
    ///
    /// - Parameters:
    ///   - values: What its user has sent.
    ///   - due: Until when it is to be done; a task that recurs begins today without it.
    ///   - user: Whose it is.
    ///   - makeID: Makes its id and those of its steps.
    ///   - moment: Now.
    init(_ values: TaskCreate, due: Due?, of user: UUID, at moment: Moment, makeID: () -> UUID) {
        id = makeID()
        userID = user
        title = values.title
        description = values.description
        category = values.category
        priority = values.priority
        status = .pending
        self.due = due
        tags = values.tags
        subtasks = values.subtasks.map { Subtask($0, id: makeID(), at: moment.now) }
        difficulty = values.difficulty
        wishedXP = wish(xp: values.xpReward, coins: values.coinsReward)
        usesEvaluation = values.usesEvaluation && values.difficulty == nil
        createdAt = moment.now
        updatedAt = moment.now
        recur(values.frequency, day: values.recurrenceDay, from: moment.date)
    }

    /// Lets it come again, or no more.
    mutating func recur(_ frequency: Recurrence.Frequency?, day: Int?, from today: LocalDate) {
        recurrence = frequency.map { Recurrence($0, day: day, from: due?.date ?? today) }
        guard let recurrence, due == nil else { return }
        // The first fitting day, which may be today.
        due = Due(date: recurrence.next(after: today - 1), time: nil)
    }
}
