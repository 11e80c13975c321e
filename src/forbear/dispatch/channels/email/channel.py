"""The e-mail channel."""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from threading import Condition, Lock

from forbear.dispatch.channel import Health, Hear, Message, Receipt
from forbear.dispatch.channels.email.composing import Unsendable, compose
from forbear.dispatch.channels.email.handing import Lines
from forbear.dispatch.channels.email.listening import Listener
from forbear.dispatch.channels.email.reading import Unreadable, read_report
from forbear.dispatch.channels.email.settings import EmailSettings
from forbear.kernel.clock import Clock

LOG = logging.getLogger("forbear.dispatch.email")
TOLD_MAX = 100_000


class EmailChannel:
    """Sends mail over SMTP, and hears bounces, complaints and replies.

    A mailbox shows the same Message-ID as often as it is sent, so an uncertain mail is not sent again. SMTP has no time for a
    mail to end: the server that takes it is told nothing, and is set up to give up early.
    """

    name = "email"
    deduplicates = False

    def __init__(self, settings: EmailSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._lines = Lines(settings)
        self._listener: Listener | None = None
        self._under_way, self._open_count, self._is_open = Condition(), 0, False
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._telling, self._unreadable_count = Lock(), 0

    @property
    def listening_port(self) -> int:
        """Where answers come in; 0 where it does not listen."""
        return self._listener.port if self._listener else 0

    def open(self, hear: Hear) -> None:
        """Listen for answers; connections to the server are made when they are needed."""
        self._hear = hear
        if self._settings.listen_port is not None:
            self._listener = Listener(self._settings, self._take)
            self._listener.start()
        with self._under_way:
            self._is_open = True

    def deliver(self, message: Message) -> Receipt:
        """Hand a mail to the server, within ``answer_seconds``."""
        now = self._clock.now()
        if now >= message.expires_at:
            return Receipt(message.message_id, "refused", now, reason="expired")
        with self._under_way:
            if not self._is_open:
                return Receipt(message.message_id, "failed", now, reason="closed")
            self._open_count += 1
        try:
            octets = compose(message, self._settings, now)
            answer = self._lines.hand_over(self._settings.bounce_address(message.message_id), message.to, octets)
        except Unsendable as error:
            return Receipt(message.message_id, "refused", now, reason=str(error))
        finally:
            with self._under_way:
                self._open_count -= 1
                self._under_way.notify_all()
        return Receipt(
            message.message_id,
            answer.status,
            self._clock.now(),
            provider_id=f"{message.message_id}@{self._settings.domain}",
            reason="" if answer.status == "accepted" else answer.reason,
            detail=answer.detail,
            proof=hashlib.sha256(octets).hexdigest(),
        )

    def health(self) -> Health:
        """Whether the server answers now; mails that came in and could not be read are counted in the reason."""
        with self._under_way:
            if not self._is_open:
                return Health(is_up=False, reason="closed")
            open_count = self._open_count
        trouble = "" if open_count >= self._settings.connections_max else self._lines.check()
        odd = f"unreadable={self._unreadable_count}" if self._unreadable_count else ""
        return Health(not trouble, trouble or odd, open_count)

    def close(self) -> None:
        """Wait for mails that are being handed over, then let go of all connections. A second call does nothing."""
        with self._under_way:
            was_open, self._is_open = self._is_open, False
            self._under_way.wait_for(lambda: not self._open_count, self._settings.answer_seconds)
        self._lines.close()
        if was_open and self._listener:
            self._listener.stop()

    def _take(self, octets: bytes, recipients: list[str]) -> None:
        """One mail that came in; each meaning is told once. Raises what ``hear`` raises: then it is told again."""
        try:
            report = read_report(octets, self._clock.now(), self._settings.domain, recipients)
        except Unreadable:
            self._unreadable_count += 1
            LOG.warning("a mail came in that cannot be read")
            return
        if report is None:
            return
        key = (report.message_id, report.status) if isinstance(report, Receipt) else ("", report.inbound_id)
        with self._telling:
            if key in self._told:
                return
            try:
                self._hear(report)
            except Exception as error:
                LOG.error("a mail that came in could not be heard: %s", type(error).__name__)
                raise
            self._told[key] = None
            if len(self._told) > TOLD_MAX:
                self._told.popitem(last=False)
