"""Columns in stages: what several expressions read is computed once, under a name of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from forbear.columns.expression import Column, column, references
from forbear.columns.relation import Relation


@dataclass
class Stages:
    """Where intermediate columns are kept. Not in use, it gives every column back as it is: one whole expression."""

    in_use: bool
    steps: list[dict[str, Column]] = field(default_factory=list)
    _stage_of: dict[str, int] = field(default_factory=dict)

    def keep(self, name: str, value: Column) -> Column:
        """The column, or a reference to it once it is computed, one stage after the last that it reads."""
        if not self.in_use:
            return value
        stage = 1 + max((self._stage_of.get(read, -1) for read in references(value)), default=-1)
        while len(self.steps) <= stage:
            self.steps.append({})
        self.steps[stage][name] = value
        self._stage_of[name] = stage
        return column(name, value.dtype)

    def apply(self, relation: Relation) -> Relation:
        """The relation with all that was kept."""
        for step in self.steps:
            relation = relation.derive(**step)
        return relation
