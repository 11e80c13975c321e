"""When: what the law leaves of the hours that are wanted, on the person's own clock.

Minutes are those of the person's local day; ``[start, end)`` is when an act may begin. Where other clocks count too (the
law's own, or that of every place where the person may be), all of them must permit, so the allowed hours are intersected
with themselves moved by each difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forbear.columns.expression import Column, all_of, any_of, case, greatest, least, literal, when
from forbear.compliance.pack import LawPack
from forbear.compliance.rows import LawRow

MINUTES_A_DAY = 24 * 60
Hours = tuple[Column, Column]


@dataclass(frozen=True)
class HoursLeft:
    """What remains of the wanted hours, and which rows leave nothing of them."""

    start: Column
    end: Column
    refusals: Mapping[str, Column]


def hours_left(
    packs: Sequence[LawPack], rows: Sequence[LawRow], facts: Mapping[str, Column], values: Mapping[str, Column]
) -> HoursLeft:
    """The wanted hours cut to what all rows that apply allow.

    A row refuses when it alone leaves nothing; where only all together leave nothing, all that apply refuse. An overlay
    without clocks of its own reads those of the base.
    """
    wanted = facts["earliest_minute"], facts["latest_minute"]
    if not rows:
        return HoursLeft(*wanted, {})
    applies = {row.id: row.condition(facts, values) for row in rows}
    bounds = {
        row.id: (row.column("opens_minute", facts, values), row.column("closes_minute", facts, values)) for row in rows
    }
    left, alone = wanted, dict[str, Column]()
    for clocks, group in _by_clocks(packs, rows, facts):
        opens = greatest(*(when(applies[row.id], bounds[row.id][0], literal(0)) for row in group))
        closes = least(*(when(applies[row.id], bounds[row.id][1], literal(MINUTES_A_DAY)) for row in group))
        any_applies = any_of(*(applies[row.id] for row in group))
        start, end = _cut(left, opens, closes, clocks)
        left = when(any_applies, start, left[0]), when(any_applies, end, left[1])
        alone |= {row.id: all_of(applies[row.id], _is_empty(wanted, *bounds[row.id], clocks)) for row in group}
    together = all_of(left[0] >= left[1], ~any_of(*alone.values()))
    refusals = {name: any_of(alone[name], all_of(applies[name], together)) for name in applies}
    return HoursLeft(*left, refusals)


def _by_clocks(
    packs: Sequence[LawPack], rows: Sequence[LawRow], facts: Mapping[str, Column]
) -> list[tuple[list[Column], list[LawRow]]]:
    """The rows by the clocks that count for them: differences, in minutes, by which the person's own clock is ahead."""
    base = packs[0]
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[LawRow]] = {}
    for pack in packs:
        key = (pack.clocks, pack.home_time_zones) if pack.clocks else (base.clocks, base.home_time_zones)
        groups.setdefault(key, []).extend(row for row in rows if row.pack == pack.name)
    return [
        ([_difference(facts, clock, zones) for clock in clocks], group)
        for (clocks, zones), group in groups.items()
        if group
    ]


def _difference(facts: Mapping[str, Column], clock: str, home_time_zones: Sequence[str]) -> Column:
    at_home = facts["time_zone"].isin(home_time_zones)
    return when(at_home, literal(0), facts[clock])


def _pieces(wanted: Hours, opens: Column, closes: Column, difference: Column) -> list[Hours]:
    """The wanted hours within the open hours of both clocks: one piece a day that the other clock may stand on."""
    earliest, latest = wanted
    return [
        (
            greatest(opens, opens + difference + shift, earliest),
            least(closes, closes + difference + shift, latest),
        )
        for shift in (0, MINUTES_A_DAY, -MINUTES_A_DAY)
    ]


def _cut(wanted: Hours, opens: Column, closes: Column, clocks: Sequence[Column]) -> Hours:
    """The wanted hours within the open ones, clock by clock: of each the first piece that is not empty; an empty one at the
    opening when none is."""
    if not clocks:
        return greatest(opens, wanted[0]), least(closes, wanted[1])
    left = wanted
    for difference in clocks:
        pieces = _pieces(left, opens, closes, difference)
        nothing = greatest(opens, left[0])
        left = (
            case([(low < high, low) for low, high in pieces], nothing),
            case([(low < high, high) for low, high in pieces], nothing),
        )
    return left


def _is_empty(wanted: Hours, opens: Column, closes: Column, clocks: Sequence[Column]) -> Column:
    if len(clocks) == 1:
        return all_of(*(low >= high for low, high in _pieces(wanted, opens, closes, clocks[0])))
    start, end = _cut(wanted, opens, closes, clocks)
    return start >= end
