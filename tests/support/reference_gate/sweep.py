"""The gate and the reference on the same random proposals, every one compared."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import INT
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.compliance import Gate, load_gate, read_pack
from forbear.compliance.needs import FactNeed
from forbear.statutes import Statute, load_pack
from reference_gate.disputed import DISPUTED
from reference_gate.law import Law
from reference_gate.proposals import random_columns
from reference_gate.questions import answer

COVERED_FROM = date(2021, 11, 1)
LAWS = ("cn+house", "cn")
PROFILES = ("strict", "letter")
WITH_DUTIES = ("contact",)


@dataclass(frozen=True)
class Setting:
    """A question under a law on a date in a profile."""

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
def days() -> tuple[date, ...]:
    """The first and the last day of each wording of the law."""
    changes = {
        day
        for statute in _statutes()
        for version in statute.versions
        for day in (version.since, version.until)
        if day is not None and day > COVERED_FROM
    }
    return tuple(sorted({COVERED_FROM} | changes | {day - timedelta(days=1) for day in changes}))


def _statutes() -> list[Statute]:
    return [statute for pack in ("cn", "house") for statute in load_pack(pack, COVERED_FROM).statutes.values()]


@cache
def statute_numbers() -> tuple[int, ...]:
    """Every whole number that a statute gives."""
    values = {version.value for statute in _statutes() for version in statute.versions}
    return tuple(sorted(value for value in values if isinstance(value, int)))


@cache
def facts_of(question: str) -> Mapping[str, FactNeed]:
    """Every fact that may bear on a question, whether or not a table reads it."""
    groups = {"shared", "contact", question}
    declared = {**read_pack("house", COVERED_FROM).needs, **read_pack("cn", COVERED_FROM).needs}
    return {name: need for name, need in declared.items() if need.group in groups}


def settings(question: str) -> list[Setting]:
    """Every law, date and profile under which a question is proved; the latest first."""
    return [Setting(question, *choice) for choice in itertools.product(LAWS, reversed(days()), PROFILES)]


def gate_of(setting: Setting) -> Gate:
    """The gate; days with the same wording of the law share one."""
    same = next(day for day in days() if _regime(day) == _regime(setting.on))
    return _gate(setting.law, same, setting.profile, setting.question)


@cache
def _gate(law: str, on: date, profile: str, question: str) -> Gate:
    return load_gate(law, on, profile, (question,))


@cache
def _regime(on: date) -> object:
    return load_pack("cn", on).regime, load_pack("house", on).regime


@cache
def _law(setting: Setting) -> Law:
    return Law(setting.on, setting.profile, setting.law.endswith("+house"), yields_on=DISPUTED.get(setting.question, {}))


def compare(setting: Setting, rows: int, seed: int) -> list[Disagreement]:
    """The disagreements on so many random proposals."""
    number = settings(setting.question).index(setting)
    columns = random_columns(facts_of(setting.question), statute_numbers(), rows, (seed, number))
    return list(disagreements(setting, columns))


def disagreements(setting: Setting, columns: Mapping[str, list[Any]]) -> Iterator[Disagreement]:
    """The disagreements on given columns."""
    needs = facts_of(setting.question)
    unfavourable = {name: need.unfavourable for name, need in needs.items()}
    with_duties = setting.question in WITH_DUTIES
    law = _law(setting)
    for values, verdict, duties, rules in zip(
        zip(*columns.values(), strict=True), *_judged(gate_of(setting), needs, columns), strict=True
    ):
        given = dict(zip(columns, values, strict=True))
        said = answer(setting.question, given, unfavourable, law)
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
