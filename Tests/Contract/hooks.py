"""What schemathesis has to know beyond the API description. It loads this module in its own process."""

import itertools
import json
import os
from datetime import date, datetime
from pathlib import Path

import requests
import schemathesis
from hypothesis import strategies as st

# ---- Formats of ours. Their rules stand in the descriptions; JSON Schema cannot express them.

_names = st.text(st.characters(categories=["Lu", "Ll", "Nd"], include_characters="_-"), min_size=3, max_size=30)
schemathesis.openapi.format("username", _names)

# Of the three kinds that are demanded, and at most 72 bytes.
schemathesis.openapi.format(
    "password", st.text(st.characters(categories=["Lu", "Ll", "Nd", "Po"], max_codepoint=0x7FF), min_size=5, max_size=30)
    .map(lambda text: "Aa1" + text),
)

schemathesis.openapi.format("timezone", st.sampled_from(["UTC", "Europe/Paris", "Asia/Tokyo", "America/St_Johns"]))

# A day, or a date and time with a zone or without.
_moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)).map(lambda moment: moment.isoformat(timespec="seconds"))
schemathesis.openapi.format(
    "due-date", st.one_of(_moments, _moments.map(lambda text: text + "Z"), st.dates(date(1970, 1, 1)).map(date.isoformat)))

# ---- Logging out ends the session of whoever does it: each attempt with the session of this run gets one of its own.

_sessions = {
    header["value"]
    for identity in json.loads(Path(os.environ["HEARTH_SESSIONS"]).read_text())["auth"]
    for header in identity["fixedHeaders"]
}
_numbers = itertools.count(1)


def _new_session(base_url: str) -> str:
    name = f"leaver{next(_numbers)}"
    answer = requests.post(
        f"{base_url}/api/auth/register",
        json={"email": f"{name}@example.org", "username": name, "password": "Correct-horse-1"},
        timeout=30,
    )
    return f"Bearer {answer.json()['access_token']}"


class OwnSession(requests.auth.AuthBase):
    """Exchanges the session of this run for a new one, on the wire: to schemathesis the case is as it made it."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if request.headers.get("Authorization") in _sessions:
            request.headers["Authorization"] = _new_session(os.environ["HEARTH_URL"])
        return request


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path == "/api/auth/logout":
        kwargs["auth"] = OwnSession()
