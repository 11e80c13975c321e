"""Tokens of the API: who was let in, for what, by whom; given once, and ended at once."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import maybe_day, text_in
from forbear.kernel.dates import zone
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.access.chance import fresh_form_key
from forbear.records.access.scopes import FOR_AGENCIES, SCOPES
from forbear.records.access.tokens import RATE_MAX, Issued, issue, revoke, tokens_of
from forbear.records.idempotency import once
from forbear.records.models import Agency, ApiToken, AuditEntry


def tokens(request: HttpRequest) -> HttpResponse:
    """All tokens without their secrets, the newest first, and the form for another; a new one shows its secret this once."""
    visitor = visitor_of(request)
    if request.method == "POST":
        return _give(request, visitor)
    found = tokens_of(visitor.tenant)[::-1]
    issuers = _issuers(visitor.tenant, found)
    agencies = Agency.objects.filter(tenant_id=visitor.tenant).order_by("agency_id").values_list("agency_id", "name")
    return draw(
        request, "administration/tokens.html.jinja", section="administration", now=visitor.clock.now(),
        rows=[(each, issuers.get(str(each.pk), "")) for each in found], scopes=tuple(SCOPES), for_agencies=FOR_AGENCIES,
        agencies=list(agencies), once=fresh_form_key(), rate_max=RATE_MAX,
    )  # fmt: skip


def token(request: HttpRequest, number: int) -> HttpResponse:
    """End a token."""
    visitor = visitor_of(request)
    if number >= 2**63:
        raise InputError("unknown_token", "There is no such token.", token=number)
    is_new = revoke(visitor.scope, number)
    return said(
        request, _("It is ended: it opens nothing any more.") if is_new else _("It had ended before."), "tokens"
    )


def _give(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    asked = _asked(request, visitor)
    made: list[Issued] = []

    def give() -> int:
        made.append(issue(visitor.scope, **asked))
        return made[0].token_id

    # The secret is kept nowhere, and so not for who sends the form twice: they end the token and ask for another.
    number = once("token.issue", request.POST.get("once", ""), {**asked, "expires_at": str(asked["expires_at"])}, give)
    if not made:
        return said(request, _("It was given before; its secret is not shown again."), "tokens")
    response = draw(
        request, "administration/secret.html.jinja", section="administration", number=number, secret=made[0].secret,
        name=asked["name"], signs=asked["signs"],
    )  # fmt: skip
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, visitor: Visitor) -> dict[str, Any]:
    rate, until = request.POST.get("rate", "600"), maybe_day(request, "until")
    if until is not None and until <= visitor.today:
        raise InputError("bad_day", "It would have ended already.", do="Give a day to come, or none.", field="until")
    midnight = datetime.combine(until, time(), zone(visitor.lender.time_zone)) if until else None
    return {
        "name": text_in(request, "name"),
        "scopes": request.POST.getlist("scopes"),
        "agency_id": text_in(request, "agency_id", 64),
        "requests_per_minute": int(rate) if rate.isascii() and rate.isdecimal() and len(rate) < 8 else 0,
        "expires_at": midnight,
        "signs": request.POST.get("signs") == "yes",
    }


def _issuers(tenant: str, found: list[ApiToken]) -> dict[str, str]:
    """Who gave each token, by its number, as the audit has it."""
    given = AuditEntry.objects.filter(
        tenant_id=tenant, subject_kind="token", subject_id__in=[str(each.pk) for each in found], action="token.issued"
    )
    return dict(given.values_list("subject_id", "actor"))
