"""The types a column may have. There is no floating point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from forbear.kernel.errors import ExpressionError


class Kind(Enum):
    """The kinds of value."""

    BOOL = "bool"
    INT = "int"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    TEXTS = "texts"
    RECORD = "record"


@dataclass(frozen=True)
class DType:
    """A kind, with precision and scale for decimals and fields for records.

    ``INT`` is 64 bits, ``INSTANT`` is UTC to the microsecond, ``TEXTS`` is a list of text.
    """

    kind: Kind
    precision: int = 0
    scale: int = 0
    fields: tuple[tuple[str, DType], ...] = ()

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})" if self.kind is Kind.DECIMAL else self.kind.value


BOOL = DType(Kind.BOOL)
INT = DType(Kind.INT)
TEXT = DType(Kind.TEXT)
DATE = DType(Kind.DATE)
INSTANT = DType(Kind.INSTANT)
TEXTS = DType(Kind.TEXTS)
NUMERIC = (Kind.INT, Kind.DECIMAL)


def decimal(precision: int, scale: int) -> DType:
    """An exact decimal with ``precision`` digits, ``scale`` of them after the point."""
    if not 0 <= scale <= precision <= 38:
        raise ExpressionError("bad_decimal", f"decimal({precision},{scale}) cannot be held: at most 38 digits.")
    return DType(Kind.DECIMAL, precision, scale)


def record(**fields: DType) -> DType:
    """A record with named fields."""
    return DType(Kind.RECORD, fields=tuple(fields.items()))


def of_value(value: object) -> DType:
    """The narrowest type of a Python value.

    Raises:
        ExpressionError: ``untyped_literal`` for floats, naive instants and anything else that is not exact.
    """
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INT
    if isinstance(value, Decimal) and value.is_finite():
        sign_digits_exponent = value.as_tuple()
        scale = max(0, -int(sign_digits_exponent.exponent))
        digits = len(sign_digits_exponent.digits) + max(0, int(sign_digits_exponent.exponent))
        return decimal(max(digits, scale, 1), scale)
    if isinstance(value, str):
        return TEXT
    if isinstance(value, datetime) and value.tzinfo is not None:
        return INSTANT
    if isinstance(value, date) and not isinstance(value, datetime):
        return DATE
    raise ExpressionError(
        "untyped_literal", f"{value!r} has no exact type.", do="Use int, Decimal, str, bool, date or an aware datetime."
    )


def common(left: DType, right: DType) -> DType:
    """The type both can be widened to.

    Raises:
        ExpressionError: ``type_clash``.
    """
    if left == right:
        return left
    if left.kind in NUMERIC and right.kind in NUMERIC:
        scale = max(left.scale, right.scale)
        whole = max(_whole_digits(left), _whole_digits(right))
        return decimal(min(38, whole + scale), scale)
    raise ExpressionError("type_clash", f"{left} and {right} do not go together.")


def _whole_digits(dtype: DType) -> int:
    return 19 if dtype.kind is Kind.INT else dtype.precision - dtype.scale
