"""What is written down about a person from their screen: notes, holds, disputes, complaints, offers, and messages that are wanted."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from forbear.day.judging import POINT_OF
from forbear.doors.console.collector.debts import debts_of
from forbear.doors.console.collector.now import CALL, best_points, channels_now, refusal_sentence
from forbear.doors.console.collector.offers import approvable, offer_now
from forbear.doors.console.collector.worklist import cents_of
from forbear.doors.console.drawing import said
from forbear.doors.console.places import visitor_of
from forbear.doors.console.reading import maybe_day
from forbear.kernel.dates import local_midnight
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.actions.agreed.arrangements import propose_arrangement
from forbear.records.actions.cases import note
from forbear.records.actions.holds import end_hold, place_hold
from forbear.records.actions.redress import open_complaint, open_dispute
from forbear.records.approved.approvals import Wanted as Approvable
from forbear.records.approved.approvals import ask_approval
from forbear.records.desk.messages import Wanted, want_message
from forbear.records.models import Hold, Person


def write_note(request: HttpRequest, person_id: str) -> HttpResponse:
    """A note."""
    visitor = visitor_of(request)
    note(visitor.scope, person_id, _key(request), request.POST.get("text", ""))
    return said(request, _("The note was kept."), "person", person_id=person_id)


def hold(request: HttpRequest, person_id: str) -> HttpResponse:
    """Place a hold, with the reason as a note; or lift one."""
    visitor = visitor_of(request)
    today, text = visitor.today, request.POST.get("text", "").strip()
    if not text:
        raise InputError("bad_note", "A hold is placed and lifted for a reason.", do="Say why.", person=person_id)
    lifted = request.POST.get("lift", "")
    if lifted:
        row = Hold.objects.filter(tenant_id=visitor.tenant, hold_id=lifted, person_id=person_id).first()
        if row is None:
            raise InputError("unknown_hold", "There is no such hold.", hold=lifted[:64])
        end_hold(visitor.scope, lifted, max(today, row.starts_on))
        note(visitor.scope, person_id, _key(request), text)
        return said(request, _("The hold was lifted."), "person", person_id=person_id)
    silenced = place_hold(
        visitor.scope, person_id, request.POST.get("kind", ""), today, ends_on=maybe_day(request, "ends_on")
    )
    note(visitor.scope, person_id, _key(request), text)
    done = _("The hold stands; {count} waiting contacts were withdrawn.").format(count=silenced.withdrawn_count)
    return said(request, done, "person", person_id=person_id)


def dispute(request: HttpRequest, person_id: str) -> HttpResponse:
    """The person says that something is wrong: taken in, and collection stops."""
    visitor = visitor_of(request)
    opened = open_dispute(
        visitor.scope, person_id, request.POST.get("kind", ""), request.POST.get("text", "")[:2_000], visitor.today
    )
    return said(request, _taken(_("The dispute was taken in."), opened.due_on), "person", person_id=person_id)


def complaint(request: HttpRequest, person_id: str) -> HttpResponse:
    """The person complains: taken in, tied to the contact that it is about."""
    visitor = visitor_of(request)
    opened = open_complaint(
        visitor.scope, person_id, request.POST.get("kind", ""), request.POST.get("text", "")[:2_000], visitor.today,
        contact_id=request.POST.get("contact", ""),
    )  # fmt: skip
    return said(request, _taken(_("The complaint was taken in."), opened.due_on), "person", person_id=person_id)


def message(request: HttpRequest, person_id: str) -> HttpResponse:
    """A message that is wanted now: it waits for the one way out, or the law refuses it here."""
    visitor = visitor_of(request)
    channel, _colon, template = request.POST.get("text", "").partition(":")
    point = best_points(visitor.tenant, person_id).get(POINT_OF.get(channel, ""), "")
    wanted = Wanted(person_id, request.POST.get("loan", ""), channel, point, template, _key(request))
    queued = want_message(visitor.scope, wanted, visitor.clock)
    if queued.judged is not None and queued.judged.refusal is not None:
        reason = refusal_sentence(visitor, queued.judged)
        text = _("The message may not be sent now. {reason}").format(reason=reason)
    else:
        text = _("The message waits to be sent; it is judged once more then.")
    return said(request, text, "person", person_id=person_id)


def offer(request: HttpRequest, person_id: str) -> HttpResponse:
    """Take down that the person wants what may be offered today: nothing else can be chosen."""
    visitor = visitor_of(request)
    found = Person.objects.filter(tenant_id=visitor.tenant, person_id=person_id).first()
    loan_id, months = request.POST.get("loan", ""), request.POST.get("months", "")
    if found is None:
        raise InputError("unknown_person", "There is no such person.", do="Feed the book first.", person=person_id[:64])
    if loan_id not in {debt.loan.loan_id for debt in debts_of(visitor, person_id, visitor.today)}:
        raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=loan_id[:64])
    _channels, judged = channels_now(visitor, found, loan_id, (CALL,))
    standing = offer_now(visitor, judged.held.facts, visitor.today) if judged.held else None
    term = standing.term(months) if standing else None
    cents = cents_of(request.POST.get("amount", "")) or 0
    price = standing.settlement if standing else None
    if standing is None or (
        term is None and (price is None or not price.least_cents <= cents <= price.outstanding_cents)
    ):
        do = "Offer what stands on the person's screen."
        raise InputError("not_offered", "This may not be offered to the person today.", do=do, person=person_id)
    terms = approvable(standing, term, cents)
    if standing.needs_approval:
        until = local_midnight(standing.until_on + timedelta(days=1), visitor.lender.time_zone)
        ask_approval(visitor.scope, Approvable("offer", person_id, standing.code, until, loan_id, terms))
        return said(request, _("A second person was asked to approve it."), "person", person_id=person_id)
    propose_arrangement(
        visitor.scope,
        loan_id,
        standing.kind,
        str(_key(request)),
        term_months=term.months if term else None,
        terms=terms,
    )
    return said(
        request,
        _("The wish was taken down; it becomes an arrangement when it is signed."),
        "person",
        person_id=person_id,
    )


def _taken(text: str, due_on: date | None) -> str:
    return text + " " + _("It is to be answered by {day}.").format(day=due_on.isoformat()) if due_on else text


def _key(request: HttpRequest) -> UUID:
    """The form's own key.

    Raises:
        InputError: ``bad_key`` for one that is none.
    """
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise InputError("bad_key", "The form lacks its key.", do="Load the page anew and send it again.") from error
