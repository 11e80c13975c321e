"""A mail server: aiosmtpd, as the other end of the e-mail channel. It takes mail, and sends what comes back of it."""

from __future__ import annotations

import asyncio
import smtplib
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.policy import default
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from counterparts import Arrived
from forbear.dispatch.channels.email import EmailChannel, EmailSettings
from forbear.kernel.clock import Clock, SystemClock

DOMAIN = "mail.lender.example"
NOBODY = "0123456789abcdef" * 2


class _Server(SMTP):
    """Remembers its connections, so that they can be dropped."""

    def __init__(self, owner: MailServer, **given: Any) -> None:
        self._owner = owner
        super().__init__(owner, **given)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._owner.transports.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._owner.transports.discard(self.transport)
        super().connection_lost(error)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailServer:
    """A server that takes, refuses, waits, breaks off, and bounces as it is told to."""

    name = "email"
    never: ClassVar[dict[str, str]] = {
        "repeats": "A mailbox shows a mail as often as it was sent, whatever its Message-ID.",
        "validity": "SMTP as servers offer it has no time for a mail to end.",
    }
    bound_seconds = 5.0

    def __init__(self, folder: Path | None = None, **server: Any) -> None:
        self.transports: set[Any] = set()
        self.envelopes: list[tuple[str, str, EmailMessage, datetime, bytes]] = []
        self.mail_answer = self.refusal = self.data_answer = ""
        self._slow_seconds, self._breaks = 0.0, False
        self._lock, self._server, self._port = Lock(), server, 0
        self._channels: list[EmailChannel] = []
        self.come_up()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def settings(self, **changed: Any) -> EmailSettings:
        """Settings with short times."""
        given: dict[str, Any] = {
            "host": "127.0.0.1", "port": self._port, "sender_address": f"care@{DOMAIN}", "sender_name": "某消费金融",
            "domain": DOMAIN, "security": "none", "answer_seconds": 2.0, "listen_port": 0, "hello_name": "localhost",
        }  # fmt: skip
        return EmailSettings(**given | changed)

    def channel(self, clock: Clock) -> EmailChannel:
        """A channel to this server."""
        self._channels.append(EmailChannel(self.settings(), clock))
        return self._channels[-1]

    def address(self, number: int) -> str:
        """A mailbox that nobody has."""
        return f"borrower.{number}@example.org"

    def arrived(self) -> list[Arrived]:
        """Mails as a mail program shows them."""
        with self._lock:
            taken = list(self.envelopes)
        return [
            Arrived(
                to=to,
                text="\n".join((str(mail["Subject"]), *mail.get_content().splitlines())),
                at=at,
                message_id=str(mail["Message-ID"]).strip("<>").partition("@")[0],
            )
            for _, to, mail, at, _ in taken
        ]

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self.mail_answer or "250 2.1.0 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.refusal:
            return self.refusal.format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.data_answer:
            return self.data_answer
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        taken = (envelope.mail_from, envelope.rcpt_tos[0], mail, SystemClock().now(), envelope.content)
        with self._lock:
            self.envelopes.append(taken)
        if self._breaks:
            self._breaks = False
            server.transport.abort()
        await asyncio.sleep(self._slow_seconds)
        return "250 2.0.0 queued"

    def refuse(self) -> str:
        self.refusal = "550 5.1.1 <{address}>: no mailbox {address} here"
        return "550 5.1.1"

    def go_down(self) -> None:
        def drop() -> None:
            for transport in list(self.transports):
                transport.abort()

        self._controller.loop.call_soon_threadsafe(drop)
        self._controller.stop()

    def come_up(self) -> None:
        self._controller = _Controller(self, hostname="127.0.0.1", port=self._port, **self._server)
        self._controller.start()
        self._port = self._controller.port

    def be_slow(self, seconds: float) -> None:
        self._slow_seconds = seconds

    def break_after_taking(self) -> None:
        self._breaks = True

    def tell(self, to: str, status: str, times: int = 1) -> None:
        action, code = {"delivered": ("delivered", "2.0.0"), "undelivered": ("failed", "5.1.1")}[status]
        with self._lock:
            paths = [(path, mail) for path, sent_to, mail, _, _ in self.envelopes if sent_to == to]
        for path, mail in paths:
            for _ in range(times):
                self.relay(path, bounce(path, to, action, code, mail.as_bytes()))

    def tell_garbage(self) -> None:
        path = f"bounce+{NOBODY}@{DOMAIN}"
        for octets in (
            b"",
            b"\xff\xfe\x00nothing",
            b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\n--",
        ):
            self.relay(path, octets)
        self.relay(path, bounce(path, "somebody@example.org", "vanished", "9.9", b"Subject: ?\r\n\r\n"))
        self.relay(path, bounce(path, "somebody@example.org", "failed", "5.1.1", b"Subject: ?\r\n\r\n"))

    def say(self, to: str, text: str, times: int = 1) -> None:
        with self._lock:
            answered = next(mail for _, sent_to, mail, _, _ in reversed(self.envelopes) if sent_to == to)
        reply = EmailMessage(policy=LINES)
        reply["From"], reply["To"], reply["Subject"] = to, str(answered["Reply-To"]), f"Re: {answered['Subject']}"
        reply["Message-ID"], reply["In-Reply-To"] = "<answer-1@example.org>", str(answered["Message-ID"])
        quoted = "\n".join(f"> {line}" for line in answered.get_content().splitlines())
        reply.set_content(f"{text}\n\n在 2026年3月6日，某消费金融 写道：\n{quoted}\n")
        for _ in range(times):
            self.relay(str(answered["Reply-To"]), reply.as_bytes())

    def relay(self, to: str, octets: bytes) -> None:
        """Relay a mail from nobody to the channel's listener, as a mail server does."""
        with smtplib.SMTP("127.0.0.1", self._channels[-1].listening_port, "localhost", timeout=5) as line:
            line.sendmail("", [to], octets)

    def stop(self) -> None:
        if self._controller.server is not None:
            self.go_down()


def bounce(path: str, to: str, action: str, code: str, original: bytes) -> bytes:
    """A delivery status notification as Postfix writes it."""
    head, _, _ = original.partition(b"\n\n" if b"\r\n\r\n" not in original else b"\r\n\r\n")
    lines = [
        "From: MAILER-DAEMON@example.org (Mail Delivery System)", f"To: {path}", "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied", "MIME-Version: 1.0", "Message-ID: <bounce-1@example.org>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_edge"', "", "--=_edge",
        "Content-Type: text/plain; charset=utf-8", "", f"Your message to <{to}> is: {action}.", "", "--=_edge",
        "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "",
        f"Final-Recipient: rfc822; {to}", f"Action: {action}", f"Status: {code}",
        f"Diagnostic-Code: smtp; 550 {code} <{to}>: no mailbox {to} here", "", "--=_edge",
        "Content-Type: text/rfc822-headers", "",
    ]  # fmt: skip
    return "\r\n".join([*lines, head.decode("utf-8", "replace"), "", "--=_edge--", ""]).encode()
