"""From payment to silence: whether a contact began after something was accepted that forbids it. There must be none."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection

from forbear.records.outcomes.statements import AFTERWARDS, REASONS, UNPERMITTED
from forbear.records.scope import current_scope

_WRONGFUL = f"""
SELECT c.contact_id, c.reason, extract(epoch FROM c.started_at - c.accepted_at) FROM {AFTERWARDS} ORDER BY c.started_at, c.contact_id
"""
_MEASURED = f"""
SELECT r.reason, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.at - before.started_at)),
    max(extract(epoch FROM r.at - before.started_at))
FROM ({REASONS}) r
LEFT JOIN LATERAL (
    SELECT max(c.started_at) AS started_at FROM records_contact c
    WHERE c.tenant_id = %(tenant)s AND c.person_id = r.person_id AND c.direction = 'out' AND c.started_at <= r.at
) before ON true
GROUP BY GROUPING SETS ((r.reason), ()) ORDER BY r.reason NULLS FIRST
"""
_UNPERMITTED = f"SELECT c.contact_id FROM records_contact c WHERE {UNPERMITTED} ORDER BY c.started_at, c.contact_id"


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
    start, end = (datetime.combine(each, time(), tzinfo=UTC) for each in (first, until))
    given = {"tenant": current_scope().tenant, "start": start, "end": end}
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
