"""A real mail server, aiosmtpd, that keeps what it is given and misbehaves for some recipients."""

import asyncio
import email
import email.policy
import threading
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session, SMTP


class Listener(Controller):
    """A server that can hang up on everybody."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._sessions: list[SMTP] = []

    def factory(self) -> SMTP:
        self._sessions.append(super().factory())
        return self._sessions[-1]

    async def hang_up(self) -> None:
        self.server.close()
        for session in self._sessions:
            if session.transport is not None:
                session.transport.abort()
        # The loop closes the sockets.
        await asyncio.sleep(0.1)


class Sink:
    """What is given to it, by the local part of the recipient's address before the first hyphen:

    drop     is kept, and the connection broken before the answer, the first time
    hang     is kept, and never answered
    later    is refused for now, the first time
    never    is refused for good, when the recipient is named
    full     is refused for good, when it has all been sent
    anybody  else's is kept
    """

    def __init__(self, port: int, **options):
        self.port = port
        self.options = options
        self.mails: list[EmailMessage] = []
        self.attempts: list[str] = []
        self.released = threading.Event()
        self.start()

    def start(self) -> None:
        self._controller = Listener(self, hostname="127.0.0.1", port=self.port, **self.options)
        self._controller.start()

    def stop(self) -> None:
        """Ends the server with all its connections, as if it were killed."""
        asyncio.run_coroutine_threadsafe(self._controller.hang_up(), self._controller.loop).result()
        self._controller.stop(no_assert=True)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in list(self.mails) if mail["To"] == address]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        self.attempts.append(address)
        if address.startswith("never-"):
            return "550 5.1.1 there is nobody of this name"
        if address.startswith("later-") and self.attempts.count(address) == 1:
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        if address.startswith("full-"):
            return "552 5.2.2 the mailbox\tis full"
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if address.startswith("drop-") and len(self.to(address)) == 1:
            server.transport.abort()
        if address.startswith("hang-"):
            await server.loop.run_in_executor(None, self.released.wait, 120)
        return "250 OK"

    @staticmethod
    def authenticator(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"hearth", b"p@ss:word"), handled=False)
