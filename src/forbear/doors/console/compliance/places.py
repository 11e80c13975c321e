"""The places of compliance officers and auditors."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.doors.console.compliance import agencies, auditing, conduct, extending, matters, report, wording
from forbear.doors.console.compliance.desks import COMPLAINTS, DISPUTES, REQUESTS, Desk
from forbear.doors.console.places import Place, place

REDRESS, WATCH, COMPLIANCE = ("leader", "compliance"), ("compliance", "auditor"), ("compliance",)
POST, FORM = ("POST",), ("GET", "POST")


def _desk(desk: Desk, roles: tuple[str, ...]) -> Iterator[Place]:
    where, one = desk.list_name, f"{desk.list_name}/<uuid:matter_id>"
    yield place(where, matters.list_of(desk), desk.list_name, roles)
    yield place(f"{where}/new", matters.taking_in(desk), f"{desk.kind}_new", roles, FORM)
    yield place(one, matters.one_of(desk), desk.kind, roles)
    yield place(f"{one}/assign", matters.assigning(desk), f"{desk.kind}_assign", roles, POST)
    yield place(f"{one}/answer", matters.answering(desk), f"{desk.kind}_answer", roles, POST)
    yield place(f"{one}/send", matters.sending(desk), f"{desk.kind}_send", roles, POST)
    if desk.reopen is not None:
        yield place(f"{one}/measures", matters.agreeing(desk), f"{desk.kind}_measure", roles, POST)
        yield place(f"{one}/measures/done", matters.finishing(desk), f"{desk.kind}_measure_done", roles, POST)
        yield place(f"{one}/reopen", matters.reopening(desk), f"{desk.kind}_reopen", roles, POST)


PLACES: tuple[Place, ...] = (
    *_desk(COMPLAINTS, REDRESS),
    *_desk(DISPUTES, REDRESS),
    *_desk(REQUESTS, COMPLIANCE),
    place("complaints/<uuid:matter_id>/extend", extending.extend, "complaint_extend", REDRESS, POST),
    place("requests/<uuid:matter_id>/carry-out", matters.carrying_out, "request_carry_out", COMPLIANCE, POST),
    place("measures", matters.measures, "measures", REDRESS),
    place("conduct", conduct.overview, "conduct", WATCH),
    place("conduct/look", conduct.look_now, "conduct_look", COMPLIANCE, POST),
    place("conduct/refusals", conduct.refusals, "refusals", WATCH),
    place("conduct/near-limits", conduct.near_limits, "near_limits", WATCH),
    place("conduct/findings", conduct.findings, "findings", WATCH),
    place("conduct/findings/<int:finding_id>/close", conduct.close, "finding_close", COMPLIANCE, POST),
    place("conduct/contacts/<str:contact_id>", conduct.contact, "conduct_contact", (*WATCH, "leader")),
    place("conduct/scorecard", report.scorecard, "scorecard", WATCH),
    place("conduct/report", report.report, "conduct_report", WATCH),
    place("conduct/report.csv", report.report_file, "conduct_report_file", WATCH),
    place("agencies", agencies.agencies, "agencies", WATCH),
    place("agencies/entry", agencies.agency_form, "agency_form", COMPLIANCE, FORM),
    place("agencies/<str:agency_id>", agencies.agency, "agency", WATCH),
    place("agencies/<str:agency_id>/note", agencies.note, "agency_note", COMPLIANCE, POST),
    place("agencies/<str:agency_id>/staff", agencies.staff_form, "agency_staff", COMPLIANCE, POST),
    place("templates", wording.templates, "templates", WATCH),
    place("templates/<int:template_id>", wording.template, "template", WATCH),
    place("templates/<int:template_id>/decide", wording.decide, "template_decide", COMPLIANCE, POST),
    place("audit", auditing.entries, "audit", WATCH),
    place("audit/checks", auditing.checks, "audit_checks", WATCH, FORM),
    place("audit/heads.json", auditing.anchor_file, "audit_heads", WATCH),
    place("audit/evidence", auditing.evidence, "evidence", WATCH, FORM),
    place("audit/entries/<int:entry_id>", auditing.entry, "audit_entry", WATCH),
)
