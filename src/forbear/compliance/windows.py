"""When: what the law leaves of the hours that are wanted, on the person's own clock.

Minutes are those of the person's local day; ``[start, end)`` is when an act may begin. For a person whose clock differs
from the law's own, both clocks must permit, so the allowed hours are intersected with themselves moved by the difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forbear.columns.expression import Column, all_of, any_of, case, greatest, least, literal, when
from forbear.compliance.pack import LawPack
from forbear.compliance.rows import LawRow

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """What remains of the wanted hours, and which rows leave nothing of them."""

    start: Column
    end: Column
    refusals: Mapping[str, Column]


def hours_left(
    pack: LawPack, rows: Sequence[LawRow], facts: Mapping[str, Column], values: Mapping[str, Column]
) -> Hours:
    """The wanted hours cut to what all rows that apply allow.

    A row refuses when it alone leaves nothing; where only all together leave nothing, all that apply refuse.
    """
    wanted = facts["earliest_minute"], facts["latest_minute"]
    if not rows:
        return Hours(*wanted, {})
    difference = _difference(pack, facts)
    applies = {row.id: row.condition(facts, values) for row in rows}
    bounds = {
        row.id: (row.column("opens_minute", facts, values), row.column("closes_minute", facts, values)) for row in rows
    }
    opens = greatest(*(when(applies[name], low, literal(0)) for name, (low, _) in bounds.items()))
    closes = least(*(when(applies[name], high, literal(MINUTES_A_DAY)) for name, (_, high) in bounds.items()))
    start, end = _cut(wanted, opens, closes, difference)
    any_applies = any_of(*applies.values())
    alone = {name: all_of(applies[name], _is_empty(wanted, *bounds[name], difference)) for name in applies}
    together = all_of(start >= end, ~any_of(*alone.values()))
    refusals = {name: any_of(alone[name], all_of(applies[name], together)) for name in applies}
    return Hours(when(any_applies, start, wanted[0]), when(any_applies, end, wanted[1]), refusals)


def _difference(pack: LawPack, facts: Mapping[str, Column]) -> Column:
    """Minutes by which the person's clock is ahead of the law's own."""
    at_home = facts["time_zone"].isin(pack.home_time_zones)
    return when(at_home, literal(0), facts["utc_offset_minutes_difference"])


def _pieces(
    wanted: tuple[Column, Column], opens: Column, closes: Column, difference: Column
) -> list[tuple[Column, Column]]:
    """The wanted hours within the open hours of both clocks: one piece a day that the other clock may stand on."""
    earliest, latest = wanted
    return [
        (
            greatest(opens, opens + difference + shift, earliest),
            least(closes, closes + difference + shift, latest),
        )
        for shift in (0, MINUTES_A_DAY, -MINUTES_A_DAY)
    ]


def _cut(wanted: tuple[Column, Column], opens: Column, closes: Column, difference: Column) -> tuple[Column, Column]:
    """The first piece that is not empty; an empty one at the opening when none is."""
    pieces = _pieces(wanted, opens, closes, difference)
    nothing = greatest(opens, wanted[0])
    start = case([(low < high, low) for low, high in pieces], nothing)
    end = case([(low < high, high) for low, high in pieces], nothing)
    return start, end


def _is_empty(wanted: tuple[Column, Column], opens: Column, closes: Column, difference: Column) -> Column:
    return all_of(*(low >= high for low, high in _pieces(wanted, opens, closes, difference)))
