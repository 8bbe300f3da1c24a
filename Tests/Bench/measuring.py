"""What all measurements share: servers on ports of their own, load, alternating rounds, medians."""
import json, os, re, socket, statistics, subprocess, sys, time, urllib.error, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONNECTIONS = 64


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, check=True, text=True, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, data=None, token=None, method=None):
    request = urllib.request.Request(url, data=None if data is None else json.dumps(data).encode(), method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        # With the time of children that have ended: a backend's moves there when its client leaves.
        total += sum(int(fields[index]) for index in (11, 12, 13, 14))
    return total / os.sysconf("SC_CLK_TCK")


class Server:
    """A process that serves on a port of its own, ended by its pid."""

    def __init__(self, command, port, path, environment=None, quiet=None):
        self.base = f"http://127.0.0.1:{port}"
        started = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=quiet)
        while True:
            try:
                fetch(self.base + path)
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() - started > 30:
                    sys.exit(f"bench: {command[0]} does not serve")
                time.sleep(0.002)
        self.cold_start_ms = (time.monotonic() - started) * 1000

    def cpu_seconds(self):
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        return cpu_seconds([str(self.process.pid), *children])

    def resident_mb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024

    def stop(self):
        self.process.send_signal(15)
        self.process.wait(timeout=60)


def start_hearth(folder, name, environment=None, plugins=("habits",)):
    """Hearth with some plugins."""
    port = free_port()
    conf = f"{folder}/{name}.conf"
    with open(conf, "w") as file:
        file.write('search_path = ["%s/.build/plugins"]\n' % ROOT)
        for plugin in plugins:
            file.write(f"[plugins.{plugin}]\n")
    defaults = {
        "PORT": str(port), "HOST": "127.0.0.1", "HEARTH_DATA": f"{folder}/{name}", "PLUGINS_CONF": conf,
        "ACCESS_LOG": "off", "BCRYPT_COST": "4", "RATE_LIMIT": "off", "LOG_LEVEL": "error"}
    return Server([f"{ROOT}/.build/release/hearth", "serve"], port, "/api/health", {**defaults, **(environment or {})})


def register(server, name):
    """A new user's token and id."""
    answer = json.loads(fetch(server.base + "/api/auth/register", {
        "email": f"{name}@example.com", "username": name, "password": "SecurePass1"}))
    return answer["access_token"], answer["user"]["id"]


def load(url, seconds, token=None, connections=CONNECTIONS, script=None, arguments=(), allowed=()):
    """Requests a second, their number, and how many were answered outside 2xx."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s"]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    if script:
        command += ["-s", script]
    output = subprocess.run([*command, url, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if "Socket errors" in output or (failed and not allowed):
        sys.exit(f"bench: {url} failed under load:\n{output}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    return rate, int(re.search(r"(\d+) requests in", output).group(1)), int(failed.group(1)) if failed else 0


def alternating(rounds, measurements):
    """Runs named measurements in turn, from either end, so that a drift of the machine hits all alike. Lists by name."""
    results = {name: [] for name, _ in measurements}
    for number in range(rounds):
        for name, measure in measurements if number % 2 == 0 else reversed(measurements):
            results[name].append(measure())
    return results


median = statistics.median
