"""What the database's clock wrote during a practice day, moved to the instant at which that day is thought to have been.

For a tenant made for practice only: its history is made in a minute, and would otherwise have happened within that minute. The
audit and the permits are not touched: the database lets nobody change them, and they say when they were really written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from psycopg import sql

from forbear.kernel.errors import UsageError
from forbear.records.actions.silence import moment
from forbear.records.scope import Scope, acting

PRACTICE = "practice-"
"""How the code of a tenant begins that is made for practice."""
CLOCKED: Mapping[str, tuple[str, ...]] = {
    "records_act": ("created_at", "changed_at"),
    "records_contact": ("started_at", "recorded_at"),
    "records_inbound": ("heard_at",),
    "records_payment": ("accepted_at", "recorded_at"),
    "records_hold": ("recorded_at",),
    "records_consent": ("recorded_at",),
    "records_complaint": ("raised_at", "answered_at"),
    "records_dispute": ("raised_at", "answered_at"),
    "records_arrangement": ("recorded_at",),
    "records_promisetopay": ("judged_at",),
    "records_run": ("begun_at", "ended_at"),
    "records_import": ("begun_at", "ended_at"),
    "records_case": ("updated_at",),
}
"""The columns that the database's own clock fills, by table."""


@contextmanager
def as_of(scope: Scope, at: datetime) -> Iterator[None]:
    """What is written inside is written as of an instant: all that came after each other still does.

    Raises:
        UsageError: ``no_practice`` for a tenant that is not made for practice.
    """
    if not scope.tenant.startswith(PRACTICE):
        do = f"Only a tenant whose code begins with {PRACTICE} is."
        raise UsageError("no_practice", "The tenant is not made for practice.", do=do, tenant=scope.tenant)
    with acting(scope):
        since = moment()
    yield
    with acting(scope), connection.cursor() as cursor:
        for table, columns in CLOCKED.items():
            for column in columns:
                cursor.execute(
                    sql.SQL("UPDATE {0} SET {1} = {1} + %s WHERE tenant_id = %s AND {1} >= %s").format(
                        sql.Identifier(table), sql.Identifier(column)
                    ),
                    [at - since, scope.tenant, since],
                )
