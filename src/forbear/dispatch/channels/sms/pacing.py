"""When a part may go, and when to connect again: the waiting of a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiosmpplib.retrytimer import AbstractRetryTimer


class Pace:
    """Spaces parts evenly: the library's own limiter lets a whole second's parts go at once, then sleeps for a second."""

    def __init__(self, per_second_max: float) -> None:
        self._gap = 1 / per_second_max if per_second_max > 0 else 0.0
        self._next_at = 0.0

    async def wait(self) -> None:
        """Wait for the next place in the line."""
        if not self._gap:
            return
        now = asyncio.get_running_loop().time()
        begin = max(now, self._next_at)
        self._next_at = begin + self._gap
        if begin > now:
            await asyncio.sleep(begin - now)


class BackOff(AbstractRetryTimer):  # type: ignore[misc]  # the library has no types
    """Doubles the waiting between tries to connect, and tells when a line was made. The library asks it after each try."""

    def __init__(self, seconds_min: float, seconds_max: float, on_bound: Callable[[], None]) -> None:
        self._min, self._max, self._next, self._on_bound = seconds_min, seconds_max, seconds_min, on_bound

    async def wait(self) -> None:
        """Wait before the next try."""
        waiting, self._next = self._next, min(self._next * 2, self._max)
        await asyncio.sleep(waiting)

    def reset(self) -> None:
        """The line was made."""
        self._next = self._min
        self._on_bound()

    def next_delay(self) -> float:
        """Seconds until the next try."""
        return self._next
