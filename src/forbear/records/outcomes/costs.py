"""What contacts cost: at the prices of acts that the playbook in force assumes. Where it has none, nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from forbear.records.outcomes.reading import Outcomes
from forbear.strategy import load_playbook


@dataclass(frozen=True)
class Prices:
    """What an act costs by channel, in whole cents of ``currency``; ``status`` is what that rests on, as a playbook says it."""

    playbook: str
    status: str
    currency: str
    cents: Mapping[str, int]


@dataclass(frozen=True)
class Costs:
    """What the attempts of a period cost, by channel, and over all; None where the price of a channel that was used is not known."""

    prices: Prices
    by_channel: Mapping[str, int | None]

    @property
    def cents(self) -> int | None:
        """Over all channels."""
        found = [each for each in self.by_channel.values() if each is not None]
        return sum(found) if found and len(found) == len(self.by_channel) else None


@lru_cache(maxsize=8)
def prices_of(playbook: str) -> Prices:
    """The prices of a playbook, by its name or its folder.

    Raises:
        PlaybookError, TableError: as :func:`forbear.strategy.load_playbook`.
    """
    found = load_playbook(playbook)
    value = found.shape.value
    return Prices(found.name, value.status, found.currency, dict(value.cost_cents))


def costs_of(found: Outcomes, prices: Prices) -> Costs:
    """What the attempts cost: their number by channel × the price of one."""
    channels = found.values("channel", "attempts")
    return Costs(
        prices,
        {
            each: None if each not in prices.cents else found.count("attempts", channel=each) * prices.cents[each]
            for each in channels
        },
    )
