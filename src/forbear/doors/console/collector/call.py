"""A call: asked for, begun, spoken by a script that says who calls first, and recorded by the keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from forbear.book.schema import CONTACTS
from forbear.compliance.permit import Held, Refusal
from forbear.dispatch.message import Template, render
from forbear.doors.console.collector.debts import debts_of
from forbear.doors.console.collector.listing import Day
from forbear.doors.console.collector.now import CALL, best_points, channels_now, refusal_sentence
from forbear.doors.console.collector.offers import Offer, offer_now, term_options
from forbear.doors.console.collector.person import see
from forbear.doors.console.collector.worklist import cents_of, yuan
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import read_day
from forbear.kernel.dates import zone
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records.actions.dispositions import Promised
from forbear.records.actions.redress import DISPUTE_KINDS
from forbear.records.actions.templates import usable_template
from forbear.records.desk.agency import Asked
from forbear.records.desk.calls import CallSaid, begin_call, finish_call
from forbear.records.models import Contact, Person

RESULT_KEYS = (("conversation", "1"), ("no_answer", "2"), ("busy", "3"), ("voicemail", "4"), ("invalid_number", "5"))
WRONG_PERSON_KEY = "6"
REASON_KEYS = ("f", "l", "w", "i", "u", "o", "d", "x")
OUTCOME_KEYS = (
    ("promise", "p"), ("plan", "a"), ("hardship", "h"), ("dispute", "b"), ("stop", "t"), ("refuses", "r"), ("stalls", "z"),
    ("none", "m"),
)  # fmt: skip
PROMISE_DAYS = ((0, "7"), (1, "8"), (3, "9"), (7, "0"))
SCRIPTS = ("call_to_learn_the_reason", "call_to_find_a_solution")
"""What a call is for: first to learn the reason, and where it is known, to find a way."""
LANGUAGES = ("zh_CN", "zh_TW", "en")


def begin(request: HttpRequest, person_id: str) -> HttpResponse:
    """Ask for the call and, where it may be made, begin it."""
    visitor = visitor_of(request)
    point = best_points(visitor.tenant, person_id).get("mobile", "")
    asked = Asked(person_id, request.POST.get("loan", ""), CALL, request.POST.get("point") or point)
    begun = begin_call(visitor.scope, asked, visitor.clock)
    if begun.contact_id:
        return HttpResponseRedirect(reverse("call", kwargs={"person_id": person_id, "contact_id": begun.contact_id}))
    reason = refusal_sentence(visitor, begun.judged)
    return said(
        request, _("The call may not be made now. {reason}").format(reason=reason), "person", person_id=person_id
    )


def call(request: HttpRequest, person_id: str, contact_id: str) -> HttpResponse:
    """The script and the panel; sent, what came of the call."""
    visitor = visitor_of(request)
    contact = Contact.objects.filter(
        tenant_id=visitor.tenant, contact_id=contact_id, person_id=person_id, channel=CALL
    ).first()
    if contact is None:
        raise InputError("unknown_contact", "There is no such call.", contact=contact_id[:64])
    if contact.ended_at is not None and request.method != "POST":
        return said(request, _("This call is over."), "person", person_id=person_id)
    if request.method != "POST":
        return _panel(request, contact, {}, {})
    day = Day.of(visitor.clock.now(), visitor.lender.time_zone)
    told, wrong = told_of(request.POST, day)
    if told.outcome == "plan" and not _is_offered(visitor, contact, told, day):
        wrong["plan_months"] = _("This may not be offered to the person today.")
    if not wrong:
        try:
            finish_call(visitor.scope, contact_id, told, visitor.clock)
        except InputError as error:
            wrong = {"form": code_words("error", error.code)}
    if wrong:
        return _panel(request, contact, request.POST, wrong)
    return said(request, _("Saved."), "worklist_next")


def told_of(form: Mapping[str, str], day: Day) -> tuple[CallSaid, dict[str, str]]:
    """What a form tells of a call, and what is wrong with it by field."""
    wrong: dict[str, str] = {}
    result = form.get("result", "")
    is_right = result == "conversation" and form.get("is_right_party") == "yes"
    outcome = form.get("outcome", "none") if is_right else "none"
    if not result:
        wrong["result"] = _("Say what came of it.")
    promised = _promised(form, day, wrong) if outcome == "promise" else None
    months = form.get("plan_months", "")
    told = CallSaid(
        result=result,
        is_right_party=is_right,
        outcome=outcome or "none",
        reason_code=form.get("reason_code", "") if is_right else "",
        promised=promised,
        plan=(form.get("plan_kind", ""), int(months) if months.isdecimal() else None) if outcome == "plan" else None,
        dispute_kind=form.get("dispute_kind", "other"),
        text="" if result == "wrong_person" else form.get("text", "")[:2_000],
        next_at=_next_at(form, day, wrong),
    )
    return told, wrong


def _promised(form: Mapping[str, str], day: Day, wrong: dict[str, str]) -> Promised | None:
    cents = cents_of(form.get("promise_amount", ""))
    if not cents:
        wrong["promise_amount"] = _("An amount has digits and at most two decimals.")
    days = form.get("promise_in", "")
    due_on = read_day(form.get("promise_on", "")) or (
        day.today + timedelta(days=int(days)) if days.isdecimal() else None
    )
    if due_on is None or due_on < day.today:
        wrong["promise_on"] = _("Choose a day from today on.")
    return Promised(cents, due_on) if cents and due_on and not wrong else None


def _next_at(form: Mapping[str, str], day: Day, wrong: dict[str, str]) -> datetime | None:
    """The instant of the next call on the lender's clock; without an hour the beginning of the day."""
    on = read_day(form.get("next_on", ""))
    if on is None:
        return None
    try:
        hour = time.fromisoformat(form.get("next_hour") or "00:00")
    except ValueError:
        hour = time(0)
    if on < day.today:
        wrong["next_on"] = _("Choose a day from today on.")
        return None
    return datetime.combine(on, hour, tzinfo=zone(day.zone_name))


def _panel(request: HttpRequest, contact: Contact, form: Mapping[str, str], wrong: Mapping[str, str]) -> HttpResponse:
    visitor = visitor_of(request)
    seen = see(visitor, contact.person_id)
    day = Day.of(visitor.clock.now(), visitor.lender.time_zone)
    debts = debts_of(visitor, contact.person_id, day.today)
    _channels, judged = channels_now(visitor, seen.person, contact.loan_id or "", (CALL,))
    script, why_none = script_of(visitor.tenant, judged.held) if judged.held else ("", "")
    offer = offer_now(visitor, judged.held.facts, day.today) if judged.held else None
    overdue = next((debt.overdue_cents for debt in debts if debt.loan.loan_id == contact.loan_id), 0)
    return draw(
        request, "collector/call.html.jinja", 422 if wrong else 200, section="worklist", seen=seen, contact=contact,
        debts=debts, script=script, why_no_script=why_none, offer=offer, form=form, wrong=wrong, today=day.today,
        results=[(code, code_words("result", code), key) for code, key in RESULT_KEYS], wrong_person_key=WRONG_PERSON_KEY,
        reasons=[(code, code_words("reason_code", code), key)
                 for code, key in zip(CONTACTS.field("reason_code").codes, REASON_KEYS, strict=True)],
        outcomes=[(code, code_words("outcome_of_call", code), key) for code, key in OUTCOME_KEYS if _is_open(code, offer)],
        promise_days=[(str(days), _in_days(days), key) for days, key in PROMISE_DAYS], amount=yuan(overdue),
        term_options=term_options(offer),
        dispute_kinds=[(code, code_words("matter", code)) for code in DISPUTE_KINDS],
    )  # fmt: skip


def _is_open(outcome: str, offer: Offer | None) -> bool:
    """A plan can be taken down only where one may be offered today."""
    return outcome != "plan" or (offer is not None and not offer.needs_approval and bool(offer.terms))


def _is_offered(visitor: Visitor, contact: Contact, told: CallSaid, day: Day) -> bool:
    """Whether the plan that was taken down is one of those offered today; one told before stands as it was told."""
    if contact.ended_at is not None:
        return True
    person = Person.objects.get(tenant_id=visitor.tenant, person_id=contact.person_id)
    _channels, judged = channels_now(visitor, person, contact.loan_id or "", (CALL,))
    offer = offer_now(visitor, judged.held.facts, day.today) if judged.held else None
    kind, months = told.plan or ("", None)
    return offer is not None and _is_open("plan", offer) and offer.kind == kind and offer.term(str(months)) is not None


def _in_days(days: int) -> str:
    named = {0: _("today"), 1: _("tomorrow")}
    return named.get(days) or _("in {days} days").format(days=days)


def script_of(tenant: str, held: Held) -> tuple[str, str]:
    """What is to be said, in the person's language: the approved text with amounts read anew; else why there is none."""
    code = SCRIPTS[1] if held.facts.get("reason_code") else SCRIPTS[0]
    language = held.recipient.language if held.recipient.language in LANGUAGES else LANGUAGES[0]
    row = usable_template(tenant, code, CALL, language)
    if row is None:
        return "", code_words("refusal", "no_template")
    template = Template(row.code, row.version, row.channel, row.purpose, row.language, row.subject, row.body)
    made: Any = render(template, held, {})
    return ("", code_words("refusal", made.code)) if isinstance(made, Refusal) else (made.body, "")
