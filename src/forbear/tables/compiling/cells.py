"""One cell as a column expression, with FEEL's meaning of null."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal

from forbear.columns import dtypes
from forbear.columns.dtypes import INT, DType, Kind
from forbear.columns.expression import Column, all_of, any_of, coalesce, concat, literal, multiply
from forbear.kernel.errors import ExpressionError, TableError
from forbear.kernel.language import gettext as _
from forbear.tables.feel import tree
from forbear.tables.feel.tree import Expression, Name, Test

Resolve = Callable[[Name], Column]


def compile_value(value: Expression, resolve: Resolve) -> Column | None:
    """The value as a column; None for the constant null, which has no type of its own.

    Raises:
        TableError: ``type_clash``, ``outside_subset``, and what ``resolve`` raises.
    """
    try:
        return _value(value, resolve)
    except ExpressionError as error:
        raise TableError("type_clash", error.message, do=error.do) from None


def compile_test(test: Test, column: Column, resolve: Resolve) -> Column:
    """Whether the column passes the test: true, false or null.

    Equality is two-valued (null equals only null), comparisons with null are null. So ``not("sms")`` holds for
    null and ``not(< 5)`` does not.

    Raises:
        TableError: ``type_clash``, ``outside_subset``.
    """
    try:
        return _test(test, column, resolve)
    except ExpressionError as error:
        raise TableError("type_clash", error.message, do=_("Compare the input with values of its own type.")) from None


def _test(test: Test, column: Column, resolve: Resolve) -> Column:
    match test:
        case tree.Anything():
            return literal(True)
        case tree.Equals(value):
            return equal(column, _value(value, resolve))
        case tree.Compares(op, value):
            return _compared(op, column, _value(value, resolve))
        case tree.Within(low, high, low_closed, high_closed):
            return all_of(
                _compared(">=" if low_closed else ">", column, _value(low, resolve)),
                _compared("<=" if high_closed else "<", column, _value(high, resolve)),
            )
        case tree.OneOf(tests):
            return _one_of(tests, column, resolve)
        case tree.NoneOf(tests):
            return ~_one_of(tests, column, resolve)


def _one_of(tests: tuple[Test, ...], column: Column, resolve: Resolve) -> Column:
    constants = [t.value.value for t in tests if isinstance(t, tree.Equals) and isinstance(t.value, tree.Literal)]
    if len(constants) == len(tests) > 1 and all(_is_plain(constant, column) for constant in constants):
        return coalesce(column.isin([constant for constant in constants if constant is not None]), False)  # type: ignore[misc]
    return any_of(*(_test(test, column, resolve) for test in tests))


def _is_plain(constant: object, column: Column) -> bool:
    if isinstance(constant, str):
        return column.dtype.kind is Kind.TEXT
    return isinstance(constant, int) and not isinstance(constant, bool) and column.dtype == INT


def equal(left: Column | None, right: Column | None) -> Column:
    """FEEL's ``=``: true or false, never null; two nulls are equal."""
    if left is None or right is None:
        known = left if left is not None else right
        return literal(True) if known is None else known.is_null()
    if (constant := _fraction_of(left, right)) is not None:
        dtypes.common(left.dtype, right.dtype)
        return literal(False) if not _is_whole(constant) else coalesce(left == int(constant), False)
    if right.op == "literal" or left.op == "literal":
        return coalesce(left == right, False)
    return coalesce(left == right, left.is_null() & right.is_null())


def _fraction_of(left: Column, right: Column) -> Decimal | None:
    """The constant on the right, when it is a decimal compared with whole numbers: then no widening is needed."""
    if left.dtype == INT and right.op == "literal" and isinstance(right.args[0], Decimal):
        return right.args[0]
    return None


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _compared(op: str, left: Column | None, right: Column | None) -> Column:
    if left is None or right is None:
        raise TableError(
            "type_clash", _("Nothing is {op} null.").format(op=op), do=_("Write null alone to test for it.")
        )
    if left.dtype.kind in (Kind.BOOL, Kind.TEXTS):
        raise ExpressionError("type_clash", _("A {dtype} is not {op} anything.").format(dtype=left.dtype, op=op))
    constant = _fraction_of(left, right)
    if constant is None:
        return _ORDER[op](left, right)
    whole = math.floor(constant) if op in ("<=", ">") or _is_whole(constant) else math.ceil(constant)
    return _ORDER[op](left, literal(whole))


_ORDER: dict[str, Callable[[Column, Column], Column]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _value(value: Expression, resolve: Resolve) -> Column | None:
    match value:
        case tree.Literal(None):
            return None
        case tree.Literal(constant):
            return _constant(constant)
        case tree.Name():
            return resolve(value)
        case tree.Negative(operand):
            return _of_numbers("-", literal(0), _known("-", _value(operand, resolve)))
        case tree.Arithmetic(op, left, right):
            return _arithmetic(op, _known(op, _value(left, resolve)), _known(op, _value(right, resolve)))
        case tree.Comparison(op, left, right):
            return _comparison(op, _value(left, resolve), _value(right, resolve))
        case tree.Logic(op, left, right):
            parts = _known(op, _value(left, resolve)), _known(op, _value(right, resolve))
            return all_of(*parts) if op == "and" else any_of(*parts)
        case tree.Inversion(operand):
            return ~_known("not", _value(operand, resolve))


def _constant(constant: object) -> Column:
    if isinstance(constant, time | timedelta) or (isinstance(constant, datetime) and constant.tzinfo is None):
        raise TableError(
            "outside_subset",
            _("{constant} has no column type.").format(constant=constant),
            do=_("Use a date, or an instant with its offset, in tables that run on columns."),
        )
    return literal(constant)  # type: ignore[arg-type]


def _known(op: str, column: Column | None) -> Column:
    if column is None:
        raise TableError("type_clash", _("null cannot stand beside {op}.").format(op=op), do=_("Leave the null out."))
    return column


def _comparison(op: str, left: Column | None, right: Column | None) -> Column:
    if op in ("=", "!="):
        same = equal(left, right)
        return same if op == "=" else ~same
    return _compared(op, left, right)


def _arithmetic(op: str, left: Column, right: Column) -> Column:
    if op == "+" and left.dtype.kind is Kind.TEXT:
        return concat(left, right)
    return _of_numbers(op, left, right)


def _of_numbers(op: str, left: Column, right: Column) -> Column:
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    if op == "*":
        return multiply(left, right, _product_type(left.dtype, right.dtype))
    raise TableError(
        "outside_subset",
        _("{op} has no exact result on columns.").format(op=op),
        do=_("Compute the quotient among the facts, or compare products."),
    )


def _product_type(left: DType, right: DType) -> DType:
    dtypes.common(left, right)
    if left == right == INT:
        return INT
    digits = sum(19 if dtype == INT else dtype.precision for dtype in (left, right))
    return dtypes.decimal(min(38, digits), left.scale + right.scale)
