"""A list handed out as a file, or why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.compliance.reading import rules_of
from forbear.doors.console.drawing import draw
from forbear.doors.console.places import visitor_of
from forbear.doors.console.reading import text_in
from forbear.records.reveal import ListAsked, export_list


def hand_out(
    request: HttpRequest, made: HttpResponse, name: str, data_kind: str, count: int, where: Mapping[str, Any]
) -> HttpResponse:
    """The file, once it is written down that it was taken out; or the rules that ask for a ticket first, and a field for it."""
    visitor = visitor_of(request)
    asked = ListAsked(name, visitor.role, data_kind, count, where, text_in(request, "ticket", 64))
    refused_by = export_list(visitor.scope, asked, made.content, visitor.clock)
    if not refused_by:
        return made
    rules = rules_of(visitor, refused_by, visitor.today)
    return draw(request, "portfolio/refused.html.jinja", 422, section="portfolio", rules=rules, count=count)
