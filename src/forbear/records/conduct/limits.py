"""The law of a day as its limits: how often, by which counter, and in which hours; read from the rows of the pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from forbear.book.schema import CHANNELS
from forbear.compliance import Gate, load_gate
from forbear.records.lender import LenderSettings

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Cap:
    """At most so many of what a counter counts, on some channels, by one row of law."""

    rule: str
    counter: str
    channels: tuple[str, ...]
    maximum: int


@dataclass(frozen=True)
class Hours:
    """The minutes of a person's day in which a channel may be used for collection, the end excluded."""

    channel: str
    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class Limits:
    """The limits of a day's law. A cap of one has no room to come near to, so it is not among them."""

    caps: tuple[Cap, ...]
    hours: tuple[Hours, ...]


@lru_cache(maxsize=16)
def _limits(law: str, profile: str, day: date) -> Limits:
    gate = load_gate(law, day, profile, ("contact",))
    return Limits(_caps(gate), _hours(gate))


def limits_of(lender: LenderSettings, day: date) -> Limits:
    """The limits under which a lender acts on a day.

    Raises:
        LawError, UsageError: the law cannot be read.
    """
    return _limits(lender.law, lender.profile, day)


def _caps(gate: Gate) -> tuple[Cap, ...]:
    constants = {name: value for pack in gate.packs for name, value in pack.statutes.as_columns().items()}
    found = []
    for row in gate.rows:
        if row.kind != "caps":
            continue
        maximum = row.column("maximum", {}, constants)
        value = maximum.args[0] if maximum.op == "literal" else None
        if isinstance(value, int) and not isinstance(value, bool) and value > 1:
            found.append(Cap(row.id, row.text("counter"), tuple(row.text("channels").split()), value))
    return tuple(found)


def _hours(gate: Gate) -> tuple[Hours, ...]:
    """Asked for the whole day of somebody about whom nothing else stands against it, so that only the hours are left."""
    plain = {name: need.base for name, need in gate.needs.items()}
    found = []
    for channel in CHANNELS:
        asked = {
            **plain,
            "channel": channel,
            "purpose": "collection",
            "earliest_minute": 0,
            "latest_minute": MINUTES_A_DAY,
        }
        verdict = gate.judge(asked)
        start, end = verdict.window_start_minute, verdict.window_end_minute
        if start < end and (start, end) != (0, MINUTES_A_DAY):
            found.append(Hours(channel, start, end))
    return tuple(found)
