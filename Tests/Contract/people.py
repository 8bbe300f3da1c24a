"""Users of a host."""

import itertools
from dataclasses import dataclass

import requests
from hosting import Host

PASSWORD = "Correct-horse-1"
_numbers = itertools.count(1)


@dataclass
class Person:
    """A user with a session of his own."""

    url: str
    user: dict
    token: str

    @classmethod
    def register(cls, url: str, prefix: str = "person") -> "Person":
        name = f"{prefix}{next(_numbers)}"
        answer = requests.post(
            f"{url}/api/auth/register",
            json={"email": f"{name}@example.org", "username": name, "password": PASSWORD},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        return cls(url, answer.json()["user"], answer.json()["access_token"])

    @classmethod
    def register_admin(cls, host: Host) -> "Person":
        person = cls.register(host.url, "admin")
        host.command("users", "grant-admin", person.user["username"])
        return person

    def send(self, method: str, path: str, **options) -> requests.Response:
        """Sends a request below `/api`, with the token unless another Authorization is given."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return requests.request(method, f"{self.url}/api{path}", headers=headers, timeout=30, **options)

    def habit(self, **members) -> dict:
        """A new habit."""
        answer = self.send("POST", "/habits/", json={"title": "Meditation"} | members)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def completion(self, habit: dict | None = None) -> dict:
        """A completion of today."""
        answer = self.send("POST", "/completions/", json={"habit_id": (habit or self.habit())["id"]})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def task(self, **members) -> dict:
        """A new task, which nobody evaluates."""
        answer = self.send("POST", "/tasks/", json={"title": "Clean the garage", "use_ai_evaluation": False} | members)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def character(self) -> dict:
        """This user's new character."""
        answer = self.send("POST", "/characters/", json={"name": "Max", "character_class": "mage"})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def earn(self, habits: int) -> None:
        """Earns at least 20 points and 10 coins by each of so many habits."""
        for _ in range(habits):
            self.completion(self.habit(difficulty="hard"))

    def purchase(self) -> dict:
        """A cheap thing that this user has bought."""
        self.earn(5)
        item = self.send("GET", "/shop/items?max_price=50").json()["items"][0]
        answer = self.send("POST", f"/shop/buy/{item['id']}")
        assert answer.status_code == 200, answer.text
        return item

    def possession(self) -> dict:
        """Likewise, as it stands in the inventory."""
        self.character()
        item = self.purchase()
        (owned,) = (owned for owned in self.send("GET", "/inventory/").json()["items"] if owned["item_id"] == item["id"])
        return owned

    def befriend(self, other: "Person") -> None:
        """Makes somebody a friend: only friends fight each other."""
        asked = self.send("POST", f"/friends/request/{other.user['id']}")
        assert asked.status_code == 201, asked.text
        answer = other.send("POST", f"/friends/accept/{asked.json()['id']}")
        assert answer.status_code == 200, answer.text

    def challenge(self, bet: int = 0) -> dict:
        """A challenge of this user, with a new character, to somebody new: `by` and `to` are the two."""
        other = Person.register(self.url, "other")
        self.befriend(other)
        for one in (self, other):
            one.character()
            one.earn(-(-bet // 10))
        answer = self.send("POST", f"/combat/challenge/{other.user['id']}", json={"bet_coins": bet})
        assert answer.status_code == 201, answer.text
        return {"id": answer.json()["combat_id"], "by": self, "to": other}

    def item(self, **members) -> dict:
        """An item that this administrator has added to the shop."""
        answer = self.send("POST", "/admin/items", json={"name": "Duck", "category": "pet", "price": 0} | members)
        assert answer.status_code == 201, answer.text
        return answer.json()
