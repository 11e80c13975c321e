"""Templates of messages: what was proposed, what the law has against it, how it differs, how it reads; approved by a second person."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.day.wiring.composer import lint_for
from forbear.dispatch.message import Template, example_of
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import text_in
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.actions.templates import approve_template, usable_template, withdraw_template
from forbear.records.models import MessageTemplate

STATES = ("waiting", "approved", "withdrawn")
SHOWN = 300


def templates(request: HttpRequest) -> HttpResponse:
    """The templates by state; what waits for a second person first."""
    visitor = visitor_of(request)
    state = request.GET.get("state", "waiting")
    state = state if state in STATES else "waiting"
    rows = MessageTemplate.objects.filter(tenant_id=visitor.tenant)
    narrowed = {
        "waiting": rows.filter(approved_by="", withdrawn_at__isnull=True),
        "approved": rows.filter(withdrawn_at__isnull=True).exclude(approved_by=""),
        "withdrawn": rows.filter(withdrawn_at__isnull=False),
    }
    found = list(narrowed[state].defer("body").order_by("code", "channel", "language", "-version")[: SHOWN + 1])
    return draw(
        request, "compliance/templates.html.jinja", section="conduct", rows=found[:SHOWN], is_cut=len(found) > SHOWN, state=state,
        filters_of=[
            {"words": _state_words(each), "href": f"?state={each}", "count": narrowed[each].count(), "chosen": each == state}
            for each in STATES
        ],
    )  # fmt: skip


def _state_words(state: str) -> str:
    return {
        "waiting": _("Waiting for a second person"),
        "approved": _("Approved"),
        "withdrawn": _("Withdrawn or refused"),
    }[state]


def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One version: its words, the law's findings, the difference to what is approved, and an example in each language."""
    visitor = visitor_of(request)
    row = _row(visitor, template_id)
    standing = usable_template(visitor.tenant, row.code, row.channel, row.language)
    before = standing if standing is not None and standing.pk != row.pk else None
    siblings = MessageTemplate.objects.filter(
        tenant_id=visitor.tenant, code=row.code, channel=row.channel, withdrawn_at__isnull=True
    ).order_by("language", "-version")
    latest: dict[str, MessageTemplate] = {}
    for each in (row, *siblings):
        latest.setdefault(each.language, each)
    return draw(
        request, "compliance/template.html.jinja", section="conduct", row=row, before=before,
        findings=lint_for(visitor.tenant, _as_template(row), visitor.clock), difference=difference(before.body if before else "", row.body),
        examples=[(each.language, *_example(each, visitor)) for _name, each in sorted(latest.items())],
        is_own=row.written_by == visitor.user.username, may_decide=visitor.role == "compliance",
    )  # fmt: skip


def decide(request: HttpRequest, template_id: int) -> HttpResponse:
    """Approve a version, or refuse it; never one's own."""
    visitor = visitor_of(request)
    row = _row(visitor, template_id)
    key = (row.code, row.channel, row.language, row.version)
    if text_in(request, "decision") == "approve":
        approve_template(visitor.scope, *key)
        return said(
            request, _("The template is approved. It is used from now on."), "template", template_id=template_id
        )
    if row.written_by == visitor.user.username and not row.approved_by:
        raise InputError("own_template", "Nobody decides about a template of their own.", do="Ask somebody else.")
    withdraw_template(visitor.scope, *key, reason=text_in(request, "reason", 200))
    return said(request, _("The template is not used."), "template", template_id=template_id)


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """The words of two texts, each part as ``same``, ``gone`` or ``new``.

    >>> difference("a b", "a c")
    [('same', 'a '), ('gone', 'b'), ('new', 'c')]
    """
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", before[a:b]))
            continue
        found += [(kind, text) for kind, text in (("gone", before[a:b]), ("new", after[c:d])) if text]
    return found


def _example(row: MessageTemplate, visitor: Visitor) -> tuple[str, str]:
    return example_of(_as_template(row), visitor.lender.institution)


def _as_template(row: MessageTemplate) -> Template:
    return Template(row.code, row.version, row.channel, row.purpose, row.language, row.subject, row.body)


def _row(visitor: Visitor, template_id: int) -> Any:
    row = MessageTemplate.objects.filter(tenant_id=visitor.tenant, pk=template_id).first()
    if row is None:
        raise InputError("unknown_template", "There is no such version of a template.", template=template_id)
    return row
