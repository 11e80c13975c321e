"""Is what came of a period's contacts asked by the indexes of that period, and never by reading a whole table?"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from records_cast import NOON, TODAY

from forbear.records.outcomes import statements
from forbear.records.outcomes.counting import DAYS_AGAIN, DAYS_AT_ONCE, _due, period_values
from forbear.records.scope import acting

ASKED = ("CONTACTED", "FOLLOWED", "RECEIVED", "COMPLAINED", "SILENCED")
BY = {
    "payment": ("effective_on", "accepted_at", "loan_id"), "contact": ("at", "started_at", "person_id"), "hold": ("recorded_at",),
    "arrangement": ("recorded_at",), "consent": ("recorded_at",), "complaint": ("raised_at",), "promisetopay": ("due_on", "loan_id"),
    "case": ("person_id",), "outcometally": ("business_date",),
}  # fmt: skip


def test_no_table_is_read_whole_for_a_few_days(tenant, cast, scope):
    """A book as small as this the server would read whole: it is told that this is dear, as on a large one it is."""
    given = period_values(tenant, TODAY - timedelta(days=5), TODAY, "Asia/Shanghai")
    whole = []
    with acting(scope), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for name in ASKED:
            cursor.execute(f"EXPLAIN {getattr(statements, name)}", given)
            whole += [f"{name}: {row[0]}" for row in cursor.fetchall() if "Seq Scan on records_" in row[0]]
    assert whole == []


def test_every_table_has_an_index_on_the_day_it_is_asked_by(records):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        found = [row[0] for row in cursor.fetchall()]
    for table, columns in BY.items():
        for column in columns:
            begins = f"ON public.records_{table} USING btree (tenant_id, {column}"
            assert [each for each in found if begins in each], (table, column)


def test_a_day_is_counted_again_while_it_may_change():
    """Today by the hour, others once a day for as long as money and verdicts come, and none before there was anything."""
    now, first = NOON, TODAY - timedelta(days=DAYS_AT_ONCE)
    since = (now - timedelta(hours=1), now - timedelta(hours=12))

    def due(counted: dict[date, object]) -> list[int]:
        return [(TODAY - day).days for day in _due(first, TODAY, since, counted)]

    assert due({}) == list(range(DAYS_AT_ONCE + 1))
    lately = {TODAY - timedelta(days=back): now - timedelta(minutes=10) for back in range(DAYS_AT_ONCE + 1)}
    assert due(lately) == []
    yesterday = {day: now - timedelta(hours=13) for day in lately}
    assert due(yesterday) == list(range(DAYS_AGAIN + 1))
    assert due(yesterday | {TODAY: now - timedelta(minutes=59)}) == list(range(1, DAYS_AGAIN + 1))
