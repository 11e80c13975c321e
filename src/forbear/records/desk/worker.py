"""Who is at work: a lock that the database itself lets go of when a worker dies, however it dies."""

from __future__ import annotations

import zlib
from types import TracebackType
from typing import Self
from uuid import uuid4

import psycopg
from django.db import connections

_SPACE = 7147
"""The first half of the lock's key, so that it meets no other lock of this kind."""


class WorkerIdentity:
    """A name for one process, alive as long as its own connection to the database is."""

    def __init__(self) -> None:
        self.name = uuid4().hex
        settings = connections["default"].get_connection_params()
        settings.pop("cursor_factory", None)
        settings.pop("context", None)
        self._connection = psycopg.connect(**settings, autocommit=True)
        self._connection.execute("SELECT pg_advisory_lock(%s, %s)", [_SPACE, _key(self.name)])

    def is_alive(self) -> bool:
        """Whether the database still knows it: after a restart of the database it does not, and the process must begin anew."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """End the work."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def living(names: set[str]) -> set[str]:
    """Those of the workers that are still at work."""
    held = _held()
    # pg_locks shows the key as unsigned.
    return {name for name in names if _key(name) % 2**32 in held}


def anybody_at_work() -> bool:
    """Whether any worker is at work on this database."""
    return bool(_held())


def _held() -> set[int]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted", [_SPACE]
        )
        return {int(row[0]) for row in cursor.fetchall()}


def _key(name: str) -> int:
    """The name as a signed 32-bit number."""
    number = zlib.crc32(name.encode())
    return number - 2**32 if number >= 2**31 else number
