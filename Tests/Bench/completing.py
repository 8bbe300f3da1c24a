"""Players who complete habits one after the other: in PostgreSQL as pgbench finds them, and as a script of wrk."""
from measuring import CONNECTIONS, load, register

# Two fixed words and a number, as one uuid: an id that pgbench and wrk can compute.
BENCH_ID = """
    CREATE FUNCTION bench_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
        AS $$ SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
    """


def insertion(identity, owner, count):
    """The statement that inserts habits n from 1 on, whose ids and owners are given as SQL."""
    return f"""
        INSERT INTO habits (id, user_id, title, description, icon, color, category, difficulty, positive, negative, frequency,
            weekdays, position, current_streak, best_streak, total_completions, total_xp_earned, created_at, updated_at)
        SELECT {identity}, {owner}, 'Habit ' || n, 'Ten minutes every morning', '✨', '#6366f1', 'general', 'easy', true, false,
            'daily', 0, n, 0, 0, 0, 0, now(), now() FROM generate_series(1, {count}) AS n;
        """


class Completing:
    """Completes through a server what nobody has completed yet; the lower half of the habits, the upper one is for pgbench."""

    def __init__(self, folder, postgres, hearth, players, habits):
        """The players register; a player's habits are those whose numbers leave his own modulo the number of players."""
        self.hearth, self.habits = hearth, habits
        # What pgbench looks up before a transaction.
        self.owner = f"SELECT id AS user FROM bench_players WHERE number = :h % {players} \\gset"
        self.tokens, rows = [], []
        for number in range(players):
            token, user = register(hearth, f"player{number}")
            self.tokens.append(token)
            rows.append(f"({number}, '{user}')")
        postgres.sql(f"""{BENCH_ID} CREATE TABLE bench_players (number bigint PRIMARY KEY, id uuid);
            INSERT INTO bench_players VALUES {", ".join(rows)};
            {insertion("bench_id(n)", f"(SELECT id FROM bench_players WHERE number = n % {players})", habits)}""")
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
                    return wrk.format("POST", nil, headers[number % {players} + 1],
                        string.format('{{"habit_id":"01900000-0000-7000-8000-%012x"}}', number))
                end
                """)

    def load(self, seconds):
        """Completions a second, and how many."""
        rate, count, _ = load(
            self.hearth.base + "/api/completions", seconds, None, CONNECTIONS, self.script, [self.completed])
        self.completed += count + CONNECTIONS
        return rate, count
