"""One table: from its source to accepted rows, with every other row on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from forbear.book.intake.checking import (
    Check,
    CleanTest,
    Plan,
    clean_test,
    fault_index,
    fits_as_it_is,
    plan_derived,
    with_defaults,
)
from forbear.book.intake.deriving import Scope
from forbear.book.intake.mapping import TableRule
from forbear.book.intake.reading import FILE, ROW, Source
from forbear.book.intake.rejects import REJECTED, SET_ASIDE, record, sentence
from forbear.book.schema import Table
from forbear.columns import expression as e
from forbear.columns.dtypes import TEXT
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import Column, Scalar
from forbear.columns.relation import Relation
from forbear.kernel.language import gettext as _

_SORTED_HERE_MAX = 50_000_000  # hashes: 400 MB
_FAULT, _VALUE = "__fault", "__value"


@dataclass(frozen=True)
class Desk:
    """Where rows are worked on: the engine, a scratch folder, and a prefix for names in the engine."""

    engine: Engine
    work: Path
    prefix: str

    def settle(self, name: str, relation: Relation) -> Relation:
        """The relation written once as Parquet in the scratch folder, and read from there."""
        path = self.work / f"{name}.parquet"
        self.engine.write(relation, path)
        opened = self.engine.open_parquet(f"{self.prefix}_{name}", [path])
        return opened.select(*relation.schema)


@dataclass
class Taken:
    """A table on its way: ``plain`` has the table's columns; ``located`` also file, row and the mapping's notes."""

    table: Table
    plain: Relation
    located: Relation
    rows_in: int
    entries: list[Relation] = field(default_factory=list)
    refused: int = 0


@dataclass(frozen=True)
class Settings:
    """What holds for the whole book: currency (declared or not), its minor unit."""

    declared_currency: str | None
    minor_exponent: int


def take_table(
    desk: Desk, table: Table, source: Source, others: Mapping[str, Source], rule: TableRule | None, settings: Settings
) -> Taken:
    """The rows of the source that pass their own checks and are the first with their key."""
    scope = Scope(source, others, settings.minor_exponent)
    is_native = rule is None or not (rule.columns or rule.set_aside or rule.notes or rule.overlaps)
    fits = is_native and not source.is_text and fits_as_it_is(table, source.plain.schema)
    if fits and _is_clean(desk, source.plain, clean_test(table, source, settings.declared_currency)):
        return _drop_duplicates(desk, _as_it_is(table, source, settings), is_set_aside=False)
    plan = plan_derived(table, scope, rule, settings.declared_currency)
    taken = _staged(desk, table, scope, plan, settings)
    return _drop_duplicates(desk, taken, is_set_aside=rule is not None and rule.is_one_row_per_key)


def _is_clean(desk: Desk, rows: Relation, test: CleanTest) -> bool:
    """Whether no row has a fault: bounds first, which cost nothing, then one pass that counts."""
    if test.is_hopeless:
        return False
    if test.bounds:
        sides = {f"low {name}": e.min_of(value) for name, (value, _low, _high) in test.bounds.items()}
        sides |= {
            f"high {name}": e.max_of(value) for name, (value, _low, high) in test.bounds.items() if high is not None
        }
        found = desk.engine.fetch(rows.group(**sides)).to_pylist()[0]
        for name, (_value, low, high) in test.bounds.items():
            smallest, largest = found[f"low {name}"], found.get(f"high {name}")
            if (smallest is not None and smallest < low) or (largest is not None and largest > high):
                return False
    if not test.counts:
        return True
    return not any(desk.engine.fetch(rows.group(**test.counts)).to_pylist()[0].values())


def _as_it_is(table: Table, source: Source, settings: Settings) -> Taken:
    present = {name: source.plain[name] for name in table.schema if name in source.plain.schema}
    filled = with_defaults(table, present, settings.declared_currency)
    complete = {name for name, nulls in source.null_counts.items() if not nulls}
    values = {name: present[name] if name in complete and name in present else filled[name] for name in table.schema}
    located = source.numbered.select(FILE, ROW, **values)
    return Taken(table, source.plain.select(**values), located, source.rows)


def _staged(desk: Desk, table: Table, scope: Scope, plan: Plan, settings: Settings) -> Taken:
    """Typed values, the first fault and what the file shows for it, written once; the faulty rows go on record."""
    rows = scope.joined(scope.source.numbered).derive(**{_FAULT: fault_index(plan.checks)})
    values = with_defaults(table, plan.values, settings.declared_currency)
    staged = desk.settle(
        f"{table.name}_staged",
        rows.select(FILE, ROW, _FAULT, **values, **plan.notes, **{_VALUE: _value_at_fault(plan, rows[_FAULT])}),
    )
    counted = desk.engine.fetch(staged.group(_FAULT, n=e.count())).to_pylist()
    faulty = {row[_FAULT]: row["n"] for row in counted if row[_FAULT] is not None}
    located = staged.drop(_FAULT, _VALUE) if not faulty else staged.keep(staged[_FAULT].is_null()).drop(_FAULT, _VALUE)
    taken = Taken(table, located.select(*table.schema), located, scope.source.rows)
    taken.refused = sum(faulty.values())
    if faulty:
        taken.entries.append(_fault_entries(table, staged, plan.checks, sorted(faulty)))
    return taken


def _value_at_fault(plan: Plan, fault: Column) -> Column:
    """What the file shows in the column that the fault is about."""
    indices: dict[str, list[Scalar]] = {}
    for index, check in enumerate(plan.checks):
        if check.column is not None:
            indices.setdefault(check.column, []).append(index)
    return e.case([(fault.isin(found), plan.shown[column]) for column, found in indices.items()])


def _fault_entries(table: Table, staged: Relation, checks: Sequence[Check], present: Sequence[int]) -> Relation:
    rows = staged.keep(staged[_FAULT].is_known())
    fault = rows[_FAULT]

    def chosen(pick: dict[int, str | None]) -> Column:
        branches = [(fault == index, e.literal(text)) for index, text in pick.items() if text is not None]
        return e.case(branches) if branches else e.null(TEXT)

    return record(
        rows,
        table=table.name,
        key=table.key,
        rule=chosen({index: checks[index].rule for index in present}),
        disposition=chosen({index: checks[index].disposition for index in present}),
        text=chosen({index: checks[index].text for index in present}),
        column=chosen({index: checks[index].column for index in present}),
        value=rows[_VALUE],
    )


def _drop_duplicates(desk: Desk, taken: Taken, *, is_set_aside: bool) -> Taken:
    """Keeps the first row of every key. Equal keys are looked for by hash first: nearly always there are none."""
    key = taken.table.key
    if not _has_equal_keys(desk, taken.plain, key):
        return taken
    rows = taken.located
    repeated = rows.group(*key, n=e.count())
    among = rows.having(repeated.keep(repeated["n"] > 1), key)
    among = among.derive(
        __content=_content(among, taken.table),
        __place=e.row_number([among[k] for k in key], [(among[FILE], "asc"), (among[ROW], "asc")]),
    )
    among = desk.settle(f"{taken.table.name}_repeated", among)
    first = among.keep(among["__place"] == 1).select(*key, __first=among["__content"])
    later = among.keep(among["__place"] > 1).join(first, key)
    rule = "repeated_key" if is_set_aside else "duplicate_id"
    alike = e.when(later["__content"] == later["__first"], _("The rows are alike."), _("The rows differ."))
    entry = record(
        later,
        table=taken.table.name,
        key=key,
        rule=rule,
        disposition=SET_ASIDE if is_set_aside else REJECTED,
        text=e.concat(sentence(rule, None), " ", alike),
        column=key[0],
        value=later[key[0]],
    )
    return refuse(desk, taken, later, entry, "first")


def _has_equal_keys(desk: Desk, rows: Relation, key: Sequence[str]) -> bool:
    """Whether two rows may have the same key. Up to a size, sorting the hashes here beats counting in the engine."""
    hashed = rows.select(hash=e.key_hash(*(rows[name] for name in key)))
    if desk.engine.count(rows) > _SORTED_HERE_MAX:
        counts = hashed.group(rows=e.count(), different=e.count_distinct(hashed["hash"]))
        found = desk.engine.fetch(counts).to_pylist()[0]
        return bool(found["rows"] != found["different"])
    hashes = np.sort(desk.engine.fetch(hashed)["hash"].to_numpy())
    return bool((hashes[1:] == hashes[:-1]).any())


def _content(rows: Relation, table: Table) -> Column:
    parts: list[Column] = []
    for name in table.schema:
        parts += [e.coalesce(e.cast(rows[name], TEXT), "\u2205"), e.literal("\u241f")]
    return e.concat(*parts)


def refuse(desk: Desk, taken: Taken, refused: Relation, entry: Relation, step: str) -> Taken:
    """The table without some located rows, written anew; the entry goes on record."""
    kept = taken.located.lacking(refused.select(FILE, ROW), [FILE, ROW])
    located = desk.settle(f"{taken.table.name}_{step}", kept)
    entries = [*taken.entries, entry]
    count = taken.refused + desk.engine.count(refused)
    return Taken(taken.table, located.select(*taken.table.schema), located, taken.rows_in, entries, count)
