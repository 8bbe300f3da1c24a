"""A completion with every plugin on: habits, experience, coins, ledger, ranks and the event for statistics in one transaction, beside
pgbench with the same statements.

The statements stand in Tests/Bench/statements/game.sql with their plans; a scenario test compares them with what the product runs.
Statistics hear of each completion after its commit; what is left of that when a measurement ends is waited for, and its rate told.
"""
import time

from database import BENCH_ID, Postgres, check_plans, habits, pgbench, pgbench_script
from measuring import CONNECTIONS, alternating, fetch, load, median, register, start_hearth

PLUGINS = ("rpg", "social", "stats", "tasks", "llm", "notifications")
USERS, HABITS = 2_000, 240_000
# Of pgbench: what must not be lost again. Beside it a completion pays for HTTP, for two plugins in one transaction, and for the
# statistics of the completions before it, whose statements are not among those of pgbench.
LEAST = 0.2


def fill(postgres, hearth):
    """Players with 120 habits each; returns their tokens, the first one's habits being those whose number is 0 modulo USERS."""
    tokens, ids = [], []
    for number in range(USERS):
        token, user = register(hearth, f"player{number}")
        fetch(hearth.base + "/api/characters", {"name": f"Player {number}", "character_class": "warrior"}, token)
        tokens.append(token)
        ids.append(user)
    players = "ARRAY['" + "', '".join(ids) + "']::uuid[]"
    postgres.sql(BENCH_ID + f"""
        CREATE FUNCTION bench_user(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
            AS $$ SELECT ({players})[n % {USERS} + 1] $$;
        """ + habits("bench_id(n)", "bench_user(n)", HABITS) + "VACUUM ANALYZE;")
    return tokens


def completing(folder, tokens):
    """A wrk script that completes one habit after the other, each for its owner; its argument is the number of the first."""
    with open(f"{folder}/tokens", "w") as file:
        file.write("\n".join(tokens))
    path = f"{folder}/complete.lua"
    with open(path, "w") as file:
        file.write(f"""
            local number, headers = 0, {{}}
            function init(arguments)
                number = tonumber(arguments[1])
                for token in io.lines("{folder}/tokens") do
                    headers[#headers + 1] = {{ ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token }}
                end
            end
            function request()
                number = number + 1
                return wrk.format("POST", nil, headers[number % {USERS} + 1],
                    string.format('{{"habit_id":"01900000-0000-7000-8000-%012x"}}', number))
            end
            """)
    return path


def waiting(postgres):
    return int(postgres.sql("SELECT count(*) FROM hearth_jobs WHERE queue = 'events.stats.completions' AND state < 4"))


def measure(folder, options):
    """Prints a table; returns what missed its target."""
    postgres = Postgres("hearth_game")
    hearth = start_hearth(folder, "game", {"DATABASE_URL": postgres.url}, plugins=PLUGINS)
    try:
        lua = completing(folder, fill(postgres, hearth))
        user = postgres.sql("SELECT bench_user(1)").strip()
        missed = check_plans(postgres, ("game",), {"user": user})
        script = pgbench_script(folder, "game", True)
        completed, heard = 0, []

        def through_hearth():
            nonlocal completed
            started = time.monotonic()
            rate, count, _ = load(hearth.base + "/api/completions", options.seconds, None, CONNECTIONS, lua, [completed])
            completed += count + CONNECTIONS
            while waiting(postgres):
                time.sleep(0.1)
            heard.append(count / (time.monotonic() - started))
            return rate

        measurements = [("hearth", through_hearth)]
        for clients in (8, 64):
            measurements.append((f"pgbench {clients}", lambda clients=clients: pgbench(
                postgres, script, clients, options.seconds, {"habits": str(HABITS)})))
        load(hearth.base + "/api/completions", 1, None, CONNECTIONS, lua, [HABITS // 2 - 20_000])
        results = alternating(options.rounds, measurements)
        rates = {name: median(values) for name, values in results.items()}
        ratio = rates["hearth"] / max(rates["pgbench 8"], rates["pgbench 64"])
        print(f"A completion with every plugin, {USERS:,} players: {options.rounds} alternating rounds of {options.seconds} s, "
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
            missed.append(f"{unequal} of {USERS} players have another experience than their ledger")
        return missed
    finally:
        hearth.stop()
