-- $1 = :id
-- $2 = :user
SELECT habits.id, habits.user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
    weekdays, times_per_week, pauses, target_value, unit, reminder_time, position, archived_at, current_streak, best_streak,
    streak_through, last_completed_date, last_day_ends_at, total_completions, total_xp_earned, habits.created_at, updated_at
FROM habits WHERE id = $1 AND user_id = $2
