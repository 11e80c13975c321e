"""An expression as a Python function of one row: the same meaning as on an engine, for one loan at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from forbear.columns.dtypes import DType, Kind
from forbear.columns.expression import Column
from forbear.kernel.errors import ExpressionError

Row = Mapping[str, Any]


def compile_row(expressions: Mapping[str, Column]) -> Callable[[Row], dict[str, Any]]:
    """A function from a row (a dict by column name) to a dict with one value per expression.

    A column that the row lacks counts as null. Aggregates and windows are refused.

    Raises:
        ExpressionError: ``not_for_one_row``.
    """
    writer = _Writer()
    results = {name: writer.name_of(expression) for name, expression in expressions.items()}
    body = "\n    ".join(writer.lines) or "pass"
    returned = ", ".join(f"{name!r}: {variable}" for name, variable in results.items())
    source = f"def evaluate(row):\n    get = row.get\n    {body}\n    return {{{returned}}}\n"
    scope: dict[str, Any] = {**_FUNCTIONS, **writer.constants}
    exec(compile(source, "<columns>", "exec"), scope)
    function: Callable[[Row], dict[str, Any]] = scope["evaluate"]
    return function


class _Writer:
    """Writes one assignment per distinct source, children first.

    What is never null needs no guard, and most that is written for one row is: the commonest operators are written out, and
    the others are calls.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._variables: dict[str, str] = {}
        self._known: set[str] = set()
        self._keep: list[Column] = []

    def name_of(self, node: Column) -> str:
        if node.op == "literal":
            return self._constant(node.args[0])
        if id(node) not in self._names:
            self._keep.append(node)
            self._names[id(node)] = self._assign(*self._source(node))
        return self._names[id(node)]

    def _assign(self, source: str, is_known: bool) -> str:
        variable = self._variables.get(source)
        if variable is None:
            variable = self._variables[source] = f"v{len(self.lines)}"
            self.lines.append(f"{variable} = {source}")
            self._known |= {variable} if is_known else set()
        return variable

    def _constant(self, value: object) -> str:
        if value is None or isinstance(value, bool | int | str):
            return repr(value)
        # By type as well: 1 and Decimal(1) are equal, and not the same.
        name = next((name for name, each in self.constants.items() if type(each) is type(value) and each == value), "")
        if not name:
            name = f"k{len(self.constants)}"
            self.constants[name] = value
        return name

    def _source(self, node: Column) -> tuple[str, bool]:
        """The node over variables and constants, and whether it is never null."""
        if node.op == "column":
            return f"get({node.args[0]!r})", False
        operands = [self.name_of(child) if isinstance(child, Column) else self._constant(child) for child in node.args]
        known = [self._is_known(operand) for operand in operands]
        written = self._written_out(node.op, operands, known)
        if written is not None:
            return written
        if node.op not in _FUNCTIONS:
            raise ExpressionError("not_for_one_row", f"{node.op} is not defined on one row.")
        arguments = [*operands, self._constant(node.dtype)] if node.op in _TYPED else operands
        name = node.op if node.op not in _RESERVED else f"{node.op}_"
        is_known = any(known) if node.op in _SKIPPING else all(known) and node.op in _OF_ALL
        return f"{name}({', '.join(arguments)})", is_known or node.op in _ALWAYS_KNOWN

    def _is_known(self, operand: str) -> bool:
        return operand in self._known if operand.startswith("v") else operand != "None"

    def _written_out(self, op: str, operands: list[str], known: list[bool]) -> tuple[str, bool] | None:
        """The source of an operator that needs no call; None for one that does."""
        if op in _SIGNS:
            return self._guarded(f"{operands[0]} {_SIGNS[op]} {operands[1]}", operands)
        if op == "not":
            return self._guarded(f"not {operands[0]}", operands)
        if op == "is_null":
            return ("False" if known[0] else f"{operands[0]} is None"), True
        if op in ("and", "or") and all(known):
            return f" {op} ".join(operands), True
        if op in _EXTREMES and all(known) and len(operands) > 1:
            return f"{_EXTREMES[op]}({', '.join(operands)})", True
        if op == "coalesce" and len(operands) == 2:
            first, second = operands
            return (first if known[0] else f"{second} if {first} is None else {first}"), any(known)
        if op == "case" and len(operands) <= _WIDEST_CASE:
            branches = [f"{operands[n + 1]} if {operands[n]} else " for n in range(0, len(operands) - 1, 2)]
            return "".join(branches) + operands[-1], all([*known[1::2], known[-1]])
        if op == "isin" and all(known[1:]):
            return self._guarded(f"{operands[0]} in ({', '.join(operands[1:])},)", operands[:1])
        return None

    def _guarded(self, source: str, operands: list[str]) -> tuple[str, bool]:
        """Null where an operand is."""
        unknown = [operand for operand in operands if not self._is_known(operand)]
        if "None" in unknown:
            return "None", False
        guard = " or ".join(f"{operand} is None" for operand in unknown)
        return (f"None if {guard} else {source}" if guard else source), not guard


def _and(*values: bool | None) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _or(*values: bool | None) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _greatest(*values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)


def _least(*values: Any) -> Any:
    return min((value for value in values if value is not None), default=None)


def _case(*parts: Any) -> Any:
    for index in range(0, len(parts) - 1, 2):
        if parts[index]:
            return parts[index + 1]
    return parts[-1]


def _isin(value: Any, *values: Any) -> bool | None:
    if value is None:
        return None
    return True if value in values else (None if None in values else False)


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*values: Any) -> Any:
        return None if any(value is None for value in values) else function(*values)

    return apply


def _multiply(left: Any, right: Any, dtype: DType) -> Any:
    return None if left is None or right is None else _to(Decimal(left) * Decimal(right), dtype)


def _to(value: Decimal, dtype: DType) -> Any:
    if dtype.kind is Kind.INT:
        return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return value.quantize(Decimal(1).scaleb(-dtype.scale), rounding=ROUND_HALF_UP)


def _add_months(day: date, months: int) -> date:
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    following = date(year + (month == 11), 1 if month == 11 else month + 2, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def uniform_of(key: str, salt: str) -> int:
    """A whole number in [0, 1 000 000) from SHA-256 of the key, a bar and the salt."""
    return int(hashlib.sha256(f"{key}|{salt}".encode()).hexdigest()[:12], 16) % 1_000_000


def _cast(value: Any, dtype: DType) -> Any:
    if value is None:
        return None
    if dtype.kind is Kind.TEXT:
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if dtype.kind in (Kind.DECIMAL, Kind.INT):
        return _to(Decimal(value), dtype)
    if dtype.kind is Kind.INSTANT and isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


def _try_cast(text: str | None, dtype: DType) -> Any:
    if text is None:
        return None
    try:
        return _PARSERS[dtype.kind](text, dtype)
    except (ValueError, ArithmeticError, KeyError):
        return None


def _parse_instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


_PARSERS: dict[Kind, Callable[[str, DType], Any]] = {
    Kind.INT: lambda text, _: int(text),
    Kind.DECIMAL: lambda text, dtype: _to(Decimal(text), dtype),
    Kind.BOOL: lambda text, _: {"true": True, "false": False}[text.lower()],
    Kind.DATE: lambda text, _: date.fromisoformat(text),
    Kind.INSTANT: lambda text, _: _parse_instant(text),
    Kind.TEXT: lambda text, _: text,
}

_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "add": "+", "subtract": "-"}
_EXTREMES = {"greatest": "max", "least": "min"}
_WIDEST_CASE = 2 * 8 + 1  # Python reads no chain of choices that is very long
_SKIPPING = {"coalesce", "greatest", "least"}
_OF_ALL = {"and", "or", "case", "isin"}
_ALWAYS_KNOWN = {"list_of_present", "join_lists"}
_RESERVED = {"and", "or"}
_TYPED = {"multiply", "cast", "try_cast"}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "coalesce": _coalesce,
    "greatest": _greatest,
    "least": _least,
    "case": _case,
    "isin": _isin,
    "multiply": _multiply,
    "integer_divide": _strict(lambda left, right: left // right if right else None),
    "round_int": _strict(lambda value: int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))),
    "days_between": _strict(lambda later, earlier: (later - earlier).days),
    "add_days": _strict(lambda day, days: day + timedelta(days=days)),
    "add_months": _strict(_add_months),
    "concat": _strict(lambda *parts: "".join(parts)),
    "lower": _strict(str.lower),
    "trim": _strict(lambda text: text.strip(" ")),
    "substring": _strict(lambda text, start, size: text[start - 1 : start - 1 + size]),
    "length": _strict(len),
    "matches": _strict(lambda text, pattern: re.fullmatch(pattern, text) is not None),
    "uniform": _strict(uniform_of),
    "list_of_present": lambda *values: [value for value in values if value is not None],
    "join_lists": lambda *lists: [text for texts in lists if texts for text in texts],
    "list_size": _strict(len),
    "first_text": lambda texts: texts[0] if texts else None,
    "cast": _cast,
    "try_cast": _try_cast,
    "local_date": _strict(lambda at, zone: at.astimezone(ZoneInfo(zone)).date()),
    "utc_date": _strict(lambda at: at.astimezone(UTC).date()),
    "from_local": _strict(
        lambda shown, zone: shown.astimezone(UTC).replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    ),
    "field": _strict(lambda value, name: value[name]),
    "make_record": lambda *parts: dict(zip(parts[::2], parts[1::2], strict=True)),
}
_FUNCTIONS |= {f"{name}_": _FUNCTIONS[name] for name in _RESERVED}
