"""What happened before, as facts: dated events become counts, holds, refusals and consents, on columns.

A pack says in its facts how events become them (``history:``); its caps say what contacts they count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from forbear.book.windows import CountWindow
from forbear.columns.arrow import fetch_rows, open_rows
from forbear.columns.dtypes import BOOL, DATE, INSTANT, INT, TEXT, DType
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    any_true,
    coalesce,
    count,
    days_between,
    latest,
    literal,
    max_of,
    min_of,
    row_number,
    sum_of,
)
from forbear.columns.relation import Relation
from forbear.compliance.needs import FactNeed
from forbear.kernel.errors import LawError

KEYS: Mapping[str, DType] = {
    "case_id": INT, "n": INT, "at": INSTANT, "contact_on": DATE, "case_at": INSTANT, "case_on": DATE, "until": INSTANT,
    "event": TEXT, "channel": TEXT, "direction": TEXT, "result": TEXT, "contact_point_id": TEXT, "mobile_point_id": TEXT,
    "loan_id": TEXT, "asked_loan_id": TEXT, "excluded": TEXT, "count": INT,
}  # fmt: skip
ATTRIBUTE_COLUMNS = {"point": "contact_point_id", "debt": "loan_id"}
OPERATIONS = (
    "happened", "in_force", "count", "sum", "latest", "days_since", "months_since", "months_begun_since", "minutes_since",
    "days_between", "most_in_a_day", "days_in_a_row",
)  # fmt: skip
_DTYPES: Mapping[type, DType] = {bool: BOOL, int: INT, str: TEXT, date: DATE, datetime: INSTANT}


def history_facts(
    engine: Engine,
    events: Sequence[Mapping[str, Any]],
    needs: Sequence[FactNeed],
    windows: Sequence[CountWindow],
    days_of: Mapping[str, Any],
) -> dict[int, dict[str, Any]]:
    """The facts that the events of each case give, by case; a fact that no event speaks of is left out.

    Args:
        events: rows with ``case_id``, ``at``, ``case_at`` and their dates, and any attributes.
        days_of: the values of statutes that ``days`` may name.
    """
    if not events:
        return {}
    rows = open_rows(engine, "case_events", events, _schema(events, needs))
    rows = rows.keep(rows["at"] <= rows["case_at"])
    rows = rows.derive(days_ago=days_between(rows["case_on"], rows["contact_on"]), count=coalesce(rows["count"], 1))
    rows = engine.keep("case_history", rows)
    found: dict[int, dict[str, Any]] = {}
    aggregates = _window_counts(rows, windows)
    for need in needs:
        if need.history is not None and need.name not in {window.name for window in windows}:
            aggregates |= _aggregates(rows, need, days_of)
            _by_day(engine, rows, need, found)
    if aggregates:
        for each in fetch_rows(engine, rows.group("case_id", **aggregates)):
            found.setdefault(each["case_id"], {}).update(_finished(each, needs, windows))
    return found


def _schema(events: Sequence[Mapping[str, Any]], needs: Sequence[FactNeed]) -> dict[str, DType]:
    """The columns of the events: those that are always there, and one for each attribute that an event or a fact names."""
    schema = dict(KEYS)
    for event in events:
        for name, value in event.items():
            if value is not None and name not in KEYS:
                dtype = _DTYPES[type(value)]
                if schema.setdefault(name, dtype) != dtype:
                    raise LawError(
                        "bad_case", f"Events say {name} once as {schema[name]} and once as {dtype}.", key=name
                    )
    for need in needs:
        for name, dtype in _named(need.history or {}).items():
            schema.setdefault(name, dtype)
    return schema


def _named(history: Mapping[str, Any]) -> dict[str, DType]:
    """The attributes that a fact's history names, of the type of what it asks for."""
    names: dict[str, DType] = {str(history["of"]): INT} if "of" in history else {}
    for operation in (*OPERATIONS, "ended_by"):
        for match in _matches(history.get(operation) or {}):
            for name, asked in match.items():
                listed = asked if isinstance(asked, list) else [asked]
                known = [each for each in listed if each is not None]
                if name != "scope":
                    names[ATTRIBUTE_COLUMNS.get(name, name)] = _DTYPES[type(known[0])] if known else TEXT
    return names


def _matches(pattern: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(pattern["any"]) if "any" in pattern else [pattern]


def _condition(rows: Relation, pattern: Mapping[str, Any]) -> Column:
    """Which events a pattern means: attribute by attribute a value, or a list of values, null among them."""
    if not pattern:
        return literal(False)
    return any_of(*(all_of(*(_part(rows, name, asked) for name, asked in each.items())) for each in _matches(pattern)))


def _part(rows: Relation, name: str, asked: Any) -> Column:
    if name == "scope":
        return any_of(rows["loan_id"].is_null(), rows["loan_id"] == rows["asked_loan_id"])
    value = rows[ATTRIBUTE_COLUMNS.get(name, name)]
    listed = list(asked) if isinstance(asked, list) else [asked]
    known = [each for each in listed if each is not None]
    tests = [value.is_null()] if None in listed else []
    if known:
        tests.append(coalesce(value.isin(known), False))
    return any_of(*tests)


def _window_counts(rows: Relation, windows: Sequence[CountWindow]) -> dict[str, Column]:
    contact = rows["event"] == "contact"
    return {window.name: sum_of(rows["count"], contact & window.condition(rows)) for window in windows}


def _aggregates(rows: Relation, need: FactNeed, days_of: Mapping[str, Any]) -> dict[str, Column]:
    history = need.history or {}
    name = need.name
    if "happened" in history:
        return {name: any_true(_condition(rows, history["happened"]))}
    if "in_force" in history:
        opens = _condition(rows, history["in_force"])
        ends = _condition(rows, history.get("ended_by") or {})
        running = opens & any_of(rows["until"].is_null(), rows["until"] > rows["case_at"])
        return {
            name: max_of(rows["at"], running),
            f"{name}§ended": max_of(rows["at"], ends),
            f"{name}§spoken": count(any_of(opens, ends)),
        }
    for operation in ("days_since", "months_since", "months_begun_since", "minutes_since"):
        if operation in history:
            then, now = ("at", "case_at") if operation == "minutes_since" else ("contact_on", "case_on")
            return {name: max_of(rows[then], _condition(rows, history[operation])), f"{name}§at": max_of(rows[now])}
    if "days_between" in history:
        chosen = _condition(rows, history["days_between"])
        first, last = min_of(rows["contact_on"], chosen), max_of(rows["contact_on"], chosen)
        return {name: days_between(last, first)}
    if "latest" in history:
        value = rows[str(history["of"])]
        return {name: latest(rows["at"], rows["n"], _condition(rows, history["latest"]), value=value).field("value")}
    for operation in ("count", "sum"):
        if operation in history:
            chosen = _condition(rows, history[operation])
            days = history.get("days")
            if days is not None:
                chosen = chosen & (rows["days_ago"] < int(days_of.get(str(days), days)))
            what = rows["count"] if operation == "count" else rows[str(history["of"])]
            return {name: sum_of(what, chosen)}
    return {}


def _by_day(engine: Engine, rows: Relation, need: FactNeed, found: dict[int, dict[str, Any]]) -> None:
    """Facts of whole days: the most on one day, and days in a row."""
    history = need.history or {}
    for operation in ("most_in_a_day", "days_in_a_row"):
        if operation not in history:
            continue
        chosen = rows.keep(_condition(rows, history[operation]))
        if history.get("before_today"):
            chosen = chosen.keep(chosen["days_ago"] > 0)
        days = chosen.group("case_id", "days_ago", times=sum_of(chosen["count"]))
        result = _most(days) if operation == "most_in_a_day" else _run_of_days(days)
        for each in fetch_rows(engine, result):
            if each["value"] is not None:
                found.setdefault(each["case_id"], {})[need.name] = each["value"]


def _most(days: Relation) -> Relation:
    return days.group("case_id", value=max_of(days["times"]))


def _run_of_days(days: Relation) -> Relation:
    """Days in a row up to today, or up to yesterday where today has none: in order of age, the n-th is n days off the first."""
    numbered = days.derive(place=row_number([days["case_id"]], [(days["days_ago"], "asc")]))
    firsts = days.group("case_id", first=min_of(days["days_ago"]))
    rows = numbered.join(firsts, "case_id")
    in_row = (rows["first"] <= 1) & (rows["days_ago"] - rows["place"] == rows["first"] - 1)
    return rows.group("case_id", value=count(in_row))


def _finished(row: Mapping[str, Any], needs: Sequence[FactNeed], windows: Sequence[CountWindow]) -> dict[str, Any]:
    """Aggregates as values of facts; those of which no event speaks are left out."""
    facts: dict[str, Any] = {window.name: row[window.name] for window in windows if row[window.name] is not None}
    for need in needs:
        history = need.history or {}
        value = row.get(need.name)
        if "in_force" in history and f"{need.name}§spoken" in row:
            ended = row[f"{need.name}§ended"]
            if row[f"{need.name}§spoken"]:
                facts[need.name] = value is not None and (ended is None or ended < value)
        elif value is None or need.name in facts or value is False:
            continue
        elif f"{need.name}§at" in row:
            facts[need.name] = _since(history, value, row[f"{need.name}§at"])
        else:
            facts[need.name] = value
    return facts


def _since(history: Mapping[str, Any], then: Any, now: Any) -> int:
    if "minutes_since" in history:
        return int((now - then).total_seconds() // 60)
    units = {"days_since": "days", "months_since": "months", "months_begun_since": "months_begun"}
    return whole_units(then, now, next(unit for operation, unit in units.items() if operation in history))


def whole_units(then: date, now: date, unit: str) -> int:
    """Whole days, months or years from a date to another; ``months_begun`` counts a month that has begun; ``day_number``: days
    from the first of 1970 to the date itself.

    >>> whole_units(date(2025, 10, 18), date(2026, 11, 18), "months")
    13
    >>> [whole_units(date(2025, 11, day), date(2026, 11, 18), "months_begun") for day in (18, 17)]
    [12, 13]
    """
    if unit == "day_number":
        return (then - date(1970, 1, 1)).days
    if unit == "days":
        return (now - then).days
    months = (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day)
    if unit == "months_begun":
        return months + (now.day != then.day)
    return months if unit == "months" else months // 12
