"""Handing a mail to the server, step by step, so that it is known how far it came."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock

from forbear.dispatch.channels.email.settings import EmailSettings
from forbear.kernel.clock import stopwatch

ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
PERSONAL = re.compile(r"<[^>]*>|\S+@\S+|\d{5,}|\"[^\"]*\"")
TROUBLES = (OSError, smtplib.SMTPException, EOFError)
QUICK_SECONDS = 5.0


@dataclass(frozen=True)
class Answer:
    """What became of a mail: a status of a receipt, with the server's code and words."""

    status: str
    reason: str = ""
    detail: str = ""


def answer_of(code: int, text: bytes, when_taken: str = "accepted") -> Answer:
    """The answer of a server: 2 is yes, 4 is not now, 5 is never."""
    words = text.decode("utf-8", "replace")
    enhanced = ENHANCED.match(words)
    reason = f"{code} {enhanced[1]}" if enhanced else str(code)
    status = {2: when_taken, 3: when_taken, 5: "refused"}.get(code // 100, "failed")
    return Answer(status, reason, without_people(words)[:200])


def without_people(words: str) -> str:
    """A server's words without addresses, long numbers and what it quotes."""
    return " ".join(PERSONAL.sub("…", words).split())


class Lines:
    """Connections to the server, used again while they are fresh; at most ``connections_max`` at a time. Safe in threads."""

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._places, self._lock = BoundedSemaphore(settings.connections_max), Lock()
        self._idle: list[tuple[smtplib.SMTP, Callable[[], float]]] = []

    def hand_over(self, sender: str, to: str, octets: bytes) -> Answer:
        """Hand a mail over. Trouble before its text left is ``failed``, after it ``uncertain``."""
        seconds = stopwatch()
        try:
            with self._line(seconds) as line:
                return self._converse(line, sender, to, octets, seconds)
        except smtplib.SMTPResponseException as error:
            text = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            told = answer_of(error.smtp_code, text)
            return Answer("failed", told.reason, told.detail)
        except TROUBLES as error:
            return Answer("failed", _name(error))

    def check(self) -> str:
        """Whether a mail could be handed over now: empty, or the reason why not."""
        try:
            with self._line(stopwatch(), QUICK_SECONDS) as line:
                line.noop()
        except TROUBLES as error:
            return _name(error)
        return ""

    def close(self) -> None:
        """Say goodbye on connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line, _ in idle:
            _end(line)

    @contextmanager
    def _line(self, seconds: Callable[[], float], limit: float | None = None) -> Iterator[smtplib.SMTP]:
        limit = min(limit or self._settings.answer_seconds, self._settings.answer_seconds)
        if not self._places.acquire(timeout=limit):
            raise TimeoutError("busy")
        try:
            line = self._fresh() or self._connect(max(limit - seconds(), 0.1))
            try:
                self._limit(line, limit - seconds())
                yield line
            except BaseException:
                line.close()
                raise
            if line.sock is not None:
                with self._lock:
                    self._idle.append((line, stopwatch()))
        finally:
            self._places.release()

    def _fresh(self) -> smtplib.SMTP | None:
        """A connection that is still good, asked first: servers hang up on idle ones."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                line, unused_seconds = self._idle.pop()
            try:
                self._limit(line, QUICK_SECONDS)
                if unused_seconds() < self._settings.idle_seconds and line.noop()[0] == 250:
                    return line
            except TROUBLES:
                pass
            line.close()

    def _connect(self, limit: float) -> smtplib.SMTP:
        given = self._settings
        context = ssl.create_default_context(cafile=given.ca_file)
        line: smtplib.SMTP
        if given.security == "tls":
            line = smtplib.SMTP_SSL(given.host, given.port, given.hello_name, timeout=limit, context=context)
        else:
            line = smtplib.SMTP(given.host, given.port, given.hello_name, timeout=limit)
        try:
            if given.security == "starttls":
                line.starttls(context=context)
            line.ehlo_or_helo_if_needed()
            if given.username:
                line.login(given.username, given.password)
        except BaseException:
            line.close()
            raise
        return line

    def _limit(self, line: smtplib.SMTP, seconds: float) -> None:
        if line.sock is not None:
            line.sock.settimeout(max(seconds, 0.1))

    def _converse(
        self, line: smtplib.SMTP, sender: str, to: str, octets: bytes, seconds: Callable[[], float]
    ) -> Answer:
        if not to.isascii() and not line.has_extn("smtputf8"):
            return Answer("refused", "address_needs_smtputf8")
        options = [] if to.isascii() else ["SMTPUTF8"]
        steps: list[Callable[[], tuple[int, bytes]]] = [
            lambda: line.mail(sender, options), lambda: line.rcpt(to), lambda: line.docmd("DATA"),
        ]  # fmt: skip
        for step in steps:
            answer = answer_of(*step())
            if answer.status != "accepted":
                self._begin_anew(line)
                return answer
            self._limit(line, self._settings.answer_seconds - seconds())
        try:
            line.send(re.sub(rb"(?m)^\.", b"..", octets) + (b"" if octets.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            answer = answer_of(*line.getreply())
        except TROUBLES as error:
            line.close()
            return Answer("uncertain", _name(error))
        if answer.reason.startswith("421"):
            line.close()
        return answer

    def _begin_anew(self, line: smtplib.SMTP) -> None:
        try:
            line.rset()
        except TROUBLES:
            line.close()


def _end(line: smtplib.SMTP) -> None:
    try:
        line.sock.settimeout(1.0) if line.sock else None
        line.quit()
    except TROUBLES:
        line.close()


def _name(error: BaseException) -> str:
    """The kind of trouble as a code: the words of an error may have an address in them."""
    kinds = ((TimeoutError, "no_answer"), (smtplib.SMTPServerDisconnected, "line_broken"), (ssl.SSLError, "tls"))
    for kind, code in (*kinds, (smtplib.SMTPNotSupportedError, "not_offered"), (ConnectionError, "no_line")):
        if isinstance(error, kind):
            return code
    return "unreachable"
