"""Is what came of a period's contacts asked by the indexes of that period, and never by reading a whole table?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, connections
from records_cast import TODAY

from forbear.records.outcomes import statements
from forbear.records.outcomes.counting import period_values
from forbear.records.scope import acting

BY = {
    "CONTACTED": {"contact_out"}, "FOLLOWED": {"contact_out", "promise_loan", "payment_loan"}, "RECEIVED": {"payment_effective"},
    "COMPLAINED": {"complaint_raised", "consent_refused"},
    "SILENCED": {"payment_accepted", "hold_recorded", "consent_refused", "arrangement_recorded", "contact_started"},
}  # fmt: skip
# A year of money and of plans, so that reading all of it would cost more than a few days of it.
MANY = (
    """INSERT INTO records_payment (tenant_id, payment_id, loan_id, amount_cents, effective_on, status, accepted_at, is_fed)
    SELECT %s, 'many-' || n, 'L-mine', 1, date '2026-11-23' - n %% 365, 'settled', timestamptz '2026-11-23' - n %% 365 * interval '1 day',
    true FROM generate_series(1, 4000) n""",
    """INSERT INTO records_arrangement (tenant_id, arrangement_id, loan_id, kind, form, recorded_at, is_fed)
    SELECT %s, 'many-' || n, 'L-mine', 'deferment', 'written', timestamptz '2026-11-23' - n %% 365 * interval '1 day', true
    FROM generate_series(1, 4000) n""",
)


@pytest.fixture
def many(tenant, cast):
    """Rows as a long-lived book has them; the guards of versions are not what is looked at."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in MANY:
            cursor.execute(statement, [tenant])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE records_payment, records_arrangement")


def test_a_period_is_asked_by_its_days(many, tenant, scope):
    """By the indexes of each table's own days; on a book as small as this the server must be told that reading it whole is dear."""
    given = period_values(tenant, TODAY - timedelta(days=5), TODAY, "Asia/Shanghai")
    missing, whole = {}, []
    with acting(scope), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for name, indexes in BY.items():
            cursor.execute(f"EXPLAIN {getattr(statements, name)}", given)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            missing[name] = {index for index in indexes if index not in plan}
            whole += [f"{name}: {line}" for line in plan.splitlines() if "Seq Scan on records_" in line]
    assert whole == []
    assert {name: left for name, left in missing.items() if left} == {}
