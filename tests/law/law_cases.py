"""Law cases: YAML that a lawyer can read, and how one becomes a row for the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"
KEYS = {"name", "register", "at", "profile", "given", "propose", "expect", "source"}
EXPECTED = {"verdict", "decided_by", "rules", "not_rules", "duties", "window"}


@dataclass(frozen=True)
class LawCase:
    """One case: what is proposed at a minute, and what the gate has to say."""

    file: str
    name: str
    at: datetime
    profile: str
    row: Mapping[str, Any]
    expect: Mapping[str, Any]

    @property
    def on(self) -> date:
        """The date whose law applies."""
        return self.at.date()


def base_row(at: datetime | None = None) -> dict[str, Any]:
    """The base facts as a row, with the act wanted in the one minute of ``at``."""
    base = yaml.safe_load((CASES / "base.yaml").read_text(encoding="utf-8"))
    return _row(base, {}, at or _instant(base["at"]))


def read_cases() -> list[LawCase]:
    """All cases of all files but the base, in order."""
    base = yaml.safe_load((CASES / "base.yaml").read_text(encoding="utf-8"))
    cases = []
    for file in sorted(CASES.glob("*.yaml")):
        if file.name != "base.yaml":
            cases += [_case(file.stem, raw, base) for raw in yaml.safe_load(file.read_text(encoding="utf-8"))]
    return cases


def _case(file: str, raw: Mapping[str, Any], base: Mapping[str, Any]) -> LawCase:
    unknown = set(raw) - KEYS | set(raw["expect"]) - EXPECTED
    assert not unknown, f"{file}: {raw.get('name')}: {unknown}"
    at = _instant(raw.get("at", base["at"]))
    return LawCase(file, raw["name"], at, raw.get("profile", "strict"), _row(base, raw, at), raw["expect"])


def _row(base: Mapping[str, Any], raw: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    minute = at.hour * 60 + at.minute
    wanted = {"earliest_minute": minute, "latest_minute": minute + 1}
    changes = {**(raw.get("given") or {}), **(raw.get("propose") or {})}
    return {**base["given"], **base["propose"], **wanted, **changes}


def _instant(value: Any) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at.replace(tzinfo=None)
