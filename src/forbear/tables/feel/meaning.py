"""What expressions and tests mean on plain Python values: FEEL's three-valued logic and exact numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException
from typing import Any

from forbear.tables.feel import tree
from forbear.tables.feel.tree import Expression, Name, Test, kind_of_value

Lookup = Callable[[Name], Any]

_DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN)


def evaluate(value: Expression, lookup: Lookup) -> Any:
    """The value of an expression; null (None) where FEEL says so: unlike types, division by zero, an operand that is null."""
    match value:
        case tree.Literal(constant):
            return constant
        case tree.Name():
            return lookup(value)
        case tree.Negative(operand):
            return calculate("-", 0, evaluate(operand, lookup))
        case tree.Arithmetic(op, left, right):
            return calculate(op, evaluate(left, lookup), evaluate(right, lookup))
        case tree.Comparison(op, left, right):
            return compare(op, evaluate(left, lookup), evaluate(right, lookup))
        case tree.Logic(op, left, right):
            return _connect(op, _truth(evaluate(left, lookup)), _truth(evaluate(right, lookup)))
        case tree.Inversion(operand):
            return _invert(_truth(evaluate(operand, lookup)))


def holds(test: Test, value: Any, lookup: Lookup) -> bool | None:
    """Whether the value passes the test; None where a comparison meets null or another type."""
    match test:
        case tree.Anything():
            return True
        case tree.Equals(expected):
            return _matches(value, evaluate(expected, lookup))
        case tree.Compares(op, bound):
            return compare(op, value, evaluate(bound, lookup))
        case tree.Within(low, high, low_closed, high_closed):
            above = compare(">=" if low_closed else ">", value, evaluate(low, lookup))
            below = compare("<=" if high_closed else "<", value, evaluate(high, lookup))
            return _connect("and", above, below)
        case tree.OneOf(tests):
            return _any([holds(part, value, lookup) for part in tests])
        case tree.NoneOf(tests):
            return _invert(_any([holds(part, value, lookup) for part in tests]))


def equal(left: Any, right: Any) -> bool | None:
    """FEEL's ``=``: null equals only null; values of different kinds are not comparable (None).

    >>> equal(None, None), equal(None, 1), equal(True, 1)
    (True, False, None)
    """
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return bool(left == right) if type(left) is type(right) else None
    if kind_of_value(left) != kind_of_value(right):
        return None
    return bool(left == right)


def compare(op: str, left: Any, right: Any) -> bool | None:
    """``= != < <= > >=`` of two values."""
    if op == "=":
        return equal(left, right)
    if op == "!=":
        return _invert(equal(left, right))
    if left is None or right is None or kind_of_value(left) != kind_of_value(right):
        return None
    if isinstance(left, bool | list | dict):
        return None
    try:
        return bool(_ORDER[op](left, right))
    except TypeError:  # an instant with an offset beside one without
        return None


def calculate(op: str, left: Any, right: Any) -> Any:
    """``+ - * / **`` of two values, exact where the result is; otherwise to 34 digits.

    >>> calculate("/", 1, 8), calculate("+", "a", "b"), calculate("/", 1, 0)
    (Decimal('0.125'), 'ab', None)
    """
    if op == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if _is_number(left) and _is_number(right):
        return _calculate_numbers(op, left, right)
    return _calculate_dates(op, left, right)


def _calculate_numbers(op: str, left: int | Decimal, right: int | Decimal) -> Any:
    if op in "+-*" and isinstance(left, int) and isinstance(right, int):
        return _EXACT[op](left, right)
    first, second = Decimal(left), Decimal(right)
    try:
        match op:
            case "/":
                return _DECIMAL128.divide(first, second)
            case "**":
                return _DECIMAL128.power(first, second)
        return _WIDE[op](first, second)
    except DecimalException:
        return None


def _calculate_dates(op: str, left: Any, right: Any) -> Any:
    if op not in ("+", "-") or bool in (type(left), type(right)):
        return None
    dates = (date, datetime)
    pairs = isinstance(left, dates) and isinstance(right, timedelta)
    differences = op == "-" and isinstance(left, dates) and type(left) is type(right)
    if pairs or differences or (isinstance(left, timedelta) and isinstance(right, timedelta)):
        try:
            return _EXACT[op](left, right)
        except (TypeError, OverflowError):
            return None
    if op == "+" and isinstance(left, timedelta) and isinstance(right, dates):
        return right + left
    return None


def _matches(value: Any, expected: Any) -> bool:
    """Equality in a test is two-valued: what cannot be compared does not match."""
    if isinstance(expected, list) and not isinstance(value, list):
        return any(equal(value, item) is True for item in expected)
    return equal(value, expected) is True


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _invert(value: bool | None) -> bool | None:
    return None if value is None else not value


def _connect(op: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = op == "or"
    if decisive in (left, right):
        return decisive
    return None if None in (left, right) else not decisive


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else (None if None in parts else False)


_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EXACT: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_EXACT_CONTEXT = Context(prec=100)
_WIDE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT_CONTEXT.add,
    "-": _EXACT_CONTEXT.subtract,
    "*": _EXACT_CONTEXT.multiply,
}
