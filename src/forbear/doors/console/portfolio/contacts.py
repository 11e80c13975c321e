"""What came of contacts, and what they cost people: the funnel from attempt to payment, promises, and harm beside money."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.day.report.charts import Bar, bars
from forbear.doors.console.drawing import draw
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.portfolio.asking import Selection, selection_of
from forbear.doors.design.formats import whole
from forbear.kernel.language import code_words
from forbear.records.outcomes import Asked, Outcomes, before, outcomes, promises_due, teams_of
from forbear.records.outcomes.costs import costs_of, prices_of
from forbear.records.outcomes.statements import PAID_WITHIN_DAYS
from forbear.records.playbooks import with_playbook_of

WIDTH = 520
STEPS = ("attempts", "reached", "promised", "kept", "paid")
ASIDE = ("wrong_person", "unidentified")
"""Who answered, and was not the right party or did not say so: no step towards a payment."""
OF = {
    "reached": "attempts",
    "promised": "reached",
    "paid": "reached",
    "wrong_person": "attempts",
    "unidentified": "attempts",
}
"""By what each share is divided; of promises kept it is those that were judged."""
HARMS = ("complaints", "opt_outs", "wrong_person")
HEATED = ("reached", "promised", "paid")
HEAT_STEPS = 5


def contacts(request: HttpRequest) -> HttpResponse:
    """Funnel, promises, harm and silence of a period, and of another beside it where one is asked for."""
    visitor = visitor_of(request)
    chosen = selection_of(request, visitor)
    found = outcomes(visitor.scope, chosen.asked, visitor.clock.now())
    total = _figures(found)
    return draw(
        request, "portfolio/contacts.html.jinja", section="portfolio", chosen=chosen, asked=chosen.asked, steps=STEPS, aside=ASIDE,
        funnel=[{"channel": each} | _figures(found, channel=each) for each in _channels(found)], total=total,
        chart=bars([Bar(code_words("funnel", step), total[step], whole(total[step])) for step in STEPS], WIDTH),
        hours=_by_hour(found), heated=HEATED, due=promises_due(visitor.scope, chosen.asked, chosen.currency),
        harms=[(name, found.count(name), _rate(found, name)) for name in HARMS],
        received=(found.count("received", currency=chosen.currency), found.cents("received", chosen.currency)),
        silence=_silence(found), cost=_cost(visitor, chosen, found), counted_at=found.counted_at, days_missing=found.days_missing,
        paid_within=PAID_WITHIN_DAYS, share=_share,
        teams=[(each, each) for each in teams_of(visitor.scope, chosen.asked)], earlier=before(chosen.asked),
        currencies=[(each, each) for each in _currencies(found, chosen)], compared=_compared(visitor, chosen, found),
        is_limited=visitor.scope.reach != "all", signed=_signed, signed_tenth=_signed_tenth, why=why,
    )  # fmt: skip


def contacts_file(request: HttpRequest) -> HttpResponse:
    """The funnel by channel and hour as CSV."""
    visitor = visitor_of(request)
    chosen = selection_of(request, visitor)
    found = outcomes(visitor.scope, chosen.asked, visitor.clock.now())
    names, days = (*STEPS, "broken", *ASIDE), (chosen.asked.first, chosen.asked.last, chosen.asked.team)
    cells = [
        (channel, hour, _figures(found, channel=channel, hour=hour))
        for channel in _channels(found)
        for hour in found.values("hour", "attempts")
    ]
    rows = [(*days, channel, hour, *(row[name] for name in names)) for channel, hour, row in cells if row["attempts"]]
    heads = ("first_on", "last_on", "team", "channel", "hour", *names)
    return csv_file((heads, *rows), f"contacts-{chosen.asked.first}-{chosen.asked.last}.csv")


def _channels(found: Outcomes) -> list[str]:
    """Those that were used, the busiest first."""
    return sorted(found.values("channel", "attempts"), key=lambda each: (-found.count("attempts", channel=each), each))


def _figures(found: Outcomes, **where: Any) -> dict[str, int]:
    return {name: found.count(name, **where) for name in (*STEPS, "broken", *ASIDE)}


def _share(row: dict[str, int], name: str) -> float | None:
    """The share that belongs to a figure; None for one that has none, or where there is nothing to divide by."""
    of = row["kept"] + row["broken"] if name == "kept" else row.get(OF.get(name, ""), 0)
    return row[name] / of if of else None


def _rate(found: Outcomes, name: str) -> float | None:
    """So many a thousand attempts of the same people and days."""
    attempts = found.count("attempts")
    return 1000 * found.count(name) / attempts if attempts else None


def _by_hour(found: Outcomes) -> list[dict[str, Any]]:
    """Each hour in which anybody was contacted, with its shares and how dark each is: the darkest is the best hour."""
    rows: list[dict[str, Any]] = [
        {"hour": hour, **_figures(found, hour=hour)} for hour in found.values("hour", "attempts")
    ]
    for name in HEATED:
        best = max((_share(row, name) or 0 for row in rows), default=0)
        for row in rows:
            row[f"{name}_heat"] = heat_step(_share(row, name), best)
    return rows


def heat_step(share: float | None, largest: float) -> int:
    """How dark a cell is: 0 for nothing, else 1 to 5 by its part of the largest.

    >>> heat_step(0.0, 0.5), heat_step(0.01, 0.5), heat_step(0.5, 0.5), heat_step(None, 0.5)
    (0, 1, 5, 0)
    """
    return 0 if not share or not largest else min(HEAT_STEPS, 1 + int(HEAT_STEPS * share / largest * 0.999))


def _cost(visitor: Visitor, chosen: Selection, found: Outcomes) -> dict[str, Any]:
    """What the attempts cost beside what came in; None for what is not known, as prices in another currency."""
    lender = with_playbook_of(visitor.lender, chosen.asked.last)
    costs = costs_of(found, prices_of(lender.playbook))
    known = costs.cents if costs.prices.currency == chosen.currency else None
    received, reached = found.cents("received", chosen.currency), found.count("reached")
    return {
        "prices": costs.prices, "by_channel": costs.by_channel, "is_other": costs.prices.currency != chosen.currency, "cents": known,
        "share": known / received if known is not None and received else None,
        "a_reached": round(known / reached) if known is not None and reached else None,
    }  # fmt: skip


def _silence(found: Outcomes) -> dict[str, Any]:
    reasons = [
        (each, found.count("accepted", reason=each), found.count("wrongful", reason=each))
        for each in found.values("reason", "accepted", "wrongful")
    ]
    return {
        "reasons": reasons, "accepted": found.count("accepted"), "wrongful": found.count("wrongful"),
        "unpermitted": found.count("unpermitted"),
    }  # fmt: skip


def _currencies(found: Outcomes, chosen: Selection) -> list[str]:
    """What money came in, and what is shown: one at a time, for sums of two mean nothing."""
    return sorted({chosen.currency, *found.values("currency", "received")})


def _compared(visitor: Visitor, chosen: Selection, found: Outcomes) -> dict[str, Any] | None:
    """Two selections side by side, figure by figure; None where only one is asked for."""
    if chosen.other is None:
        return None
    other = outcomes(visitor.scope, chosen.other, visitor.clock.now())
    rows: list[dict[str, Any]] = [_row(name, _figures(found), _figures(other)) for name in (*STEPS, *ASIDE)]
    for name in ("complaints", "opt_outs"):
        rows.append(
            {
                "name": name,
                "shares": None,
                "counts": (found.count(name), other.count(name)),
                "rates": (_rate(found, name), _rate(other, name)),
            }
        )
    sides: tuple[Asked, Asked] = (chosen.asked, chosen.other)
    return {
        "sides": sides, "rows": rows, "cents": (found.cents("received", chosen.currency), other.cents("received", chosen.currency)),
    }  # fmt: skip


def why(reason: str) -> str:
    """What forbids contacts, in words: money, a refusal, a plan, or a kind of hold."""
    return code_words("silence" if reason in ("payment", "refusal", "arrangement") else "hold", reason)


def _signed(count: int) -> str:
    return f"{count:+,}".replace("-", "−") if count else "0"


def _signed_tenth(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _row(name: str, one: dict[str, int], two: dict[str, int]) -> dict[str, Any]:
    return {
        "name": name,
        "counts": (one[name], two[name]),
        "rates": None,
        "shares": (_share(one, name), _share(two, name)),
    }
