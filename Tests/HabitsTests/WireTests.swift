import HearthKit
import Testing

@testable import Habits

/// Answers as clients read them.
struct WireTests {
    private func today(_ date: String) throws -> Today { Today(now: try instant("\(date)T12:00:00Z"), date: try day(date)) }

    @Test func `a habit has every member of the contract and the aliases that clients read, nulls among them`() throws {
        let habit = try makeHabit(#"{"title": "Read", "difficulty": "medium"}"#)
        let written = try json(HabitResponse(habit: habit, today: today("2026-11-20")))
        #expect(
            written == [
                "id": .string("\(someone)"), "user_id": .string("\(someone)"), "title": "Read", "description": .null, "icon": "🎯",
                "color": "#6366f1", "category": "general", "frequency": "daily", "specific_days": .null, "times_per_week": .null,
                "reminder_time": .null, "base_xp": 15, "base_coins": 7, "is_active": true, "current_streak": 0, "best_streak": 0,
                "total_completions": 0, "completed_today": false, "created_at": "2026-01-01T00:00:00.000000Z",
                "updated_at": "2026-01-01T00:00:00.000000Z", "difficulty": "medium", "xp_reward": 15, "coin_reward": 7,
                "is_archived": false, "positive": true, "negative": false, "target_value": .null, "unit": .null,
                "is_paused": false,
                "pauses": [],
            ])
    }

    @Test func `a habit shows its days by name and its reminder with seconds`() throws {
        let habit = try makeHabit(
            #"{"title": "Run", "frequency": "specific_days", "specific_days": ["sunday", "monday"], "reminder_time": "07:30"}"#)
        let written = try json(HabitResponse(habit: habit, today: today("2026-11-20")))
        #expect(written["specific_days"] == ["monday", "sunday"])
        #expect(written["reminder_time"] == "07:30:00")
    }

    @Test func `a habit shows the streak as of today and whether today is done`() throws {
        var habit = try makeHabit()
        habit.streak = Streak(of: [try day("2026-11-19"), try day("2026-11-20")], by: habit.schedule)
        habit.lastCompleted = CompletedDay(date: try day("2026-11-20"), endsAt: try instant("2026-11-21T00:00:00Z"))
        let sameDay = try json(HabitResponse(habit: habit, today: today("2026-11-20")))
        #expect(sameDay["current_streak"] == 2 && sameDay["completed_today"] == true)
        let nextDay = try json(HabitResponse(habit: habit, today: today("2026-11-21")))
        #expect(nextDay["current_streak"] == 2 && nextDay["completed_today"] == false)
        let broken = try json(HabitResponse(habit: habit, today: today("2026-11-22")))
        #expect(broken["current_streak"] == 0 && broken["best_streak"] == 2)
    }

    @Test func `progress adds the week to the members of a habit`() throws {
        let habit = try makeHabit(#"{"title": "Run", "frequency": "x_per_week", "times_per_week": 3}"#)
        let written = try json(
            HabitWithProgress(response: HabitResponse(habit: habit, today: today("2026-11-20")), weekCompletions: 2))
        #expect(written["week_completions"] == 2 && written["week_target"] == 3)
        #expect(written["progress_percentage"] == 66.7)
        #expect(written.members.count == 33)
    }

    private func completion(backfilled: Bool) throws -> Completion {
        Completion(
            id: someone, of: try makeHabit(),
            on: CompletedDay(date: try day("2026-11-20"), endsAt: try instant("2026-11-21T00:00:00Z")),
            completedAt: try instant("2026-11-20T12:00:00Z"), isBackfilled: backfilled,
            createdAt: try instant("2026-11-20T12:00:00Z"))
    }

    @Test func `a completion has every member of the contract, nulls among them`() throws {
        let id = JSONValue.string("\(someone)")
        #expect(
            try json(completion(backfilled: false)) == [
                "id": id, "user_id": id, "habit_id": id, "task_id": .null, "completion_type": "habit", "xp_earned": 0,
                "coins_earned": 0, "streak_at_completion": 0, "notes": .null, "difficulty_rating": .null, "mood_rating": .null,
                "completed_at": "2026-11-20T12:00:00.000000Z", "completed_date": "2026-11-20", "value": .null,
            ])
    }

    @Test func `a completion without progression earns nothing and says so`() throws {
        let result = CompletionResult(difficulty: .easy, reward: nil, streak: 1, isPersonalBest: true, countsWeeks: false)
        #expect(
            try json(result) == [
                "xp_earned": 0, "coins_earned": 0, "base_xp": 10, "base_coins": 5, "streak_multiplier": 1.0, "streak_bonus_xp": 0,
                "streak_bonus_coins": 0, "new_streak": 1, "is_personal_best": true, "level_up": false, "new_level": .null,
                "badges_earned": [], "achievement_message": .null,
            ])
    }

    @Test func `a completion tells what progression credited`() throws {
        let reward: Reward = try read(
            """
            {"xp": 23, "coins": 11, "multiplier": 1.16, "streak": {"current": 8, "best": 9}, "level": {"before": 1, "after": 2},
             "badges": ["week_warrior"], "later": true}
            """)
        let written = try json(
            CompletionResult(difficulty: .hard, reward: reward, streak: 7, isPersonalBest: false, countsWeeks: false))
        #expect(written["xp_earned"] == 23 && written["streak_bonus_xp"] == 3)
        #expect(written["coins_earned"] == 11 && written["streak_bonus_coins"] == 1)
        #expect(written["streak_multiplier"] == 1.16)
        #expect(written["level_up"] == true && written["new_level"] == 2)
        #expect(written["badges_earned"] == ["week_warrior"])
        #expect(written["achievement_message"] == "🔥 7-day streak!")
    }

    @Test func `a streak of weeks is called that, and none is worth a word before seven`() throws {
        func message(_ streak: Int) throws -> JSONValue? {
            try json(CompletionResult(difficulty: .easy, reward: nil, streak: streak, isPersonalBest: false, countsWeeks: true))[
                "achievement_message"]
        }
        #expect(try message(6) == .null)
        #expect(try message(7) == "🔥 7-week streak!")
    }

    @Test func `a completion entered afterwards is another kind of source and worth half`() throws {
        let activity = try completion(backfilled: true).activity(of: makeHabit())
        #expect(activity.source.kind == "habit_backfill")
        #expect(activity.baseXP == 5)
        #expect(try completion(backfilled: false).activity(of: makeHabit()).baseXP == 10)
    }
}
