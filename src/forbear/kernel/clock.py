"""The one module that reads the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251


class FixedClock:
    """A clock that stands still until moved: for practice and tests."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set it to another instant."""
        self._at = at.astimezone(UTC)


def stopwatch() -> Callable[[], float]:
    """A function that says how many seconds have passed since this call."""
    begun = time.perf_counter()
    return lambda: time.perf_counter() - begun
