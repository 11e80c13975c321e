"""Statutes from YAML files, one file a statute; the path of the file is its id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from forbear.kernel.errors import LawError
from forbear.kernel.reading import read_yaml_text
from forbear.statutes.statute import (
    FORCES,
    MODALS,
    NORMS,
    PROVENANCES,
    UNITS,
    Source,
    Statute,
    Statutes,
    Value,
    Version,
    as_number,
)

STATUTES_FOLDER = Path(__file__).parent
_LANGUAGES = ("en", "zh")
_KEYS = {
    "id", "title", "says", "unit", "modal", "norm", "provenance", "verified", "versions", "not_covered", "informative",
    "register",
}  # fmt: skip
_VERSION_KEYS = {"from", "until", "value", "force", "source", "checked_on"}


def load_pack(name: str, on: date, folder: Path = STATUTES_FOLDER) -> Statutes:
    """The statutes of a pack, with what is in force on the date.

    Raises:
        LawError: ``unknown_pack``; ``bad_statute`` naming file and key.
    """
    root = folder.joinpath(*name.split("."))
    files = sorted(root.rglob("*.yaml")) if all(part.isidentifier() for part in name.split(".")) else []
    if not files:
        raise LawError("unknown_pack", f"There is no law pack {name!r}.", do="Name a folder of the statutes, as cn.")
    digest = hashlib.sha256()
    statutes: dict[str, Statute] = {}
    for file in files:
        content = file.read_bytes()
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + content + b"\0")
        statute = read_statute(content, file, ".".join(file.relative_to(folder).with_suffix("").parts))
        statutes[statute.id] = statute
    return Statutes(name, on, statutes, digest.hexdigest())


def read_statute(content: bytes, file: Path, expected_id: str) -> Statute:
    """The statute of one file, checked.

    Raises:
        LawError: ``bad_statute`` naming file and key.
    """
    return _Reader(file).read(content, expected_id)


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self, content: bytes, expected_id: str) -> Statute:
        try:
            raw: Any = read_yaml_text(content.decode("utf-8"))
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise self._error("file", f"it cannot be read: {error}") from error
        if not isinstance(raw, Mapping):
            raise self._error("file", "it must be key: value lines")
        self._known(raw, _KEYS, "statute")
        if raw.get("id") != expected_id:
            raise self._error("id", f"it must be {expected_id}, the path of the file, not {raw.get('id')!r}")
        unit = self._code(raw, "unit", tuple(UNITS))
        provenance = self._code(raw, "provenance", PROVENANCES)
        return Statute(
            id=expected_id,
            title=self._languages(raw, "title"),
            says=self._languages(raw, "says"),
            unit=unit,
            modal=self._code(raw, "modal", MODALS),
            norm=self._code(raw, "norm", NORMS),
            provenance=provenance,
            verified=self._verified(raw, provenance),
            versions=self._versions(raw, unit),
            not_covered=str(raw.get("not_covered") or ""),
            informative=str(raw.get("informative") or ""),
            register=tuple(str(item) for item in raw.get("register") or ()),
        )

    def _versions(self, raw: Mapping[str, Any], unit: str) -> tuple[Version, ...]:
        entries = raw.get("versions")
        if not isinstance(entries, list) or not entries:
            raise self._error("versions", "at least one dated version is needed")
        versions = [self._version(entry, unit) for entry in entries]
        closed = []
        for version, following in zip(versions, [*versions[1:], None], strict=True):
            if following is not None and following.since <= version.since:
                raise self._error("versions", "they must be in the order of their dates")
            next_since = following.since if following else None
            ends = [day for day in (version.until, next_since) if day is not None]
            closed.append(
                Version(
                    version.since,
                    min(ends, default=None),
                    version.value,
                    version.force,
                    version.source,
                    version.checked_on,
                )
            )
        return tuple(closed)

    def _version(self, entry: Any, unit: str) -> Version:
        if not isinstance(entry, Mapping):
            raise self._error("versions", "each must be key: value lines")
        self._known(entry, _VERSION_KEYS, "version")
        since = self._date(entry, "from")
        until = self._date(entry, "until") if entry.get("until") is not None else None
        if until is not None and until <= since:
            raise self._error("until", "a version must end after it begins")
        return Version(
            since=since,
            until=until,
            value=self._value(entry.get("value"), unit),
            force=self._code(entry, "force", FORCES),
            source=self._source(entry.get("source")),
            checked_on=self._date(entry, "checked_on"),
        )

    def _value(self, value: Any, unit: str) -> Value:
        wrong = self._error("value", f"{value!r} is no value in {unit}")
        if unit == "none":
            if value is not None:
                raise wrong
            return None
        if unit == "local time of day":
            if not isinstance(value, str):
                raise wrong
            try:
                number = as_number(value)
            except ValueError:
                raise wrong from None
            if not isinstance(number, int) or not 0 <= number <= 24 * 60:
                raise wrong
            return value
        if unit in ("fraction a year", "multiple"):
            if not isinstance(value, str):
                raise wrong
            try:
                return Decimal(value)
            except InvalidOperation:
                raise wrong from None
        if unit == "date":
            if not isinstance(value, str):
                raise wrong
            try:
                date.fromisoformat(value)
            except ValueError:
                raise wrong from None
            return value
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong
        return value

    def _source(self, raw: Any) -> Source:
        if not isinstance(raw, Mapping) or not raw.get("title"):
            raise self._error("source", "a version needs a source with a title")
        self._known(raw, {"title", "article", "href", "read_in", "quote"}, "source")
        return Source(**{key: str(value) for key, value in raw.items() if value is not None})

    def _verified(self, raw: Mapping[str, Any], provenance: str) -> bool:
        if raw.get("verified") is not (provenance == "P"):
            raise self._error("verified", "it must be true for provenance P and false for every other")
        return provenance == "P"

    def _languages(self, raw: Mapping[str, Any], key: str) -> Mapping[str, str]:
        texts = raw.get(key)
        if not isinstance(texts, Mapping) or not all(texts.get(language) for language in _LANGUAGES):
            raise self._error(key, "it must be given in en and in zh")
        return {language: str(texts[language]).strip() for language in _LANGUAGES}

    def _code(self, raw: Mapping[str, Any], key: str, codes: tuple[str, ...]) -> str:
        if raw.get(key) not in codes:
            raise self._error(key, f"{raw.get(key)!r} is none of {', '.join(codes)}")
        return str(raw[key])

    def _date(self, raw: Mapping[str, Any], key: str) -> date:
        value = raw.get(key)
        if type(value) is not date:
            raise self._error(key, f"{value!r} is not a date (YYYY-MM-DD)")
        return value

    def _known(self, raw: Mapping[str, Any], keys: set[str], what: str) -> None:
        unknown = sorted(str(key) for key in raw if key not in keys)
        if unknown:
            raise self._error(unknown[0], f"a {what} has no such key")

    def _error(self, key: str, reason: str) -> LawError:
        return LawError("bad_statute", f"The statute is off at {key}: {reason}.", file=self.file, key=key)
