import HearthKit

/// Something worth telling a user about his days.
struct Insight: Output, Hashable {
    let id: UUID
    let category: Category
    let title: String
    let message: String
    let action: String?
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
        Field("title") { $0.title }
        Field("message") { $0.message }
        Field("action_suggestion") { $0.action }
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
    ///   - now: When it is told.
    init(for user: UUID, week: Period, habits: [HabitSummary], streak: Int?, now: Timestamp) {
        let today = week.days.last?.date ?? TimeRange.start
        let monday = week.days.first?.date ?? today
        var insights: [Insight] = []
        func tell(
            _ name: String, of date: LocalDate, _ category: Insight.Category, _ priority: Int, _ title: String, _ message: String,
            action: String? = nil, habit: UUID? = nil
        ) {
            let id = UUID(named: "insight \(name) \(date) \(habit.map { "\($0)" } ?? "")", in: user)
            insights.append(
                Insight(
                    id: id, category: category, title: title, message: message, action: action, priority: priority,
                    habitID: habit, generatedAt: now))
        }
        if let streak, streak >= 7 {
            tell("streak", of: today, .achievement, 3, "\(streak)-day streak", "You have been active \(streak) days in a row.")
        } else if streak == 0 {
            tell(
                "no streak", of: today, .motivation, 2, "Begin a new streak", "Each streak begins with one day.",
                action: "Complete a habit today")
        }
        if let share = week.share, share >= 0.8 {
            tell(
                "good week", of: monday, .achievement, 2, "A good week",
                "You have done \(Int(share.percent)) % of what was due this week.")
        } else if let share = week.share, share < 0.5 {
            tell(
                "hard week", of: monday, .suggestion, 3, "Less may be more",
                "You have done \(Int(share.percent)) % of what was due this week.",
                action: "Keep the habits that matter most and archive the others for a while")
        }
        for habit in habits.filter({ $0.isActive && $0.currentStreak == 0 }).prefix(2) {
            tell(
                "habit", of: today, .warning, 2, "A habit is waiting",
                "“\(habit.title.prefix(100))” has no streak at the moment.",
                action: "Do it today", habit: habit.id)
        }
        // Stable: of one priority, in the order in which they were found.
        self.insights = insights.enumerated().sorted { ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset) }
            .map(\.element)
        generatedAt = now
    }
}

extension Context {
    /// What is worth telling a user now.
    func insights(for user: ContextInfo.Actor) async throws -> Insights {
        let week = TimeRange.week.days(until: try date(in: user.timezone))
        let history = try await history(of: user.id, in: week)
        return Insights(
            for: user.id, week: history[week], habits: try await habits(of: user.id),
            streak: try await character(of: user.id)?.currentStreak, now: now)
    }
}
