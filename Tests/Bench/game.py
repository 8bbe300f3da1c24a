"""A completion with every plugin on: habits, experience, coins, ledger, ranks and the event for statistics in one transaction, beside
pgbench with the same statements.

The statements stand in Tests/Bench/statements/game.sql with their plans; a scenario test compares them with what the product runs.
Statistics hear of each completion after its commit; what is left of that when a measurement ends is waited for, and its rate told.
"""
import time

from completing import Completing
from database import Postgres, check_plans, pgbench, pgbench_script
from measuring import CONNECTIONS, alternating, fetch, median, start_hearth

PLUGINS = ("habits", "rpg", "social", "stats", "tasks", "llm", "notifications")
PLAYERS, HABITS = 500, 100_000
# A player's first completions earn badges, one after the other: what is measured comes after them.
BEFORE = 25 * PLAYERS
# Of pgbench: what must not be lost again. Beside it a completion pays for HTTP, for two plugins in one transaction, and for the
# statistics of the completions before it, which run at the same time on the same cores and add up a day of the user's: here one of
# a hundred completions and more.
LEAST = 0.15


def waiting(postgres):
    return int(postgres.sql("SELECT count(*) FROM hearth_jobs WHERE queue = 'events.stats.completions' AND state < 4"))


def measure(folder, options):
    """Prints a table; returns what missed its target."""
    postgres = Postgres("hearth_game")
    hearth = start_hearth(folder, "game", {"DATABASE_URL": postgres.url}, plugins=PLUGINS)
    try:
        completing = Completing(folder, postgres, hearth, PLAYERS, HABITS)
        for number, token in enumerate(completing.tokens):
            fetch(hearth.base + "/api/characters", {"name": f"Player {number}", "character_class": "warrior"}, token)
        heard = []

        def all_heard():
            while waiting(postgres):
                time.sleep(0.1)

        def through_hearth():
            started = time.monotonic()
            rate, count = completing.load(options.seconds)
            all_heard()
            heard.append(count / (time.monotonic() - started))
            return rate

        while completing.completed < BEFORE:
            completing.load(1)
        all_heard()
        # Plans of tables that are in use.
        postgres.sql("VACUUM ANALYZE")
        user = postgres.sql("SELECT id FROM bench_players WHERE number = 1").strip()
        missed = check_plans(postgres, ("game",), {"user": user})
        script = pgbench_script(folder, "game", completing)
        measurements = [("hearth", through_hearth)]
        for clients in (8, 64):
            measurements.append((f"pgbench {clients}", lambda clients=clients: pgbench(
                postgres, script, clients, options.seconds, {"habits": str(HABITS)})))
        results = alternating(options.rounds, measurements)
        rates = {name: median(values) for name, values in results.items()}
        ratio = rates["hearth"] / max(rates["pgbench 8"], rates["pgbench 64"])
        print(f"A completion with every plugin, {PLAYERS:,} players: {options.rounds} alternating rounds of {options.seconds} s, "
              f"{CONNECTIONS} clients, medians")
        print(f"{rates['hearth']:.0f}/s, pgbench with 8 clients {rates['pgbench 8']:.0f}/s, with 64 {rates['pgbench 64']:.0f}/s: "
              f"{ratio:.2f} of the best; with its statistics {median(heard):.0f}/s")
        if ratio < LEAST:
            missed.append(f"a completion with every plugin reaches {ratio:.2f} of pgbench, it has been more than {LEAST}")
        unequal = int(postgres.sql("""
            SELECT count(*) FROM rpg_players AS p WHERE total_xp <> (
                SELECT coalesce(sum(CASE to_account WHEN 'wallet' THEN amount ELSE -amount END), 0)
                FROM rpg_ledger AS l WHERE l.user_id = p.user_id AND currency = 'xp')"""))
        if unequal:
            missed.append(f"{unequal} of {PLAYERS} players have another experience than their ledger")
        return missed
    finally:
        hearth.stop()
