"""What a cell says, as a tree of frozen records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

Value = bool | int | Decimal | str | date | datetime | time | timedelta | None


@dataclass(frozen=True)
class Literal:
    """A constant. Numbers are exact: ``int``, or ``Decimal`` when written with a point."""

    value: Value


@dataclass(frozen=True)
class Name:
    """A name, qualified by dots: ``Applicant.Age`` is ``("Applicant", "Age")``."""

    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True)
class Negative:
    """Arithmetic negation."""

    operand: Expression


@dataclass(frozen=True)
class Arithmetic:
    """``+ - * / **``."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Comparison:
    """``= != < <= > >=``."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Logic:
    """Three-valued ``and`` or ``or``."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Inversion:
    """``not(…)`` of a truth value."""

    operand: Expression


Expression = Literal | Name | Negative | Arithmetic | Comparison | Logic | Inversion


@dataclass(frozen=True)
class Anything:
    """``-``: every value, null too."""


@dataclass(frozen=True)
class Equals:
    """The input equals the value; null equals null only."""

    value: Expression


@dataclass(frozen=True)
class Compares:
    """The input is ``< <= > >=`` the value; null when either is null."""

    op: str
    value: Expression


@dataclass(frozen=True)
class Within:
    """The input lies between the ends."""

    low: Expression
    high: Expression
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True)
class OneOf:
    """Some test of the list holds."""

    tests: tuple[Test, ...]


@dataclass(frozen=True)
class NoneOf:
    """``not(…)``: no test of the list holds."""

    tests: tuple[Test, ...]


Test = Anything | Equals | Compares | Within | OneOf | NoneOf


def endpoints(test: Test) -> Iterator[Expression]:
    """The expressions a test compares with."""
    match test:
        case Equals(value) | Compares(_, value):
            yield value
        case Within(low, high):
            yield low
            yield high
        case OneOf(tests) | NoneOf(tests):
            for part in tests:
                yield from endpoints(part)


def names_in(tree: Expression | Test) -> Iterator[Name]:
    """The names a tree reads."""
    match tree:
        case Name():
            yield tree
        case Negative(operand) | Inversion(operand):
            yield from names_in(operand)
        case Arithmetic(_, left, right) | Comparison(_, left, right) | Logic(_, left, right):
            yield from names_in(left)
            yield from names_in(right)
        case Equals() | Compares() | Within() | OneOf() | NoneOf():
            for value in endpoints(tree):
                yield from names_in(value)


def literals_of(test: Test) -> tuple[Value, ...] | None:
    """The constants a plain list of values names; None for any other test."""
    parts = test.tests if isinstance(test, OneOf) else (test,)
    if all(isinstance(part, Equals) and isinstance(part.value, Literal) for part in parts):
        return tuple(part.value.value for part in parts)  # type: ignore[union-attr]
    return None


def kind_of_value(value: Value) -> str:
    """The FEEL kind of a Python value.

    >>> kind_of_value(True), kind_of_value(0), kind_of_value("0")
    ('boolean', 'number', 'string')
    """
    for types, kind in _KINDS:
        if isinstance(value, types):
            return kind
    return "null"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    ((int, Decimal), "number"),
    (str, "string"),
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "duration"),
)
