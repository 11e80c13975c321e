"""What a day planned, queued as acts: once, however often it is queued."""

from __future__ import annotations

from django.db import connection

from forbear.records.models import Run


def queue_acts(run: Run) -> dict[str, int]:
    """Withdraw what earlier days planned and nobody did, and queue the rows of ``day_plan``: ``planned`` ones to be done, candidates
    to wait for a person's approval. An act's id comes from what it is, so that one that is there already stays as it is.

    Nothing is queued about people whose data may not be used.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, [run.tenant_id, run.business_date])
        counts = {"withdrawn": int(cursor.rowcount)}
        cursor.execute(_QUEUE, {"tenant": run.tenant_id, "run": run.pk, "day": run.business_date})
        counts["queued"] = int(cursor.rowcount)
    return counts


_WITHDRAW = """
UPDATE records_act SET state = 'withdrawn', reason = 'day_over', changed_at = now()
WHERE tenant_id = %s AND state IN ('queued', 'waits') AND business_date < %s AND run_id IS NOT NULL
"""
_QUEUE = """
INSERT INTO records_act
    (act_id, tenant_id, run_id, person_id, loan_id, business_date, channel, purpose, treatment, template, offer, contact_point_id,
     actor_kind, agency_id, earliest_at, latest_at, basis_digest, state, reason, reason_rule, tries_count)
SELECT d.act_id, %(tenant)s, %(run)s, d.person_id, d.loan_id, %(day)s, d.channel, coalesce(d.purpose, 'collection'),
    coalesce(d.treatment, ''), coalesce(d.template, ''), coalesce(d.offer, ''), coalesce(d.contact_point_id, ''),
    CASE WHEN d.agency_id IS NULL THEN 'lender' ELSE 'agency' END, coalesce(d.agency_id, ''), d.earliest_at, d.latest_at,
    d.basis_digest, CASE d.status WHEN 'planned' THEN 'queued' ELSE 'waits' END,
    CASE d.status WHEN 'planned' THEN '' ELSE coalesce(d.reason, '') END,
    CASE d.status WHEN 'planned' THEN '' ELSE coalesce(d.reason_rule, '') END, 0
FROM day_plan d JOIN records_person p ON p.tenant_id = %(tenant)s AND p.person_id = d.person_id
WHERE d.act_id IS NOT NULL AND p.restricted_at IS NULL AND p.erased_at IS NULL
ON CONFLICT (act_id) DO NOTHING
"""
