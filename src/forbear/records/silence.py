"""From payment to silence: whether a contact began after something was accepted that forbids it. There must be none."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection

from forbear.records.scope import current_scope

_REASONS = """
    SELECT 'payment' AS reason, l.person_id, p.loan_id, p.accepted_at AS at FROM records_payment p
        JOIN records_loan l ON l.tenant_id = p.tenant_id AND l.loan_id = p.loan_id
        WHERE p.tenant_id = %(tenant)s AND p.status IN ('settled', 'in_flight')
    UNION ALL
    SELECT h.kind, h.person_id, h.loan_id, h.recorded_at FROM records_hold h
        WHERE h.tenant_id = %(tenant)s AND h.recorded_at IS NOT NULL
    UNION ALL
    SELECT 'refusal', c.person_id, NULL, c.recorded_at FROM records_consent c
        WHERE c.tenant_id = %(tenant)s AND c.kind = 'channel_refusal' AND c.recorded_at IS NOT NULL
    UNION ALL
    SELECT 'arrangement', l.person_id, a.loan_id, a.recorded_at FROM records_arrangement a
        JOIN records_loan l ON l.tenant_id = a.tenant_id AND l.loan_id = a.loan_id
        WHERE a.tenant_id = %(tenant)s AND a.recorded_at IS NOT NULL
"""
# A contact was decided on the records of its permit: what was accepted before it was written is in its facts already. Wrongful is
# one that was permitted before, and began after.
_WRONGFUL = f"""
WITH reasons AS ({_REASONS})
SELECT c.contact_id, r.reason, extract(epoch FROM c.started_at - r.at)
FROM reasons r
JOIN records_contact c ON c.tenant_id = %(tenant)s AND c.person_id = r.person_id AND c.started_at > r.at
    AND (r.loan_id IS NULL OR c.loan_id = r.loan_id)
JOIN records_permit m ON m.permit_id = c.permit_id AND m.issued_at < r.at
WHERE r.at >= %(first)s AND r.at < %(until)s AND c.direction = 'out'
ORDER BY c.started_at, c.contact_id
"""
_MEASURED = f"""
WITH reasons AS ({_REASONS})
SELECT r.reason, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.at - before.started_at)),
    max(extract(epoch FROM r.at - before.started_at))
FROM reasons r
LEFT JOIN LATERAL (
    SELECT max(c.started_at) AS started_at FROM records_contact c
    WHERE c.tenant_id = %(tenant)s AND c.person_id = r.person_id AND c.direction = 'out' AND c.started_at <= r.at
) before ON true
WHERE r.at >= %(first)s AND r.at < %(until)s GROUP BY GROUPING SETS ((r.reason), ()) ORDER BY r.reason NULLS FIRST
"""
_UNPERMITTED = """
SELECT contact_id FROM records_contact
WHERE tenant_id = %(tenant)s AND direction = 'out' AND permit_id IS NULL AND NOT is_fed
    AND started_at >= %(first)s AND started_at < %(until)s
ORDER BY started_at, contact_id
"""


@dataclass(frozen=True)
class Wrongful:
    """A contact that began although something had been accepted that forbids it."""

    contact_id: str
    reason: str
    seconds_after: float


@dataclass(frozen=True)
class Measured:
    """How it was for one reason: how many were accepted, how many contacts began after one, and how many seconds before it the
    last contact had begun, in the middle and in the longest case; None where there had been none."""

    reason: str
    accepted_count: int
    wrongful_count: int
    seconds_median: float | None
    seconds_max: float | None


@dataclass(frozen=True)
class Silence:
    """What was accepted between two days, what began after it, and how long the last contact before lay back in the middle case
    and at most.

    ``unpermitted`` are contacts that began without any permit: nobody could have stopped them.
    """

    accepted_count: int
    wrongful: tuple[Wrongful, ...]
    seconds_since_last_contact: float | None
    seconds_max: float | None = None
    measured: tuple[Measured, ...] = ()
    unpermitted: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def silence_between(first: date, until: date) -> Silence:
    """Payments, holds, refusals and arrangements accepted from the first day to before the last (UTC), and the contacts that began
    after each. What came with a feed has no instant at which it was accepted, but payments have."""
    given = {"tenant": current_scope().tenant, "first": first, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_WRONGFUL, given)
        wrongful = tuple(Wrongful(row[0], row[1], float(row[2])) for row in cursor.fetchall())
        cursor.execute(_MEASURED, given)
        whole, *rows = cursor.fetchall()
        cursor.execute(_UNPERMITTED, given)
        unpermitted = tuple(row[0] for row in cursor.fetchall())
    counts = Counter(each.reason for each in wrongful)
    measured = tuple(
        Measured(reason, int(count), counts[reason], _float(median), _float(most))
        for reason, count, median, most in rows
    )
    return Silence(int(whole[1]), wrongful, _float(whole[2]), _float(whole[3]), measured, unpermitted)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
