"""Gaps, overlaps and dead rules of every table of a model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import localcontext
from itertools import islice
from typing import Any

from forbear.columns.dtypes import DType
from forbear.columns.expression import Column
from forbear.kernel.language import gettext as _
from forbear.tables.checking.coverage import Box, Search, TooManyCombinations, intersection
from forbear.tables.checking.grids import Grid, Surroundings, build_grid
from forbear.tables.definitions import Decision, DecisionTable, HitPolicy, Rule, rule_order
from forbear.tables.feel.tree import Literal
from forbear.tables.model import Model


@dataclass(frozen=True)
class Finding:
    """Something wrong with a table.

    ``kind`` is ``gap`` (no rule matches), ``overlap`` (rules match together and contradict each other),
    ``unreachable`` (a rule never decides) or ``unchecked`` (something could not be decided). ``level`` is ``error``,
    ``warning`` or ``note``. ``example`` is a row that shows it, by input; ``where`` says in words all rows that do.
    """

    kind: str
    decision: str
    rules: tuple[str, ...]
    example: Mapping[str, Any]
    message: str
    where: str = ""
    level: str = "error"


def check(
    model: Model,
    schema: Mapping[str, DType] | None = None,
    names: Mapping[str, Column] | None = None,
    *,
    never_null: Collection[str] = (),
    limit: int = 20,
) -> list[Finding]:
    """All findings, decision by decision. Every finding is exact: its example really is a gap, an overlap, or dead.

    A table is looked at by itself: its inputs may have any values together, except that an input that is another
    decision has only the values that decision can give.

    Args:
        schema: types of the facts; without it whole numbers are not known from fractions.
        names: constants that cells name.
        never_null: facts that always have a value. An input with allowed values is null only if they list null.
        limit: gaps reported per table.
    """
    with localcontext(prec=100):  # cutting between long numbers must not round them
        surroundings = Surroundings(model.definitions, schema or {}, names or {}, frozenset(never_null))
        return _check(model, surroundings, limit)


def _check(model: Model, surroundings: Surroundings, limit: int) -> list[Finding]:
    findings: list[Finding] = []
    for decision in model.decisions.values():
        if decision.table is None:
            continue
        found = list(_TableCheck(decision, decision.table, surroundings).run(limit))
        surroundings.note_outputs(decision, may_be_null=any(f.kind in ("gap", "overlap", "unchecked") for f in found))
        findings += found
    return findings


class _TableCheck:
    def __init__(self, decision: Decision, table: DecisionTable, surroundings: Surroundings) -> None:
        self.decision, self.table = decision, table
        self.grid: Grid = build_grid(decision, table, surroundings)

    def run(self, limit: int) -> Iterator[Finding]:
        for place, reason in self.grid.doubts:
            message = _("Not fully checked: {reason}.").format(reason=reason)
            yield Finding("unchecked", self.decision.name, place, {}, message, level="warning")
        if any(output.default is None for output in self.table.outputs):
            yield from self._guarded(self._gaps(limit))
        if self.table.may_conflict:
            yield from self._overlaps()
        yield from self._guarded(self._unreachable())

    def _guarded(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        try:
            yield from findings
        except TooManyCombinations:
            message = _("Not fully checked: the table has too many combinations.")
            yield Finding("unchecked", self.decision.name, (), {}, message, level="warning")

    def _gaps(self, limit: int) -> Iterator[Finding]:
        gaps = list(islice(Search(self.grid.space, self.grid.may).uncovered(), limit + 1))
        for box in gaps[:limit]:
            where = self.grid.words(box)
            message = _("No rule matches where {where}.").format(where=where)
            if len(gaps) > limit and box is gaps[limit - 1]:
                message += " " + _("There are more gaps.")
            level = "note" if self.table.gives_list or self.table.aggregation else "error"
            yield Finding("gap", self.decision.name, (), self.grid.example(box), message, where, level)

    def _overlaps(self) -> Iterator[Finding]:
        rules = self.table.rules
        for first in range(len(rules)):
            for second in range(first + 1, len(rules)):
                shared = intersection(self.grid.must[first], self.grid.must[second])
                if shared is None:
                    continue
                ids = rules[first].id, rules[second].id
                contradiction = self._contradict(rules[first], rules[second])
                where = self.grid.words(shared)
                if contradiction is None:
                    message = _(
                        "Not fully checked: {first} and {second} match together and compute their outputs."
                    ).format(first=ids[0], second=ids[1])
                    yield Finding(
                        "unchecked", self.decision.name, ids, self.grid.example(shared), message, where, "warning"
                    )
                elif contradiction:
                    message = _("Rules {first} and {second} both match where {where}.").format(
                        first=ids[0], second=ids[1], where=where
                    )
                    yield Finding("overlap", self.decision.name, ids, self.grid.example(shared), message, where)

    def _contradict(self, first: Rule, second: Rule) -> bool | None:
        if self.table.hit_policy is HitPolicy.UNIQUE:
            return True
        left, right = ([cell.value for cell in rule.values] for rule in (first, second))
        if left == right:
            return False
        pairs = list(zip(left, right, strict=True))
        constant = [a != b for a, b in pairs if _is_constant(a) and _is_constant(b)]
        return True if any(constant) else (False if len(constant) == len(pairs) else None)

    def _unreachable(self) -> Iterator[Finding]:
        rules, order = self.table.rules, rule_order(self.table)
        is_masking = self.table.hit_policy in (HitPolicy.FIRST, HitPolicy.PRIORITY)
        for place, index in enumerate(order):
            box, rule = self.grid.may[index], rules[index]
            if not all(box):
                empty = next(label for label, classes in zip(self.grid.labels, box, strict=True) if not classes)
                message = _("Rule {rule} never matches: no value of {input} passes.").format(rule=rule.id, input=empty)
                yield Finding("unreachable", self.decision.name, (rule.id,), {}, message, level="warning")
            elif is_masking:
                yield from self._masked(box, rule, order[:place])

    def _masked(self, box: Box, rule: Rule, earlier: list[int]) -> Iterator[Finding]:
        boxes = [self.grid.must[index] for index in earlier]
        if next(Search(box, boxes).uncovered(), None) is not None:
            return
        masking = [i for i in earlier if intersection(self.grid.must[i], box)]
        ids = (rule.id, *(self.table.rules[index].id for index in masking))
        message = _("Rule {rule} never decides: {others} always come first.").format(
            rule=rule.id, others=", ".join(ids[1:])
        )
        where = self.grid.words(box)
        yield Finding("unreachable", self.decision.name, ids, self.grid.example(box), message, where, "warning")


def _is_constant(value: object) -> bool:
    return value is None or isinstance(value, Literal)
