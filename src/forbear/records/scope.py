"""In whose name the database is asked: a tenant, an actor, and how far the actor sees. Without a scope it shows nothing.

The policies are in the database (migration 0002): this only tells it who asks, for one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from forbear.kernel.errors import UsageError

REACHES = ("all", "team", "agency", "own")


@dataclass(frozen=True)
class Scope:
    """Who asks. ``reach`` is ``all`` of the tenant, a ``team``, an ``agency``, or the actor's ``own`` cases."""

    tenant: str
    actor: str
    reach: str = "all"
    team: str = ""
    agency_id: str = ""

    def __post_init__(self) -> None:
        if self.reach not in REACHES:
            raise ValueError(f"a scope reaches one of {', '.join(REACHES)}, not {self.reach!r}")


NOBODY = Scope("", "", "own")
"""Who sees nothing."""


class Pending(list[Any]):
    """What is written at the very end of a transaction, and how. What a part of it that failed left behind is forgotten."""

    write: Callable[[list[Any]], None] | None = None


_current: ContextVar[Scope | None] = ContextVar("forbear_scope", default=None)
_pending: ContextVar[Pending | None] = ContextVar("forbear_pending", default=None)


@contextmanager
def acting(scope: Scope) -> Iterator[Scope]:
    """One transaction in a scope; all or nothing. Inside another transaction, what stood before stands again afterwards.

    Raises:
        UsageError: ``other_tenant`` inside the scope of another lender.
    """
    outer, pending = _current.get(), _pending.get()
    if outer is not None and outer.tenant != scope.tenant:
        do = "End the first transaction before."
        raise UsageError("other_tenant", "One transaction is about one lender.", do=do, tenant=scope.tenant)
    is_inner, mine = connection.in_atomic_block, Pending() if pending is None else pending
    kept = len(mine)
    tokens = _current.set(scope), _pending.set(mine)
    try:
        with transaction.atomic():
            is_told = is_inner and outer == scope
            if not is_told:
                _tell(scope)
            yield scope
            if pending is None and mine and mine.write:
                # What is written about a deed is not limited by how far its doer sees.
                if scope != Scope(scope.tenant, scope.actor):
                    _tell(Scope(scope.tenant, scope.actor))
                mine.write(list(mine))
            if is_inner and not is_told:
                # After a failure the database puts it back itself, with the savepoint.
                _tell(outer or NOBODY)
    except BaseException:
        del mine[kept:]
        raise
    finally:
        _current.reset(tokens[0])
        _pending.reset(tokens[1])


def at_the_end(write: Callable[[list[Any]], None], items: Iterable[Any]) -> None:
    """Have items written when the transaction ends, all at once: locks that everybody needs are then held for a moment only,
    and always taken last.

    Raises:
        UsageError: ``no_scope`` outside of :func:`acting`.
    """
    pending = _pending.get()
    if pending is None:
        raise UsageError("no_scope", "The records are written in nobody's name.", do="Use acting(Scope(...)).")
    pending.write = write
    pending.extend(items)


def current_scope() -> Scope:
    """The scope of this transaction.

    Raises:
        UsageError: ``no_scope`` outside of :func:`acting`.
    """
    scope = _current.get()
    if scope is None:
        raise UsageError("no_scope", "The records are asked in nobody's name.", do="Use acting(Scope(...)).")
    return scope


def is_acting() -> bool:
    """Whether the records are asked in somebody's name now."""
    return _current.get() is not None


def at_once(scope: Scope, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement as a transaction of its own in a scope: one message to the server and back, where
    :func:`acting` takes five. Within a transaction it is a part of that."""
    if connection.in_atomic_block:
        with acting(scope), connection.cursor() as cursor:
            cursor.execute(statement, values)
            inside: list[tuple[Any, ...]] = cursor.fetchall()
        return inside
    with connection.cursor() as cursor:
        # Statements that are sent together are one transaction.
        cursor.execute(f"{_TELL}; {statement}", [*_told(scope), *values])
        cursor.nextset()
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


_TELL = (
    "SELECT set_config('forbear.tenant', %s, true), set_config('forbear.actor', %s, true),"
    " set_config('forbear.reach', %s, true), set_config('forbear.team', %s, true), set_config('forbear.agency', %s, true)"
)


def _told(scope: Scope) -> list[str]:
    return [scope.tenant, scope.actor, scope.reach, scope.team, scope.agency_id]


def _tell(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, _told(scope))
