-- $1 = bench_id(:h)
-- $2 = :user
SELECT habits.id, habits.user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
    weekdays, times_per_week, pauses, target_value, unit, reminder_time, position, archived_at, current_streak, best_streak,
    streak_through, last_completed_date, last_day_ends_at, total_completions, total_xp_earned, habits.created_at, updated_at
FROM habits WHERE id = $1 AND user_id = $2 FOR UPDATE;
-- $1 = 'habit_completion'
-- $2 = bench_id(:c)
-- $3 = :user
SELECT user_id, timezone, total_xp, coins, coin_debt, level, rewarded_level, stat_points, current_streak, best_streak,
    streak_through, streak_until, rests_until, free_freeze_week, frozen_until, tally, xp_bucket, ranked_streak, streak_ends_at,
    (SELECT c.intelligence FROM rpg_characters c WHERE c.user_id = p.user_id), (
    SELECT a.id FROM rpg_awards a WHERE a.user_id = p.user_id
        AND a.source_kind = $1 AND a.source_id = $2)
FROM rpg_players p WHERE p.user_id = $3 FOR UPDATE;
-- $1 = bench_id(:c)
-- $2 = :user
-- $3 = 'habit_completion'
-- $4 = bench_id(:c)
-- $5 = date '2000-01-01' + :d::integer
-- $6 = 12
-- $7 = true
-- $8 = 10
-- $9 = 5
-- $10 = 102
-- $11 = 1
-- $12 = 1
-- $13 = 1
-- $14 = 1
-- $15 = '[]'
-- $16 = now()
-- $17 = 'general'
-- $18 = now()
INSERT INTO rpg_awards (id, user_id, source_kind, source_id, local_date, local_hour, extends_streak, xp, coins,
    multiplier_percent, current_streak, best_streak, level_before, level_after, badges, occurred_at, category, awarded_at)
VALUES ($1, $2, $3, $4, $5, $6,
    $7, $8, $9, $10, $11,
    $12, $13, $14, $15,
    $16, $17, $18)
ON CONFLICT (user_id, source_kind, source_id) DO UPDATE SET
    local_date = excluded.local_date, local_hour = excluded.local_hour, xp = excluded.xp, coins = excluded.coins,
    multiplier_percent = excluded.multiplier_percent, current_streak = excluded.current_streak,
    best_streak = excluded.best_streak, level_before = excluded.level_before, level_after = excluded.level_after,
    badges = excluded.badges, occurred_at = excluded.occurred_at, category = excluded.category, awarded_at = excluded.awarded_at,
    revoked_at = NULL
WHERE rpg_awards.revoked_at IS NOT NULL;
-- $1 = timezone
-- $2 = total_xp + 10
-- $3 = coins + 5
-- $4 = coin_debt
-- $5 = level
-- $6 = rewarded_level
-- $7 = stat_points
-- $8 = current_streak
-- $9 = best_streak
-- $10 = streak_through
-- $11 = streak_until
-- $12 = rests_until
-- $13 = free_freeze_week
-- $14 = frozen_until
-- $15 = tally
-- $16 = xp_bucket
-- $17 = ranked_streak
-- $18 = streak_ends_at
-- $19 = now()
-- $20 = :user
UPDATE rpg_players SET timezone = $1, total_xp = $2, coins = $3, coin_debt = $4, level = $5,
    rewarded_level = $6, stat_points = $7, current_streak = $8,
    best_streak = $9, streak_through = $10, streak_until = $11,
    rests_until = $12, free_freeze_week = $13, frozen_until = $14,
    tally = $15, xp_bucket = $16, ranked_streak = $17,
    streak_ends_at = $18, updated_at = $19
WHERE user_id = $20;
-- $1 = 'xp'
-- $2 = 1
-- $3 = 1
INSERT INTO rpg_rank_moves (metric, from_bucket, to_bucket) VALUES ($1, $2, $3);
-- $1 = bench_id(:c)
-- $2 = :user
-- $3 = 'xp'
-- $4 = 'activities'
-- $5 = 'wallet'
-- $6 = 10
-- $7 = 10
-- $8 = 'habit_completion'
-- $9 = bench_id(:c)
-- $10 = now()
-- $11 = bench_id(:c::bigint + 1)
-- $12 = :user
-- $13 = 'coins'
-- $14 = 'activities'
-- $15 = 'wallet'
-- $16 = 5
-- $17 = 5
-- $18 = 'habit_completion'
-- $19 = bench_id(:c)
-- $20 = now()
INSERT INTO rpg_ledger (id, user_id, currency, from_account, to_account, amount, balance_after, source_kind,
    source_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($11, $12, $13, $14, $15, $16, $17, $18, $19, $20);
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
-- $13 = 10
-- $14 = 5
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
-- $7 = 10
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
SELECT id FROM hearth_event_subscribers WHERE event = $1 AND (only_key IS NULL OR only_key = $2) ORDER BY id;
-- $1 = 'bench/1 ' || :user
-- $2 = 1
-- $3 = now()
INSERT INTO hearth_job_serials (key, last_number, used_at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE
SET last_number = hearth_job_serials.last_number + excluded.last_number, used_at = excluded.used_at;
-- $1 = bench_id(:c)
-- $2 = 'bench'
-- $3 = 'bench'
-- $4 = 2
-- $5 = 5
-- $6 = now()
-- $7 = '{"subscriber": "stats/completions", "event": "habit.completed/1", "key": "01a1ff92-835e-7000-b012-bc12bb448302", "id": 8, "published_at": 1795289159395102, "payload": {"completion_id": "01a1ff92-96e0-7000-b5b7-5eb011f8b604", "habit_id": "01a1ff92-865c-7000-a115-fd5d89060137", "user_id": "01a1ff92-835e-7000-b012-bc12bb448302", "local_date": "2026-11-21", "occurred_at": "2026-11-21T192559Z", "is_backfilled": false, "streak": 1, "xp_earned": 10, "coins_earned": 5}}'
-- $8 = 20
-- $9 = NULL
-- $10 = NULL
-- $11 = 0
-- $12 = NULL
-- $13 = NULL
-- $14 = NULL
-- $15 = NULL
-- $16 = now()
-- $17 = 'bench/1 ' || :user
-- $18 = 'bench/1 ' || :user
-- $19 = 0
INSERT INTO hearth_jobs (id, queue, kind, state, priority, run_at, payload, maximum_failures, tenant, unique_key, unique_states,
    trace, schedule, zone, tick_at, created_at, serial_key, serial_number) VALUES ($1, $2, $3,
    CASE WHEN EXISTS (SELECT 1 FROM hearth_jobs WHERE serial_key = $18 AND state < 4) THEN 0 ELSE CAST($4 AS integer) END,
    $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
    (SELECT last_number - $19 FROM hearth_job_serials WHERE key = $18)) ON CONFLICT DO NOTHING
