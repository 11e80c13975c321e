"""Random proposals: base facts with a few of them changed, drawn near every boundary, and rows changed all over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from forbear.compliance.needs import FactNeed

CHANGED_PER_ROW = (1, 2, 3, 5, 8, 20, 1000)
CHANGED_WEIGHTS = (0.15, 0.2, 0.2, 0.2, 0.15, 0.07, 0.03)
MISSING = 0.12
"""How often a changed fact is left out."""


@dataclass(frozen=True)
class Proposals:
    """What the proposals of a legal order are about.

    ``often_changed`` facts change in half of all rows, so that every rule meets its own cases; ``near`` are boundaries that
    the statutes' own numbers do not give; ``rates`` lie around the ceilings; each of the ``stories`` sets its facts at once,
    before the changes, for facts that only bite together.
    """

    often_changed: frozenset[str]
    near: Mapping[str, Sequence[int]]
    rates: Sequence[Decimal]
    stories: Sequence[Mapping[str, Any]]


def random_columns(
    proposals: Proposals, needs: Mapping[str, FactNeed], numbers: Sequence[int], rows: int, seed: Sequence[int]
) -> dict[str, list[Any]]:
    """Columns of proposals: a story, then some facts changed; ``numbers`` are the statutes' own."""
    rng = np.random.default_rng(seed)
    told = [story for story in proposals.stories if not story or story.keys() & needs.keys()]
    stories = rng.integers(len(told), size=rows)
    changed = rng.choice(CHANGED_PER_ROW, size=rows, p=CHANGED_WEIGHTS) / len(needs)
    columns: dict[str, list[Any]] = {}
    for need in needs.values():
        start = np.array([story.get(need.name, need.base) for story in told], dtype=object)[stories]
        often = 0.25 if need.name in proposals.often_changed else 0.0
        is_changed = rng.random(rows) < np.maximum(changed, often)
        values = np.array(pool(proposals, need, numbers), dtype=object)
        drawn = values[rng.integers(len(values), size=rows)]
        drawn[rng.random(rows) < MISSING] = None
        columns[need.name] = np.where(is_changed, drawn, start).tolist()
    return columns


def pool(proposals: Proposals, need: FactNeed, numbers: Sequence[int]) -> list[Any]:
    """The values that a changed fact takes."""
    if isinstance(need.base, bool):
        return [True, False]
    if isinstance(need.base, str):
        return [*(need.codes or ("Asia/Shanghai", "PRC", "Europe/London", "unknown")), "something else"]
    if need.name in proposals.near:
        return [*proposals.near[need.name], need.base]
    if isinstance(need.base, Decimal):
        return sorted({*proposals.rates, need.base})
    if "_day" in need.name and isinstance(need.base, int) and need.base > 10_000:
        days = [number for number in numbers if 10_000 < number < 100_000]
        return sorted({day + step for day in days for step in (-1, 0, 1)} | {need.base, int(need.unfavourable)})
    if isinstance(need.base, int):
        near = {number + step for number in numbers if number < 400 for step in (-1, 0, 1)}
        if need.name.endswith("_cents"):
            large = {number + step for number in numbers if number > 100_000 for step in (-1, 0, 1)}
            near |= large | {119_999, 120_000, 120_001, 5_000, 10_000_000_000}
        if need.name.endswith("_count"):
            near |= {number + step for number in numbers if 400 <= number < 10_000 for step in (-1, 0, 1)}
        return sorted(near | {-1, 0, 1, need.base, int(need.unfavourable)})
    return [need.base, need.unfavourable]
