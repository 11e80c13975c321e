"""The facts: one row a loan for a business date, columns only. Each is defined in ``fact_definitions.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce

import pyarrow as pa

from forbear.book import ageing, history, reachability, standing
from forbear.book.ageing import COMPONENTS, Moment
from forbear.book.fact_definitions import FACTS
from forbear.book.schema import HOLD_KINDS, RATE
from forbear.book.settings import AgeingSettings, LegalSettings
from forbear.book.windows import PERSON_DEBT, CountWindow
from forbear.columns.dtypes import BOOL, INT, TEXT
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import (
    Column,
    Operand,
    add_months,
    all_of,
    any_of,
    any_true,
    case,
    coalesce,
    count,
    days_between,
    greatest,
    integer_divide,
    literal,
    max_of,
    min_of,
    multiply,
    null,
    sum_of,
    when,
)
from forbear.columns.relation import Relation, Schema
from forbear.kernel.dates import local_midnight, zone
from forbear.kernel.errors import UsageError

_HARDSHIP_REASONS = ("job_loss", "illness", "sudden_event", "living_cost")
_SINCE_COUNTS = (
    "attempts_count",
    "attempts_7_days_count",
    "attempts_30_days_count",
    "attempt_days_count",
    "failed_attempts_count",
    "channels_tried_count",
    "right_party_contacts_count",
    "inbound_contacts_count",
    "visits_made_count",
    "stalling_count",
    "refusal_count",
    "willing_count",
)


@dataclass(frozen=True)
class FactsRequest:
    """What the facts are computed for.

    Args:
        as_of: the business date.
        time_zone: the book's own zone (IANA).
        windows: the counts that the loaded law asks for.
        zones: the names of time zones that borrowers may have; those in the book where not given, for which it is read.
    """

    as_of: date
    time_zone: str
    settings: AgeingSettings = field(default_factory=AgeingSettings)
    legal: LegalSettings = field(default_factory=LegalSettings)
    windows: Sequence[CountWindow] = ()
    zones: Sequence[str] | None = None

    @property
    def moment(self) -> Moment:
        """The business date, and the end of that day in the book's zone."""
        return Moment(self.as_of, local_midnight(self.as_of + timedelta(days=1), self.time_zone))


def fact_schema(windows: Sequence[CountWindow]) -> Schema:
    """Names and types of all facts, those of the law's windows last."""
    return {**{name: fact.dtype for name, fact in FACTS.items()}, **{window.name: INT for window in windows}}


def compute_facts(engine: Engine, tables: Mapping[str, Relation], request: FactsRequest) -> Relation:
    """The facts of every loan disbursed by the date, in the order of :func:`fact_schema`.

    ``tables`` are the ten tables of the book as accepted. Intermediate results are kept by the engine under names that
    begin with ``facts_``. Nothing depends on the order of the input rows.
    """
    moment, settings = request.moment, request.settings
    base = engine.keep("facts_base", _base(tables, moment, settings))
    counting = ageing.counting_payments(tables["payments"], moment)
    laid = ageing.laid_out(tables["instalments"], engine.keep("facts_laid", _to_lay_out(base)), counting)
    unpaid = engine.keep("facts_unpaid", ageing.unpaid_totals(laid, moment, settings))
    aged = engine.keep("facts_aged", _aged(base, unpaid, tables["holds"], request))
    people = engine.keep(
        "facts_people", _people(aged, tables["borrowers"], _zones(engine, tables["borrowers"], request), request)
    )
    watched = people.keep(people["is_watched"])
    points = engine.keep("facts_points", ageing_points(tables, watched, moment))
    asked = watched.derive(time_zone=coalesce(watched["time_zone"], request.time_zone))
    asked = asked.select("person_id", "time_zone", "overdue_since_on").join(
        points.select("person_id", "mobile_point_id"), "person_id"
    )
    of_person = [window for window in request.windows if window.scope != PERSON_DEBT]
    contacts = engine.keep("facts_contacts", reachability.contact_facts(tables["contacts"], asked, moment, of_person))
    consents = reachability.consent_facts(tables["consents"].having(watched, "person_id"), moment)
    promises = history.promise_facts(tables["promises"], counting, moment, settings)
    joined = aged.join(people, "person_id")
    for part, key in (
        (contacts, "person_id"),
        (points, "person_id"),
        (consents, "person_id"),
        (standing.hold_facts(tables["holds"], base, moment), "loan_id"),
        (standing.arrangement_facts(tables["arrangements"], moment), "loan_id"),
        (promises, "loan_id"),
    ):
        joined = joined.join(part, key)
    of_debt = [window for window in request.windows if window.scope == PERSON_DEBT]
    if of_debt:
        loans = base.select("person_id", asked_loan_id=base["loan_id"])
        counts = reachability.debt_counts(tables["contacts"], asked, loans, moment, of_debt)
        joined = joined.join(counts, "loan_id")
    return _finished(joined, request)


def ageing_points(tables: Mapping[str, Relation], watched: Relation, moment: Moment) -> Relation:
    """The best points of the people that are looked at."""
    return reachability.point_facts(tables["contact_points"].having(watched, "person_id"), moment)


def _base(tables: Mapping[str, Relation], moment: Moment, settings: AgeingSettings) -> Relation:
    loans = tables["loans"].keep(tables["loans"]["disbursed_on"] <= moment.date)
    dues = ageing.instalment_totals(tables["instalments"], moment)
    paid = ageing.payment_totals(tables["payments"], moment, settings)
    rows = loans.drop("principal_cents").join(dues, "loan_id").join(paid, "loan_id")
    zero_if_none = [f"{scope}_{part}_cents" for scope in ("all", "past") for part in COMPONENTS]
    zero_if_none += ["paid_cents", "paid_30_days_cents", "in_flight_cents", "due_30_days_cents"]
    rows = rows.derive(**{name: coalesce(rows[name], 0) for name in zero_if_none})
    has_ended = any_of(rows["closed_on"].is_null(), rows["closed_on"] <= moment.date)
    # The ledger's word is today's; on an earlier date the loan that ended later was still active.
    rows = rows.derive(status=when(has_ended, rows["status"], "active"))
    rows = rows.derive(
        all_cents=_sum(rows[f"all_{part}_cents"] for part in COMPONENTS),
        past_cents=_sum(rows[f"past_{part}_cents"] for part in COMPONENTS),
        is_closed_by_ledger=rows["status"].isin(("settled", "cancelled")),
    )
    return rows.derive(all_in_annual_rate=_all_in_rate(rows)).drop("principal_epoch_days", "all_in_rate", "annual_rate")


def _all_in_rate(rows: Relation) -> Column:
    """What the lender states, else charges ÷ Σ (principal × years outstanding), to the basis point.

    Charges are the schedule's interest and fees (penalty left out: it is not part of the price agreed).
    """
    disbursed_days = days_between(rows["disbursed_on"], date(1970, 1, 1))
    principal_days = rows["principal_epoch_days"] - multiply(rows["all_principal_cents"], disbursed_days, INT)
    charges = rows["all_interest_cents"] + rows["all_fee_cents"]
    basis_points = integer_divide(multiply(charges, 3_650_000, INT), when(principal_days > 0, principal_days))
    held = when(basis_points < 9_990_000, basis_points)
    return coalesce(rows["all_in_rate"], multiply(held, Decimal("0.0001"), RATE))


def _to_lay_out(base: Relation) -> Relation:
    """The loans whose unpaid part is not plain from sums, and all loans of people who may owe something overdue."""
    open_loans = base.keep(~base["is_closed_by_ledger"])
    unsettled = open_loans.keep(
        all_of(open_loans["paid_cents"] != open_loans["past_cents"], open_loans["paid_cents"] < open_loans["all_cents"])
    )
    behind = open_loans.keep(open_loans["paid_cents"] < open_loans["past_cents"]).select("person_id").distinct()
    theirs = base.having(behind, "person_id")
    others = unsettled.lacking(behind, "person_id")
    return theirs.select("loan_id", "paid_cents").union(others.select("loan_id", "paid_cents"))


def _aged(base: Relation, unpaid: Relation, holds: Relation, request: FactsRequest) -> Relation:
    moment = request.moment
    rows = base.join(unpaid, "loan_id")
    is_laid = rows["w_late_instalments_count"].is_known() & ~rows["is_closed_by_ledger"]
    is_current = all_of(~rows["is_closed_by_ledger"], rows["paid_cents"] == rows["past_cents"])
    amounts: dict[str, Operand] = {}
    for part in COMPONENTS:
        left = rows[f"all_{part}_cents"] - rows[f"past_{part}_cents"]
        amounts[f"overdue_{part}_cents"] = when(is_laid, rows[f"w_overdue_{part}_cents"], 0)
        amounts[f"outstanding_{part}_cents"] = case(
            [(is_laid, rows[f"w_outstanding_{part}_cents"]), (is_current, left)], 0
        )
    rows = rows.derive(
        **amounts,
        oldest_unpaid_due_on=when(is_laid, rows["w_oldest_unpaid_due_on"]),
        instalments_overdue_count=when(is_laid, rows["w_instalments_overdue_count"], 0),
        next_due_on=case([(is_laid, rows["w_next_due_on"]), (is_current, rows["coming_due_on"])]),
        late_instalments_count=coalesce(rows["w_late_instalments_count"], 0),
        overpaid_cents=greatest(rows["paid_cents"] - rows["all_cents"], 0),
    )
    rows = rows.derive(
        overdue_cents=_sum(rows[f"overdue_{part}_cents"] for part in COMPONENTS),
        outstanding_cents=_sum(rows[f"outstanding_{part}_cents"] for part in COMPONENTS),
    )
    pauses = ageing.pause_intervals(holds, base, moment)
    paused = ageing.paused_days(pauses, rows.select("loan_id", "oldest_unpaid_due_on"), moment)
    dropped = [
        name for name in rows.schema if name.startswith(("w_", "all_", "past_")) and name != "all_in_annual_rate"
    ]
    rows = rows.drop(*dropped, "coming_due_on", "is_closed_by_ledger").join(paused, "loan_id")
    rows = rows.derive(
        paused_days=coalesce(rows["paused_days"], 0), is_ageing_paused=coalesce(rows["is_ageing_paused"], False)
    )
    elapsed = moment.days_since(rows["oldest_unpaid_due_on"]) - rows["paused_days"]
    past_due = when(elapsed > request.settings.grace_days, elapsed, 0)
    rows = rows.derive(days_past_due=coalesce(past_due, 0), is_open=rows["outstanding_cents"] > 0)
    days_to_next = days_between(rows["next_due_on"], moment.date)
    return rows.derive(days_to_next_due=days_to_next)


def _people(aged: Relation, borrowers: Relation, zones: Relation, request: FactsRequest) -> Relation:
    overdue = aged["overdue_cents"] > 0
    soon = aged["is_open"] & (aged["days_to_next_due"] <= (request.settings.pre_due_days or 0))
    summed = aged.group(
        "person_id",
        person_overdue_cents=sum_of(aged["overdue_cents"]),
        person_outstanding_cents=sum_of(aged["outstanding_cents"]),
        person_days_past_due=max_of(aged["days_past_due"]),
        person_loans_open_count=count(aged["is_open"]),
        person_loans_overdue_count=count(overdue),
        person_has_payment_in_flight=any_true(aged["in_flight_cents"] > 0),
        person_due_30_days_cents=sum_of(aged["due_30_days_cents"], aged["is_open"]),
        earlier_delinquencies_count=sum_of(aged["late_instalments_count"]),
        overdue_since_on=min_of(aged["oldest_unpaid_due_on"]),
        person_last_payment_on=max_of(aged["last_payment_on"]),
        is_watched=any_true(overdue | soon),
    )
    known = borrowers.drop("name").join(zones, "time_zone")
    rows = summed.join(known, "person_id")
    home = request.time_zone
    return rows.derive(
        language=coalesce(rows["language"], "zh_CN"),
        # A name that is no zone stays unknown, for the law to take unfavourably; days are then the book's own.
        time_zone=when(
            rows["time_zone"].is_null(), home, when(rows["utc_offset_minutes"].is_known(), rows["time_zone"])
        ),
        utc_offset_minutes=when(
            rows["time_zone"].is_null(), _offset_minutes(home, request.as_of), rows["utc_offset_minutes"]
        ),
        legal_capacity=coalesce(rows["legal_capacity"], "full"),
        is_deceased=coalesce(rows["is_deceased"], False),
        has_representative=coalesce(rows["has_representative"], False),
    )


def _zones(engine: Engine, borrowers: Relation, request: FactsRequest) -> Relation:
    """Every zone named in the book with its UTC offset at noon of the date; null for a name that is no zone."""
    names: Sequence[str | None] | None = request.zones
    if names is None:
        names = engine.fetch(borrowers.select("time_zone").distinct(), ["time_zone"])["time_zone"].to_pylist()
    rows = [
        {"time_zone": name, "utc_offset_minutes": _offset_or_none(name, request.as_of)}
        for name in names
        if name is not None
    ]
    schema = {"time_zone": TEXT, "utc_offset_minutes": INT}
    table = pa.Table.from_pylist(
        rows, schema=pa.schema([("time_zone", pa.string()), ("utc_offset_minutes", pa.int64())])
    )
    return engine.open_arrow("facts_zones", table, schema)


def _offset_or_none(name: str, day: date) -> int | None:
    try:
        return _offset_minutes(name, day)
    except UsageError:
        return None


def _offset_minutes(name: str, day: date) -> int:
    offset = datetime.combine(day, time(12), tzinfo=zone(name)).utcoffset()
    return int((offset or timedelta()).total_seconds() // 60)


def _finished(rows: Relation, request: FactsRequest) -> Relation:
    moment, settings, legal = request.moment, request.settings, request.legal
    watched = rows["is_watched"]
    values: dict[str, Operand] = {
        "business_date": literal(request.as_of),
        "ledger_status": rows["status"],
        "months_on_book": integer_divide(multiply(moment.days_since(rows["disbursed_on"]), 12, INT), 365),
        "bucket": _bucket(rows["days_past_due"], settings),
        "asset_class": _asset_class(rows["days_past_due"], legal),
        "is_first_payment_default": (rows["oldest_unpaid_due_on"] == rows["first_due_on"]).is_true(),
        "has_payment_in_flight": rows["in_flight_cents"] > 0,
        "days_since_last_payment": moment.days_since(rows["last_payment_on"]),
        "is_over_rate_ceiling": null(BOOL)
        if legal.rate_ceiling is None
        else rows["all_in_annual_rate"] > legal.rate_ceiling,
        "is_minor": _is_minor(rows, legal, moment),
        "utc_offset_minutes_difference": _offset_difference(rows, legal),
    }
    for name in ("promises_made_count", "promises_kept_count", "promises_broken_count", "arrangements_breached_count"):
        values[name] = coalesce(rows[name], 0)
    for name in (
        "has_open_promise",
        "has_active_arrangement",
        "is_arrangement_breached",
        *(standing.hold_flag(kind) for kind in HOLD_KINDS),
    ):
        values[name] = coalesce(rows[name], False)
    for name in (*_SINCE_COUNTS, *(window.name for window in request.windows)):
        values[name] = when(watched, coalesce(rows[name], 0))
    for name in reachability.flags_of_nobody():
        values[name] = when(watched, coalesce(rows[name], False))
    sign_of_life = greatest(rows["last_sign_on"], rows["person_last_payment_on"], rows["overdue_since_on"])
    values["days_silent"] = when(watched, moment.days_since(sign_of_life))
    rows = rows.derive(**values)
    rows = rows.derive(**_derived_from_facts(rows, settings))
    schema = fact_schema(request.windows)
    return rows.select(**{name: rows[name] for name in schema})


def _derived_from_facts(rows: Relation, settings: AgeingSettings) -> dict[str, Operand]:
    burden = integer_divide(multiply(rows["person_due_30_days_cents"], 100, INT), rows["monthly_income_cents"])
    ability = case(
        [
            (burden >= settings.ability_low_percent, "low"),
            (burden > settings.ability_high_percent, "medium"),
            (burden.is_known(), "high"),
        ]
    )
    hardship = any_of(
        rows["has_hardship"],
        (rows["last_attitude"] == "hardship").is_true(),
        rows["reason_code"].isin(_HARDSHIP_REASONS).is_true(),
    )
    willing = any_of(
        rows["willing_count"] > 0,
        rows["promises_kept_count"] > 0,
        rows["paid_30_days_cents"] > 0,
        rows["inbound_contacts_count"] > 0,
    )
    return {
        "burden_percent": burden,
        "ability": ability,
        "has_hardship_signal": hardship,
        "has_shown_willingness": willing.is_true(),
        "is_lost_contact": reachability.is_lost_contact(rows, settings),
    }


def _bucket(days: Column, settings: AgeingSettings) -> Column:
    bounded = [(days <= last, name) for name, last in settings.buckets if last is not None]
    return case(bounded, settings.buckets[-1][0])


def _asset_class(days: Column, legal: LegalSettings) -> Column:
    if not legal.asset_classes:
        return null(TEXT)
    worst_first = [(days > beyond, name) for name, beyond in reversed(legal.asset_classes)]
    return case(worst_first, "normal")


def _is_minor(rows: Relation, legal: LegalSettings, moment: Moment) -> Column:
    """By age where the date of birth and the law's age are known; else what the stated capacity says."""
    by_capacity = rows["legal_capacity"] != "full"
    if legal.adult_years is None:
        return by_capacity
    return coalesce(add_months(rows["birth_on"], 12 * legal.adult_years) > moment.date, by_capacity)


def _offset_difference(rows: Relation, legal: LegalSettings) -> Column:
    """The person's clock less the law's own clock, in minutes; null when either is unknown."""
    if legal.utc_offset_minutes is None:
        return null(INT)
    return rows["utc_offset_minutes"] - legal.utc_offset_minutes


def _sum(columns: Iterable[Column]) -> Column:
    return reduce(lambda left, right: left + right, columns)
