"""What the pages of contacts are asked for: a period, a team, a currency, and another period or team to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from forbear.doors.console.places import Visitor
from forbear.doors.console.reading import DAYS_MAX, asked_for, period_in, read_day
from forbear.records.outcomes import Asked


@dataclass(frozen=True)
class Selection:
    """The period and team that a page shows, the currency of its money, and what it is compared with, if with anything."""

    asked: Asked
    currency: str
    other: Asked | None = None

    def query(self, **narrowed: Any) -> str:
        """As the query of an address, with what else narrows a list; what is empty is left out."""
        values = {
            "from": self.asked.first, "until": self.asked.last, "team": self.asked.team, "currency": self.currency, **narrowed,
        }  # fmt: skip
        return urlencode({name: str(value) for name, value in values.items() if value not in ("", None)})


def selection_of(request: HttpRequest, visitor: Visitor) -> Selection:
    """What the address asks for. What is no day is taken for none, and a period is at most 400 days."""
    period = period_in(request, visitor, names=("from", "until"))
    asked = Asked(period.first, period.last, visitor.lender.time_zone, asked_for(request, "team", 64))
    return Selection(asked, currency_of(request, visitor), _other(request, asked))


def currency_of(request: HttpRequest, visitor: Visitor) -> str:
    """The currency that the address names; the lender's own where it names none."""
    named = asked_for(request, "currency", 3)
    return (
        named
        if len(named) == 3 and named.isascii() and named.isalpha() and named.isupper()
        else visitor.lender.currency
    )


def _other(request: HttpRequest, asked: Asked) -> Asked | None:
    first, last = read_day(request.GET.get("from2", "")), read_day(request.GET.get("until2", ""))
    team = asked_for(request, "team2", 64)
    if first is None and last is None and not team:
        return None
    length = asked.last - asked.first
    last = last or (first + length if first else asked.last)
    first = min(last, max(first or last - length, last - timedelta(days=DAYS_MAX)))
    return Asked(first, last, asked.zone, team)
