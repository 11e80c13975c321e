"""The questions by which a day's contacts are looked at, as SQL. Each goes from the day's contacts to what is known of their
people, by the indexes of those tables, so that the cost is that of the day and not of the book."""

from __future__ import annotations

TIMEZONES = "SELECT name FROM pg_timezone_names"

CONTACTS = """
    SELECT c.*, coalesce(c.started_at, c.at) AS began_at FROM records_contact c
    WHERE c.tenant_id = %(tenant)s AND c.at >= %(start)s AND c.at < %(end)s AND c.direction = 'out' AND NOT c.is_fed
        AND c.state NOT IN ('claimed', 'failed')
"""
_INSERT = """
INSERT INTO records_conductfinding
    (tenant_id, kind, contact_id, person_id, at, channel, agency_id, staff_id, reason, seconds_after, closed_by, closed_reason)
"""
_ONCE = " ON CONFLICT (tenant_id, contact_id, kind) DO NOTHING"
_WHO = "c.contact_id, c.person_id, c.began_at, c.channel, c.agency_id, c.staff_id"

WITHOUT_PERMIT = f"""
WITH day AS ({CONTACTS})
{_INSERT}
SELECT %(tenant)s, 'without_permit', {_WHO}, '', NULL, '', '' FROM day c WHERE c.permit_id IS NULL
{_ONCE}
"""

# What was accepted after the permit was given, and before the contact began: the contact should have been stopped. Without a permit,
# what stood in force when it began.
AFTER_SILENCE = f"""
WITH day AS ({CONTACTS} AND c.purpose <> 'service_reply')
{_INSERT}
SELECT %(tenant)s, 'after_silence', {_WHO}, r.reason, greatest(0, extract(epoch FROM c.began_at - r.at))::bigint, '', ''
FROM day c LEFT JOIN records_permit m ON m.permit_id = c.permit_id
JOIN LATERAL (
    SELECT 'payment' AS reason, p.accepted_at AS at FROM records_payment p
        WHERE p.tenant_id = %(tenant)s AND p.loan_id = c.loan_id AND p.status IN ('settled', 'in_flight')
            AND p.accepted_at < c.began_at AND m.issued_at < p.accepted_at
    UNION ALL
    SELECT h.kind, h.recorded_at FROM records_hold h
        WHERE h.tenant_id = %(tenant)s AND h.person_id = c.person_id AND h.recorded_at < c.began_at
            AND (h.loan_id IS NULL OR h.loan_id = c.loan_id)
            AND (m.issued_at < h.recorded_at
                OR (m.permit_id IS NULL AND h.starts_on <= %(day)s AND (h.ends_on IS NULL OR h.ends_on > %(day)s)))
    UNION ALL
    SELECT 'refusal', n.recorded_at FROM records_consent n
        WHERE n.tenant_id = %(tenant)s AND n.person_id = c.person_id AND n.kind = 'channel_refusal'
            AND n.recorded_at < c.began_at AND (n.channel IS NULL OR n.channel = c.channel)
            AND (m.issued_at < n.recorded_at OR (m.permit_id IS NULL AND (n.revoked_at IS NULL OR n.revoked_at > c.began_at)))
    UNION ALL
    SELECT 'arrangement', a.recorded_at FROM records_arrangement a
        WHERE a.tenant_id = %(tenant)s AND a.loan_id = c.loan_id AND a.recorded_at < c.began_at AND m.issued_at < a.recorded_at
    UNION ALL
    SELECT 'restricted', b.restricted_at FROM records_person b
        WHERE b.tenant_id = %(tenant)s AND b.person_id = c.person_id AND b.restricted_at < c.began_at
    ORDER BY 2 LIMIT 1
) r ON true
{_ONCE}
"""

# On the person's own clock, whatever any permit says: this does not trust the gate.
OUT_OF_HOURS = f"""
WITH day AS ({CONTACTS} AND c.purpose <> 'service_reply'),
hours AS (
    SELECT * FROM unnest(%(channels)s::text[], %(starts)s::int[], %(ends)s::int[]) AS h(channel, start_minute, end_minute)
)
{_INSERT}
SELECT %(tenant)s, 'out_of_hours', {_WHO}, to_char(local.clock, 'HH24:MI'), NULL, '', ''
FROM day c JOIN hours h ON h.channel = c.channel
JOIN records_person p ON p.tenant_id = %(tenant)s AND p.person_id = c.person_id
CROSS JOIN LATERAL (
    SELECT c.began_at AT TIME ZONE CASE WHEN p.time_zone = ANY(%(zones)s) THEN p.time_zone ELSE %(zone)s END AS clock
) local
WHERE NOT (extract(hour FROM local.clock) * 60 + extract(minute FROM local.clock) >= h.start_minute
        AND extract(hour FROM local.clock) * 60 + extract(minute FROM local.clock) < h.end_minute)
    AND NOT EXISTS (
        SELECT 1 FROM records_consent n WHERE n.tenant_id = %(tenant)s AND n.person_id = c.person_id AND n.kind = 'night_contact'
            AND n.form = 'individual' AND (n.channel IS NULL OR n.channel = c.channel) AND n.given_at <= c.began_at
            AND (n.expires_at IS NULL OR n.expires_at > c.began_at) AND (n.revoked_at IS NULL OR n.revoked_at > c.began_at)
    )
{_ONCE}
"""

WRONG_PERSON_AGAIN = f"""
WITH day AS ({CONTACTS})
{_INSERT}
SELECT %(tenant)s, 'wrong_person_again', {_WHO}, '', extract(epoch FROM c.began_at - w.at)::bigint, '', ''
FROM day c JOIN LATERAL (
    SELECT min(o.at) AS at FROM records_contact o WHERE o.tenant_id = %(tenant)s AND o.contact_point_id = c.contact_point_id
        AND o.result = 'wrong_person' AND o.at < c.at
) w ON w.at IS NOT NULL
WHERE c.contact_point_id IS NOT NULL
{_ONCE}
"""
DETECTORS = {
    "without_permit": WITHOUT_PERMIT, "after_silence": AFTER_SILENCE, "out_of_hours": OUT_OF_HOURS,
    "wrong_person_again": WRONG_PERSON_AGAIN,
}  # fmt: skip

_TALLY = (
    "INSERT INTO records_conducttally (tenant_id, business_date, measure, channel, agency_id, staff_id, rule, count)"
)
_LAST_CONTACT = """
LEFT JOIN LATERAL (
    SELECT c.agency_id, c.staff_id, c.channel FROM records_contact c
    WHERE c.tenant_id = %(tenant)s AND c.person_id = {person} AND c.direction = 'out' AND c.at < {before}
        AND c.at > {before} - interval '7 days' ORDER BY c.at DESC LIMIT 1
) by ON true
"""
TALLIES = {
    "contact": f"""
{_TALLY} SELECT %(tenant)s, %(day)s, 'contact', channel, agency_id, staff_id, result, count(*) FROM ({CONTACTS}) c
GROUP BY channel, agency_id, staff_id, result""",
    "refused": f"""
{_TALLY} SELECT %(tenant)s, %(day)s, 'refused', channel, agency_id, '', coalesce(nullif(reason_rule, ''), reason), count(*)
FROM records_act WHERE tenant_id = %(tenant)s AND business_date = %(day)s AND state = 'refused'
GROUP BY channel, agency_id, coalesce(nullif(reason_rule, ''), reason)""",
    "near_limit": f"""
{_TALLY} SELECT %(tenant)s, %(day)s, 'near_limit', a.channel, a.agency_id, coalesce(k.staff_id, ''), l.rule, count(*)
FROM unnest(%(rules)s::text[], %(counters)s::text[], %(cap_channels)s::text[], %(maxima)s::int[])
    AS l(rule, counter, channels, maximum)
JOIN records_permit m ON m.tenant_id = %(tenant)s AND m.issued_at >= %(start)s AND m.issued_at < %(end)s
    AND m.facts ->> l.counter = (l.maximum - 1)::text
JOIN records_act a ON a.act_id = m.act_id AND a.channel = ANY(string_to_array(l.channels, ' '))
LEFT JOIN records_contact k ON k.permit_id = m.permit_id
GROUP BY a.channel, a.agency_id, coalesce(k.staff_id, ''), l.rule""",
    "finding": f"""
{_TALLY} SELECT %(tenant)s, %(day)s, 'finding', channel, agency_id, staff_id, kind, count(*) FROM records_conductfinding
WHERE tenant_id = %(tenant)s AND at >= %(start)s AND at < %(end)s GROUP BY channel, agency_id, staff_id, kind""",
    "complaint": f"""
{_TALLY} SELECT %(tenant)s, %(day)s, 'complaint', coalesce(c.channel, ''), coalesce(c.agency_id, ''), coalesce(c.staff_id, ''),
    q.kind, count(*)
FROM records_complaint q LEFT JOIN records_contact c ON q.contact_id <> '' AND c.tenant_id = %(tenant)s
    AND c.contact_id = q.contact_id
WHERE q.tenant_id = %(tenant)s AND q.raised_at >= %(start)s AND q.raised_at < %(end)s GROUP BY 4, 5, 6, 7""",
    "opt_out": f"""
{_TALLY} SELECT %(tenant)s, %(day)s, 'opt_out', coalesce(by.channel, ''), coalesce(by.agency_id, ''), coalesce(by.staff_id, ''),
    coalesce(n.channel, ''), count(*)
FROM records_consent n {_LAST_CONTACT.format(person="n.person_id", before="n.recorded_at")}
WHERE n.tenant_id = %(tenant)s AND n.kind = 'channel_refusal' AND n.recorded_at >= %(start)s AND n.recorded_at < %(end)s
GROUP BY 4, 5, 6, 7""",
    "promise": f"""
{_TALLY} SELECT %(tenant)s, %(day)s, 'promise', coalesce(by.channel, ''), coalesce(by.agency_id, ''), coalesce(by.staff_id, ''),
    r.verdict, count(*)
FROM records_promisetopay r JOIN records_loan n ON n.tenant_id = %(tenant)s AND n.loan_id = r.loan_id
{_LAST_CONTACT.format(person="n.person_id", before="(r.made_on + 1)::timestamptz")}
WHERE r.tenant_id = %(tenant)s AND r.due_on = %(day)s AND r.verdict IN ('kept', 'broken') AND r.cancelled_on IS NULL
GROUP BY 4, 5, 6, 7""",
}
