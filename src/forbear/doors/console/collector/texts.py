"""What may be sent to a person now, word for word: every approved text as the one way out would make it at this minute."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from forbear.compliance.permit import FORBEAR
from forbear.day.judging import POINT_OF
from forbear.day.wiring.previews import Preview, previews
from forbear.dispatch.message import LANGUAGES
from forbear.doors.console.collector.debts import debts_of
from forbear.doors.console.collector.now import best_points, channels_now, refusal_sentence
from forbear.doors.console.collector.person import fresh_key
from forbear.doors.console.drawing import draw
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.dates import zone
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words
from forbear.records.desk.asking import Judged
from forbear.records.desk.messages import WRITTEN, Wanted, texts_by_hand
from forbear.records.models import Loan, Person
from forbear.records.reveal import Asking, reveal

WITHOUT_SUBJECT = ("sms",)
"""Means by which the text alone is sent."""


@dataclass(frozen=True)
class Text:
    """One approved text of a channel: what it says to this person now; else ``reason``, why it would not be sent."""

    channel: str
    code: str
    title: str
    language: str
    subject: str = ""
    body: str = ""
    reason: str = ""


def texts(request: HttpRequest, person_id: str) -> HttpResponse:
    """What may be sent to a person now: what names them is opened by role, and written down."""
    visitor = visitor_of(request)
    reveal(visitor.scope, Asking(visitor.role, "case_work"), person_id, ("name",), visitor.clock)
    person = Person.objects.get(tenant_id=visitor.tenant, person_id=person_id)
    loan_id = request.GET["loan"] if "loan" in request.GET else _first_loan(visitor, person_id)
    if not Loan.objects.filter(tenant_id=visitor.tenant, person_id=person_id, loan_id=loan_id).exists():
        raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=loan_id[:64])
    channels, _judged = channels_now(visitor, person, loan_id)
    allowed = [each.channel for each in channels if each.is_allowed]
    is_part = bool(request.headers.get("HX-Request"))
    template = "collector/texts_part.html.jinja" if is_part else "collector/texts_page.html.jinja"
    return draw(
        request, template, section="people", texts=texts_now(visitor, person, loan_id, allowed), person_id=person_id,
        loan_id=loan_id, now=visitor.clock.now(), key=fresh_key(visitor, person_id),
    )  # fmt: skip


def _first_loan(visitor: Visitor, person_id: str) -> str:
    """The loan with most overdue, as the person's screen chooses; empty where there is none."""
    return next((debt.loan.loan_id for debt in debts_of(visitor, person_id, visitor.today)), "")


def texts_now(visitor: Visitor, person: Person, loan_id: str, channels: Collection[str]) -> list[Text]:
    """Every text of these channels in the person's language, those that may be sent first."""
    language = person.language if person.language in LANGUAGES else LANGUAGES[0]
    wanted = [channel for channel in WRITTEN if channel in channels]
    rows = texts_by_hand(visitor.tenant).filter(language=language, channel__in=wanted)
    kinds = sorted(
        set(rows.values_list("channel", "code", "purpose")), key=lambda kind: (wanted.index(kind[0]), kind[1:])
    )
    if not kinds:
        return []
    points = best_points(visitor.tenant, person.person_id)
    asked = [
        (Wanted(person.person_id, loan_id, channel, points.get(POINT_OF[channel], ""), code, FORBEAR), purpose)
        for channel, code, purpose in kinds
    ]
    found = [
        _text(visitor, each, language) for each in previews(visitor.scope, person, asked, visitor.lender, visitor.clock)
    ]
    return sorted(found, key=lambda text: bool(text.reason))


def _text(visitor: Visitor, preview: Preview, language: str) -> Text:
    wanted, made = preview.wanted, preview.composed
    title = code_words("template", wanted.template)
    if made is not None:
        subject = "" if wanted.channel in WITHOUT_SUBJECT else made.subject
        return Text(wanted.channel, wanted.template, title, made.language, subject, made.body)
    refusal = preview.refusal
    on = visitor.clock.now().astimezone(zone(visitor.lender.time_zone)).date()
    reason = refusal_sentence(visitor, Judged(None, refusal, refusal.verdict if refusal else None, law_on=on))
    return Text(wanted.channel, wanted.template, title, language, reason=reason)
