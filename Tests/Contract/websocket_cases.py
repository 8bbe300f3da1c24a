"""The cases of RFC 6455 and RFC 7692 that test_websocket.py runs, by the numbers of the Autobahn test suite, which names them and
is not runnable any more. The server sends every message back; it takes messages of 1 MiB.

A case is what the client does and what it has to see:
  Echo   a message, whole, fragmented or chopped into small writes, comes back
  Bytes  frames as they are, right or wrong, and the frames that have to come
  Many   messages one after the other, each of which comes back
"""

from dataclasses import dataclass, field

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
LIMIT = 1 << 20


@dataclass
class Echo:
    """A message that comes back, or is refused when it is over the limit."""

    opcode: int
    size: int
    chop: int | None = None  # octets a write
    fragment: int | None = None  # octets a frame

    @property
    def content(self) -> bytes:
        return (b"*" if self.opcode == TEXT else b"\xfe") * self.size


@dataclass
class Bytes:
    """Frames, and what has to come back: messages and pongs; then frames that end it, and the code of the close frame. (The last
    ones are sent when the first are answered: a server need not answer a message after its client has closed.)"""

    frames: list[tuple]  # (first byte, content)
    expected: list[tuple]  # (opcode, content)
    last: list[tuple]
    code: int | None
    chop: int | None = None
    may_drop: bool = False  # whether what is expected may be left out, since the client does not wait for it


@dataclass
class Many:
    """Messages one after the other; `peer` is the library that sends them."""

    opcode: int
    size: int
    count: int
    peer: str
    compression: dict | None = field(default=None)  # parameters of permessage-deflate; None for none
    fragment: int | None = None


CASES: dict[str, object] = {}


def add(prefix: str, *cases) -> None:
    for number, case in enumerate(cases, 1):
        name = f"{prefix}.{number}"
        assert name not in CASES, name
        CASES[name] = case


def frame(opcode: int, content: bytes = b"", fin: bool = True, rsv: int = 0) -> tuple:
    return (0x80 * fin | rsv << 4 | opcode, content)


def close(code: int | None = 1000, reason: bytes = b"") -> tuple:
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason)


def sees(frames: list, *expected, chop: int | None = None) -> Bytes:
    """Frames whose answers are these; then the client closes."""
    return Bytes(frames, list(expected), [close()], 1000, chop)


def fails(frames: list, code: int | None = 1002, after: list = (), sees: tuple = (), chop: int | None = None) -> Bytes:
    """Frames that have to be answered by a close frame, after others that are answered as they should be."""
    return Bytes(list(after), list(sees), frames, code, chop)


# 1 Framing: sizes around those where the length takes more bytes.
SIZES = [0, 125, 126, 127, 128, 65535, 65536]
add("1.1", *[Echo(TEXT, size) for size in SIZES], Echo(TEXT, 65536, chop=997))
add("1.2", *[Echo(BINARY, size) for size in SIZES], Echo(BINARY, 65536, chop=997))

# 2 Pings and pongs.
TEN = [b"payload-%d" % number for number in range(10)]
add(
    "2",
    sees([frame(PING)], (PONG, b"")),
    sees([frame(PING, b"Hello, world!")], (PONG, b"Hello, world!")),
    sees([frame(PING, bytes([0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF]))],
         (PONG, bytes([0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF]))),
    sees([frame(PING, b"\xfe" * 125)], (PONG, b"\xfe" * 125)),
    fails([frame(PING, b"\xfe" * 126)]),
    sees([frame(PING, b"\xfe" * 125)], (PONG, b"\xfe" * 125), chop=1),
    sees([frame(PONG)]),
    sees([frame(PONG, b"unsolicited pong payload")]),
    sees([frame(PONG, b"unsolicited"), frame(PING, b"ping payload")], (PONG, b"ping payload")),
    sees([frame(PING, text) for text in TEN], *[(PONG, text) for text in TEN]),
    sees([frame(PING, text) for text in TEN], *[(PONG, text) for text in TEN], chop=1),
)

# 3 Reserved bits: nothing was negotiated that gives them a meaning.
HELLO = frame(TEXT, b"Hello, world!")
SAID = (TEXT, b"Hello, world!")
add(
    "3",
    fails([frame(TEXT, b"Hello, world!", rsv=1)]),
    fails([frame(TEXT, b"Hello, world!", rsv=2), frame(PING)], after=[HELLO], sees=[SAID]),
    fails([frame(TEXT, b"Hello, world!", rsv=3), frame(PING)], after=[HELLO], sees=[SAID]),
    fails([frame(TEXT, b"Hello, world!", rsv=4), frame(PING)], after=[HELLO], sees=[SAID], chop=1),
    fails([frame(BINARY, b"\x00\xff\xfe", rsv=5)]),
    fails([frame(PING, b"Hello, world!", rsv=6)]),
    fails([(0xF8, b"")]),
)

# 4 Opcodes that have no meaning.
for group, base in (("4.1", 3), ("4.2", 11)):
    add(
        group,
        fails([frame(base)]),
        fails([frame(base + 1, b"reserved opcode payload")]),
        fails([frame(base + 2), frame(PING)], after=[HELLO], sees=[SAID]),
        fails([frame(base + 3, b"reserved"), frame(PING)], after=[HELLO], sees=[SAID]),
        fails([frame(base + 4, b"reserved"), frame(PING)], after=[HELLO], sees=[SAID], chop=1),
    )

# 5 Fragments.
PARTS = [frame(TEXT, b"fragment1", fin=False), frame(CONTINUATION, b"fragment2")]
WHOLE = (TEXT, b"fragment1fragment2")
BETWEEN = [PARTS[0], frame(PING, b"ping payload"), PARTS[1]]
LONELY = [frame(CONTINUATION, b"non-continuation payload"), HELLO]
LONELY_OPEN = [frame(CONTINUATION, b"non-continuation payload", fin=False), HELLO]
FIVE = [
    frame(TEXT, b"fragment1", fin=False), frame(CONTINUATION, b"fragment2", fin=False), frame(PING, b"ping 1"),
    frame(CONTINUATION, b"fragment3", fin=False), frame(CONTINUATION, b"fragment4", fin=False), frame(PING, b"ping 2"),
    frame(CONTINUATION, b"fragment5"),
]
FIVE_SEEN = [(PONG, b"ping 1"), (PONG, b"ping 2"), (TEXT, b"fragment1fragment2fragment3fragment4fragment5")]
add(
    "5",
    fails([frame(PING, b"fragment1", fin=False), frame(CONTINUATION, b"fragment2")]),
    fails([frame(PONG, b"fragment1", fin=False), frame(CONTINUATION, b"fragment2")]),
    sees(PARTS, WHOLE),
    sees(PARTS, WHOLE, chop=11),
    sees(PARTS, WHOLE, chop=1),
    sees(BETWEEN, (PONG, b"ping payload"), WHOLE),
    sees(BETWEEN, (PONG, b"ping payload"), WHOLE, chop=11),
    sees(BETWEEN, (PONG, b"ping payload"), WHOLE, chop=1),
    fails(LONELY),
    fails(LONELY, chop=11),
    fails(LONELY, chop=1),
    fails(LONELY_OPEN),
    fails(LONELY_OPEN, chop=11),
    fails(LONELY_OPEN, chop=1),
    fails([frame(CONTINUATION, b"fragment3", fin=False), frame(TEXT, b"fragment4")], after=PARTS, sees=[WHOLE]),
    fails([frame(CONTINUATION, b"fragment1", fin=False), *PARTS]),
    fails([frame(CONTINUATION, b"fragment1"), *PARTS]),
    fails([PARTS[0], frame(TEXT, b"fragment2")]),
    sees(FIVE, *FIVE_SEEN),
    sees(FIVE, *FIVE_SEEN, chop=1),
)


# 6 UTF-8.
def text(content: bytes, is_valid: bool = True) -> Bytes:
    return sees([frame(TEXT, content)], (TEXT, content)) if is_valid else fails([frame(TEXT, content)], 1007)


def pieces(parts: list[bytes]) -> list[tuple]:
    last = len(parts) - 1
    return [frame(CONTINUATION if index else TEXT, part, fin=index == last) for index, part in enumerate(parts)]


def octets(content: bytes) -> list[bytes]:
    return [content[index:index + 1] for index in range(len(content))]


GREETING = "Hello-µ@ßöäüàá-UTF-8!!".encode()
KOSME = bytes.fromhex("cebae1bdb9cf83cebcceb5")
SURROGATE = KOSME + b"\xed\xa0\x80edited"
BEYOND = b"\xf4\x90\x80\x80"
add("6.1", sees([frame(TEXT)], (TEXT, b"")), sees(pieces([b"", b"", b""]), (TEXT, b"")),
    sees(pieces([b"", b"middle frame payload", b""]), (TEXT, b"middle frame payload")))
add("6.2", text(GREETING), sees(pieces([GREETING[:13], GREETING[13:]]), (TEXT, GREETING)),
    sees(pieces(octets(GREETING)), (TEXT, GREETING)), sees(pieces(octets(KOSME)), (TEXT, KOSME)))
add("6.3", text(SURROGATE, False), fails(pieces(octets(SURROGATE)), 1007))
# The first two have to fail before the message is whole: its last fragment is not sent at all. The others are one frame, which the
# decoder hands over whole: they fail at its end, which the suite calls non-strict.
add("6.4", fails(pieces([KOSME, BEYOND, b"edited"])[:2], 1007), fails(pieces([KOSME + b"\xf4", b"\x90", b"\x80\x80edited"])[:2], 1007),
    fails([frame(TEXT, KOSME + BEYOND + b"edited")], 1007, chop=4), fails([frame(TEXT, KOSME + BEYOND + b"edited")], 1007, chop=1))
add("6.5", *[text(content) for content in (b"hello\x24world", b"hello\xc2\xa2world", b"hello\xe2\x82\xacworld",
                                          b"hello\xf0\xa4\xad\xa2world", KOSME)])
add("6.6", *[text(KOSME[:length], length in (2, 5, 7, 9, 11)) for length in range(1, 12)])


def hexes(prefix: str, is_valid: bool, *contents: str) -> None:
    add(prefix, *[text(bytes.fromhex(content), is_valid) for content in contents])


hexes("6.7", True, "00", "c280", "e0a080", "f0908080")
hexes("6.8", False, "f888808080", "fc8480808080")
hexes("6.9", True, "7f", "dfbf", "efbfbf", "f48fbfbf")
hexes("6.10", False, "f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf")
add("6.11", *[text(bytes.fromhex(content)) for content in ("ed9fbf", "ee8080", "efbfbd", "f48fbfbf")], text(BEYOND, False))
hexes("6.12", False, "80", "bf", "80bf", "80bf80", "80bf80bf", "80bf80bf80", "80bf80bf80bf", bytes(range(0x80, 0xC0)).hex())
add("6.13", *[text(b" ".join(octets(bytes(range(first, end)))) + b" ", False)
              for first, end in ((0xC0, 0xE0), (0xE0, 0xF0), (0xF0, 0xF8), (0xF8, 0xFC), (0xFC, 0xFE))])
MISSING = ["c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"]
hexes("6.14", False, *MISSING)
hexes("6.15", False, "".join(MISSING))
hexes("6.16", False, "fe", "ff", "fefeffff")
hexes("6.17", False, "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af")
hexes("6.18", False, "c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf")
hexes("6.19", False, "c080", "e08080", "f0808080", "f880808080", "fc8080808080")
hexes("6.20", False, "eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf")
hexes("6.21", False, *[high + low for high in ("eda080", "edadbf", "edae80", "edafbf") for low in ("edb080", "edbfbf")])
hexes("6.22", True, *[chr(plane << 16 | code).encode().hex() for plane in range(17) for code in (0xFFFE, 0xFFFF)])
hexes("6.23", True, "efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf")

# 7 Closing.
BIG = b"BAsd7&jh23" * 26_214
add(
    "7.1",
    sees([HELLO], SAID),
    fails([close(), close()], 1000),
    fails([close(), frame(PING, b"late")], 1000),
    fails([close(), HELLO], 1000),
    fails([PARTS[0], close(), PARTS[1]], 1000),
    Bytes([frame(TEXT, BIG), close(), frame(PING, b"late")], [(TEXT, BIG)], [], 1000, may_drop=True),
)
add(
    "7.3",
    fails([close(None)], None),
    fails([frame(CLOSE, b"a")]),
    fails([close(1000)], 1000),
    fails([close(1000, b"Hello World!")], 1000),
    fails([close(1000, b"*" * 123)], 1000),
    fails([close(1000, b"*" * 124)]),
)
add("7.5", fails([close(1000, SURROGATE)], 1007))
VALID = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]
add("7.7", *[fails([close(code)], code) for code in VALID])
add("7.9", *[fails([close(code)]) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999)])
add("7.13", *[fails([close(code)]) for code in (5000, 65535)])

# 9 Limits: up to 1 MiB comes back, more is refused.
BIG_SIZES = [64 << 10, 256 << 10, 1 << 20, 4 << 20, 8 << 20, 16 << 20]
FRAGMENTS = [64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20]
for group, opcode in (("9.1", TEXT), ("9.2", BINARY)):
    add(group, *[Echo(opcode, size) for size in BIG_SIZES])
for group, opcode in (("9.3", TEXT), ("9.4", BINARY)):
    add(group, *[Echo(opcode, 4 << 20, fragment=size) for size in FRAGMENTS])
for group, opcode in (("9.5", TEXT), ("9.6", BINARY)):
    add(group, *[Echo(opcode, 1 << 20, chop=size) for size in (64, 128, 256, 512, 1024, 2048)])
for group, opcode, peer in (("9.7", TEXT, "websockets"), ("9.8", BINARY, "wsproto")):
    add(group, *[Many(opcode, size, 50, peer) for size in (0, 16, 64, 256, 1024, 4096)])

# 10 A peer that fragments by itself.
add("10.1", Echo(TEXT, 65536, fragment=1300))

# 12, 13 Compression: 12 with the offer that everybody makes, 13 with each parameter that is served.
LENGTHS = [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072]
PARTED = [(8192, 256), (16384, 256), (32768, 256), (65536, 256), (131072, 256), (8192, 1024), (16384, 1024), (32768, 1024)]


def compressed(prefix: str, opcode: int, peer: str, offer: dict) -> None:
    add(prefix, *[Many(opcode, size, 3, peer, offer) for size in LENGTHS],
        *[Many(opcode, size, 2, peer, offer, fragment) for size, fragment in PARTED])


compressed("12.1", TEXT, "websockets", {})
compressed("12.2", BINARY, "wsproto", {})
compressed("13.1", TEXT, "wsproto", {})
compressed("13.2", TEXT, "websockets", {"server_no_context_takeover": True, "client_no_context_takeover": True})
compressed("13.3", BINARY, "websockets", {"client_max_window_bits": 9})
