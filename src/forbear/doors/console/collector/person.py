"""One screen a person: what they owe, everything that happened, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from forbear.book.schema import HOLD_KINDS
from forbear.compliance.permit import FORBEAR
from forbear.doors.console.collector.debts import Debt, debts_of
from forbear.doors.console.collector.listing import Day
from forbear.doors.console.collector.now import channels_now
from forbear.doors.console.collector.offers import Offer, offer_now, plan_words, term_options
from forbear.doors.console.collector.timeline import PAGE_SIZE, SOURCES, Page, Whose, contact_words, place_of, timeline
from forbear.doors.console.collector.worklist import yuan
from forbear.doors.console.drawing import draw
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.dates import zone
from forbear.kernel.errors import InputError, UsageError
from forbear.kernel.language import code_words
from forbear.records.actions.redress import COMPLAINT_KINDS, DISPUTE_KINDS
from forbear.records.desk.calls import open_call
from forbear.records.desk.messages import WRITTEN
from forbear.records.models import Case, Consent, Contact, ContactPoint, Hold, Person
from forbear.records.reveal import Asking, Shown, reveal

FILE_SIZE = 1_000
"""How many entries of the timeline a printed case file has at most."""
CONTACTS_TO_CHOOSE = 50
"""How many of a person's latest contacts a complaint can be tied to by choice."""
MAY_CALL = ("collector", "leader")
WORDS = ("messages", "inbound", "complaints", "disputes")


@dataclass(frozen=True)
class Seen:
    """A person as the visitor sees them: opened by role, and written down."""

    person: Person
    case: Case | None
    name: str
    values: Mapping[str, str]
    notes: Mapping[str, str]
    local_now: datetime
    is_elsewhere: bool


def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """The whole screen."""
    visitor = visitor_of(request)
    day = Day.of(visitor.clock.now(), visitor.lender.time_zone)
    seen = see(visitor, person_id)
    debts = debts_of(visitor, person_id, day.today)
    chosen = _chosen(debts, request.GET.get("loan", ""))
    channels, call = channels_now(visitor, seen.person, chosen.loan.loan_id) if chosen else ([], None)
    offer = offer_now(visitor, call.held.facts, day.today) if call is not None and call.held is not None else None
    may_write = visitor.role != "auditor"
    may_send = may_write and any(each.is_allowed and each.channel in WRITTEN for each in channels)
    return draw(
        request, "collector/person.html.jinja", section="people", seen=seen, debts=debts, chosen=chosen, channels=channels,
        offer=offer, offer_amount=_price(offer), term_options=term_options(offer), plan_words=plan_words,
        page=_page(visitor, seen, debts, request), kinds=list(SOURCES), kind=request.GET.get("kind", ""),
        points=points_of(visitor.tenant, person_id, seen.values), consents=_consents(visitor.tenant, person_id),
        holds=_holds(visitor.tenant, person_id, day.today), may_call=visitor.role in MAY_CALL,
        may_write=may_write, standing_call=open_call(visitor.scope, person_id), today=day.today,
        hold_kinds=_options("hold", HOLD_KINDS), dispute_kinds=_options("matter", DISPUTE_KINDS),
        complaint_kinds=_options("matter", COMPLAINT_KINDS), may_send=may_send, contacts=contacts_to_choose(visitor, person_id),
        key=fresh_key(visitor, person_id),
    )  # fmt: skip


def case_file(request: HttpRequest, person_id: str) -> HttpResponse:
    """Everything of a person on one page, to be printed."""
    visitor = visitor_of(request)
    day = Day.of(visitor.clock.now(), visitor.lender.time_zone)
    seen = see(visitor, person_id)
    debts = debts_of(visitor, person_id, day.today)
    return draw(
        request, "collector/file.html.jinja", section="people", seen=seen, debts=debts, now=day.now,
        page=timeline(_whose(visitor, seen, debts, None), size=FILE_SIZE), holds=_holds(visitor.tenant, person_id, day.today),
        points=points_of(visitor.tenant, person_id, seen.values), consents=_consents(visitor.tenant, person_id),
    )  # fmt: skip


def words(request: HttpRequest, person_id: str) -> HttpResponse:
    """What was said in a message, an answer, a complaint or a dispute: opened by role, and written down."""
    visitor = visitor_of(request)
    name, key = request.POST.get("field", ""), request.POST.get("id", "")
    if name not in WORDS:
        raise InputError("unknown_field", f"There is no field {name[:40]!r}.", do=f"There are: {', '.join(WORDS)}.")
    shown = reveal(visitor.scope, Asking(visitor.role, "case_work"), person_id, [name], visitor.clock)
    found = next((each for each in shown if each.id == key), None)
    template = (
        "collector/words_part.html.jinja" if request.headers.get("HX-Request") else "collector/words_page.html.jinja"
    )
    return draw(request, template, section="people", found=found, person_id=person_id)


def see(visitor: Visitor, person_id: str) -> Seen:
    """A person with what the visitor's role may see of them.

    Raises:
        InputError: ``unknown_person``, also for one whom the visitor does not see.
    """
    shown = reveal(
        visitor.scope, Asking(visitor.role, "case_work"), person_id, ("name", "contact_points", "notes"), visitor.clock
    )
    found = Person.objects.get(tenant_id=visitor.tenant, person_id=person_id)
    case = Case.objects.filter(tenant_id=visitor.tenant, person_id=person_id, closed_on__isnull=True).first()
    own_zone = found.time_zone or visitor.lender.time_zone
    try:
        local = visitor.clock.now().astimezone(zone(own_zone))
    except UsageError:
        local = visitor.clock.now().astimezone(zone(visitor.lender.time_zone))
    ours = visitor.clock.now().astimezone(zone(visitor.lender.time_zone))
    return Seen(
        person=found,
        case=case,
        name=next((each.text for each in shown if each.field == "name"), ""),
        values=_texts(shown, "contact_points"),
        notes=_texts(shown, "notes"),
        local_now=local,
        is_elsewhere=local.utcoffset() != ours.utcoffset(),
    )


def points_of(tenant: str, person_id: str, values: Mapping[str, str]) -> list[dict[str, object]]:
    """The contact points of a person with their values as shown; removed ones last, without."""
    rows = ContactPoint.objects.filter(tenant_id=tenant, person_id=person_id).order_by(
        "removed_at", "kind", "contact_point_id"
    )
    return [
        {"point": row, "text": values.get(row.contact_point_id, "") if row.removed_at is None else ""} for row in rows
    ]


def fresh_key(visitor: Visitor, person_id: str) -> UUID:
    """A key for a form that must not be done twice: of who has it drawn, about whom, and when."""
    return uuid5(FORBEAR, f"form:{visitor.tenant}:{visitor.scope.actor}:{person_id}:{visitor.clock.now().isoformat()}")


def _texts(shown: Sequence[Shown], name: str) -> dict[str, str]:
    return {each.id: each.text for each in shown if each.field == name}


def _chosen(debts: Sequence[Debt], loan_id: str) -> Debt | None:
    """The loan that is asked about: the one that was named, else the one with most overdue."""
    return next((debt for debt in debts if debt.loan.loan_id == loan_id), debts[0] if debts else None)


def _whose(visitor: Visitor, seen: Seen, debts: Sequence[Debt], before: tuple[datetime, str] | None) -> Whose:
    return Whose(
        visitor.tenant, seen.person.person_id, [debt.loan.loan_id for debt in debts], zone(visitor.lender.time_zone),
        visitor.lender.law, before, seen.notes,
    )  # fmt: skip


def _page(visitor: Visitor, seen: Seen, debts: Sequence[Debt], request: HttpRequest) -> Page:
    before = place_of(request.GET.get("before", ""))
    return timeline(_whose(visitor, seen, debts, before), request.GET.get("kind", ""), PAGE_SIZE)


def _consents(tenant: str, person_id: str) -> list[Consent]:
    standing = Consent.objects.filter(tenant_id=tenant, person_id=person_id, revoked_at__isnull=True)
    return list(standing.order_by("-given_at", "-id")[:20])


def _holds(tenant: str, person_id: str, today: date) -> list[Hold]:
    standing = Hold.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=today), tenant_id=tenant, person_id=person_id
    )
    return list(standing.order_by("starts_on", "id"))


def _options(context: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, code_words(context, code)) for code in codes]


def _price(offer: Offer | None) -> str:
    """The lowest price of a settlement, as people type it."""
    return yuan(offer.settlement.least_cents) if offer and offer.settlement else ""


def contacts_to_choose(visitor: Visitor, person_id: str) -> list[tuple[str, str]]:
    """The latest contacts of a person, each by its id with when, by what and what came of it in words."""
    rows = Contact.objects.filter(tenant_id=visitor.tenant, person_id=person_id).order_by("-at", "-id")[
        :CONTACTS_TO_CHOOSE
    ]
    return [(each.contact_id, contact_words(each, visitor.lender.time_zone)) for each in rows]
