"""Runs the real host, as an operator would: its own process, data folder and port."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
# As it is shipped.
PROGRAM = ROOT / ".build" / "release" / "hearth"
START_SECONDS = 60
STOP_SECONDS = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def database() -> dict[str, str]:
    """Where a host keeps its data: on the engine that HEARTH_TEST_DATABASE names, in a database of its own."""
    engine = os.environ.get("HEARTH_TEST_DATABASE") or "sqlite"
    if engine == "sqlite":
        return {}
    assert engine == "postgres", f"HEARTH_TEST_DATABASE: expected sqlite or postgres, not {engine}"
    server = os.environ["HEARTH_TEST_POSTGRES"]
    name = f"contract_{uuid.uuid4().hex}"
    subprocess.run([psql(), "--quiet", "--dbname", server, "--command", f"CREATE DATABASE {name}"], check=True)
    return {"DATABASE_URL": f"{server.rpartition('/')[0]}/{name}"}


def psql() -> str:
    return shutil.which("psql") or str(sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1])


class Host:
    """A host that serves from the moment it is made until `stop`."""

    def __init__(self, folder: Path, plugins_conf: Path, **variables: str):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "ENVIRONMENT": "test",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "HEARTH_DATA": str(folder / "data"),
            "PLUGINS_CONF": str(plugins_conf),
            "BCRYPT_COST": "4",
            "RATE_LIMIT": "off",
            **database(),
            **variables,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "serve"], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self._wait()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the host has ended:\n{self.log.read_text(errors='replace')}"
            try:
                requests.get(f"{self.url}/api/health", timeout=5)
                return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise AssertionError(f"the host does not answer:\n{self.log.read_text(errors='replace')}")

    def command(self, *arguments: str) -> None:
        """Runs a command on the data of this host."""
        subprocess.run([PROGRAM, *arguments], cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def stop(self) -> None:
        """Ends the host as an operator does, and checks that it was well to the end."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the host does not end:\n{self.log_tail()}") from None
        assert status == 0, f"the host ended with status {status}:\n{self.log_tail()}"
        # A request that fails is logged as such; nothing else of the kind may have happened either.
        bad = [line for line in self.log.read_text(errors="replace").splitlines() if BAD_LINE.search(line)]
        assert not bad, "the log of the host has:\n" + "\n".join(bad[:20])

    def log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])


# As it stands in the log: a failure, a crash of Swift, or an answer 500 in the access log.
BAD_LINE = re.compile(r"\b(error|critical) hearth:|Fatal error|Crash|Request failed|status[\"=: ]+500\b|\"level\":\"(error|critical)\"")
