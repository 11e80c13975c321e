"""A message that somebody at the lender wants sent now: queued as an act, and sent, if at all, by the one way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import QuerySet

from forbear.compliance.permit import FORBEAR, Held, Refusal, basis_digest
from forbear.kernel.clock import Clock
from forbear.kernel.dates import local_midnight
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.agreed.call_backs import waiting_until
from forbear.records.actions.silence import lock_person
from forbear.records.desk import taking, writing
from forbear.records.desk.asking import Judged, law_of_lender, look
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import Act, Loan, MessageTemplate, Person
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

WRITTEN = ("sms", "push", "email", "im_official", "letter")
BY_HAND = "by_hand"
"""The treatment of an act that no plan wanted."""
NOT_BY_HAND = (
    "verification_code", "matter_answered", "complaint_received", "complaint_extended", "dispute_received", "hardship_received",
    "plan_instalment_due", "plan_missed", "left_notice", "to_representative",
)  # fmt: skip
"""Texts that only what they belong to may send: a code is for the person's eyes, an answer is written at its desk, and what tells
of a plan, a visit or a representative is true only where there is one."""


@dataclass(frozen=True)
class Wanted:
    """A message that is wanted: to whom, about which loan, by what, to which point, of which template.

    ``key`` is the asker's own: the same one again is the same wish.
    """

    person_id: str
    loan_id: str
    channel: str
    contact_point_id: str
    template: str
    key: UUID


@dataclass(frozen=True)
class Queued:
    """The act that waits, or with a refusal the one that does not."""

    act_id: UUID
    judged: Judged | None
    is_new: bool


def want_message(scope: Scope, wanted: Wanted, clock: Clock) -> Queued:
    """Queue a message as an act, where the law lets the person be contacted by that channel now. A refusal is written down.

    It is judged again, with its words, at the moment of sending.

    Raises:
        InputError: ``unknown_person``, ``unknown_loan``, ``unknown_channel``; ``unknown_template`` for one that is not approved.
        LawError, UsageError: the tenant's law cannot be read.
    """
    act_id = uuid5(FORBEAR, f"wanted:{scope.tenant}:{wanted.key}")
    with acting(scope):
        person = lock_person(scope.tenant, wanted.person_id)
        standing = Act.objects.filter(tenant_id=scope.tenant, act_id=act_id).first()
        if standing is not None:
            return Queued(act_id, None, is_new=False)
        purpose = _checked(scope, wanted)
        now = clock.now()
        lender = lender_settings(scope.tenant, now)
        with acting(Scope(scope.tenant, scope.actor)):
            asked = {wanted.channel: wanted.contact_point_id}
            judged = look(scope.tenant, person, wanted.loan_id, asked, lender, now, agency_id=scope.agency_id)[
                wanted.channel
            ]
            act = _act(scope, act_id, wanted, purpose, lender, now, judged)
            act.save()
            if judged.refusal is not None:
                refusal = Refusal(judged.refusal.code, act_id, judged.refusal.detail, judged.refusal.verdict)
                writing.write_refusal(act, refusal)
                return Queued(act_id, judged, is_new=True)
            told = {
                "channel": act.channel,
                "template": act.template,
                "loan": act.loan_id,
                "until": act.latest_at.isoformat(),
            }
            audit.record(audit.Entry("act.queued", "act", str(act_id), act.person_id, told))
            return Queued(act_id, judged, is_new=True)


def _checked(scope: Scope, wanted: Wanted) -> str:
    """The purpose of the template, where person, loan, channel and template go together."""
    if wanted.channel not in WRITTEN:
        raise InputError(
            "unknown_channel", f"There is no channel {wanted.channel!r}.", do=f"There are: {', '.join(WRITTEN)}."
        )
    loans = Loan.objects.filter(tenant_id=scope.tenant, loan_id=wanted.loan_id, person_id=wanted.person_id)
    if not loans.exists():
        raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=wanted.loan_id)
    purpose = (
        texts_by_hand(scope.tenant)
        .filter(code=wanted.template, channel=wanted.channel)
        .values_list("purpose", flat=True)
        .first()
    )
    if purpose is None:
        raise InputError("unknown_template", "There is no such version of a template.", template=wanted.template)
    return str(purpose)


def texts_by_hand(tenant: str) -> QuerySet[MessageTemplate]:
    """The approved texts that somebody may have sent by hand, in every language."""
    standing = MessageTemplate.objects.filter(tenant_id=tenant, channel__in=WRITTEN, withdrawn_at__isnull=True)
    return standing.exclude(approved_by="").exclude(code__in=NOT_BY_HAND)


def held_as_wanted(
    scope: Scope, person: Person, wanted: Sequence[tuple[Wanted, str]], lender: LenderSettings, now: datetime
) -> list[Held | Refusal]:
    """Each message with its purpose as it would be taken up at this minute, were it wanted now: read only, nothing is locked.

    In a scope that sees the whole tenant: what others did counts.

    Raises:
        LawError, UsageError: the tenant's law cannot be read.
    """
    acts = [
        _act(
            scope,
            uuid5(FORBEAR, f"preview:{scope.tenant}:{each.channel}:{each.template}"),
            each,
            purpose,
            lender,
            now,
            None,
        )
        for each, purpose in wanted
    ]
    why = _against_all(scope.tenant, person.person_id, lender, now)
    if why is not None:
        return [Refusal(why, act.act_id) for act in acts]
    law, people = law_of_lender(lender, now), {person.person_id: person}
    return taking.hold_acts(scope.tenant, acts, people, law, lender, now, sealer(scope.tenant))


def _against_all(tenant: str, person_id: str, lender: LenderSettings, now: datetime) -> str | None:
    """What stands against every message before the law is asked."""
    if taking.feed_is_stale(tenant, lender, now):
        return "feed_stale"
    return "early" if waiting_until(tenant, [person_id], now) else None


def _act(
    scope: Scope, act_id: UUID, wanted: Wanted, purpose: str, lender: LenderSettings, now: datetime,
    judged: Judged | None,
) -> Act:  # fmt: skip
    today = lender.date_of(now)
    midnight = local_midnight(today + timedelta(days=1), lender.time_zone)
    return Act(
        tenant_id=scope.tenant,
        act_id=act_id,
        person_id=wanted.person_id,
        loan_id=wanted.loan_id,
        business_date=today,
        channel=wanted.channel,
        purpose=purpose,
        treatment=BY_HAND,
        template=wanted.template,
        contact_point_id=wanted.contact_point_id,
        actor_kind="agency" if scope.agency_id else "lender",
        agency_id=scope.agency_id,
        earliest_at=now,
        latest_at=min(midnight, judged.window.ends_at) if judged and judged.window else midnight,
        basis_digest=basis_digest(judged.held.facts) if judged and judged.held else "",
    )
