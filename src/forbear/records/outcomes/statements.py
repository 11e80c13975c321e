"""What came of contacts, as SQL: each goes from the rows of some days to what is known of their people, by the indexes of those
tables, so that the cost is that of the days asked for and not of the book.

Every promise and every payment belongs to one contact, the last before it with the right party: nothing is counted twice, and days,
channels and hours add up.
"""

from __future__ import annotations

from forbear.records.book_rows import NEVER_LEFT

PAID_WITHIN_DAYS = 7
"""For how many days after a contact money that came in is said to follow it: a convention, no effect."""
NOT_TO_COLLECT = ("service_reply", "statutory_notice")
"""Purposes of contacts that ask for no money: they are no attempts."""
NEVER_BEGUN = (*NEVER_LEFT, "claimed")
"""States of a contact that reached for nobody, or not yet."""

_BEGUN = f"c.state NOT IN ({', '.join(repr(each) for each in NEVER_BEGUN)})"
_ATTEMPT = f"""{{c}}.tenant_id = %(tenant)s AND {{c}}.direction = 'out'
    AND {{c}}.purpose NOT IN ({", ".join(repr(each) for each in NOT_TO_COLLECT)})
    AND {{c}}.state NOT IN ({", ".join(repr(each) for each in NEVER_BEGUN)})"""
ATTEMPT = _ATTEMPT.format(c="c")
"""Whether a contact ``c`` is an attempt: outbound, to collect, to locate or to remind, and begun."""
IN_PERIOD = "c.at >= %(start)s AND c.at < %(end)s"
LOCAL = "(c.at AT TIME ZONE %(zone)s)"

_LATER = f"""SELECT 1 FROM records_contact k
    WHERE {_ATTEMPT.format(c="k")} AND k.person_id = c.person_id AND k.is_right_party AND (k.at, k.id) > (c.at, c.id)"""

# From each contact to what followed it, whatever the planner thinks of going the other way: OFFSET keeps it from that.
PROMISED = f"""
CROSS JOIN LATERAL (
    SELECT q.promise_id, q.loan_id, q.verdict, q.amount_cents, l.currency FROM records_loan l
    JOIN records_promisetopay q ON q.tenant_id = %(tenant)s AND q.loan_id = l.loan_id AND q.made_on = {LOCAL}::date
        AND q.cancelled_on IS NULL AND NOT EXISTS (
            {_LATER} AND (k.loan_id IS NULL OR k.loan_id = q.loan_id) AND (k.at AT TIME ZONE %(zone)s)::date = q.made_on)
    WHERE l.tenant_id = %(tenant)s AND l.person_id = c.person_id AND (c.loan_id IS NULL OR l.loan_id = c.loan_id) OFFSET 0
) q
"""
"""Promises ``q`` of contacts ``c`` with the right party: made on its day, of its loan, and no later such contact that day."""

# When the money is known to have come, to the instant; of a day only, it came after a contact of an earlier day.
_KNOWN_AT = "coalesce(y.recorded_at, CASE WHEN NOT y.is_fed THEN y.accepted_at END)"
_AFTER = f"""(y.effective_on > ({{c}}.at AT TIME ZONE %(zone)s)::date AND coalesce({_KNOWN_AT} > {{c}}.at, true)
    OR y.effective_on = ({{c}}.at AT TIME ZONE %(zone)s)::date AND {_KNOWN_AT} > {{c}}.at)"""
PAID = f"""
CROSS JOIN LATERAL (
    SELECT y.payment_id, y.loan_id, y.status, y.amount_cents, l.currency FROM records_loan l
    JOIN records_payment y ON y.tenant_id = %(tenant)s AND y.loan_id = l.loan_id AND y.status = 'settled'
        AND y.effective_on <= {LOCAL}::date + {PAID_WITHIN_DAYS} AND {_AFTER.format(c="c")}
        AND NOT EXISTS ({_LATER} AND {_AFTER.format(c="k")})
    WHERE l.tenant_id = %(tenant)s AND l.person_id = c.person_id OFFSET 0
) y
"""
"""Payments ``y`` on any loan of the person, after a contact ``c`` with the right party and not after a later one."""


def whose(person: str) -> str:
    """The team and the agency of a person, by their open case or else their last, as ``w``."""
    return f"""
LEFT JOIN LATERAL (
    SELECT o.team, o.agency_id FROM records_case o WHERE o.tenant_id = %(tenant)s AND o.person_id = {person}
    ORDER BY o.closed_on IS NULL DESC, o.id DESC LIMIT 1
) w ON true
"""


HAD_A_CASE = """EXISTS (SELECT 1 FROM records_case o WHERE o.tenant_id = %(tenant)s AND o.person_id = l.person_id
    AND o.opened_on <= y.effective_on AND (o.closed_on IS NULL OR o.closed_on >= y.effective_on))"""
"""Whether the person of a loan ``l`` was overdue on the day of a payment ``y``."""
TEAM, AGENCY = "coalesce(w.team, '')", "coalesce(w.agency_id, '')"
_NAMES = "business_date, measure, team, agency_id, channel, hour, reason, currency, count, cents"
_KEYS = f"{LOCAL}::date, {{measure}}, {TEAM}, {AGENCY}, c.channel, extract(hour FROM {LOCAL})::int, '', '', count(*), 0"

CONTACTED = f"""
SELECT {_KEYS.format(measure="m.measure")}
FROM records_contact c {whose("c.person_id")}
CROSS JOIN LATERAL (VALUES
    ('attempts', true), ('reached', c.is_right_party), ('wrong_person', c.result = 'wrong_person' AND NOT c.is_right_party),
    ('unidentified', c.result IN ('conversation', 'met') AND NOT c.is_right_party)
) m(measure, holds)
WHERE {ATTEMPT} AND {IN_PERIOD} AND m.holds GROUP BY 1, 2, 3, 4, 5, 6
"""
FOLLOWED = f"""
SELECT {_KEYS.format(measure="m.measure")}
FROM records_contact c {PROMISED} {whose("c.person_id")}
CROSS JOIN LATERAL (VALUES ('promised', true), ('kept', q.verdict = 'kept'), ('broken', q.verdict = 'broken')) m(measure, holds)
WHERE {ATTEMPT} AND {IN_PERIOD} AND c.is_right_party AND m.holds GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT {_KEYS.format(measure="'paid'")}
FROM records_contact c {PAID} {whose("c.person_id")}
WHERE {ATTEMPT} AND {IN_PERIOD} AND c.is_right_party GROUP BY 1, 2, 3, 4, 5, 6
"""
RECEIVED = f"""
SELECT y.effective_on, 'received', {TEAM}, {AGENCY}, '', NULL::int, '', l.currency, count(*), sum(y.amount_cents)
FROM records_payment y JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = y.loan_id {whose("l.person_id")}
WHERE y.tenant_id = %(tenant)s AND y.status = 'settled' AND y.effective_on >= %(first)s AND y.effective_on < %(until)s
    AND {HAD_A_CASE} GROUP BY 1, 3, 4, 8
"""
COMPLAINED = f"""
SELECT (x.raised_at AT TIME ZONE %(zone)s)::date, 'complaints', {TEAM}, {AGENCY}, '', NULL::int, '', '', count(*), 0
FROM records_complaint x {whose("x.person_id")}
WHERE x.tenant_id = %(tenant)s AND x.raised_at >= %(start)s AND x.raised_at < %(end)s GROUP BY 1, 3, 4
UNION ALL
SELECT (x.recorded_at AT TIME ZONE %(zone)s)::date, 'opt_outs', {TEAM}, {AGENCY}, '', NULL::int, '', '', count(*), 0
FROM records_consent x {whose("x.person_id")}
WHERE x.tenant_id = %(tenant)s AND x.kind = 'channel_refusal' AND x.recorded_at >= %(start)s AND x.recorded_at < %(end)s
GROUP BY 1, 3, 4
"""

REASONS_APART = (
    """
    SELECT 'payment' AS reason, l.person_id, p.loan_id, p.accepted_at AS at, p.payment_id AS id, NULL::text AS channel
    FROM records_payment p JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = p.loan_id
    WHERE p.tenant_id = %(tenant)s AND p.status IN ('settled', 'in_flight')
        AND p.accepted_at >= %(start)s AND p.accepted_at < %(end)s""",
    """
    SELECT h.kind, h.person_id, h.loan_id, h.recorded_at, h.hold_id, NULL FROM records_hold h
    WHERE h.tenant_id = %(tenant)s AND h.recorded_at >= %(start)s AND h.recorded_at < %(end)s""",
    """
    SELECT 'refusal', n.person_id, NULL, n.recorded_at, n.consent_id, n.channel FROM records_consent n
    WHERE n.tenant_id = %(tenant)s AND n.kind = 'channel_refusal' AND n.recorded_at >= %(start)s AND n.recorded_at < %(end)s""",
    """
    SELECT 'arrangement', l.person_id, a.loan_id, a.recorded_at, a.arrangement_id, NULL
    FROM records_arrangement a JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = a.loan_id
    WHERE a.tenant_id = %(tenant)s AND a.recorded_at >= %(start)s AND a.recorded_at < %(end)s""",
)
"""What was accepted in a period that forbids contacts, by the tables that hold it: ``reason, person_id, loan_id, at, id, channel``."""
REASONS = "\n    UNION ALL".join(REASONS_APART)
# A contact was decided on the records of its permit: what was accepted before it was written is in its facts already. Wrongful is
# one that was permitted before, and began after.
AFTERWARDS = f"""
(
    SELECT DISTINCT ON (c.id) c.*, r.reason, r.at AS accepted_at FROM ({REASONS}) r
    JOIN records_contact c ON c.tenant_id = %(tenant)s AND c.person_id = r.person_id AND c.started_at > r.at
        AND c.direction = 'out' AND c.purpose <> 'service_reply' AND {_BEGUN}
        AND (r.loan_id IS NULL OR c.loan_id = r.loan_id) AND (r.channel IS NULL OR c.channel = r.channel)
    JOIN records_permit m ON m.permit_id = c.permit_id AND m.issued_at < r.at
    ORDER BY c.id, r.at, r.id
) c"""
"""Contacts that began after what forbids them, each once with the first that did: ``reason`` and ``accepted_at`` besides its own."""
UNPERMITTED = f"""{_BEGUN} AND c.tenant_id = %(tenant)s AND c.direction = 'out' AND c.permit_id IS NULL AND NOT c.is_fed
    AND c.started_at >= %(start)s AND c.started_at < %(end)s"""
SILENCED = f"""
SELECT (r.at AT TIME ZONE %(zone)s)::date, 'accepted', {TEAM}, {AGENCY}, '', NULL::int, r.reason, '', count(*), 0
FROM ({REASONS}) r {whose("r.person_id")} GROUP BY 1, 3, 4, 7
UNION ALL
SELECT (c.accepted_at AT TIME ZONE %(zone)s)::date, 'wrongful', {TEAM}, {AGENCY}, c.channel, extract(hour FROM {LOCAL})::int,
    c.reason, '', count(*), 0
FROM {AFTERWARDS} {whose("c.person_id")} GROUP BY 1, 3, 4, 5, 6, 7
UNION ALL
SELECT (c.started_at AT TIME ZONE %(zone)s)::date, 'unpermitted', {TEAM}, {AGENCY}, c.channel, extract(hour FROM {LOCAL})::int,
    '', '', count(*), 0
FROM records_contact c {whose("c.person_id")} WHERE {UNPERMITTED} GROUP BY 1, 3, 4, 5, 6
"""
COUNTED = (CONTACTED, FOLLOWED, RECEIVED, COMPLAINED, SILENCED)
"""Each gives rows as :data:`INSERT` takes them: business_date, measure, team, agency_id, channel, hour, reason, currency, count, cents."""
INSERT = f"INSERT INTO records_outcometally (tenant_id, {_NAMES}) SELECT %(tenant)s, x.* FROM ({{statement}}) x"
