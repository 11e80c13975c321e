"""Law cases from YAML files: what is given, what happened, what is proposed, and what the law has to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from forbear.compliance.pack import VERDICTS
from forbear.kernel.errors import LawError
from forbear.kernel.reading import read_yaml_text

DEFAULT_LAW = "cn+house"
DEFAULT_AT = datetime.fromisoformat("2026-11-18T10:30")
"""Without an offset: on the debtor's own clock."""
_KEYS = {"name", "law", "profile", "at", "given", "history", "propose", "expect", "source", "register"}
_EXPECTED = {"verdict", "may_act", "decided_by", "rules", "not_rules", "duties", "window", "values"}


@dataclass(frozen=True)
class LawCase:
    """One case. ``given`` and ``propose`` are flat, by dotted name; ``at`` is aware, or the debtor's own clock."""

    file: str
    name: str
    law: str
    profile: str
    at: datetime
    act: str
    given: Mapping[str, Any]
    propose: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    expect: Mapping[str, Any]
    source: str = ""
    register: tuple[str, ...] = field(default=())

    @property
    def on(self) -> date:
        """The date whose law applies."""
        return self.at.date()

    @property
    def label(self) -> str:
        """Its name, after its file."""
        return f"{self.file}: {self.name}"

    def error(self, key: str, reason: str, do: str = "") -> LawError:
        """The error of a case that cannot be run."""
        return LawError(
            "bad_case", f"The case cannot be run: {reason}.", do=do, file=self.file, case=self.name, key=key
        )


def read_cases(files: Sequence[Path]) -> list[LawCase]:
    """The cases of all files in order.

    Raises:
        LawError: ``bad_case`` naming file, case and key.
    """
    return [case for file in files for case in _read(file)]


def _read(file: Path) -> list[LawCase]:
    try:
        raw: Any = read_yaml_text(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LawError("bad_case", f"The cases cannot be read: {error}.", file=file) from error
    if not isinstance(raw, list):
        raise LawError("bad_case", "A file of cases is a list, each case beginning with '- name:'.", file=file)
    return [_case(file, number, entry) for number, entry in enumerate(raw, 1)]


def _case(file: Path, number: int, raw: Any) -> LawCase:
    name = str(raw.get("name") or f"number {number}") if isinstance(raw, Mapping) else f"number {number}"
    stub = LawCase(file.name, name, "", "", DEFAULT_AT, "", {}, {}, (), {})
    if not isinstance(raw, Mapping):
        raise stub.error("case", "it must be key: value lines")
    unknown = sorted(str(key) for key in set(raw) - _KEYS)
    if unknown:
        raise stub.error(unknown[0], "a case has no such key", f"There are: {', '.join(sorted(_KEYS))}.")
    given, propose = (_flat(stub, key, raw.get(key)) for key in ("given", "propose"))
    register = raw.get("register") or ()
    return LawCase(
        file=file.name,
        name=name,
        law=str(raw.get("law") or DEFAULT_LAW),
        profile=str(raw.get("profile") or "strict"),
        at=_instant(stub, "at", raw.get("at", DEFAULT_AT)),
        act=str(propose.pop("act", "contact")),
        given=given,
        propose=propose,
        history=tuple(_event(stub, each) for each in _list(stub, "history", raw.get("history"))),
        expect=_expect(stub, raw.get("expect")),
        source=str(raw.get("source") or ""),
        register=(str(register),) if isinstance(register, str | int) else tuple(str(each) for each in register),
    )


def _flat(case: LawCase, key: str, raw: Any, prefix: str = "") -> dict[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise case.error(key, "it must be name: value lines")
    flat: dict[str, Any] = {}
    for name, value in raw.items():
        if isinstance(value, Mapping):
            flat |= _flat(case, key, value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _event(case: LawCase, raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping) or not raw.get("event") or "at" not in raw:
        raise case.error("history", "each event needs an at and an event")
    event = {str(key): value for key, value in raw.items()}
    for key in ("at", "until"):
        if event.get(key) is not None:
            event[key] = _instant(case, f"history.{key}", event[key])
    return event


def _instant(case: LawCase, key: str, value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise case.error(key, f"{value!r} is no time", "Write it as 2026-11-18T15:00:00+08:00.") from None


def _list(case: LawCase, key: str, raw: Any) -> Sequence[Any]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise case.error(key, "it must be a list")
    return raw


def _expect(case: LawCase, raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping) or not raw or set(raw) - _EXPECTED:
        raise case.error("expect", f"it must say some of {', '.join(sorted(_EXPECTED))}")
    verdict = raw.get("verdict")
    if verdict is not None and str(verdict).upper() not in VERDICTS:
        raise case.error("expect.verdict", f"{verdict!r} is no verdict", f"There are: {', '.join(VERDICTS)}.")
    return raw
