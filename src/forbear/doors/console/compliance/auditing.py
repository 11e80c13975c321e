"""The audit: searched, shown entry by entry, looked through; and evidence of one case handed out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.api.rulings import Rule
from forbear.doors.console.compliance.details import details_in_words
from forbear.doors.console.compliance.reading import person_href, rules_of
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.files import a_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import PAGE, asked_for, day_in, query_of, text_in
from forbear.kernel.dates import local_midnight
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.kernel.signing import fingerprint_of
from forbear.records import audit
from forbear.records.conduct.checking import ask_for_check, read_heads
from forbear.records.conduct.evidence import make_pack, public_key
from forbear.records.models import AuditCheck, AuditEntry
from forbear.records.reveal import Asking, glimpse

ANCHOR_BYTES_MAX = 100_000


def entries(request: HttpRequest) -> HttpResponse:
    """The entries, the newest first: by action, person, actor, thing and days."""
    visitor = visitor_of(request)
    wanted = {name: asked_for(request, name) for name in ("action", "person_id", "actor", "subject_id")}
    rows = AuditEntry.objects.filter(
        tenant_id=visitor.tenant, **{name: value for name, value in wanted.items() if value and name != "action"}
    )
    action = wanted["action"]
    if action.endswith(("*", ".")):
        rows = rows.filter(action__startswith=action.rstrip("*"))
    elif action:
        rows = rows.filter(action=action)
    rows = _between(rows, request, visitor)
    after = asked_for(request, "after", 20)
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.defer("personal_sealed").order_by("-pk")[: PAGE + 1])
    return draw(
        request, "compliance/audit.html.jinja", section="audit", rows=found[:PAGE], wanted=wanted, query=query_of(request, after=None),
        first=asked_for(request, "first", 10), last=asked_for(request, "last", 10),
        next_href=f"?{query_of(request, after=found[PAGE - 1].pk)}" if len(found) > PAGE else "",
        first_href=f"?{query_of(request, after=None)}" if after else "",
    )  # fmt: skip


def _between(rows: Any, request: HttpRequest, visitor: Visitor) -> Any:
    zone, never = visitor.lender.time_zone, visitor.today + timedelta(days=1)
    if request.GET.get("first"):
        rows = rows.filter(at__gte=local_midnight(day_in(request, "first", never), zone))
    if request.GET.get("last"):
        rows = rows.filter(at__lt=local_midnight(day_in(request, "last", never) + timedelta(days=1), zone))
    return rows


def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry, with its place in the chain: whether its digest is right, and whether it follows the one before it."""
    visitor = visitor_of(request)
    row = AuditEntry.objects.filter(tenant_id=visitor.tenant, pk=entry_id).first()
    if row is None:
        raise InputError("unknown_entry", "There is no such entry.", entry=entry_id)
    before = AuditEntry.objects.filter(tenant_id=visitor.tenant, lane=row.lane, number=row.number - 1).first()
    after = AuditEntry.objects.filter(tenant_id=visitor.tenant, lane=row.lane, number=row.number + 1).first()
    return draw(
        request, "compliance/audit_entry.html.jinja", section="audit", row=row, before=before, after=after,
        is_right=audit.entry_digest(row) == row.digest, follows=row.previous == (before.digest if before else ""),
        details=details_in_words(row.subject_kind, row.payload),
        payload=json.dumps(row.payload, ensure_ascii=False, indent=2, sort_keys=True), person_href=person_href(row.person_id),
        name=glimpse(visitor.tenant, [row.person_id]).get(row.person_id, "") if row.person_id else "",
    )  # fmt: skip


def checks(request: HttpRequest) -> HttpResponse:
    """Looks through the whole audit: asked for, how far they are, and what they found; and the anchor to keep elsewhere."""
    visitor = visitor_of(request)
    if request.method == "POST":
        anchor = _anchor(request, visitor)
        check = ask_for_check(visitor.scope, anchor, visitor.clock)
        text = _("The audit was looked through.") if check.ended_at else _("A worker looks through the audit.")
        return said(request, text, "audit_checks")
    rows = list(AuditCheck.objects.filter(tenant_id=visitor.tenant).order_by("-asked_at", "-pk")[:20])
    return draw(
        request, "compliance/audit_checks.html.jinja", section="audit", rows=rows, heads=audit.heads(),
        is_running=any(each.ended_at is None for each in rows), key=public_key(visitor.tenant),
        fingerprint=fingerprint_of(public_key(visitor.tenant)),
    )  # fmt: skip


def _anchor(request: HttpRequest, visitor: Visitor) -> list[dict[str, Any]]:
    given = request.FILES.get("anchor")
    if given is None:
        return []
    if given.size is None or given.size > ANCHOR_BYTES_MAX:
        raise InputError(
            "bad_anchor", "The file holds no heads of this audit.", do="Give the file that was exported before."
        )
    try:
        document = json.loads(given.read())
    except ValueError:
        document = None
    return read_heads(document, visitor.tenant)


def anchor_file(request: HttpRequest) -> HttpResponse:
    """The heads of all lanes, to be kept outside of the database."""
    visitor = visitor_of(request)
    at = visitor.clock.now()
    document = {"tenant": visitor.tenant, "at": at.isoformat(), "heads": audit.heads()}
    audit.record(audit.Entry("audit.anchor_exported", "audit", "heads", payload={"lanes": len(document["heads"])}))
    name = f"audit-heads-{visitor.tenant}-{at:%Y%m%dT%H%M%SZ}.json"
    return a_file(json.dumps(document, indent=1).encode(), name, "application/json")


def evidence(request: HttpRequest) -> HttpResponse:
    """Put together a signed pack of one case, and hand it out; refused where so many on one day need a ticket."""
    visitor = visitor_of(request)
    person_id = text_in(request, "person_id", 64) or asked_for(request, "person_id", 64)
    if request.method != "POST":
        return _draw_evidence(request, person_id)
    asking = Asking(
        visitor.role,
        "complaint" if text_in(request, "purpose") == "complaint" else "inspection",
        text_in(request, "ticket", 64),
    )
    try:
        pack = make_pack(visitor.scope, asking, person_id, visitor.clock)
    except InputError as error:
        if error.code != "unknown_person":
            raise
        return _draw_evidence(request, person_id, 422, problem=error.code)
    if pack.refused_by:
        rules = rules_of(visitor, pack.refused_by, visitor.today)
        return _draw_evidence(request, person_id, 422, rules)
    return a_file(pack.content, f"evidence-{pack.digest[:12]}.zip", "application/zip")


def _draw_evidence(
    request: HttpRequest, person_id: str, status: int = 200, rules: Sequence[Rule] = (), problem: str = ""
) -> HttpResponse:
    return draw(
        request, "compliance/evidence.html.jinja", status, section="audit", person_id=person_id, rules=rules, problem=problem
    )  # fmt: skip
