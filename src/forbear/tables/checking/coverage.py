"""Do boxes cover a box? Rules are boxes in the product of their inputs' classes.

The product is never written out. Inputs are taken one after the other; classes that the same rules accept are taken
together; and what is left to be found out depends only on the set of rules still alive, so each set is looked at once.
Sets of rules and of classes are whole numbers, one bit each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Box = tuple[int, ...]
"""One set of classes per input."""


class TooManyCombinations(Exception):
    """The search was given up."""


@dataclass
class Search:
    """Looks for parts of ``space`` that no box covers.

    Raises:
        TooManyCombinations: from :meth:`uncovered`, after ``budget`` steps.
    """

    space: Box
    boxes: Sequence[Box]
    budget: int = 500_000
    _covered: set[tuple[int, int]] = field(default_factory=set)

    def uncovered(self) -> Iterator[Box]:
        """Disjoint boxes outside all boxes, whose union is everything outside them."""
        if any(classes == 0 for classes in self.space):
            return
        self._order = sorted(range(len(self.space)), key=lambda dimension: -self._restricting(dimension))
        self._full = self._full_from()
        yield from self._search(0, (1 << len(self.boxes)) - 1, {})

    def _restricting(self, dimension: int) -> int:
        space = self.space[dimension]
        return sum(1 for box in self.boxes if box[dimension] & space != space)

    def _full_from(self) -> list[int]:
        """For each place in the order: the boxes that cover all the dimensions from there on."""
        full = [(1 << len(self.boxes)) - 1]
        for dimension in reversed(self._order):
            space = self.space[dimension]
            here = sum(1 << i for i, box in enumerate(self.boxes) if box[dimension] & space == space)
            full.insert(0, full[0] & here)
        return full

    def _search(self, place: int, alive: int, chosen: dict[int, int]) -> Iterator[Box]:
        if alive & self._full[place] or (place, alive) in self._covered:
            return
        if alive == 0 or place == len(self._order):
            yield tuple(chosen.get(dimension, space) for dimension, space in enumerate(self.space))
            return
        self.budget -= 1
        if self.budget < 0:
            raise TooManyCombinations
        dimension, found = self._order[place], False
        for survivors, classes in self._split(dimension, alive).items():
            for gap in self._search(place + 1, survivors, {**chosen, dimension: classes}):
                found = True
                yield gap
        if not found:
            self._covered.add((place, alive))

    def _split(self, dimension: int, alive: int) -> dict[int, int]:
        """The classes of a dimension, grouped by which of the boxes alive hold them."""
        groups: dict[int, int] = {}
        space = self.space[dimension]
        bit = 1
        while bit <= space:
            if space & bit:
                survivors = self._holders(dimension, bit) & alive
                groups[survivors] = groups.get(survivors, 0) | bit
            bit <<= 1
        return groups

    def _holders(self, dimension: int, bit: int) -> int:
        key = (dimension, bit)
        if key not in self._holding:
            self._holding[key] = sum(1 << i for i, box in enumerate(self.boxes) if box[dimension] & bit)
        return self._holding[key]

    _holding: dict[tuple[int, int], int] = field(default_factory=dict)


def intersection(left: Box, right: Box) -> Box | None:
    """What two boxes share; None if nothing."""
    shared = tuple(a & b for a, b in zip(left, right, strict=True))
    return shared if all(shared) else None
