-- $1 = :user
-- $2 = NULL
SELECT habits.id, habits.user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
    weekdays, times_per_week, pauses, target_value, unit, reminder_time, position, archived_at, current_streak, best_streak,
    streak_through, last_completed_date, last_day_ends_at, total_completions, total_xp_earned, habits.created_at, updated_at
FROM habits
WHERE user_id = $1 AND category = coalesce($2, category) AND archived_at IS NULL
ORDER BY position, created_at, id
