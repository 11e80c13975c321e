"""What a law says on a date: which statutes are in force, and their numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from forbear.statutes import Statutes, load_pack


class Law:
    """The statutes of the packs that are laid over one another, on a date."""

    def __init__(self, on: date, profile: str, packs: Sequence[str], yields_on: Collection[str] = ()) -> None:
        self.on = on
        self.profile = profile
        self.packs = tuple(packs)
        self.yields_on = frozenset(yields_on)
        self.advice_is_a_bar = profile == "strict"
        self._numbers = {name: number for pack in packs for name, number in _numbers(pack, on).items()}

    @property
    def with_house(self) -> bool:
        """Whether the house lays its rules over the law."""
        return "house" in self.packs

    def yields(self, reading: str) -> bool:
        """Whether the tables' reading of a disputed point is followed."""
        return reading in self.yields_on

    def insisting_on(self, reading: str) -> Law:
        """The same law, but the reference's own reading of one disputed point."""
        return Law(self.on, self.profile, self.packs, self.yields_on - {reading})

    def holds(self, statute: str) -> bool:
        """Whether the statute is in force."""
        return statute in self._numbers

    def number(self, statute: str) -> Any:
        """The statute's number, a time of day in minutes; None where it is not in force."""
        return self._numbers.get(statute)


@cache
def statutes_of(pack: str) -> Statutes:
    """The statutes of a pack, read once."""
    return load_pack(pack, date(2021, 12, 1))


def _numbers(pack: str, on: date) -> dict[str, Any]:
    return {name: value.number for name, value in statutes_of(pack).at(on).values.items()}
