"""Acts that are due, taken up: locked, with their people, and one fresh row of facts each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from forbear.compliance.cases.history import whole_units
from forbear.compliance.permit import ActAsked, Held, Recipient, Refusal
from forbear.kernel.dates import zone
from forbear.kernel.errors import UsageError
from forbear.records.approved.approvals import standing
from forbear.records.feed.addresses import REGION, normal_form
from forbear.records.fresh_facts import LawOfDay, fresh_facts
from forbear.records.lender import LenderSettings
from forbear.records.models import Act, Agency, Contact, ContactPoint, Import, Person
from forbear.records.sealing import Sealer

ANSWERS = ("service_reply",)
"""Purposes of what answers the person: owed at once, whatever was agreed about the next contact."""
REPLY = "reply"
"""The treatment of an act that answers what the person sent: the person began it."""
_UNKNOWN_POINT = {"contact_point_source": "none", "contact_point_state": "none"}


def due_acts(tenant: str, channel: str, now: datetime, limit: int) -> list[Act]:
    """Acts of a channel whose time has come, locked; those that somebody else has locked are left to them."""
    waiting = Act.objects.select_for_update(skip_locked=True).filter(
        Q(try_after_at__isnull=True) | Q(try_after_at__lte=now),
        tenant_id=tenant,
        channel=channel,
        state="queued",
        earliest_at__lte=now,
    )
    return list(waiting.order_by("earliest_at", "id")[:limit])


def lock_people(tenant: str, acts: Sequence[Act]) -> dict[str, Person]:
    """The people of acts, locked in the order of their keys. One whom somebody else has locked is left out.

    Not waited for: whoever holds the person may be about to withdraw the very act.
    """
    wanted = {act.person_id for act in acts}
    locked = Person.objects.select_for_update(skip_locked=True).filter(tenant_id=tenant, person_id__in=wanted)
    return {person.person_id: person for person in locked.order_by("id")}


def one_a_person(acts: Sequence[Act], people: Mapping[str, Person]) -> list[Act]:
    """The first act of each person who could be locked; the others stay queued."""
    chosen: dict[str, Act] = {}
    for act in acts:
        if act.person_id in people:
            chosen.setdefault(act.person_id, act)
    return list(chosen.values())


def feed_is_stale(tenant: str, lender: LenderSettings, now: datetime) -> bool:
    """Whether the last book feed is too old to act on, or there was none."""
    latest = (
        Import.objects.filter(tenant_id=tenant, ended_at__isnull=False)
        .order_by("-fed_at")
        .values_list("fed_at", flat=True)
        .first()
    )
    return latest is None or now - latest > timedelta(hours=lender.feed_hours_max)


def hold_acts(
    tenant: str, acts: Sequence[Act], people: Mapping[str, Person], law: LawOfDay, lender: LenderSettings, now: datetime,
    box: Sealer,
) -> list[Held | Refusal]:  # fmt: skip
    """Each act with its person and one fresh row of facts, or why that cannot be."""
    facts = fresh_facts(law, tenant, sorted(people))
    points = {
        point.contact_point_id: point
        for point in ContactPoint.objects.filter(tenant_id=tenant, person_id__in=list(people), removed_at__isnull=True)
    }
    agencies = {each.agency_id: each for each in Agency.objects.filter(tenant_id=tenant)}
    wrong = set(
        Contact.objects.filter(tenant_id=tenant, person_id__in=list(people), result="wrong_person").values_list(
            "contact_point_id", flat=True
        )
    )
    granted = {
        (each.loan_id, each.kind)
        for each in standing(tenant, ["legal_referral", "credit_line_pause"], list(people), now)
    }
    found: list[Held | Refusal] = []
    for act in acts:
        person, row = people[act.person_id], facts.get(act.loan_id)
        point = points.get(act.contact_point_id) if act.contact_point_id else None
        if row is None:
            found.append(Refusal("no_such_loan", act.act_id, "The loan is not in the book."))
        elif person.restricted_at or person.erased_at:
            found.append(Refusal("restricted", act.act_id, "The person's data may be stored but not used."))
        elif act.contact_point_id and (point is None or point.person_id != act.person_id):
            found.append(Refusal("point_gone", act.act_id, "The contact point is no longer the person's."))
        else:
            own_zone = _zone_of(person, lender)
            agency = agencies.get(str(row.get("agency_id") or act.agency_id))
            asked = {
                **row,
                **vouched(row, lender),
                **asking(act, point, agency, now.astimezone(own_zone)),
                "is_wrong_person_point": act.contact_point_id in wrong,
                "is_legal_referral_approved": (act.loan_id, "legal_referral") in granted,
                "is_credit_line_paused": (act.loan_id, "credit_line_pause") in granted,
            }
            recipient = Recipient(
                person_id=act.person_id,
                name=box.open("name", person.name_sealed) or "",
                language=person.language or "zh_CN",
                address=_address(point, box) if point else "",
            )
            found.append(Held(_asked(act), recipient, asked, {**lender.institution}, now, own_zone.key, person.version))
    return found


def vouched(row: Mapping[str, Any], lender: LenderSettings) -> dict[str, Any]:
    """What is known of the debt itself: that it is lawful, where the lender answers for it; that no suit is filed, where none is."""
    found: dict[str, Any] = {"is_suit_filed": bool(row.get("has_legal"))}
    if lender.attests_lawful_debt and not row.get("is_over_rate_ceiling"):
        found["is_debt_unlawful"] = False
    return found


def asking(act: Act, point: ContactPoint | None, agency: Agency | None, local: datetime) -> dict[str, Any]:
    """What the gate is asked about an act beside the loan's facts: who would act on whom, by what, at which minute.

    What is not known is left out: it counts as unfavourable.
    """
    minute = local.hour * 60 + local.minute
    row: dict[str, Any] = {
        "channel": act.channel,
        "purpose": act.purpose,
        "recipient_role": "debtor",
        "recipient_has_refused": False,
        "initiated_by": "counterparty" if act.treatment == REPLY else "collector",
        "device": "official",
        "planned_minutes": 0,
        "earliest_minute": minute,
        "latest_minute": minute + 1,
        "has_message_expiry": True,
        "actor_kind": act.actor_kind,
        **_UNKNOWN_POINT,
    }
    if point is not None:
        row |= {"contact_point_source": point.source, "contact_point_state": point.state}
    if agency is not None:
        row |= agency_facts(agency, local.date())
    return row


def agency_facts(agency: Agency, day: date) -> dict[str, Any]:
    """What the register says of an agency on a day, by the names of the law's facts; what it does not know is left out."""
    listed = agency.white_list_from is not None and agency.white_list_from <= day
    mandate = agency.contract_starts_on is not None and agency.contract_starts_on <= day
    facts: dict[str, Any] = {
        "actor_kind": "agency",
        "agency_name": agency.name,
        "is_agency_on_white_list": listed and not _is_over(agency.white_list_until, day),
        "has_agency_mandate": mandate and not _is_over(agency.contract_ends_on, day),
        "is_agency_sub_delegated": agency.is_sub_delegated,
        "is_debtor_told_of_agency": agency.placements_told,
    }
    if agency.evaluated_on is not None:
        facts["agency_months_since_evaluation"] = whole_units(agency.evaluated_on, day, "months_begun")
    return facts


def _is_over(until: date | None, day: date) -> bool:
    return until is not None and until <= day


def _address(point: ContactPoint, box: Sealer) -> str:
    """Where the message goes, in the one form that every provider reads."""
    return normal_form(point.kind, box.open("value", point.value_sealed) or "", REGION)


def _zone_of(person: Person, lender: LenderSettings) -> ZoneInfo:
    try:
        return zone(person.time_zone or lender.time_zone)
    except UsageError:
        return zone(lender.time_zone)


def _asked(act: Act) -> ActAsked:
    return ActAsked(
        act_id=act.act_id,
        person_id=act.person_id,
        loan_id=act.loan_id,
        channel=act.channel,
        purpose=act.purpose,
        treatment=act.treatment,
        template=act.template,
        offer=act.offer,
        contact_point_id=act.contact_point_id,
        actor_kind=act.actor_kind,
        agency_id=act.agency_id,
        earliest_at=act.earliest_at,
        latest_at=act.latest_at,
        basis_digest=act.basis_digest,
        tries_count=act.tries_count,
    )
