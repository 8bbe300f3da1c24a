"""Mails, from the call of a plugin to a real mail server."""

import email.utils
import itertools
import os
import signal
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from hosting import PROGRAM, ROOT, Host, free_port
from mail_server import Sink
from people import PASSWORD, Person

_numbers = itertools.count(1)
QUEUE = "hearth.mail.kit-features"


def address(kind: str) -> str:
    return f"{kind}-{next(_numbers)}@example.org"


def eventually(what: str, condition, seconds: float = 60):
    """Asks until the answer is yes, and gives it."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        assert time.monotonic() < deadline, f"did not happen: {what}"
        time.sleep(0.05)


@dataclass
class Post:
    """A host whose plugin sends mails, and the server that gets them."""

    host: Host
    sink: Sink
    admin: Person

    def send(self, **wish) -> requests.Response:
        return requests.post(f"{self.host.url}/api/kit-features/mails", json=wish, timeout=30)

    def sent(self, **wish) -> None:
        answer = self.send(**wish)
        assert answer.status_code == 200, answer.text

    def register(self, language: str | None) -> dict:
        name = f"reader{next(_numbers)}"
        answer = requests.post(
            f"{self.host.url}/api/auth/register",
            json={"email": f"{name}@example.org", "username": name, "password": PASSWORD, "language": language},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["user"]

    def jobs(self, to: str) -> list[dict]:
        answer = self.admin.send("GET", "/admin/jobs", params={"queue": QUEUE, "limit": 200})
        assert answer.status_code == 200, answer.text
        return [job for job in answer.json()["jobs"] if job["payload"].get("address") == to]

    def job(self, to: str, state: str) -> dict:
        """The only job of an address, once it has a state."""

        def found():
            jobs = self.jobs(to)
            assert len(jobs) <= 1
            return jobs and jobs[0]["state"] == state and jobs[0]

        return eventually(f"a mail to {to} is {state}", found)

    def retry(self, job: dict) -> None:
        answer = self.admin.send("POST", f"/admin/jobs/{job['id']}/retry")
        assert answer.status_code == 200, answer.text


def conf(folder: Path) -> Path:
    path = folder / "plugins.conf"
    path.write_text(f'search_path = ["{ROOT}/.build/plugins"]\n[plugins.kit-features]\n')
    return path


def settings(sink: Sink) -> dict[str, str]:
    return {
        "MAIL_URL": f"smtp://127.0.0.1:{sink.port}?starttls=off",
        "MAIL_FROM": "L’équipe de Hearth <hearth@example.com>",
        "JOBS_LEASE_SECONDS": "2",
    }


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mail")
    own = folder / "data" / "templates" / "mail" / "kit-features"
    own.mkdir(parents=True)
    (own / "greeting.it.txt").write_text("Subject: Ciao {{name}}\n\nCiao {{name}}!\n")
    sink = Sink(free_port())
    host = Host(folder, conf(folder), **settings(sink))
    yield Post(host, sink, Person.register_admin(host))
    sink.released.set()
    host.stop()
    sink.stop()


def only(post: Post, to: str):
    """The only mail to an address, once it is there."""
    mail = eventually(f"a mail to {to}", lambda: post.sink.to(to))
    assert len(mail) == 1
    return mail[0]


def test_a_user_gets_text_and_page_in_his_language(post):
    user = post.register("fr-CA")
    # Lines that servers and clients have an eye on, and more than a line takes.
    items = [".", "From here", "a=b ", "tab\t", "<b>&amp;</b>", "🎉" * 60, "x" * 300, "deux\r\nlignes"]
    post.sent(user=user["id"], name="Zoé & <Léa>", items=items)
    mail = only(post, user["email"])
    assert not mail.defects
    assert mail["Subject"] == "Bonjour Zoé & <Léa>, déjà 1 habitudes"
    sender = mail["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("L’équipe de Hearth", "hearth@example.com")
    age = time.time() - email.utils.parsedate_to_datetime(mail["Date"]).timestamp()
    assert -5 < age < 600
    assert mail["Content-Language"] == "fr" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.com>")
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert not plain.defects and not html.defects
    text = plain.get_content().replace("\r\n", "\n")
    assert "Bonjour Zoé & <Léa>,\n" in text and text.endswith("-- L’équipe de Hearth\n")
    for item in items[:-1]:
        assert f"- {item}\n" in text, repr(item)
    assert "- deux\nlignes\n" in text
    page = html.get_content()
    assert "<b>Zoé &amp; &lt;Léa&gt;</b>" in page and "<li>&lt;b&gt;&amp;amp;&lt;/b&gt;</li>" in page


@pytest.mark.parametrize(
    "own, asked, subject",
    [(None, "", "Hello Ada"), ("de", "", "Hello Ada"), ("fr", "en", "Hello Ada"), ("it", "", "Ciao Ada"), ("de", "it-CH", "Ciao Ada")],
)
def test_the_best_language_is_taken_and_the_operator_may_add_one(post, own, asked, subject):
    user = post.register(own)
    post.sent(user=user["id"], name="Ada", language=asked)
    assert only(post, user["email"])["Subject"] == subject


def test_a_user_chooses_his_language(post):
    person = Person.register(post.host.url, "chooser")
    assert person.user["language"] is None
    assert person.send("PUT", "/users/me", json={"language": "français"}).status_code == 422
    assert person.send("PUT", "/users/me", json={"language": "fr"}).json()["language"] == "fr"
    assert person.send("PUT", "/users/me", json={"language": None}).json()["language"] is None


def test_a_mail_of_a_transaction_that_is_rolled_back_is_never_sent(post):
    to = address("back")
    assert post.send(address=to, name="never", commit=False).status_code == 409
    post.sent(address=to, name="now")
    assert only(post, to)["Subject"] == "Hello now"
    assert len(post.jobs(to)) == 1


def test_of_a_key_only_one_mail_is_sent(post):
    to = address("key")
    for name in ["first", "second"]:
        post.sent(address=to, name=name, key="once", count=3)
    post.job(to, "completed")
    assert only(post, to)["Subject"] == "Hello first"


@pytest.mark.parametrize("bad", ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org>\nRCPT TO:<eve@example.org", "ada", ""])
def test_an_address_that_is_more_is_refused(post, bad):
    assert post.send(address=bad, name="x").status_code == 400


def test_no_value_becomes_a_header_field(post):
    to = address("inject")
    post.sent(address=to, name="x\r\nBcc: eve@example.org\r\n\r\nbody")
    mail = only(post, to)
    assert mail["Bcc"] is None and mail["Subject"] == "Hello x Bcc: eve@example.org body"


def test_a_server_that_says_later_is_asked_again(post):
    to = address("later")
    post.sent(address=to, name="x")
    job = post.job(to, "scheduled")
    assert "451 4.7.1 come back later" in job["errors"][-1]["message"]
    post.retry(job)
    assert post.job(to, "completed")["attempt"] == 2
    only(post, to)


@pytest.mark.parametrize(
    "kind, said", [("never", "550 5.1.1 there is nobody of this name"), ("full", "552 5.2.2 the mailbox is full")]
)
def test_a_mail_that_is_refused_for_good_is_a_dead_letter(post, kind, said):
    to = address(kind)
    post.sent(address=to, name="x")
    job = post.job(to, "discarded")
    assert job["failures"] == 1 and said in job["errors"][-1]["message"]
    assert post.sink.to(to) == []


def test_a_mail_that_may_have_been_taken_is_not_sent_again_but_told(post):
    to = address("drop")
    post.sent(address=to, name="x")
    job = post.job(to, "discarded")
    assert job["errors"][-1]["message"].startswith("in doubt: ")
    mail = only(post, to)
    # An operator decides otherwise.
    post.retry(job)
    post.job(to, "completed")
    first, second = post.sink.to(to)
    assert first["Message-ID"] == second["Message-ID"] == mail["Message-ID"]


def test_nothing_is_lost_nor_doubled_while_the_server_is_gone(post):
    caught, during = [address("gone") for _ in range(5)], [address("gone") for _ in range(20)]
    for to in caught:
        post.sent(address=to, name="x")
    post.sink.stop()
    for to in during:
        post.sent(address=to, name="x")
    for to in during:
        eventually("it was tried", lambda to=to: post.jobs(to)[0]["failures"] > 0)
    post.sink.start()
    for to in caught + during:

        def end(to=to):
            job = post.jobs(to)[0]
            if job["state"] == "scheduled":
                post.admin.send("POST", f"/admin/jobs/{job['id']}/retry")
            return job["state"] in ("completed", "discarded") and job

        job = eventually(f"{to} has it", end)
        if job["state"] == "completed":
            assert len(post.sink.to(to)) == 1
        else:
            # The server went away when it had the mail and had not said so: nobody knows, and that is told.
            assert to in caught and job["errors"][-1]["message"].startswith("in doubt: ")
            assert len(post.sink.to(to)) <= 1


def test_a_host_that_is_killed_while_a_mail_is_taken_leaves_it_in_doubt(tmp_path):
    sink = Sink(free_port())
    first = Host(tmp_path, conf(tmp_path), **settings(sink))
    to = address("hang")
    Post(first, sink, None).sent(address=to, name="x")
    eventually("the server has it", lambda: sink.to(to))
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    kept = {name: value for name, value in first.environment.items() if name == "DATABASE_URL"}
    second = Host(tmp_path, conf(tmp_path), **settings(sink), **kept)
    post = Post(second, sink, Person.register_admin(second))
    job = post.job(to, "discarded")
    assert job["errors"][-1]["message"].startswith("in doubt: ") and job["attempt"] == 2
    assert len(sink.to(to)) == 1
    sink.released.set()
    second.stop()
    sink.stop()


def test_the_metrics_count_what_became_of_mails(post):
    post.sent(address=address("metric"), name="x")
    post.sent(address=address("never"), name="x")

    def counted():
        text = post.admin.send("GET", "/metrics").text
        lines = [line for line in text.splitlines() if line.startswith("hearth_mails_sent_total{")]
        return all(any(f'outcome="{word}"' in line for line in lines) for word in ["accepted", "refused"])

    eventually("both are counted", counted)


def test_a_template_that_is_wrong_refuses_the_start_with_file_and_line(post, tmp_path):
    own = tmp_path / "own" / "kit-features"
    own.mkdir(parents=True)
    (own / "greeting.en.txt").write_text("Subject: x\n\n{{#a}}\n{{/b}}\n")
    environment = post.host.environment | {"MAIL_TEMPLATES": str(tmp_path / "own"), "PORT": "0"}
    run = subprocess.run([PROGRAM, "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode != 0
    assert f"{own}/greeting.en.txt:4: a section ends by another name than it begins with" in run.stderr


def test_an_operator_tries_how_mails_are_sent(post, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    secure = Sink(
        free_port(), tls_context=tls, require_starttls=True, auth_required=True, authenticator=Sink.authenticator
    )

    def run(url: str | None, to: str) -> tuple[int, str]:
        environment = {name: value for name, value in post.host.environment.items() if name != "MAIL_URL"}
        if url:
            environment["MAIL_URL"] = url
        run = subprocess.run(
            [PROGRAM, "mail", "test", to], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert "p@ss" not in run.stdout + run.stderr and "p%40ss" not in run.stdout + run.stderr
        return run.returncode, run.stdout + run.stderr

    server = f"127.0.0.1:{secure.port}"
    authority = f"ca={certificate}"
    assert run(f"smtp://hearth:p%40ss%3Aword@{server}?{authority}", address("test")) [0] == 0
    assert len(secure.mails) == 1 and secure.mails[0]["Subject"] == "Hearth can send mails"
    status, said = run(f"smtp://hearth:p%40ss@{server}?{authority}", address("test"))
    assert status == 1 and "could not be sent" in said and "535" in said
    status, said = run(f"smtp://hearth:p%40ss%3Aword@{server}", address("test"))
    assert status == 1 and "certificate" in said
    status, said = run(f"smtp://127.0.0.1:{post.sink.port}", address("test"))
    assert status == 1 and "does not offer STARTTLS" in said
    status, said = run(f"smtp://127.0.0.1:{post.sink.port}?starttls=off", address("never"))
    assert status == 1 and "has refused" in said and "550 5.1.1 there is nobody of this name" in said
    status, said = run(f"smtp://127.0.0.1:{free_port()}?starttls=off", address("test"))
    assert status == 1 and "could not be sent" in said
    status, said = run(f"file:{tmp_path}/mails", address("test"))
    assert status == 0 and len(os.listdir(tmp_path / "mails")) == 1
    status, said = run(None, address("test"))
    assert status == 0 and "nobody gets it" in said
    status, said = run(None, "ada@example.org\r\nBcc: eve@example.org")
    assert status == 1 and "is no address" in said
    secure.stop()
