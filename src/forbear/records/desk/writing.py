"""What was decided about acts, written down: permit, contact and message together, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from forbear.compliance import Verdict
from forbear.compliance.permit import Held, Refusal, contact_id_of, permit_id_of
from forbear.kernel.ids import digest_json
from forbear.records import audit
from forbear.records.models import Act, Contact, Message, Permit
from forbear.records.rows.many_rows import add_rows
from forbear.records.sealing import Sealer

if TYPE_CHECKING:
    from forbear.records.desk.desk import ComposedLike

STAYS_QUEUED = ("early", "feed_stale")
WAITS = ("review",)


@dataclass(frozen=True)
class Decided:
    """An act with what was decided: a refusal, or a verdict with its message and its end."""

    held: Held
    refusal: Refusal | None = None
    verdict: Verdict | None = None
    composed: ComposedLike | None = None
    expires_at: datetime | None = None

    @property
    def permit_id(self) -> UUID:
        """The permit of this try."""
        return permit_id_of(self.held.act.act_id, self.held.act.tries_count)

    @property
    def contact_id(self) -> str:
        """The contact that the permit is for."""
        return contact_id_of(self.permit_id)


def write(tenant: str, worker: str, decided: Sequence[Decided], rows: Mapping[UUID, Act], box: Sealer) -> None:
    """Write all of it in the transaction that holds the people. A permit that was used already makes the whole fail."""
    given = [each for each in decided if each.refusal is None]
    for each in decided:
        if each.refusal is not None:
            write_refusal(rows[each.held.act.act_id], each.refusal)
    if not given:
        return
    # The instant after the lock, where a transaction's own time is before it.
    add_rows(
        [_permit(tenant, each) for each in given], dict.fromkeys(("issued_at", "consumed_at"), "clock_timestamp()")
    )
    add_rows([_contact(tenant, worker, each) for each in given])
    add_rows([_message(tenant, each, box) for each in given])
    Act.objects.filter(act_id__in=[each.held.act.act_id for each in given]).update(
        state="sending", tries_count=F("tries_count") + 1, reason="", reason_rule="", changed_at=Now()
    )
    audit.record(*(_entry(each) for each in given))


def write_refusal(act: Act, refusal: Refusal) -> None:
    """Write down why an act is not done; a person may still look at one that waits."""
    act.state = "waits" if refusal.code in WAITS else "refused"
    act.reason, act.reason_rule = refusal.code, refusal.reason_rule[:160]
    act.save(update_fields=["state", "reason", "reason_rule"])
    verdict = refusal.verdict
    audit.record(
        audit.Entry(
            "act.refused",
            "act",
            str(act.act_id),
            act.person_id,
            {
                "code": refusal.code,
                "detail": refusal.detail,
                "verdict": verdict.verdict if verdict else None,
                "decided_by": refusal.reason_rule or None,
                "rules": list(verdict.rules) if verdict else [],
                "pack": verdict.pack_version if verdict else None,
            },
        )
    )


def put_off(acts: Sequence[Act], code: str, until: datetime) -> list[Refusal]:
    """Leave acts queued, to be looked at again later."""
    for act in acts:
        act.reason, act.try_after_at = code, until
        act.save(update_fields=["reason", "try_after_at"])
    return [Refusal(code, act.act_id, "It is looked at again later.") for act in acts]


def withdraw(tenant: str, contact_id: str, reason: str) -> None:
    """A contact that was permitted does not begin: it counts for nothing, and its act is decided anew by the next plan."""
    contact = Contact.objects.select_related("permit").get(tenant_id=tenant, contact_id=contact_id)
    contact.state = "failed"
    contact.save(update_fields=["state"])
    if contact.permit is not None:
        Act.objects.filter(act_id=contact.permit.act_id).update(state="refused", reason=reason, changed_at=Now())
    audit.record(audit.Entry("contact.withdrawn", "contact", contact_id, contact.person_id, {"reason": reason}))


def _permit(tenant: str, each: Decided) -> Permit:
    verdict, act = each.verdict, each.held.act
    assert verdict is not None
    return Permit(
        tenant_id=tenant,
        permit_id=each.permit_id,
        act_id=act.act_id,
        person_id=act.person_id,
        person_version=each.held.person_version,
        expires_at=each.expires_at,
        **judged_columns(verdict, each.held.facts),
    )


def judged_columns(verdict: Verdict, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a permit keeps of its verdict, and of the facts that it was given on."""
    plain = plain_facts(facts)
    return {
        "verdict": verdict.verdict,
        "rules": list(verdict.rules),
        "duties": list(verdict.duties),
        "pack_version": verdict.pack_version,
        "facts": plain,
        "facts_digest": digest_json(plain),
    }


def _contact(tenant: str, worker: str, each: Decided) -> Contact:
    act = each.held.act
    return Contact(
        tenant_id=tenant,
        contact_id=each.contact_id,
        person_id=act.person_id,
        loan_id=act.loan_id,
        contact_point_id=act.contact_point_id or None,
        at=each.held.now,
        channel=act.channel,
        purpose=act.purpose,
        permit_id=each.permit_id,
        actor_kind=act.actor_kind,
        agency_id=act.agency_id,
        state="claimed",
        worker=worker,
    )


def _message(tenant: str, each: Decided, box: Sealer) -> Message:
    composed = each.composed
    assert composed is not None
    return Message(
        tenant_id=tenant,
        contact_id=each.contact_id,
        template=composed.template,
        template_version=composed.template_version,
        language=composed.language,
        text_sealed=box.seal("message", f"{composed.subject}\n\n{composed.body}"),
        digest=composed.digest,
        expires_at=each.expires_at,
    )


def _entry(each: Decided) -> audit.Entry:
    verdict, act = each.verdict, each.held.act
    assert verdict is not None
    return audit.Entry(
        "contact.permitted",
        "contact",
        each.contact_id,
        act.person_id,
        {
            "act": str(act.act_id),
            "permit": str(each.permit_id),
            "channel": act.channel,
            "purpose": act.purpose,
            "verdict": verdict.verdict,
            "rules": list(verdict.rules),
            "duties": list(verdict.duties),
            "pack": verdict.pack_version,
            "template": each.composed.template if each.composed else "",
            "message_digest": each.composed.digest if each.composed else "",
            "expires_at": each.expires_at.isoformat() if each.expires_at else None,
        },
    )


def plain_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON holds them; what is null is left out."""
    return {name: _json(value) for name, value in facts.items() if value is not None}


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | datetime | date) else value
