"""Thousands of idle WebSockets: what each takes of memory, and how long a broadcast to all of them takes while requests are
served. The time is that until the last client has read its event; the clients, one process, take their part of it."""
import base64, json, os, resource, select, socket, subprocess, time

from measuring import fetch, median, register, start_hearth

CONNECTIONS = 5_000
KILOBYTES_EACH = 15
BROADCAST_MS = 300


def masked(text):
    content = text.encode()
    assert len(content) <= 125
    return bytes([0x81, 0x80 | len(content), 0, 0, 0, 0]) + content


class Crowd:
    """Clients that listen to everything for one user."""

    def __init__(self, port, token, count):
        self.sockets = {}
        self.poll = select.epoll()
        request = (
            f"GET /api/ws HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nAuthorization: Bearer {token}\r\n\r\n").encode()
        subscribe = masked('{"type":"subscribe","topic":"user"}')
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", port), 30)
            client.sendall(request)
            self._read_until(client, b'"type":"welcome"')
            client.sendall(subscribe)
            self._read_until(client, b'"type":"subscribed"')
            client.setblocking(False)
            self.sockets[client.fileno()] = client
            self.poll.register(client.fileno(), select.EPOLLIN)

    @staticmethod
    def _read_until(client, text):
        seen = b""
        while text not in seen:
            piece = client.recv(4096)
            assert piece, f"closed: {seen!r}"
            seen += piece

    def hear(self, text):
        """Waits until each has received it; gives the moment of the last."""
        missing = set(self.sockets)
        deadline = time.monotonic() + 60
        while missing:
            assert time.monotonic() < deadline, f"{len(missing)} clients hear nothing"
            for number, _ in self.poll.poll(1):
                # A ping may be there too.
                if text in self.sockets[number].recv(65536):
                    missing.discard(number)
        return time.monotonic()

    def close(self):
        for client in self.sockets.values():
            client.close()
        self.poll.close()


def measure(folder, options):
    """Prints the figures; returns what missed its target."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536) if hard > 0 else 65_536, hard))
    server = start_hearth(folder, "realtime")
    try:
        port = int(server.base.rsplit(":", 1)[1])
        token, _ = register(server, "crowd")
        Crowd(port, token, 100).close()  # what the first ones cost is not theirs
        time.sleep(1)
        before = server.resident_mb()
        crowd = Crowd(port, token, CONNECTIONS)
        time.sleep(2)
        each = (server.resident_mb() - before) * 1024 / CONNECTIONS
        quiet = [broadcast(server, crowd, token) for _ in range(options.rounds)]
        load = subprocess.Popen(
            ["wrk", "-t", "1", "-c", "16", "-d", f"{2 + options.rounds * 2}s", server.base + "/api/health"],
            stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        busy = [broadcast(server, crowd, token) for _ in range(options.rounds)]
        rate = next(line.split()[1] for line in load.communicate()[0].splitlines() if line.startswith("Requests/sec"))
        crowd.close()
    finally:
        server.stop()
    print(f"\n{CONNECTIONS} idle WebSockets: {each:.1f} KiB of memory each")
    print(f"broadcast to all of them: {median(quiet):.0f} ms alone, {median(busy):.0f} ms beside {rate} requests a second "
          f"({', '.join(f'{one:.0f}' for one in busy)})")
    missed = []
    if each > KILOBYTES_EACH:
        missed.append(f"an idle WebSocket takes {each:.1f} KiB, and {KILOBYTES_EACH} are allowed")
    if median(busy) > BROADCAST_MS:
        missed.append(f"a broadcast takes {median(busy):.0f} ms, and {BROADCAST_MS} are allowed")
    return missed


def broadcast(server, crowd, token):
    """Milliseconds from a request that changes a habit until the last client has heard of it."""
    begin = time.monotonic()
    habit = json.loads(fetch(server.base + "/api/habits/", {"title": "Broadcast"}, token))
    return (crowd.hear(habit["id"].encode()) - begin) * 1000
