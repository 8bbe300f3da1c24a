"""RFC 6455 and RFC 7692 by the numbers of the Autobahn suite: websocket_cases.py lists the cases. Peers are `websockets`, `wsproto`
and, for frames that no library would send, a bare socket."""

import base64
import os
import select
import socket

import pytest
from hosting import ROOT, Host
from websocket_cases import CASES, CLOSE, CONTINUATION, LIMIT, TEXT, Bytes, Echo, Many, frame
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.sync.client import connect
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Message, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

PATH = "/api/kit-features/echo"
PATIENCE = 60

pytestmark = pytest.mark.skipif(
    os.environ.get("HEARTH_TEST_DATABASE") == "postgres", reason="no database has a part in it: once is enough")


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    """A host with a path that sends everything back."""
    folder = tmp_path_factory.mktemp("echo")
    conf = folder / "plugins.conf"
    conf.write_text(f'search_path = ["{ROOT}/.build/plugins"]\n[plugins.kit-features]\n')
    host = Host(folder, conf)
    yield host
    host.stop()


class Peer:
    """A client that sends exactly what it is told to."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {PATH} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.input = b""
        while b"\r\n\r\n" not in self.input:
            self._fill()
        head, self.input = self.input.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101 ")

    def _fill(self) -> None:
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise EOFError
        self.input += piece

    def _bytes(self, count: int) -> bytes:
        while len(self.input) < count:
            self._fill()
        piece, self.input = self.input[:count], self.input[count:]
        return piece

    def send(self, data: bytes, chop: int | None = None) -> None:
        """Sends, until the server has something to say that ends it."""
        step = chop or 1 << 16
        view = memoryview(data)
        for start in range(0, len(view), step):
            try:
                self.socket.sendall(view[start:start + step])
            except (BrokenPipeError, ConnectionResetError):
                return
            # A server that has refused what is being sent reads the rest of it for a while only.
            if start % (1 << 18) == 0 and start and self._refused():
                return

    def _refused(self) -> bool:
        readable, _, _ = select.select([self.socket], [], [], 0)
        if readable:
            self._fill()
        return self.input[:1] == b"\x88"

    def frame(self) -> tuple[int, bytes]:
        first, second = self._bytes(2)
        assert second & 0x80 == 0, "a frame of a server is not masked"
        assert first & 0x80, "the server does not fragment"
        assert first & 0x70 == 0, "nothing was negotiated"
        length = second
        if length == 126:
            length = int.from_bytes(self._bytes(2), "big")
        elif length == 127:
            length = int.from_bytes(self._bytes(8), "big")
        return first & 0x0F, self._bytes(length)

    def ends(self) -> bool:
        """Whether the server sends nothing more and hangs up."""
        try:
            return not self.input and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        finally:
            self.socket.close()


def wire(first: int, content: bytes, is_masked: bool = True) -> bytes:
    bit = 0x80 if is_masked else 0
    if len(content) <= 125:
        head = bytes([first, bit | len(content)])
    elif len(content) <= 0xFFFF:
        head = bytes([first, bit | 126]) + len(content).to_bytes(2, "big")
    else:
        head = bytes([first, bit | 127]) + len(content).to_bytes(8, "big")
    if not is_masked:
        return head + content
    key = os.urandom(4)
    whole = key * (len(content) // 4 + 1)
    masked = (int.from_bytes(content, "big") ^ int.from_bytes(whole[:len(content)], "big")).to_bytes(len(content), "big")
    return head + key + masked


def judge(peer: Peer, code: int | None, seen: tuple | None = None) -> None:
    """The server closes with this code, and hangs up."""
    opcode, data = seen or peer.frame()
    assert opcode == CLOSE
    assert (int.from_bytes(data[:2], "big") if data else None) == code
    assert peer.ends()


def run_bytes(host: Host, case: Bytes) -> None:
    peer = Peer(host.port)
    peer.send(b"".join(wire(*frame) for frame in case.frames), case.chop)
    for expected in case.expected:
        seen = peer.frame()
        if case.may_drop and seen[0] == CLOSE:
            return judge(peer, case.code, seen)
        assert seen == expected
    peer.send(b"".join(wire(*frame) for frame in case.last), case.chop)
    judge(peer, case.code)


def run_echo(host: Host, case: Echo) -> None:
    peer = Peer(host.port)
    step = case.fragment or max(1, case.size)
    parts = [case.content[start:start + step] for start in range(0, case.size, step)] or [b""]
    data = b"".join(
        wire(*frame(CONTINUATION if index else case.opcode, part, fin=index == len(parts) - 1))
        for index, part in enumerate(parts))
    peer.send(data, case.chop)
    if case.size > LIMIT:
        return judge(peer, 1009)
    assert peer.frame() == (case.opcode, case.content)
    peer.send(wire(*frame(CLOSE, (1000).to_bytes(2, "big"))))
    judge(peer, 1000)


def messages(case: Many) -> list:
    """Text that gets smaller, and bytes that do not."""
    if case.opcode == TEXT:
        return [("%d lorem ipsum dolor sit amet é " % number * case.size)[:case.size] for number in range(case.count)]
    return [os.urandom(case.size) for _ in range(case.count)]


def run_websockets(host: Host, case: Many) -> None:
    extensions = None
    if case.compression is not None:
        extensions = [ClientPerMessageDeflateFactory(**({"client_max_window_bits": True} | case.compression))]
    with connect(f"ws://127.0.0.1:{host.port}{PATH}", compression=None, extensions=extensions, max_size=None,
                 open_timeout=PATIENCE, subprotocols=["echo.v1"]) as client:
        assert client.subprotocol == "echo.v1"
        assert bool(client.protocol.extensions) == (case.compression is not None)
        for message in messages(case):
            size = case.fragment or len(message)
            client.send([message[start:start + size] for start in range(0, len(message), size)] if case.fragment else message)
            assert client.recv(timeout=PATIENCE) == message
    assert client.close_code == 1000


def run_wsproto(host: Host, case: Many) -> None:
    extensions = [PerMessageDeflate(**case.compression)] if case.compression is not None else []
    connection = WSConnection(ConnectionType.CLIENT)
    with socket.create_connection(("127.0.0.1", host.port), PATIENCE) as stream:

        def events():
            while True:
                data = stream.recv(1 << 16)
                connection.receive_data(data or None)
                for event in connection.events():
                    yield event
                if not data:
                    return

        incoming = events()
        stream.sendall(connection.send(Request(host="a", target=PATH, extensions=extensions)))
        accepted = next(incoming)
        assert isinstance(accepted, AcceptConnection)
        assert len(accepted.extensions) == len(extensions)
        for message in messages(case):
            kind = TextMessage if case.opcode == TEXT else BytesMessage
            size = case.fragment or max(1, len(message))
            parts = [message[start:start + size] for start in range(0, len(message), size)] or [message]
            for index, part in enumerate(parts):
                stream.sendall(connection.send(kind(data=part, message_finished=index == len(parts) - 1)))
            received = "" if case.opcode == TEXT else b""
            while True:
                event = next(incoming)
                assert isinstance(event, Message), event
                received += event.data
                if event.message_finished:
                    break
            assert received == message
        stream.sendall(connection.send(CloseConnection(code=1000)))
        assert next(incoming).code == 1000


@pytest.mark.parametrize("number", CASES)
def test_case(echo, number):
    case = CASES[number]
    match case:
        case Bytes(): run_bytes(echo, case)
        case Echo(): run_echo(echo, case)
        case Many(peer="websockets"): run_websockets(echo, case)
        case Many(): run_wsproto(echo, case)


def test_frames_that_are_not_masked_are_refused(echo):
    peer = Peer(echo.port)
    peer.send(wire(0x81, b"bare", is_masked=False))
    judge(peer, 1002)


def test_the_list_is_as_long_as_promised():
    assert len(CASES) >= 250
