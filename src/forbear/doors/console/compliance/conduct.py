"""What was refused, what came near a limit, and what looks wrong: each figure opens its rows, each row its contact."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from forbear.doors.console.compliance.details import details_in_words
from forbear.doors.console.compliance.reading import because_of, pairs, person_href, rules_of
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import (
    PAGE,
    asked_for,
    cursor_in,
    day_in,
    newest_page,
    period_in,
    query_of,
    read_day,
    text_in,
)
from forbear.kernel.dates import local_day_bounds
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records.conduct import figures
from forbear.records.conduct.limits import Cap, limits_of
from forbear.records.conduct.looking import CLOSINGS, DAYS_AGAIN, FINDING_KINDS, close_finding, look_at
from forbear.records.models import (
    Act,
    AuditEntry,
    Complaint,
    ConductDay,
    ConductFinding,
    Contact,
    Message,
    Permit,
    ReceiptHeard,
)
from forbear.records.reveal import Asking, glimpse, reveal

_NEAR = """
SELECT m.permit_id, m.issued_at, m.person_id, a.channel, a.agency_id, coalesce(k.contact_id, '')
FROM records_permit m JOIN records_act a ON a.act_id = m.act_id LEFT JOIN records_contact k ON k.permit_id = m.permit_id
WHERE m.tenant_id = %s AND m.issued_at >= %s AND m.issued_at < %s AND m.facts ->> %s = %s AND a.channel = ANY(%s)
ORDER BY m.issued_at DESC LIMIT %s
"""


def overview(request: HttpRequest) -> HttpResponse:
    """Counts of the period by rule, and the findings that wait for a person."""
    visitor = visitor_of(request)
    period = period_in(request, visitor, 7)
    refused = figures.counts(period, "refused", "rule")
    near = figures.counts(period, "near_limit", "rule")
    contacts = sum(each[-1] for each in figures.counts(period, "contact", "channel"))
    open_findings = ConductFinding.objects.filter(tenant_id=visitor.tenant, closed_at__isnull=True)
    last = ConductDay.objects.filter(tenant_id=visitor.tenant).order_by("-looked_at").first()
    on = visitor.today
    return draw(
        request, "compliance/conduct.html.jinja", section="conduct", period=period, refused=refused, near=near, contacts=contacts,
        open_counts={kind: open_findings.filter(kind=kind)[:1000].count() for kind in FINDING_KINDS}, last=last,
        because=because_of(visitor, [each[0] for each in (*refused, *near)], on), days_seen=figures.days_looked_at(period),
        query=query_of(request, after=None), may_look=visitor.role == "compliance",
    )  # fmt: skip


def look_now(request: HttpRequest) -> HttpResponse:
    """Look at the last days again."""
    visitor = visitor_of(request)
    today = visitor.today
    new = sum(
        sum(look_at(visitor.scope, each, visitor.clock).new.values())
        for each in (today.fromordinal(today.toordinal() - back) for back in range(DAYS_AGAIN, -1, -1))
    )
    return said(request, _("The last days were looked at: {count} new findings.").format(count=new), "conduct")


def refusals(request: HttpRequest) -> HttpResponse:
    """Acts that were refused, on the days and by the rule that the address names, the newest first."""
    visitor = visitor_of(request)
    period = period_in(request, visitor, 7)
    rule = asked_for(request, "rule")
    rows = Act.objects.filter(
        tenant_id=visitor.tenant, state="refused", business_date__gte=period.first, business_date__lt=period.until
    )
    if rule:
        rows = rows.filter(Q(reason_rule=rule) | Q(reason_rule="", reason=rule))
    after = cursor_in(request)
    if after is not None:
        day = read_day(after.value) or period.until
        rows = rows.filter(Q(business_date__lt=day) | Q(business_date=day, pk__lt=after.id))
    found = list(rows.order_by("-business_date", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    rules = sorted({each.reason_rule for each in found if each.reason_rule})
    return draw(
        request, "compliance/refusals.html.jinja", section="conduct", period=period, rule=rule, rows=found[:PAGE],
        names=glimpse(visitor.tenant, [each.person_id for each in found]), person_href=person_href,
        because=because_of(visitor, rules, visitor.today), rule_words=rules_of(visitor, [rule] if rule else [], visitor.today),
        next_href=f"?{query_of(request, after=f'{last.business_date.isoformat()}~{last.pk}')}" if last else "",
    )  # fmt: skip


def near_limits(request: HttpRequest) -> HttpResponse:
    """Permits of one day that used the last room below a limit but none: one more of its kind would have been refused."""
    visitor = visitor_of(request)
    day = min(day_in(request, "day", visitor.today), visitor.today)
    caps = limits_of(visitor.lender, day).caps
    rule = asked_for(request, "rule")
    chosen: Cap | None = next((each for each in caps if each.rule == rule), caps[0] if caps else None)
    names_of = because_of(visitor, [each.rule for each in caps], day)
    rows: list[dict[str, Any]] = []
    if chosen is not None:
        start, end = local_day_bounds(day, visitor.lender.time_zone)
        with connection.cursor() as cursor:
            cursor.execute(
                _NEAR,
                [visitor.tenant, start, end, chosen.counter, str(chosen.maximum - 1), list(chosen.channels), PAGE],
            )
            columns = ("permit_id", "issued_at", "person_id", "channel", "agency_id", "contact_id")
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return draw(
        request, "compliance/near_limits.html.jinja", section="conduct", on_day=day, caps=caps,
        cap_pairs=[(each.rule, names_of.get(each.rule, each.rule)) for each in caps],
        chosen=chosen, rows=rows,
        names=glimpse(visitor.tenant, [each["person_id"] for each in rows]),
        person_href=person_href, rule_words=rules_of(visitor, [chosen.rule] if chosen else [], day), page_size=PAGE,
    )  # fmt: skip


def findings(request: HttpRequest) -> HttpResponse:
    """What looks wrong about contacts, the newest first; open ones by default."""
    visitor = visitor_of(request)
    kind, state = asked_for(request, "kind"), asked_for(request, "state") or "open"
    rows = ConductFinding.objects.filter(tenant_id=visitor.tenant, closed_at__isnull=state != "closed")
    if kind in FINDING_KINDS:
        rows = rows.filter(kind=kind)
    for name in ("agency_id", "staff_id"):
        if name in request.GET:
            rows = rows.filter(**{name: asked_for(request, name, 64)})
    found, after = newest_page(rows, request, "at")
    return draw(
        request, "compliance/findings.html.jinja", section="conduct", kinds=FINDING_KINDS, kind=kind, state=state,
        rows=found, names=glimpse(visitor.tenant, [each.person_id for each in found]), person_href=person_href,
        filters_of=_finding_filters(request, kind, state),
        next_href=f"?{query_of(request, after=after)}" if after else "",
    )  # fmt: skip


def _finding_filters(request: HttpRequest, kind: str, state: str) -> list[dict[str, Any]]:
    def one(words: str, **changes: Any) -> dict[str, Any]:
        wanted = {"kind": kind, "state": state} | changes
        is_chosen = (wanted["kind"], wanted["state"]) == (kind, state)
        return {
            "words": words,
            "href": f"?{query_of(request, after=None, **changes)}",
            "count": None,
            "chosen": is_chosen,
        }

    kinds = [one(code_words("conduct", each), kind=each, state="open") for each in FINDING_KINDS]
    return [one(_("All open"), kind="", state="open"), *kinds, one(_("Closed"), kind="", state="closed")]


def contact(request: HttpRequest, contact_id: str) -> HttpResponse:
    """One contact: what was permitted on which facts, what was done, what was found about it."""
    visitor = visitor_of(request)
    tenant = visitor.tenant
    row = Contact.objects.select_related("permit").filter(tenant_id=tenant, contact_id=contact_id).first()
    if row is None:
        raise InputError("unknown_contact", "There is no such contact.", contact=contact_id[:64])
    permit: Permit | None = row.permit
    own = list(ConductFinding.objects.filter(tenant_id=tenant, contact_id=contact_id).order_by("kind"))
    notes = {}
    if any(each.note_sealed is not None for each in own):
        asking = Asking(visitor.role, "inspection")
        notes = {
            each.id: each.text
            for each in reveal(visitor.scope, asking, row.person_id, ["finding_notes"], visitor.clock)
        }
    day = row.at.date()
    return draw(
        request, "compliance/contact.html.jinja", section="conduct", row=row, permit=permit, findings=own, finding_notes=notes,
        name=glimpse(tenant, [row.person_id]).get(row.person_id, ""), person_href=person_href(row.person_id),
        message=Message.objects.filter(tenant_id=tenant, contact_id=contact_id).first(),
        receipts=list(ReceiptHeard.objects.filter(tenant_id=tenant, contact_id=contact_id).order_by("at")),
        complaints=list(Complaint.objects.filter(tenant_id=tenant, person_id=row.person_id, contact_id=contact_id)),
        rules=rules_of(visitor, permit.rules if permit else [], day), closing_pairs=pairs("closing", CLOSINGS),
        details=details_in_words,
        history_rows=list(AuditEntry.objects.filter(tenant_id=tenant, subject_kind="contact", subject_id=contact_id).order_by("-id")[:50]),
        may_close=visitor.role == "compliance", username=visitor.user.username,
    )  # fmt: skip


def close(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Close a finding with a reason."""
    visitor = visitor_of(request)
    row = _finding(visitor, finding_id)
    close_finding(visitor.scope, finding_id, text_in(request, "reason", 24), text_in(request, "note"))
    return said(request, _("The finding is closed."), "conduct_contact", contact_id=row.contact_id)


def _finding(visitor: Visitor, finding_id: int) -> ConductFinding:
    row = ConductFinding.objects.filter(tenant_id=visitor.tenant, pk=finding_id).first()
    if row is None:
        raise InputError("unknown_finding", "There is no such finding.", finding=finding_id)
    return row
