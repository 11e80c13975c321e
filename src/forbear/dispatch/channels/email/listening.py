"""The listener that the mail server relays bounces, complaints and replies to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from forbear.dispatch.channels.email.settings import OURS, EmailSettings

OCTETS_MAX = 2_000_000
Take = Callable[[bytes, list[str]], None]


class Listener:
    """Listens in a thread of its own.

    A mail is answered with yes only when ``take`` has returned; when it raises, the mail server is asked to come again.
    """

    def __init__(self, settings: EmailSettings, take: Take) -> None:
        # The library logs addresses and whole conversations.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self._controller = _Controller(settings, _Handler(settings.domain, take, settings.listen_protocol == "lmtp"))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._controller.server.sockets[0].getsockname()[1])

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """End."""
        self._controller.stop()


class _Controller(Controller):  # type: ignore[misc]  # the library has no types
    def __init__(self, settings: EmailSettings, handler: _Handler) -> None:
        self._speaks = LMTP if settings.listen_protocol == "lmtp" else SMTP
        super().__init__(handler, hostname=settings.listen_host, port=settings.listen_port or 0)

    def factory(self) -> SMTP:
        return self._speaks(self.handler, data_size_limit=OCTETS_MAX, enable_SMTPUTF8=True, ident="Forbear")

    def _trigger_server(self) -> None:
        """The library connects once to see whether it listens, to the port it was given; 0 is none."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class _Handler:
    """Takes mail for our two kinds of address, and relays nothing."""

    def __init__(self, domain: str, take: Take, is_one_each: bool) -> None:
        self._domain, self._take, self._is_one_each = domain, take, is_one_each

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        found = OURS.match(address)
        if not found or found[2].lower() != self._domain:
            return "550 5.1.1 no such address"
        if self._is_one_each and envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"  # LMTP answers each recipient apart, the library once for all
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content: Any = envelope.content
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._take, bytes(content), list(envelope.rcpt_tos))
        except Exception:
            return "451 4.3.0 come again"
        return "250 2.0.0 heard"
