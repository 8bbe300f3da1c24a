import HearthKit

/// Turns the reminders of habits into notifications. Without the plugin of habits there are none.
enum HabitReminders {
    /// Adds the subscriber.
    static func add(to setup: Setup) {
        setup.subscribe(to: Event<DueHabit>("habit.reminder_due/1"), as: "reminders") { context, event in
            let habit = event.payload
            do {
                try await context.notify(
                    [habit.userID],
                    of: Notice(
                        kind: "habit_reminder", title: LocalizedText(en: habit.title, fr: habit.title),
                        body: LocalizedText(en: "It is time for your habit.", fr: "C’est l’heure de votre habitude."),
                        data: ["habit_id": .string("\(habit.id)"), "local_date": .string("\(habit.date)")],
                        key: "habit_reminder \(habit.id) \(habit.date)"))
            } catch let error as HostError where error.kind == .constraint {
                // The user has gone meanwhile.
            }
        }
    }

    /// What is wanted of the event.
    struct DueHabit: Input {
        var id = UUID.zero
        var userID = UUID.zero
        var title = ""
        var date = LocalDate(days: 0)

        static let schema = Schema<DueHabit>("DueHabit") {
            Field("habit_id", \.id, .required)
            Field("user_id", \.userID, .required)
            Field("title", \.title, .required)
            Field("local_date", \.date, .required)
        }
    }
}
