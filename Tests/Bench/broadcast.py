"""A broadcast to ten thousand users: how long it takes, and what it does to the requests beside it. Their latency is that of clients
that ask one after the other, half of them reading and half writing, with the broadcast and without it."""
import http.client, json, os, threading, time

from database import Postgres, users
from measuring import fetch, median, register, start_hearth

USERS = int(os.environ.get("HEARTH_BENCH_USERS", "10000"))
CLIENTS = 4
# How much longer a request may take beside a broadcast.
SLOWER = {"median": 2.5, "99th": 5.0}


class Clients:
    """Clients of one user, who note how long each answer takes, until they are stopped."""

    def __init__(self, server, token):
        self.milliseconds = []
        self._stopped = threading.Event()
        address = server.base.removeprefix("http://")
        self._threads = [
            threading.Thread(target=self._ask, args=(address, token, number % 2 == 0)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _ask(self, address, token, reads):
        connection = http.client.HTTPConnection(address, timeout=60)
        headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
        while not self._stopped.is_set():
            begin = time.perf_counter()
            if reads:
                connection.request("GET", "/api/notifications", headers=headers)
            else:
                connection.request("PUT", "/api/users/me", json.dumps({"bio": str(begin)}), headers)
            answer = connection.getresponse()
            assert answer.read() and answer.status == 200, answer.status
            self.milliseconds.append((time.perf_counter() - begin) * 1000)
            # Clients that never rest measure how they wait for each other.
            time.sleep(0.002)
        connection.close()

    def stop(self):
        """Gives the median and the 99th percentile."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        ascending = sorted(self.milliseconds)
        return {"median": median(ascending), "99th": ascending[len(ascending) * 99 // 100]}


def broadcast(server, token):
    """Tells all users something; gives the seconds until the last one has been told."""
    path = server.base + "/api/admin/notifications/broadcast"
    text = {"en": "News", "fr": "Nouvelles"}
    begin = time.monotonic()
    id = json.loads(fetch(path, {"title": text, "body": text}, token))["id"]
    while json.loads(fetch(f"{path}/{id}", token=token))["finished_at"] is None:
        assert time.monotonic() - begin < 300, "the broadcast does not end"
        time.sleep(0.02)
    return time.monotonic() - begin


def fill(postgres):
    """As many users, of whom the first is an administrator."""
    postgres.sql(f"""
        UPDATE users SET role = 'admin' WHERE username = 'chief';
        {users(USERS)}
        """)
    postgres.sql("VACUUM ANALYZE")


def measure(folder, options):
    """Prints the figures; returns what missed its target."""
    postgres = Postgres("hearth_broadcast")
    server = start_hearth(folder, "broadcast", {"DATABASE_URL": postgres.url}, plugins=("notifications",))
    try:
        register(server, "chief")
        fill(postgres)
        login = {"email": "chief", "password": "SecurePass1"}
        admin = json.loads(fetch(server.base + "/api/auth/login", login))["access_token"]
        token, _ = register(server, "reader")
        broadcast(server, admin)  # what the first one costs is not the others'
        seconds, alone, beside = [], [], []
        for _ in range(options.rounds):
            clients = Clients(server, token)
            time.sleep(options.seconds)
            alone.append(clients.stop())
            clients = Clients(server, token)
            seconds.append(broadcast(server, admin))
            beside.append(clients.stop())
    finally:
        server.stop()
    print(f"Broadcast to {USERS:,} users: {median(seconds):.1f} s, {USERS / median(seconds):,.0f} users a second; medians of "
          f"{options.rounds} rounds, {CLIENTS} clients beside it")
    print(f"{'latency':14}{'alone':>10}{'beside':>10}{'ratio':>8}")
    missed = []
    for name, most in SLOWER.items():
        before, after = median(one[name] for one in alone), median(one[name] for one in beside)
        print(f"{name:14}{before:8.2f}ms{after:8.2f}ms{after / before:8.2f}")
        if after / before > most:
            missed.append(f"beside a broadcast the {name} latency is {after / before:.2f} times that without, {most} is allowed")
    return missed
