import HearthKit

/// Something worth telling a user about his days.
struct Insight: Output, Hashable {
    let id: UUID
    let category: Category
    let text: InsightText
    /// 1 to 5, the most important 5.
    let priority: Int
    let habitID: UUID?
    let generatedAt: Timestamp

    /// What it is meant to do.
    enum Category: String, JSONEnum {
        case achievement, suggestion, warning, trend, motivation
    }

    static let schema = Schema<Insight>("Insight") {
        Field("id", .docs("The same as long as it is true: a day, or the week that it is about.")) { $0.id }
        Field("category") { $0.category }
        Field("title") { $0.text.title }
        Field("message") { $0.text.message }
        Field("action_suggestion") { $0.text.action }
        Field("priority", .docs("1 to 5.")) { $0.priority }
        Field("related_habit_id") { $0.habitID }
        Field("is_read", .docs("Always false: clients remember by `id` what was read.")) { _ in false }
        Field("generated_at") { $0.generatedAt }
    }
}

/// What is worth telling now.
struct Insights: Output {
    let insights: [Insight]
    let generatedAt: Timestamp

    static let schema = Schema<Insights>("InsightsResponse") {
        Field("insights", .docs("The most important first.")) { $0.insights }
        Field("unread_count") { $0.insights.count }
        Field("generated_at") { $0.generatedAt }
    }

    /// - Parameters:
    ///   - user: To whom it is told.
    ///   - week: His week until today.
    ///   - habits: His habits in their order.
    ///   - streak: Of the user, in days; nil when nobody knows.
    ///   - language: In which it is told.
    ///   - now: When it is told.
    init(for user: UUID, week: Period, habits: [HabitSummary], streak: Int?, in language: Language, now: Timestamp) {
        let today = week.days.last?.date ?? TimeRange.start
        let monday = week.days.first?.date ?? today
        var insights: [Insight] = []
        func tell(
            _ name: String, of date: LocalDate, _ category: Insight.Category, _ priority: Int, _ text: InsightText,
            habit: UUID? = nil
        ) {
            let id = UUID(named: "insight \(name) \(date) \(habit.map { "\($0)" } ?? "")", in: user)
            insights.append(
                Insight(id: id, category: category, text: text, priority: priority, habitID: habit, generatedAt: now))
        }
        if let streak, streak >= 7 {
            tell("streak", of: today, .achievement, 3, .streak(streak, in: language))
        } else if streak == 0 {
            tell("no streak", of: today, .motivation, 2, .noStreak(in: language))
        }
        if let share = week.share, share >= 0.8 {
            tell("good week", of: monday, .achievement, 2, .goodWeek(Int(share.percent), in: language))
        } else if let share = week.share, share < 0.5 {
            tell("hard week", of: monday, .suggestion, 3, .hardWeek(Int(share.percent), in: language))
        }
        for habit in habits.filter({ $0.isActive && $0.currentStreak == 0 }).prefix(2) {
            tell("habit", of: today, .warning, 2, .waiting(habit.title, in: language), habit: habit.id)
        }
        // Stable: of one priority, in the order in which they were found.
        self.insights = insights.enumerated().sorted { ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset) }
            .map(\.element)
        generatedAt = now
    }
}

extension Context {
    /// What is worth telling a user now.
    ///
    /// - Parameter language: Of what is told.
    func insights(for user: ContextInfo.Actor, in language: Language) async throws -> Insights {
        let week = TimeRange.week.days(until: try date(in: user.timezone))
        let history = try await history(of: user.id, in: week)
        return Insights(
            for: user.id, week: history[week], habits: try await habits(of: user.id),
            streak: try await character(of: user.id)?.currentStreak,
            in: language, now: now)
    }
}
