"""A statute: one value or one rule of law through time. The source sits inside the dated version, so they cannot drift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from forbear.columns.dtypes import INT, DType, decimal
from forbear.columns.expression import Column, literal, null

Value = int | Decimal | str | None

UNITS: Mapping[str, DType | None] = {
    "none": None,
    "local time of day": INT,
    "calls a day": INT,
    "attempts a day": INT,
    "messages a day": INT,
    "days": INT,
    "months": INT,
    "years": INT,
    "minutes": INT,
    "people": INT,
    "business days": INT,
    "calls": INT,
    "communications": INT,
    "records": INT,
    "cents": INT,
    "date": INT,
    "multiple": decimal(9, 6),
    "fraction a year": decimal(9, 6),
}
"""The units, and the type of the column a value of the unit becomes; a rule without a value has the unit ``none``."""

MODALS = ("MUST", "MUST_NOT", "SHOULD", "SHOULD_NOT", "MAY", "FACT")
NORMS = ("LAW", "JUD", "RULE", "NORM", "STD", "SELF", "HOUSE")
FORCES = ("law", "regulation", "industry-standard", "house-policy")
PROVENANCES = ("P", "S1", "S2", "M", "HOUSE")


@dataclass(frozen=True)
class Source:
    """Where a version is written: the instrument, its clause, a link, where it was read, a short quotation of a law."""

    title: str
    article: str = ""
    href: str = ""
    read_in: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Version:
    """One dated wording: in force from ``since`` to the day before ``until`` (open where None)."""

    since: date
    until: date | None
    value: Value
    force: str
    source: Source
    checked_on: date

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Statute:
    """One value or rule.

    ``id`` is its path (``cn.gbt45251.quiet_hours_start``); ``title`` and ``says`` are by language (en, zh);
    ``provenance`` tells how its text was read: P the primary text, S1 and S2 secondary sources, M from memory, HOUSE
    the house's own policy. ``verified`` is true only for P. ``informative`` says why no table need cite it.
    """

    id: str
    title: Mapping[str, str]
    says: Mapping[str, str]
    unit: str
    modal: str
    norm: str
    provenance: str
    verified: bool
    versions: tuple[Version, ...]
    not_covered: str = ""
    informative: str = ""
    register: tuple[str, ...] = ()

    def instrument_of(self, pack: str) -> str:
        """The part of the id after the pack's name: the instrument it belongs to."""
        return self.id.removeprefix(f"{pack}.").split(".")[0]

    @property
    def is_house_policy(self) -> bool:
        """Whether the house, not the law, has set it."""
        return self.norm == "HOUSE"

    def version_on(self, day: date) -> Version | None:
        """The version in force on the day."""
        return next((version for version in self.versions if version.holds_on(day)), None)


@dataclass(frozen=True)
class StatuteValue:
    """A statute on a date: the statute and its version then in force."""

    statute: Statute
    version: Version

    @property
    def value(self) -> Value:
        """The value as written: a whole number, a Decimal, or ``HH:MM``; None for a rule without a value."""
        return self.version.value

    @property
    def unit(self) -> str:
        """The unit of the value."""
        return self.statute.unit

    @property
    def force(self) -> str:
        """law, regulation, industry-standard or house-policy."""
        return self.version.force

    @property
    def source(self) -> Source:
        """Where it is written."""
        return self.version.source

    @property
    def provenance(self) -> str:
        """How its text was read."""
        return self.statute.provenance

    @property
    def verified(self) -> bool:
        """Whether the primary text was read."""
        return self.statute.verified

    @property
    def number(self) -> int | Decimal | None:
        """The value as a number: a time of day in minutes after midnight."""
        return as_number(self.value)


@dataclass(frozen=True)
class Statutes:
    """All statutes of a pack, and those in force on a date.

    ``digest`` identifies the text of the files.
    """

    pack: str
    on: date
    statutes: Mapping[str, Statute]
    digest: str

    def at(self, on: date) -> Statutes:
        """The same statutes on another date."""
        return Statutes(self.pack, on, self.statutes, self.digest)

    @cached_property
    def regime(self) -> tuple[tuple[str, date], ...]:
        """Which version of each statute is in force: two dates with the same regime have the same law."""
        return tuple((name, value.version.since) for name, value in self.values.items())

    @cached_property
    def values(self) -> dict[str, StatuteValue]:
        """What is in force on the date, by id."""
        found = {name: (statute, statute.version_on(self.on)) for name, statute in self.statutes.items()}
        return {name: StatuteValue(statute, version) for name, (statute, version) in found.items() if version}

    def as_columns(self) -> dict[str, Column]:
        """A typed constant for each statute that has a value, by id; null where none is in force on the date."""
        columns: dict[str, Column] = {}
        for name, statute in self.statutes.items():
            dtype = UNITS[statute.unit]
            if dtype is not None:
                number = self.values[name].number if name in self.values else None
                columns[name] = null(dtype) if number is None else literal(number, dtype)
        return columns

    def governing(self, row_id: str) -> Statute | None:
        """The statute a table row carries out: the one with the longest id that is the row's id or begins it."""
        parts = row_id.split(".")
        for length in range(len(parts), 0, -1):
            statute = self.statutes.get(".".join(parts[:length]))
            if statute is not None:
                return statute
        return None

    def unverified_count(self) -> int:
        """How many statutes in force, house policies apart, rest on a text that was not read in the original."""
        return sum(not value.verified and not value.statute.is_house_policy for value in self.values.values())


def as_number(value: Value) -> int | Decimal | None:
    """The number of a value; ``HH:MM`` becomes minutes after midnight, ``YYYY-MM-DD`` days since the first of 1970.

    >>> as_number("21:45"), as_number("1970-01-31")
    (1305, 30)
    """
    if isinstance(value, str) and "-" in value:
        return (date.fromisoformat(value) - date(1970, 1, 1)).days
    if isinstance(value, str):
        hours, minutes = value.split(":")
        return int(hours) * 60 + int(minutes)
    return value
