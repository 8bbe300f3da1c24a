"""Leaderboards of a million users: the first page of everybody's and one's own rank, beside pgbench with the same statements.

The statements of the rankings stand in Tests/Bench/statements; a scenario test compares them with what the plugin runs.
"""
import os, re

from database import Postgres, pgbench, pgbench_script, statements, users, with_values
from measuring import CONNECTIONS, alternating, load, median, register, start_hearth

USERS = int(os.environ.get("HEARTH_BENCH_USERS", "1000000"))
# How many pages a rank may touch, and what of pgbench must not be lost again: beside it a request pays for HTTP, for what friends
# and names cost, and for two plugins.
PAGES = 200
TARGETS = {"leaderboard": 0.06, "own rank": 0.3}


def fill(postgres, reader):
    """Users whose experience is spread evenly over orders of magnitude, up to 160,000, with streaks of up to 300 days; the reader is in
    the middle."""
    postgres.sql(f"""
        SET maintenance_work_mem = '512MB';
        {users(USERS)}
        INSERT INTO rpg_players (user_id, total_xp, coins, coin_debt, level, rewarded_level, stat_points, current_streak, best_streak,
            xp_bucket, ranked_streak, streak_ends_at, created_at, updated_at)
        SELECT id, xp, 0, 0, 1 + xp / 5000, 1, 0, streak, streak, (dropped << 12) + (xp >> dropped), streak,
            now() + interval '1 year', now(), now()
        FROM (
            SELECT id, xp, greatest(0, length(ltrim(xp::bit(40)::text, '0')) - 13) AS dropped, greatest(0, streak) AS streak
            FROM (SELECT id, exp(12 * random())::integer AS xp, (400 * random())::integer - 100 AS streak FROM users) AS earned
        ) AS counted;
        UPDATE rpg_players SET (total_xp, xp_bucket, level) = (
            SELECT total_xp, xp_bucket, level FROM rpg_players ORDER BY total_xp DESC LIMIT 1 OFFSET {USERS // 2})
        WHERE user_id = '{reader}';
        """)
    for metric, bucket, condition in (
            ("xp", "xp_bucket", "xp_bucket > 0"), ("level", "level", "total_xp > 0"),
            ("streak", "ranked_streak", "ranked_streak > 0")):
        postgres.sql(f"""
            INSERT INTO rpg_rank_counts (metric, height, bucket, players)
            SELECT '{metric}', height, {bucket} / width, count(*)
            FROM rpg_players, (VALUES (0, 1), (1, 32), (2, 1024)) AS sizes (height, width)
            WHERE {condition} GROUP BY 1, 2, 3 ORDER BY random();
            """)
    postgres.sql("VACUUM ANALYZE")


def pages(postgres, user):
    """How many pages a user's rank touches, after a day on which every other page of players was written to."""
    postgres.sql("UPDATE rpg_players SET stat_points = stat_points + 1 WHERE total_xp % 7 = 0")
    (text, values), = statements("rank")
    plan = postgres.sql("EXPLAIN (ANALYZE, BUFFERS) " + with_values(text, values).replace(":user", f"'{user}'"))
    return sum(map(int, re.findall(r"(?:hit|read)=(\d+)", re.search("Buffers: shared.*", plan).group())))


def measure(folder, options):
    """Prints a table; returns what missed its target."""
    postgres = Postgres("hearth_leaderboard")
    hearth = start_hearth(folder, "leaderboard", {"DATABASE_URL": postgres.url}, plugins=("habits", "rpg", "social"))
    try:
        token, user = register(hearth, "reader")
        fill(postgres, user)
        touched = pages(postgres, user)
        missed = [] if touched <= PAGES else [f"the rank in the middle touches {touched} pages"]

        cases = {"leaderboard": ("top", "/api/leaderboard?type=xp&scope=global"),
                 "own rank": ("rank", "/api/leaderboard/me?type=xp&scope=global")}
        measurements = []
        for name, (file, path) in cases.items():
            measurements.append((name, lambda path=path: load(hearth.base + path, options.seconds, token, CONNECTIONS)[0]))
            script = pgbench_script(folder, file, False)
            measurements.append((f"{name}, pgbench", lambda script=script: (
                pgbench(postgres, script, 8, options.seconds, {"user": user}))))
        for _, path in cases.values():
            load(hearth.base + path, 1, token)
        results = alternating(options.rounds, measurements)
        rates = {name: median(values) for name, values in results.items()}
        print(f"Leaderboards of {USERS:,} users: {options.rounds} alternating rounds of {options.seconds} s, {CONNECTIONS} clients, "
              f"medians; a rank in the middle touches {touched} pages")
        print(f"{'':14}{'Hearth/s':>10}{'pgbench':>10}{'ratio':>8}")
        for name, least in TARGETS.items():
            ratio = rates[name] / rates[f"{name}, pgbench"]
            print(f"{name:14}{rates[name]:10.0f}{rates[f'{name}, pgbench']:10.0f}{ratio:8.2f}")
            if ratio < least:
                missed.append(f"{name} reaches {ratio:.2f} of pgbench, it has been more than {least}")
        return missed
    finally:
        hearth.stop()
