"""The facts of ageing said slowly and plainly: instalment by instalment, cent by cent, day by day. For tests only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from forbear.book.settings import AgeingSettings

Row = Mapping[str, Any]
Book = Mapping[str, Sequence[Row]]
PARTS = ("fee", "penalty", "interest", "principal")


def reference_facts(book: Book, as_of: date, settings: AgeingSettings) -> dict[str, dict[str, Any]]:
    """The facts of each loan, by id; days are those of UTC+8."""
    end_of_day = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) + timedelta(hours=16)
    loans = {}
    for loan in book["loans"]:
        if loan["disbursed_on"] <= as_of:
            loans[loan["loan_id"]] = _one_loan(book, loan, as_of, end_of_day, settings)
    for loan_id, facts in loans.items():
        facts |= _person(loans, facts["person_id"])
        facts |= _promises(book, loan_id, as_of, end_of_day, settings)
    return loans


def _known(row: Row, end_of_day: datetime, name: str = "recorded_at") -> bool:
    return row.get(name) is None or row[name] < end_of_day


def _counts(payment: Row, as_of: date, end_of_day: datetime) -> bool:
    if payment["effective_on"] > as_of or not _known(payment, end_of_day):
        return False
    if payment["status"] == "settled":
        return True
    if payment["status"] != "reversed":
        return False
    took_effect_later = payment["reversed_on"] is not None and payment["reversed_on"] > as_of
    was_known_later = payment["reversal_recorded_at"] is not None and payment["reversal_recorded_at"] >= end_of_day
    return took_effect_later or was_known_later


def _payments(book: Book, loan_id: str, as_of: date, end_of_day: datetime) -> list[Row]:
    return [row for row in book["payments"] if row["loan_id"] == loan_id and _counts(row, as_of, end_of_day)]


def _schedule(book: Book, loan_id: str) -> list[Row]:
    rows = [row for row in book["instalments"] if row["loan_id"] == loan_id]
    return sorted(rows, key=lambda row: (row["due_on"], row["instalment_number"]))


def _demands(row: Row) -> int:
    return sum(row[f"{part}_cents"] for part in PARTS)


def _left_over(schedule: Sequence[Row], money: int) -> Iterator[tuple[Row, dict[str, int]]]:
    """Each instalment with what is unpaid of each part when the money is laid on the oldest first, fees first."""
    for row in schedule:
        left = {}
        for part in PARTS:
            pays = min(money, row[f"{part}_cents"])
            money -= pays
            left[part] = row[f"{part}_cents"] - pays
        yield row, left


def _one_loan(book: Book, loan: Row, as_of: date, end_of_day: datetime, settings: AgeingSettings) -> dict[str, Any]:
    loan_id = loan["loan_id"]
    schedule, payments = _schedule(book, loan_id), _payments(book, loan_id, as_of, end_of_day)
    money = sum(row["amount_cents"] for row in payments)
    is_closed = loan["status"] in ("settled", "cancelled") and (loan["closed_on"] is None or loan["closed_on"] <= as_of)
    overdue, outstanding = dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0)
    late: list[Row] = []
    unpaid: list[Row] = []
    for row, left in _left_over(schedule, money):
        if sum(left.values()) > settings.tolerance_cents:
            unpaid.append(row)
        if is_closed:
            continue
        for part in PARTS:
            outstanding[part] += left[part]
        if row["due_on"] < as_of and row in unpaid:
            late.append(row)
            for part in PARTS:
                overdue[part] += left[part]
    oldest = late[0]["due_on"] if late else None
    paused = _paused(book, loan, oldest, as_of, end_of_day)
    days = 0 if oldest is None else (as_of - oldest).days - paused
    return {
        "person_id": loan["person_id"],
        "is_open": sum(outstanding.values()) > 0,
        "days_past_due": days if days > settings.grace_days else 0,
        "paused_days": paused,
        "oldest_unpaid_due_on": oldest,
        "instalments_overdue_count": len(late),
        "overdue_cents": sum(overdue.values()),
        "outstanding_cents": sum(outstanding.values()),
        **{f"overdue_{part}_cents": overdue[part] for part in PARTS},
        **{f"outstanding_{part}_cents": outstanding[part] for part in PARTS},
        "paid_cents": money,
        "overpaid_cents": max(0, money - sum(map(_demands, schedule))),
        "paid_30_days_cents": sum(row["amount_cents"] for row in payments if (as_of - row["effective_on"]).days < 30),
        "last_payment_on": max((row["effective_on"] for row in payments), default=None),
        "is_first_payment_default": oldest is not None and oldest == schedule[0]["due_on"],
        "late_before": _late_before(schedule, payments, unpaid, as_of, settings),
    }


def _late_before(
    schedule: Sequence[Row], payments: Sequence[Row], unpaid: Sequence[Row], as_of: date, settings: AgeingSettings
) -> int:
    """Instalments not paid by the end of their due date that have been paid since."""
    found = 0
    for row in schedule:
        if row["due_on"] >= as_of or row in unpaid:
            continue
        in_time = sum(payment["amount_cents"] for payment in payments if payment["effective_on"] <= row["due_on"])
        left = {each["instalment_number"]: sum(parts.values()) for each, parts in _left_over(schedule, in_time)}
        found += left[row["instalment_number"]] > settings.tolerance_cents
    return found


def _paused(book: Book, loan: Row, oldest: date | None, as_of: date, end_of_day: datetime) -> int:
    """Days from the oldest unpaid due date to the day before the date on which some pause runs."""
    if oldest is None:
        return 0
    pauses = [
        hold
        for hold in book["holds"]
        if hold["pauses_ageing"]
        and _known(hold, end_of_day)
        and hold["starts_on"] <= as_of
        and hold["person_id"] == loan["person_id"]
        and hold["loan_id"] in (None, loan["loan_id"])
    ]
    days = (oldest + timedelta(days=number) for number in range((as_of - oldest).days))
    return sum(
        any(hold["starts_on"] <= day and (hold["ends_on"] is None or day < hold["ends_on"]) for hold in pauses)
        for day in days
    )


def _person(loans: Mapping[str, dict[str, Any]], person_id: str) -> dict[str, Any]:
    theirs = [facts for facts in loans.values() if facts["person_id"] == person_id]
    is_behind = any(facts["overdue_cents"] for facts in theirs)
    return {
        "person_overdue_cents": sum(facts["overdue_cents"] for facts in theirs),
        "person_outstanding_cents": sum(facts["outstanding_cents"] for facts in theirs),
        "person_days_past_due": max(facts["days_past_due"] for facts in theirs),
        "person_loans_open_count": sum(facts["is_open"] for facts in theirs),
        "person_loans_overdue_count": sum(facts["overdue_cents"] > 0 for facts in theirs),
        # Told only for people with something overdue.
        "earlier_delinquencies_count": sum(facts["late_before"] for facts in theirs) if is_behind else None,
    }


def _promises(book: Book, loan_id: str, as_of: date, end_of_day: datetime, settings: AgeingSettings) -> dict[str, Any]:
    payments = _payments(book, loan_id, as_of, end_of_day)
    made, kept, broken, open_ones = 0, 0, [], []
    for promise in book["promises"]:
        if promise["loan_id"] != loan_id or promise["made_on"] > as_of:
            continue
        if promise["cancelled_on"] is not None and promise["cancelled_on"] <= as_of:
            continue
        made += 1
        last_day = promise["due_on"] + timedelta(days=settings.promise_grace_days)
        came = sum(row["amount_cents"] for row in payments if promise["made_on"] <= row["effective_on"] <= last_day)
        if came * 100 >= promise["amount_cents"] * settings.promise_kept_percent:
            kept += 1
        elif last_day < as_of:
            broken.append(last_day)
        else:
            open_ones.append(promise)
    return {
        "promises_made_count": made,
        "promises_kept_count": kept,
        "promises_broken_count": len(broken),
        "days_since_promise_broken": (as_of - max(broken)).days if broken else None,
        "has_open_promise": bool(open_ones),
        "promise_due_on": min((promise["due_on"] for promise in open_ones), default=None),
        "promise_amount_cents": sum(promise["amount_cents"] for promise in open_ones) or None,
    }
