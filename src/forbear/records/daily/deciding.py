"""What a day decided, written down: a row a decision, and the cases that are opened, led on and closed."""

from __future__ import annotations

from datetime import date

from django.db import connection

from forbear.records.models import Run

CLOSED_REASONS = ("cured", "settled", "gone")
"""Nothing overdue any more; nothing owed any more; no loan in the book any more."""


def write_decisions(run: Run) -> int:
    """The rows of ``day_plan`` as decisions of a run, in the place of any that it left; says how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_decision WHERE tenant_id = %s AND run_id = %s", [run.tenant_id, run.pk])
        cursor.execute(_DECISIONS, [run.tenant_id, run.pk, run.business_date])
        return int(cursor.rowcount)


def write_cases(tenant: str, as_of: date) -> dict[str, int]:
    """One open case for each person with something overdue in ``day_facts``, and none for others: opened, led on, closed.

    Whoever a case is assigned to keeps it.
    """
    values = {"tenant": tenant, "day": as_of}
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE)
        for name, statement in (("closed", _CLOSE), ("led_on", _LEAD_ON), ("opened", _OPEN)):
            cursor.execute(statement, values)
            counts[name] = int(cursor.rowcount)
    return counts


_DECISIONS = """
INSERT INTO records_decision
    (tenant_id, run_id, business_date, loan_id, person_id, act, status, treatment, channel, reason, reason_rule, verdict, duties)
SELECT %s, %s, %s, loan_id, person_id, act, status, treatment, channel, reason, reason_rule, verdict, duties FROM day_plan
"""
_OVERDUE = """
CREATE TEMP TABLE day_overdue ON COMMIT DROP AS
SELECT f.person_id, sum(f.overdue_cents)::bigint AS overdue_cents, max(f.days_past_due) AS days_past_due,
    coalesce((array_agg(f.team ORDER BY f.overdue_cents DESC, f.loan_id) FILTER (WHERE f.team IS NOT NULL))[1], '') AS team,
    coalesce((array_agg(f.agency_id ORDER BY f.overdue_cents DESC, f.loan_id) FILTER (WHERE f.agency_id IS NOT NULL))[1], '')
        AS agency_id,
    coalesce((array_agg(p.stage ORDER BY f.days_past_due DESC, f.loan_id) FILTER (WHERE p.stage IS NOT NULL))[1], '') AS stage
FROM day_facts f LEFT JOIN (SELECT DISTINCT loan_id, stage FROM day_plan) p ON p.loan_id = f.loan_id
WHERE f.is_open AND f.days_past_due > 0 GROUP BY f.person_id
"""
_CLOSE = """
UPDATE records_case c SET closed_on = %(day)s, updated_at = now(), closed_reason = CASE
    WHEN NOT EXISTS (SELECT 1 FROM day_facts f WHERE f.person_id = c.person_id) THEN 'gone'
    WHEN NOT EXISTS (SELECT 1 FROM day_facts f WHERE f.person_id = c.person_id AND f.is_open) THEN 'settled' ELSE 'cured' END
WHERE c.tenant_id = %(tenant)s AND c.closed_on IS NULL
    AND NOT EXISTS (SELECT 1 FROM day_overdue o WHERE o.person_id = c.person_id)
"""
_LEAD_ON = """
UPDATE records_case c SET overdue_cents = o.overdue_cents, days_past_due = o.days_past_due, stage = o.stage, team = o.team,
    agency_id = o.agency_id, updated_at = now()
FROM day_overdue o WHERE c.tenant_id = %(tenant)s AND c.closed_on IS NULL AND c.person_id = o.person_id
    AND (c.overdue_cents, c.days_past_due, c.stage, c.team, c.agency_id)
        IS DISTINCT FROM (o.overdue_cents, o.days_past_due, o.stage, o.team, o.agency_id)
"""
_OPEN = """
INSERT INTO records_case
    (tenant_id, person_id, opened_on, closed_reason, stage, team, agency_id, assigned_to, overdue_cents, days_past_due)
SELECT %(tenant)s, o.person_id, %(day)s, '', o.stage, o.team, o.agency_id, '', o.overdue_cents, o.days_past_due FROM day_overdue o
WHERE NOT EXISTS (
    SELECT 1 FROM records_case c WHERE c.tenant_id = %(tenant)s AND c.person_id = o.person_id AND c.closed_on IS NULL)
"""
