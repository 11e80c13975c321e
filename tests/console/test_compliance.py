"""The compliance desk: complaints by the law's clock, what looks wrong about contacts, agencies, templates, audit, evidence."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from uuid import uuid4

import pytest

from forbear.records.scope import Scope, acting


@pytest.fixture
def day(lender, cast, tmp_path):
    from conduct_cast import fill_desk

    return fill_desk(lender, cast, tmp_path)


@pytest.fixture
def officer(staff):
    return staff["compliance"]


@pytest.fixture
def auditor(staff):
    return staff["auditor"]


def page(colleague, path: str, **query) -> str:
    said = colleague.get(path, data=query)
    assert said.status_code == 200, (path, said.status_code)
    return said.content.decode()


def done(colleague, path: str, **form) -> None:
    said = colleague.post(path, form)
    assert said.status_code == 302, (path, said.status_code, said.content.decode()[-1500:])


def records(lender):
    return acting(Scope(lender, "tester"))


def test_what_is_overdue_stands_on_top_with_how_late_it_is(officer, day):
    shown = page(officer, "/desk/complaints")
    assert shown.index(str(day.overdue)) < shown.index(str(day.complaint))
    assert "6 days late" in shown and "15 days left" in shown
    assert str(day.complaint) not in page(officer, "/desk/complaints", filter="overdue")
    assert str(day.overdue) in page(officer, "/desk/complaints", filter="unassigned")
    assert "Nothing of this kind." in page(officer, "/desk/complaints", filter="mine")


def test_a_complaint_says_what_happens_at_its_deadline_and_its_words_do_nothing(officer, day):
    shown = page(officer, f"/desk/complaints/{day.complaint}")
    assert "The law leaves 15 days" in shown and "cn.complaints2020.days.late" in shown
    assert "&lt;script&gt;alert(1)" in shown and "<script>alert(1)" not in shown
    assert f"/desk/conduct/contacts/{day.contact}" in shown


def test_a_complaint_is_given_to_somebody_but_not_to_who_made_the_contact(officer, day, lender):
    from console_staff import hire

    from forbear.records.models import Complaint

    hire(lender, "collector", "li")
    done(officer, f"/desk/complaints/{day.complaint}/assign", to=officer.user.username)
    assert officer.post(f"/desk/complaints/{day.complaint}/assign", {"to": "li"}).status_code == 422
    with records(lender):
        assert Complaint.objects.get(complaint_id=day.complaint).assigned_to == officer.user.username


def test_words_that_threaten_are_not_taken_and_are_kept_in_the_form(officer, day, lender):
    from forbear.records.models import Complaint

    form = {"outcome": "rejected", "root_cause": "no_fault_found", "answer": "再不还钱就起诉你，后果自负"}
    said = officer.post(f"/desk/complaints/{day.complaint}/answer", form)
    assert said.status_code == 422 and "These words may not be sent." in said.content.decode()
    assert "再不还钱就起诉你" in said.content.decode()
    with records(lender):
        assert Complaint.objects.get(complaint_id=day.complaint).answered_at is None


def test_an_answer_has_a_cause_and_goes_the_one_way_out(officer, day, lender, cast):
    from records_cast import NOON
    from senders import sender

    from forbear.day.wiring.composer import composer_of
    from forbear.dispatch import send
    from forbear.kernel.clock import FixedClock
    from forbear.records.models import Act, Complaint, Hold

    form = {
        "outcome": "upheld", "root_cause": "wrong_hour", "contact_id": day.contact, "point": cast.north.point_id,
        "answer": "经核实，当日来电时间不当，我们向您致歉，并已纠正。",
    }  # fmt: skip
    done(officer, f"/desk/complaints/{day.complaint}/answer", **form)
    with records(lender):
        row = Complaint.objects.get(complaint_id=day.complaint)
        assert (row.outcome, row.root_cause, row.answered_by) == ("upheld", "wrong_hour", officer.user.username)
        assert not Hold.objects.filter(person_id="north", kind="complaint", ends_on=None).exists()
        act = Act.objects.get(about=f"complaint:{day.complaint}")
        assert (act.state, act.channel, act.purpose) == ("queued", "sms", "service_reply")
        # The database's clock runs; the story's stands still, and the holds of its day end on it.
        Hold.objects.update(recorded_at=NOON)
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder, sender(lender, Path(folder) / "log") as own:
        outcomes = list(send(own.desk, own.channel, composer_of(lender, FixedClock(NOON)), 20))
    assert [each.refusal for each in outcomes] == [None]
    shown = page(officer, f"/desk/complaints/{day.complaint}")
    assert "经核实，当日来电时间不当" in shown


def test_what_is_put_right_is_agreed_and_done_and_a_complaint_is_taken_up_again(officer, day, lender):
    from forbear.records.models import Complaint, CorrectiveMeasure, Hold

    where = f"/desk/complaints/{day.overdue}"
    done(officer, f"{where}/answer", outcome="rejected", root_cause="no_fault_found")
    done(
        officer,
        f"{where}/measures",
        kind="train_staff",
        owner=officer.user.username,
        due_on="2026-11-20",
        text="<i>x</i>",
    )
    assert "overdue" in page(officer, "/desk/measures")
    with records(lender):
        measure = CorrectiveMeasure.objects.get()
    done(officer, f"{where}/measures/done", measure=measure.measure_id)
    assert "Nothing is left to be put right." in page(officer, "/desk/measures")
    done(officer, f"{where}/reopen", reason="new_facts")
    with records(lender):
        row = Complaint.objects.get(complaint_id=day.overdue)
        assert (row.answered_at, row.due_on.isoformat(), row.reopened_count) == (None, "2026-12-08", 1)
        assert Hold.objects.filter(person_id="south", kind="complaint", ends_on=None).exists()
    assert officer.post(f"{where}/reopen", {"reason": "new_facts"}).status_code == 422


def test_a_dispute_is_answered_and_a_wrong_form_says_so(officer, day, lender):
    from forbear.records.models import Dispute

    done(officer, f"/desk/disputes/{day.dispute}/answer", outcome="corrected", answer="罚息已更正。")
    with records(lender):
        assert Dispute.objects.get().outcome == "corrected"
    assert (
        officer.post(
            "/desk/complaints/new", {"person_id": "nobody", "kind": "conduct", "received_on": "2026-11-23"}
        ).status_code
        == 422
    )
    done(officer, "/desk/complaints/new", person_id="mine", kind="service", received_on="2026-11-23", text="慢")


def test_a_copy_of_ones_data_is_a_file_that_holds_it(officer, day, cast, lender):
    said = officer.post(f"/desk/requests/{day.copy}/carry-out")
    with zipfile.ZipFile(io.BytesIO(said.content)) as box:
        copy = json.loads(box.read("copy.json"))
        told = box.read("copy.txt").decode()
    assert cast.north.name in [each["text"] for each in copy["values"]] and cast.north.name in told
    assert {each["event"] for each in copy["history"]} >= {"contact", "complaint", "request"}
    assert not {each["event"] for each in copy["history"]} & {"act", "permit", "finding", "measure"}
    done(officer, f"/desk/requests/{day.copy}/answer", outcome="granted", answer="")


def test_an_erasure_that_the_law_refuses_says_what_is_kept_by_which_rules(officer, day):
    assert officer.post(f"/desk/requests/{day.deletion}/answer", {"outcome": "granted"}).status_code == 422
    done(officer, f"/desk/requests/{day.deletion}/carry-out")
    shown = page(officer, f"/desk/requests/{day.deletion}")
    assert "The law asks to keep a part of the file" in shown and "cn.reading.retention." in shown


def test_a_correction_changes_what_it_names_alone(officer, day, lender, cast):
    from forbear.records.actions.redress import open_request
    from forbear.records.models import Person
    from forbear.records.sealing import sealer

    opened = open_request(Scope(lender, "x"), "mine", "correction", "我改名了", __import__("records_cast").TODAY)
    assert officer.post(f"/desk/requests/{opened.id}/carry-out").status_code == 422
    done(officer, f"/desk/requests/{opened.id}/carry-out", name="赵大我", language="en")
    with records(lender):
        row = Person.objects.get(person_id="mine")
        assert (sealer(lender).open("name", row.name_sealed), row.language) == ("赵大我", "en")
        assert sealer(lender).open("birth_on", row.birth_on_sealed) == "1990-05-01"


def test_every_figure_of_conduct_opens_its_rows_and_each_row_its_contact(officer, auditor, day):
    shown = page(auditor, "/desk/conduct")
    assert "cn.gbt45251.effective_calls_per_day_max.voice" in shown
    refused = page(auditor, "/desk/conduct/refusals", rule="cn.gbt45251.effective_calls_per_day_max.voice")
    assert "south" in refused and "GB/T 45251" in refused
    found = page(auditor, "/desk/conduct/findings", kind="without_permit")
    assert f"/desk/conduct/contacts/{day.unpermitted}" in found
    assert "There was no permit." in page(auditor, f"/desk/conduct/contacts/{day.unpermitted}")
    permitted = page(officer, f"/desk/conduct/contacts/{day.contact}")
    assert "facts" in permitted and "There was no permit." not in permitted
    assert "Look at the last days again" not in shown
    done(officer, "/desk/conduct/look")


def test_a_finding_is_closed_with_a_reason_by_compliance_alone(officer, auditor, day, lender):
    from forbear.records.models import ConductFinding

    with records(lender):
        key = ConductFinding.objects.get(contact_id=day.unpermitted, kind="without_permit").pk
    assert auditor.post(f"/desk/conduct/findings/{key}/close", {"reason": "data_wrong"}).status_code == 403
    assert officer.post(f"/desk/conduct/findings/{key}/close", {"reason": "because"}).status_code == 422
    done(officer, f"/desk/conduct/findings/{key}/close", reason="agency_warned", note="<b>warned</b>")
    shown = page(officer, f"/desk/conduct/contacts/{day.unpermitted}")
    assert "&lt;b&gt;warned" in shown and "the agency was warned" in shown
    assert day.unpermitted not in page(officer, "/desk/conduct/findings")


def test_what_the_register_lacks_counts_against_an_agency(officer, auditor, day):
    shown = page(auditor, "/desk/agencies/agency-1")
    assert "not on the white list" in shown and "The law refuses new work." in shown
    assert "周外勤" not in shown and "周外勤" in page(officer, "/desk/agencies/agency-1")
    form = {
        "agency_id": "agency-1", "name": "示例催收服务公司", "licence": "沪金服 2026-001", "contract_starts_on": "2026-01-01",
        "contract_ends_on": "2027-01-01", "white_list_from": "2026-01-01", "placements_told": "yes",
        "has_impact_assessment": "yes", "agency_has_violent_record": "no",
    }  # fmt: skip
    done(officer, "/desk/agencies/entry", **form)
    done(officer, "/desk/agencies/agency-1/note", what="evaluated", on="2026-11-20")
    shown = page(officer, "/desk/agencies/agency-1")
    assert "not on the white list" not in shown and "never evaluated" not in shown and "never inspected" in shown
    bad = officer.post("/desk/agencies/entry", form | {"contract_ends_on": "2025-01-01"})
    assert bad.status_code == 422 and "must end after it began" in bad.content.decode()
    staff = "/desk/agencies/agency-1/staff"
    done(officer, staff, what="new", staff_id="a-8", name="吴新", work_card="W-8")
    done(officer, staff, what="trained", staff_id="a-8", trained_on="2026-11-01", examined_on="2026-11-02")
    done(officer, staff, what="left", staff_id="a-7", left_on="2026-11-22")
    assert officer.post(staff, {"what": "trained", "staff_id": "a-9", "trained_on": "2026-11-01"}).status_code == 422


def test_the_scorecard_and_the_report_count_what_happened(officer, auditor, day):
    assert "示例催收服务公司" in page(officer, "/desk/conduct/scorecard")
    assert "a-7" in page(officer, "/desk/conduct/scorecard", by="staff")
    shown = page(auditor, "/desk/conduct/report", first="2026-11-01", last="2026-11-23")
    assert "1 of 23 days are counted" in shown
    said = auditor.get("/desk/conduct/report.csv", data={"first": "2026-11-01", "last": "2026-11-23"})
    rows = list(csv.reader(io.StringIO(said.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows if row[2] == "cn.gbt45251.effective_calls_per_day_max.voice"] == ["Refusals by rule"]
    assert ["Complaints", "Received", "", "2"] in rows and ["Complaints", "Open and overdue", "", "1"] in rows


def test_a_template_is_approved_by_a_second_person_who_sees_the_difference(officer, day, lender):
    from console_staff import hire, signed_in

    from forbear.records.models import MessageTemplate

    with records(lender):
        waiting = MessageTemplate.objects.get(approved_by="")
    assert f"/desk/templates/{waiting.pk}" in page(officer, "/desk/templates")
    shown = page(officer, f"/desk/templates/{waiting.pk}")
    assert "<ins>关于</ins>" in shown and "<del>就</del>" in shown
    assert all(language in shown for language in ("zh-CN", "zh-TW", "en"))
    assert "张三" in shown and "{{ answer_words }}" in shown
    writer = signed_in(hire(lender, "compliance", "writer"))
    assert writer.post(f"/desk/templates/{waiting.pk}/decide", {"decision": "approve"}).status_code == 422
    assert "Nobody decides about a template of their own." in page(writer, f"/desk/templates/{waiting.pk}")
    done(officer, f"/desk/templates/{waiting.pk}/decide", decision="approve")
    with records(lender):
        waiting.refresh_from_db()
        assert waiting.approved_by == officer.user.username
    done(officer, f"/desk/templates/{waiting.pk}/decide", decision="refuse", reason="old words")


def test_the_audit_is_searched_and_an_entry_shows_its_place_in_the_chain(auditor, day, lender):
    from forbear.records.models import AuditEntry

    shown = page(auditor, "/desk/audit", action="complaint.*", person_id="north")
    assert "complaint.opened" in shown and "dispute.opened" not in shown
    assert "Nothing of this kind" in page(auditor, "/desk/audit", actor="nobody")
    assert "Nothing of this kind" in page(auditor, "/desk/audit", last="2020-01-01")
    with records(lender):
        key = AuditEntry.objects.filter(action="complaint.opened").first().pk
    assert "It is what was written." in page(auditor, f"/desk/audit/entries/{key}")


def test_the_audit_is_looked_through_and_held_against_heads_of_before(auditor, day, lender):
    from records_cast import ask

    heads = auditor.get("/desk/audit/heads.json")
    assert json.loads(heads.content)["tenant"] == lender
    sent = io.BytesIO(heads.content)
    sent.name = "heads.json"
    said = auditor.client.post("/desk/audit/checks", {"anchor": sent})
    assert said.status_code == 302
    assert "held against the heads of before" in page(auditor, "/desk/audit/checks")
    ask(None, "ALTER TABLE records_auditentry DISABLE TRIGGER USER", role="owner")
    try:
        ask(None, "SET row_security = off; UPDATE records_auditentry SET actor = 'somebody' WHERE tenant_id = %s AND action ="
            " 'dispute.opened'", lender, role="owner")  # fmt: skip
    finally:
        ask(None, "ALTER TABLE records_auditentry ENABLE TRIGGER USER", role="owner")
    done(auditor, "/desk/audit/checks")
    assert "1 findings" in page(auditor, "/desk/audit/checks")
    other = io.BytesIO(json.dumps({"tenant": "another", "heads": []}).encode())
    other.name = "heads.json"
    assert auditor.client.post("/desk/audit/checks", {"anchor": other}).status_code == 422


def test_a_pack_of_evidence_is_signed_and_any_change_of_it_is_found(
    officer, auditor, day, cast, tmp_path, capsys, lender
):
    from forbear.doors.cli.main import run
    from forbear.records.conduct.packs import check_pack
    from forbear.records.models import AuditEntry

    said = officer.post("/desk/audit/evidence", {"person_id": "north", "purpose": "inspection"})
    assert said["Content-Type"] == "application/zip"
    checked = check_pack(said.content)
    assert checked.problems == () and checked.manifest["person_id"] == "north"
    with zipfile.ZipFile(io.BytesIO(said.content)) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    assert cast.north.name.encode() in parts["person.json"] and cast.north.name.encode() not in parts["timeline.json"]
    kinds = {each["event"] for each in json.loads(parts["timeline.json"])}
    assert kinds >= {"contact", "permit", "message", "complaint", "request", "hold"}
    with records(lender):
        assert AuditEntry.objects.filter(action="evidence.exported", person_id="north").count() == 1
    masked = auditor.post("/desk/audit/evidence", {"person_id": "north"})
    with zipfile.ZipFile(io.BytesIO(masked.content)) as box:
        assert cast.north.name.encode() not in box.read("person.json")
    path = tmp_path / "pack.zip"
    path.write_bytes(said.content)
    assert run(["audit", "evidence", str(path), "--key", checked.fingerprint, "--json"]) == 0
    assert run(["audit", "evidence", str(path), "--key", "0" * 64, "--json"]) == 1
    parts["timeline.csv"] += b"x"
    with zipfile.ZipFile(path, "w") as box:
        for name, data in parts.items():
            box.writestr(name, data)
    assert check_pack(path.read_bytes()).problems == ("altered timeline.csv",)
    assert run(["audit", "evidence", str(path), "--json"]) == 1
    capsys.readouterr()
    assert officer.post("/desk/audit/evidence", {"person_id": "nobody"}).status_code == 422


def test_another_team_and_another_lender_are_answered_like_nobody(day, lender, other_tenant):
    from console_staff import hire, signed_in

    theirs = signed_in(hire(other_tenant, "compliance"))
    leader = signed_in(hire(lender, "leader", f"north.{lender}", reach="team", team="north"))
    for colleague, path in (
        (theirs, f"/desk/complaints/{day.complaint}"), (theirs, f"/desk/requests/{day.copy}"),
        (theirs, f"/desk/conduct/contacts/{day.contact}"), (theirs, "/desk/agencies/agency-1"),
        (leader, f"/desk/complaints/{day.overdue}"), (leader, f"/desk/complaints/{uuid4()}"),
    ):  # fmt: skip
        assert colleague.get(path).status_code == 404, path
    assert theirs.post(f"/desk/complaints/{day.complaint}/answer", {"outcome": "rejected"}).status_code == 404
    assert str(day.complaint) in page(leader, "/desk/complaints")
    assert str(day.overdue) not in page(leader, "/desk/complaints")


@pytest.mark.parametrize(
    ("language", "size", "dark"), [("zh", "desktop", False), ("en", "phone", True), ("zh_TW", "phone", False)]
)
def test_the_morning_of_a_compliance_officer_in_a_real_browser(day, lender, sit, language, size, dark):
    from browsing import PHONE
    from console_staff import hire

    from forbear.records.models import Complaint, ConductFinding, MessageTemplate

    user = hire(lender, "compliance", language=language)
    seat = sit(language=language, viewport=PHONE if size == "phone" else None, dark=dark)
    seat.enter(user)
    name = f"compliance/{{}}-{language}-{size}{'-dark' if dark else ''}"

    def look(path: str, called: str) -> None:
        seat.open(path)
        assert seat.broken_rules() == [], path
        assert not seat.is_wider_than_the_screen(), path
        seat.picture(name.format(called))

    with records(lender):
        waiting = MessageTemplate.objects.get(approved_by="").pk
        finding = ConductFinding.objects.get(contact_id=day.unpermitted, kind="without_permit").pk
    look("/desk/complaints", "complaints")
    look(f"/desk/complaints/{day.complaint}", "complaint")
    for path, called in (
        ("/desk/disputes", "disputes"), ("/desk/requests", "requests"), (f"/desk/requests/{day.deletion}", "request"),
        ("/desk/complaints/new", "take-in"), ("/desk/conduct", "conduct"), ("/desk/conduct/findings", "findings"),
        ("/desk/conduct/refusals", "refusals"), ("/desk/conduct/near-limits", "near-limits"),
        (f"/desk/conduct/contacts/{day.contact}", "contact"), ("/desk/conduct/scorecard?by=staff", "scorecard"),
        ("/desk/agencies", "agencies"), ("/desk/agencies/agency-1", "agency"), ("/desk/agencies/entry?agency_id=agency-1", "agency-form"),
        ("/desk/templates", "templates"), (f"/desk/templates/{waiting}", "template"), ("/desk/conduct/report", "report"),
        ("/desk/audit", "audit"), ("/desk/audit/checks", "checks"), ("/desk/audit/evidence?person_id=north", "evidence"),
    ):  # fmt: skip
        look(path, called)
    # By keyboard: the first of the list, its answer, and the finding that caused it.
    seat.open("/desk/complaints")
    seat.page.keyboard.press("j")
    seat.page.keyboard.press("Enter")
    seat.page.wait_for_url("**/desk/complaints/*-*")
    seat.page.check("[name=outcome][value=upheld]", force=True)
    seat.page.select_option("[name=root_cause]", "too_often")
    seat.page.fill("[name=answer]", "经核实，我们向您致歉，并已纠正。")
    seat.page.keyboard.press("Control+Enter")
    seat.page.wait_for_selector(".alert.success")
    seat.picture(name.format("answered"))
    seat.open(f"/desk/conduct/contacts/{day.unpermitted}")
    seat.page.select_option(f"#f-reason-{finding}", "agency_warned")
    seat.page.locator(f"form[action$='/{finding}/close'] button").click()
    seat.page.wait_for_selector(".alert.success")
    with records(lender):
        assert Complaint.objects.get(complaint_id=day.overdue).root_cause == "too_often"
        assert ConductFinding.objects.get(pk=finding).closed_reason == "agency_warned"
