"""One plain loan, changed fact by fact, and what each playbook proposes for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from forbear.book.fact_definitions import FACTS
from forbear.columns.dtypes import Kind
from forbear.strategy import Playbook, load_playbook

_ZERO: Mapping[Kind, Any] = {Kind.BOOL: False, Kind.INT: 0}
_UNKNOWN = (
    "days_to_next_due",
    "days_since_last_payment",
    "days_since_promise_broken",
    "days_since_last_attempt",
    "days_since_last_visit",
    "days_since_right_party_contact",
    "monthly_income_cents",
    "burden_percent",
    "has_local_agency",
    "is_minor",
)


@dataclass(frozen=True)
class Outcome:
    """What a playbook proposes for one loan."""

    rows: list[dict[str, Any]]

    @property
    def contacts(self) -> list[dict[str, Any]]:
        return sorted((row for row in self.rows if row["kind"] == "contact"), key=lambda row: row["preference"])

    @property
    def visit(self) -> dict[str, Any] | None:
        return next((row for row in self.rows if row["kind"] == "visit"), None)

    @property
    def referral(self) -> dict[str, Any] | None:
        return next((row for row in self.rows if row["kind"] == "none" and row["treatment"] != "leave_alone"), None)

    @property
    def left_alone(self) -> str | None:
        return next((row["reason"] for row in self.rows if row["treatment"] == "leave_alone"), None)

    @property
    def treatment(self) -> str | None:
        return self.contacts[0]["treatment"] if self.contacts else None

    @property
    def channels(self) -> list[str]:
        return [row["channel"] for row in self.contacts]


@cache
def playbook_of(name: str) -> Playbook:
    return load_playbook(name)


def plain_loan(**changes: Any) -> dict[str, Any]:
    """A loan of 5 000 yuan overdue for ten days: nothing happened yet, nothing is known to be special."""
    row = {name: None if name in _UNKNOWN else _ZERO.get(fact.dtype.kind) for name, fact in FACTS.items()}
    row |= {
        "loan_id": "L1",
        "person_id": "P1",
        "product_kind": "instalment",
        "currency": "CNY",
        "is_open": True,
        "days_past_due": 10,
        "overdue_cents": 500_000,
        "outstanding_cents": 2_000_000,
        "person_overdue_cents": 500_000,
        "person_outstanding_cents": 2_000_000,
        "person_loans_open_count": 1,
        "person_loans_overdue_count": 1,
        "earlier_delinquencies_count": 2,
        "days_silent": 10,
        "mobile_point_id": "M1",
    }
    unknown = set(changes) - set(row)
    assert not unknown, f"no such facts: {unknown}"
    return row | changes


@pytest.fixture(scope="session")
def loan() -> Callable[..., dict[str, Any]]:
    """Builds the facts of a plain loan, with changes."""
    return plain_loan


@pytest.fixture(scope="session")
def playbook() -> Callable[[str], Playbook]:
    """A playbook of the package by name, read once."""
    return playbook_of


@pytest.fixture(scope="session")
def outcome() -> Callable[..., Outcome]:
    """What a playbook proposes for a plain loan with changes."""

    def propose(name: str, **changes: Any) -> Outcome:
        return Outcome(playbook_of(name).propose_row(plain_loan(**changes)))

    return propose


@pytest.fixture(scope="session")
def ignored() -> dict[str, Any]:
    """A person who answered nothing: ten attempts on eight days by three channels, silent for forty days."""
    return {
        "attempts_count": 10,
        "attempt_days_count": 8,
        "failed_attempts_count": 10,
        "channels_tried_count": 3,
        "days_silent": 40,
        "days_since_last_attempt": 9,
        "is_lost_contact": True,
    }
