"""What the contract tests share: one running host, its API description, the contract."""

import json
from pathlib import Path

import pytest
import requests
from hosting import ROOT, Host
from people import Person

MATRIX = pytest.StashKey[list[str]]()
CONTRACT = ROOT.parent / "shared" / "contracts" / "habit.openapi.json"


@pytest.fixture(scope="session")
def host(tmp_path_factory):
    """The host with the plugins of this repository."""
    host = Host(tmp_path_factory.mktemp("host"), ROOT / "plugins.conf")
    yield host
    host.stop()


@pytest.fixture(scope="session")
def description(host) -> dict:
    """The API description of the host."""
    answer = requests.get(f"{host.url}/api/openapi.json", timeout=10)
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(scope="session")
def contract() -> dict:
    """The wire contract of the habit clients, which is kept beside the repository and not in it."""
    if not CONTRACT.is_file():
        pytest.skip(f"the wire contract is not here: {CONTRACT}")
    return json.loads(CONTRACT.read_text())


@pytest.fixture
def person(host) -> Person:
    """A user of his own for each test."""
    return Person.register(host.url)


@pytest.fixture(scope="session")
def admin(host) -> Person:
    """An administrator."""
    return Person.register_admin(host)


@pytest.fixture(scope="session")
def here() -> Path:
    return Path(__file__).parent


def pytest_terminal_summary(terminalreporter, config):
    """The matrix of what was reached, also when all is well."""
    if MATRIX in config.stash:
        terminalreporter.section("operations and statuses: reached by schemathesis, + by aimed requests")
        for line in config.stash[MATRIX]:
            terminalreporter.write_line(line)
