"""Small random books with every corner in them: ties, nulls, zero amounts, late records, overlapping pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

Rows = list[dict[str, Any]]
ATTITUDES = ("willing", "stalling", "refusing", "hardship")


class Dice:
    """Chance from one seed, about one date."""

    def __init__(self, seed: int, as_of: date) -> None:
        self._generator = np.random.default_rng(seed)
        self.as_of = as_of

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self._generator.integers(low, high + 1))

    def one_in(self, times: int) -> bool:
        """True once in so many times."""
        return self.number(1, times) == 1

    def of(self, *values: Any) -> Any:
        """One of the values."""
        return values[self.number(0, len(values) - 1)]

    def day(self, low: int, high: int) -> date:
        """A date so many days from the business date."""
        return self.as_of + timedelta(days=self.number(low, high))

    def instant(self, low: int, high: int) -> datetime:
        """An instant at or near the turn of a local day."""
        return datetime.combine(self.day(low, high), time(self.of(0, 15, 16, 23)), tzinfo=UTC)

    def maybe(self, value: Any) -> Any:
        """The value, or nothing."""
        return None if self.one_in(2) else value


def random_book(seed: int, as_of: date, loans: int) -> dict[str, Rows]:
    """A book with all ten tables about so many loans."""
    dice = Dice(seed, as_of)
    book: dict[str, Rows] = {
        name: [] for name in ("borrowers", "loans", "instalments", "payments", "contact_points", "contacts", "promises",
                              "arrangements", "holds", "consents")
    }  # fmt: skip
    for number in range(loans):
        _loan(book, dice, f"L{number:05d}", f"P{dice.number(0, loans * 2 // 3):05d}")
    for person_id in sorted({row["person_id"] for row in book["loans"]}):
        if not dice.one_in(10):
            _person(book, dice, person_id)
        _history(book, dice, person_id)
    return book


def _loan(book: dict[str, Rows], dice: Dice, loan_id: str, person_id: str) -> None:
    status = dice.of("active", "active", "active", "active", "written_off", "settled", "cancelled")
    disbursed = dice.day(-400, 5) if dice.one_in(20) else dice.day(-400, -1)
    book["loans"].append(
        {
            "loan_id": loan_id, "person_id": person_id, "disbursed_on": disbursed, "principal_cents": 10_000,
            "product_code": "loan", "product_kind": dice.of("instalment", "card"), "lender_type": "bank", "currency": "CNY",
            "annual_rate": dice.maybe(Decimal("0.180001")), "all_in_rate": dice.of(None, Decimal("0.239999"), Decimal("0.240001")),
            "status": status, "closed_on": None if status == "active" else dice.maybe(dice.day(-60, 20)),
            "agency_id": dice.of(None, None, None, "A1"), "team": dice.of(None, "T1", "T2"),
        }
    )  # fmt: skip
    first, step = dice.number(-200, 30), dice.of(0, 15, 30)
    for index in range(dice.number(1, 5)):
        due_on = dice.as_of + timedelta(days=first + step * index)
        cents = {part: dice.of(0, 0, 1, 50) for part in ("interest", "penalty", "fee")}
        book["instalments"].append(
            {"loan_id": loan_id, "instalment_number": index + 1, "due_on": due_on, "original_due_on": None,
             "principal_cents": dice.of(0, 1, 100, 1_000, 100_000), **{f"{part}_cents": value for part, value in cents.items()}}
        )  # fmt: skip
    for index in range(dice.number(0, 4)):
        state = dice.of("settled", "settled", "settled", "in_flight", "reversed")
        book["payments"].append(
            {"payment_id": f"{loan_id}-{index}", "loan_id": loan_id, "amount_cents": dice.of(0, 1, 51, 100, 1_000, 1_001, 250_000),
             "effective_on": dice.day(-200, 3), "recorded_at": dice.maybe(dice.instant(-30, 3)), "status": state,
             "reversed_on": dice.maybe(dice.day(-20, 5)) if state == "reversed" else None,
             "reversal_recorded_at": dice.maybe(dice.instant(-10, 3)) if state == "reversed" else None}
        )  # fmt: skip
    for index in range(dice.number(0, 2)):
        made = dice.number(-60, 2)
        book["promises"].append(
            {"promise_id": f"{loan_id}-{index}", "loan_id": loan_id, "made_on": dice.as_of + timedelta(days=made),
             "due_on": dice.as_of + timedelta(days=made + dice.number(0, 40)), "amount_cents": dice.of(1, 100, 1_000),
             "cancelled_on": dice.day(-30, 3) if dice.one_in(5) else None}
        )  # fmt: skip
    if dice.one_in(8):
        signed = dice.maybe(dice.day(-60, 3))
        book["arrangements"].append(
            {"arrangement_id": f"{loan_id}-A", "loan_id": loan_id, "kind": dice.of("instalment_plan", "extension"), "form": "written",
             "signed_on": signed, "ends_on": dice.maybe(dice.day(-5, 90)), "breached_on": dice.of(None, None, dice.day(-10, 3)),
             "term_months": None}
        )  # fmt: skip
    for index in range(dice.of(0, 0, 0, 1, 2, 3)):
        starts = dice.number(-150, 3)
        book["holds"].append(
            {"hold_id": f"{loan_id}-{index}", "person_id": person_id, "loan_id": dice.maybe(loan_id),
             "kind": dice.of("grace", "moratorium", "dispute", "hardship"), "starts_on": dice.as_of + timedelta(days=starts),
             "ends_on": dice.maybe(dice.as_of + timedelta(days=starts + dice.number(0, 100))), "pauses_ageing": not dice.one_in(3),
             "recorded_at": dice.maybe(dice.instant(-20, 2))}
        )  # fmt: skip


def _person(book: dict[str, Rows], dice: Dice, person_id: str) -> None:
    book["borrowers"].append(
        {"person_id": person_id, "name": None, "language": "zh_CN", "time_zone": dice.of(None, None, "America/New_York", "Europe/Paris"),
         "region_code": dice.of(None, "110101", "310104"), "birth_on": dice.of(None, date(1990, 2, 28), date(2010, 1, 1)),
         "legal_capacity": "limited" if dice.one_in(30) else "full", "is_deceased": dice.one_in(30),
         "monthly_income_cents": dice.of(None, 0, 5_000, 500_000), "has_representative": dice.one_in(30),
         "has_local_agency": dice.of(None, True, False)}
    )  # fmt: skip
    for kind in ("mobile", "mobile", "email", "app", "address"):
        if not dice.one_in(4):
            name = f"{person_id}-{len(book['contact_points'])}"
            book["contact_points"].append(
                {"contact_point_id": name, "person_id": person_id, "kind": kind, "value": None,
                 "source": dice.of("given_by_debtor", "given_by_debtor", "public_record", "unknown"),
                 "state": dice.of("valid", "valid", "unknown", "invalid"), "verified_on": None,
                 "recorded_at": dice.maybe(dice.instant(-20, 2))}
            )  # fmt: skip
    if dice.one_in(6):
        book["consents"].append(
            {"consent_id": f"{person_id}-C", "person_id": person_id, "kind": dice.of("channel_refusal", "night_contact", "home_entry"),
             "channel": dice.of(None, "sms", "voice_agent", "push"), "form": dice.of("individual", "boilerplate"),
             "given_at": dice.instant(-30, 2), "expires_at": dice.maybe(dice.instant(-3, 30)),
             "revoked_at": dice.maybe(dice.instant(-3, 3)), "attempts_max": None}
        )  # fmt: skip


def _history(book: dict[str, Rows], dice: Dice, person_id: str) -> None:
    at = dice.instant(-40, 2)
    for _ in range(dice.of(0, 0, 1, 2, 5, 12)):
        at = at if dice.one_in(4) else dice.instant(-120, 2)  # some at the same instant: ties
        direction = dice.of("out", "out", "out", "in")
        book["contacts"].append(
            {"contact_id": f"C{len(book['contacts']):06d}", "person_id": person_id, "loan_id": None,
             "contact_point_id": dice.of(None, f"{person_id}-0"), "at": at,
             "channel": dice.of("voice_agent", "sms", "email", "voice_bot", "visit"), "direction": direction,
             "purpose": dice.of("collection", "locate", "service_reply"),
             "result": dice.of("conversation", "no_answer", "busy", "delivered", "undelivered", "unknown"),
             "is_right_party": dice.of(True, False, False, False), "attitude": dice.of(None, None, *ATTITUDES),
             "reason_code": dice.of(None, None, "forgot", "illness")}
        )  # fmt: skip
