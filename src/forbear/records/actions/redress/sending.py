"""Answers on their way: queued as acts, like everything that reaches a borrower. The law is asked again when they leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.redress.matters import KINDS
from forbear.records.desk.taking import REPLY
from forbear.records.lender import lender_settings
from forbear.records.models import Act, ContactPoint, Dispute, Loan
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

CHANNEL_OF: Mapping[str, str] = {
    "address": "letter", "email": "email", "mobile": "sms", "app": "push", "im": "im_official",
}  # fmt: skip
"""By what an answer goes to a contact point of a kind."""
TEMPLATE = "matter_answered"
DAYS_MAX = 3
"""For how many days an answer waits for a lawful minute; after that a person must look."""


def queue_answer(scope: Scope, matter_kind: str, matter_id: UUID, contact_point_id: str, clock: Clock) -> UUID:
    """Send the answer of a complaint, a dispute or a request through one of the person's contact points. Twice is once.

    Args:
        matter_kind: ``complaint``, ``dispute`` or ``request``.

    Returns:
        The act's id; whether it leaves is decided at its minute.

    Raises:
        InputError: ``unknown_point``; ``not_answered`` where there is no answer in words; ``no_loan`` for somebody who has none, for
            whom the law of contact cannot be asked.
    """
    with acting(scope):
        person_id, text = _answer(scope.tenant, matter_kind, matter_id)
        if not text:
            do = "Answer it first, in words that may be sent."
            raise InputError("not_answered", "There are no words to send.", do=do)
        point = ContactPoint.objects.filter(
            tenant_id=scope.tenant, person_id=person_id, contact_point_id=contact_point_id, removed_at__isnull=True
        ).first()
        if point is None or point.kind not in CHANNEL_OF:
            raise InputError("unknown_point", "The person has no such contact point.", point=contact_point_id)
        loan_id = _loan(scope.tenant, person_id, matter_kind, matter_id)
        now = clock.now()
        act_id = uuid5(FORBEAR, f"answer:{scope.tenant}:{matter_kind}:{matter_id}:{contact_point_id}:{text}")
        _, is_new = Act.objects.get_or_create(
            act_id=act_id,
            defaults={
                "tenant_id": scope.tenant,
                "person_id": person_id,
                "loan_id": loan_id,
                "business_date": lender_settings(scope.tenant).date_of(now),
                "channel": CHANNEL_OF[point.kind],
                "purpose": "service_reply",
                "treatment": REPLY,
                "template": TEMPLATE,
                "about": f"{matter_kind}:{matter_id}",
                "contact_point_id": contact_point_id,
                "earliest_at": now,
                "latest_at": now + timedelta(days=DAYS_MAX),
            },
        )
        if is_new:
            told = {"act": str(act_id), "channel": CHANNEL_OF[point.kind]}
            audit.record(audit.Entry(f"{matter_kind}.answer_queued", matter_kind, str(matter_id), person_id, told))
        return act_id


def terms_of_answer(tenant: str, about: str) -> dict[str, str]:
    """What an answer's template says of its own: the number of the matter, and the words; nothing for another act."""
    kind, _, key = about.partition(":")
    if kind not in KINDS or not key:
        return {}
    _, text = _answer(tenant, kind, UUID(key))
    return {"reference": reference_of(UUID(key)), "answer_words": text}


def reference_of(matter_id: UUID) -> str:
    """The number by which a person is told of a matter.

    >>> reference_of(UUID("6f0e8f43-52f4-5d0c-9c36-2f1d7f2b7a10"))
    '6F0E8F43'
    """
    return matter_id.hex[:8].upper()


def _answer(tenant: str, kind: str, matter_id: UUID) -> tuple[str, str]:
    row = KINDS[kind].find(tenant, matter_id)
    if row is None:
        raise InputError("unknown_matter", "There is no such complaint, dispute or request.", id=str(matter_id))
    text = sealer(tenant).open(f"{kind}_answer", row.answer_sealed) if row.answered_at else None
    return row.person_id, text or ""


def _loan(tenant: str, person_id: str, kind: str, matter_id: UUID) -> str:
    about = (
        Dispute.objects.filter(tenant_id=tenant, dispute_id=matter_id).values_list("loan_id", flat=True).first()
        if kind == "dispute"
        else None
    )
    own = (
        Loan.objects.filter(tenant_id=tenant, person_id=person_id).order_by("loan_id").values_list("loan_id", flat=True)
    )
    loan_id = about or own.first()
    if loan_id is None:
        raise InputError("no_loan", "The person has no loan here.", do="Answer by a letter of your own.")
    return str(loan_id)
