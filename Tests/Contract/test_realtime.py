"""Events over WebSocket and server-sent events, with `websockets` as the client: one host and two, on both engines of the cache,
and what becomes of it when Redis is killed."""

import base64
import contextlib
import functools
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid

import pytest
import requests
from hosting import ROOT, Host, free_port
from people import Person
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync import client

SECRET = "k" * 32
PATIENCE = 60
# Without keep-alive of its own: the host is the one that has to notice.
connect = functools.partial(
    client.connect, legacy=True, open_timeout=PATIENCE, close_timeout=1, ping_interval=None)


class Redis:
    """A Redis of these tests' own, to be killed and started again."""

    def __init__(self, folder):
        self.port = free_port()
        self.folder = folder
        self.process = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [shutil.which("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def eventually(is_so, what: str = "did not happen"):
    """Waits until something is so, as long as a busy machine may need; gives what it is."""
    deadline = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return found


class Client:
    """A client of /api/ws."""

    def __init__(self, person: Person, url: str | None = None, **options):
        address = (url or person.url).replace("http", "ws", 1)
        options.setdefault("additional_headers", {"Authorization": f"Bearer {person.token}"})
        self.socket = connect(f"{address}/api/ws", **options)
        self.welcome = self.receive()
        assert self.welcome["type"] == "welcome"

    def receive(self) -> dict:
        return json.loads(self.socket.recv(timeout=PATIENCE))

    def ask(self, **request) -> dict:
        self.socket.send(json.dumps(request))
        return self.receive()

    def subscribe(self, topic: str = "user", **members) -> dict:
        answer = self.ask(type="subscribe", topic=topic, **members)
        assert answer["type"] == "subscribed", answer
        return answer

    def note(self) -> str:
        """The text of the next event, which is a note."""
        event = self.receive()
        assert (event["type"], event.get("event")) == ("event", "note"), event
        return event["data"]["text"]

    def nothing(self) -> bool:
        """Whether nothing more was sent before the answer to a ping."""
        return self.ask(type="ping", ref=7) == {"type": "pong", "ref": 7}

    def closed(self) -> int:
        """The code with which the host closes, after whatever it still sends."""
        try:
            while True:
                self.socket.recv(timeout=PATIENCE)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def publish(person: Person, text: str, audience: str = "user", url: str | None = None, **members) -> None:
    answer = requests.post(
        f"{url or person.url}/api/kit-features/events", json={"audience": audience, "text": text} | members,
        headers={"Authorization": f"Bearer {person.token}"}, timeout=PATIENCE)
    assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def conf(tmp_path_factory):
    path = tmp_path_factory.mktemp("conf") / "plugins.conf"
    path.write_text(f'search_path = ["{ROOT}/.build/plugins"]\n[plugins.habits]\n[plugins.kit-features]\n[plugins.social]\n')
    return path


# Once on each engine of the cache is enough: no database has a part in what differs.
ENGINES = ["redis"] if os.environ.get("HEARTH_TEST_DATABASE") == "postgres" else ["process", "redis"]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, tmp_path_factory):
    """The variables that choose an engine of the cache."""
    if request.param == "process":
        yield {}
        return
    redis = Redis(tmp_path_factory.mktemp("redis"))
    yield {"REDIS_URL": redis.url}
    redis.kill()


@pytest.fixture(scope="module")
def live(engine, conf, tmp_path_factory):
    """A host with the plugin that publishes."""
    host = Host(tmp_path_factory.mktemp("live"), conf, SECRET_KEY=SECRET, CORS_ORIGINS="https://app.example", **engine)
    yield host
    host.stop()


@pytest.fixture
def user(live) -> Person:
    return Person.register(live.url, "listener")


# ---- Who may connect.


def test_whoever_has_no_valid_token_is_refused_before_the_upgrade(live):
    address = live.url.replace("http", "ws")
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        with pytest.raises(InvalidStatus) as refusal:
            connect(f"{address}/api/ws", additional_headers=headers)
        assert refusal.value.response.status_code == 401
    answer = requests.get(f"{live.url}/api/events/stream", timeout=PATIENCE)
    assert answer.status_code == 401
    assert answer.json()["detail"]


def test_a_token_is_taken_from_header_protocol_and_query_and_stands_in_no_log(live, user):
    address = live.url.replace("http", "ws")
    ways = [
        connect(f"{address}/api/ws", additional_headers={"Authorization": f"Bearer {user.token}"}),
        connect(f"{address}/api/ws", subprotocols=["hearth.realtime.v1", f"bearer.{user.token}"]),
        connect(f"{address}/api/ws?access_token={user.token}", subprotocols=["hearth.realtime.v1"]),
        connect(f"{address}/api/kit-features/rooms/1?access_token={user.token}&a=b"),
    ]
    assert [way.subprotocol for way in ways] == [None, "hearth.realtime.v1", "hearth.realtime.v1", None]
    for way in ways[:3]:
        assert json.loads(way.recv(timeout=PATIENCE))["user"] == user.user["id"]
    # Neither is a plugin told the token.
    assert ways[3].recv(timeout=PATIENCE) == f"room 41 {user.user['id']} a=b"
    for way in ways:
        way.close()
    stream = requests.get(f"{live.url}/api/events/stream?access_token={user.token}", stream=True, timeout=PATIENCE)
    assert stream.status_code == 200
    stream.close()
    with pytest.raises(InvalidStatus):
        connect(f"{address}/api/ws?access_token={user.token}x")
    eventually(lambda: '"path":"/api/ws"' in live.log.read_text().replace('": "', '":"'), "the access log is not written")
    log = live.log.read_text()
    assert user.token not in log
    assert "access_token" not in log


def test_pages_of_other_origins_may_not_connect(live, user):
    headers = {"Authorization": f"Bearer {user.token}"}
    address = live.url.replace("http", "ws") + "/api/ws"
    with pytest.raises(InvalidStatus) as refusal:
        connect(address, additional_headers=headers, origin="https://elsewhere.example")
    assert refusal.value.response.status_code == 403
    for origin in ("https://app.example", live.url):
        connect(address, additional_headers=headers, origin=origin).close()


# ---- The protocol.


def test_events_reach_their_audience_and_nobody_else(live, user):
    stranger = Person.register(live.url, "stranger")
    with Client(user) as first, Client(user) as second, Client(stranger) as other, Client(stranger) as silent:
        for client in (first, second, other):
            for topic in ("user", "all", "kit-features/open"):
                assert client.subscribe(topic, ref=topic) | {"id": None} == {
                    "type": "subscribed", "topic": topic, "id": None, "gap": False, "ref": topic}
        publish(user, "mine")
        publish(user, "undone", commit=False)
        publish(user, "of all", "all")
        publish(user, "of the topic", "open")
        for client in (first, second):
            assert [client.note() for _ in range(3)] == ["mine", "of all", "of the topic"]
        assert [other.note() for _ in range(2)] == ["of all", "of the topic"]
        assert first.ask(type="unsubscribe", topic="all") == {"type": "unsubscribed", "topic": "all"}
        publish(user, "again", "all")
        assert second.note() == "again"
        for client in (first, second, silent):
            assert client.nothing()


def test_the_owner_of_a_topic_decides_who_listens(live, user):
    stranger = Person.register(live.url, "stranger")
    with Client(user) as client:
        client.subscribe(f"kit-features/of:{user.user['id']}")
        refused = {
            f"kit-features/of:{stranger.user['id']}": ("denied", "You may not listen to this topic"),
            "kit-features/secret": ("denied", "This is a secret"),
            "nobody/open": ("unknown_topic", "There is no such topic"),
            "habits/anything": ("unknown_topic", "There is no such topic"),
        }
        for topic, (code, message) in refused.items():
            assert client.ask(type="subscribe", topic=topic) == {
                "type": "error", "code": code, "message": message, "topic": topic}
        stream = f"{live.url}/api/events/stream?topic="
        headers = {"Authorization": f"Bearer {user.token}"}
        assert requests.get(stream + "kit-features/secret", headers=headers, timeout=PATIENCE).status_code == 403
        assert requests.get(stream + "nobody/open", headers=headers, timeout=PATIENCE).status_code == 404


@pytest.mark.parametrize("text", [
    "", "[]", "nonsense", '{"type":"subscribe"}', '{"type":"subscribe","topic":7}', '{"type":"shout"}', "{}", '"x"',
    '{"type":"subscribe","topic":"user","since":{}}', '{"type":"unsubscribe","topic":"user"}', "[" * 1000,
    '{"type":"ping","type":"ping"}', '{"type":"subscribe","topic":"no such"}', b"bytes",
])
def test_bad_input_gets_an_error_and_the_connection_stays(user, text):
    with Client(user) as client:
        client.socket.send(text)
        error = client.receive()
        assert error["type"] == "error"
        assert error["code"] in ("bad_request", "unknown_topic", "not_subscribed")
        assert error["message"]
        assert client.nothing()


@pytest.mark.parametrize("ref", ["x" * 65, {}, [1], True])
def test_a_ref_that_is_not_repeated_is_refused(user, ref):
    with Client(user) as client:
        for request in ({"type": "ping"}, {"type": "subscribe", "topic": "user"}):
            assert client.ask(ref=ref, **request) == {
                "type": "error", "code": "bad_request", "message": "ref is a number or a text of at most 64 bytes"}
        for fine in ("x" * 64, 7, 7.5):
            assert client.ask(type="ping", ref=fine) == {"type": "pong", "ref": fine}
        assert client.ask(type="ping", ref=None) == {"type": "pong"}


@pytest.mark.parametrize("since", ["nonsense", "", "x--1", -1, {}])
def test_what_is_no_id_cannot_be_come_back_with(user, since):
    with Client(user) as client:
        assert client.ask(type="subscribe", topic="user", since=since, ref=1) == {
            "type": "error", "code": "bad_request", "message": "since is an id of an event", "topic": "user", "ref": 1}


def test_whoever_asks_too_much_is_closed(user):
    with Client(user) as client:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(500):
                client.socket.send('{"type":"ping"}')
        assert client.closed() == 1008


def test_a_connection_has_a_limit_of_subscriptions(user):
    with Client(user) as client:
        for number in range(100):
            client.subscribe(f"kit-features/open{number}")
        assert client.ask(type="subscribe", topic="user")["code"] == "too_many_subscriptions"
        # One that is there already is none more.
        client.subscribe("kit-features/open7")
        client.ask(type="unsubscribe", topic="kit-features/open8")
        client.subscribe()


# ---- Coming back.


def test_whoever_comes_back_is_given_what_he_missed(user):
    with Client(user) as client:
        begin = client.subscribe()["id"]
        publish(user, "a")
        id = client.receive()["id"]
    publish(user, "b")
    publish(user, "c")
    with Client(user) as client:
        answer = client.subscribe(since=id)
        assert answer["gap"] is False
        assert [client.note(), client.note()] == ["b", "c"]
        publish(user, "d")
        assert client.note() == "d"
        # Again from the beginning, on the same connection.
        assert client.subscribe(since=begin)["gap"] is False
        assert [client.note() for _ in range(4)] == ["a", "b", "c", "d"]
        assert client.nothing()


def test_whoever_missed_too_much_is_told_so(user):
    with Client(user) as client:
        begin = client.subscribe()["id"]
    for number in range(105):
        publish(user, str(number))
    with Client(user) as client:
        answer = client.subscribe(since=begin)
        assert answer["gap"] is True
        assert [client.note() for _ in range(100)] == [str(number) for number in range(5, 105)]
        assert client.subscribe(since="x-1")["gap"] is True
        assert client.nothing()


# ---- Server-sent events.


class Stream:
    """A client of /api/events/stream."""

    def __init__(self, person: Person, query: str = "", last: str | None = None):
        headers = {"Authorization": f"Bearer {person.token}"} | ({"Last-Event-ID": last} if last else {})
        self.answer = requests.get(
            f"{person.url}/api/events/stream{query}", headers=headers, stream=True, timeout=PATIENCE)
        assert self.answer.status_code == 200, self.answer.text
        assert self.answer.headers["Content-Type"] == "text/event-stream"
        self.lines = self.answer.iter_lines(chunk_size=1)
        self.id = None

    def receive(self) -> dict:
        for line in self.lines:
            text = line.decode()
            if text.startswith("id: "):
                self.id = text[4:]
            if text.startswith("data: "):
                return json.loads(text[6:])
        raise EOFError

    def note(self) -> str:
        return self.receive()["data"]["text"]

    def close(self) -> None:
        self.answer.close()


def test_a_stream_has_the_same_events_and_resumes_by_its_last_id(user):
    stream = Stream(user)
    assert sorted(stream.receive()["topic"] for _ in range(2)) == ["all", "user"]
    publish(user, "a")
    assert stream.note() == "a"
    publish(user, "b", "all")
    assert stream.note() == "b"
    last = stream.id
    stream.close()
    publish(user, "c")
    publish(user, "d", "all")
    again = Stream(user, last=last)
    frames = [again.receive() for _ in range(4)]
    assert sorted(frame["data"]["text"] for frame in frames if frame["type"] == "event") == ["c", "d"]
    assert [frame["gap"] for frame in frames if frame["type"] == "subscribed"] == [False, False]
    again.close()
    one = Stream(user, "?topic=kit-features/open")
    assert one.receive()["topic"] == "kit-features/open"
    publish(user, "e", "open")
    assert one.note() == "e"
    one.close()


# ---- The end of a session.


def token_of(person: Person, seconds: float) -> str:
    """A token that the host would have given, and that expires soon."""
    def part(value) -> str:
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    now = int(time.time())
    head = part({"alg": "HS256", "typ": "JWT"}) + "." + part(
        {"sub": person.user["id"], "iat": now, "exp": int(now + seconds), "jti": str(uuid.uuid4())})
    return head + "." + part(hmac.new(SECRET.encode(), head.encode(), hashlib.sha256).digest())


def test_the_end_of_a_token_closes_what_it_opened(user):
    brief = Person(user.url, user.user, token_of(user, 4))
    room = connect(
        f"{user.url.replace('http', 'ws')}/api/kit-features/rooms/2?access_token={brief.token}")
    with Client(brief) as client, Client(user) as other:
        stream = Stream(brief)
        assert client.closed() == 4401
        with pytest.raises(EOFError):
            while True:
                stream.receive()
        with pytest.raises(ConnectionClosed):
            while True:
                room.recv(timeout=PATIENCE)
        assert room.close_code == 4401
        assert other.nothing()


def test_a_logout_closes_the_connections_of_its_token(live, user):
    answer = requests.post(
        f"{live.url}/api/auth/login",
        json={"email": user.user["email"], "password": "Correct-horse-1"}, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    second = Person(user.url, user.user, answer.json()["access_token"])
    with Client(user) as client, Client(second) as other:
        assert user.send("POST", "/auth/logout").status_code == 200
        assert client.closed() == 4401
        assert other.nothing()


# ---- Presence, habits.


def test_presence_tells_who_listens(user):
    friend = Person.register(user.url, "friend")

    def present(person=user) -> tuple[list, bool]:
        answer = person.send("GET", "/kit-features/present").json()
        return sorted(answer["users"]), answer["online"]

    with Client(user) as one, Client(user) as two, Client(friend) as other:
        for client in (one, two, other):
            client.subscribe("kit-features/open")
        one.subscribe()
        both = sorted([user.user["id"], friend.user["id"]])
        eventually(lambda: present() == (both, True))
        assert present(friend) == (both, False)
        one.socket.close()
        eventually(lambda: present() == (both, False))
        two.socket.close()
        eventually(lambda: present()[0] == [friend.user["id"]])


def test_friends_are_seen_online_while_they_listen(user):
    friend = Person.register(user.url, "friend")
    request = user.send("POST", f"/friends/request/{friend.user['id']}").json()["id"]
    assert friend.send("POST", f"/friends/accept/{request}").json()["is_online"] is False

    def online() -> tuple[bool, int]:
        answer = user.send("GET", "/friends/").json()
        return answer["friends"][0]["is_online"], answer["online_count"]

    with Client(friend) as client:
        assert online() == (False, 0)
        client.subscribe()
        eventually(lambda: online() == (True, 1))
        client.socket.close()
        eventually(lambda: online() == (False, 0))


def test_the_devices_of_a_user_are_told_of_his_habits(user):
    stranger = Person.register(user.url, "stranger")
    with Client(user) as client, Client(stranger) as other:
        client.subscribe()
        other.subscribe()

        def told() -> tuple[str, dict]:
            event = client.receive()
            return event["event"], event["data"]

        habit = user.habit()
        assert told() == ("habit.created", {"habit_id": habit["id"], "completion_id": None})
        user.send("PUT", f"/habits/{habit['id']}", json={"title": "Running"})
        assert told()[0] == "habit.changed"
        completion = user.completion(habit)
        done = {"habit_id": habit["id"], "completion_id": completion["id"]}
        assert told() == ("completion.created", done)
        # Taken already: rolled back, and nobody is told.
        assert user.send("POST", "/completions/", json={"habit_id": habit["id"]}).status_code == 400
        user.send("DELETE", f"/completions/{completion['id']}")
        assert told() == ("completion.deleted", done)
        user.send("POST", f"/habits/{habit['id']}/archive")
        assert told()[0] == "habit.changed"
        user.send("DELETE", f"/habits/{habit['id']}")
        assert told()[0] == "habit.deleted"
        assert client.nothing() and other.nothing()


# ---- Slow clients.


def test_whoever_does_not_read_is_closed_with_1013_and_holds_nobody_up(live, user):
    with socket.socket() as slow, Client(user) as quick:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(PATIENCE)
        slow.connect(("127.0.0.1", live.port))
        slow.sendall((
            "GET /api/ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {user.token}\r\n\r\n").encode())
        request = b'{"type":"subscribe","topic":"user"}'
        slow.sendall(bytes([0x81, 0x80 | len(request), 0, 0, 0, 0]) + request)
        seen = b""
        while b'"subscribed"' not in seen:
            seen += slow.recv(4096)
        quick.subscribe()
        for _ in range(150):
            publish(user, "x", times=60_000)
            assert quick.note().startswith("x")
        seen = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := slow.recv(1 << 20):
                seen += piece
        assert len(seen) < 150 * 60_000, "nothing was left out"
        # Whoever begins to read too late finds the connection cut off.
        if b"\x88" in seen:
            assert seen[seen.rfind(b"\x88"):][2:4] == (1013).to_bytes(2, "big")
        assert quick.nothing()


# ---- Sockets of plugins.


def test_a_plugin_serves_a_path_of_its_own(user):
    address = user.url.replace("http", "ws") + "/api/kit-features/rooms/"
    headers = {"Authorization": f"Bearer {user.token}"}
    for order, code in (("return", 1000), ("throw", 1008), ("close", 4002)):
        with connect(address + "2", additional_headers=headers) as room:
            assert room.recv(timeout=PATIENCE) == f"room 42 {user.user['id']} "
            for number in range(50):
                room.send(str(number))
            assert [room.recv(timeout=PATIENCE) for _ in range(50)] == [str(number) for number in range(50)]
            room.send(order)
            with pytest.raises(ConnectionClosed):
                room.recv(timeout=PATIENCE)
            assert room.close_code == code
    with pytest.raises(InvalidStatus) as refusal:
        connect(address + "2")
    assert refusal.value.response.status_code == 401
    answer = requests.get(f"{user.url}/api/kit-features/rooms/2", headers=headers, timeout=PATIENCE)
    assert answer.status_code == 426
    assert answer.headers["Upgrade"] == "websocket"


# ---- Several hosts.


@pytest.fixture
def pair(conf, tmp_path):
    """Two hosts on one database and one Redis."""
    redis = Redis(tmp_path)
    variables = {"SECRET_KEY": SECRET, "REDIS_URL": redis.url}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = Host(tmp_path / "a", conf, **variables)
    shared = {"HEARTH_DATA": first.environment["HEARTH_DATA"]}
    if "DATABASE_URL" in first.environment:
        shared["DATABASE_URL"] = first.environment["DATABASE_URL"]
    second = Host(tmp_path / "b", conf, **variables, **shared)
    yield first, second, redis
    first.stop()
    second.stop()
    redis.kill()


def test_two_hosts_serve_one_user_also_after_redis_was_killed(pair):
    first, second, redis = pair
    user = Person.register(first.url, "both")
    with Client(user) as here, Client(user, url=second.url) as there:
        here.subscribe()
        id = there.subscribe()["id"]
        for number, host in enumerate(pair[:2]):
            publish(user, f"from {number}", url=host.url)
            assert here.note() == there.note() == f"from {number}"
        redis.kill()
        # While Redis is gone the clients of the same host are told at once, and the others when it is back.
        publish(user, "meanwhile", url=first.url)
        assert here.note() == "meanwhile"
        redis.start()
        frames = [there.receive()]
        while frames[-1]["type"] != "event":
            frames.append(there.receive())
        assert frames[-1]["data"]["text"] == "meanwhile"
        # The log of before is lost, and that is said.
        assert {"type": "gap", "topic": "user"} in frames
        publish(user, "after", url=second.url)
        assert there.note() == "after"
        frames = [here.receive()]
        while frames[-1]["type"] != "event":
            frames.append(here.receive())
        assert frames[-1]["data"]["text"] == "after"
        with Client(user, url=second.url) as late:
            assert late.subscribe(since=id)["gap"] is True
        # A logout on one host ends the session on the other.
        assert requests.post(
            f"{second.url}/api/auth/logout", headers={"Authorization": f"Bearer {user.token}"}, timeout=PATIENCE
        ).status_code == 200
        assert here.closed() == there.closed() == 4401


def test_a_shutdown_closes_with_1001(conf, tmp_path):
    host = Host(tmp_path, conf, SECRET_KEY=SECRET)
    user = Person.register(host.url, "last")
    client = Client(user)
    client.subscribe()
    room = connect(
        f"{host.url.replace('http', 'ws')}/api/kit-features/rooms/3?access_token={user.token}")
    stream = Stream(user)
    stream.receive()
    host.process.send_signal(signal.SIGTERM)
    assert client.closed() == 1001
    with pytest.raises(ConnectionClosed):
        while True:
            room.recv(timeout=PATIENCE)
    assert room.close_code == 1001
    with pytest.raises(EOFError):
        while True:
            stream.receive()
    host.stop()
