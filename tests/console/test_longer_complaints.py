"""More time for a complaint: by the law's days, once the person is told, before the first time is over, and never twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import records_server

records_server.prepare()

from kept_channel import Kept, approve  # noqa: E402  # after Django is ready
from records_cast import NOON, TODAY, enter  # noqa: E402
from senders import sender  # noqa: E402

from forbear.day.wiring.composer import composer_of  # noqa: E402
from forbear.dispatch import send  # noqa: E402
from forbear.doors.console.compliance.details import details_in_words  # noqa: E402
from forbear.kernel.language import speaking  # noqa: E402
from forbear.records.actions import redress  # noqa: E402
from forbear.records.models import Act, AuditEntry, Complaint, Contact  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

RECEIVED_ON = TODAY - timedelta(days=3)


@pytest.fixture
def cast(lender):
    return enter(lender)


@pytest.fixture
def opened(lender, cast):
    """A complaint of three days ago, by which fifteen days are left from then on."""
    approve(lender, "complaint_extended")
    return redress.open_complaint(Scope(lender, "tester"), "north", "conduct", "态度差", RECEIVED_ON)


def kept(tenant: str, opened) -> Complaint:
    with acting(Scope(tenant, "tester")):
        return Complaint.objects.get(complaint_id=opened.id)


def wish(staff, opened, stage: str = "complex", **given):
    body = {"stage": stage, "reason": "many_facts", "point": "P-north"} | given
    return staff["compliance"].post(f"/desk/complaints/{opened.id}/extend", body)


def test_the_longer_time_has_the_laws_days_from_receipt_and_the_person_is_told_of_the_new_day(
    lender, staff, opened, clock, tmp_path
):
    assert opened.due_on == date(2026, 12, 7)  # the fifteenth day is a Saturday
    page = staff["compliance"].get(f"/desk/complaints/{opened.id}").content.decode()
    assert "until 2026-12-21" in page and "A complex complaint: 30 days." in page and "not read in the original" in page
    for _ in range(2):  # a second click changes nothing
        assert wish(staff, opened).status_code == 302
    row = kept(lender, opened)
    assert (row.due_on, row.extension, row.extension_approval) == (date(2026, 12, 21), "complex", "")
    channel = Kept()
    with sender(lender, tmp_path / "log") as own:
        outcomes = list(send(own.desk, channel, composer_of(lender, clock), 20))
    assert [each.refusal for each in outcomes] == [None]
    said = channel.messages[0].body
    assert "2026年12月21日前答复" in said and redress.reference_of(opened.id) in said and "¥" not in said
    with acting(Scope(lender, "tester")):
        (told,) = AuditEntry.objects.filter(action="complaint.extended")
    assert told.payload["rules"] == ["cn.complaints2020.complex_days.limit"] and told.payload["reason"] == "many_facts"


def test_the_longest_time_takes_a_senior_officer_who_is_named(lender, staff, cast, clock):
    approve(lender, "complaint_extended")
    clock.move_to(NOON - timedelta(days=14))
    opened = redress.open_complaint(Scope(lender, "tester"), "north", "conduct", "x", date(2026, 11, 1))
    assert wish(staff, opened).status_code == 302
    assert kept(lender, opened).due_on == date(2026, 12, 1)
    assert wish(staff, opened, "approved").status_code == 422
    assert kept(lender, opened).due_on == date(2026, 12, 1)
    assert wish(staff, opened, "approved", approval="王经理，批件2026-17").status_code == 302
    row = kept(lender, opened)
    assert row.due_on == date(2026, 12, 31) and row.extension_approval == "王经理，批件2026-17"
    assert wish(staff, opened).status_code == 422  # no way back to a shorter one


def test_a_day_of_a_year_without_a_calendar_is_not_made_up(lender, staff, opened):
    assert wish(staff, opened, "approved", approval="王经理，批件2026-17").status_code == 422
    assert kept(lender, opened).due_on == opened.due_on


@pytest.mark.parametrize(
    "given",
    [{"stage": "forever"}, {"reason": "none"}, {"point": "P-south"}, {"point": ""}],
    ids=lambda given: "-".join(given),
)
def test_without_a_reason_a_stage_or_somebody_to_tell_nothing_changes(lender, staff, opened, given):
    assert wish(staff, opened, **given).status_code in (404, 422)
    assert kept(lender, opened).extension == ""
    with acting(Scope(lender, "tester")):
        assert not Act.objects.exists()


def test_a_time_that_is_over_is_not_made_longer(lender, staff, opened, clock):
    clock.move_to(NOON + timedelta(days=15))
    assert wish(staff, opened).status_code == 422
    clock.move_to(NOON)
    redress.answer_complaint(Scope(lender, "tester"), opened.id, "rejected", "no_fault_found", TODAY)
    assert wish(staff, opened).status_code == 422
    assert kept(lender, opened).extension == ""


def test_who_made_the_contact_takes_no_time_for_it(lender, staff, cast):
    approve(lender, "complaint_extended")
    with acting(Scope(lender, "tester")):
        Contact.objects.create(
            tenant_id=lender, contact_id="mine", person_id="north", at=NOON - timedelta(days=9), channel="voice_agent",
            state="delivered", result="conversation", staff_id=staff["compliance"].user.username,
        )  # fmt: skip
    opened = redress.open_complaint(Scope(lender, "tester"), "north", "conduct", "x", RECEIVED_ON, contact_id="mine")
    assert wish(staff, opened).status_code == 422 and kept(lender, opened).extension == ""


def test_taken_up_again_it_has_its_first_time_anew(lender, staff, opened):
    wish(staff, opened)
    scope = Scope(lender, "tester")
    redress.answer_complaint(scope, opened.id, "rejected", "no_fault_found", TODAY)
    redress.reopen_complaint(scope, opened.id, "new_facts", TODAY)
    row = kept(lender, opened)
    assert (row.extension, row.received_on, row.due_on) == ("", TODAY, date(2026, 12, 8))


def test_details_of_an_entry_are_words_and_ids_stay_as_they_are():
    payload = {
        "kind": "conduct", "channel": "voice_agent", "root_cause": "wrong_hour", "is_sub_delegated": False, "note": None,
        "duties": ["states_identity"], "amount_cents": 6_050, "act": "6f0e8f43", "rules": ["cn.x.y"], "outcome": "partly_upheld",
    }  # fmt: skip
    with speaking("zh"):
        told = dict(details_in_words("complaint", payload))
    assert (
        told["渠道"] == "电话" and told["金额"] == "¥60.50" and told["规则"] == "cn.x.y" and told["动作"] == "6f0e8f43"
    )
    assert not any(text.isascii() and "_" in text for text in told.values()) and "note" not in told
    with speaking("en"):
        assert dict(details_in_words("complaint", payload))["channel"] == "telephone"
