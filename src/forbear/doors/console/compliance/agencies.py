"""The register of agencies: licence, mandate, white list, evaluations, staff; what is not written down counts against them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.compliance.details import details_in_words
from forbear.doors.console.compliance.reading import rules_of
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import asked_for, maybe_day, period_in, posted_day, text_in
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.kernel.masking import mask_name
from forbear.records.actions.agencies.placing import may_be_placed
from forbear.records.actions.agencies.register import (
    ATTESTED,
    AgencyEntry,
    evaluate_agency,
    inspect_agency,
    register_agency,
)
from forbear.records.actions.agencies.staff import let_staff_go, register_staff, train_staff
from forbear.records.conduct import figures
from forbear.records.models import Agency, AuditEntry, Case, Staff
from forbear.records.sealing import sealer

STAFF_SHOWN = 500


def agencies(request: HttpRequest) -> HttpResponse:
    """All agencies, with what the register lacks of each and what the law says of new placements."""
    visitor = visitor_of(request)
    today = visitor.today
    rows = list(Agency.objects.filter(tenant_id=visitor.tenant).order_by("agency_id"))
    return draw(
        request, "compliance/agencies.html.jinja", section="conduct", rows=rows, today=today,
        lacking={each.agency_id: lacking_of(each, today) for each in rows},
        may={each.agency_id: may_be_placed(visitor.tenant, each, today)[0] for each in rows}, may_edit=_may_edit(visitor),
    )  # fmt: skip


def agency(request: HttpRequest, agency_id: str) -> HttpResponse:
    """One agency: its entry, its staff, its evaluations, how it treated people, and whether new work may be placed with it."""
    visitor = visitor_of(request)
    row = _agency(visitor, agency_id)
    return draw_agency(request, visitor, row)


def draw_agency(
    request: HttpRequest, visitor: Visitor, row: Agency, status: int = 200, problem: str = ""
) -> HttpResponse:
    """The page of an agency; with what was wrong with a form."""
    today, tenant = visitor.today, visitor.tenant
    period = period_in(request, visitor, 90)
    may, rules = may_be_placed(tenant, row, today)
    box = sealer(tenant)
    staff = list(
        Staff.objects.filter(tenant_id=tenant, agency_id=row.agency_id).order_by("left_on", "staff_id")[:STAFF_SHOWN]
    )
    history = AuditEntry.objects.filter(tenant_id=tenant, subject_kind="agency", subject_id=row.agency_id)
    score = next((each for each in figures.scores(period, agency_id=row.agency_id)), None)
    return draw(
        request, "compliance/agency.html.jinja", status, section="conduct", row=row, today=today, period=period, may=may,
        rules=rules_of(visitor, rules, today), lacking=lacking_of(row, today), attested=ATTESTED, staff=staff, problem=problem,
        staff_names={each.staff_id: _name(visitor, box.open("staff_name", each.name_sealed) or "") for each in staff}, score=score,
        collectors=figures.scores(period, by_staff=True, agency_id=row.agency_id), details=details_in_words,
        history_rows=list(history.order_by("-id")[:50]),
        cases=Case.objects.filter(tenant_id=tenant, agency_id=row.agency_id, closed_on__isnull=True)[:10_001].count(),
        may_edit=_may_edit(visitor), staff_pairs=[(each.staff_id, each.staff_id) for each in staff if each.left_on is None],
    )  # fmt: skip


def agency_form(request: HttpRequest) -> HttpResponse:
    """Write an agency into the register, or its entry anew."""
    visitor = visitor_of(request)
    known = asked_for(request, "agency_id", 64)
    row = Agency.objects.filter(tenant_id=visitor.tenant, agency_id=known).first() if known else None
    if request.method != "POST":
        return draw(
            request,
            "compliance/agency_form.html.jinja",
            section="conduct",
            was=_was(row, {}),
            attested=ATTESTED,
            problem="",
        )
    try:
        entry = _entry(request)
        register_agency(visitor.scope, entry)
    except InputError as error:
        if error.code not in ("bad_agency", "bad_day"):
            raise
        return draw(
            request, "compliance/agency_form.html.jinja", 422, section="conduct", was=_was(row, request.POST), attested=ATTESTED,
            problem=error.message,
        )  # fmt: skip
    return said(request, _("The register has it. It binds at once."), "agency", agency_id=entry.agency_id)


def note(request: HttpRequest, agency_id: str) -> HttpResponse:
    """Note an evaluation or an inspection."""
    visitor = visitor_of(request)
    _agency(visitor, agency_id)
    on = min(posted_day(request, "on"), visitor.today)
    if text_in(request, "what") == "inspected":
        inspect_agency(visitor.scope, agency_id, on)
    else:
        evaluate_agency(visitor.scope, agency_id, on)
    return said(request, _("It is noted."), "agency", agency_id=agency_id)


def staff_form(request: HttpRequest, agency_id: str) -> HttpResponse:
    """Write somebody who works there into the register, note what they were taught, or that they left."""
    visitor = visitor_of(request)
    row = _agency(visitor, agency_id)
    staff_id, what = text_in(request, "staff_id", 65), text_in(request, "what")
    try:
        if what == "trained":
            train_staff(
                visitor.scope,
                staff_id,
                posted_day(request, "trained_on"),
                examined_on=maybe_day(request, "examined_on"),
            )
        elif what == "left":
            let_staff_go(visitor.scope, staff_id, posted_day(request, "left_on"))
        else:
            register_staff(
                visitor.scope, staff_id, text_in(request, "name", 101), agency_id=agency_id,
                work_card=text_in(request, "work_card", 65),
            )  # fmt: skip
    except InputError as error:
        if error.code not in ("bad_staff", "staff_elsewhere", "unknown_staff", "bad_day"):
            raise
        return draw_agency(request, visitor, row, 422, error.code)
    return said(request, _("It is noted."), "agency", agency_id=agency_id)


def lacking_of(row: Agency, today: date) -> list[str]:
    """What of an agency is missing or over, by code: each counts against it."""
    found = []
    if not row.licence:
        found.append("licence")
    if row.contract_starts_on is None:
        found.append("contract")
    elif row.contract_ends_on is not None and row.contract_ends_on <= today:
        found.append("contract_over")
    if row.white_list_from is None or row.white_list_from > today:
        found.append("white_list")
    elif row.white_list_until is not None and row.white_list_until <= today:
        found.append("white_list_over")
    if row.evaluated_on is None:
        found.append("evaluation")
    if row.inspected_on is None:
        found.append("inspection")
    if not row.placements_told:
        found.append("placements_told")
    return [*found, *(name for name in ATTESTED if name not in row.attested)]


def _was(row: Agency | None, given: Mapping[str, str]) -> Callable[[str], str]:
    """What a field of the form held: as it was sent, else as the register has it."""

    def was(name: str) -> str:
        if given:
            return given.get(name, "")
        value: Any = row.attested.get(name, "") if row and name in ATTESTED else getattr(row, name, "") if row else ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value.isoformat() if isinstance(value, date) else str(value or "")

    return was


def _entry(request: HttpRequest) -> AgencyEntry:
    answers: dict[str, Any] = {"yes": True, "no": False}
    return AgencyEntry(
        agency_id=text_in(request, "agency_id", 65),
        name=text_in(request, "name", 201),
        licence=text_in(request, "licence", 101),
        contract_starts_on=maybe_day(request, "contract_starts_on"),
        contract_ends_on=maybe_day(request, "contract_ends_on"),
        white_list_from=maybe_day(request, "white_list_from"),
        white_list_until=maybe_day(request, "white_list_until"),
        is_sub_delegated=text_in(request, "is_sub_delegated") == "yes",
        placements_told=text_in(request, "placements_told") == "yes",
        attested={name: answers[request.POST[name]] for name in ATTESTED if request.POST.get(name) in answers},
    )


def _agency(visitor: Visitor, agency_id: str) -> Agency:
    row = Agency.objects.filter(tenant_id=visitor.tenant, agency_id=agency_id).first()
    if row is None:
        raise InputError("unknown_agency", "There is no such agency.", agency=agency_id[:64])
    return row


def _name(visitor: Visitor, name: str) -> str:
    """Whole for who keeps the register, masked for who looks at it."""
    return name if _may_edit(visitor) else mask_name(name)


def _may_edit(visitor: Visitor) -> bool:
    return visitor.role == "compliance"
