"""The stories of the journeys: what happens on which day, counted from the day the instalment falls due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Event = tuple[int, str, Mapping[str, Any]]
POINTS = ("mobile", "app", "email", "im", "address")


@dataclass(frozen=True)
class Story:
    """What happens, and the days on which the run is asked."""

    days: tuple[int, ...]
    events: tuple[Event, ...]


def begin(yuan: int = 5_000, suffix: str = "", **values: Any) -> list[Event]:
    """A loan with one instalment due on day 0 and an equal one on day 200, paid well until then."""
    cents = yuan * 100
    loan = {"loan_id": suffix, "disbursed_on": -300, "principal_cents": 3 * cents, "all_in_rate": None, **values}
    dues = [
        {"loan_id": suffix, "instalment_number": n, "due_on": on, "principal_cents": cents}
        for n, on in ((1, -150), (2, 0), (3, 200))
    ]
    paid = {"loan_id": suffix, "amount_cents": cents, "effective_on": -151, "status": "settled"}
    return [(-999, "loans", loan), *((-999, "instalments", due) for due in dues), (-999, "payments", paid)]


def person(**values: Any) -> list[Event]:
    """The borrower, with a working point of every kind."""
    points = [{"kind": kind, "source": "given_by_debtor", "state": "valid"} for kind in POINTS]
    known = {"language": "zh_CN", "legal_capacity": "full", "birth_on": None, **values}
    return [(-999, "borrowers", known), *((-999, "contact_points", point) for point in points)]


def contact(day: int, channel: str, result: str = "delivered", **values: Any) -> Event:
    """What the lender tried, or a call of the person."""
    base = {"at": day, "channel": channel, "direction": "out", "purpose": "collection", "result": result}
    return (day, "contacts", {**base, "is_right_party": False, **values})


def paid(day: int, yuan: int, **values: Any) -> Event:
    """Money that came in."""
    return (day, "payments", {"amount_cents": yuan * 100, "effective_on": day, "status": "settled", **values})


def hold(day: int, kind: str, **values: Any) -> Event:
    """A reason to pause."""
    return (day, "holds", {"kind": kind, "starts_on": day, **values})


def refusal(day: int, channel: str) -> Event:
    """The person refuses a channel."""
    return (day, "consents", {"kind": "channel_refusal", "channel": channel, "form": "individual", "given_at": day})


SPOKE = {"result": "conversation", "is_right_party": True}
CALLED_IN = contact(86, "voice_agent", direction="in", **SPOKE, attitude="willing")
IGNORED = [
    contact(day, channel, "no_answer" if channel == "voice_agent" else "delivered")
    for day, channel in zip((5, 12, 20, 31, 40, 52, 66, 75, 83, 88), ("sms", "voice_agent", "email") * 4, strict=False)
]

STORIES: dict[str, Story] = {
    "first_miss": Story((-3, 0, 1, 2, 15), (*person(), *begin(), contact(1, "sms"))),
    "promise": Story(
        (17, 20, 21, 28, 29),
        (
            *person(), *begin(), contact(1, "sms"), contact(8, "push"),
            contact(16, "voice_agent", **SPOKE, attitude="willing", reason_code="forgot"),
            (16, "promises", {"made_on": 16, "due_on": 20, "amount_cents": 500_000}),
            contact(22, "sms"),
            contact(24, "voice_agent", direction="in", **SPOKE, attitude="willing", reason_code="forgot"),
            (24, "promises", {"made_on": 24, "due_on": 28, "amount_cents": 500_000}),
        ),
    ),
    "hardship": Story(
        (24, 27, 50),
        (
            *person(), *begin(), contact(1, "sms"),
            contact(23, "voice_agent", direction="in", purpose="service_reply", **SPOKE, attitude="hardship", reason_code="job_loss"),
            hold(23, "hardship", ends_on=30),
            (26, "arrangements", {"kind": "instalment_plan", "form": "written", "signed_on": 26, "ends_on": 400}),
        ),
    ),
    "breach": Story(
        (27, 50),
        (
            *person(), *begin(), contact(1, "sms"),
            (20, "arrangements", {"kind": "instalment_plan", "form": "written", "signed_on": 20, "ends_on": 400, "breached_on": 45}),
        ),
    ),
    "paid_up": Story((30, 31, 32), (*person(), *begin(), contact(20, "voice_agent", **SPOKE), paid(31, 5_000))),
    "paid_part": Story((11, 12, 15), (*person(), *begin(), contact(8, "sms"), paid(11, 2_000))),
    "in_flight": Story(
        (20, 21), (*person(), *begin(), contact(10, "sms"), paid(21, 5_000, status="in_flight"))
    ),
    "bounced": Story(
        (21,), (*person(), *begin(), contact(10, "sms"), paid(12, 5_000, status="reversed", reversed_on=20))
    ),
    "dispute": Story((16, 19), (*person(), *begin(), contact(1, "sms"), hold(18, "dispute", loan_id=""))),
    "refuses_writing": Story((5,), (*person(), *begin(), refusal(-30, "sms"), refusal(-30, "push"))),
    "refuses_calls": Story((20,), (*person(), *begin(), contact(1, "sms"), refusal(2, "voice_agent"), refusal(2, "voice_bot"))),
    "refuses_all": Story((20,), (*person(), *begin(), (2, "consents", {"kind": "channel_refusal", "form": "individual", "given_at": 2}))),
    "deceased": Story((40,), (*person(is_deceased=True), *begin(), contact(1, "sms"))),
    "three_loans": Story((15,), (*person(), *begin(), *begin(8_000, "-2"), *begin(6_000, "-3"))),
    "overseas": Story((5, 20), (*person(time_zone="America/New_York"), *begin())),
    "same_clock": Story((5, 20), (*person(), *begin())),
    "lost": Story((92,), (*person(has_local_agency=True), *begin(30_000), *IGNORED)),
    "lost_far_away": Story((92,), (*person(has_local_agency=False), *begin(30_000), *IGNORED)),
    "willing": Story(
        (92,), (*person(has_local_agency=True), *begin(30_000), *IGNORED, CALLED_IN)
    ),
    "small_and_fresh": Story((2, 6), (*person(), *begin(1_000),)),
    "represented": Story((20,), (*person(has_representative=True), *begin(), contact(1, "letter"))),
}  # fmt: skip
