"""The law's rows and values as SQL text: the rules of packs laid over one another, for one question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from benchmarks.by_hand.tables import Rule, Table, condition, every_rule, read_tables, value

from forbear.statutes import Statutes, load_pack

PACKS = Path(__file__).parents[2] / "src" / "forbear" / "compliance" / "packs"
KINDS = ("prohibitions", "permissions", "windows", "caps", "duties")
POINT_OF = {
    "mobile": "'voice_agent', 'voice_bot', 'sms'", "app": "'push'", "email": "'email'",
    "im": "'im_official', 'im_private'", "address": "'letter', 'visit'",
}  # fmt: skip
COUNTED = {
    "attempt": "true",
    "effective_call": "result IN ('conversation', 'met')",
    "unanswered_attempt": "result IN ('no_answer', 'busy', 'voicemail')",
    "failed_call": "result IN ('no_answer', 'busy', 'voicemail', 'invalid_number')",
}
VERDICT_OF = {
    "forbid": "DENY", "advise against": "DENY", "review": "REVIEW", "require": "REQUIRE", "warn": "WARN", "permit": "ALLOW",
}  # fmt: skip
SEVERITY = ("DENY", "REVIEW", "REQUIRE", "WARN", "ALLOW")
REMEDIES = ("authority", "lender", "actor", "time", "")
REMEDY_OF = {"windows": "time", "caps": "time", "duties": "actor"}
HOURS = ("time_zone", "utc_offset_minutes_difference", "earliest_minute", "latest_minute")
PROPOSED = (
    "channel", "purpose", "recipient_role", "recipient_has_refused", "contact_point_source", "contact_point_state",
    "earliest_minute", "latest_minute", "actor_kind", "initiated_by", "device", "planned_minutes",
)  # fmt: skip
"""What a wanted act says itself; the rest the facts say, or nobody. Of a duty some fact is always such that nobody knows it
yet: a duty is asked for, and never found unmet."""


@dataclass(frozen=True)
class LawRow:
    """A row of the law in force: its kind and condition, and the name of its column."""

    kind: str
    table: Table
    rule: Rule
    condition: str

    @property
    def column(self) -> str:
        """Its name in the SQL."""
        return f'"{self.rule.id}"'

    @property
    def verdict(self) -> str:
        """What it says when it fires."""
        return VERDICT_OF[self.text("effect")]

    @property
    def place(self) -> tuple[int, int]:
        """Where its reason is shown: the worst first, of equal ones the one that stands longest."""
        remedy = self.table.note(self.rule, "remedy") or REMEDY_OF.get(self.kind, "")
        return SEVERITY.index(self.verdict), REMEDIES.index(remedy)

    def text(self, output: str) -> str:
        """One output as it is written, without quotes."""
        return self.table.output(self.rule, output).strip('"')


class Law:
    """The packs of a law, as ``cn+house``, on a date: the rows of a question and the statutes' values."""

    def __init__(self, law: str, on: date, question: str = "contact") -> None:
        packs = {name: (_pack(PACKS / name), load_pack(name, on)) for name in law.split("+")}
        self.base: dict[str, Any] = next(raw for raw, _ in packs.values() if raw["role"] == "base")
        self.values = {name: number for _, statutes in packs.values() for name, number in _numbers(statutes)}
        self.needs: dict[str, Any] = {}
        for raw, _ in packs.values():
            self.needs = raw["facts"] | self.needs
        self.names = self.values | {name: f"known_{name}" for name in self.needs}
        self.rows = [
            row
            for name, (raw, statutes) in packs.items()
            for row in self._rows(PACKS / name, raw["questions"][question]["tables"], statutes)
        ]

    def _rows(self, folder: Path, files: Mapping[str, Sequence[str]], statutes: Statutes) -> Iterator[LawRow]:
        for kind in KINDS:
            for file in files.get(kind, ()):
                for table, rule in every_rule(read_tables(folder / file)):
                    statute = statutes.governing(rule.id)
                    if statute is not None and statute.id in statutes.values:
                        yield LawRow(kind, table, rule, condition(table, rule, self.names))

    def _of(self, *kinds: str) -> list[LawRow]:
        return [row for row in self.rows if row.kind in kinds]

    def count_windows(self) -> dict[str, str]:
        """What caps count, as conditions on contacts."""
        found: dict[str, str] = {}
        for row in self._of("caps"):
            channels = ", ".join(f"'{name}'" for name in row.text("channels").split())
            days = value(row.text("days"), self.values)
            parts = [
                "direction = 'out'",
                f"days_ago < {days}",
                f"channel IN ({channels})",
                COUNTED[row.text("counted")],
            ]
            parts += ["is_on_mobile"] if row.text("scope") == "contact_point" else []
            found[row.text("counter")] = " AND ".join(part for part in parts if part != "true")
        return found

    def texts(self) -> dict[str, str]:
        """Every text about the law that the SQL files leave open, but for :meth:`known`."""
        ageing = self.base["ageing"]
        classes = " ".join(
            f"WHEN days_past_due > {self.values[statute]} THEN '{name}'"
            for name, statute in reversed(ageing["asset_classes"].items())
        )
        return {
            "asset_class": f"CASE {classes} ELSE 'normal' END",
            "rate_ceiling": self.values.get(ageing["rate_ceiling"], "NULL"),
            "adult_years": self.values[ageing["adult_years"]],
            "home_zones": ", ".join(f"'{zone}'" for zone in self.base["home_time_zones"]),
            **{f"point_{part}": _point(part) for part in ("id", "source", "state")},
            **self._windows(),
            **self._rules(),
        }

    def known(self, facts: Sequence[str]) -> str:
        """Every input of the law, from the act or from these columns of facts; what is in neither counts against the act."""
        cells = "\n".join(text for row in self.rows for text in _cells(row))
        counters = {row.text(output) for row in self._of("caps") for output in ("counter", "agreed_by")}
        wanted = {*re.findall(r"\w+", cells), *counters, *HOURS}
        given = {*PROPOSED, *facts}
        columns = []
        for name in (name for name in self.needs if name in wanted):
            fallback = _constant(self.needs[name])
            columns.append(f"{f'coalesce({name}, {fallback})' if name in given else fallback} AS known_{name}")
        return ",\n           ".join(columns)

    def _windows(self) -> dict[str, str]:
        rows = self._of("windows")
        bounds = [
            (value(row.text("opens_minute"), self.names), value(row.text("closes_minute"), self.names)) for row in rows
        ]
        applies = [f"applies_{number}" for number in range(len(rows))]
        pairs = list(zip(applies, bounds, strict=True))
        alone = [
            f"{name} AND {_nothing_within(*bound)} AS alone_{number}" for number, (name, bound) in enumerate(pairs)
        ]
        return {
            "window_conditions": ",\n           ".join(
                f"{row.condition} AS {name}" for row, name in zip(rows, applies, strict=True)
            ),
            "opens": "greatest("
            + ", ".join(f"CASE WHEN {name} THEN {low} ELSE 0 END" for name, (low, _) in pairs)
            + ")",
            "closes": "least("
            + ", ".join(f"CASE WHEN {name} THEN {high} ELSE 1440 END" for name, (_, high) in pairs)
            + ")",
            "any_window": " OR ".join(applies),
            "alone": ",\n           ".join(alone),
            "any_alone": " OR ".join(f"alone_{number}" for number in range(len(rows))),
        }

    def _rules(self) -> dict[str, str]:
        conditions = {row.column: row.condition for row in self._of("prohibitions", "permissions", "duties")}
        for number, row in enumerate(self._of("windows")):
            conditions[row.column] = f"alone_{number} OR (applies_{number} AND is_nothing_left)"
        conditions |= {row.column: f"{row.condition} AND {self._is_used_up(row)}" for row in self._of("caps")}
        shown = sorted(self.rows, key=lambda row: row.place)
        fires = {name: [row.column for row in self.rows if row.verdict == name] for name in SEVERITY}
        duties: dict[str, list[str]] = {}
        for row in self._of("duties"):
            duties.setdefault(row.text("duty"), []).append(row.column)
        return {
            "conditions": ",\n           ".join(f"({test}) AS {name}" for name, test in conditions.items()),
            "fired": ", ".join(f"CASE WHEN {row.column} THEN '{row.rule.id}' END" for row in shown),
            "duties": ", ".join(f"CASE WHEN {' OR '.join(rows)} THEN '{duty}' END" for duty, rows in duties.items()),
            **{f"any_{name.lower()}": f"({' OR '.join(columns) or 'false'})" for name, columns in fires.items()},
        }

    def _is_used_up(self, row: LawRow) -> str:
        maximum, agreed = value(row.text("maximum"), self.names), row.text("agreed_by")
        limit = f"CASE WHEN known_{agreed} >= 0 THEN known_{agreed} ELSE {maximum} END" if agreed else maximum
        return f"known_{row.text('counter')} >= {limit}"


def _pack(folder: Path) -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((folder / "pack.yaml").read_text(encoding="utf-8"))
    raw["facts"] = {}
    for file in sorted((folder / "facts").glob("*.yaml")):
        raw["facts"] |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return raw


def _numbers(statutes: Statutes) -> Iterator[tuple[str, str]]:
    for name, each in statutes.values.items():
        if each.number is not None:
            yield name, str(each.number)


def _constant(need: Mapping[str, Any]) -> str:
    """What a missing fact counts as."""
    unfavourable = str(need["unfavourable"])
    return f"'{unfavourable}'" if need["type"] == "text" else unfavourable.lower()


def _cells(row: LawRow) -> Iterator[str]:
    """The texts of a row in which facts may be named."""
    for read, cell in zip(row.table.inputs, row.rule.tests, strict=True):
        if cell not in ("", "-"):
            yield from (read, cell)
    yield from row.rule.values


def _nothing_within(low: str, high: str) -> str:
    pieces = [
        f"greatest({low}, {low} + difference + {shift}, known_earliest_minute)"
        f" >= least({high}, {high} + difference + {shift}, known_latest_minute)"
        for shift in (0, 1440, -1440)
    ]
    return " AND ".join(pieces)


def _point(part: str) -> str:
    """A part of the point that a channel uses; what the law reads of it is ``none`` where there is no such point."""
    points = {
        names: f"{kind}_point_{part}"
        if part == "id"
        else f"CASE WHEN {kind}_point_id IS NULL THEN 'none' ELSE {kind}_point_{part} END"
        for kind, names in POINT_OF.items()
    }
    branches = " ".join(f"WHEN channel IN ({names}) THEN {result}" for names, result in points.items())
    otherwise = "NULL" if part == "id" else "'none'"
    return f"CASE {branches} ELSE {otherwise} END"
