"""In whose name the database is asked: a tenant, an actor, and how far the actor sees. Without a scope it shows nothing.

The policies are in the database (migration 0002): this only tells it who asks, for one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

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


_current: ContextVar[Scope | None] = ContextVar("forbear_scope", default=None)


@contextmanager
def acting(scope: Scope) -> Iterator[Scope]:
    """One transaction in a scope; all or nothing. Inside another, the scope is narrowed for its length and then given back."""
    outer = _current.get()
    with transaction.atomic():
        _tell(scope)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
            if outer is not None and not connection.needs_rollback:
                _tell(outer)


def current_scope() -> Scope:
    """The scope of this transaction.

    Raises:
        UsageError: ``no_scope`` outside of :func:`acting`.
    """
    scope = _current.get()
    if scope is None:
        raise UsageError("no_scope", "The records are asked in nobody's name.", do="Use acting(Scope(...)).")
    return scope


def _tell(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('forbear.tenant', %s, true), set_config('forbear.actor', %s, true),"
            " set_config('forbear.reach', %s, true), set_config('forbear.team', %s, true),"
            " set_config('forbear.agency', %s, true)",
            [scope.tenant, scope.actor, scope.reach, scope.team, scope.agency_id],
        )
