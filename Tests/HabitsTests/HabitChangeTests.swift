import HearthKit
import Testing

@testable import Habits

struct HabitChangeTests {
    private func change(_ habit: Habit, _ text: String) throws -> Habit {
        var habit = habit
        try read(text, as: HabitUpdate.self).apply(to: &habit, at: instant("2026-11-20T12:00:00Z"))
        return habit
    }

    private let full = """
        {"title": "Read", "description": "A book", "icon": "📖", "color": "#10B981", "category": "mind", "frequency": "specific_days",
         "specific_days": ["friday", "monday"], "times_per_week": 4, "difficulty": "hard", "positive": false, "negative": true,
         "target_value": 20, "unit": "pages", "reminder_time": "07:00:00", "base_xp": 100, "base_coins": 50, "unknown": 1}
        """

    @Test func `what is left out has the contract's defaults`() throws {
        let habit = try makeHabit()
        #expect(habit.icon == "🎯")
        #expect(habit.color == "#6366f1")
        #expect(habit.category == "general")
        #expect(habit.schedule == Schedule(.daily))
        #expect(habit.difficulty == .easy)
    }

    @Test func `all members of a new habit are taken over`() throws {
        let habit = try makeHabit(full)
        #expect(habit.schedule == Schedule(.specificDays, on: Weekdays([.monday, .friday]), timesPerWeek: 4))
        #expect(habit.reminderTime == LocalTime("07:00"))
        #expect(habit.targetValue == 20 && habit.unit == "pages")
        #expect(!habit.isPositive && habit.isNegative)
        #expect(habit.category == "mind" && habit.description == "A book")
    }

    @Test func `an empty update changes nothing`() throws {
        let habit = try makeHabit(full)
        #expect(try change(habit, "{}") == habit)
    }

    @Test func `null clears what may be empty`() throws {
        let habit = try change(
            makeHabit(full),
            """
            {"description": null, "specific_days": null, "times_per_week": null, "target_value": null, "unit": null,
             "reminder_time": null}
            """)
        #expect(habit.description == nil && habit.targetValue == nil && habit.unit == nil && habit.reminderTime == nil)
        #expect(habit.schedule == Schedule(.specificDays))
    }

    @Test func `null leaves what may not be empty`() throws {
        let habit = try makeHabit(full)
        let nulls = """
            {"title": null, "icon": null, "color": null, "category": null, "frequency": null, "difficulty": null, "positive": null,
             "negative": null, "is_active": null, "base_xp": null, "base_coins": null}
            """
        #expect(try change(habit, nulls) == habit)
    }

    @Test func `is_active archives once and takes back into use`() throws {
        let archived = try change(makeHabit(), #"{"is_active": false}"#)
        #expect(archived.archivedAt == (try instant("2026-11-20T12:00:00Z")))
        var older = archived
        older.archivedAt = try instant("2026-06-01T00:00:00Z")
        #expect(try change(older, #"{"is_active": false}"#).archivedAt == older.archivedAt)
        #expect(try change(archived, #"{"is_active": true}"#).archivedAt == nil)
    }

    @Test(arguments: [(Difficulty.easy, 10, 5, 5), (.medium, 15, 7, 7), (.hard, 20, 10, 10)])
    func `the difficulty decides what a habit is worth`(difficulty: Difficulty, xp: Int, coins: Int, backfill: Int) {
        #expect(difficulty.baseXP == xp)
        #expect(difficulty.baseCoins == coins)
        #expect(difficulty.backfillXP == backfill)
    }
}
