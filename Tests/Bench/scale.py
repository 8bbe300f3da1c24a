"""The same reads with ten thousand completions in the table and with ten million."""
from database import Postgres
from measuring import alternating, load, median, register, start_hearth

LIMIT = 1.2


def fill(postgres, reader, others):
    """The reader's 20 habits with 500 days each, and as many other users with 10 habits of 100 days each."""
    habits = """
        INSERT INTO habits (id, user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
            weekdays, position, current_streak, best_streak, total_completions, total_xp_earned, created_at, updated_at)
        SELECT gen_random_uuid(), users.id, 'Habit ' || n, 'Ten minutes every morning', '✨', '#6366f1', 'general', 'easy', true,
            false, 'daily', 0, n, 0, 0, 0, 0, now(), now()
        FROM users, generate_series(1, %d) AS n WHERE users.id %s;
        """
    completions = """
        INSERT INTO habits_completions (id, habit_id, user_id, completed_date, day_ends_at, completed_at, is_backfilled, base_xp,
            xp_earned, coins_earned, streak, created_at)
        SELECT gen_random_uuid(), habits.id, user_id, current_date - n, current_date - n + 1, now(), false, 10, 0, 0, 1, now()
        FROM habits, generate_series(1, %d) AS n WHERE user_id %s;
        """
    mine, theirs = f"= '{reader}'", f"<> '{reader}'"
    postgres.sql(f"""
        SET maintenance_work_mem = '512MB';
        INSERT INTO users (id, email, email_folded, username, username_folded, friend_code, created_at, updated_at)
        SELECT gen_random_uuid(), n || '@b.example', n || '@b.example', 'b' || n, 'b' || n, 'B' || n, now(), now()
        FROM generate_series(1, {others}) AS n;
        """ + habits % (20, mine) + habits % (10, theirs) + completions % (500, mine) + completions % (100, theirs))
    postgres.sql("VACUUM ANALYZE")


def measure(folder, options):
    """Prints the ratios; returns what missed its target."""
    hosts = []
    try:
        cases = []
        for name, others in (("small", 0), ("large", 10_000)):
            postgres = Postgres(f"hearth_{name}")
            hearth = start_hearth(folder, name, {"DATABASE_URL": postgres.url})
            hosts.append(hearth)
            token, user = register(hearth, "reader")
            fill(postgres, user, others)
            habit = postgres.sql(f"SELECT id FROM habits WHERE user_id = '{user}' ORDER BY position LIMIT 1").strip()
            for case, path in (("habit list", "/api/habits/"), ("today", "/api/habits/today"),
                               ("history", f"/api/habits/{habit}/history")):
                load(hearth.base + path, 1, token)
                cases.append((f"{case}, {name}", lambda hearth=hearth, path=path, token=token: (
                    load(hearth.base + path, options.seconds, token)[0])))
        results = alternating(options.rounds, cases)
    finally:
        for host in hosts:
            host.stop()
    missed = []
    print(f"Ten million completions beside ten thousand: {options.rounds} rounds, medians")
    for case in ("habit list", "today", "history"):
        small, large = (median(results[f"{case}, {name}"]) for name in ("small", "large"))
        print(f"{case:12}{small:10.0f}/s{large:10.0f}/s   {small / large:.2f} times as long")
        if small / large > LIMIT:
            missed.append(f"{case} takes {small / large:.2f} times as long with ten million completions")
    return missed
