"""Is a law sound? Found before it runs: values without a source, rows without a reason, statutes that nothing uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from forbear.compliance.checking.problem import Problem
from forbear.compliance.checking.proof import prove
from forbear.compliance.gate import gate_of
from forbear.compliance.law import read_law
from forbear.compliance.pack import PACKS_FOLDER, LawPack, read_pack
from forbear.compliance.rows import LawRow, rows_of
from forbear.kernel.errors import InputError
from forbear.statutes import STATUTES_FOLDER, UNITS
from forbear.tables import check
from forbear.tables.feel.tree import Literal, endpoints, names_in

LANGUAGES = ("en", "zh")
READ_BY_THE_GATE = {"time_zone", "earliest_minute", "latest_minute"}
"""Facts that the window arithmetic reads, beside what the tables read."""


AGAINST = ("forbid", "advise against", "presume violation", "review")


def check_law(law: str, on: date) -> list[Problem]:
    """The problems of a law, pack by pack, and of its layers together."""
    try:
        packs = read_law(law, on)
    except InputError as error:
        return [Problem(error.code, str(error.where.get("file") or law), str(error))]
    return [problem for pack in packs for problem in check_read_pack(pack)]


def check_pack(
    name: str, on: date, folder: Path = PACKS_FOLDER, statutes_folder: Path = STATUTES_FOLDER
) -> list[Problem]:
    """The problems of a pack on a date; none for a sound one. A pack that cannot be read is one problem.

    Codes: those of LawError and TableError, ``source_not_checked``, ``unknown_statute``, ``unused_statute``,
    ``row_without_because``, ``row_without_changes``, ``row_without_remedy``, ``row_without_cites``,
    ``row_not_citing_its_statute``, ``row_id_twice``, ``unknown_placeholder``, ``number_in_cell``, ``unused_fact``, ``unreachable``,
    and those of :mod:`forbear.compliance.checking.proof`.
    """
    try:
        pack = read_pack(name, on, folder, statutes_folder)
    except InputError as error:
        return [Problem(error.code, str(error.where.get("row") or error.where.get("file") or name), str(error))]
    return check_read_pack(pack)


def check_read_pack(pack: LawPack) -> list[Problem]:
    """The problems of a pack that is read already."""
    try:
        rows = _all_rows(pack)
        for question in pack.questions:
            gate = gate_of((pack,), next(iter(pack.profiles)), (question,), any_date=True)
            _ = gate.count_windows, gate.judge({}), gate.values_of({})
    except InputError as error:
        return [Problem(error.code, str(error.where.get("row") or error.where.get("file") or pack.name), str(error))]
    each_row = (problem for row in rows for problem in _row(pack, row))
    return [*_ids(pack), *_statutes(pack, rows), *each_row, *_facts(pack, rows), *_tables(pack), *prove(pack)]


def _all_rows(pack: LawPack) -> list[LawRow]:
    return rows_of(pack, in_force_only=False, values=True)


def _ids(pack: LawPack) -> Iterator[Problem]:
    """A row's id names one row of the pack, for good."""
    ids = Counter(
        rule.id
        for _, model in pack.models
        for decision in model.decisions.values()
        if decision.table is not None
        for rule in decision.table.rules
    )
    for row_id, times in ids.items():
        if times > 1:
            yield Problem("row_id_twice", row_id, f"{times} rows have this id.")


def _statutes(pack: LawPack, rows: list[LawRow]) -> Iterator[Problem]:
    used = {cited for row in rows for cited in row.cites} | {name for row in rows for name in _named(row)}
    for statute in pack.statutes.statutes.values():
        for version in statute.versions:
            age = (pack.on - version.checked_on).days
            if age > pack.checked_within_days:
                message = f"The source of the version from {version.since} was last checked {age} days ago."
                yield Problem("source_not_checked", statute.id, message)
            if (version.value is None) != (UNITS[statute.unit] is None):
                yield Problem("bad_statute", statute.id, "Its value and its unit do not go together.")
        if statute.id not in used and not statute.informative:
            yield Problem("unused_statute", statute.id, "No row cites it and it is not marked informative.")


def _row(pack: LawPack, row: LawRow) -> Iterator[Problem]:
    for language in LANGUAGES:
        if not row.because[language]:
            yield Problem("row_without_because", row.id, f"It does not say why, in {language}.")
        if not row.changes[language] and row.effect in AGAINST:
            yield Problem("row_without_changes", row.id, f"It does not say what would change it, in {language}.")
        if not row.rebuttal[language] and row.effect.startswith("presume"):
            yield Problem(
                "row_without_rebuttal", row.id, f"It does not say what overcomes the presumption, in {language}."
            )
        for name in re.findall(r"\{([^}]+)\}", row.because[language] + row.changes[language] + row.rebuttal[language]):
            if name not in pack.needs and name not in pack.statutes.statutes:
                yield Problem("unknown_placeholder", row.id, f"Its sentence names {name}, which is unknown.")
    if row.effect in AGAINST and not row.remedy:
        yield Problem("row_without_remedy", row.id, "It does not say who or what can end it.")
    if not row.cites:
        yield Problem("row_without_cites", row.id, "It cites nothing.")
    elif row.statute.id not in row.cites:
        yield Problem("row_not_citing_its_statute", row.id, f"It carries out {row.statute.id} and does not cite it.")
    for cited in row.cites:
        if cited not in pack.statutes.statutes:
            yield Problem("unknown_statute", row.id, f"It cites {cited}, which does not exist.")
    for number in _numbers(row):
        yield Problem("number_in_cell", row.id, f"A cell holds the number {number}; name a dated statute instead.")


def _facts(pack: LawPack, rows: list[LawRow]) -> Iterator[Problem]:
    read = {name for row in rows for name in row.facts_read} | READ_BY_THE_GATE | set(pack.clocks)
    if any(row.kind == "values" and row.decision.name == "allocation_order" for row in rows):
        read |= {name for name in pack.needs if name.startswith("owed_")} | {"payment_cents"}
    for name in sorted(set(pack.needs) - read):
        yield Problem("unused_fact", name, "The pack declares it and no row reads it.")


def _tables(pack: LawPack) -> Iterator[Problem]:
    """Rows in force that can never fire, and values that two rows give differently.

    That a collecting table is silent somewhere is no fault here.
    """
    in_force = {row.id for row in rows_of(pack, values=True)}
    schema = {name: need.dtype for name, need in pack.needs.items()}
    for kind, model in pack.models:
        names = dict(pack.statutes.as_columns())
        for found in check(model, schema, names, never_null=list(schema)):
            known = in_force.issuperset(found.rules)
            if found.kind == "unreachable" and in_force.intersection(found.rules[:1]):
                yield Problem(found.kind, " ".join(found.rules) or found.decision, found.message)
            if found.kind == "overlap" and kind == "values" and known:
                yield Problem(
                    found.kind, " ".join(found.rules) or found.decision, found.message, str(dict(found.example))
                )


def _named(row: LawRow) -> Iterator[str]:
    for cell in row.rule.tests:
        yield from (str(name) for name in names_in(cell.test))
    for value in row.rule.values:
        if value.value is not None:
            yield from (str(name) for name in names_in(value.value))


def _numbers(row: LawRow) -> Iterator[object]:
    """Numbers other than nought: nought is no legal number."""
    expressions = [each for cell in row.rule.tests for each in endpoints(cell.test)]
    expressions += [value.value for value in row.rule.values if value.value is not None]
    for expression in expressions:
        value = expression.value if isinstance(expression, Literal) else None
        if isinstance(value, bool) or value is None or isinstance(value, str):
            continue
        if value != 0:
            yield value
