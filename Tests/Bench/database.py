"""PostgreSQL through HTTP, authentication and a plugin, beside pgbench with the same statements over the same socket.

The statements stand in Tests/Bench/statements with their plans; a scenario test compares them with what the plugin runs.
"""
import json, os, re, resource, subprocess, sys, uuid

from completing import Completing, insertion
from measuring import CONNECTIONS, ROOT, alternating, cpu_seconds, fetch, load, median, register, start_hearth

STATEMENTS = os.path.join(ROOT, "Tests", "Bench", "statements")
# What we are after, and what must not be lost again: the former is printed, the latter fails a check. Beside pgbench a request
# pays for HTTP and for the plugin. A route that asks no database takes 65,000 to 78,000 requests a second on two cores, load
# generator included, and pgbench 92,000 rows: both one after the other would give 0.42.
TARGETS = {"row by key": (0.55, 0.25), "list of 20": (0.6, 0.35), "today": (0.6, 0.35), "completion": (0.7, 0.6)}
# What "no less" means on a shared machine, whose runs differ by some percent.
SAME = 0.93


class Postgres:
    """The private server that scripts/with-servers has started, and a database of our own in it."""

    def __init__(self, name):
        server = os.environ["HEARTH_TEST_POSTGRES_SOCKET"]
        subprocess.run(["psql", "-qX", server, "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", "-c",
                        f"CREATE DATABASE {name}"], check=True, stderr=subprocess.DEVNULL)
        self.url = server.replace("/postgres?", f"/{name}?")
        with open(os.environ["HEARTH_TEST_SERVERS"] + "/postgres/postmaster.pid") as file:
            self.pid = file.readline().strip()

    def sql(self, text):
        return subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.url], input=text, check=True, text=True,
                              capture_output=True).stdout

    def cpu_seconds(self):
        children = subprocess.run(["pgrep", "-P", self.pid], capture_output=True, text=True).stdout.split()
        return cpu_seconds([self.pid, *children])


def users(count):
    """The statement that inserts users who never log in."""
    return f"""
        INSERT INTO users (id, email, email_folded, username, username_folded, friend_code, created_at, updated_at)
        SELECT gen_random_uuid(), n || '@b.example', n || '@b.example', 'b' || n, 'b' || n, 'B' || n, now(), now()
        FROM generate_series(1, {count}) AS n;"""


def statements(name):
    """The statements of a file as (text with $n, values of $n as pgbench has them)."""
    with open(f"{STATEMENTS}/{name}.sql") as file:
        parts = file.read().split(";\n")
    result = []
    for part in parts:
        values = dict(re.findall(r"^-- (\$\d+) = (.+)$", part, re.M))
        text = " ".join(line.strip() for line in part.splitlines() if not line.startswith("--")).strip()
        if text:
            result.append((text, values))
    return result


def with_values(text, values):
    return re.sub(r"\$\d+", lambda match: values[match.group()], text)


def pgbench_script(folder, name, completing=None):
    """The statements as pgbench runs them; for a completion in a transaction for a habit of the upper half."""
    lines = [with_values(text, values) + ";" for text, values in statements(name)]
    if completing:
        lines = ["\\set h random(:habits / 2 + 1, :habits)", "\\set d random(0, 2000000)", "\\set c random(1, 200000000000000)", completing.owner,
                 "BEGIN;", *lines, "COMMIT;"]
    path = f"{folder}/{name}.pgbench"
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path


def pgbench(postgres, script, clients, seconds, variables):
    command = ["pgbench", "-n", "-M", "prepared", "-f", script, "-c", str(clients), "-j", "2", "-T", str(seconds)]
    for name, value in variables.items():
        command += ["-D", f"{name}={value}"]
    output = subprocess.run([*command, postgres.url], capture_output=True, text=True)
    if output.returncode != 0 or "aborted" in output.stderr:
        sys.exit(f"bench: pgbench failed:\n{output.stderr}")
    return float(re.search(r"tps = ([\d.]+)", output.stdout).group(1))


def plan(postgres, name, variables):
    """The plans of the statements, without costs."""
    text = ""
    for statement, values in statements(name):
        known = {"h": "1", "d": "1", "c": "1", **variables}
        filled = re.sub(r"(?<!:):(\w+)", lambda match: (lambda value: value if value.isdigit() else f"'{value}'")(known[match.group(1)]),
                        with_values(statement, values))
        text += postgres.sql(f"EXPLAIN (COSTS OFF) {filled}") + "\n"
    return re.sub(r"'[^']*'::\w+(?: [a-z ]+)?|bench_id\(\d+\)", "?", text)


def check_plans(postgres, names, variables):
    """Compares the plans of statements with those on record, which HEARTH_BENCH_RECORD=1 writes anew."""
    missed = []
    for name in names:
        path = f"{STATEMENTS}/{name}.plan"
        found = plan(postgres, name, variables)
        if os.environ.get("HEARTH_BENCH_RECORD"):
            with open(path, "w") as file:
                file.write(found)
        with open(path) as file:
            if file.read() != found:
                missed.append(f"the plan of {name} is not the recorded one:\n{found}")
    return missed


def fill(postgres, reader):
    """A user with 20 habits."""
    postgres.sql(insertion("gen_random_uuid()", f"'{reader}'", 20) + "VACUUM ANALYZE;")


def measure(folder, options):
    """Prints a table; returns what missed its target."""
    postgres = Postgres("hearth_bench")
    hearth = start_hearth(folder, "database", {"DATABASE_URL": postgres.url})
    wide = None
    try:
        reader_token, reader = register(hearth, "reader")
        completing = Completing(folder, postgres, hearth, players=2_000, habits=240_000)
        # Plans are kept until the next ANALYZE: those of empty tables would read whole tables later.
        completing.load(1)
        fill(postgres, reader)
        habit = postgres.sql(f"SELECT id FROM habits WHERE user_id = '{reader}' ORDER BY position LIMIT 1").strip()
        variables = {"user": reader, "id": habit, "habits": str(completing.habits)}
        missed = check_plans(postgres, ("row", "list", "today", "completion"), variables)

        def through_hearth(path, token, server=hearth, clients=CONNECTIONS):
            # The backends outlive the run, wrk does not.
            before = server.cpu_seconds(), postgres.cpu_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
            if path:
                rate, count, _ = load(server.base + path, options.seconds, token, clients)
            else:
                rate, count = completing.load(options.seconds)
            own = resource.getrusage(resource.RUSAGE_CHILDREN)
            return rate, [
                (server.cpu_seconds() - before[0]) / count * 1000, (postgres.cpu_seconds() - before[1]) / count * 1000,
                (own.ru_utime + own.ru_stime - before[2].ru_utime - before[2].ru_stime) / count * 1000]

        cases = {
            "row by key": ("row", f"/api/habits/{habit}", reader_token),
            "list of 20": ("list", "/api/habits/", reader_token),
            "today": ("today", "/api/habits/today", reader_token),
            "completion": ("completion", None, None),
        }
        measurements = []
        for name, (file, path, token) in cases.items():
            measurements.append((name, lambda path=path, token=token: through_hearth(path, token)))
            pinned = pgbench_script(folder, file, None if path else completing)
            for clients in (8, 64):
                measurements.append((f"{name}, pgbench {clients}", lambda pinned=pinned, clients=clients: (
                    pgbench(postgres, pinned, clients, options.seconds, variables), None)))
        for _, path, token in cases.values():
            if path:
                load(hearth.base + path, 1, token)
        results = alternating(options.rounds, measurements)

        rates = {name: median(rate for rate, _ in values) for name, values in results.items()}
        print(f"PostgreSQL: {options.rounds} alternating rounds of {options.seconds} s, {CONNECTIONS} clients, medians; "
              "everything on the same cores, synchronous_commit on")
        print(f"{'':14}{'Hearth/s':>10}{'pgbench 8':>11}{'pgbench 64':>12}{'of best':>9}{'target':>8}"
              f"{'CPU s/1000: hearth':>20}{'postgres':>10}{'wrk':>8}")
        for name, (target, least) in TARGETS.items():
            reference = max(rates[f"{name}, pgbench 8"], rates[f"{name}, pgbench 64"])
            ratio = rates[name] / reference
            costs = [median(cost[index] for _, cost in results[name]) for index in range(3)]
            print(f"{name:14}{rates[name]:10.0f}{rates[f'{name}, pgbench 8']:11.0f}{rates[f'{name}, pgbench 64']:12.0f}"
                  f"{ratio:9.2f}{target:8.2f}{costs[0]:20.4f}{costs[1]:10.4f}{costs[2]:8.4f}")
            if ratio < least:
                missed.append(f"{name} reaches {ratio:.2f} of pgbench, it has been more than {least}")

        # The same reads on few and many connections, and with few and many clients.
        wide = start_hearth(folder, "wide", {"DATABASE_URL": postgres.url, "DATABASE_MAX_CONNECTIONS": "64"})
        narrow = start_hearth(folder, "narrow", {"DATABASE_URL": postgres.url, "DATABASE_MAX_CONNECTIONS": "8"})
        try:
            path = cases["row by key"][1]
            token = json.loads(fetch(wide.base + "/api/auth/login", {"email": "reader@example.com", "password": "SecurePass1"}))
            tokens = {wide: token["access_token"]}
            token = json.loads(fetch(narrow.base + "/api/auth/login", {"email": "reader@example.com", "password": "SecurePass1"}))
            tokens[narrow] = token["access_token"]
            width = alternating(options.rounds, [
                ("64 clients, 8 connections", lambda: through_hearth(path, tokens[narrow], server=narrow)[0]),
                ("64 clients, 64 connections", lambda: through_hearth(path, tokens[wide], server=wide)[0]),
                ("1,000 clients, 8 connections", lambda: through_hearth(path, tokens[narrow], server=narrow, clients=1000)[0]),
            ])
        finally:
            narrow.stop()
        few, many, crowd = (median(values) for values in width.values())
        for name, values in width.items():
            print(f"row by key, {name}: {median(values):.0f}/s")
        if few < SAME * many:
            missed.append(f"8 connections reach {few / many:.2f} of 64 connections")
        if crowd < SAME * few:
            missed.append(f"1,000 clients reach {crowd / few:.2f} of 64 clients")
        return missed
    finally:
        hearth.stop()
        if wide:
            wide.stop()
