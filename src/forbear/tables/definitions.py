"""What a DMN file holds, as frozen records. The XML is in ``reading.py`` and ``writing.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from forbear.tables.feel.tree import Expression, Literal, Test, kind_of_value, literals_of


class HitPolicy(Enum):
    """What a table does when rules match: DMN's seven, by their letter."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"


class Aggregation(Enum):
    """What a collecting table makes of the matched outputs, by its sign."""

    SUM = "+"
    COUNT = "#"
    MIN = "<"
    MAX = ">"


LIST_POLICIES = (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)


@dataclass(frozen=True)
class TestCell:
    """The text of an input entry (or of allowed values) and its tree."""

    __test__ = False  # not a test class for pytest

    text: str
    test: Test
    id: str = ""


@dataclass(frozen=True)
class ValueCell:
    """The text of an output entry or an expression and its tree; ``value`` is None for an empty cell, which is null."""

    text: str
    value: Expression | None
    id: str = ""


@dataclass(frozen=True)
class InputClause:
    """A condition column: what it reads, its type, its allowed values."""

    label: str
    expression: ValueCell
    type_ref: str | None = None
    allowed: TestCell | None = None
    id: str = ""


@dataclass(frozen=True)
class OutputClause:
    """A conclusion column; the order of its allowed values is the priority of policies P and O."""

    name: str
    label: str = ""
    type_ref: str | None = None
    allowed: TestCell | None = None
    default: ValueCell | None = None
    id: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of a table. ``id`` is permanent."""

    id: str
    tests: tuple[TestCell, ...]
    values: tuple[ValueCell, ...]
    notes: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class DecisionTable:
    """A decision table. ``note_names`` are the annotation columns."""

    hit_policy: HitPolicy
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    aggregation: Aggregation | None = None
    note_names: tuple[str, ...] = ()
    output_label: str = ""
    id: str = ""

    @property
    def policy(self) -> str:
        """The letter and sign, as printed in the corner of a table: ``U``, ``C+``."""
        return self.hit_policy.value + (self.aggregation.value if self.aggregation else "")

    @property
    def gives_list(self) -> bool:
        """Whether the result is a list: R, O, and C without an aggregation."""
        return self.hit_policy in LIST_POLICIES and self.aggregation is None

    @property
    def may_conflict(self) -> bool:
        """Whether two matching rules can be an error: U and A."""
        return self.hit_policy in (HitPolicy.UNIQUE, HitPolicy.ANY)

    def note(self, rule: Rule, name: str) -> str:
        """A rule's entry in the annotation column of that name; empty if there is none."""
        return dict(zip(self.note_names, rule.notes, strict=False)).get(name, "")


def priority_of(table: DecisionTable, rule: Rule) -> tuple[int, ...]:
    """Places of the rule's outputs in the lists of output values, output by output; small comes first, null last."""
    places = []
    for output, cell in zip(table.outputs, rule.values, strict=True):
        listed = literals_of(output.allowed.test) if output.allowed else None
        if listed:
            value = cell.value.value if isinstance(cell.value, Literal) else None
            same = [i for i, v in enumerate(listed) if v == value and kind_of_value(v) == kind_of_value(value)]
            places.append(same[0] if same else len(listed))
    return tuple(places)


def rule_order(table: DecisionTable) -> list[int]:
    """The indices of the rules in the order in which they decide: by priority for P and O, else as written."""
    indices = list(range(len(table.rules)))
    if table.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
        indices.sort(key=lambda index: priority_of(table, table.rules[index]))
    return indices


@dataclass(frozen=True)
class LiteralExpression:
    """A decision that is one expression."""

    cell: ValueCell
    id: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision: a name, what it needs, and a table or an expression."""

    name: str
    logic: DecisionTable | LiteralExpression
    requires: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    type_ref: str | None = None
    question: str = ""
    description: str = ""
    id: str = ""

    @property
    def table(self) -> DecisionTable | None:
        """The table, unless the decision is an expression."""
        return self.logic if isinstance(self.logic, DecisionTable) else None

    def output_columns(self) -> dict[str, str]:
        """Column name by output name: ``D`` for a single output (under the name ``""``), ``D.<output>`` for several."""
        table = self.table
        if table is None or len(table.outputs) == 1:
            return {"": self.name}
        return {output.name: f"{self.name}.{output.name}" for output in table.outputs}


@dataclass(frozen=True)
class InputData:
    """A fact that comes from outside."""

    name: str
    type_ref: str | None = None
    id: str = ""


@dataclass(frozen=True)
class ItemDefinition:
    """A named type: a simple one narrowed to allowed values, or a structure of components."""

    name: str
    type_ref: str | None = None
    is_collection: bool = False
    allowed: TestCell | None = None
    components: tuple[ItemDefinition, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Definitions:
    """A whole file. ``decisions`` are in an order in which each comes after those it requires."""

    name: str
    decisions: Mapping[str, Decision]
    inputs: tuple[InputData, ...] = ()
    items: Mapping[str, ItemDefinition] = field(default_factory=dict)
    namespace: str = ""
    id: str = ""
    path: Path | None = None

    def kind_of(self, type_ref: str | None) -> str | None:
        """The FEEL kind a type reference comes down to (``number``, ``string``, …); None when it is open or structured."""
        seen: set[str] = set()
        while type_ref is not None and type_ref not in KINDS and type_ref not in seen:
            seen.add(type_ref)
            item = self.items.get(type_ref)
            type_ref = None if item is None or item.components or item.is_collection else item.type_ref
        return KINDS.get(type_ref) if type_ref else None


KINDS = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "dateTime": "date and time",
    "date and time": "date and time",
    "time": "time",
    "duration": "duration",
    "dayTimeDuration": "duration",
    "days and time duration": "duration",
    "yearMonthDuration": "duration",
    "years and months duration": "duration",
}
"""FEEL kind by the names DMN 1.1 to 1.5 and common editors give a simple type."""
