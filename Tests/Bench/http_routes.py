"""The way of a request: nginx, a bare Hummingbird route, routes of the host and of plugins."""
import os, shutil, subprocess, sys

from measuring import CONNECTIONS, ROOT, Server, alternating, fetch, free_port, load, median, register, start_hearth

PLUGINS = ("habits", "greeter", "greeter-swift")

# (name, over which other name, at least)
TARGETS = [("Swift plugin", "bare Hummingbird", 0.95), ("C plugin", "bare Hummingbird", 0.95)]
COLD_START_MS = 300
RESIDENT_MB = 60


def start_nginx(folder):
    port = free_port()
    body = '{"message":"Hello, World!"}'
    with open(f"{folder}/nginx.conf", "w") as conf:
        conf.write(
            f"worker_processes auto; daemon off; pid {folder}/nginx.pid; error_log /dev/null;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;\n"
            f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; keepalive_requests 1000000000;\n"
            f"server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json; return 200 '{body}'; }} }} }}\n")
    return Server([shutil.which("nginx") or "/usr/sbin/nginx", "-c", f"{folder}/nginx.conf", "-e", "/dev/null"], port, "/")


def twenty_habits(server):
    token, _ = register(server, "bench")
    for number in range(20):
        fetch(server.base + "/api/habits/", {"title": f"Habit {number}", "description": "Ten minutes every morning"}, token)
    return token


def measure(folder, options):
    """Prints a table; returns what missed its target."""
    servers = []
    try:
        cold = []
        for number in range(5):
            once = start_hearth(folder, "cold", plugins=PLUGINS)
            cold.append(once.cold_start_ms)
            once.stop()
        nginx = start_nginx(folder)
        servers.append(nginx)
        port = free_port()
        bare = Server([f"{ROOT}/.build/release/bench-reference", str(port)], port, "/api/health", quiet=subprocess.DEVNULL)
        servers.append(bare)
        hearth = start_hearth(folder, "http", plugins=PLUGINS)
        servers.append(hearth)
        resident = hearth.resident_mb()
        token = twenty_habits(hearth)

        contestants = [
            ("nginx return 200", nginx, "/", None),
            ("bare Hummingbird", bare, "/api/health", None),
            ("host route", hearth, "/api/health", None),
            ("Swift plugin", hearth, "/api/greeter-swift/hello", None),
            ("C plugin", hearth, "/api/greeter/hello", None),
            ("20 habits, SQLite", hearth, "/api/habits/", token),
        ]

        def once(server, path, token, seconds):
            before = server.cpu_seconds()
            rate, count, _ = load(server.base + path, seconds, token)
            return rate, (server.cpu_seconds() - before) / count * 1000

        for _, server, path, auth in contestants:
            once(server, path, auth, 1)
        results = alternating(options.rounds, [
            (name, lambda server=server, path=path, auth=auth: once(server, path, auth, options.seconds))
            for name, server, path, auth in contestants])
    finally:
        for server in servers:
            server.stop()

    rates = {name: [rate for rate, _ in values] for name, values in results.items()}
    medians = {name: median(values) for name, values in rates.items()}
    reference = medians["bare Hummingbird"]
    print(f"HTTP: {options.rounds} alternating rounds of {options.seconds} s, {CONNECTIONS} connections, medians; access log off")
    print(f"{'':20}{'requests/s':>12}{'of bare':>9}{'of host':>9}{'min':>9}{'max':>9}{'CPU s/1000':>12}")
    for name, rate in medians.items():
        print(f"{name:20}{rate:12.0f}{rate / reference:9.2f}{rate / medians['host route']:9.2f}"
              f"{min(rates[name]):9.0f}{max(rates[name]):9.0f}{median(cost for _, cost in results[name]):12.4f}")
    print(f"cold start to the first 200: {median(cold):.0f} ms (limit {COLD_START_MS}); resident when idle: "
          f"{resident:.1f} MB (limit {RESIDENT_MB})")

    missed = []
    for name, other, least in TARGETS:
        if name not in medians:
            missed.append(f"{name} was not measured")
        elif medians[name] / medians[other] < least:
            missed.append(f"{name} reaches {medians[name] / medians[other]:.2f} of {other}, the target is {least}")
    if median(cold) > COLD_START_MS:
        missed.append("the cold start takes too long")
    if resident > RESIDENT_MB:
        missed.append("too much memory is resident")
    return missed
