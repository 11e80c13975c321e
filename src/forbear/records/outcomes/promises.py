"""Promises that fell due in a period, by verdict, in one currency at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from forbear.records.outcomes.counting import period_values
from forbear.records.outcomes.reading import Asked, limits_of
from forbear.records.outcomes.statements import whose
from forbear.records.scope import Scope, acting

DUE = """q.tenant_id = %(tenant)s AND q.due_on >= %(first)s AND q.due_on < %(until)s AND q.cancelled_on IS NULL"""
"""Whether a promise ``q`` fell due in the period and was not taken back by agreement."""
_DUE = f"""
SELECT q.verdict, l.currency, count(*), sum(q.amount_cents)
FROM records_promisetopay q JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = q.loan_id {{whose}}
WHERE {DUE} {{where}} GROUP BY 1, 2
"""
_LIMITS = {"team": " AND w.team = %(team)s", "agency_id": " AND w.agency_id = %(agency_id)s"}
VERDICTS = ("kept", "broken", "open")


@dataclass(frozen=True)
class Due:
    """How many promises of each verdict, and what was promised, in whole cents of ``currency``; ``currencies`` are all there are."""

    currency: str
    counts: dict[str, int]
    cents: dict[str, int]
    currencies: tuple[str, ...]

    @property
    def kept_share(self) -> float | None:
        """Kept ÷ (kept + broken): those that are not judged yet are left out. None where none was."""
        judged = self.counts["kept"] + self.counts["broken"]
        return self.counts["kept"] / judged if judged else None


def promises_due(scope: Scope, asked: Asked, currency: str) -> Due:
    """The promises due in a period of the people whom the scope reaches, as :func:`outcomes` counts them."""
    counts, cents, currencies = dict.fromkeys(VERDICTS, 0), dict.fromkeys(VERDICTS, 0), set()
    limits = limits_of(scope, asked.team)
    if limits is not None:
        given = period_values(scope.tenant, asked.first, asked.last, asked.zone) | limits
        statement = _DUE.format(
            whose=whose("l.person_id") if limits else "", where="".join(_LIMITS[name] for name in limits)
        )
        with acting(Scope(scope.tenant, scope.actor)), connection.cursor() as cursor:
            cursor.execute(statement, given)
            for verdict, found_in, count, amount in cursor.fetchall():
                currencies.add(found_in)
                if found_in == currency and verdict in counts:
                    counts[verdict] += int(count)
                    cents[verdict] += int(amount)
    return Due(currency, counts, cents, tuple(sorted(currencies)))
