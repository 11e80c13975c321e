"""What the SQL files leave open, as SQL text: the playbook's tables and figures, and what the law says (``law.py``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from benchmarks.by_hand.law import Law
from benchmarks.by_hand.tables import case, outputs, read_tables, row_number

PLAYBOOKS = Path(__file__).parents[2] / "src" / "forbear" / "strategy" / "playbooks"
CHANNELS = (
    "voice_agent", "voice_bot", "sms", "push", "email", "im_official", "im_private", "letter", "visit", "judicial", "notice",
)  # fmt: skip
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


def words(as_of: date, pack_version: str, law: Law, playbook: str = "balanced") -> dict[str, str]:
    """Every text that the SQL files leave open, by name; but for what the law knows, which waits for the facts' columns."""
    known_before = datetime.combine(as_of + timedelta(days=1), time()) - timedelta(minutes=HOME_OFFSET_MINUTES)
    texts = {"as_of": f"DATE '{as_of}'", "known_before": f"TIMESTAMP '{known_before}'", "pack_version": pack_version}
    texts["channels"] = "[" + ", ".join(f"'{name}'" for name in CHANNELS) + "]"
    return SETTINGS | texts | _playbook(PLAYBOOKS / playbook) | _facts(law) | law.texts()


def _facts(law: Law) -> dict[str, str]:
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
