"""The wire contract of the habit clients: what is served keeps to it, but for the deviations in overrides.json."""

import json
from datetime import date, timedelta
from fnmatch import fnmatchcase

import jsonschema
import pytest
from comparison import differences, operations
from people import PASSWORD, Person


@pytest.fixture(scope="module")
def overrides(here) -> list[dict]:
    """Intended deviations: operation (a pattern such as `* /api/admin/*`), what, reason. `what` may end in `*`."""
    return json.loads((here / "overrides.json").read_text())


@pytest.fixture(scope="module")
def to_come(here) -> set[str]:
    """Operations of the contract that later work will serve."""
    return {name for names in json.loads((here / "to-come.json").read_text()).values() for name in names}


def covers(override: dict, operation: str, what: str) -> bool:
    if not fnmatchcase(operation, override["operation"]):
        return False
    wanted = override["what"]
    return what.startswith(wanted[:-1]) if wanted.endswith("*") else what == wanted


def test_each_operation_is_served_or_still_to_come(contract, description, to_come):
    theirs, ours = set(operations(contract)), set(operations(description))
    assert to_come - theirs == set(), "to-come.json lists what the contract does not have"
    assert to_come & ours == set(), "to-come.json lists what is served already"
    assert theirs - ours - to_come == set(), "neither served nor in to-come.json"


def test_deviations_are_those_of_the_overrides_file(contract, description, overrides):
    theirs, ours = operations(contract), operations(description)
    found = [
        (name, what)
        for name in sorted(theirs.keys() & ours.keys())
        for what in differences(theirs[name], ours[name], contract, description)
    ]
    stray = [f"{name}: {what}" for name, what in found if not any(covers(override, name, what) for override in overrides)]
    assert stray == [], "deviations that nobody has intended:\n" + "\n".join(stray)
    unneeded = [
        override for override in overrides if not any(covers(override, name, what) for name, what in found)
    ]
    assert unneeded == [], "overrides that are not needed any more"


def test_every_override_has_a_reason(overrides):
    assert [override for override in overrides if set(override) != {"operation", "what", "reason"}] == []
    assert [override for override in overrides if len(override["reason"]) < 20] == []


# ---- Real answers against the contract's schemas.


def _yesterday() -> str:
    return (date.today() - timedelta(days=1)).isoformat()


def _public(person: Person) -> Person:
    other = Person.register(person.url, "other")
    assert other.send("PUT", "/users/me", json={"is_public": True}).status_code == 200
    return other


def _completed(person: Person) -> dict:
    habit = person.habit(reminder_time="07:00", specific_days=["friday", "monday"])
    return person.completion(habit) | {"habit": habit}


def _opponent(person: Person) -> Person:
    person.character()
    other = Person.register(person.url, "other")
    other.character()
    person.befriend(other)
    return other


def _challenged(person: Person) -> Person:
    return person.challenge(bet=10)["to"]


def _task(person: Person) -> dict:
    return person.task(difficulty="hard", tags=["home"], subtasks=[{"title": "Begin", "is_completed": True}], due_date="2030-01-31")


def _worn(person: Person) -> dict:
    owned = person.possession()
    assert person.send("POST", f"/inventory/equip/{owned['id']}").status_code == 200
    return owned


def _badge(person: Person) -> str:
    """A badge that the person has unlocked."""
    person.completion()
    return person.send("GET", "/badges/unlocked").json()[0]["badge"]["id"]


def _request(person: Person) -> dict:
    """A request of somebody else to be a friend."""
    answer = Person.register(person.url, "asker").send("POST", f"/friends/request/{person.user['id']}")
    assert answer.status_code == 201, answer.text
    return answer.json()


def _friend(person: Person) -> dict:
    answer = person.send("POST", f"/friends/accept/{_request(person)['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _code(person: Person) -> str:
    return Person.register(person.url, "coded").send("GET", "/friends/code").json()["friend_code"]


# Each sends one request that succeeds.
REQUESTS = {
    "POST /api/auth/register": lambda p: p.send(
        "POST", "/auth/register", json={"email": "new@Example.org", "username": "new", "password": PASSWORD}
    ),
    "POST /api/auth/login": lambda p: p.send(
        "POST", "/auth/login", json={"email": p.user["email"], "password": PASSWORD}
    ),
    "POST /api/auth/logout": lambda p: p.send("POST", "/auth/logout"),
    "GET /api/auth/me": lambda p: p.send("GET", "/auth/me"),
    "GET /api/users/me": lambda p: p.send("GET", "/users/me"),
    "PUT /api/users/me": lambda p: p.send("PUT", "/users/me", json={"bio": "Likes tests", "timezone": "Asia/Tokyo"}),
    "GET /api/users/{user_id}": lambda p: p.send("GET", f"/users/{_public(p).user['id']}"),
    "GET /api/users/friend-code/{friend_code}": lambda p: p.send("GET", f"/users/friend-code/{_code(p)}"),
    "GET /api/health": lambda p: p.send("GET", "/health"),
    "GET /api/health/detailed": lambda p: p.send("GET", "/health/detailed"),
    "GET /api/metrics": lambda p: p.send("GET", "/metrics"),
    "GET /api/habits": lambda p: _completed(p) and p.send("GET", "/habits/"),
    "POST /api/habits": lambda p: p.send("POST", "/habits/", json={"title": "Read", "reminder_time": "21:15:00"}),
    "GET /api/habits/today": lambda p: _completed(p) and p.habit() and p.send("GET", "/habits/today"),
    "GET /api/habits/{habit_id}": lambda p: p.send("GET", f"/habits/{_completed(p)['habit_id']}"),
    "PUT /api/habits/{habit_id}": lambda p: p.send("PUT", f"/habits/{p.habit()['id']}", json={"times_per_week": 3}),
    "DELETE /api/habits/{habit_id}": lambda p: p.send("DELETE", f"/habits/{_completed(p)['habit_id']}"),
    "POST /api/habits/{habit_id}/archive": lambda p: p.send("POST", f"/habits/{p.habit()['id']}/archive"),
    "GET /api/habits/{habit_id}/history": lambda p: p.send("GET", f"/habits/{_completed(p)['habit_id']}/history"),
    "POST /api/completions": lambda p: p.send(
        "POST", "/completions/", json={"habit_id": p.habit()["id"], "notes": "Well", "mood_rating": 5}
    ),
    "POST /api/completions/backfill": lambda p: p.send(
        "POST", "/completions/backfill", json={"habit_id": p.habit()["id"], "completed_date": _yesterday()}
    ),
    "GET /api/completions/today": lambda p: _completed(p) and p.send("GET", "/completions/today"),
    "GET /api/completions/history": lambda p: _completed(p) and p.send("GET", "/completions/history"),
    "GET /api/completions/summary": lambda p: _completed(p) and p.send("GET", "/completions/summary"),
    "GET /api/completions/calendar": lambda p: _completed(p) and p.send("GET", "/completions/calendar"),
    "GET /api/tasks": lambda p: _task(p) and p.send("GET", "/tasks/?include_completed=true"),
    "POST /api/tasks": lambda p: p.send(
        "POST", "/tasks/", json={"title": "Call", "due_date": "2026-02-15T17:00:00Z", "tags": ["x"], "use_ai_evaluation": True}
    ),
    "GET /api/tasks/today": lambda p: p.task(due_date=date.today().isoformat()) and p.send("GET", "/tasks/today"),
    "GET /api/tasks/overdue": lambda p: p.task(due_date=_yesterday()) and p.send("GET", "/tasks/overdue"),
    "GET /api/tasks/{task_id}": lambda p: p.send("GET", f"/tasks/{_task(p)['id']}"),
    "PUT /api/tasks/{task_id}": lambda p: p.send("PUT", f"/tasks/{_task(p)['id']}", json={"status": "in_progress"}),
    "DELETE /api/tasks/{task_id}": lambda p: p.send("DELETE", f"/tasks/{_task(p)['id']}"),
    "POST /api/tasks/{task_id}/complete": lambda p: p.send("POST", f"/tasks/{_task(p)['id']}/complete"),
    "POST /api/tasks/{task_id}/reevaluate": lambda p: p.send("POST", f"/tasks/{_task(p)['id']}/reevaluate"),
    "GET /api/stats/overview": lambda p: _completed(p) and p.send("GET", "/stats/overview"),
    "GET /api/stats/calendar": lambda p: _completed(p) and p.send("GET", "/stats/calendar"),
    "GET /api/stats/habits": lambda p: _completed(p) and p.send("GET", "/stats/habits"),
    "GET /api/stats/trends": lambda p: _completed(p) and p.send("GET", "/stats/trends"),
    "GET /api/stats/insights": lambda p: _completed(p) and p.send("GET", "/stats/insights"),
    "GET /api/stats/export": lambda p: _completed(p) and p.send("GET", "/stats/export"),
    "DELETE /api/completions/{completion_id}": lambda p: p.send("DELETE", f"/completions/{_completed(p)['id']}"),
    "POST /api/characters": lambda p: p.send(
        "POST", "/characters/", json={"name": "Max", "character_class": "mage", "stats": {"strength": 15, "luck": 15}}
    ),
    "GET /api/characters/me": lambda p: _worn(p) and p.send("GET", "/characters/me"),
    "PUT /api/characters/me": lambda p: p.character() and p.send("PUT", "/characters/me", json={"name": "Mia"}),
    "GET /api/characters/preview": lambda p: _worn(p) and p.send("GET", "/characters/preview"),
    "POST /api/characters/stats": lambda p: p.character() and p.earn(18) or p.send(
        "POST", "/characters/stats", json={"luck": 2}
    ),
    "GET /api/inventory": lambda p: _worn(p) and p.send("GET", "/inventory/"),
    "GET /api/inventory/equipped": lambda p: _worn(p) and p.send("GET", "/inventory/equipped"),
    "POST /api/inventory/equip/{inventory_id}": lambda p: p.send("POST", f"/inventory/equip/{p.possession()['id']}"),
    "POST /api/inventory/unequip/{slot}": lambda p: p.send("POST", f"/inventory/unequip/{_worn(p)['category']}"),
    "GET /api/shop/items": lambda p: p.send("GET", "/shop/items"),
    "GET /api/shop/featured": lambda p: p.send("GET", "/shop/featured"),
    "GET /api/shop/items/{item_id}": lambda p: p.send("GET", f"/shop/items/{p.purchase()['id']}"),
    "GET /api/shop/history": lambda p: p.purchase() and p.send("GET", "/shop/history"),
    "POST /api/shop/buy/{item_id}": lambda p: p.earn(5) or p.send(
        "POST", f"/shop/buy/{p.send('GET', '/shop/items?max_price=50').json()['items'][0]['id']}"
    ),
    "GET /api/badges": lambda p: _completed(p) and p.send("GET", "/badges/"),
    "GET /api/badges/unlocked": lambda p: _completed(p) and p.send("GET", "/badges/unlocked"),
    "GET /api/badges/collection": lambda p: _completed(p) and p.send("GET", "/badges/collection"),
    "POST /api/badges/display": lambda p: p.send("POST", "/badges/display", json={"badge_ids": [_badge(p)]}),
    "GET /api/badges/{badge_id}": lambda p: p.send("GET", f"/badges/{_badge(p)}"),
    "POST /api/combat/challenge/{user_id}": lambda p: p.send(
        "POST", f"/combat/challenge/{_opponent(p).user['id']}", json={"message": "En garde"}
    ),
    "GET /api/combat/history": lambda p: p.challenge() and p.send("GET", "/combat/history"),
    "GET /api/combat/pending": lambda p: _challenged(p).send("GET", "/combat/pending"),
    "GET /api/combat/stats": lambda p: p.challenge() and p.send("GET", "/combat/stats"),
    "GET /api/combat/{combat_id}": lambda p: p.send("GET", f"/combat/{p.challenge()['id']}"),
    "GET /api/streak/status": lambda p: _completed(p) and p.send("GET", "/streak/status"),
    "POST /api/streak/freeze": lambda p: p.send("POST", "/streak/freeze"),
    "GET /api/admin/stats": lambda p: p.send("GET", "/admin/stats"),
    "GET /api/admin/items": lambda p: p.send("GET", "/admin/items"),
    "POST /api/admin/items": lambda p: p.send("POST", "/admin/items", json={"name": "Duck", "category": "pet"}),
    "POST /api/admin/items/bulk": lambda p: p.send("POST", "/admin/items/bulk", json=[{"name": "Duck", "category": "pet"}]),
    "PUT /api/admin/items/{item_id}": lambda p: p.send("PUT", f"/admin/items/{p.item()['id']}", json={"price": 7}),
    "DELETE /api/admin/items/{item_id}": lambda p: p.send("DELETE", f"/admin/items/{p.item()['id']}"),
    # The last one: it takes away what the shop sells.
    "DELETE /api/admin/items/all": lambda p: p.send("DELETE", "/admin/items/all"),
    "GET /api/friends": lambda p: _friend(p) and p.send("GET", "/friends/"),
    "GET /api/friends/code": lambda p: p.send("GET", "/friends/code"),
    "GET /api/friends/pending": lambda p: _request(p) and p.send("GET", "/friends/pending"),
    "POST /api/friends/code/{code}": lambda p: p.send("POST", f"/friends/code/{_code(p)}"),
    "POST /api/friends/request/{user_id}": lambda p: p.send(
        "POST", f"/friends/request/{Person.register(p.url, 'asked').user['id']}"
    ),
    "POST /api/friends/accept/{request_id}": lambda p: p.send("POST", f"/friends/accept/{_request(p)['id']}"),
    "POST /api/friends/reject/{request_id}": lambda p: p.send("POST", f"/friends/reject/{_request(p)['id']}"),
    "DELETE /api/friends/{user_id}": lambda p: p.send("DELETE", f"/friends/{_friend(p)['user_id']}"),
    "GET /api/leaderboard/completion": lambda p: _friend(p) and p.send("GET", "/leaderboard/completion"),
    "GET /api/leaderboard/pvp": lambda p: _friend(p) and p.send("GET", "/leaderboard/pvp"),
    "GET /api/leaderboard/streak": lambda p: _friend(p) and p.send("GET", "/leaderboard/streak"),
    "GET /api/leaderboard/xp/monthly": lambda p: _friend(p) and p.send("GET", "/leaderboard/xp/monthly"),
    "GET /api/leaderboard/xp/weekly": lambda p: _friend(p) and p.send("GET", "/leaderboard/xp/weekly"),
}

FOR_ADMINISTRATORS = {"GET /api/metrics"} | {name for name in REQUESTS if " /api/admin/" in name}


def test_each_served_operation_is_tried(contract, description):
    assert set(REQUESTS) == operations(contract).keys() & operations(description).keys()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_real_answer_has_the_form_of_the_contract(name, contract, overrides, person, request):
    theirs = operations(contract)[name]
    answer = REQUESTS[name](request.getfixturevalue("admin") if name in FOR_ADMINISTRATORS else person)
    (expected,) = (status for status in theirs["responses"] if status.startswith("2"))
    assert str(answer.status_code) == expected, answer.text
    content = theirs["responses"][expected].get("content")
    if content is None:
        assert answer.content == b""
        return
    kind = answer.headers["Content-Type"].split(";")[0]
    assert kind in content
    if kind != "application/json":
        return
    schema = content["application/json"]["schema"] | {"components": contract["components"]}
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    allowed = {
        override["what"].split(":")[0] for override in overrides if fnmatchcase(name, override["operation"])
    }
    wrong = []
    for error in validator.iter_errors(answer.json()):
        place = "response" + "".join("[]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        if place not in allowed:
            wrong.append(f"{place}: {error.message}")
    assert wrong == []


def test_an_error_has_the_form_of_the_contract(person):
    for answer, status in (
        (person.send("GET", "/auth/me", headers={"Authorization": "Bearer x"}), 401),
        (person.send("GET", "/habits/00000000-0000-0000-0000-000000000000"), 404),
        (person.send("POST", "/completions/", json={}), 400),
        (person.send("POST", "/habits/", json={}), 422),
    ):
        assert answer.status_code == status
        assert isinstance(answer.json()["detail"], str)
        assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    assert answer.json()["errors"] == [{"loc": ["body", "title"], "msg": "Field required", "type": "missing"}]
