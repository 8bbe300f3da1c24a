-- $1 = bench_id(:h)
-- $2 = :user
SELECT habits.id, habits.user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
    weekdays, times_per_week, pauses, target_value, unit, reminder_time, position, archived_at, current_streak, best_streak,
    streak_through, last_completed_date, last_day_ends_at, total_completions, total_xp_earned, habits.created_at, updated_at
FROM habits WHERE id = $1 AND user_id = $2 FOR UPDATE;
-- $1 = bench_id(:c)
-- $2 = bench_id(:h)
-- $3 = :user
-- $4 = date '2000-01-01' + :d::integer
-- $5 = now()
-- $6 = now()
-- $7 = false
-- $8 = NULL
-- $9 = NULL
-- $10 = NULL
-- $11 = NULL
-- $12 = 10
-- $13 = 0
-- $14 = 0
-- $15 = 1
-- $16 = now()
INSERT INTO habits_completions (id, habit_id, user_id, completed_date, day_ends_at, completed_at, is_backfilled, notes,
    difficulty_rating, mood_rating, value, base_xp, xp_earned, coins_earned, streak, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);
-- $1 = 1
-- $2 = 1
-- $3 = date '2000-01-01' + :d::integer
-- $4 = date '2000-01-01' + :d::integer
-- $5 = now()
-- $6 = 1
-- $7 = 0
-- $8 = bench_id(:h)
UPDATE habits SET current_streak = $1, best_streak = $2, streak_through = $3,
    last_completed_date = $4, last_day_ends_at = $5,
    total_completions = $6, total_xp_earned = $7
WHERE id = $8;
-- $1 = 'bench/1'
-- $2 = :user::text
INSERT INTO hearth_event_keys (event, key, last_id) VALUES ($1, $2, 1)
ON CONFLICT (event, key) DO UPDATE SET last_id = hearth_event_keys.last_id + 1 RETURNING last_id;
-- $1 = 'habit.completed/1'
-- $2 = :user::text
SELECT id FROM hearth_event_subscribers WHERE event = $1 AND (only_key IS NULL OR only_key = $2) ORDER BY id
