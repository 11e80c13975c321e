"""What the SQL files leave open: the playbook's tables and figures, and the law's rows and values, as SQL text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from benchmarks.by_hand.tables import Rule, Table, case, condition, every_rule, outputs, read_tables, row_number, value

from forbear.statutes import Statutes, load_pack

ROOMS = Path(__file__).parents[2] / "src" / "forbear"
CHANNELS = (
    "voice_agent", "voice_bot", "sms", "push", "email", "im_official", "im_private", "letter", "visit", "judicial", "notice",
)  # fmt: skip
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
WATCHED_COUNTS = (
    "attempts_count", "attempts_7_days_count", "attempts_30_days_count", "attempt_days_count", "failed_attempts_count",
    "channels_tried_count", "right_party_contacts_count", "inbound_contacts_count", "visits_made_count",
    "days_since_last_attempt", "days_since_last_visit", "days_since_right_party_contact", "days_silent",
    "last_attempt_channel", "is_lost_contact", "stalling_count", "refusal_count", "willing_count",
)  # fmt: skip
HOLDS = (
    "dispute", "hardship", "bereavement", "bankruptcy", "moratorium", "legal", "complaint", "settled_elsewhere",
    "no_contact_order", "grace", "identity_theft",
)  # fmt: skip
FLAGS = (
    "refuses_voice", "refuses_sms", "refuses_push", "refuses_email", "refuses_im", "refuses_visit", "has_night_consent",
    "has_boilerplate_night_consent", "has_home_entry_consent",
)  # fmt: skip
HOME_OFFSET_MINUTES = 480
SETTINGS = {
    "tolerance_cents": "0", "grace_days": "0", "in_flight_days": "7", "promise_grace_days": "0",
    "promise_kept_percent": "100", "lost_contact_attempts_min": "6", "lost_contact_attempt_days_min": "4",
    "lost_contact_channels_min": "2", "lost_contact_silent_days_min": "14", "ability_low_percent": "70",
    "ability_high_percent": "35", "home_zone": "Asia/Shanghai", "home_offset": str(HOME_OFFSET_MINUTES),
    "law_offset": str(HOME_OFFSET_MINUTES),
}  # fmt: skip
"""A lender's settings as they are where he sets none; the law's clock and the book's are Shanghai's."""


def words(as_of: date, pack_version: str, playbook: str = "balanced", law: str = "cn") -> dict[str, str]:
    """Every text that the SQL files leave open, by name."""
    known_before = datetime.combine(as_of + timedelta(days=1), time()) - timedelta(minutes=HOME_OFFSET_MINUTES)
    texts = {"as_of": f"DATE '{as_of}'", "known_before": f"TIMESTAMP '{known_before}'", "pack_version": pack_version}
    texts["channels"] = "[" + ", ".join(f"'{name}'" for name in CHANNELS) + "]"
    lawful = _Law(law, load_pack(law, as_of))
    return SETTINGS | texts | _playbook(ROOMS / "strategy" / "playbooks" / playbook) | _facts(lawful) | lawful.texts()


def _facts(law: _Law) -> dict[str, str]:
    windows = law.count_windows()
    counts = ",\n       ".join(f"count(*) FILTER ({test}) AS {name}" for name, test in windows.items())
    watched = [name for name in WATCHED_COUNTS if name.endswith("_count")]
    first, last = watched[:9], watched[9:]
    return {
        "count_windows": counts,
        "watched_counts": _or_nothing(first, "0"),
        "watched_more": _or_nothing(last, "0"),
        "watched_flags": _or_nothing(FLAGS, "false"),
        "watched_windows": _or_nothing(windows, "0"),
        "hold_flags": ", ".join(f"coalesce(has_{kind}, false) AS has_{kind}" for kind in HOLDS),
    }


def _or_nothing(names: Sequence[str] | Mapping[str, str], nothing: str) -> str:
    return ",\n       ".join(f"CASE WHEN is_watched THEN coalesce({name}, {nothing}) END AS {name}" for name in names)


def _playbook(folder: Path) -> dict[str, str]:
    raw: dict[str, Any] = yaml.safe_load((folder / "playbook.yaml").read_text(encoding="utf-8"))
    names = {
        name: case("product_kind", entry.get("by_product_kind", {}), entry["value"])
        for name, entry in raw["parameters"].items()
    }
    texts = {name: names[name] for name in ("pre_due_days",)}
    for path in sorted(folder.glob("*.dmn")):
        table = read_tables(path)[0]
        single = len(table.outputs) == 1
        aliases = table.outputs if single else [f"{table.name}_{output}" for output in table.outputs]
        row = f"{table.name}_row"
        texts[row] = row_number(table, names)
        texts[f"{table.name}_outputs"] = outputs(table, row, aliases, names)
    for name, trial in raw["experiments"].items():
        shares = {arm: f"{share / 1_000_000:.6f}::DECIMAL(9, 6)" for arm, share in trial["arms"].items()}
        texts |= {f"{name}_salt": trial["salt"], f"{name}_shares": case(f"{name}_arm", shares, "1::DECIMAL(9, 6)")}
    texts["holdout_share"] = str(raw["experiments"]["holdout"]["arms"]["holdout"])
    texts["sms_share"] = str(raw["experiments"]["first_channel"]["arms"]["sms"])
    for kind, hours in raw["hours"].items():
        texts |= {f"{kind}_from": str(hours["earliest_minute"]), f"{kind}_to": str(hours["latest_minute"])}
    texts["approval"] = ", ".join(f"'{name}'" for name in raw["approval"])
    return texts | _value(raw["value"])


def _value(raw: Mapping[str, Any]) -> dict[str, str]:
    basis = dict(raw["basis"])
    last = basis.pop("otherwise")
    prices = {key: raw["cost_cents"][key] + raw["harm_cents"][key] for key in raw["cost_cents"]}
    by_stage = {stage: _by_price(points) for stage, points in raw["uplift_basis_points"].items()}
    return {
        "basis": "stage " + " ".join(f"WHEN '{stage}' THEN {name}" for stage, name in basis.items()) + f" ELSE {last}",
        "fatigue_cents": str(raw["fatigue_cents"]),
        "charges": case("price", prices, 0),
        "uplift": case("stage", by_stage, 0),
    }


def _by_price(points: Mapping[str, int]) -> str:
    named = {key: number for key, number in points.items() if key != "otherwise"}
    return case("price", named, points["otherwise"])


@dataclass(frozen=True)
class _Row:
    """A row of the law in force: its kind and condition, and the name of its column."""

    kind: str
    table: Table
    rule: Rule
    condition: str
    column: str

    @property
    def verdict(self) -> str:
        return VERDICT_OF[self.text("effect")]

    def text(self, output: str) -> str:
        return self.table.output(self.rule, output).strip('"')


class _Law:
    def __init__(self, name: str, statutes: Statutes) -> None:
        self.folder, self.statutes = ROOMS / "compliance" / "packs" / name, statutes
        self.raw: dict[str, Any] = yaml.safe_load((self.folder / "pack.yaml").read_text(encoding="utf-8"))
        self.needs: dict[str, Any] = self.raw["proposal"] | self.raw["facts"]
        numbers = {key: each.number for key, each in statutes.values.items() if each.number is not None}
        self.values = {key: str(number) for key, number in numbers.items()}
        self.names = self.values | {name: f"known_{name}" for name in self.needs}
        self.rows = list(self._rows())

    def _rows(self) -> Any:
        for kind, file in self.raw["tables"].items():
            for table, rule in every_rule(read_tables(self.folder / file)):
                statute = self.statutes.governing(rule.id)
                if statute is not None and statute.id in self.statutes.values:
                    yield _Row(kind, table, rule, condition(table, rule, self.names), f'"{rule.id}"')

    def _of(self, *kinds: str) -> list[_Row]:
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
        ageing = self.raw["ageing"]
        classes = " ".join(
            f"WHEN days_past_due > {self.values[statute]} THEN '{name}'"
            for name, statute in reversed(ageing["asset_classes"].items())
        )
        return {
            "asset_class": f"CASE {classes} ELSE 'normal' END",
            "rate_ceiling": self.values.get(ageing["rate_ceiling"], "NULL"),
            "adult_years": self.values[ageing["adult_years"]],
            "home_zones": ", ".join(f"'{zone}'" for zone in self.raw["home_time_zones"]),
            "known": ",\n           ".join(self._known()),
            **{f"point_{part}": _point(part) for part in ("id", "source", "state")},
            **self._windows(),
            **self._rules(),
        }

    def _known(self) -> list[str]:
        """Every input of the law; a proposal has these columns, the facts the rest, and nobody the other ones."""
        read = {
            name
            for row in self.rows
            for name in (*row.table.inputs, row.text("agreed_by") if row.kind == "caps" else "")
        }
        read |= {
            *self.count_windows(),
            "time_zone",
            "utc_offset_minutes_difference",
            "earliest_minute",
            "latest_minute",
        }
        given = {
            "channel", "purpose", "recipient_role", "recipient_has_refused", "contact_point_source", "contact_point_state",
            "earliest_minute", "latest_minute", "actor_kind", "initiated_by", "device", *self.raw["facts"],
        }  # fmt: skip
        columns = []
        for name in (name for name in self.needs if name in read):
            fallback = self.needs[name]["unfavourable"]
            text = f"'{fallback}'" if isinstance(fallback, str) else str(fallback).lower()
            columns.append(f"{f'coalesce({name}, {text})' if name in given else text} AS known_{name}")
        return columns

    def _windows(self) -> dict[str, str]:
        rows = self._of("windows")
        bounds = [
            (value(row.text("opens_minute"), self.values), value(row.text("closes_minute"), self.values))
            for row in rows
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
        by_severity = sorted(self.rows, key=lambda row: SEVERITY.index(row.verdict))
        fires = {name: [row.column for row in self.rows if row.verdict == name] for name in SEVERITY}
        duties = [f"CASE WHEN {row.column} THEN '{row.text('duty')}' END" for row in self._of("duties")]
        return {
            "conditions": ",\n           ".join(f"({test}) AS {name}" for name, test in conditions.items()),
            "fired": ", ".join(f"CASE WHEN {row.column} THEN '{row.rule.id}' END" for row in by_severity),
            "duties": ", ".join(duties),
            **{f"any_{name.lower()}": f"({' OR '.join(columns) or 'false'})" for name, columns in fires.items()},
        }

    def _is_used_up(self, row: _Row) -> str:
        maximum, agreed = value(row.text("maximum"), self.names), row.text("agreed_by")
        limit = f"CASE WHEN known_{agreed} >= 0 THEN known_{agreed} ELSE {maximum} END" if agreed else maximum
        return f"known_{row.text('counter')} >= {limit}"


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
    return case_in("channel", points, "NULL" if part == "id" else "'none'")


def case_in(key: str, by_names: Mapping[str, str], otherwise: str) -> str:
    """A CASE by lists of values of a column."""
    branches = " ".join(f"WHEN {key} IN ({names}) THEN {result}" for names, result in by_names.items())
    return f"CASE {branches} ELSE {otherwise} END"
