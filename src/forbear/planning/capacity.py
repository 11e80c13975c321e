"""How many acts a day each channel, team and region can carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from forbear.book.schema import CHANNELS
from forbear.columns.dtypes import INT, TEXT
from forbear.columns.expression import Column, all_of, case, literal, null, substring
from forbear.columns.relation import Relation
from forbear.kernel.errors import CapacityError
from forbear.kernel.reading import read_yaml_text

_KEYS = {"channel", "team", "region", "per_day"}


@dataclass(frozen=True)
class Pool:
    """One pool of capacity: what matches it draws on it alone.

    Args:
        channel: the channel; required.
        team: only loans of this team; any where None.
        region: only regions whose code begins so; any where None.
        per_day: acts a day.
    """

    channel: str
    per_day: int
    team: str | None = None
    region: str | None = None

    @property
    def name(self) -> str:
        """The pool's name: channel, team and region."""
        return "/".join((self.channel, self.team or "*", self.region or "*"))

    @property
    def width(self) -> tuple[int, int, str]:
        """Sort key: the narrowest pool first (team and region, then team, then the longer region, then channel)."""
        return (-(self.team is not None), -len(self.region or ""), self.name)


@dataclass(frozen=True)
class Capacity:
    """All pools. An act draws on the narrowest pool that matches it; without any, its channel is unlimited."""

    pools: tuple[Pool, ...] = field(default=())

    def pool_of(self, rows: Relation) -> Column:
        """The name of the pool of each row (needs channel, team, region_code); null where unlimited."""
        ordered = sorted(self.pools, key=lambda pool: pool.width)
        return case([(_matches(pool, rows), pool.name) for pool in ordered]) if ordered else null(TEXT)

    def limit_of(self, pool: Column) -> Column:
        """The pool's acts a day, by its name; null where unlimited."""
        return case([(pool == each.name, each.per_day) for each in self.pools]) if self.pools else null(INT)


def _matches(pool: Pool, rows: Relation) -> Column:
    conditions = [rows["channel"] == pool.channel]
    if pool.team is not None:
        conditions.append(rows["team"] == pool.team)
    if pool.region is not None:
        conditions.append(substring(rows["region_code"], 1, len(pool.region)) == literal(pool.region))
    return all_of(*conditions)


def read_capacity(path: Path) -> Capacity:
    """Pools from a YAML file: a list under ``capacity`` of {channel, per_day, team?, region?}.

    Raises:
        CapacityError: ``bad_capacity`` naming the entry and key.
    """
    try:
        raw: Any = read_yaml_text(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CapacityError("bad_capacity", f"The capacity file cannot be read: {error}.", file=path) from error
    entries = raw.get("capacity") if isinstance(raw, Mapping) else None
    if not isinstance(entries, list):
        raise CapacityError(
            "bad_capacity", "There is no list under 'capacity'.", file=path, do="See docs/reference/capacity.md."
        )
    pools = tuple(_pool(entry, number, path) for number, entry in enumerate(entries, start=1))
    names = [pool.name for pool in pools]
    if len(set(names)) < len(names):
        raise CapacityError("bad_capacity", "Two entries name the same channel, team and region.", file=path)
    return Capacity(pools)


def _pool(entry: object, number: int, path: Path) -> Pool:
    def refuse(message: str) -> CapacityError:
        return CapacityError("bad_capacity", message, file=path, entry=number)

    if not isinstance(entry, Mapping) or set(entry) - _KEYS or "channel" not in entry:
        raise refuse(f"An entry has channel and per_day, and may have team and region; this one is {entry!r}.")
    per_day = entry.get("per_day")
    if isinstance(per_day, bool) or not isinstance(per_day, int) or per_day < 0:
        raise refuse(f"per_day must be a whole number of at least 0, not {per_day!r}.")
    if entry["channel"] not in CHANNELS:
        raise refuse(f"There is no channel {entry['channel']!r}; there are {', '.join(CHANNELS)}.")
    texts = {key: None if entry.get(key) is None else str(entry[key]) for key in ("team", "region")}
    return Pool(str(entry["channel"]), per_day, texts["team"], texts["region"])
