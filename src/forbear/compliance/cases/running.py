"""Cases run through the gate, all of one law at once on columns, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from forbear.columns.arrow import fetch_rows, open_rows
from forbear.columns.dtypes import INT
from forbear.columns.engines.engine import Engine
from forbear.compliance.cases.history import history_facts
from forbear.compliance.cases.naming import Vocabulary
from forbear.compliance.cases.reading import LawCase
from forbear.compliance.cases.rows import CaseRow, base_facts, case_row, events_of
from forbear.compliance.deriving import derived_facts, derived_values
from forbear.compliance.gate import Gate, gate_of, verdict_from
from forbear.compliance.law import covered_from, needs_of, read_law
from forbear.compliance.pack import MAY_ACT, LawPack
from forbear.compliance.rows import answers_to
from forbear.compliance.verdict import Verdict
from forbear.kernel.errors import LawError


@dataclass(frozen=True)
class CaseResult:
    """What the gate said of a case, its values, and in words everything that was expected otherwise.

    ``facts`` is the row that was judged, ``asked`` are the ids of all rows that could have spoken.
    """

    case: LawCase
    verdict: Verdict
    values: Mapping[str, Any]
    differences: tuple[str, ...]
    facts: Mapping[str, Any]
    asked: frozenset[str]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "file": self.case.file,
            "name": self.case.name,
            "law": self.case.law,
            "act": self.case.act,
            "passed": self.passed,
            "verdict": asdict(self.verdict),
            "values": {name: _plain(value) for name, value in self.values.items()},
            "differences": list(self.differences),
        }


def run_cases(
    cases: Sequence[LawCase], engine: Engine, read: Callable[..., tuple[LawPack, ...]] = read_law
) -> list[CaseResult]:
    """The results of all cases, in their order.

    Cases under one law, one set of versions in force, one profile and one act are judged together.

    Raises:
        LawError: ``bad_case``; what reading a law raises.
        UsageError: ``unknown_profile``.
    """
    laws: dict[str, tuple[LawPack, ...]] = {}
    rows: dict[tuple[Any, ...], list[int]] = {}
    read_rows: list[CaseRow] = []
    for number, case in enumerate(cases):
        if case.law not in laws:
            laws[case.law] = read(case.law, case.on)
        packs = _on(laws[case.law], case)
        read_rows.append(case_row(case, packs, Vocabulary(needs_of(packs))))
        regime = tuple(pack.statutes.regime for pack in packs)
        rows.setdefault((case.law, case.profile, packs[0].acts[case.act].asks, regime), []).append(number)
    results: dict[int, CaseResult] = {}
    for (law, profile, asks, _regime), numbers in rows.items():
        packs = _on(laws[law], cases[numbers[0]])
        gate = gate_of(packs, profile, asks)
        results |= _judge(gate, {number: read_rows[number] for number in numbers}, engine)
    return [results[number] for number in range(len(cases))]


def _on(packs: Sequence[LawPack], case: LawCase) -> tuple[LawPack, ...]:
    on = case.on
    begins = covered_from(packs)
    if on < begins:
        raise case.error("at", f"the law {case.law} is known from {begins} on")
    return tuple(pack.at(on) for pack in packs)


def _judge(gate: Gate, rows: Mapping[int, CaseRow], engine: Engine) -> dict[int, CaseResult]:
    """The results of cases of one gate, by number."""
    vocabulary = Vocabulary(needs_of(gate.packs))
    events = [event for number, row in rows.items() for event in events_of(row, number)]
    values = {name: value.value for name, value in gate.statutes.items()}
    try:
        past = history_facts(engine, events, list(vocabulary.needs.values()), gate.count_windows, values)
    except LawError as error:
        raise LawError(error.code, f"{error.message} (one of {len(rows)} cases)", do=error.do, **error.where) from None
    base = base_facts(vocabulary)
    facts = {number: {**base, **past.get(number, {}), **row.given} for number, row in rows.items()}
    for number, row in rows.items():
        facts[number] |= derived_facts(gate, facts[number], row.special, row.local.date())
    schema = {"case_number": INT, **{name: need.dtype for name, need in gate.needs.items()}}
    asked = [{"case_number": number, **facts[number]} for number in rows]
    judged = gate.apply(open_rows(engine, "law_cases", asked, schema))
    found = {each["case_number"]: each for each in fetch_rows(engine, judged)}
    results = {}
    for number, row in rows.items():
        own = facts[number]
        values = {**gate.values_of(own), **derived_values(gate, own, row.special, row.local.date())}
        results[number] = _result(gate, row.case, found[number], values, own)
    return results


def _result(
    gate: Gate, case: LawCase, found: Mapping[str, Any], values: Mapping[str, Any], facts: Mapping[str, Any]
) -> CaseResult:
    verdict = verdict_from(found)
    asked = frozenset(row.id for row in gate.rows)
    return CaseResult(case, verdict, values, tuple(_differences(gate, case, verdict, values)), facts, asked)


def _differences(gate: Gate, case: LawCase, verdict: Verdict, values: Mapping[str, Any]) -> list[str]:
    expect, odd = case.expect, []
    asked = str(expect.get("verdict") or "").upper()
    if asked and asked != verdict.verdict and _MEANS.get(verdict.verdict) != asked:
        odd.append(f"expected {asked}, got {verdict.verdict}")
    may_act = verdict.verdict in MAY_ACT
    if "may_act" in expect and bool(expect["may_act"]) != may_act:
        odd.append(f"expected may_act {str(expect['may_act']).lower()}, got {verdict.verdict}")
    if "decided_by" in expect and verdict.decided_by not in _named(gate, expect["decided_by"]):
        odd.append(f"expected to be decided by {expect['decided_by']}, was by {verdict.decided_by}")
    for asked_rule in _listed(expect.get("rules")):
        if not _named(gate, asked_rule) & set(verdict.rules):
            odd.append(f"{asked_rule} did not fire")
    for unwanted in _listed(expect.get("not_rules")):
        fired = [rule for rule in verdict.rules if rule in _named(gate, unwanted)]
        if fired:
            odd.append(f"{fired[0]} fired")
    if "duties" in expect and sorted(_listed(expect["duties"])) != sorted(verdict.duties):
        odd.append(f"expected the duties {_listed(expect['duties'])}, got {list(verdict.duties)}")
    window = [verdict.window_start_minute, verdict.window_end_minute]
    if "window" in expect and list(expect["window"]) != window:
        odd.append(f"expected the window {list(expect['window'])}, got {window}")
    return [*odd, *_value_differences(expect.get("values") or {}, values)]


_MEANS = {"PRESUMED_VIOLATION": "DENY", "PRESUMED_COMPLIANCE": "ALLOW"}
"""What a presumption does to the act: a case that asks only that is met by it."""


def _value_differences(expected: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    odd = []
    for name, value in expected.items():
        if name not in values:
            odd.append(f"there is no value {name}")
        elif str(_plain(values[name])) != str(_plain(value)):
            odd.append(f"expected {name} {_plain(value)}, got {_plain(values[name])}")
    return odd


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def _named(gate: Gate, asked: object) -> set[str]:
    """The ids of the rows that a name in a case means."""
    statutes = {pack.name: pack.statutes for pack in gate.packs}
    return {row.id for row in gate.rows if answers_to(row, str(asked), statutes[row.pack])}


def asks_of(case: LawCase) -> tuple[str, ...]:
    """The questions that are asked of a case's act."""
    return read_law(case.law, case.on)[0].acts[case.act].asks
