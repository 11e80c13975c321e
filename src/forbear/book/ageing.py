"""How old is each debt, and how much of it is unpaid: a pure function of dates and payments, never a counter.

Payments are laid on instalments oldest first (by due date, then number); within one instalment on fees, then penalty,
then interest, then principal (the default order of Civil Code Art. 561: costs, interest, principal).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forbear.book.settings import AgeingSettings
from forbear.columns.dtypes import DATE, INT
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    any_true,
    coalesce,
    count,
    days_between,
    greatest,
    least,
    literal,
    max_of,
    min_of,
    multiply,
    null,
    running_max,
    running_sum,
    sum_of,
    when,
)
from forbear.columns.relation import Relation

COMPONENTS = ("fee", "penalty", "interest", "principal")


@dataclass(frozen=True)
class Moment:
    """The business date and the instant up to which things were known (the end of that date in the book's zone)."""

    date: date
    known_before: datetime

    def days_since(self, day: Column) -> Column:
        """Whole days from a date to the business date."""
        return days_between(literal(self.date), day)

    def knows(self, recorded_at: Column) -> Column:
        """It was on record by then; what has no record time was always known."""
        return any_of(recorded_at.is_null(), recorded_at < self.known_before)


def counting_payments(payments: Relation, moment: Moment) -> Relation:
    """The payments that count on the date: loan_id, amount_cents, effective_on.

    Settled and of a value date not after the date; or reversed, but with effect, or to our knowledge, only later.
    A reversed payment whose reversal has no date never counts.
    """
    reversed_later = any_of(
        payments["reversed_on"] > moment.date,
        payments["reversal_recorded_at"].is_known() & (payments["reversal_recorded_at"] >= moment.known_before),
    )
    counts = (payments["status"] == "settled") | ((payments["status"] == "reversed") & reversed_later.is_true())
    known = moment.knows(payments["recorded_at"]) & (payments["effective_on"] <= moment.date)
    return payments.keep(known & counts).select("loan_id", "amount_cents", "effective_on")


def payment_totals(payments: Relation, moment: Moment, settings: AgeingSettings) -> Relation:
    """Per loan: paid_cents, paid_30_days_cents, last_payment_on, in_flight_cents."""
    counted = counting_payments(payments, moment).derive(in_flight_cents=literal(0))
    near = timedelta(days=settings.in_flight_days)
    flying = all_of(
        payments["status"] == "in_flight",
        moment.knows(payments["recorded_at"]),
        payments["effective_on"].between(moment.date - near, moment.date + near),
    )
    under_way = payments.keep(flying).select(
        "loan_id", amount_cents=literal(0), effective_on=null(DATE), in_flight_cents=payments["amount_cents"]
    )
    both = counted.union(under_way)
    recent = both["effective_on"] > moment.date - timedelta(days=30)
    return both.group(
        "loan_id",
        paid_cents=sum_of(both["amount_cents"]),
        paid_30_days_cents=coalesce(sum_of(both["amount_cents"], recent), 0),
        last_payment_on=max_of(both["effective_on"]),
        in_flight_cents=sum_of(both["in_flight_cents"]),
    )


def instalment_totals(instalments: Relation, moment: Moment) -> Relation:
    """Per loan: what the whole schedule and the part before the date add up to, by component, and its dates."""
    past = instalments["due_on"] < moment.date
    soon = instalments["due_on"].between(moment.date, moment.date + timedelta(days=29))
    amount = amount_of(instalments)
    epoch_days = days_between(instalments["due_on"], date(1970, 1, 1))
    sums: dict[str, Column] = {}
    for part in COMPONENTS:
        cents = instalments[f"{part}_cents"]
        sums[f"all_{part}_cents"] = sum_of(cents)
        sums[f"past_{part}_cents"] = coalesce(sum_of(cents, past), 0)
    return instalments.group(
        "loan_id",
        **sums,
        due_30_days_cents=coalesce(sum_of(amount, soon), 0),
        first_due_on=min_of(instalments["due_on"]),
        coming_due_on=min_of(instalments["due_on"], ~past),
        principal_epoch_days=sum_of(multiply(instalments["principal_cents"], epoch_days, INT)),
    )


def amount_of(instalments: Relation) -> Column:
    """What an instalment demands in all."""
    total = instalments["principal_cents"]
    for part in ("interest", "penalty", "fee"):
        total = total + instalments[f"{part}_cents"]
    return total


def laid_out(instalments: Relation, paid: Relation, payments: Relation) -> Relation:
    """Instalments with what is unpaid of each, in all and by component, and what had been paid by its due date.

    ``paid`` has loan_id and paid_cents for every loan to lay out; ``payments`` are the counting payments.
    Columns: loan_id, instalment_number, due_on, amount_cents, unpaid_cents, unpaid_<component>_cents, missing_on_due_cents.
    """
    ours = instalments.join(paid, "loan_id", "inner")
    dues = ours.select(
        "loan_id",
        "instalment_number",
        "due_on",
        "paid_cents",
        *(f"{part}_cents" for part in COMPONENTS),
        amount_cents=amount_of(ours),
        arrived_cents=literal(0),
    )
    arrivals = payments.having(paid, "loan_id")
    arrivals = arrivals.select(
        "loan_id",
        instalment_number=literal(-1),
        due_on=arrivals["effective_on"],
        paid_cents=literal(0),
        **{f"{part}_cents": literal(0) for part in COMPONENTS},
        amount_cents=literal(0),
        arrived_cents=arrivals["amount_cents"],
    )
    events = dues.union(arrivals)
    # Payments of the due date itself come before the due (number -1); equal payments need no further order, for only sums are read.
    order = [(events["due_on"], "asc"), (events["instalment_number"], "asc"), (events["arrived_cents"], "asc")]
    running = events.derive(
        due_so_far_cents=running_sum(events["amount_cents"], [events["loan_id"]], order),
        arrived_so_far_cents=running_sum(events["arrived_cents"], [events["loan_id"]], order),
    )
    only_dues = running.keep(running["instalment_number"] >= 0)
    unpaid = least(only_dues["amount_cents"], greatest(only_dues["due_so_far_cents"] - only_dues["paid_cents"], 0))
    behind = only_dues["due_so_far_cents"] - only_dues["arrived_so_far_cents"]
    missing = least(only_dues["amount_cents"], greatest(behind, 0))
    rows = only_dues.derive(unpaid_cents=unpaid, missing_on_due_cents=missing)
    return _by_component(rows)


def _by_component(rows: Relation) -> Relation:
    """Split what is unpaid: what was paid went to fees first, so the unpaid part is principal first."""
    left = rows["unpaid_cents"]
    parts: dict[str, Column] = {}
    for part in reversed(COMPONENTS):
        unpaid = least(rows[f"{part}_cents"], greatest(left, 0))
        parts[f"unpaid_{part}_cents"] = unpaid
        left = left - unpaid
    return rows.select(
        "loan_id", "instalment_number", "due_on", "amount_cents", "unpaid_cents", "missing_on_due_cents", **parts
    )


def unpaid_totals(rows: Relation, moment: Moment, settings: AgeingSettings) -> Relation:
    """Per loan, of laid-out instalments: overdue and outstanding by component, oldest unpaid due date, counts.

    An instalment counts as unpaid when more than the tolerance is missing, and as overdue when it was due before the date.
    """
    tolerance = settings.tolerance_cents
    is_unpaid = rows["unpaid_cents"] > tolerance
    past = rows["due_on"] < moment.date
    overdue = is_unpaid & past
    late = past & (rows["missing_on_due_cents"] > tolerance)
    sums: dict[str, Column] = {}
    for part in COMPONENTS:
        sums[f"w_overdue_{part}_cents"] = coalesce(sum_of(rows[f"unpaid_{part}_cents"], overdue), 0)
        sums[f"w_outstanding_{part}_cents"] = sum_of(rows[f"unpaid_{part}_cents"])
    return rows.group(
        "loan_id",
        **sums,
        w_oldest_unpaid_due_on=min_of(rows["due_on"], overdue),
        w_instalments_overdue_count=count(overdue),
        w_next_due_on=min_of(rows["due_on"], is_unpaid & ~past),
        w_late_instalments_count=count(late & ~is_unpaid),
    )


def pause_intervals(holds: Relation, loans: Relation, moment: Moment) -> Relation:
    """Per loan, the pauses of ageing known on the date: loan_id, starts_on, ends_on (the date itself where open or later)."""
    known = holds.keep(
        holds["pauses_ageing"] & moment.knows(holds["recorded_at"]) & (holds["starts_on"] <= moment.date)
    )
    # One day beyond the business date stands for "still open": enough to tell that the pause covers the date.
    ends = least(coalesce(known["ends_on"], moment.date + timedelta(days=1)), moment.date + timedelta(days=1))
    clipped = known.derive(ends_on=ends)
    of_loan = clipped.keep(clipped["loan_id"].is_known()).select("loan_id", "starts_on", "ends_on")
    of_person = clipped.keep(clipped["loan_id"].is_null()).select("person_id", "starts_on", "ends_on")
    spread = (
        loans.select("loan_id", "person_id")
        .join(of_person, "person_id", "inner")
        .select("loan_id", "starts_on", "ends_on")
    )
    return of_loan.union(spread)


def paused_days(pauses: Relation, overdue: Relation, moment: Moment) -> Relation:
    """Per loan: paused_days, the days of the overdue interval that lie in any pause, each counted once; is_ageing_paused.

    ``overdue`` has loan_id and oldest_unpaid_due_on (null where nothing is overdue).
    """
    rows = pauses.join(overdue, "loan_id", "inner")
    start = greatest(rows["starts_on"], rows["oldest_unpaid_due_on"])
    end = least(rows["ends_on"], moment.date)
    rows = rows.derive(clipped_start=start, clipped_end=end)
    order = [
        (rows["clipped_start"], "asc"),
        (rows["clipped_end"], "asc"),
        (rows["starts_on"], "asc"),
        (rows["ends_on"], "asc"),
    ]
    reached = running_max(rows["clipped_end"], [rows["loan_id"]], order)
    rows = rows.derive(reached=reached)
    fresh = greatest(days_between(rows["clipped_end"], greatest(rows["clipped_start"], rows["reached"])), 0)
    rows = rows.derive(fresh=when(rows["oldest_unpaid_due_on"].is_known(), fresh, 0))
    return rows.group(
        "loan_id",
        paused_days=sum_of(rows["fresh"]),
        is_ageing_paused=any_true(rows["ends_on"] > moment.date),
    )
