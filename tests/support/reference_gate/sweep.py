"""The gate and the reference on the same random proposals, every one compared."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import pyarrow as pa

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import INT
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.compliance import Gate, LawPack, read_law
from forbear.compliance import gate_of as gate_of_packs
from forbear.compliance.needs import FactNeed
from forbear.statutes import Statute
from forbear.statutes.statute import as_number
from reference_gate.law import Law, statutes_of
from reference_gate.order import Order
from reference_gate.orders import ORDERS
from reference_gate.proposals import random_columns

ROWS_PER_SETTING = 8000
ROWS_PER_TASK = 20_000
WORKERS = 2
KEPT = 5
"""How many disagreements of a setting are shown."""


@dataclass(frozen=True)
class Setting:
    """A question of a legal order under a law on a date in a profile."""

    order: str
    question: str
    law: str
    on: date
    profile: str


@dataclass(frozen=True)
class Disagreement:
    """A proposal that the gate and the reference judge differently."""

    setting: Setting
    changed: Mapping[str, Any]
    gate: tuple[str, tuple[str, ...]]
    gate_rules: tuple[str, ...]
    reference: tuple[str, tuple[str, ...]]
    findings: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return (
            f"{self.setting.question} under {self.setting.law} on {self.setting.on}, {self.setting.profile}\n"
            f"  differs from the base facts: {dict(self.changed)}\n"
            f"  gate:      {self.gate} by {self.gate_rules}\n"
            f"  reference: {self.reference} by {self.findings}"
        )


@cache
def days(order: str) -> tuple[date, ...]:
    """The first and the last day of each wording of the law."""
    begins = ORDERS[order].covers_from
    changes = {
        day
        for statute in _statutes(order)
        for version in statute.versions
        for day in (version.since, version.until)
        if day is not None and day > begins
    }
    return tuple(sorted({begins} | changes | {day - timedelta(days=1) for day in changes}))


def _statutes(order: str) -> list[Statute]:
    return [statute for pack in ORDERS[order].packs for statute in statutes_of(pack).statutes.values()]


@cache
def statute_numbers(order: str) -> tuple[int, ...]:
    """Every whole number that a statute gives, a day as its number."""
    values = {as_number(version.value) for statute in _statutes(order) for version in statute.versions}
    return tuple(sorted(value for value in values if isinstance(value, int)))


@cache
def facts_of(order: str, question: str) -> Mapping[str, FactNeed]:
    """The facts that may bear on a question: those declared for it or shared, and those that its tables read."""
    law = ORDERS[order].laws[0]
    declared = {name: need for pack in reversed(_packs(order, law)) for name, need in pack.needs.items()}
    read = gate_of(settings(order, question)[0]).needs
    return {name: need for name, need in declared.items() if need.group in ("shared", question) or name in read}


@cache
def settings(order: str, question: str) -> tuple[Setting, ...]:
    """Every law, date and profile under which a question is proved; the latest day first."""
    one = ORDERS[order]
    choices = itertools.product(one.laws, reversed(days(order)), one.profiles)
    return tuple(Setting(order, question, *choice) for choice in choices)


def some_settings(order: str, question: str, count: int, seed: int) -> list[Setting]:
    """So many of them: today's law in both profiles, and others by chance."""
    every = settings(order, question)
    rng = np.random.default_rng((seed, len(question)))
    return [*every[:2], *(every[2 + number] for number in rng.permutation(len(every) - 2))][: max(count, 2)]


def gate_of(setting: Setting) -> Gate:
    """The gate; days with the same wording of the law share one."""
    order = setting.order
    same = next(day for day in days(order) if _regime(order, day) == _regime(order, setting.on))
    return _gate(order, setting.law, same, setting.profile, setting.question)


@cache
def _gate(order: str, law: str, on: date, profile: str, question: str) -> Gate:
    return gate_of_packs([pack.at(on) for pack in _packs(order, law)], profile, (question,))


@cache
def _packs(order: str, law: str) -> tuple[LawPack, ...]:
    return read_law(law, ORDERS[order].covers_from)


@cache
def _regime(order: str, on: date) -> object:
    return tuple(statutes_of(pack).at(on).regime for pack in ORDERS[order].packs)


@cache
def law_of(setting: Setting, yields: bool = True) -> Law:
    """The reference's law of a setting; where tables and reference are known to differ it yields to the tables."""
    yields_on = ORDERS[setting.order].disputed.get(setting.question, {}) if yields else ()
    return Law(setting.on, setting.profile, setting.law.split("+"), yields_on)


def sweep(order: Order, rows: int, seed: int) -> tuple[int, list[Disagreement]]:
    """How many proposals were compared, over all questions together, and where gate and reference disagree."""
    per_question = -(-rows // len(order.questions))
    tasks = []
    for question in order.questions:
        chosen = some_settings(order.name, question, per_question // ROWS_PER_SETTING, seed)
        per_setting = -(-per_question // len(chosen))
        # Few settings of a large sweep are told apart by their seeds, so that no task holds too many rows at once.
        parts = -(-per_setting // ROWS_PER_TASK)
        tasks += [(setting, -(-per_setting // parts), seed + part) for setting in chosen for part in range(parts)]
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        found = list(pool.map(compare, *zip(*tasks, strict=True)))
    return sum(count for _, count, _ in tasks), [one for some in found for one in some]


def compare(setting: Setting, rows: int, seed: int) -> list[Disagreement]:
    """The disagreements on so many random proposals, each made as simple as it goes, the simplest first."""
    order, question = setting.order, setting.question
    number = settings(order, question).index(setting)
    needs, numbers = facts_of(order, question), statute_numbers(order)
    columns = random_columns(ORDERS[order].proposals, needs, numbers, rows, (seed, number))
    found = sorted(disagreements(setting, columns), key=lambda one: len(one.changed))[:KEPT]
    return sorted((simplified(one) for one in found), key=lambda one: len(one.changed))


def simplified(one: Disagreement) -> Disagreement:
    """The same disagreement with as many facts as possible put back to their base values."""
    needs = facts_of(one.setting.order, one.setting.question)
    unfavourable = {name: need.unfavourable for name, need in needs.items()}
    order = ORDERS[one.setting.order]
    for name in one.changed:
        fewer = {other: value for other, value in one.changed.items() if other != name}
        given = {fact: fewer.get(fact, need.base) for fact, need in needs.items()}
        theirs = gate_of(one.setting).judge(given)
        ours = order.answer(one.setting.question, given, unfavourable, law_of(one.setting))
        with_duties = one.setting.question in order.with_duties
        if theirs.verdict != ours.verdict or (with_duties and set(theirs.duties) != ours.duties):
            said = (theirs.verdict, tuple(sorted(theirs.duties)) if with_duties else ())
            meant = (ours.verdict, tuple(sorted(ours.duties)) if with_duties else ())
            one = Disagreement(one.setting, fewer, said, theirs.rules, meant, tuple(ours.findings))
    return one


def disagreements(setting: Setting, columns: Mapping[str, list[Any]]) -> Iterator[Disagreement]:
    """The disagreements on given columns."""
    needs = facts_of(setting.order, setting.question)
    unfavourable = {name: need.unfavourable for name, need in needs.items()}
    order = ORDERS[setting.order]
    with_duties = setting.question in order.with_duties
    law = law_of(setting)
    for values, verdict, duties, rules in zip(
        zip(*columns.values(), strict=True), *_judged(gate_of(setting), needs, columns), strict=True
    ):
        given = dict(zip(columns, values, strict=True))
        said = order.answer(setting.question, given, unfavourable, law)
        ours = (said.verdict, tuple(sorted(said.duties)) if with_duties else ())
        theirs = (verdict, tuple(sorted(duties or ())) if with_duties else ())
        if ours != theirs:
            changed = {name: value for name, value in given.items() if value != needs[name].base}
            yield Disagreement(setting, changed, theirs, tuple(rules), ours, tuple(said.findings))


def _judged(
    gate: Gate, needs: Mapping[str, FactNeed], columns: Mapping[str, list[Any]]
) -> tuple[list[Any], list[Any], list[Any]]:
    """What the gate says of each row: verdicts, duties, rules."""
    schema = {"proposal": INT, **{name: need.dtype for name, need in needs.items()}}
    count = len(next(iter(columns.values())))
    table = pa.table({"proposal": range(count), **columns}, schema=to_arrow_schema(schema))
    engine = DuckDBEngine()
    try:
        relation = gate.apply(engine.open_arrow("proposals", table, schema))
        judged = engine.fetch(relation.select("proposal", "verdict", "duties", "rules"), ["proposal"])
    finally:
        engine.close()
    return judged["verdict"].to_pylist(), judged["duties"].to_pylist(), judged["rules"].to_pylist()
