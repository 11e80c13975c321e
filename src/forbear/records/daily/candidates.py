"""What a day found and only a person may let happen: each candidate becomes a request, asked by the day itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from forbear.records.lender import lender_settings
from forbear.records.models import Run

ASKER = "day"


def ask_for_candidates(run: Run, now: datetime) -> int:
    """Make a request of every visit that waits for approval, and of every referral to court; once, however often it is asked.

    Returns:
        How many are new.
    """
    days = timedelta(days=lender_settings(run.tenant_id, run.business_date).approval_days)
    values = {"tenant": run.tenant_id, "run": run.pk, "asker": ASKER, "expires": now + days}
    with connection.cursor() as cursor:
        made = 0
        for statement in (_VISITS, _REFERRALS):
            cursor.execute(statement, values)
            made += int(cursor.rowcount)
    return made


_VISITS = """
INSERT INTO records_approval
    (tenant_id, approval_id, kind, person_id, loan_id, act_id, terms, reason, asked_by, expires_at, decision, decided_by,
     decision_reason)
SELECT %(tenant)s, t.act_id, 'visit', t.person_id, t.loan_id, t.act_id, '{}', coalesce(nullif(t.reason, ''), 'needs_approval'),
    %(asker)s, greatest(t.latest_at, t.earliest_at), '', '', ''
FROM records_act t WHERE t.tenant_id = %(tenant)s AND t.run_id = %(run)s AND t.state = 'waits' AND t.channel = 'visit'
ORDER BY t.act_id
ON CONFLICT DO NOTHING
"""
_REFERRALS = """
INSERT INTO records_approval
    (tenant_id, approval_id, kind, person_id, loan_id, terms, reason, asked_by, expires_at, decision, decided_by, decision_reason)
SELECT %(tenant)s, md5('referral:' || d.tenant_id || ':' || d.loan_id || ':' || d.business_date)::uuid, 'legal_referral',
    d.person_id, d.loan_id, '{}', coalesce(nullif(d.reason, ''), 'needs_approval'), %(asker)s, %(expires)s, '', '', ''
FROM records_decision d WHERE d.tenant_id = %(tenant)s AND d.run_id = %(run)s AND d.status = 'candidate'
    AND d.treatment = 'legal_referral_candidate'
    AND NOT EXISTS (SELECT 1 FROM records_approval a WHERE a.tenant_id = %(tenant)s AND a.kind = 'legal_referral'
        AND a.loan_id = d.loan_id AND a.expires_at > now() AND a.decision IN ('', 'approved'))
ORDER BY d.loan_id
ON CONFLICT DO NOTHING
"""
