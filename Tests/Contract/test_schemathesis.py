"""The running host against its own description: schemathesis makes the requests, all its checks look at the answers. What
random requests cannot reach is asked for in so many words; together they reach every status that an operation lists."""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import date, timedelta
from urllib.parse import urlsplit

import jsonschema
import pytest
from conftest import MATRIX
from hosting import ROOT, Host
from interactions import Interactions
from people import PASSWORD, Person
from websockets.sync.client import connect

TIME_LIMIT = 600
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def fuzzed(host, here, tmp_path_factory):
    """A run of schemathesis by schemathesis.toml: its process, and the requests that it sent."""
    folder = tmp_path_factory.mktemp("schemathesis")
    record = folder / "record.har"
    sessions = folder / "sessions.json"
    identities = [
        {"name": name, "fixedHeaders": [
            {"name": "Authorization", "value": f"Bearer {Person.register(host.url, name).token}"}]}
        for name in ("owner", "stranger")
    ]
    sessions.write_text(json.dumps({"auth": identities}))
    run = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", here / "schemathesis.toml", "run",
         f"{host.url}/api/openapi.json", "--report", "har", "--report-har-path", record, "--no-color"],
        cwd=folder,
        env=os.environ
        | {"SCHEMATHESIS_HOOKS": str(here / "hooks.py"), "HEARTH_URL": host.url, "HEARTH_SESSIONS": str(sessions)},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
    )
    entries = json.loads(record.read_text())["log"]["entries"] if record.exists() else []
    return run, entries


@pytest.fixture(scope="module")
def interactions(fuzzed, description, request) -> Interactions:
    """All recorded requests; the matrix is printed at the end of the run."""
    interactions = Interactions(description)
    for entry in fuzzed[1]:
        interactions.note(entry["request"]["method"], entry["request"]["url"], entry["response"]["status"], is_aimed=False)
    yield interactions
    request.config.stash[MATRIX] = interactions.matrix()


def test_schemathesis_finds_nothing(fuzzed):
    run, entries = fuzzed
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(entries) > 500, "schemathesis has hardly asked anything"


# ---- Aimed requests.


@pytest.fixture
def aim(interactions, description, person):
    """Sends a request as a user and notes it, after looking whether the answer is as described."""

    def aim(status: int, method: str, path: str, by: Person = person, **options):
        answer = by.send(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        note(interactions, description, method, answer.url, status, answer.headers.get("Content-Type", ""), answer.content)
        return answer

    return aim


def note(interactions, description, method, url, status, content_type, content) -> None:
    operation = interactions.note(method, url, status, is_aimed=True)
    assert operation is not None, f"{method} {url} is not described"
    response = interactions.operations[operation]["responses"][str(status)]
    described = response.get("content", {})
    if not described:
        assert content == b""
        return
    media = described[content_type.split(";")[0]]
    if "schema" in media and "json" in content_type:
        jsonschema.validate(
            json.loads(content), media["schema"] | {"components": description["components"]},
            cls=jsonschema.Draft202012Validator, format_checker=jsonschema.FormatChecker(),
        )


def day(ago: int) -> str:
    return (date.today() - timedelta(days=ago)).isoformat()


def test_tokens_are_demanded_where_the_description_says(aim, interactions):
    for (method, path), operation in interactions.operations.items():
        if "401" in operation["responses"] and operation.get("security"):
            concrete = path.removeprefix("/api").replace("{user_id}", NOBODY)
            for token in ("Bearer x", "Basic eDp5"):
                answer = aim(401, method, concrete, headers={"Authorization": token})
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")


# Routes with a limit of their own.
LIMITS = {"/habits/import": 16 << 20, "/habits/import/csv": 16 << 20}


def test_bodies_are_limited_in_size_and_kind(aim, admin, interactions):
    for (method, path), operation in interactions.operations.items():
        if "requestBody" in operation:
            concrete = path.removeprefix("/api").replace("{webhook_id}", NOBODY).replace("{habit_id}", NOBODY)
            kinds = operation["requestBody"]["content"]
            taken = {"Content-Type": "application/json" if "application/json" in kinds else next(iter(kinds))}
            aim(413, method, concrete, by=admin, data=b" " * LIMITS.get(concrete, 1 << 20) + b"{}", headers=taken)
            aim(415, method, concrete, by=admin, data=b"a,b", headers={"Content-Type": "text/unknown"})
            aim(422, method, concrete, by=admin, data=b"0", headers=taken)


def test_taken_names_conflict(aim, person):
    other = Person.register(person.url)
    for taken in ({"email": other.user["email"].upper()}, {"username": other.user["username"].upper()}):
        fresh = {"email": "somebody@example.org", "username": "somebody", "password": PASSWORD}
        aim(409, "POST", "/auth/register", json=fresh | taken)
        aim(409, "PUT", "/users/me", json=taken)


def test_what_is_for_administrators(aim, admin):
    aim(200, "GET", "/metrics", by=admin)
    aim(403, "GET", "/metrics")
    aim(200, "GET", "/admin/logs", by=admin)
    aim(403, "GET", "/admin/logs")
    aim(422, "GET", "/admin/logs?page=0", by=admin)
    aim(200, "GET", "/admin/stats", by=admin)
    aim(403, "GET", "/admin/stats")


def test_what_language_models_were_used_for(aim, admin):
    assert aim(200, "GET", "/llm/usage").json()["evaluations"] == 0
    aim(200, "GET", "/llm/days", by=admin)
    aim(403, "GET", "/llm/days")
    aim(422, "GET", "/llm/days?days=0", by=admin)


def test_the_life_of_a_notification(aim, admin, person):
    broadcast = "/admin/notifications/broadcast"
    text = {"en": "News", "fr": "Nouvelles"}
    id = aim(202, "POST", broadcast, by=admin, json={"title": text, "body": text, "key": person.token[-20:]}).json()["id"]
    aim(403, "POST", broadcast, json={"title": text, "body": text})
    aim(200, "GET", f"{broadcast}/{id}", by=admin)
    aim(403, "GET", f"{broadcast}/{id}")
    aim(404, "GET", f"{broadcast}/{NOBODY}", by=admin)
    aim(422, "GET", f"{broadcast}/x", by=admin)
    deadline = time.monotonic() + 60
    while not (found := aim(200, "GET", "/notifications").json()["notifications"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    notification = f"/notifications/{found[0]['id']}"
    aim(200, "GET", notification)
    aim(200, "POST", f"{notification}/read")
    aim(204, "DELETE", notification)
    for method, rest in (("GET", ""), ("POST", "/read"), ("DELETE", "")):
        aim(404, method, notification + rest)
        aim(422, method, f"/notifications/x{rest}")
    aim(200, "POST", "/notifications/read-all")
    aim(200, "GET", "/notifications/unread-count")
    aim(422, "GET", "/notifications?limit=0")
    aim(200, "GET", "/notifications/preferences")
    for start in (0, 50, 100, 150):
        kinds = [{"kind": f"k{number}"} for number in range(start, start + 50)]
        status = 200 if start < 150 else 400
        aim(status, "PUT", "/notifications/preferences", json={"kinds": kinds})


def test_the_description_describes_itself(aim):
    aim(200, "GET", "/openapi.json")


def test_logging_in(aim, person):
    aim(200, "POST", "/auth/login", json={"email": person.user["username"], "password": PASSWORD})
    aim(200, "POST", "/auth/login", data={"username": person.user["email"], "password": PASSWORD})
    aim(401, "POST", "/auth/login", json={"email": person.user["email"], "password": "Wrong-horse-1"})
    aim(200, "POST", "/auth/logout")
    aim(401, "GET", "/auth/me")


def test_profiles_are_private_until_they_are_public(aim, person):
    other = Person.register(person.url)
    path = f"/users/{other.user['id']}"
    aim(403, "GET", path)
    aim(200, "GET", path, by=other)
    aim(200, "PUT", "/users/me", by=other, json={"is_public": True})
    assert aim(200, "GET", path).json()["email"] is None
    aim(404, "GET", f"/users/{NOBODY}")


def test_habits_of_others_are_not_found(aim, person):
    path = f"/habits/{Person.register(person.url).habit()['id']}"
    aim(404, "GET", path)
    aim(404, "PUT", path, json={})
    aim(404, "DELETE", path)
    aim(404, "POST", f"{path}/archive")
    aim(404, "GET", f"{path}/history")
    for id in ("x", NOBODY + "0"):
        aim(422, "DELETE", f"/habits/{id}")
        aim(422, "POST", f"/habits/{id}/archive")


def test_the_life_of_a_habit(aim, person):
    id = aim(201, "POST", "/habits/", json={"title": "Read", "reminder_time": "21:15"}).json()["id"]
    aim(200, "GET", f"/habits/{id}")
    aim(200, "PUT", f"/habits/{id}", json={"reminder_time": None})
    completion = aim(201, "POST", "/completions/", json={"habit_id": id, "value": 3}).json()
    aim(400, "POST", "/completions/", json={"habit_id": id})
    aim(200, "GET", f"/habits/{id}/history")
    aim(204, "DELETE", f"/completions/{completion['id']}")
    aim(404, "DELETE", f"/completions/{completion['id']}")
    aim(200, "POST", f"/habits/{id}/archive")
    aim(400, "POST", "/completions/", json={"habit_id": id})
    aim(400, "POST", "/completions/", json={})
    aim(404, "POST", "/completions/", json={"habit_id": NOBODY})
    aim(204, "DELETE", f"/habits/{id}")
    aim(404, "GET", f"/habits/{id}")


def test_previews_and_pauses_of_a_habit(aim, person):
    id = person.habit()["id"]
    path = f"/habits/{id}/pauses"
    aim(200, "GET", f"/habits/{id}/preview")
    person.completion({"id": id})
    aim(400, "GET", f"/habits/{id}/preview")
    aim(404, "GET", f"/habits/{NOBODY}/preview")
    aim(422, "GET", "/habits/x/preview")
    pause = {"start_date": day(-3), "end_date": day(-9)}
    aim(201, "POST", path, json=pause)
    aim(409, "POST", path, json=pause)
    aim(400, "POST", path, json={"start_date": day(-20), "end_date": day(-19)})
    aim(404, "POST", f"/habits/{NOBODY}/pauses", json=pause)
    aim(422, "DELETE", f"{path}/tomorrow")
    aim(204, "DELETE", f"{path}/{day(-3)}")
    aim(404, "DELETE", f"{path}/{day(-3)}")


def test_files_of_habits(aim, person):
    person.completion()
    file = aim(200, "GET", "/habits/export").json()
    table = aim(200, "GET", "/habits/export?format=csv").content
    aim(422, "GET", "/habits/export?format=xml")
    other = Person.register(person.url)
    assert aim(200, "POST", "/habits/import?dry_run=true", by=other, json=file).json()["completions"]["created"] == 1
    for path, options in (
        ("/habits/import", {"json": file}), ("/habits/import/csv", {"data": table, "headers": {"Content-Type": "text/csv"}})):
        assert aim(200, "POST", path, by=Person.register(person.url), **options).json()["completions"]["created"] == 1
        aim(422, "POST", f"{path}?dry_run=perhaps", **options)


def test_entering_completions_afterwards(aim, person):
    habit = person.habit()["id"]
    aim(201, "POST", "/completions/backfill", json={"habit_id": habit, "completed_date": day(3)})
    for refused in (day(3), day(40), day(-2)):
        aim(400, "POST", "/completions/backfill", json={"habit_id": habit, "completed_date": refused})
    aim(404, "POST", "/completions/backfill", json={"habit_id": NOBODY, "completed_date": day(3)})
    aim(400, "GET", "/completions/calendar?month=2026-13")


def test_tasks_of_others_are_not_found(aim, person):
    path = f"/tasks/{Person.register(person.url).task()['id']}"
    step = f"{path}/subtasks/{NOBODY}"
    for method, rest, body in (
        ("GET", "", None), ("PUT", "", {}), ("DELETE", "", None), ("POST", "/complete", None), ("POST", "/skip", None),
        ("POST", "/reevaluate", None), ("POST", "/subtasks", {"title": "S"}), ("PUT", "/subtasks", {"subtask_ids": []}),
        ("PUT", f"/subtasks/{NOBODY}", {}), ("DELETE", f"/subtasks/{NOBODY}", None),
    ):
        aim(404, method, path + rest, json=body)
        aim(422, method, f"/tasks/x{rest}", json=body)
    aim(422, "DELETE", f"{step}x")


def test_the_life_of_a_task(aim, person):
    for list in ("/tasks/", "/tasks/today", "/tasks/overdue"):
        aim(422, "GET", f"{list}?limit=0")
    id = aim(201, "POST", "/tasks/", json={"title": "Tidy", "due_date": day(-1), "recurrence": "weekly"}).json()["id"]
    path = f"/tasks/{id}"
    step = aim(201, "POST", f"{path}/subtasks", json={"title": "Sweep"}).json()["subtasks"][0]["id"]
    aim(200, "PUT", f"{path}/subtasks/{step}", json={"is_completed": True})
    aim(200, "PUT", f"{path}/subtasks", json={"subtask_ids": [step]})
    aim(400, "PUT", f"{path}/subtasks", json={"subtask_ids": []})
    aim(200, "DELETE", f"{path}/subtasks/{step}")
    full = person.task(subtasks=[{"title": "Sweep"}] * 20)["id"]
    aim(400, "POST", f"/tasks/{full}/subtasks", json={"title": "Mop"})
    aim(202, "POST", f"{path}/reevaluate")
    aim(202, "POST", "/tasks/evaluate", json={"task_ids": [id]})
    aim(200, "GET", path)
    aim(200, "POST", f"{path}/skip")
    aim(400, "POST", f"{path}/skip")
    aim(400, "POST", f"{path}/complete")
    aim(400, "POST", f"{path}/reevaluate")
    aim(400, "PUT", path, json={"status": "completed"})
    aim(200, "PUT", path, json={"status": "pending"})
    aim(200, "POST", f"{path}/complete")
    aim(204, "DELETE", path)


def test_statistics(aim, person):
    person.completion()
    for path in ("overview?time_range=today", "calendar?year=2026&month=2", "habits?time_range=year", "trends?days=30", "insights"):
        aim(200, "GET", f"/stats/{path}")
    aim(200, "GET", "/stats/export")
    assert aim(200, "GET", "/stats/export?format=csv").text.startswith("date,")
    for path in ("overview?time_range=x", "calendar?month=13", "habits?time_range=", "trends?days=0", "export?format=xml"):
        aim(422, "GET", f"/stats/{path}")


def test_characters(aim, person):
    character = {"name": "Max", "character_class": "mage"}
    without = [
        ("GET", "/characters/me", None), ("PUT", "/characters/me", {}), ("GET", "/characters/preview", None),
        ("POST", "/characters/stats", {"luck": 1}), ("GET", "/inventory/", None), ("GET", "/inventory/equipped", None),
        ("POST", f"/inventory/equip/{NOBODY}", None), ("POST", "/inventory/unequip/pet", None),
    ]
    for method, path, body in without:
        aim(400, method, path, json=body)
    aim(422, "POST", "/characters/", json=character | {"name": "<>"})
    aim(422, "POST", "/characters/", json=character | {"stats": {"strength": 21}})
    aim(201, "POST", "/characters/", json=character)
    aim(400, "POST", "/characters/", json=character)
    aim(200, "GET", "/characters/me")
    aim(200, "PUT", "/characters/me", json={"avatar_id": "hero"})
    aim(400, "PUT", "/characters/me", json={"title": "Immortel"})
    aim(200, "GET", "/characters/preview")
    aim(422, "GET", "/characters/preview?weapon_id=x")
    aim(400, "POST", "/characters/stats", json={"luck": 1})
    person.earn(18)
    aim(200, "POST", "/characters/stats", json={"luck": 2})
    aim(200, "GET", "/characters/me/ledger")
    aim(422, "GET", "/characters/me/ledger?limit=0")


def test_granting_badges(aim, admin, person):
    body = {"user_id": person.user["id"]}
    aim(200, "POST", "/admin/badges/bug_hunter/grant", by=admin, json=body)
    aim(404, "POST", "/admin/badges/nothing/grant", by=admin, json=body)
    aim(404, "POST", "/admin/badges/bug_hunter/grant", by=admin, json={"user_id": NOBODY})


def test_buying_and_wearing(aim, admin, person):
    item = aim(201, "POST", "/admin/items", by=admin, json={"name": "Duck", "category": "pet", "price": 0}).json()["id"]
    aim(200, "GET", "/admin/items", by=admin)
    aim(200, "POST", "/admin/items/bulk", by=admin, json=[{"name": "Hat", "category": "helmet"}])
    aim(200, "PUT", f"/admin/items/{item}", by=admin, json={"charisma_bonus": 3})
    aim(200, "GET", "/shop/items?search=duck")
    aim(422, "GET", "/shop/items?page=0")
    aim(200, "GET", "/shop/featured")
    aim(200, "GET", f"/shop/items/{item}")
    aim(200, "POST", f"/shop/buy/{item}")
    aim(400, "POST", f"/shop/buy/{item}")
    aim(200, "GET", "/shop/history")
    aim(422, "GET", "/shop/history?page=0")
    person.character()
    owned = aim(200, "GET", "/inventory/").json()["items"][0]["id"]
    aim(422, "GET", "/inventory/?equipped_only=x")
    aim(200, "POST", f"/inventory/equip/{owned}")
    aim(200, "GET", "/inventory/equipped")
    aim(400, "POST", f"/inventory/equip/{owned}")
    aim(404, "POST", f"/inventory/equip/{NOBODY}")
    aim(200, "POST", "/inventory/unequip/pet")
    aim(204, "DELETE", f"/admin/items/{item}", by=admin)
    aim(204, "DELETE", "/admin/items/all", by=admin)
    for method, path, by in (
        ("GET", "/shop/items/{}", person), ("POST", "/shop/buy/{}", person), ("PUT", "/admin/items/{}", admin),
        ("DELETE", "/admin/items/{}", admin),
    ):
        body = {} if method == "PUT" else None
        aim(404, method, path.format(NOBODY), by=by, json=body)
        aim(422, method, path.format("x"), by=by, json=body)
    aim(422, "POST", "/inventory/equip/x")


def test_fights(aim, person):
    for path in ("history", "pending", "stats", NOBODY):
        aim(400, "GET", f"/combat/{path}")
    duel = person.challenge(bet=10)
    other = duel["to"]
    combat, user = duel["id"], other.user["id"]
    aim(400, "POST", f"/combat/challenge/{user}", json={})
    aim(400, "POST", "/combat/challenge", json={"defender_id": user})
    aim(404, "POST", f"/combat/challenge/{NOBODY}", json={})
    aim(404, "POST", "/combat/challenge", json={"defender_id": NOBODY})
    aim(422, "POST", f"/combat/challenge/{user}", json={"bet_coins": 1001})
    aim(422, "POST", "/combat/challenge", json={})
    aim(200, "GET", f"/combat/preview/{user}")
    aim(400, "GET", f"/combat/preview/{person.user['id']}")
    aim(404, "GET", f"/combat/preview/{NOBODY}")
    aim(422, "GET", "/combat/preview/x")
    aim(200, "GET", "/combat/pending", by=other)
    aim(200, "GET", "/combat/history")
    aim(422, "GET", "/combat/history?page=0")
    aim(200, "GET", "/combat/stats")
    aim(200, "GET", f"/combat/{combat}")
    aim(422, "GET", "/combat/x")
    aim(404, "GET", f"/combat/{NOBODY}")
    aim(403, "POST", f"/combat/{combat}/accept")
    aim(403, "POST", f"/combat/{combat}/decline")
    aim(403, "POST", f"/combat/{combat}/cancel", by=other)
    aim(200, "POST", f"/combat/{combat}/accept", by=other)
    aim(400, "POST", f"/combat/{combat}/decline", by=other)
    aim(400, "POST", f"/combat/{combat}/cancel")
    for word in ("accept", "decline", "cancel"):
        aim(404, "POST", f"/combat/{NOBODY}/{word}")
        aim(422, "POST", f"/combat/x/{word}")
    for path, body in ((f"/combat/challenge/{user}", {}), ("/combat/challenge", {"defender_id": user})):
        stranger = Person.register(person.url, "stranger")
        stranger.character()
        aim(403, "GET", f"/combat/{combat}", by=stranger)
        aim(400, "POST", path, by=stranger, json=body)
        stranger.befriend(other)
        aim(201, "POST", path, by=stranger, json=body)
    aim(200, "GET", "/combat/settings")
    aim(200, "PUT", "/combat/settings", json={"open_duels_up_to": 5})
    aim(422, "PUT", "/combat/settings", json={"open_duels_up_to": -1})
    for word, side in (("decline", "to"), ("cancel", "by")):
        duel = Person.register(person.url, "duelist").challenge(bet=10)
        aim(200, "POST", f"/combat/{duel['id']}/{word}", by=duel[side])
        aim(400, "POST", f"/combat/{duel['id']}/accept", by=duel["to"])


def test_items_are_for_administrators(aim, interactions):
    for (method, path), operation in interactions.operations.items():
        if path.startswith("/api/admin/items"):
            aim(403, method, path.removeprefix("/api").format(item_id=NOBODY), json={} if "requestBody" in operation else None)


def test_streaks_freeze_and_rest(aim):
    aim(200, "GET", "/streak/status")
    aim(200, "POST", "/streak/freeze")
    aim(400, "POST", "/streak/freeze")
    days = {"start_date": day(-3), "end_date": day(-9)}
    vacation = aim(201, "POST", "/streak/vacations", json=days).json()["id"]
    aim(409, "POST", "/streak/vacations", json=days)
    aim(400, "POST", "/streak/vacations", json={"start_date": day(3), "end_date": day(1)})
    aim(422, "POST", "/streak/vacations", json={})
    aim(200, "GET", "/streak/vacations")
    aim(204, "DELETE", f"/streak/vacations/{vacation}")
    aim(404, "DELETE", f"/streak/vacations/{vacation}")
    aim(422, "DELETE", "/streak/vacations/x")


def test_the_life_of_a_friendship(aim, person):
    other = Person.register(person.url)
    ask = f"/friends/request/{other.user['id']}"
    aim(400, "POST", f"/friends/request/{person.user['id']}")
    aim(404, "POST", f"/friends/request/{NOBODY}")
    refused = aim(201, "POST", ask).json()["id"]
    aim(400, "POST", ask)
    aim(204, "POST", f"/friends/reject/{refused}", by=other)
    for route in ("accept", "reject"):
        aim(404, "POST", f"/friends/{route}/{refused}", by=other)
        aim(422, "POST", f"/friends/{route}/none", by=other)
    request = aim(201, "POST", ask).json()["id"]
    aim(200, "GET", "/friends/pending", by=other)
    aim(200, "POST", f"/friends/accept/{request}", by=other)
    aim(200, "GET", "/friends/")
    aim(422, "GET", "/friends/?limit=0")
    aim(204, "DELETE", f"/friends/{other.user['id']}")
    aim(404, "DELETE", f"/friends/{other.user['id']}")
    aim(422, "DELETE", "/friends/none")
    aim(422, "POST", "/friends/request/none")


def test_friend_codes(aim, person):
    other = Person.register(person.url)
    ask = f"/friends/code/{aim(200, 'GET', '/friends/code', by=other).json()['friend_code']}"
    aim(400, "POST", ask, by=other)
    found = aim(200, "GET", f"/users/friend-code/{other.user['friend_code']}").json()
    assert found["id"] == other.user["id"] and found["email"] is None
    aim(404, "GET", "/users/friend-code/none")
    aim(422, "GET", f"/users/friend-code/{'A' * 101}")
    aim(404, "POST", "/friends/code/none")
    aim(422, "POST", f"/friends/code/{'A' * 101}")
    aim(201, "POST", ask)
    aim(400, "POST", ask)
    assert other.send("PUT", f"/friends/blocked/{person.user['id']}").status_code == 204
    aim(403, "POST", f"/friends/code/{person.user['friend_code']}", by=other)


def test_blocks(aim, person):
    other = Person.register(person.url)
    block = f"/friends/blocked/{other.user['id']}"
    aim(204, "PUT", block)
    aim(403, "POST", f"/friends/request/{other.user['id']}")
    assert aim(200, "GET", "/friends/blocked").json()["total"] == 1
    aim(422, "GET", "/friends/blocked?limit=0")
    aim(400, "PUT", f"/friends/blocked/{person.user['id']}")
    aim(404, "PUT", f"/friends/blocked/{NOBODY}")
    for method in ("PUT", "DELETE"):
        aim(422, method, "/friends/blocked/none")
    aim(204, "DELETE", block)


def test_leaderboards_and_the_search(aim):
    for board in ("xp/weekly", "xp/monthly", "completion", "streak", "pvp"):
        aim(200, "GET", f"/leaderboard/{board}")
        aim(422, "GET", f"/leaderboard/{board}?limit=0")
    aim(200, "GET", "/leaderboard?type=level&scope=friends")
    aim(422, "GET", "/leaderboard?type=coins")
    aim(200, "GET", "/leaderboard/me?type=xp&scope=global")
    aim(422, "GET", "/leaderboard/me?scope=all")
    aim(200, "GET", "/friends/search?q=person")
    aim(422, "GET", "/friends/search?q=p")


def test_badges(aim, person):
    person.completion()
    badge = aim(200, "GET", "/badges/unlocked").json()[0]["badge"]["id"]
    aim(200, "GET", "/badges/?rarity=common&unlocked_only=true")
    aim(422, "GET", "/badges/?unlocked_only=x")
    aim(200, "GET", "/badges/collection")
    aim(200, "POST", "/badges/display", json={"badge_ids": [badge]})
    aim(400, "POST", "/badges/display", json={"badge_ids": [NOBODY]})
    aim(200, "GET", f"/badges/{badge}")
    aim(404, "GET", f"/badges/{NOBODY}")
    aim(422, "GET", "/badges/x")


def test_events_are_streamed(aim, person, interactions, description):
    address = f"{person.url.replace('http', 'ws', 1)}/api/ws"
    with connect(address, additional_headers={"Authorization": f"Bearer {person.token}"}) as client:
        assert json.loads(client.recv(timeout=60))["type"] == "welcome"
    note(interactions, description, "GET", address, 101, "", b"")
    stream = person.send("GET", "/events/stream", stream=True)
    note(interactions, description, "GET", stream.url, stream.status_code, stream.headers["Content-Type"], b"")
    stream.close()
    aim(404, "GET", "/events/stream?topic=nobody/anything")
    aim(422, "GET", "/events/stream?" + "topic=user&" * 101)


# ---- A host with plugins for tests, one of which has an unhealthy component, and with passwords that take their time.


@pytest.fixture(scope="module")
def strained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strained")
    subprocess.run([ROOT / "Tests" / "Plugins" / "build", folder / "plugins", "unhealthy"], check=True)
    conf = folder / "plugins.conf"
    conf.write_text(
        f'search_path = ["{folder / "plugins"}", "{ROOT / ".build" / "plugins"}"]\n\n[plugins.unhealthy]\n\n[plugins.kit-features]\n'
        "[plugins.social.settings]\nfriends_per_user = 1\n")
    strained = Host(folder, conf, BCRYPT_COST="10")
    yield strained
    strained.stop()


def test_an_unhealthy_component_makes_the_host_unhealthy(strained, aim):
    answer = aim(503, "GET", "/health/detailed", by=Person(strained.url, {}, "none"))
    assert answer.json()["status"] == "unhealthy"


def test_the_number_of_friends_is_limited(strained, aim):
    person = Person.register(strained.url)
    requests = [
        aim(201, "POST", f"/friends/request/{person.user['id']}", by=Person.register(strained.url)).json()["id"] for _ in range(2)]
    aim(200, "POST", f"/friends/accept/{requests[0]}", by=person)
    aim(400, "POST", f"/friends/accept/{requests[1]}", by=person)


def test_a_plugin_keeps_its_topics_from_those_who_may_not_listen(strained, aim):
    aim(403, "GET", "/events/stream?topic=kit-features/secret", by=Person.register(strained.url))


def test_administrators_see_and_steer_jobs(strained, aim):
    admin, person = Person.register_admin(strained), Person.register(strained.url)
    jobs = "/admin/jobs?queue=kit-features&limit=200"
    for number in (1, 99):
        assert person.send("POST", f"/kit-features/jobs?number={number}").json() == {"number": 1}
    deadline = time.monotonic() + 60
    ended: dict = {}
    while ended.keys() != {"completed", "discarded"}:
        assert time.monotonic() < deadline, ended
        time.sleep(0.05)
        listed = aim(200, "GET", jobs, by=admin).json()["jobs"]
        ended = {job["state"]: job["id"] for job in listed if job["state"] in ("completed", "discarded")}
    log = aim(200, "GET", f"/admin/jobs/{ended['discarded']}", by=admin).json()
    assert [line["line"] for line in log["log"]] == ["number 99"]
    assert [failure["message"] for failure in log["job"]["errors"]] == ["of no use"]
    aim(200, "GET", "/admin/jobs/counts", by=admin)
    aim(409, "POST", f"/admin/jobs/{ended['discarded']}/cancel", by=admin)

    # What waits in a queue at rest can be given up, and begun again.
    aim(200, "POST", "/admin/queues/kit-features/pause", by=admin)
    person.send("POST", "/kit-features/jobs?number=2")
    waiting = aim(200, "GET", f"{jobs}&state=available", by=admin).json()["jobs"][0]["id"]
    aim(409, "POST", f"/admin/jobs/{waiting}/retry", by=admin)
    aim(200, "POST", f"/admin/jobs/{waiting}/cancel", by=admin)
    aim(200, "POST", f"/admin/jobs/{waiting}/retry", by=admin)
    aim(200, "POST", "/admin/queues/kit-features/resume", by=admin)


def test_administrators_see_and_steer_schedules(aim, admin):
    assert "greeter.nightly" in [
        schedule["name"] for schedule in aim(200, "GET", "/admin/schedules", by=admin).json()["schedules"]]
    for verb in ("pause", "resume", "run"):
        aim(200, "POST", f"/admin/schedules/greeter.nightly/{verb}", by=admin)
    aim(200, "GET", "/admin/schedules/greeter.nightly/ticks", by=admin)


@pytest.mark.parametrize("path", ["/users/me/webhooks", "/admin/webhooks"])
def test_the_life_of_a_webhook(aim, admin, path):
    wanted = {"url": "https://example.com/hook", "events": ["habit.completed/1"]}
    webhook = f"{path}/{aim(201, 'POST', path, by=admin, json=wanted).json()['id']}"
    aim(200, "GET", path, by=admin)
    aim(200, "PUT", webhook, by=admin, json={"is_enabled": False})
    aim(200, "GET", f"{webhook}/deliveries", by=admin)
    aim(422, "PUT", webhook, by=admin, json={"url": "ftp://example.com/"})
    aim(400, "PUT", webhook, by=admin, json={"url": "http://"})
    aim(400, "PUT", webhook, by=admin, json={"events": ["nobody.knows/1"]})
    aim(204, "DELETE", webhook, by=admin)
    for method, rest, body in (("PUT", "", {}), ("DELETE", "", None), ("GET", "/deliveries", None)):
        aim(404, method, webhook + rest, by=admin, json=body)
        aim(422, method, f"{path}/none{rest}", by=admin, json=body)
    added = [admin.send("POST", path, json=wanted) for _ in range(50)]
    assert {answer.status_code for answer in added} == {201, 400}
    aim(400, "POST", path, by=admin, json=wanted)
    for answer in added:
        if answer.status_code == 201:
            aim(204, "DELETE", f"{path}/{answer.json()['id']}", by=admin)


def test_webhooks_of_operators_are_for_administrators(aim, interactions):
    for (method, path), operation in interactions.operations.items():
        if path.startswith("/api/admin/webhooks"):
            body = {"url": "https://example.com/hook", "events": ["habit.completed/1"]} if "requestBody" in operation else None
            aim(403, method, path.removeprefix("/api").format(webhook_id=NOBODY), json=body)


def test_jobs_are_for_administrators(aim, admin, interactions):
    for (method, path), operation in interactions.operations.items():
        if path.startswith(("/api/admin/jobs", "/api/admin/queues", "/api/admin/schedules")):
            path = path.removeprefix("/api")
            aim(403, method, path.format(id=NOBODY, name="none"))
            if "404" in operation["responses"]:
                aim(404, method, path.format(id=NOBODY, name="none"), by=admin)
            if "422" in operation["responses"]:
                wrong = "?limit=0" if path == "/admin/jobs" else ""
                aim(422, method, path.format(id="none", name="n" * 201) + wrong, by=admin)


def test_too_many_passwords_at_once_are_refused(strained, interactions, description):
    requests = [
        ("/api/auth/register", {"email": f"crowd{number}@example.org", "username": f"crowd{number}", "password": PASSWORD})
        for number in range(150)
    ] + [("/api/auth/login", {"email": "nobody", "password": PASSWORD})] * 150
    address = urlsplit(strained.url)
    crowd = [socket.create_connection((address.hostname, address.port), timeout=60) for _ in requests]
    for connection, (path, body) in zip(crowd, requests):
        text = json.dumps(body)
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
            f"Content-Length: {len(text)}\r\n\r\n{text}".encode()
        )
    refused = set()
    for connection, (path, _) in zip(crowd, requests):
        with connection, connection.makefile("rb") as reader:
            head, _, content = reader.read().partition(b"\r\n\r\n")
        if head.split()[1] == b"503":
            assert b"retry-after: " in head.lower()
            note(interactions, description, "POST", strained.url + path, 503, "application/json", content)
            refused.add(path)
    assert refused == {"/api/auth/register", "/api/auth/login"}


# ---- A host with limits, which the others have lifted.


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    folder = tmp_path_factory.mktemp("limited")
    limited = Host(folder, ROOT / "plugins.conf", RATE_LIMIT="on", RATE_LIMIT_ADDRESS="1", RATE_LIMIT_LOGIN="1")
    yield limited
    limited.stop()


def test_too_many_requests_are_refused(limited, interactions, aim):
    nobody = Person(limited.url, {}, "none")
    aim(422, "POST", "/auth/login", by=nobody, json={})
    aim(401, "GET", "/habits/", by=nobody)
    for (method, path), operation in interactions.operations.items():
        if "429" in operation["responses"]:
            answer = aim(429, method, path.removeprefix("/api").replace("{user_id}", NOBODY), by=nobody)
            assert operation["responses"]["429"]["headers"].keys() <= set(answer.headers)
            policy, left = answer.headers["RateLimit-Policy"], answer.headers["RateLimit"]
            name, _, seconds = left.partition(";r=0;t=")
            assert policy == f"{name};q=1;w=60"
            assert 0 < int(seconds) <= int(answer.headers["Retry-After"])


def test_every_operation_reaches_every_status_that_it_lists(interactions):
    """Last in this file: it counts what the others have reached."""
    assert interactions.gaps() == [], "\n" + "\n".join(interactions.matrix())
