"""A law pack as files: ``pack.yaml``, the facts it reads, its decision tables, and the statutes they cite."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from forbear.compliance.needs import FactNeed, read_needs
from forbear.kernel.errors import LawError
from forbear.kernel.reading import read_yaml_text
from forbear.statutes import STATUTES_FOLDER, Statutes, load_pack
from forbear.tables import Model, read_dmn

PACKS_FOLDER = Path(__file__).parent / "packs"
KINDS = ("prohibitions", "permissions", "windows", "caps", "duties", "values")
ROLES = ("base", "overlay")
EFFECTS = (
    "forbid", "advise against", "presume violation", "review", "require", "check", "warn", "presume compliance", "permit",
)  # fmt: skip
"""What a row may say. ``require`` is a duty that must be met before the act: known to be unmet it refuses, not yet known it is
asked for. ``check`` is a point of a checklist for a person: it never refuses by itself."""
VERDICTS = ("DENY", "PRESUMED_VIOLATION", "REVIEW", "REQUIRE", "WARN", "PRESUMED_COMPLIANCE", "ALLOW")
"""From the worst to the best."""
REFUSED = ("DENY", "PRESUMED_VIOLATION")
"""Verdicts under which the act is not done."""
MAY_ACT = ("REQUIRE", "WARN", "PRESUMED_COMPLIANCE", "ALLOW")
"""Verdicts under which the act may be done, a REQUIRE once its duties are met."""


@dataclass(frozen=True)
class Question:
    """One question the pack answers, as *may this person be contacted so, now*: its tables by kind.

    A base pack denies what no row of its ``permissions`` permits.
    """

    name: str
    words: Mapping[str, str]
    models: Mapping[str, tuple[Model, ...]]


@dataclass(frozen=True)
class Act:
    """Something a case or a screen may propose: the questions that are asked of it, and the facts that go with it."""

    name: str
    words: Mapping[str, str]
    asks: tuple[str, ...]
    sets: Mapping[str, bool | int | str]


@dataclass(frozen=True)
class LawPack:
    """A law pack on a date. ``digest`` identifies the text of all its files.

    ``home_time_zones`` and ``clocks`` say whose clocks must permit a time beside the person's own: ``clocks`` are facts,
    minutes by which the person's clock is ahead of another; nought for a person whose zone is a home zone. ``calendar`` is
    the country whose working days roll deadlines; empty where nothing rolls.
    An overlay permits nothing by itself; it is laid over a base pack and only adds.
    """

    name: str
    title: Mapping[str, str]
    role: str
    not_covered: Mapping[str, str]
    covers_from: date
    checked_within_days: int
    home_time_zones: tuple[str, ...]
    clocks: tuple[str, ...]
    calendar: str
    ageing: Mapping[str, Any]
    profiles: Mapping[str, Mapping[str, str]]
    needs: Mapping[str, FactNeed]
    questions: Mapping[str, Question]
    acts: Mapping[str, Act]
    statutes: Statutes
    digest: str

    @property
    def on(self) -> date:
        """The date whose law it holds."""
        return self.statutes.on

    @property
    def is_base(self) -> bool:
        """Whether it permits by itself; else it only adds to a pack that does."""
        return self.role == "base"

    def at(self, on: date) -> LawPack:
        """The same files with the law of another date."""
        return self if on == self.on else replace(self, statutes=self.statutes.at(on))

    @cached_property
    def models(self) -> tuple[tuple[str, Model], ...]:
        """Every table file once, with its kind."""
        found: dict[Path | None, tuple[str, Model]] = {}
        for question in self.questions.values():
            for kind, models in question.models.items():
                found |= {model.path: (kind, model) for model in models if model.path not in found}
        return tuple(found.values())


def pack_path(name: str) -> Path:
    """Where a pack lies below a folder of packs: ``us.regf`` in ``us/regf``."""
    return Path(*name.split("."))


def pack_names(folder: Path = PACKS_FOLDER) -> list[str]:
    """The names of all packs in a folder."""
    return sorted(".".join(file.parent.relative_to(folder).parts) for file in folder.rglob("pack.yaml"))


def read_pack(name: str, on: date, folder: Path = PACKS_FOLDER, statutes_folder: Path = STATUTES_FOLDER) -> LawPack:
    """The pack of that name, with the statutes in force on the date.

    Raises:
        LawError: ``unknown_pack``, ``bad_pack`` naming the key, ``bad_statute``.
        TableError: a decision table of it is off.
    """
    statutes = load_pack(name, on, statutes_folder)
    root = folder / pack_path(name)
    reader = _Reader(root)
    reader.check_id(name)
    questions = reader.questions()
    digest = hashlib.sha256(statutes.digest.encode())
    for file in reader.files():
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    raw = reader.raw
    return LawPack(
        name=name,
        title=reader.mapping("title"),
        role=reader.role(),
        not_covered=reader.mapping("not_covered"),
        covers_from=raw["covers_from"],
        checked_within_days=int(raw["checked_within_days"]),
        home_time_zones=tuple(raw["home_time_zones"]),
        clocks=tuple(raw["clocks"]),
        calendar=str(raw.get("calendar") or ""),
        ageing=reader.mapping("ageing"),
        profiles=reader.profiles(),
        needs=reader.needs(),
        questions=questions,
        acts=reader.acts(questions),
        statutes=statutes,
        digest=digest.hexdigest(),
    )


_KEYS = {
    "id", "title", "role", "covers_from", "not_covered", "checked_within_days", "home_time_zones", "clocks", "ageing",
    "profiles", "questions", "acts",
}  # fmt: skip
_OPTIONAL = {"calendar"}


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root, self.file = root, root / "pack.yaml"
        self._tables: dict[Path, Model] = {}
        try:
            raw: Any = read_yaml_text(self.file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise LawError("bad_pack", f"The pack cannot be read: {error}.", file=self.file) from error
        if not isinstance(raw, Mapping) or set(raw) - _OPTIONAL != _KEYS:
            odd = sorted(str(key) for key in (set(raw) - _OPTIONAL if isinstance(raw, Mapping) else set()) ^ _KEYS)
            raise self._error(odd[0] if odd else "file", f"it must have exactly the keys {', '.join(sorted(_KEYS))}")
        self.raw: Mapping[str, Any] = raw
        if type(raw["covers_from"]) is not date:
            raise self._error("covers_from", "it must be a date")

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.raw[key]
        if not isinstance(value, Mapping):
            raise self._error(key, "it must be key: value lines")
        return value

    def check_id(self, name: str) -> None:
        if self.raw["id"] != name:
            raise self._error("id", f"it must be {name}, the path of the folder")

    def role(self) -> str:
        if self.raw["role"] not in ROLES:
            raise self._error("role", f"it must be one of {', '.join(ROLES)}")
        return str(self.raw["role"])

    def profiles(self) -> Mapping[str, Mapping[str, str]]:
        for name, effects in self.mapping("profiles").items():
            if set(effects) != set(EFFECTS) or not set(effects.values()) <= set(VERDICTS):
                raise self._error(f"profiles.{name}", f"it must give a verdict for each of {', '.join(EFFECTS)}")
        return self.mapping("profiles")

    def questions(self) -> dict[str, Question]:
        return {name: self._question(name, entry) for name, entry in self.mapping("questions").items()}

    def _question(self, name: str, entry: Any) -> Question:
        tables = entry.get("tables") if isinstance(entry, Mapping) else None
        if not isinstance(tables, Mapping) or not tables or not set(tables) <= set(KINDS):
            raise self._error(f"questions.{name}", f"it needs tables, lists of files by kind: {', '.join(KINDS)}")
        if self.raw["role"] == "base" and "permissions" not in tables:
            raise self._error(f"questions.{name}", "a base pack needs permissions: what no row permits is denied")
        models = {kind: tuple(self._table(file) for file in tables[kind]) for kind in KINDS if kind in tables}
        return Question(name, self._words(f"questions.{name}", entry), models)

    def _table(self, file: object) -> Model:
        path = self.root / str(file)
        if path not in self._tables:
            self._tables[path] = read_dmn(path)
        return self._tables[path]

    def acts(self, questions: Mapping[str, Question]) -> dict[str, Act]:
        acts = {}
        for name, entry in self.mapping("acts").items():
            asks = tuple(entry.get("asks") or ()) if isinstance(entry, Mapping) else ()
            if not asks or not set(asks) <= set(questions):
                raise self._error(f"acts.{name}", f"it must ask some of {', '.join(questions)}")
            acts[name] = Act(name, self._words(f"acts.{name}", entry), asks, entry.get("sets") or {})
        return acts

    def needs(self) -> dict[str, FactNeed]:
        needs: dict[str, FactNeed] = {}
        for file in self._fact_files():
            for need in read_needs(file):
                if need.name in needs:
                    raise LawError("bad_pack", f"The fact {need.name} is declared twice.", file=file, key=need.name)
                needs[need.name] = need
        return needs

    def files(self) -> list[Path]:
        return [self.file, *self._fact_files(), *sorted(self._tables)]

    def _fact_files(self) -> list[Path]:
        return sorted((self.root / "facts").glob("*.yaml"))

    def _words(self, key: str, entry: Mapping[str, Any]) -> Mapping[str, str]:
        if not all(entry.get(language) for language in ("en", "zh")):
            raise self._error(key, "it must be named in en and in zh")
        return {language: str(entry[language]) for language in ("en", "zh")}

    def _error(self, key: str, reason: str) -> LawError:
        return LawError("bad_pack", f"The pack is off at {key}: {reason}.", file=self.file, key=key)
