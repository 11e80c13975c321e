"""A model on plain Python values, as the DMN specification says: for what-if, for explaining, and for the public test cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.definitions import (
    Aggregation,
    Decision,
    DecisionTable,
    Definitions,
    HitPolicy,
    LiteralExpression,
    priority_of,
)
from forbear.tables.feel.meaning import calculate, evaluate, holds
from forbear.tables.feel.tree import Name


@dataclass(frozen=True)
class Outcome:
    """What a table came to: its value in DMN's sense, the rules that fired, and whether they contradict each other."""

    value: Any
    fired: tuple[str, ...]
    is_conflict: bool = False


class Facts:
    """Values by name: given ones, and those of decisions made. A declared input that is not given is null."""

    def __init__(self, definitions: Definitions, given: Mapping[str, Any], *, lacking_is_null: bool = False) -> None:
        self.values = dict(given)
        self.declared = {item.name for item in definitions.inputs}
        self._path, self._lacking_is_null = definitions.path, lacking_is_null

    def __call__(self, name: Name) -> Any:
        """The value of a name: of its longest known beginning, then field by field.

        Raises:
            TableError: ``unknown_name``.
        """
        for size in range(len(name.path), 0, -1):
            start = ".".join(name.path[:size])
            if start in self.values:
                return _descend(self.values[start], name.path[size:])
        if name.path[0] in self.declared or self._lacking_is_null:
            return None
        raise TableError(
            "unknown_name",
            _("There is no {name!r} among the facts.").format(name=str(name)),
            file=self._path,
            do=_("Give it a value, or null."),
        )


def _descend(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        if isinstance(value, list):
            value = [_descend(item, (part,)) for item in value]
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def evaluate_definitions(definitions: Definitions, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every decision, by name.

    A decision with several outputs is a dict by output name; a collecting one is a list. Values are str, bool, int,
    Decimal, date, datetime, list, dict or None. Where rules of a U or A table contradict each other the value is None.

    Raises:
        TableError: ``unknown_name``, ``inexact_number`` for a float.
    """
    return {name: outcome.value for name, outcome in decide(definitions, inputs).items()}


def decide(definitions: Definitions, inputs: Mapping[str, Any], *, lacking_is_null: bool = False) -> dict[str, Outcome]:
    """The outcome of every decision, by name, in the order in which they are made."""
    facts = Facts(definitions, _checked(inputs), lacking_is_null=lacking_is_null)
    outcomes: dict[str, Outcome] = {}
    for decision in definitions.decisions.values():
        outcome = _decide_one(decision, facts)
        outcomes[decision.name] = outcome
        facts.values[decision.name] = outcome.value
    return outcomes


def _checked(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in inputs.items():
        if isinstance(value, float):
            raise TableError(
                "inexact_number",
                _("{name} is {value!r}, a float.").format(name=name, value=value),
                do=_("Give an int or a Decimal."),
            )
    return inputs


def _decide_one(decision: Decision, facts: Facts) -> Outcome:
    if isinstance(decision.logic, LiteralExpression):
        value = decision.logic.cell.value
        return Outcome(None if value is None else evaluate(value, facts), ())
    return _decide_table(decision.logic, facts)


def _decide_table(table: DecisionTable, facts: Facts) -> Outcome:
    inputs = [None if c.expression.value is None else evaluate(c.expression.value, facts) for c in table.inputs]
    fired = [
        index
        for index, rule in enumerate(table.rules)
        if all(holds(cell.test, value, facts) is True for cell, value in zip(rule.tests, inputs, strict=True))
    ]
    if table.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
        fired.sort(key=lambda index: priority_of(table, table.rules[index]))
    results = [_result(table, index, facts) for index in fired]
    names = tuple(table.rules[index].id for index in fired)
    if not fired:
        return Outcome(_default(table, facts), ())
    if table.aggregation is not None:
        return Outcome(_aggregate(table.aggregation, results), names)
    if table.gives_list:
        return Outcome(results, names)
    if table.may_conflict and _contradict(table.hit_policy, results):
        return Outcome(None, names, is_conflict=True)
    return Outcome(results[0], names[:1])


def _result(table: DecisionTable, index: int, facts: Facts) -> Any:
    cells = table.rules[index].values
    values = [None if cell.value is None else evaluate(cell.value, facts) for cell in cells]
    return values[0] if len(values) == 1 else dict(zip((o.name for o in table.outputs), values, strict=True))


def _default(table: DecisionTable, facts: Facts) -> Any:
    values = [
        None if o.default is None or o.default.value is None else evaluate(o.default.value, facts)
        for o in table.outputs
    ]
    if all(value is None for value in values):
        if table.gives_list:
            return []
        return 0 if table.aggregation is Aggregation.COUNT else None
    value = values[0] if len(values) == 1 else dict(zip((o.name for o in table.outputs), values, strict=True))
    return [value] if table.gives_list else value


def _contradict(policy: HitPolicy, results: Sequence[Any]) -> bool:
    return len(results) > 1 if policy is HitPolicy.UNIQUE else any(result != results[0] for result in results)


def _aggregate(aggregation: Aggregation, results: Sequence[Any]) -> Any:
    known = [result for result in results if result is not None]
    if aggregation is Aggregation.COUNT:
        return len(results)
    if not known:
        return None
    if aggregation is Aggregation.SUM:
        is_number = all(isinstance(value, int | Decimal) and not isinstance(value, bool) for value in known)
        return reduce(lambda total, value: calculate("+", total, value), known) if is_number else None
    try:
        return min(known) if aggregation is Aggregation.MIN else max(known)
    except TypeError:
        return None
