"""Players who complete habits one after the other: in PostgreSQL as pgbench finds them, and as a script of wrk."""
from measuring import CONNECTIONS, load, register

PLAYERS, HABITS = 2_000, 240_000
# What pgbench looks up before a transaction.
OWNER = f"SELECT id AS user FROM bench_players WHERE number = :h % {PLAYERS} \\gset"

# Two fixed words and a number, as one uuid: an id that pgbench and wrk can compute.
BENCH_ID = """
    CREATE FUNCTION bench_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
        AS $$ SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
    """


def habits(identity, owner, count):
    """The statement that inserts habits n from 1 on, whose ids and owners are given as SQL."""
    return f"""
        INSERT INTO habits (id, user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
            weekdays, position, current_streak, best_streak, total_completions, total_xp_earned, created_at, updated_at)
        SELECT {identity}, {owner}, 'Habit ' || n, 'Ten minutes every morning', '✨', '#6366f1', 'general', 'easy', true, false,
            'daily', 0, n, 0, 0, 0, 0, now(), now() FROM generate_series(1, {count}) AS n;
        """


class Completing:
    """Completes through a server what nobody has completed yet; the lower half of the habits, the upper one is for pgbench."""

    def __init__(self, folder, postgres, hearth):
        """The players register; a player's habits are those whose numbers leave his own modulo PLAYERS."""
        self.hearth = hearth
        self.tokens, rows = [], []
        for number in range(PLAYERS):
            token, user = register(hearth, f"player{number}")
            self.tokens.append(token)
            rows.append(f"({number}, '{user}')")
        postgres.sql(f"""{BENCH_ID} CREATE TABLE bench_players (number bigint PRIMARY KEY, id uuid);
            INSERT INTO bench_players VALUES {", ".join(rows)};
            {habits("bench_id(n)", f"(SELECT id FROM bench_players WHERE number = n % {PLAYERS})", HABITS)}""")
        self.completed = 0
        with open(f"{folder}/tokens", "w") as file:
            file.write("\n".join(self.tokens))
        self.script = f"{folder}/complete.lua"
        with open(self.script, "w") as file:
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
                    return wrk.format("POST", nil, headers[number % {PLAYERS} + 1],
                        string.format('{{"habit_id":"01900000-0000-7000-8000-%012x"}}', number))
                end
                """)

    def load(self, seconds):
        """Completions a second, and how many."""
        rate, count, _ = load(
            self.hearth.base + "/api/completions", seconds, None, CONNECTIONS, self.script, [self.completed])
        self.completed += count + CONNECTIONS
        return rate, count
