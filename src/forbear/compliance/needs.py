"""The facts that a pack's tables read, declared as data: type, what a missing one counts as, and its name in law cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from forbear.columns.dtypes import BOOL, INT, TEXT, DType, decimal
from forbear.columns.expression import Column, coalesce, column, literal
from forbear.columns.relation import Schema
from forbear.kernel.errors import LawError
from forbear.kernel.reading import read_yaml_text

RATE = decimal(9, 6)
FactValue = bool | int | str | Decimal
SIGNS = ("hold", "refusal", "contact", "consent")
UNITS_SINCE = ("days", "months", "months_begun", "years", "day_number")
_TYPES: Mapping[str, tuple[DType, type]] = {
    "bool": (BOOL, bool),
    "int": (INT, int),
    "text": (TEXT, str),
    "rate": (RATE, str),
}
_KEYS = {"type", "unfavourable", "base", "case", "codes", "en", "zh", "sign", "member", "since", "history"}


@dataclass(frozen=True)
class Since:
    """An int that a date may be given for: whole units from that date to the case's."""

    date_name: str
    unit: str


@dataclass(frozen=True)
class FactNeed:
    """A column that the pack's tables read, and the value that stands in where it is missing or null.

    ``base`` is its value in the base facts of law cases, ``case`` its name there; ``member`` the word by which a case
    lists it where several facts share one name. ``sign`` says which way it can turn a verdict. ``history`` says how dated
    events become it. ``group`` is the file it is declared in.
    """

    name: str
    group: str
    dtype: DType
    unfavourable: FactValue
    base: FactValue
    words: Mapping[str, str]
    case: str
    codes: tuple[str, ...] = ()
    sign: str = ""
    member: str = ""
    since: Since | None = None
    history: Mapping[str, Any] | None = None

    def read_from(self, schema: Schema) -> Column:
        """The column, with the unfavourable value in the place of null; the value alone where the schema lacks it.

        Raises:
            LawError: ``wrong_fact_type``.
        """
        if self.name not in schema:
            return literal(self.unfavourable, self.dtype)
        if schema[self.name] != self.dtype:
            raise LawError(
                "wrong_fact_type",
                f"The fact {self.name} is a {schema[self.name]}; the law pack needs a {self.dtype}.",
                fact=self.name,
            )
        return coalesce(column(self.name, self.dtype), literal(self.unfavourable, self.dtype))

    def value_of(self, given: object) -> FactValue | None:
        """A value given in a case, as the fact's type; null stays null.

        Raises:
            ValueError: it is of another type.
        """
        if given is None:
            return None
        wanted = next(python for dtype, python in _TYPES.values() if dtype == self.dtype)
        if self.dtype == RATE and isinstance(given, str | int | float) and not isinstance(given, bool):
            return _rate(str(given))
        if type(given) is not wanted:
            raise ValueError(f"{given!r} is no {self.dtype}")
        return given  # type: ignore[return-value]


def read_needs(file: Path) -> list[FactNeed]:
    """The facts declared in one file.

    Raises:
        LawError: ``bad_pack`` naming file and key.
    """
    try:
        raw: Any = read_yaml_text(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LawError("bad_pack", f"The facts cannot be read: {error}.", file=file) from error
    return [_need(file, str(name), entry) for name, entry in raw.items()]


def _need(file: Path, name: str, entry: Any) -> FactNeed:
    if not isinstance(entry, Mapping) or set(entry) - _KEYS:
        odd = sorted(set(entry) - _KEYS) if isinstance(entry, Mapping) else "no mapping"
        raise _off(file, name, f"it has {odd}; a fact may have {', '.join(sorted(_KEYS))}")
    kind = str(entry.get("type"))
    if kind not in _TYPES:
        raise _off(file, name, "it needs a type: bool, int, text or rate")
    if not entry.get("en") or not entry.get("zh"):
        raise _off(file, name, "it must be named in en and in zh")
    if entry.get("sign", "hold") not in SIGNS:
        raise _off(file, name, f"its sign must be one of {', '.join(SIGNS)}")
    return FactNeed(
        name=name,
        group=file.stem,
        dtype=_TYPES[kind][0],
        unfavourable=_value(file, name, kind, entry, "unfavourable"),
        base=_value(file, name, kind, entry, "base"),
        words={language: str(entry[language]) for language in ("en", "zh")},
        case=str(entry.get("case") or name),
        codes=tuple(str(code) for code in entry.get("codes") or ()),
        sign=str(entry.get("sign") or ""),
        member=str(entry.get("member") or ""),
        since=_since(file, name, entry.get("since")),
        history=entry.get("history"),
    )


def _value(file: Path, name: str, kind: str, entry: Mapping[str, Any], key: str) -> FactValue:
    value: Any = entry.get(key)
    if type(value) is not _TYPES[kind][1]:
        raise _off(file, name, f"it needs a type (bool, int, text, rate) and an {key} value of it")
    if kind != "rate":
        return value if isinstance(value, bool | int) else str(value)
    try:
        return _rate(str(value))
    except ValueError:
        raise _off(file, name, f"its {key} value is no decimal fraction") from None


def _rate(text: str) -> Decimal:
    try:
        return Decimal(text).quantize(Decimal(1).scaleb(-RATE.scale))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no decimal fraction") from None


def _since(file: Path, name: str, entry: Any) -> Since | None:
    if entry is None:
        return None
    if not isinstance(entry, Mapping) or set(entry) != {"date", "unit"} or entry["unit"] not in UNITS_SINCE:
        raise _off(file, name, f"since needs a date and a unit of {', '.join(UNITS_SINCE)}")
    return Since(str(entry["date"]), str(entry["unit"]))


def _off(file: Path, name: str, reason: str) -> LawError:
    return LawError("bad_pack", f"The fact {name} is off: {reason}.", file=file, key=name)
