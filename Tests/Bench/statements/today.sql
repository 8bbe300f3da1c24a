-- $1 = date_trunc('week', now())::date
-- $2 = date_trunc('week', now())::date + 6
-- $3 = :user
SELECT habits.id, habits.user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
    weekdays, times_per_week, pauses, target_value, unit, reminder_time, position, archived_at, current_streak, best_streak,
    streak_through, last_completed_date, last_day_ends_at, total_completions, total_xp_earned, habits.created_at, updated_at,
    (SELECT count(*) FROM habits_completions
    WHERE habit_id = habits.id AND completed_date BETWEEN $1 AND $2)
FROM habits WHERE user_id = $3 AND archived_at IS NULL ORDER BY position, created_at, id
