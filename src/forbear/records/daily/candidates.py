"""What a day found and only a person may let happen: each candidate becomes a request, asked by the day itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from forbear.records.lender import lender_settings
from forbear.records.models import Run

ASKER = "day"


def ask_for_candidates(run: Run, now: datetime) -> int:
    """Make a request of every act that waits for approval, and of every referral; once, however often it is asked.

    Earlier days' requests whose act was withdrawn with their day are closed first.

    Returns:
        How many are new.
    """
    days = timedelta(days=lender_settings(run.tenant_id).approval_days)
    values = {
        "tenant": run.tenant_id, "run": run.pk, "day": run.business_date, "asker": ASKER, "expires": now + days,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, values)
        made = 0
        for statement in (_ACTS, _REFERRALS):
            cursor.execute(statement, values)
            made += int(cursor.rowcount)
    return made


_CLOSE = """
UPDATE records_approval a SET state = 'expired' FROM records_act t
WHERE a.tenant_id = %(tenant)s AND a.state = 'waits' AND a.asked_by = %(asker)s
    AND t.tenant_id = %(tenant)s AND t.act_id = a.act_id AND t.state <> 'waits'
"""
_ACTS = """
INSERT INTO records_approval
    (tenant_id, approval_id, kind, person_id, loan_id, act_id, asked, asked_by, expires_at)
SELECT %(tenant)s, t.act_id, CASE t.channel WHEN 'visit' THEN 'visit' ELSE 'contact' END, t.person_id, t.loan_id, t.act_id,
    jsonb_build_object('channel', t.channel, 'treatment', t.treatment, 'reason', t.reason, 'rule', t.reason_rule),
    %(asker)s, greatest(t.latest_at, t.earliest_at)
FROM records_act t WHERE t.tenant_id = %(tenant)s AND t.run_id = %(run)s AND t.state = 'waits'
ORDER BY t.act_id
ON CONFLICT DO NOTHING
"""
_REFERRALS = """
INSERT INTO records_approval (tenant_id, approval_id, kind, person_id, loan_id, asked, asked_by, expires_at)
SELECT %(tenant)s, md5('referral:' || d.tenant_id || ':' || d.loan_id || ':' || d.business_date)::uuid,
    CASE d.treatment WHEN 'agency_candidate' THEN 'agency_referral' ELSE 'legal_referral' END, d.person_id, d.loan_id,
    jsonb_build_object('treatment', d.treatment, 'reason', d.reason, 'rule', d.reason_rule), %(asker)s, %(expires)s
FROM records_decision d WHERE d.tenant_id = %(tenant)s AND d.run_id = %(run)s AND d.status = 'candidate'
    AND d.treatment IN ('legal_referral_candidate', 'agency_candidate')
ORDER BY d.loan_id
ON CONFLICT DO NOTHING
"""
