"""What a message is about, as the records know it: the offer, the visit, the payment, the matter that it speaks of.

Only what is true and stands is given. A place of which nothing is known stays empty, and the message is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from forbear.kernel.language import code_words, speaking
from forbear.records.approved.approvals import OFFER_TERMS, VISIT_TERMS, standing
from forbear.records.models import Act, Complaint, Dispute, Hold, Loan, Payment, Staff
from forbear.records.sealing import sealer

CODE_MINUTES = 5
"""For how many minutes a verification code holds."""
REFERENCE_LENGTH = 8
_SPOKEN = {"zh_CN": "zh", "zh_TW": "zh_TW", "en": "en"}
Terms = dict[str, Any]


@dataclass(frozen=True)
class About:
    """The act whose message is made: of which loan of whom, by which template, in which language, at which moment."""

    tenant: str
    act_id: UUID
    person_id: str
    loan_id: str
    template: str
    language: str
    now: datetime


def terms_of(about: About, wanted: Collection[str]) -> Terms:
    """The terms that a template reads, as far as they are known, in the transaction that holds the person.

    Args:
        wanted: their names, as the places of messages read them.
    """
    found: Terms = {}
    for names, read in _READERS.items():
        if set(names) & set(wanted):
            found |= read(about)
    return {name: value for name, value in found.items() if name in wanted and value is not None}


def code_of(tenant: str, act_id: UUID) -> str:
    """The verification code that an act sends: six digits that nobody without the tenant's key can tell."""
    return f"{int(sealer(tenant).index('code', act_id.hex)[:12], 16) % 1_000_000:06}"


def _offer(about: About) -> Terms:
    """The latest offer that another person approved for this loan, as long as it stands."""
    mine = [
        each
        for each in standing(about.tenant, ["offer"], [about.person_id], about.now)
        if each.loan_id == about.loan_id
    ]
    return dict(mine[-1].terms) if mine else {}


def _visit(about: About) -> Terms:
    """The visit that another person approved: codes in the borrower's words, visitors by name and card."""
    mine = [
        each
        for each in standing(about.tenant, ["visit"], [about.person_id], about.now)
        if each.loan_id in ("", about.loan_id)
    ]
    if not mine:
        return {}
    terms = dict(mine[-1].terms)
    with speaking(_SPOKEN.get(about.language, "zh")):
        for name, context in (("visit_place", "visit place"), ("visit_reason", "visit reason")):
            if name in terms:
                terms[name] = code_words(context, str(terms[name]))
    return terms | _visitors(about.tenant, terms.pop("visitors", []))


def _visitors(tenant: str, staff_ids: Collection[str]) -> Terms:
    """Nobody comes whom the register does not know, or who left."""
    box = sealer(tenant)
    known = list(
        Staff.objects.filter(tenant_id=tenant, staff_id__in=staff_ids, left_on__isnull=True).order_by("staff_id")
    )
    names = [box.open("staff_name", each.name_sealed) or "" for each in known]
    numbers = [each.work_card for each in known]
    if len(known) != len(set(staff_ids)) or not all(names) or not all(numbers):
        return {}
    return {"visitor_names": "、".join(names), "visitor_numbers": "、".join(numbers)}


def _received(about: About) -> Terms:
    settled = Payment.objects.filter(tenant_id=about.tenant, loan_id=about.loan_id, status="settled")
    latest = settled.order_by("-accepted_at", "-id").first()
    return {"paid_amount_cents": latest.amount_cents, "paid_on": latest.effective_on} if latest else {}


def _settled(about: About) -> Terms:
    """When the ledger closed the loan; else when the last money came. Whether it is settled at all is the facts' to say."""
    own = {"tenant_id": about.tenant, "loan_id": about.loan_id}
    closed_on = Loan.objects.filter(**own).values_list("closed_on", flat=True).first()
    last = Payment.objects.filter(**own, status="settled").order_by("-effective_on").first()
    return {"settled_on": closed_on or (last.effective_on if last else None)}


def _matter(about: About) -> Terms:
    """The number and the day of the open request that the template answers."""
    own = {"tenant_id": about.tenant, "person_id": about.person_id}
    if about.template == "complaint_received":
        complaint = Complaint.objects.filter(**own, answered_at__isnull=True).order_by("-id").first()
        return _numbered(complaint.complaint_id.hex, complaint.due_on) if complaint else {}
    if about.template == "complaint_extended":  # of the very complaint whose time was made longer
        kind, _colon, key = (
            Act.objects.filter(act_id=about.act_id).values_list("about", flat=True).first() or ""
        ).partition(":")
        longer = Complaint.objects.filter(**own, complaint_id=key).first() if kind == "complaint" else None
        return _numbered(longer.complaint_id.hex, longer.due_on) if longer else {}
    if about.template == "dispute_received":
        dispute = Dispute.objects.filter(**own, answered_at__isnull=True).order_by("-id").first()
        return _numbered(dispute.dispute_id.hex, dispute.due_on) if dispute else {}
    hold = Hold.objects.filter(**own, kind="hardship", ends_on__isnull=True).order_by("-id").first()
    return _numbered(hold.hold_id, None) if hold else {}


def _numbered(number: str, due_on: Any) -> Terms:
    return {"reference": number[:REFERENCE_LENGTH].upper(), "answer_by_on": due_on}


def _code(about: About) -> Terms:
    return {"verification_code": code_of(about.tenant, about.act_id), "code_minutes": CODE_MINUTES}


_READERS: Mapping[tuple[str, ...], Callable[[About], Terms]] = {
    OFFER_TERMS: _offer,
    (*VISIT_TERMS, "visitor_names", "visitor_numbers"): _visit,
    ("paid_amount_cents", "paid_on"): _received,
    ("settled_on",): _settled,
    ("reference", "answer_by_on"): _matter,
    ("verification_code", "code_minutes"): _code,
}
