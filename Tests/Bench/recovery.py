"""How long Hearth needs to serve again once a server that it needs is back: killed, or cut off, while clients write."""
import glob, json, os, signal, subprocess, sys, threading, time, urllib.error

from database import Postgres
from measuring import fetch, register, start_hearth

LIMIT_SECONDS = 2


class Writer:
    """A client that changes its habit time and again, and remembers when it was told that it is done."""

    def __init__(self, base, token):
        self.token = token
        habit = json.loads(fetch(base + "/api/habits/", {"title": "Read"}, token))
        self.url = f"{base}/api/habits/{habit['id']}"
        self.is_over = False
        self.acknowledged = 0
        self.failed = 0
        self.last = None
        self.thread = threading.Thread(target=self.write)
        self.thread.start()

    def write(self):
        while not self.is_over:
            begun = time.monotonic()
            try:
                fetch(self.url, {"title": f"Read {self.acknowledged}"}, self.token, "PUT")
                self.acknowledged += 1
                self.last = begun
            except urllib.error.HTTPError as error:
                if error.code not in (503, 504):
                    raise
                self.failed += 1
                time.sleep(0.005)

    def recovery(self, since):
        """Seconds from a moment until a write began that was acknowledged; ends the measurement after a minute."""
        while self.last is None or self.last < since:
            if time.monotonic() - since > 60:
                sys.exit("bench: Hearth does not recover")
            time.sleep(0.001)
        return max(0, self.last - since)

    def stop(self):
        self.is_over = True
        self.thread.join()


def pid_in(path):
    with open(path) as file:
        return int(file.readline())


def start_postgres():
    """Starts the server of scripts/with-servers again, once what is left of the killed one has ended."""
    folder = os.environ["HEARTH_TEST_SERVERS"]
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    program = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"))[-1]
    for _ in range(200):
        done = subprocess.run([*as_postgres, program, "-D", f"{folder}/postgres", "-l", f"{folder}/socket/log", "-w", "-s", "start"],
                              cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            return
        time.sleep(0.1)
    sys.exit("bench: PostgreSQL does not start again")


def start_redis(command):
    subprocess.run([*command, "--daemonize", "yes"], check=True, stdout=subprocess.DEVNULL)
    port = command[command.index("--port") + 1]
    while subprocess.run(["redis-cli", "-p", port, "ping"], capture_output=True, text=True).stdout.strip() != "PONG":
        time.sleep(0.005)


def measure(folder, options):
    """Prints the times; returns what took too long."""
    servers = os.environ["HEARTH_TEST_SERVERS"]
    postgres = Postgres("hearth_recovery")
    hearth = start_hearth(folder, "recovery", {"DATABASE_URL": postgres.url, "REDIS_URL": os.environ["HEARTH_TEST_REDIS"],
                                               "RATE_LIMIT": "on", "RATE_LIMIT_USER": "1000000"})
    times = {}
    try:
        token, _ = register(hearth, "writer")
        writer = Writer(hearth.base, token)
        try:
            writer.recovery(time.monotonic())

            os.kill(pid_in(f"{servers}/postgres/postmaster.pid"), signal.SIGKILL)
            time.sleep(2)
            start_postgres()
            times["PostgreSQL killed and started"] = writer.recovery(time.monotonic())

            cut = time.monotonic()
            postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hearth'")
            times["all its connections ended"] = writer.recovery(max(cut, time.monotonic()))

            # Redis: nobody may notice, and the host uses it again.
            failed = writer.failed
            port = os.environ["HEARTH_TEST_REDIS"].rsplit(":", 1)[1].split("/")[0]
            redis = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                     "--dir", f"{servers}/redis", "--pidfile", f"{servers}/redis/redis.pid", "--logfile", f"{servers}/redis/log"]
            os.kill(pid_in(f"{servers}/redis/redis.pid"), signal.SIGKILL)
            time.sleep(2)
            start_redis(redis)
            back = time.monotonic()
            while json.loads(fetch(hearth.base + "/api/health/detailed"))["redis"] != "healthy":
                if time.monotonic() - back > 60:
                    sys.exit("bench: Hearth does not find Redis again")
                time.sleep(0.005)
            times["Redis killed and started"] = time.monotonic() - back
            failed = writer.failed - failed
        finally:
            writer.stop()
    finally:
        hearth.stop()
    missed = []
    print("Service after a server's return, under load")
    for name, seconds in times.items():
        print(f"{name:32}{seconds:8.3f} s")
        if seconds > LIMIT_SECONDS:
            missed.append(f"{name}: back after {seconds:.1f} s, the limit is {LIMIT_SECONDS} s")
    print(f"writes acknowledged {writer.acknowledged}, refused while Redis was away {failed}")
    if failed:
        missed.append(f"{failed} writes failed because Redis was away")
    return missed
