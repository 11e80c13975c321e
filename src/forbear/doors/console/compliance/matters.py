"""The pages of a desk: its list, one matter of it, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from forbear.day.wiring.composer import lint_answer
from forbear.dispatch.message import Finding
from forbear.doors.console.collector.person import contacts_to_choose
from forbear.doors.console.compliance.desks import (
    COMPLAINTS,
    DISPUTES,
    FILTERS,
    REQUESTS,
    Desk,
    counts_of,
    page_of,
    row_of,
)
from forbear.doors.console.compliance.details import details_in_words
from forbear.doors.console.compliance.extending import longer_of, notice_points
from forbear.doors.console.compliance.reading import colleagues, pairs, person_href, posted_id, rules_of
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.files import a_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import posted_day, query_of, text_in
from forbear.doors.design.formats import instant
from forbear.kernel.dates import zone
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words, current
from forbear.kernel.language import gettext as _
from forbear.records import audit
from forbear.records.actions import redress
from forbear.records.actions.redress.sending import CHANNEL_OF, TEMPLATE
from forbear.records.actions.templates import usable_template
from forbear.records.conduct.copying import copy_for
from forbear.records.models import Act, Contact, ContactPoint, CorrectiveMeasure, Loan, Person
from forbear.records.reveal import Asking, glimpse, reveal

View = Callable[..., HttpResponse]
CONTACTS_SHOWN = 20


def list_of(desk: Desk) -> View:
    """The list of a desk, what is overdue first."""

    def listed(request: HttpRequest) -> HttpResponse:
        visitor = visitor_of(request)
        today = visitor.today
        chosen = request.GET.get("filter", "open")
        chosen = chosen if chosen in FILTERS else "open"
        rows, after = page_of(desk, request, visitor, chosen, today)
        counts = counts_of(desk, visitor, today)
        return draw(
            request, "compliance/matters.html.jinja", section="complaints", desk=desk, rows=rows, today=today, chosen=chosen,
            names=glimpse(visitor.tenant, [each.person_id for each in rows]), person_href=person_href,
            reference=redress.reference_of, key=lambda row: getattr(row, desk.key),
            filters_of=[
                {"words": _filter_words(name), "href": f"?{query_of(request, filter=name, after=None)}",
                 "count": counts.get(name), "chosen": name == chosen}
                for name in FILTERS
            ],
            next_href=f"?{query_of(request, after=after)}" if after else "",
            first_href=f"?{query_of(request, after=None)}" if request.GET.get("after") else "",
        )  # fmt: skip

    return listed


def _filter_words(name: str) -> str:
    return {
        "open": _("Open"), "overdue": _("Overdue"), "soon": _("Due in 3 days"), "without_day": _("Without a deadline"),
        "mine": _("Mine"), "unassigned": _("Given to nobody"), "answered": _("Answered"),
    }[name]  # fmt: skip


def taking_in(desk: Desk) -> View:
    """Take a matter in: a form, and its sending."""

    def taken(request: HttpRequest) -> HttpResponse:
        visitor = visitor_of(request)
        today = visitor.today
        given = request.POST if request.method == "POST" else request.GET
        problem = ""
        if request.method == "POST":
            try:
                opened = _open(desk, request, visitor)
            except InputError as error:
                if error.code not in ("unknown_person", "unknown_contact", "unknown_loan", "bad_day"):
                    raise
                problem = error.code
            else:
                text = _("It is taken in.") if opened.is_new else _("It was taken in before.")
                return said(request, text, desk.kind, matter_id=opened.id)
        return draw(
            request, "compliance/matter_new.html.jinja", 422 if problem else 200, section="complaints", desk=desk, today=today,
            given=given, problem=problem, contacts=_contacts_of(visitor, desk, given.get("person_id", "")),
            kind_pairs=pairs(f"{desk.kind} kind", desk.kinds),
        )  # fmt: skip

    return taken


def _contacts_of(visitor: Visitor, desk: Desk, person_id: str) -> list[tuple[str, str]]:
    """The contacts of a person who is named already, where a complaint can be about one."""
    return contacts_to_choose(visitor, person_id) if desk is COMPLAINTS and person_id else []


def _open(desk: Desk, request: HttpRequest, visitor: Visitor) -> redress.Opened:
    person_id, kind, text = text_in(request, "person_id", 64), text_in(request, "kind", 24), text_in(request, "text")
    on = min(posted_day(request, "received_on"), visitor.today)
    if desk is DISPUTES:
        loan_id = text_in(request, "loan_id", 64) or None
        own = Loan.objects.filter(tenant_id=visitor.tenant, person_id=person_id, loan_id=loan_id)
        if loan_id and not own.exists():
            raise InputError("unknown_loan", "There is no such loan.", loan=loan_id)
        return redress.open_dispute(visitor.scope, person_id, kind, text, on, loan_id=loan_id)
    if desk is REQUESTS:
        return redress.open_request(visitor.scope, person_id, kind, text, on)
    return redress.open_complaint(
        visitor.scope, person_id, kind, text, on, contact_id=text_in(request, "contact_id", 64)
    )


def one_of(desk: Desk) -> View:
    """One matter: what was said, its clock, the contact it is about, and everything that was done."""

    def shown(request: HttpRequest, matter_id: UUID) -> HttpResponse:
        visitor = visitor_of(request)
        return draw_matter(request, visitor, desk, row_of(desk, visitor.tenant, matter_id))

    return shown


def draw_matter(
    request: HttpRequest, visitor: Visitor, desk: Desk, row: Any, status: int = 200, findings: Sequence[Finding] = (),
    given: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of a matter; with what stands against the words of an answer, where it was refused for them."""
    tenant, key, today = visitor.tenant, getattr(row, desk.key), visitor.today
    words = _words(visitor, desk, row)
    person = Person.objects.filter(tenant_id=tenant, person_id=row.person_id).first()
    late = redress.consequence_of_delay(tenant, desk.asked_as(row), today)
    points = _points(visitor, row, person)
    measures = list(CorrectiveMeasure.objects.filter(tenant_id=tenant, matter_id=key).order_by("due_on", "pk"))
    acts = Act.objects.filter(tenant_id=tenant, person_id=row.person_id, about=f"{desk.kind}:{key}").order_by(
        "created_at"
    )
    kept = [rule for part in (getattr(row, "found", {}) or {}).get("kept", {}).values() for rule in part["rules"]]
    return draw(
        request, "compliance/matter.html.jinja", status, section="complaints", desk=desk, row=row, key=key, today=today,
        reference=redress.reference_of(key), name=glimpse(tenant, [row.person_id]).get(row.person_id, ""), words_of=words,
        person=person, person_href=person_href(row.person_id), late_rules=rules_of(visitor, late.rules, today),
        limit_days=late.limit_days, details=details_in_words,
        history_rows=audit.latest(50, subject_id=str(key)), measures=measures, acts=list(acts),
        contact_pairs=_contact_pairs(visitor, row), colleagues=colleagues(visitor), findings=findings, given=given or {},
        point_pairs=[(each["id"], _point_words(each)) for each in points if each["is_ready"]],
        not_ready=_(", ").join(sorted({code_words("channel", each["channel"]) for each in points if not each["is_ready"]})),
        cause_pairs=pairs("root cause", redress.ROOT_CAUSES), measure_pairs=pairs("measure", redress.MEASURE_KINDS),
        reason_pairs=pairs("reopening", desk.reasons),
        outcome_triples=[(code, words, None) for code, words in pairs(f"{desk.kind} outcome", desk.outcomes)],
        kept_rules=rules_of(visitor, list(dict.fromkeys(kept)), today), longer=longer_of(visitor, desk, row),
        extension_reasons=pairs("extension reason", redress.EXTENSION_REASONS), notice_points=notice_points(visitor, row, person),
        is_own=bool(getattr(row, "contact_id", "")) and _is_own(tenant, row.contact_id, visitor.user.username),
    )  # fmt: skip


def _words(visitor: Visitor, desk: Desk, row: Any) -> dict[str, str]:
    """What was said, what was answered and what was agreed, as the visitor's role may see it, by id within its field."""
    asking = Asking(visitor.role, "request" if desk is REQUESTS else "complaint")
    shown = reveal(visitor.scope, asking, row.person_id, [desk.field, "answers", "measures"], visitor.clock)
    return {f"{each.field}/{each.id}": each.text for each in shown}


def _contacts(tenant: str, row: Any) -> list[Contact]:
    """The last contacts with the person, that which it is about among them."""
    own = Contact.objects.filter(tenant_id=tenant, person_id=row.person_id, direction="out")
    found = list(own.order_by("-at", "-pk")[:CONTACTS_SHOWN])
    named = getattr(row, "contact_id", "")
    if named and named not in {each.contact_id for each in found}:
        found += list(own.filter(contact_id=named))
    return found


def _contact_pairs(visitor: Visitor, row: Any) -> list[tuple[str, str]]:
    clock = zone(visitor.lender.time_zone)
    return [
        (
            each.contact_id,
            f"{instant(each.at, clock)} · {code_words('channel', each.channel)} · {code_words('result', each.result)}",
        )
        for each in _contacts(visitor.tenant, row)
    ]


def _point_words(point: Mapping[str, Any]) -> str:
    """Which point, without what it is: nobody needs the number to send an answer."""
    return f"{code_words('channel', point['channel'])} · {point['id']} · {code_words('point state', point['state'])}"


def _is_own(tenant: str, contact_id: str, username: str) -> bool:
    return Contact.objects.filter(tenant_id=tenant, contact_id=contact_id, staff_id=username).exists()


def _points(visitor: Visitor, row: Any, person: Person | None) -> list[dict[str, Any]]:
    """By what the answer may be sent, with the reason where a template that was approved is not there."""
    language = person.language if person and person.language in ("zh_CN", "zh_TW", "en") else "zh_CN"
    standing = ContactPoint.objects.filter(
        tenant_id=visitor.tenant, person_id=row.person_id, removed_at__isnull=True, kind__in=CHANNEL_OF
    )
    return [
        {
            "id": each.contact_point_id, "channel": CHANNEL_OF[each.kind], "state": each.state,
            "is_ready": usable_template(visitor.tenant, TEMPLATE, CHANNEL_OF[each.kind], language) is not None,
        }
        for each in standing.order_by("kind", "contact_point_id")
    ]  # fmt: skip


def assigning(desk: Desk) -> View:
    """Give a matter to somebody."""

    def assigned(request: HttpRequest, matter_id: UUID) -> HttpResponse:
        visitor = visitor_of(request)
        row_of(desk, visitor.tenant, matter_id)
        redress.assign_matter(visitor.scope, desk.kind, matter_id, text_in(request, "to", 150))
        return said(request, _("It is given to them."), desk.kind, matter_id=matter_id)

    return assigned


def answering(desk: Desk) -> View:
    """Answer a matter. Words that may not be sent are not taken: the page says what stands against them, and keeps them."""

    def answered(request: HttpRequest, matter_id: UUID) -> HttpResponse:
        visitor = visitor_of(request)
        row = row_of(desk, visitor.tenant, matter_id)
        answer, outcome = text_in(request, "answer"), text_in(request, "outcome", 20)
        if outcome not in desk.outcomes:
            raise InputError("not_in_list", "There is no such outcome.", do="Choose one of the form.", field="outcome")
        findings = _against(visitor, row, answer) if answer else []
        if findings:
            return draw_matter(request, visitor, desk, row, 422, findings, request.POST.dict())
        _answer(desk, visitor, request, matter_id, outcome, answer)
        point = text_in(request, "point", 64)
        if point and answer:
            redress.queue_answer(visitor.scope, desk.kind, matter_id, point, visitor.clock)
            return said(request, _("It is answered, and the answer is on its way."), desk.kind, matter_id=matter_id)
        return said(request, _("It is answered."), desk.kind, matter_id=matter_id)

    return answered


def _answer(desk: Desk, visitor: Visitor, request: HttpRequest, matter_id: UUID, outcome: str, answer: str) -> None:
    today = visitor.today
    if desk is DISPUTES:
        redress.answer_dispute(visitor.scope, matter_id, outcome, today, answer=answer)
    elif desk is REQUESTS:
        redress.answer_request(visitor.scope, matter_id, outcome, answer)
    else:
        redress.answer_complaint(
            visitor.scope, matter_id, outcome, text_in(request, "root_cause", 40), today,
            contact_id=text_in(request, "contact_id", 64), answer=answer,
        )  # fmt: skip


def _against(visitor: Visitor, row: Any, answer: str) -> list[Finding]:
    """As a letter, which has room for all that a message must say: so only the words themselves can be at fault."""
    language = Person.objects.filter(tenant_id=visitor.tenant, person_id=row.person_id).values_list(
        "language", flat=True
    )
    found = lint_answer(
        visitor.tenant, answer, "letter", language.first() or "zh_CN", visitor.clock, current().language
    )
    return [each for each in found if each.severity in ("failure", "review")]


def sending(desk: Desk) -> View:
    """Send the answer through one of the person's contact points."""

    def sent(request: HttpRequest, matter_id: UUID) -> HttpResponse:
        visitor = visitor_of(request)
        row_of(desk, visitor.tenant, matter_id)
        redress.queue_answer(visitor.scope, desk.kind, matter_id, text_in(request, "point", 64), visitor.clock)
        return said(request, _("The answer is on its way."), desk.kind, matter_id=matter_id)

    return sent


def agreeing(desk: Desk) -> View:
    """Agree on a measure."""

    def agreed(request: HttpRequest, matter_id: UUID) -> HttpResponse:
        visitor = visitor_of(request)
        row_of(desk, visitor.tenant, matter_id)
        redress.agree_measure(
            visitor.scope, desk.kind, matter_id, text_in(request, "kind", 24), text_in(request, "owner", 150),
            posted_day(request, "due_on"), text_in(request, "text"),
        )  # fmt: skip
        return said(request, _("The measure is agreed."), desk.kind, matter_id=matter_id)

    return agreed


def finishing(desk: Desk) -> View:
    """Note a measure as done."""

    def finished(request: HttpRequest, matter_id: UUID) -> HttpResponse:
        visitor = visitor_of(request)
        row_of(desk, visitor.tenant, matter_id)
        redress.finish_measure(visitor.scope, posted_id(request, "measure"))
        return said(request, _("The measure is done."), desk.kind, matter_id=matter_id)

    return finished


def reopening(desk: Desk) -> View:
    """Take an answered matter up again."""

    def reopened(request: HttpRequest, matter_id: UUID) -> HttpResponse:
        visitor = visitor_of(request)
        row_of(desk, visitor.tenant, matter_id)
        assert desk.reopen is not None
        due: date | None = desk.reopen(visitor.scope, matter_id, text_in(request, "reason", 24), visitor.today)
        text = _("It is open again, until {day}.").format(day=due) if due else _("It is open again.")
        return said(request, text, desk.kind, matter_id=matter_id)

    return reopened


def carrying_out(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Do what a person asks for about their own data, as far as the law allows."""
    visitor = visitor_of(request)
    row = row_of(REQUESTS, visitor.tenant, matter_id)
    if row.kind == "access":
        return _copy(request, visitor, row)
    names = ("name", "birth_on", "language", "time_zone") if row.kind == "correction" else ()
    changes = {name: text_in(request, name, 100) for name in names if text_in(request, name, 100)}
    found = redress.carry_out(visitor.scope, matter_id, visitor.clock, changes=changes)
    text = _("The law asks to keep it; the reasons are below.") if found.get("kept") else _("It is carried out.")
    return said(request, text, "request", matter_id=matter_id)


def _copy(request: HttpRequest, visitor: Visitor, row: Any) -> HttpResponse:
    asking = Asking(visitor.role, "request", text_in(request, "ticket", 64))
    copy = copy_for(visitor.scope, asking, row.person_id, visitor.clock)
    if copy.refused_by:
        rules = rules_of(visitor, copy.refused_by, visitor.today)
        return draw(request, "compliance/export_refused.html.jinja", 422, section="complaints", rules=rules)
    redress.carry_out(visitor.scope, row.request_id, visitor.clock)
    return a_file(copy.content, f"copy-{redress.reference_of(row.request_id)}.zip", "application/zip")


def measures(request: HttpRequest) -> HttpResponse:
    """What was agreed and is not done yet, what is overdue first."""
    visitor = visitor_of(request)
    rows = CorrectiveMeasure.objects.filter(tenant_id=visitor.tenant, done_at__isnull=True).order_by("due_on", "pk")
    return draw(
        request, "compliance/measures.html.jinja", section="complaints", rows=list(rows[:200]), today=visitor.today,
        reference=redress.reference_of,
    )  # fmt: skip
