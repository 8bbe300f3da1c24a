"""Notifications reach every device of a user: two sockets on two hosts, and again after a reconnect."""

import threading

import pytest
from hosting import ROOT
from people import Person
from test_realtime import Client, eventually, pair  # noqa: F401

BROADCAST = "/admin/notifications/broadcast"


@pytest.fixture
def conf(tmp_path):
    path = tmp_path / "plugins.conf"
    path.write_text(f'search_path = ["{ROOT}/.build/plugins"]\n[plugins.notifications]\n')
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
