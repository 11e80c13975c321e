"""Waiting for what the database says has happened, with a deadline: no test sleeps and hopes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from django.db import connections

from forbear.kernel.clock import stopwatch

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def wait_for(happened: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Ask until it has happened.

    Raises:
        AssertionError: it did not happen in time.
    """
    watch, pause = stopwatch(), Event()
    while not happened():
        assert watch() < seconds, f"after {seconds} s still not: {what}"
        pause.wait(0.01)


def wait_until_somebody_waits_for_a_lock(count: int = 1) -> None:
    """Until so many transactions are held up by another's lock."""

    def are_waiting() -> bool:
        with connections["owner"].cursor() as cursor:
            cursor.execute(WAITING)
            return bool(cursor.fetchone()[0] >= count)

    wait_for(are_waiting, f"{count} waiting for a lock")
