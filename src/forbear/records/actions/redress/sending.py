"""Answers on their way: queued as acts, like everything that reaches a borrower. The law is asked again when they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.redress.matters import KINDS
from forbear.records.actions.templates import usable_template
from forbear.records.desk.taking import REPLY
from forbear.records.lender import lender_settings
from forbear.records.models import Act, ContactPoint, Dispute, Loan, Person
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

CHANNEL_OF: Mapping[str, str] = {
    "address": "letter", "email": "email", "mobile": "sms", "app": "push", "im": "im_official",
}  # fmt: skip
"""By what an answer goes to a contact point of a kind."""
TEMPLATE = "matter_answered"
LANGUAGES = ("zh_CN", "zh_TW", "en")
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
        act_id = uuid5(FORBEAR, f"answer:{scope.tenant}:{matter_kind}:{matter_id}:{contact_point_id}:{text}")
        about = _About(matter_kind, matter_id, person_id, contact_point_id, TEMPLATE)
        _queue(scope, act_id, about, clock, "answer_queued")
        return act_id


def queue_notice(
    scope: Scope, matter_kind: str, matter_id: UUID, contact_point_id: str, template: str, clock: Clock
) -> UUID:
    """Send a notice about a complaint, a dispute or a request, by a template that says what the matter is at. Twice is once.

    Returns:
        The act's id; whether it leaves is decided at its minute.

    Raises:
        InputError: ``unknown_point``, ``no_loan``, as for an answer; ``unknown_template`` where none is approved for that way.
    """
    with acting(scope):
        person_id = KINDS[matter_kind].access(scope.tenant, matter_id).person_id
        about = _About(matter_kind, matter_id, person_id, contact_point_id, template)
        due_on = KINDS[matter_kind].access(scope.tenant, matter_id).due_on
        act_id = uuid5(FORBEAR, f"notice:{scope.tenant}:{matter_kind}:{matter_id}:{template}:{due_on}")
        _queue(scope, act_id, about, clock, "notice_queued")
        return act_id


@dataclass(frozen=True)
class _About:
    """What is sent: about which matter of whom, to which point, by which template."""

    matter_kind: str
    matter_id: UUID
    person_id: str
    contact_point_id: str
    template: str


def _queue(scope: Scope, act_id: UUID, about: _About, clock: Clock, deed: str) -> None:
    point = ContactPoint.objects.filter(
        tenant_id=scope.tenant,
        person_id=about.person_id,
        contact_point_id=about.contact_point_id,
        removed_at__isnull=True,
    ).first()
    if point is None or point.kind not in CHANNEL_OF:
        raise InputError("unknown_point", "The person has no such contact point.", point=about.contact_point_id)
    channel = CHANNEL_OF[point.kind]
    language = Person.objects.filter(tenant_id=scope.tenant, person_id=about.person_id).values_list(
        "language", flat=True
    )
    spoken = language.first() or "zh_CN"
    spoken = spoken if spoken in LANGUAGES else "zh_CN"
    if about.template != TEMPLATE and usable_template(scope.tenant, about.template, channel, spoken) is None:
        do = "Have its template approved, or choose another way."
        raise InputError("unknown_template", "There is no such version of a template.", do=do, template=about.template)
    now = clock.now()
    _, is_new = Act.objects.get_or_create(
        act_id=act_id,
        defaults={
            "tenant_id": scope.tenant,
            "person_id": about.person_id,
            "loan_id": _loan(scope.tenant, about.person_id, about.matter_kind, about.matter_id),
            "business_date": lender_settings(scope.tenant).date_of(now),
            "channel": channel,
            "purpose": "service_reply",
            "treatment": REPLY,
            "template": about.template,
            "about": f"{about.matter_kind}:{about.matter_id}",
            "contact_point_id": about.contact_point_id,
            "earliest_at": now,
            "latest_at": now + timedelta(days=DAYS_MAX),
        },
    )
    if is_new:
        told = {"act": str(act_id), "channel": channel}
        entry = audit.Entry(
            f"{about.matter_kind}.{deed}", about.matter_kind, str(about.matter_id), about.person_id, told
        )
        audit.record(entry)


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
