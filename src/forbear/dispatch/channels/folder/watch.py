"""Looks after a folder from time to time, until it is told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from forbear.dispatch.channel import Health
from forbear.dispatch.channels.folder.exchange import Exchange

LOG = logging.getLogger(__name__)


class Watch:
    """Calls ``look`` every ``seconds`` on a thread of its own. Trouble does not end it: it looks again."""

    def __init__(self, name: str, look: Callable[[], object], seconds: float) -> None:
        self._look, self._seconds = look, seconds
        self.trouble = ""
        """Why the last look was not finished, as a code; empty where it was."""
        self._stop = Event()
        self._thread = Thread(target=self._run, name=f"watch {name}", daemon=True)

    def start(self) -> None:
        """Begin; the first look is after as long as every other."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the look that was begun, and end. It may be called again."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._look()
                self.trouble = ""
            except Exception as error:
                # Whoever hears may be out of reach for a while, by any error of theirs; what was not heard is told again.
                # The kind alone is logged: words may be personal.
                self.trouble = "inbox_unread"
                LOG.warning("a shared folder was not looked through: %s", type(error).__name__)


def health_of(exchange: Exchange, watch: Watch, *, is_open: bool) -> Health:
    """Whether the shared folder can be written and was looked through; how many entries wait to be taken."""
    reason = exchange.trouble() if is_open else "closed"
    waiting_count = 0 if reason else exchange.waiting_count()
    return Health(not reason, reason or watch.trouble, waiting_count)
