"""A channel that leads nowhere: what it is handed is written to a file, a line each. For practice days and for tests."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from forbear.dispatch.channel import Health, Hear, Message, Receipt
from forbear.kernel.clock import Clock


class PracticeChannel:
    """Writes each message's id, person-free facts and instant to ``log``; many processes may share one file.

    Args:
        answer: what becomes of a message; all are accepted where it is not given.
    """

    deduplicates = False

    def __init__(self, name: str, log: Path, clock: Clock, answer: Callable[[Message], Receipt] | None = None) -> None:
        self.name, self._log, self._clock, self._answer = name, log, clock, answer

    def open(self, hear: Hear) -> None:
        """Nothing is heard here."""
        self._log.touch()

    def deliver(self, message: Message) -> Receipt:
        """Write it down as handed over."""
        now = self._clock.now()
        if now >= message.expires_at:
            return Receipt(message.message_id, "refused", now, reason="expired")
        line = {"at": now.isoformat(), "message_id": message.message_id, "expires_at": message.expires_at.isoformat()}
        descriptor = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, (json.dumps(line) + "\n").encode())
        finally:
            os.close(descriptor)
        return self._answer(message) if self._answer else Receipt(message.message_id, "accepted", now)

    def handed_over(self) -> list[tuple[str, datetime]]:
        """Every message's id with the instant at which it was handed over, in order."""
        if not self._log.exists():
            return []
        lines = [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]
        return [(line["message_id"], datetime.fromisoformat(line["at"])) for line in lines]

    def health(self) -> Health:
        """Always up."""
        return Health(is_up=True)

    def close(self) -> None:
        """Nothing to let go of."""
