"""The closed vocabulary of column expressions.

A :class:`Column` is a typed tree. It means the same on DuckDB, on Spark (``sql.py``) and on one row in Python
(``closure.py``). Nothing outside this list can be said, so nothing unportable can be said:

``literal column`` · ``eq ne lt le gt ge`` · ``and or not`` · ``is_null coalesce greatest least case isin`` ·
``add subtract multiply integer_divide round_int`` · ``days_between add_days add_months`` ·
``concat lower trim substring length matches uniform list_of_present join_texts`` ·
``cast try_cast utc_date local_date from_local key_hash`` · ``field`` ·
aggregates ``count count_distinct sum min max any_true latest`` with a filter · windows ``row_number running_sum previous``.

Null is SQL's: comparisons with null are null, ``and``/``or`` are three-valued, aggregates skip nulls,
``greatest``/``least`` skip nulls, ``concat`` with a null is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from forbear.columns import dtypes
from forbear.columns.dtypes import BOOL, DATE, INSTANT, INT, TEXT, TEXTS, DType, Kind
from forbear.kernel.errors import ExpressionError

Scalar: TypeAlias = bool | int | Decimal | str | date | datetime
Operand: TypeAlias = "Column | bool | int | Decimal | str | date | datetime"


@dataclass(frozen=True, eq=False)
class Column:
    """One typed expression. Build with the functions of this module and with operators; ``==`` builds a comparison."""

    op: str
    args: tuple[object, ...]
    dtype: DType

    # comparisons
    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return _compare("eq", self, other)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        return _compare("ne", self, other)

    def __lt__(self, other: Operand) -> Column:
        return _compare("lt", self, other)

    def __le__(self, other: Operand) -> Column:
        return _compare("le", self, other)

    def __gt__(self, other: Operand) -> Column:
        return _compare("gt", self, other)

    def __ge__(self, other: Operand) -> Column:
        return _compare("ge", self, other)

    __hash__ = object.__hash__

    # logic
    def __and__(self, other: Operand) -> Column:
        return all_of(self, other)

    def __rand__(self, other: Operand) -> Column:
        return all_of(other, self)

    def __or__(self, other: Operand) -> Column:
        return any_of(self, other)

    def __invert__(self) -> Column:
        return Column("not", (_of_kind(self, Kind.BOOL),), BOOL)

    def __bool__(self) -> bool:
        raise ExpressionError(
            "not_a_value", "A column has no truth value here.", do="Use &, | and ~ instead of and, or and not."
        )

    # arithmetic
    def __add__(self, other: Operand) -> Column:
        return _arithmetic("add", self, other)

    def __radd__(self, other: Operand) -> Column:
        return _arithmetic("add", as_column(other), self)

    def __sub__(self, other: Operand) -> Column:
        return _arithmetic("subtract", self, other)

    def __rsub__(self, other: Operand) -> Column:
        return _arithmetic("subtract", as_column(other), self)

    # questions
    def is_null(self) -> Column:
        """True where there is no value."""
        return Column("is_null", (self,), BOOL)

    def is_known(self) -> Column:
        """True where there is a value."""
        return ~self.is_null()

    def is_true(self) -> Column:
        """True where true; false where false or null."""
        return coalesce(_of_kind(self, Kind.BOOL), False)

    def between(self, low: Operand, high: Operand) -> Column:
        """``low <= self <= high``."""
        return (self >= low) & (self <= high)

    def isin(self, values: Iterable[Scalar]) -> Column:
        """Equal to one of the values; null where self is null; false for no values."""
        columns = tuple(as_column(value) for value in values)
        if not columns:
            return literal(False)
        for value in columns:
            dtypes.common(self.dtype, value.dtype)
        return Column("isin", (self, *columns), BOOL)

    def field(self, name: str) -> Column:
        """A field of a record."""
        for field_name, dtype in self.dtype.fields:
            if field_name == name:
                return Column("field", (self, name), dtype)
        raise ExpressionError("no_such_field", f"The record has no field {name!r}.")


def literal(value: Scalar, dtype: DType | None = None) -> Column:
    """A typed constant. Floats are refused."""
    return Column("literal", (value,), dtype or dtypes.of_value(value))


def null(dtype: DType) -> Column:
    """No value, of a type."""
    return Column("literal", (None,), dtype)


def column(name: str, dtype: DType) -> Column:
    """A reference to a column by name. Relations give these; tables and tests may build them."""
    return Column("column", (name,), dtype)


def as_column(value: Operand) -> Column:
    """The column itself, or a literal."""
    return value if isinstance(value, Column) else literal(value)


def all_of(*conditions: Operand) -> Column:
    """Three-valued and; true for no conditions."""
    return _connect("and", conditions, True)


def any_of(*conditions: Operand) -> Column:
    """Three-valued or; false for no conditions."""
    return _connect("or", conditions, False)


def coalesce(*values: Operand) -> Column:
    """The first value that is not null."""
    columns = [as_column(value) for value in values]
    return Column("coalesce", tuple(columns), _common_of(columns))


def greatest(*values: Operand) -> Column:
    """The largest of the values that are not null; null if none is."""
    columns = [as_column(value) for value in values]
    return Column("greatest", tuple(columns), _common_of(columns))


def least(*values: Operand) -> Column:
    """The smallest of the values that are not null; null if none is."""
    columns = [as_column(value) for value in values]
    return Column("least", tuple(columns), _common_of(columns))


def case(branches: Sequence[tuple[Column, Operand]], otherwise: Operand | None = None) -> Column:
    """The value of the first condition that is true; ``otherwise`` (null by default) when none is."""
    if not branches:
        raise ExpressionError("empty_case", "A case needs a branch.")
    values = [as_column(value) for _, value in branches]
    dtype = _common_of([*values, *([] if otherwise is None else [as_column(otherwise)])])
    last = null(dtype) if otherwise is None else as_column(otherwise)
    flat: list[Column] = []
    for (condition, _), value in zip(branches, values, strict=True):
        flat += [_of_kind(condition, Kind.BOOL), value]
    return Column("case", (*flat, last), dtype)


def when(condition: Column, value: Operand, otherwise: Operand | None = None) -> Column:
    """``case`` with one branch."""
    return case([(condition, value)], otherwise)


def multiply(left: Operand, right: Operand, dtype: DType) -> Column:
    """The exact product, cast (half up) to ``dtype``, which must be named."""
    return Column("multiply", (_number(left), _number(right)), dtype)


def integer_divide(left: Operand, right: Operand) -> Column:
    """Whole-number quotient of non-negative ints, truncated; null when the divisor is 0."""
    return Column("integer_divide", (_of_kind(left, Kind.INT), _of_kind(right, Kind.INT)), INT)


def round_int(value: Operand) -> Column:
    """A decimal rounded half up (away from zero) to a whole number."""
    return Column("round_int", (_number(value),), INT)


def days_between(later: Operand, earlier: Operand) -> Column:
    """Whole days from ``earlier`` to ``later``; negative if it lies after."""
    return Column("days_between", (_of_kind(later, Kind.DATE), _of_kind(earlier, Kind.DATE)), INT)


def add_days(day: Operand, days: Operand) -> Column:
    """The date so many days later."""
    return Column("add_days", (_of_kind(day, Kind.DATE), _of_kind(days, Kind.INT)), DATE)


def add_months(day: Operand, months: Operand) -> Column:
    """The same day so many months later, or that month's last day where it has no such day."""
    return Column("add_months", (_of_kind(day, Kind.DATE), _of_kind(months, Kind.INT)), DATE)


def concat(*parts: Operand) -> Column:
    """The texts one after the other; null if any is null."""
    return Column("concat", tuple(_of_kind(part, Kind.TEXT) for part in parts), TEXT)


def lower(text: Operand) -> Column:
    """Lower case."""
    return Column("lower", (_of_kind(text, Kind.TEXT),), TEXT)


def trim(text: Operand) -> Column:
    """Without spaces at both ends."""
    return Column("trim", (_of_kind(text, Kind.TEXT),), TEXT)


def substring(text: Operand, start: int, length: int) -> Column:
    """``length`` characters from the 1-based ``start``."""
    return Column("substring", (_of_kind(text, Kind.TEXT), start, length), TEXT)


def length(text: Operand) -> Column:
    """Number of characters."""
    return Column("length", (_of_kind(text, Kind.TEXT),), INT)


def matches(text: Operand, pattern: str) -> Column:
    """The whole text matches the pattern (character classes, groups and counts only: what RE2 and Java share)."""
    return Column("matches", (_of_kind(text, Kind.TEXT), pattern), BOOL)


def uniform(key: Operand, salt: str) -> Column:
    """A whole number in [0, 1 000 000) from SHA-256 of ``key`` and ``salt``: the only source of chance on columns."""
    return Column("uniform", (_of_kind(key, Kind.TEXT), salt), INT)


def list_of_present(*values: Operand) -> Column:
    """The texts that are not null, in order, as a list (empty if none)."""
    return Column("list_of_present", tuple(_of_kind(value, Kind.TEXT) for value in values), TEXTS)


def join_lists(*lists: Column) -> Column:
    """The lists one after the other; a null list counts as empty."""
    return Column("join_lists", tuple(_of_kind(value, Kind.TEXTS) for value in lists), TEXTS)


def list_size(texts: Column) -> Column:
    """How many texts a list holds; null for a null list."""
    return Column("list_size", (_of_kind(texts, Kind.TEXTS),), INT)


def first_text(texts: Column) -> Column:
    """The first text of a list; null for an empty or null list."""
    return Column("first_text", (_of_kind(texts, Kind.TEXTS),), TEXT)


def cast(value: Operand, dtype: DType) -> Column:
    """The value as another type: int to decimal, decimal to a wider decimal, anything to text, date to instant (00:00 UTC)."""
    return Column("cast", (as_column(value),), dtype)


def try_cast(text: Operand, dtype: DType) -> Column:
    """Text (ISO forms only; guard with :func:`matches`) as another type; null where it is none, such as 30 February."""
    return Column("try_cast", (_of_kind(text, Kind.TEXT),), dtype)


def utc_date(at: Operand) -> Column:
    """The UTC calendar date of an instant."""
    return Column("utc_date", (_of_kind(at, Kind.INSTANT),), DATE)


def local_date(at: Operand, zone: Operand) -> Column:
    """The calendar date of an instant on the clock of an IANA time zone."""
    return Column("local_date", (_of_kind(at, Kind.INSTANT), _of_kind(zone, Kind.TEXT)), DATE)


def from_local(shown: Operand, zone: str) -> Column:
    """The instant at which the clocks of a zone show what ``shown`` shows in UTC; where they show it twice, the first."""
    return Column("from_local", (_of_kind(shown, Kind.INSTANT), zone), INSTANT)


def key_hash(*parts: Operand) -> Column:
    """A 64-bit hash, to find equal keys cheaply. Each engine has its own: compare within one run, never store it."""
    return Column("key_hash", tuple(as_column(part) for part in parts), INT)


def make_record(**fields: Operand) -> Column:
    """A record; records compare field by field in the order given (so put a tie-breaking id early)."""
    columns = {name: as_column(value) for name, value in fields.items()}
    dtype = dtypes.record(**{name: value.dtype for name, value in columns.items()})
    return Column("make_record", tuple(item for pair in columns.items() for item in pair), dtype)


# Aggregates: only inside Relation.group(). ``where`` is a filter on the rows counted.


def count(where: Column | None = None) -> Column:
    """Rows (that pass the filter)."""
    return Column("agg_count", (where,), INT)


def count_distinct(value: Column, where: Column | None = None) -> Column:
    """Different values that are not null."""
    return Column("agg_count_distinct", (value, where), INT)


def sum_of(value: Column, where: Column | None = None) -> Column:
    """The exact sum, of the type summed; null for no rows."""
    return Column("agg_sum", (_number(value), where), value.dtype)


def min_of(value: Column, where: Column | None = None) -> Column:
    """The smallest value; null for none."""
    return Column("agg_min", (value, where), value.dtype)


def max_of(value: Column, where: Column | None = None) -> Column:
    """The largest value; null for none."""
    return Column("agg_max", (value, where), value.dtype)


def any_true(condition: Column, where: Column | None = None) -> Column:
    """True if the condition is true on some row, else false (never null)."""
    chosen = condition if where is None else condition & where
    return Column("agg_count", (chosen,), INT) > 0


def latest(at: Column, tie: Column, where: Column | None = None, **fields: Operand) -> Column:
    """The record of the row with the greatest ``at`` (rows without one are left out), ties to the greatest ``tie``."""
    known = at.is_known() if where is None else where & at.is_known()
    return max_of(make_record(at=at, tie=tie, **fields), known)


# Windows: only inside Relation.derive().


def row_number(partition: Sequence[Column], order: Sequence[tuple[Column, str]]) -> Column:
    """1-based place within the partition; ``order`` pairs are (column, "asc" | "desc"), and must break every tie; nulls last."""
    return Column("row_number", (tuple(partition), tuple(order)), INT)


def running_sum(value: Column, partition: Sequence[Column], order: Sequence[tuple[Column, str]]) -> Column:
    """The sum of this row and all before it in the partition."""
    return Column("running_sum", (value, tuple(partition), tuple(order)), value.dtype)


def running_max(value: Column, partition: Sequence[Column], order: Sequence[tuple[Column, str]]) -> Column:
    """The largest value of all rows *before* this one in the partition; null on the first."""
    return Column("running_max", (value, tuple(partition), tuple(order)), value.dtype)


def sum_over(value: Column, partition: Sequence[Column]) -> Column:
    """The sum over the whole partition, on each of its rows."""
    return Column("sum_over", (value, tuple(partition), ()), value.dtype)


def max_over(value: Column, partition: Sequence[Column]) -> Column:
    """The largest value of the whole partition, on each of its rows."""
    return Column("max_over", (value, tuple(partition), ()), value.dtype)


def references(expression: Column) -> set[str]:
    """The names of the columns it reads."""
    found: set[str] = set()
    _walk(expression, found)
    return found


def _walk(node: object, found: set[str]) -> None:
    if isinstance(node, Column):
        if node.op == "column":
            found.add(str(node.args[0]))
        else:
            for child in node.args:
                _walk(child, found)
    elif isinstance(node, tuple):
        for child in node:
            _walk(child, found)


def substitute(expression: Column, values: Mapping[str, Column]) -> Column:
    """The same expression with named columns replaced."""
    if expression.op == "column":
        return values.get(str(expression.args[0]), expression)
    return Column(expression.op, tuple(_substitute_in(child, values) for child in expression.args), expression.dtype)


def _substitute_in(node: object, values: Mapping[str, Column]) -> object:
    if isinstance(node, Column):
        return substitute(node, values)
    if isinstance(node, tuple):
        return tuple(_substitute_in(child, values) for child in node)
    return node


def _compare(op: str, left: Column, right: object) -> Column:
    other = as_column(right)  # type: ignore[arg-type]
    dtypes.common(left.dtype, other.dtype)
    return Column(op, (left, other), BOOL)


def _connect(op: str, conditions: Sequence[Operand], empty: bool) -> Column:
    columns = [_of_kind(condition, Kind.BOOL) for condition in conditions]
    if not columns:
        return literal(empty)
    return columns[0] if len(columns) == 1 else Column(op, tuple(columns), BOOL)


def _arithmetic(op: str, left: Operand, right: Operand) -> Column:
    first, second = _number(left), _number(right)
    dtype = dtypes.common(first.dtype, second.dtype)
    if dtype.kind is Kind.DECIMAL:
        dtype = dtypes.decimal(min(38, dtype.precision + 1), dtype.scale)
    return Column(op, (first, second), dtype)


def _number(value: Operand) -> Column:
    result = as_column(value)
    if result.dtype.kind not in dtypes.NUMERIC:
        raise ExpressionError("type_clash", f"A number is needed, not {result.dtype}.")
    return result


def _of_kind(value: Operand, kind: Kind) -> Column:
    result = as_column(value)
    if result.dtype.kind is not kind:
        raise ExpressionError("type_clash", f"A {kind.value} is needed, not {result.dtype}.")
    return result


def _common_of(columns: Sequence[Column]) -> DType:
    dtype = columns[0].dtype
    for other in columns[1:]:
        dtype = dtypes.common(dtype, other.dtype)
    return dtype
