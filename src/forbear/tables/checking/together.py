"""Several tables looked at as one: every row a box in the product of all their inputs' classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forbear.columns.dtypes import DType
from forbear.columns.expression import Column
from forbear.tables.checking.coverage import Box, Search, TooManyCombinations, intersection
from forbear.tables.checking.grids import Grid, Surroundings, build_grid
from forbear.tables.definitions import Decision, DecisionTable, Definitions, HitPolicy, InputClause, Rule, TestCell
from forbear.tables.feel.tree import Anything, Equals, Literal, OneOf

__all__ = ["Box", "Together", "TooManyCombinations", "together"]

ANY = TestCell("-", Anything())


@dataclass(frozen=True)
class Together:
    """The rows of several tables over the union of their inputs; ``may`` and ``must`` are boxes by row id."""

    grid: Grid
    may: Mapping[str, Box]
    must: Mapping[str, Box]

    def outside(self, space: Box, rows: Sequence[str]) -> Box | None:
        """A part of the space that none of the rows surely covers; None when they cover it all.

        Raises:
            TooManyCombinations: it cannot be found out.
        """
        boxes = [box for box in (intersection(self.must[row], space) for row in rows) if box is not None]
        return next(Search(space, boxes).uncovered(), None)

    def example(self, box: Box) -> str:
        """A proposal in the box, in words; inputs that do not matter are left out."""
        return self.grid.words(box)

    def place(self, name: str) -> int | None:
        """Which dimension an input is; None when no row reads it."""
        return self.grid.labels.index(name) if name in self.grid.labels else None


def together(
    tables: Sequence[tuple[DecisionTable, Rule]],
    schema: Mapping[str, DType],
    names: Mapping[str, Column],
    codes: Mapping[str, Sequence[str]],
) -> Together:
    """The rows, each with its table, as boxes over all inputs.

    Args:
        schema: the facts and their types; none of them is ever null.
        names: constants that cells name.
        codes: the values a text fact may have; any text where it is not listed.
    """
    clauses: dict[str, InputClause] = {}
    for table, _ in tables:
        for clause in table.inputs:
            clauses.setdefault(clause.expression.text, _narrowed(clause, codes.get(clause.expression.text, ())))
    rules = []
    for table, rule in tables:
        cells = {clause.expression.text: cell for clause, cell in zip(table.inputs, rule.tests, strict=True)}
        rules.append(Rule(rule.id, tuple(cells.get(text, ANY) for text in clauses), ()))
    merged = DecisionTable(HitPolicy.COLLECT, tuple(clauses.values()), (), tuple(rules))
    decision = Decision("together", merged)
    surroundings = Surroundings(Definitions("together", {"together": decision}), schema, names, frozenset(schema))
    grid = build_grid(decision, merged, surroundings)
    ids = [rule.id for rule in rules]
    return Together(grid, dict(zip(ids, grid.may, strict=True)), dict(zip(ids, grid.must, strict=True)))


def _narrowed(clause: InputClause, codes: Sequence[str]) -> InputClause:
    if not codes:
        return clause
    allowed = TestCell(", ".join(codes), OneOf(tuple(Equals(Literal(code)) for code in codes)))
    return InputClause(clause.label, clause.expression, clause.type_ref, allowed, clause.id)
