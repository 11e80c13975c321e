"""A table as boxes: for each input its classes, for each rule the classes that pass, surely and possibly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forbear.columns.dtypes import DType
from forbear.columns.expression import Column
from forbear.kernel.language import gettext as _
from forbear.tables.checking.coverage import Box
from forbear.tables.checking.domains import NULL, ValueClass, classes_of, words_of
from forbear.tables.compiling.tables import KINDS
from forbear.tables.definitions import Decision, DecisionTable, Definitions, InputClause, TestCell
from forbear.tables.feel.meaning import evaluate, holds
from forbear.tables.feel.tree import (
    Compares,
    Literal,
    Name,
    NoneOf,
    OneOf,
    Test,
    Within,
    endpoints,
    kind_of_value,
    names_in,
)


@dataclass
class Surroundings:
    """What is known beside the table: types, constants, and what other decisions can give."""

    definitions: Definitions
    schema: Mapping[str, DType]
    names: Mapping[str, Column]
    never_null: frozenset[str]
    outputs: dict[str, list[Any]] = field(default_factory=dict)

    def note_outputs(self, decision: Decision, *, may_be_null: bool) -> None:
        """Remember the values a decision can give, where they are constants."""
        table = decision.table
        if table is None or table.gives_list or table.aggregation is not None:
            return
        for index, name in enumerate(decision.output_columns().values()):
            default = table.outputs[index].default
            cells = [rule.values[index] for rule in table.rules] + ([default] if default else [])
            if all(cell.value is None or isinstance(cell.value, Literal) for cell in cells):
                values = [cell.value.value if isinstance(cell.value, Literal) else None for cell in cells]
                self.outputs[name] = values + ([None] if may_be_null else [])

    def constant(self, name: Name) -> Any:
        """The value of a named constant; raises KeyError for anything else."""
        column = self.names[str(name)]
        if column.op != "literal":
            raise KeyError(str(name))
        return column.args[0]

    def allowed(self, clause: InputClause) -> TestCell | None:
        """The allowed values of an input: its own, or those of its declared type."""
        if clause.allowed is not None:
            return clause.allowed
        declared = {item.name: item.type_ref for item in self.definitions.inputs}
        for type_ref in (clause.type_ref, declared.get(clause.expression.text)):
            item = self.definitions.items.get(type_ref or "")
            if item is not None and item.allowed is not None:
                return item.allowed
        return None

    def kind(self, clause: InputClause) -> str | None:
        """The FEEL kind of an input, if something declares it."""
        if (dtype := self.schema.get(clause.expression.text)) is not None:
            return KINDS.get(dtype.kind)
        declared = {item.name: item.type_ref for item in self.definitions.inputs}
        kind_of = self.definitions.kind_of
        return kind_of(clause.type_ref) or kind_of(declared.get(clause.expression.text))


@dataclass(frozen=True)
class Grid:
    """``may[i]`` holds the classes that rule i could accept, ``must[i]`` those it surely accepts."""

    labels: tuple[str, ...]
    classes: tuple[tuple[ValueClass, ...], ...]
    space: Box
    may: tuple[Box, ...]
    must: tuple[Box, ...]
    doubts: tuple[tuple[tuple[str, ...], str], ...]

    def example(self, box: Box) -> dict[str, Any]:
        """A row in the box, with known values where possible."""
        return {
            label: min(self._members(dimension, bits), key=lambda one: one.sample is None).sample
            for dimension, (label, bits) in enumerate(zip(self.labels, box, strict=True))
        }

    def words(self, box: Box) -> str:
        """The box in words; inputs that do not matter are left out."""
        parts = [
            _("{input} is {values}").format(input=label, values=self._listed(dimension, bits))
            for dimension, (label, bits) in enumerate(zip(self.labels, box, strict=True))
            if bits != self.space[dimension]
        ]
        return _(" and ").join(parts) or _("anything is given")

    def _listed(self, dimension: int, bits: int) -> str:
        return _(" or ").join(one.words for one in self._members(dimension, bits))

    def _members(self, dimension: int, bits: int) -> list[ValueClass]:
        return [one for index, one in enumerate(self.classes[dimension]) if bits >> index & 1]


def build_grid(decision: Decision, table: DecisionTable, surroundings: Surroundings) -> Grid:
    """The table's grid. Columns that read the same expression are one input."""
    places: dict[str, list[int]] = {}
    for index, clause in enumerate(table.inputs):
        places.setdefault(clause.expression.text, []).append(index)
    doubts = _entangled(table, places)
    axes = [_Axis(table, columns, surroundings) for columns in places.values()]
    for axis in axes:
        doubts += axis.doubts
    return Grid(
        labels=tuple(places),
        classes=tuple(tuple(axis.classes) for axis in axes),
        space=tuple((1 << len(axis.classes)) - 1 for axis in axes),
        may=tuple(tuple(axis.bits(row, may=True) for axis in axes) for row in range(len(table.rules))),
        must=tuple(tuple(axis.bits(row, may=False) for axis in axes) for row in range(len(table.rules))),
        doubts=tuple(doubts),
    )


def _entangled(table: DecisionTable, places: Mapping[str, Sequence[int]]) -> list[tuple[tuple[str, ...], str]]:
    """Inputs that are computed from a fact that another input reads too cannot be varied freely."""
    reads = {}
    for text, columns in places.items():
        value = table.inputs[columns[0]].expression.value
        reads[text] = {str(name) for name in names_in(value)} if value is not None else set()
    doubts: list[tuple[tuple[str, ...], str]] = []
    texts = list(reads)
    for index, text in enumerate(texts):
        for other in texts[index + 1 :]:
            if reads[text] & reads[other]:
                doubts.append(
                    (
                        (),
                        _("{text} and {other} read the same fact, and are taken as independent").format(
                            text=text, other=other
                        ),
                    )
                )
    return doubts


class _Axis:
    """One input: its classes, and each rule's answers on them."""

    def __init__(self, table: DecisionTable, columns: Sequence[int], surroundings: Surroundings) -> None:
        self.table, self.columns, self.surroundings = table, columns, surroundings
        self.clause = table.inputs[columns[0]]
        self.doubts: list[tuple[tuple[str, ...], str]] = []
        self._uncertain: dict[tuple[int, int], bool] = {}
        self._find_uncertain()
        self.classes = self._classes()

    def bits(self, row: int, *, may: bool) -> int:
        """The classes that pass all the row's cells of this input."""
        result = 0
        for index, one in enumerate(self.classes):
            if all(self._passes(row, column, one.sample, may=may) for column in self.columns):
                result |= 1 << index
        return result

    def _passes(self, row: int, column: int, sample: Any, *, may: bool) -> bool:
        if self._uncertain.get((row, column)):
            return may
        return holds(self.table.rules[row].tests[column].test, sample, self.surroundings.constant) is True

    def _find_uncertain(self) -> None:
        for row, rule in enumerate(self.table.rules):
            for column in self.columns:
                cell = rule.tests[column]
                unknown = [
                    name for value in endpoints(cell.test) for name in names_in(value) if not self._is_constant(name)
                ]
                if unknown:
                    self._uncertain[row, column] = True
                    reason = _("{cell!r} in {input} compares with {name}, which is no constant").format(
                        cell=cell.text, input=self.clause.label, name=unknown[0]
                    )
                    self.doubts.append(((rule.id,), reason))

    def _is_constant(self, name: Name) -> bool:
        try:
            self.surroundings.constant(name)
        except KeyError:
            return False
        return True

    def _classes(self) -> list[ValueClass]:
        value, text = self.clause.expression.value, self.clause.expression.text
        if isinstance(value, Name) and self._is_constant(value):
            return self._only([self.surroundings.constant(value)])
        if text in self.surroundings.outputs:
            return self._only(self.surroundings.outputs[text])
        allowed = self.surroundings.allowed(self.clause)
        tests = [rule.tests[column].test for rule in self.table.rules for column in self.columns]
        constants = self._constants([*tests, *([allowed.test] if allowed else [])])
        kind = self.surroundings.kind(self.clause)
        kinds = [kind] if kind else sorted({kind_of_value(constant) for constant in constants} - {"null"})
        is_ordered = any(_is_ordered(test) for test in tests)
        dtype = self.surroundings.schema.get(text)
        classes = [one for k in kinds for one in classes_of(k, constants, is_ordered=is_ordered, dtype=dtype)]
        if not kinds:  # no cell tells one value from another, except null
            classes = [ValueClass("anything", _("any value"))]
        self._note_kind(kinds)
        if allowed is not None:
            return self._only_allowed([*classes, NULL], allowed)
        return classes if text in self.surroundings.never_null else [*classes, NULL]

    def _note_kind(self, kinds: Sequence[str]) -> None:
        if "time" in kinds:
            self.doubts.append(((), _("{input} is a time of day").format(input=self.clause.label)))

    def _only(self, values: Sequence[Any]) -> list[ValueClass]:
        return list({(type(value), value): ValueClass(value, words_of(value)) for value in values}.values())

    def _only_allowed(self, classes: list[ValueClass], allowed: TestCell) -> list[ValueClass]:
        constant = self.surroundings.constant
        return [one for one in classes if holds(allowed.test, one.sample, constant) is True]

    def _constants(self, tests: Sequence[Test]) -> list[Any]:
        values: list[Any] = []
        for test in tests:
            for value in endpoints(test):
                if all(self._is_constant(name) for name in names_in(value)):
                    values.append(evaluate(value, self.surroundings.constant))
        return values


def _is_ordered(test: Test) -> bool:
    if isinstance(test, OneOf | NoneOf):
        return any(_is_ordered(part) for part in test.tests)
    return isinstance(test, Compares | Within)
