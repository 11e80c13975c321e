"""What an offer comes to in money: a plan by instalments, and the price at which a loan is settled, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forbear.kernel.dates import months_later
from forbear.kernel.money import split_cents
from forbear.strategy.settings.parameters import Parameter

WAIVED: Mapping[str, str] = {
    "settlement_waived_penalty_percent": "penalty",
    "settlement_waived_fee_percent": "fee",
    "settlement_waived_interest_percent": "interest",
}
"""The figures of a playbook that bound a waiver, and the part of what is overdue that each is of. Without one nothing of it is waived."""


@dataclass(frozen=True)
class Plan:
    """Instalments that add up to what is overdue, a month apart; where it does not divide, the first ones are a cent more."""

    amounts: tuple[int, ...]
    first_on: date
    last_on: date

    @property
    def total_cents(self) -> int:
        """All of them together."""
        return sum(self.amounts)

    @property
    def most_cents(self) -> int:
        """The greatest of them."""
        return max(self.amounts)

    @property
    def runs(self) -> list[tuple[int, int]]:
        """How many there are of which amount, in order: at most two."""
        kinds = sorted(set(self.amounts), reverse=True)
        return [(self.amounts.count(cents), cents) for cents in kinds]


@dataclass(frozen=True)
class Settlement:
    """Between which amounts a loan may be settled. Whole minor units.

    Args:
        outstanding_cents: what is unpaid of the loan: nobody pays more.
        waived: what may be waived at most, by part; parts of which nothing may be are left out.
    """

    outstanding_cents: int
    waived: Mapping[str, int]

    @property
    def least_cents(self) -> int:
        """The lowest price: all that may be waived, waived."""
        return self.outstanding_cents - sum(self.waived.values())


def plan_of(facts: Mapping[str, Any], months: int, day: date) -> Plan | None:
    """What is overdue by the facts, paid in so many instalments from a month after the day on; None where that is nothing."""
    overdue = int(facts.get("overdue_cents") or 0)
    if overdue < months or months < 1:
        return None
    amounts = split_cents(overdue, [1] * months)
    return Plan(tuple(amounts), months_later(day, 1), months_later(day, months))


def settlement_of(facts: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> Settlement | None:
    """The band within which a loan may be settled by the facts and the playbook's figures; None where nothing is unpaid.

    A share that is no whole cent is waived to the nearest one, half a cent not.
    """
    outstanding = int(facts.get("outstanding_cents") or 0)
    if outstanding <= 0:
        return None
    waived: dict[str, int] = {}
    for name, part in WAIVED.items():
        if name not in parameters:
            continue
        percent = min(max(int(parameters[name].for_product(str(facts.get("product_kind") or ""))), 0), 100)
        owed = max(int(facts.get(f"overdue_{part}_cents") or 0), 0)
        _kept, cents = split_cents(owed, [100 - percent, percent])
        if cents:
            waived[part] = cents
    return Settlement(outstanding, waived)
