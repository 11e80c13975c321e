"""A law pack as files: ``pack.yaml`` and its decision tables, with the statutes they cite."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from forbear.columns.dtypes import BOOL, INT, TEXT, DType
from forbear.columns.expression import Column, coalesce, column, literal
from forbear.columns.relation import Schema
from forbear.kernel.errors import LawError
from forbear.statutes import STATUTES_FOLDER, Statutes, load_pack
from forbear.tables import Model, read_dmn

PACKS_FOLDER = Path(__file__).parent / "packs"
KINDS = ("prohibitions", "permissions", "windows", "caps", "duties")
EFFECTS = ("forbid", "advise against", "review", "require", "warn", "permit")
VERDICTS = ("DENY", "REVIEW", "REQUIRE", "WARN", "ALLOW")
"""From the worst to the best."""

_TYPES: Mapping[str, tuple[DType, type]] = {"bool": (BOOL, bool), "int": (INT, int), "text": (TEXT, str)}


@dataclass(frozen=True)
class FactNeed:
    """A column that the pack's tables read, and the value that stands in where it is missing or null."""

    name: str
    dtype: DType
    unfavourable: bool | int | str
    words: Mapping[str, str]
    of_proposal: bool

    def read_from(self, schema: Schema) -> Column:
        """The column, with the unfavourable value in the place of null; the value alone where the schema lacks it.

        Raises:
            LawError: ``wrong_fact_type``.
        """
        if self.name not in schema:
            return literal(self.unfavourable)
        if schema[self.name] != self.dtype:
            raise LawError(
                "wrong_fact_type",
                f"The fact {self.name} is a {schema[self.name]}; the law pack needs a {self.dtype}.",
                fact=self.name,
            )
        return coalesce(column(self.name, self.dtype), self.unfavourable)


@dataclass(frozen=True)
class LawPack:
    """A law pack on a date: its tables, statutes, facts and profiles. ``digest`` identifies the text of all its files."""

    name: str
    title: Mapping[str, str]
    not_covered: Mapping[str, str]
    covers_from: date
    checked_within_days: int
    home_time_zones: tuple[str, ...]
    ageing: Mapping[str, Any]
    profiles: Mapping[str, Mapping[str, str]]
    needs: Mapping[str, FactNeed]
    models: Mapping[str, Model]
    statutes: Statutes
    digest: str

    @property
    def on(self) -> date:
        """The date whose law it holds."""
        return self.statutes.on


def read_pack(name: str, on: date, folder: Path = PACKS_FOLDER, statutes_folder: Path = STATUTES_FOLDER) -> LawPack:
    """The pack of that name, with the statutes in force on the date.

    Raises:
        LawError: ``unknown_pack``, ``bad_pack`` naming the key, ``bad_statute``.
        TableError: a decision table of it is off.
    """
    statutes = load_pack(name, on, statutes_folder)
    root = folder / name
    reader = _Reader(root / "pack.yaml")
    raw, tables = reader.raw, reader.tables(root)
    digest = hashlib.sha256(statutes.digest.encode())
    for file in [reader.file, *tables.values()]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return LawPack(
        name=name,
        title=reader.mapping("title"),
        not_covered=reader.mapping("not_covered"),
        covers_from=raw["covers_from"],
        checked_within_days=int(raw["checked_within_days"]),
        home_time_zones=tuple(raw["home_time_zones"]),
        ageing=reader.mapping("ageing"),
        profiles=reader.profiles(),
        needs={need.name: need for need in [*reader.needs("proposal"), *reader.needs("facts")]},
        models={kind: read_dmn(path) for kind, path in tables.items()},
        statutes=statutes,
        digest=digest.hexdigest(),
    )


_KEYS = {
    "id", "title", "covers_from", "not_covered", "checked_within_days", "home_time_zones", "ageing", "tables", "profiles",
    "proposal", "facts",
}  # fmt: skip


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            raw: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise LawError("bad_pack", f"The pack cannot be read: {error}.", file=file) from error
        if not isinstance(raw, Mapping) or set(raw) != _KEYS:
            odd = sorted(str(key) for key in (set(raw) if isinstance(raw, Mapping) else set()) ^ _KEYS)
            raise self._error(odd[0] if odd else "file", f"it must have exactly the keys {', '.join(sorted(_KEYS))}")
        self.raw: Mapping[str, Any] = raw
        if type(raw["covers_from"]) is not date:
            raise self._error("covers_from", "it must be a date")

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.raw[key]
        if not isinstance(value, Mapping):
            raise self._error(key, "it must be key: value lines")
        return value

    def tables(self, root: Path) -> dict[str, Path]:
        entries = self.mapping("tables")
        if set(entries) != set(KINDS):
            raise self._error("tables", f"it must name one file for each of {', '.join(KINDS)}")
        return {kind: root / str(entries[kind]) for kind in KINDS}

    def profiles(self) -> Mapping[str, Mapping[str, str]]:
        for name, effects in self.mapping("profiles").items():
            if set(effects) != set(EFFECTS) or not set(effects.values()) <= set(VERDICTS):
                raise self._error(f"profiles.{name}", f"it must give a verdict for each of {', '.join(EFFECTS)}")
        return self.mapping("profiles")

    def needs(self, key: str) -> list[FactNeed]:
        needs = []
        for name, entry in self.mapping(key).items():
            kind = str(entry.get("type")) if isinstance(entry, Mapping) else ""
            if kind not in _TYPES or type(entry.get("unfavourable")) is not _TYPES[kind][1]:
                raise self._error(f"{key}.{name}", "it needs a type (bool, int, text) and an unfavourable value of it")
            words = {language: str(entry[language]) for language in ("en", "zh")}
            needs.append(FactNeed(name, _TYPES[kind][0], entry["unfavourable"], words, key == "proposal"))
        return needs

    def _error(self, key: str, reason: str) -> LawError:
        return LawError("bad_pack", f"The pack is off at {key}: {reason}.", file=self.file, key=key)
