"""Requests that wait for a second person: who asks for what, what is known, and the answer with its reason."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.approved.approvals import decide_approval
from forbear.records.models import Act, Approval, Case, Complaint, Contact, Decision, Hold
from forbear.records.models.approval import KINDS
from forbear.records.reveal import glimpse

ROWS = 50
APPROVE_REASONS = ("facts_checked", "within_policy", "hardship_shown", "last_means")
REFUSE_REASONS = ("facts_unclear", "milder_means_first", "not_in_proportion", "vulnerable_person", "terms_too_high")


def inbox(request: HttpRequest) -> HttpResponse:
    """What waits, the most urgent first; or what was decided, the newest first."""
    visitor = visitor_of(request)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "waits")
    rows = Approval.objects.filter(tenant_id=visitor.tenant)
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    now = visitor.clock.now()
    if state == "over":
        rows = rows.exclude(decision="", expires_at__gt=now).order_by("-id")
    else:
        rows = rows.filter(decision="", expires_at__gt=now).order_by("expires_at", "id")
    found = list(rows[:ROWS])
    people = [each.person_id for each in found]
    cases = Case.objects.filter(tenant_id=visitor.tenant, person_id__in=people, closed_on__isnull=True)
    return draw(
        request, "leader/approvals.html.jinja", section="approvals", rows=found, kind=kind, kinds=KINDS, state=state,
        names=glimpse(visitor.tenant, people), cases={each.person_id: each for each in cases},
    )  # fmt: skip


def approval(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """One request with the facts it is decided on."""
    visitor = visitor_of(request)
    row = Approval.objects.filter(tenant_id=visitor.tenant, approval_id=approval_id).first()
    if row is None:
        raise InputError("unknown_approval", "There is no such request for approval.", approval=approval_id)
    if request.method == "POST":
        return _answer(request, visitor, row)
    is_open = not row.decision and row.expires_at > visitor.clock.now()
    return draw(
        request, "leader/approval.html.jinja", section="approvals", row=row, is_open=is_open, facts=_facts(visitor, row),
        is_own=row.asked_by == visitor.user.username, name=glimpse(visitor.tenant, [row.person_id]).get(row.person_id, ""),
        approve_reasons=APPROVE_REASONS, refuse_reasons=REFUSE_REASONS,
    )  # fmt: skip


def _answer(request: HttpRequest, visitor: Visitor, row: Approval) -> HttpResponse:
    approve = request.POST.get("answer") == "approve"
    reason = request.POST.get("approve_reason" if approve else "refuse_reason", "")
    if request.POST.get("answer") not in ("approve", "refuse") or reason not in (
        APPROVE_REASONS if approve else REFUSE_REASONS
    ):
        raise InputError("bad_reason", "An answer has a reason of the list.", do="Choose one.")
    decide_approval(visitor.scope, row.approval_id, reason, approve=approve)
    return said(request, _("Approved.") if approve else _("Refused."), "approvals")


def _facts(visitor: Visitor, row: Approval) -> dict[str, object]:
    """What stands in the records about the person now."""
    mine = {"tenant_id": visitor.tenant, "person_id": row.person_id}
    case = Case.objects.filter(**mine, closed_on__isnull=True).first()
    act = Act.objects.filter(tenant_id=visitor.tenant, act_id=row.act_id).first() if row.act_id else None
    decided = (
        Decision.objects.filter(tenant_id=visitor.tenant, loan_id=row.loan_id).order_by("-business_date", "-id").first()
    )
    return {
        "case": case,
        "act": act,
        "decision": decided,
        "contacts_count": Contact.objects.filter(**mine, direction="out").count(),
        "last_contact": Contact.objects.filter(**mine).order_by("-at").first(),
        "complaints_count": Complaint.objects.filter(**mine).count(),
        "holds": list(Hold.objects.filter(**mine, ends_on__isnull=True).order_by("starts_on")),
    }
