import HearthKit

/// A habit as it stands today: the members that the contract names, then the ones that its clients read besides.
struct HabitResponse: Output {
    let habit: Habit
    let today: Today

    static let schema = Schema<HabitResponse>("HabitResponse") {
        Field("id") { $0.habit.id }
        Field("user_id") { $0.habit.userID }
        Field("title") { $0.habit.title }
        Field("description") { $0.habit.description }
        Field("icon") { $0.habit.icon }
        Field("color") { $0.habit.color }
        Field("category") { $0.habit.category }
        Field("frequency") { $0.habit.schedule.frequency }
        Field("specific_days") { $0.habit.schedule.weekdays.isEmpty ? nil : $0.habit.schedule.weekdays.names }
        Field("times_per_week") { $0.habit.schedule.timesPerWeek }
        Field("reminder_time") { $0.habit.reminderTime }
        Field("base_xp", .docs("For a completion, before bonuses.")) { $0.habit.difficulty.baseXP }
        Field("base_coins", .docs("For a completion, before bonuses.")) { $0.habit.difficulty.baseCoins }
        Field("is_active") { !$0.habit.isArchived }
        Field("current_streak", .docs("In days, or in ISO weeks for `weekly` and `x_per_week`; 0 once it is broken.")) {
            $0.habit.streak.current(on: $0.today.date, by: $0.habit.schedule)
        }
        Field("best_streak") { $0.habit.streak.best }
        Field("total_completions") { $0.habit.totalCompletions }
        Field("completed_today", .docs("In the user's time zone.")) { $0.habit.isCompleted(on: $0.today) }
        Field("created_at") { $0.habit.createdAt }
        Field("updated_at") { $0.habit.updatedAt }
        Field("difficulty") { $0.habit.difficulty }
        Field("xp_reward", .docs("The same as `base_xp`.")) { $0.habit.difficulty.baseXP }
        Field("coin_reward", .docs("The same as `base_coins`.")) { $0.habit.difficulty.baseCoins }
        Field("is_archived", .docs("The opposite of `is_active`.")) { $0.habit.isArchived }
        Field("positive") { $0.habit.isPositive }
        Field("negative") { $0.habit.isNegative }
        Field("target_value") { $0.habit.targetValue }
        Field("unit") { $0.habit.unit }
        Field("is_paused", .docs("Whether it rests today.")) { $0.habit.schedule.isPaused(on: $0.today.date) }
        Field("pauses", .docs("In ascending order, those that are over among them.")) { $0.habit.schedule.pauses }
    }
}
