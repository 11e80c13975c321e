"""One decision table as columns: the matched rule, and what it concludes, by hit policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forbear.columns import dtypes
from forbear.columns.dtypes import BOOL, DATE, INSTANT, INT, TEXT, DType, Kind
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    case,
    cast,
    coalesce,
    greatest,
    least,
    list_of_present,
    literal,
    null,
    when,
)
from forbear.tables.definitions import Aggregation, DecisionTable, HitPolicy, rule_order

Keep = Callable[[str, Column], Column]


@dataclass(frozen=True)
class TableColumns:
    """A table's parts as columns, before its hit policy is applied.

    ``fires`` has one condition per rule, ``values[i]`` the outputs of rule i (None: null), ``defaults`` one per output.
    ``keep`` gives an intermediate column a name of its own, so that an engine computes it once.
    """

    name: str
    table: DecisionTable
    fires: Sequence[Column]
    values: Sequence[Sequence[Column | None]]
    defaults: Sequence[Column | None]
    types: Sequence[DType]
    keep: Keep

    def columns(self) -> dict[str, Column]:
        """The output columns, ``D.rule``, and for policies U and A ``D.conflict``, by name."""
        names = self._names()
        if self.table.aggregation is not None:
            return {names[0]: self._aggregated(self.table.aggregation), f"{self.name}.rule": self._fired_rules()}
        if self.table.gives_list:
            lists = {name: self._list(index) for index, name in enumerate(names)}
            return {**lists, f"{self.name}.rule": self._fired_rules()}
        return self._single(names)

    def _names(self) -> list[str]:
        outputs = self.table.outputs
        return [self.name] if len(outputs) == 1 else [f"{self.name}.{output.name}" for output in outputs]

    # one rule decides

    def _single(self, names: Sequence[str]) -> dict[str, Column]:
        order = rule_order(self.table)
        first = case([(self.fires[index], index) for index in order])
        extra: dict[str, Column] = {}
        missing = literal(True)
        if self.table.may_conflict:
            first = self.keep("first", first)
            conflict = self.keep("conflict", self._conflict(first))
            decided = self.keep("decided", when(~conflict, first))
            missing = ~conflict
            extra[f"{self.name}.conflict"] = conflict
        else:
            decided = self.keep("decided", first)
        outputs = {name: self._chosen(decided, missing, index) for index, name in enumerate(names)}
        rule_ids = [(decided == index, rule.id) for index, rule in enumerate(self.table.rules)]
        return {**outputs, f"{self.name}.rule": case(rule_ids), **extra}

    def _chosen(self, decided: Column, missing: Column, output: int) -> Column:
        dtype = self.types[output]
        groups: dict[object, list[int]] = {}
        columns: dict[object, Column] = {}
        for index, row in enumerate(self.values):
            value = row[output]
            if value is not None:
                key = (type(value.args[0]), value.args[0]) if value.op == "literal" else id(value)
                groups.setdefault(key, []).append(index)
                columns[key] = value
        branches = [(_among(decided, rules), columns[key]) for key, rules in groups.items()]
        default = self.defaults[output]
        if default is not None:
            branches.append((decided.is_null() & missing, default))
        return case(branches, null(dtype)) if branches else null(dtype)

    def _conflict(self, first: Column) -> Column:
        backwards = range(len(self.fires) - 1, -1, -1)
        if self.table.hit_policy is HitPolicy.UNIQUE:
            last = case([(self.fires[index], index) for index in backwards])
            return coalesce(first != last, False)
        groups = self._constant_groups()
        if groups is not None:
            return self._is_mixed(groups)
        return any_of(*(self._differs(output) for output in range(len(self.types))))

    def _is_mixed(self, groups: Sequence[int]) -> Column:
        """Whether rules of different groups fire: the lowest that fires is not the highest."""
        upwards = sorted(range(len(groups)), key=lambda rule: groups[rule])
        low = case([(self.fires[rule], groups[rule]) for rule in upwards])
        high = case([(self.fires[rule], groups[rule]) for rule in reversed(upwards)])
        return coalesce(low != high, False)

    def _differs(self, output: int) -> Column:
        """Whether rules that fire conclude different values."""
        dtype = self.types[output]
        values = [null(dtype) if row[output] is None else row[output] for row in self.values]
        fired = [when(fires, value, null(dtype)) for fires, value in zip(self.fires, values, strict=True)]  # type: ignore[arg-type]
        some_null = any_of(*(all_of(f, v.is_null()) for f, v in zip(self.fires, values, strict=True)))  # type: ignore[union-attr]
        lowest = _least(fired)
        return coalesce(lowest != _greatest(fired), False) | all_of(some_null.is_true(), lowest.is_known())

    def _constant_groups(self) -> list[int] | None:
        """A number per rule, the same for the same outputs; None if some output is computed."""
        numbers: dict[object, int] = {}
        groups = []
        for row in self.values:
            if any(value is not None and value.op != "literal" for value in row):
                return None
            outputs = tuple(None if value is None else value.args[0] for value in row)
            groups.append(numbers.setdefault(outputs, len(numbers)))
        return groups

    # all rules that fire have their say

    def _fired_rules(self) -> Column:
        order = rule_order(self.table)
        return list_of_present(*(when(self.fires[index], self.table.rules[index].id) for index in order))

    def _list(self, output: int) -> Column:
        texts = [
            when(self.fires[index], _as_text(value))
            for index in rule_order(self.table)
            if (value := self.values[index][output]) is not None
        ]
        default = self.defaults[output]
        if default is not None:
            texts.append(when(self._nothing_fires(), _as_text(default)))
        return list_of_present(*texts)

    def _nothing_fires(self) -> Column:
        return ~any_of(*(fires.is_true() for fires in self.fires))

    def _counted(self) -> Column:
        total = _sum([when(fires, literal(1), literal(0)) for fires in self.fires], INT)
        default = self.defaults[0]
        return total if default is None else case([(self._nothing_fires(), default)], total)

    def _aggregated(self, aggregation: Aggregation) -> Column:
        if aggregation is Aggregation.COUNT:
            return self._counted()
        dtype = self.types[0]
        values = [null(dtype) if row[0] is None else row[0] for row in self.values]
        fired = [when(fires, value, null(dtype)) for fires, value in zip(self.fires, values, strict=True)]
        default = self.defaults[0]
        if aggregation is Aggregation.SUM:
            total = _sum([coalesce(value, _zero(dtype)) for value in fired], dtype)
            result = when(any_of(*(value.is_known() for value in fired)), total)
        else:
            result = _least(fired) if aggregation is Aggregation.MIN else _greatest(fired)
        return result if default is None else coalesce(result, when(self._nothing_fires(), default))


def _least(values: Sequence[Column]) -> Column:
    return values[0] if len(values) == 1 else least(*values)  # Spark wants two


def _greatest(values: Sequence[Column]) -> Column:
    return values[0] if len(values) == 1 else greatest(*values)


def _among(decided: Column, rules: Sequence[int]) -> Column:
    return decided == rules[0] if len(rules) == 1 else decided.isin(rules)


def _as_text(value: Column) -> Column:
    return value if value.dtype == TEXT else cast(value, TEXT)


def _zero(dtype: DType) -> Column:
    return literal(0) if dtype == INT else cast(literal(0), dtype)


def _sum(values: Sequence[Column], dtype: DType) -> Column:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total if total.dtype == dtype or dtype == INT else cast(total, dtypes.decimal(38, dtype.scale))


def common_type(columns: Sequence[Column | None], declared: DType | None) -> DType:
    """The type that holds every value of an output; the declared one, or text, when all are null.

    Raises:
        ExpressionError: ``type_clash``.
    """
    dtype: DType | None = None
    for column in columns:
        if column is not None:
            dtype = column.dtype if dtype is None else dtypes.common(dtype, column.dtype)
    return dtype or declared or TEXT


DECLARED = {"number": INT, "string": TEXT, "boolean": BOOL, "date": DATE, "date and time": INSTANT}
"""Column type by FEEL kind, for an output whose every entry is null."""

KINDS = {
    Kind.INT: "number",
    Kind.DECIMAL: "number",
    Kind.TEXT: "string",
    Kind.BOOL: "boolean",
    Kind.DATE: "date",
    Kind.INSTANT: "date and time",
}
"""FEEL kind by the kind of a column."""
