"""Promises kept and broken, computed from payments and never typed in."""

from __future__ import annotations

from forbear.book.ageing import Moment
from forbear.book.settings import AgeingSettings
from forbear.columns.dtypes import INT
from forbear.columns.expression import add_days, all_of, any_true, coalesce, count, max_of, min_of, multiply, sum_of
from forbear.columns.relation import Relation


def promise_facts(promises: Relation, payments: Relation, moment: Moment, settings: AgeingSettings) -> Relation:
    """Per loan: promises made, kept, broken; the open promise with the nearest date.

    A promise is kept when the payments that count, with value dates from the day it was made to its due date plus the
    grace days, reach the kept share of the amount. It is broken when that time has passed without it. A promise taken
    back by agreement is neither. Each promise is measured by itself.
    """
    known = promises.keep(promises["made_on"] <= moment.date)
    known = known.keep((known["cancelled_on"].is_null()) | (known["cancelled_on"] > moment.date))
    last_day = add_days(known["due_on"], settings.promise_grace_days)
    known = known.derive(last_day=last_day).select(
        "promise_id", "loan_id", "made_on", "due_on", "last_day", promised_cents=known["amount_cents"]
    )
    received = _received(known, payments)
    rows = known.join(received, "promise_id")
    enough = multiply(coalesce(rows["received_cents"], 0), 100, INT) >= multiply(
        rows["promised_cents"], settings.promise_kept_percent, INT
    )
    rows = rows.derive(is_kept=enough, is_over=rows["last_day"] < moment.date)
    is_open = ~rows["is_kept"] & ~rows["is_over"]
    is_broken = ~rows["is_kept"] & rows["is_over"]
    facts = rows.group(
        "loan_id",
        promises_made_count=count(),
        promises_kept_count=count(rows["is_kept"]),
        promises_broken_count=count(is_broken),
        has_open_promise=any_true(is_open),
        promise_due_on=min_of(rows["due_on"], is_open),
        promise_amount_cents=sum_of(rows["promised_cents"], is_open),
        last_broken_on=max_of(rows["last_day"], is_broken),
    )
    since = moment.days_since(facts["last_broken_on"])
    return facts.derive(days_since_promise_broken=since).drop("last_broken_on")


def _received(promises: Relation, payments: Relation) -> Relation:
    """Per promise, what came in from the day it was made to its last day."""
    pairs = promises.select("promise_id", "loan_id", "made_on", "last_day").join(payments, "loan_id", "inner")
    in_time = all_of(pairs["effective_on"] >= pairs["made_on"], pairs["effective_on"] <= pairs["last_day"])
    return pairs.keep(in_time).group("promise_id", received_cents=sum_of(pairs["amount_cents"]))
