"""Notifications reach every device of a user: two sockets on two hosts, and again after a reconnect; what a task is worth among
them."""

import threading

import pytest
from hosting import ROOT
from people import Person
from test_realtime import Client, eventually, pair  # noqa: F401

BROADCAST = "/admin/notifications/broadcast"


@pytest.fixture
def conf(tmp_path):
    path = tmp_path / "plugins.conf"
    path.write_text(f'search_path = ["{ROOT}/.build/plugins"]\n[plugins.notifications]\n[plugins.tasks]\n[plugins.llm]\n')
    return path


def tell(admin: Person, text: str) -> None:
    """Tells everybody something."""
    title = {"en": text, "fr": text}
    answer = admin.send("POST", BROADCAST, json={"title": title, "body": title, "key": text})
    assert answer.status_code == 202, answer.text


def title(event: dict) -> str:
    assert (event["type"], event["event"]) == ("event", "notification.created"), event
    return event["data"]["title"]["en"]


def at(host, person: Person) -> Person:
    """The same user on another host."""
    return Person(host.url, person.user, person.token)


def test_a_notification_reaches_two_sockets_on_two_hosts_and_is_read_once(pair):  # noqa: F811
    first, second, _ = pair
    admin = Person.register_admin(first)
    user = Person.register(first.url)
    there = at(second, user)
    with Client(user) as one, Client(there) as two:
        one.subscribe()
        two.subscribe()
        tell(admin, "a")
        event = one.receive()
        assert title(event) == title(two.receive()) == "a"
        id = event["data"]["id"]
        for person in (user, there):
            assert person.send("GET", "/notifications/unread-count").json() == {"unread": 1}

        answers = []
        readers = [
            threading.Thread(
                target=lambda person: answers.append(person.send("POST", f"/notifications/{id}/read")),
                args=[(user, there)[number % 2]])
            for number in range(8)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert [answer.status_code for answer in answers] == [200] * 8
        assert len({answer.json()["read_at"] for answer in answers}) == 1
        for client in (one, two):
            read = client.receive()
            assert (read["event"], read["data"]) == ("notification.read", {"id": id})
            assert client.nothing()
        assert there.send("GET", "/notifications/unread-count").json() == {"unread": 0}


def test_what_was_missed_is_given_after_a_reconnect(pair):  # noqa: F811
    first, second, _ = pair
    admin = Person.register_admin(first)
    user = Person.register(first.url)
    there = at(second, user)
    with Client(user) as client:
        client.subscribe()
        tell(admin, "a")
        event = client.receive()
        assert title(event) == "a"
    for text in ("b", "c"):
        tell(admin, text)
        eventually(lambda text=text: text in [
            notification["title"]["en"] for notification in there.send("GET", "/notifications").json()["notifications"]])
    # On the other host this time.
    with Client(there) as client:
        assert client.subscribe(since=event["id"])["gap"] is False
        assert [title(client.receive()) for _ in range(2)] == ["b", "c"]
        assert client.nothing()
    page = there.send("GET", "/notifications?unread=true").json()
    assert [notification["title"]["en"] for notification in page["notifications"]] == ["c", "b", "a"]
    assert page["unread"] == 3


def test_the_evaluation_of_a_task_reaches_a_socket_on_another_host_and_the_inbox(pair):  # noqa: F811
    first, second, _ = pair
    user = Person.register(first.url)
    there = at(second, user)
    with Client(there) as client:
        client.subscribe()
        created = user.send("POST", "/tasks/", json={"title": "Write the report", "priority": "high"})
        assert created.status_code == 201, created.text
        assert [created.json()[name] for name in ("difficulty", "xp_reward", "ai_reasoning")] == [None] * 3
        events = {}
        while not {"task.evaluated", "notification.created"} <= set(events):
            event = client.receive()
            events[event["event"]] = event["data"]
        assert client.nothing()
    task = there.send("GET", f"/tasks/{created.json()['id']}").json()
    notification = events["notification.created"]
    data = notification["data"]
    assert (notification["kind"], notification["is_read"]) == ("task_evaluated", False)
    assert {name: data[name] for name in ("difficulty", "xp_reward", "coins_reward", "ai_reasoning")} == {
        name: task[name] for name in ("difficulty", "xp_reward", "coins_reward", "ai_reasoning")}
    assert (data["task_id"], data["source"], data["notice"]) == (task["id"], "local", "no_provider")
    assert data["suggested_subtasks"] == task["evaluation"]["suggested_subtasks"]
    for person in (user, there):
        page = person.send("GET", "/notifications").json()
        assert (page["notifications"], page["unread"]) == ([notification], 1)
