"""The figures of open cases by which worklists are ordered and filtered, each counted from the rows that it stands for.

They say nothing of today: what is due or over is asked with the day in hand, so that the same figures serve every day. After a
day's run they are made for all cases, and for one person with everything that changes them in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from forbear.records.scope import Scope, acting, current_scope


def refresh_work(tenant: str, person_ids: Sequence[str] | None = None) -> int:
    """Count the figures of the open cases of some people anew, or of all; says how many cases changed.

    What others did counts, whether or not the one who acts may see it.
    """
    given = {"tenant": tenant, "people": None if person_ids is None else list(person_ids)}
    with acting(Scope(tenant, current_scope().actor)), connection.cursor() as cursor:
        with _loops(cursor, "on"):  # case by case, by their indexes
            cursor.execute(_REFRESH, given)
            changed = set(cursor.fetchall())
        # The acts of a day are counted in the transaction that queues them. The planner knows of none yet, and would go through
        # all of them for each case.
        with _loops(cursor, "off" if person_ids is None else "on"):
            cursor.execute(_REFRESH_ACTS, given)
            changed |= set(cursor.fetchall())
        return len(changed)


@contextmanager
def _loops(cursor: Any, state: str) -> Iterator[None]:
    """Whether the planner may join in loops, whatever the transaction had it do before and after."""
    cursor.execute("SELECT current_setting('enable_nestloop'), set_config('enable_nestloop', %s, true)", [state])
    ((before, _),) = cursor.fetchall()
    yield
    cursor.execute("SELECT set_config('enable_nestloop', %s, true)", [before])


# Counted first and written afterwards: the walls make the planner take all cases for a few, and it would count them for each again.
_REFRESH = """
WITH found AS MATERIALIZED (
    SELECT c.id, k.called_at, k.reached_at, p.promise_due_on, p.promise_cents, a.plan_due_on,
        CASE WHEN k.called_at IS NULL OR k.next_at > k.called_at THEN k.next_at END AS callback_at,
        CASE WHEN p.promise_due_on IS NULL AND (k.reached_at IS NULL OR p.broken_after > k.reached_at) THEN p.broken_on END
            AS promise_broken_on
    FROM records_case c
    CROSS JOIN LATERAL (
        SELECT max(at) FILTER (WHERE channel = 'voice_agent' AND direction = 'out' AND state NOT IN ('failed', 'refused'))
                AS called_at,
            max(at) FILTER (WHERE is_right_party) AS reached_at, max(next_at) AS next_at
        FROM records_contact WHERE tenant_id = c.tenant_id AND person_id = c.person_id
    ) k
    CROSS JOIN LATERAL (
        SELECT min(q.due_on) FILTER (WHERE q.verdict = 'open') AS promise_due_on,
            (array_agg(q.amount_cents ORDER BY q.due_on, q.promise_id) FILTER (WHERE q.verdict = 'open'))[1] AS promise_cents,
            max(q.due_on) FILTER (WHERE q.verdict = 'broken') AS broken_on,
            max((q.due_on + q.grace_days + 1)::timestamp AT TIME ZONE 'UTC') FILTER (WHERE q.verdict = 'broken') AS broken_after
        FROM records_loan l JOIN records_promisetopay q ON q.tenant_id = l.tenant_id AND q.loan_id = l.loan_id
        WHERE l.tenant_id = c.tenant_id AND l.person_id = c.person_id AND q.cancelled_on IS NULL
    ) p
    CROSS JOIN LATERAL (
        SELECT min(x.due_on) AS plan_due_on
        FROM records_loan l
        JOIN records_arrangement r ON r.tenant_id = l.tenant_id AND r.loan_id = l.loan_id
            AND r.signed_on IS NOT NULL AND r.breached_on IS NULL
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(y.amount_cents), 0) AS paid_cents FROM records_payment y
            WHERE y.tenant_id = l.tenant_id AND y.loan_id = l.loan_id AND y.status = 'settled' AND y.effective_on >= r.signed_on
        ) m
        CROSS JOIN LATERAL (
            SELECT i.due_on, sum(i.principal_cents + i.interest_cents + i.penalty_cents + i.fee_cents)
                OVER (ORDER BY i.due_on, i.instalment_number) AS so_far_cents
            FROM records_instalment i
            WHERE i.tenant_id = l.tenant_id AND i.loan_id = l.loan_id AND i.due_on >= r.signed_on
                AND (r.ends_on IS NULL OR i.due_on < r.ends_on)
        ) x
        WHERE l.tenant_id = c.tenant_id AND l.person_id = c.person_id AND x.so_far_cents > m.paid_cents
    ) a
    WHERE c.tenant_id = %(tenant)s AND c.closed_on IS NULL AND (%(people)s::text[] IS NULL OR c.person_id = ANY(%(people)s))
)
UPDATE records_case c SET called_at = f.called_at, reached_at = f.reached_at, callback_at = f.callback_at,
    promise_due_on = f.promise_due_on, promise_cents = f.promise_cents, promise_broken_on = f.promise_broken_on,
    plan_due_on = f.plan_due_on
FROM found f WHERE f.id = c.id AND c.tenant_id = %(tenant)s
    AND (c.called_at, c.reached_at, c.callback_at, c.promise_due_on, c.promise_cents, c.promise_broken_on, c.plan_due_on)
    IS DISTINCT FROM
        (f.called_at, f.reached_at, f.callback_at, f.promise_due_on, f.promise_cents, f.promise_broken_on, f.plan_due_on)
RETURNING c.id
"""
_REFRESH_ACTS = """
WITH found AS MATERIALIZED (
    SELECT c.id, max(a.business_date) AS act_on
    FROM records_case c
    LEFT JOIN records_act a ON a.tenant_id = c.tenant_id AND a.person_id = c.person_id AND a.run_id IS NOT NULL
        AND (a.state = 'waits' OR (a.state = 'queued' AND a.channel IN ('voice_agent', 'visit')))
    WHERE c.tenant_id = %(tenant)s AND c.closed_on IS NULL AND (%(people)s::text[] IS NULL OR c.person_id = ANY(%(people)s))
    GROUP BY c.id
)
UPDATE records_case c SET act_on = f.act_on
FROM found f WHERE f.id = c.id AND c.tenant_id = %(tenant)s AND c.act_on IS DISTINCT FROM f.act_on
RETURNING c.id
"""
