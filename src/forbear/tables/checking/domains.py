"""The values an input may have, cut into finitely many classes within which every cell of its column answers alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from forbear.columns.dtypes import DType, Kind
from forbear.kernel.language import gettext as _
from forbear.tables.feel.tree import kind_of_value


@dataclass(frozen=True)
class ValueClass:
    """Values that no cell tells apart: one of them, and words for all of them."""

    sample: Any
    words: str


NULL = ValueClass(None, "null")


def classes_of(
    kind: str, constants: Iterable[Any], *, is_ordered: bool, dtype: DType | None = None
) -> list[ValueClass]:
    """The classes of a kind of value, cut at the constants; without null.

    Args:
        kind: a FEEL kind.
        constants: what the cells of the column compare with; those of another kind are left out.
        is_ordered: whether some cell compares by order; texts need cuts between them only then.
        dtype: the column's type, when known: whole numbers and decimals have gaps between neighbours.
    """
    points = _points(kind, constants)
    if kind == "boolean":
        return [ValueClass(True, "true"), ValueClass(False, "false")]
    if kind == "string":
        return _ordered(points, _TEXT_STEPS, dtype) if is_ordered else _unordered_texts(points)
    if kind in _STEPS:
        return _ordered(points, _STEPS[kind], dtype)
    return [ValueClass(value, words_of(value)) for value in points]


def _points(kind: str, constants: Iterable[Any]) -> list[Any]:
    points = list({_key(value): value for value in constants if kind_of_value(value) == kind}.values())
    if kind == "date and time":  # instants with an offset are never compared with those without
        is_aware = any(point.tzinfo is not None for point in points)
        points = [point for point in points if (point.tzinfo is not None) == is_aware]
    return sorted(points)


def words_of(value: Any) -> str:
    """A value as it would stand in a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, datetime):
        return f'date and time("{value.isoformat()}")'
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "null" if value is None else str(value)


def _key(value: Any) -> Any:
    return value if not isinstance(value, Decimal) or value % 1 else int(value)


def _unordered_texts(points: Sequence[str]) -> list[ValueClass]:
    other = _("any other text")
    sample = "other"
    while sample in points:
        sample += "_"
    return [
        *(ValueClass(text, words_of(text)) for text in points),
        ValueClass(sample, other if points else _("any text")),
    ]


@dataclass(frozen=True)
class _Steps:
    """How to find a value below, between and above: None where there is none."""

    zero: Any
    below: Callable[[Any, DType | None], Any]
    between: Callable[[Any, Any, DType | None], Any]
    above: Callable[[Any, DType | None], Any]
    has: Callable[[Any, DType | None], bool] = lambda value, dtype: True


def _ordered(points: Sequence[Any], steps: _Steps, dtype: DType | None) -> list[ValueClass]:
    if not points:
        return [ValueClass(steps.zero, _("any value"))]
    classes = [ValueClass(steps.below(points[0], dtype), f"< {words_of(points[0])}")]
    for index, point in enumerate(points):
        classes.append(ValueClass(point if steps.has(point, dtype) else None, words_of(point)))
        if index + 1 < len(points):
            following = points[index + 1]
            sample = steps.between(point, following, dtype)
            classes.append(ValueClass(sample, f"({words_of(point)}..{words_of(following)})"))
    classes.append(ValueClass(steps.above(points[-1], dtype), f"> {words_of(points[-1])}"))
    return [one for one in classes if one.sample is not None]


def _unit(dtype: DType | None) -> Decimal | None:
    """The distance between neighbouring numbers; None for numbers of any precision."""
    if dtype is None:
        return None
    return Decimal(1).scaleb(-dtype.scale) if dtype.kind is Kind.DECIMAL else Decimal(1)


def _floor(value: Any, unit: Decimal) -> Decimal:
    return (Decimal(value) // unit - (1 if Decimal(value) % unit < 0 else 0)) * unit


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value % 1 == 0 else value.normalize()


def _number_below(value: Any, dtype: DType | None) -> Any:
    unit = _unit(dtype) or Decimal(1)
    floor = _floor(value, unit)
    return _plain(floor if floor < value else floor - unit)


def _number_above(value: Any, dtype: DType | None) -> Any:
    unit = _unit(dtype) or Decimal(1)
    return _plain(_floor(value, unit) + unit)


def _number_between(low: Any, high: Any, dtype: DType | None) -> Any:
    above = _number_above(low, dtype)
    if above < high:
        return above
    return None if _unit(dtype) is not None else _plain((Decimal(low) + Decimal(high)) / 2)


def _has_number(value: Any, dtype: DType | None) -> bool:
    unit = _unit(dtype)
    return unit is None or Decimal(value) % unit == 0


_DAY = timedelta(days=1)
_TINY = timedelta(microseconds=1)


def _time_steps(zero: Any, unit: timedelta) -> _Steps:
    def shifted(value: Any, by: timedelta) -> Any:
        try:
            return value + by
        except OverflowError:  # the calendar ends there
            return None

    return _Steps(
        zero,
        lambda value, dtype: shifted(value, -unit),
        lambda low, high, dtype: low + unit if low + unit < high else None,
        lambda value, dtype: shifted(value, unit),
    )


_TEXT_STEPS = _Steps(
    "text",
    lambda value, dtype: "" if value else None,
    lambda low, high, dtype: low + "\x00" if low + "\x00" < high else None,
    lambda value, dtype: value + "z",
)
_STEPS = {
    "number": _Steps(0, _number_below, _number_between, _number_above, _has_number),
    "date": _time_steps(date(2026, 1, 1), _DAY),
    "date and time": _time_steps(datetime(2026, 1, 1, tzinfo=UTC), _TINY),
    "duration": _time_steps(timedelta(0), _TINY),
}
