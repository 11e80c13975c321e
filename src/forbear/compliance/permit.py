"""An ALLOW made durable: what is asked to be done, on what it rests, and what it is refused for.

These are values that the desk, which holds the records, and the one way out speak with each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from forbear.compliance.verdict import Verdict
from forbear.kernel.ids import digest_json

FORBEAR = UUID("6f0e8f43-52f4-5d0c-9c36-2f1d7f2b7a10")
"""The name space of every id that is made of what it names."""

BASIS_FACTS = (
    "is_open", "ledger_status", "overdue_cents", "in_flight_cents", "has_active_arrangement", "is_arrangement_breached",
    "is_deceased", "legal_capacity", "has_representative", "has_no_contact_order", "has_identity_theft", "has_dispute",
    "has_bankruptcy", "has_moratorium", "has_settled_elsewhere", "has_bereavement", "has_hardship", "has_grace", "has_legal",
    "has_complaint", "refuses_voice", "refuses_sms", "refuses_push", "refuses_email", "refuses_im", "refuses_visit",
)  # fmt: skip
"""The facts that an act was planned on. When one has moved, the act is refused and the next plan decides anew. Counts of
attempts are not among them: they move with every act, and the gate looks at them afresh."""

REFUSALS = (
    "denied", "review", "duty_unmet", "early", "late", "facts_moved", "feed_stale", "no_such_loan", "point_gone",
    "restricted", "withdrawn", "not_queued", "no_template", "message_refused", "expired", "used",
)  # fmt: skip


BY_A_PERSON = ("voice_agent", "visit")
"""Means by which a person acts, who can still meet a duty; a machine must have met all of them before."""


def basis_digest(facts: Mapping[str, Any]) -> str:
    """The digest of the facts that an act was planned on; a missing one counts as null."""
    return digest_json({name: facts.get(name) for name in BASIS_FACTS})


def act_id_of(tenant: str, business_date: object, loan_id: str, treatment: str, channel: str) -> UUID:
    """The id of an act planned for a loan on a date: planned twice, it is one."""
    return uuid5(FORBEAR, f"act:{tenant}:{business_date}:{loan_id}:{treatment}:{channel}")


def permit_id_of(act_id: UUID, tries_count: int) -> UUID:
    """The id of the permit for a try of an act: issued twice, it is one."""
    return uuid5(FORBEAR, f"permit:{act_id}:{tries_count}")


def contact_id_of(permit_id: UUID) -> str:
    """The id of the contact that a permit is used for."""
    return uuid5(FORBEAR, f"contact:{permit_id}").hex


@dataclass(frozen=True)
class ActAsked:
    """One act that is to be done now, as it was planned or asked for."""

    act_id: UUID
    person_id: str
    loan_id: str
    channel: str
    purpose: str
    treatment: str
    template: str
    offer: str
    contact_point_id: str
    actor_kind: str
    agency_id: str
    earliest_at: datetime
    latest_at: datetime
    basis_digest: str
    tries_count: int = 0


@dataclass(frozen=True)
class Recipient:
    """The borrower as an act needs to know them: how to write to them, and where."""

    person_id: str
    name: str
    language: str
    address: str


@dataclass(frozen=True)
class Held:
    """An act with the person locked and one fresh row of facts: what the gate is asked about, all in one moment.

    ``facts`` are those of the loan, with who would act on whom by what point, and the minute on the person's clock.
    """

    act: ActAsked
    recipient: Recipient
    facts: Mapping[str, Any]
    lender: Mapping[str, Any]
    now: datetime
    time_zone: str
    person_version: int


@dataclass(frozen=True)
class Refusal:
    """Why an act is not done: a value with its reason and citations. ``detail`` is one plain sentence in English."""

    code: str
    act_id: UUID
    detail: str = ""
    verdict: Verdict | None = None
    citations: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.code not in REFUSALS:
            raise ValueError(f"no refusal is called {self.code!r}")

    @property
    def reason_rule(self) -> str:
        """The id of the row that decided; empty where no rule of law did."""
        return (self.verdict.decided_by or "") if self.verdict else ""


def refusal_of(verdict: Verdict, act: ActAsked) -> Refusal | None:
    """Why an act is not done on this verdict; None where it may be done."""
    if verdict.verdict in ("DENY", "PRESUMED_VIOLATION"):
        return Refusal("denied", act.act_id, "The law does not allow it now.", verdict)
    if verdict.verdict == "REVIEW":
        return Refusal("review", act.act_id, "A person must look at it first.", verdict)
    if verdict.verdict == "REQUIRE" and act.channel not in BY_A_PERSON:
        duties = ", ".join(verdict.duties)
        return Refusal("duty_unmet", act.act_id, f"It may be done only with: {duties}.", verdict)
    return None
