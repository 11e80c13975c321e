"""What the records can do, asked at the API's door: promises, redress, plans, placements, and calls that are agreed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from api_client import payment
from records_cast import NOON, TODAY
from senders import PlainComposer, queue_act, sender

from forbear.dispatch import send
from forbear.dispatch.channels.phone.listed import ListedChannel, ListedSettings
from forbear.kernel.clock import FixedClock
from forbear.records.actions.agencies.register import (
    ATTESTED,
    AgencyEntry,
    evaluate_agency,
    inspect_agency,
    register_agency,
)
from forbear.records.actions.agencies.staff import register_staff, train_staff
from forbear.records.actions.tenants import add_user
from forbear.records.models import Act, Arrangement, AuditEntry, Complaint, Dispute, Hold, Loan, PromiseToPay
from forbear.records.scope import acting

DAY = TODAY.isoformat()


def test_a_promise_is_written_down_once_and_taken_back(tenant, scope, cast, lender):
    """What was planned before did not know of it; taken back, it is neither kept nor broken."""
    queue_act(tenant, cast.north)
    asked = {"loan_id": "L-north", "amount_cents": 5_000, "due_on": "2026-11-27", "made_on": DAY}
    first, again = (lender.post("/promises", asked).body for _ in range(2))
    assert (first["is_new"], first["withdrawn_count"], again["is_new"]) == (True, 1, False)
    path = f"/promises/{first['promise_id']}/withdrawal"
    assert [lender.post(path, {"on": "2026-11-24"}).body["is_new"] for _ in range(2)] == [True, False]
    with acting(scope):
        assert PromiseToPay.objects.get(tenant_id=tenant).verdict == "void"
    late = lender.post("/promises", asked | {"due_on": "2026-11-01"})
    assert (late.status, late.body["code"]) == (422, "bad_promise")


def test_a_complaint_is_raised_assigned_and_answered(tenant, scope, cast, lender):
    """Collection stops while it is open; not by whoever made the contact is it answered."""
    name = f"u{uuid4().hex[:8]}"
    add_user(tenant, name, "correct horse battery staple", role="compliance", reach="all")
    asked = {"person_id": "north", "kind": "frequency", "text": "每天都打电话", "on": DAY}
    raised = lender.post("/complaints", asked).body
    assert raised["is_new"] and raised["due_on"] > DAY
    path = f"/complaints/{raised['id']}"
    assert lender.post(f"{path}/assignment", {"to": "nobody"}).status == 404
    assert lender.post(f"{path}/assignment", {"to": name}).status == 200
    answer = {"outcome": "upheld", "root_cause": "too_often", "on": "2026-11-25"}
    assert lender.post(f"{path}/answer", answer).status == 200
    with acting(scope):
        complaint = Complaint.objects.get(tenant_id=tenant)
        assert (complaint.assigned_to, complaint.outcome, complaint.root_cause) == (name, "upheld", "too_often")
        assert Hold.objects.get(kind="complaint").ends_on.isoformat() == "2026-11-25"


def test_a_dispute_stops_collection_until_it_is_answered(tenant, scope, cast, lender):
    """On the person's own loan only."""
    asked = {"person_id": "north", "loan_id": "L-north", "kind": "amount", "text": "金额不对", "on": DAY}
    assert lender.post("/disputes", asked | {"loan_id": "L-south"}).status == 404
    queue_act(tenant, cast.north)
    opened = lender.post("/disputes", asked).body
    with acting(scope):
        assert Act.objects.get(tenant_id=tenant).state == "withdrawn"
    assert lender.post(f"/disputes/{opened['id']}/answer", {"outcome": "upheld", "on": "2026-11-26"}).status == 200
    with acting(scope):
        assert Dispute.objects.get(tenant_id=tenant).answered_at is not None
        assert Hold.objects.get(kind="dispute").ends_on.isoformat() == "2026-11-26"


def test_a_plan_is_ended_or_told_as_broken(tenant, scope, cast, lender):
    """Each once; what was broken is not ended any more."""
    for number in (1, 2):
        plan = {"arrangement_id": f"a{number}", "loan_id": "L-north", "kind": "instalment_plan", "signed_on": DAY}
        assert lender.post("/arrangements", plan).status == 200
    assert lender.post("/arrangements/a1/breach", {"breached_on": "2026-12-24"}).status == 200
    assert lender.post("/arrangements/a2/end", {"ends_on": "2027-05-23"}).status == 200
    assert lender.post("/arrangements/a1/end", {"ends_on": "2027-05-23"}).body["code"] == "bad_arrangement"
    with acting(scope):
        told = Arrangement.objects.order_by("arrangement_id").values_list("breached_on", "ends_on")
        assert [[str(day) if day else "" for day in row] for row in told] == [["2026-12-24", ""], ["", "2027-05-23"]]


def test_a_loan_is_placed_where_the_law_lets_it_and_recalled(tenant, scope, cast, lender):
    """An agency of which nothing is known is refused, with the rules in words; one in order gets it, and gives it back."""
    register_agency(scope, AgencyEntry("unknown-1", name="某公司"))
    refused = lender.post("/placements", {"loan_id": "L-north", "agency_id": "unknown-1", "on": DAY}).body
    assert not refused["is_placed"] and refused["rules"] and all(each["because"] for each in refused["rules"])
    good = dict.fromkeys(ATTESTED, True) | {
        "agency_has_violent_record": False, "has_excluded_staff": False, "lender_agrees_sub_delegation": False,
    }  # fmt: skip
    first = TODAY.replace(month=1, day=1)
    entry = AgencyEntry(
        "a1", name="示例调解服务", licence="91310000X", contract_starts_on=first, contract_ends_on=first.replace(year=2027),
        white_list_from=first, placements_told=True, attested=good,
    )  # fmt: skip
    register_agency(scope, entry)
    evaluate_agency(scope, "a1", TODAY.replace(month=6))
    inspect_agency(scope, "a1", TODAY.replace(month=6))
    register_staff(scope, "s1", "陈员工", agency_id="a1", work_card="0001")
    train_staff(scope, "s1", TODAY.replace(month=9), examined_on=TODAY.replace(month=9))
    placed = lender.post("/placements", {"loan_id": "L-north", "agency_id": "a1", "on": DAY}).body
    assert placed["is_placed"] and placed["is_new"], placed
    back = lender.post("/loans/L-north/recall", {"reason": "cured"}).body
    assert (back["is_placed"], back["is_new"], back["agency_id"]) == (False, True, "a1")
    with acting(scope):
        assert Loan.objects.get(loan_id="L-north").agency_id is None


def test_a_call_that_is_agreed_silences_until_then_and_is_queued(tenant, scope, cast, lender, clock, tmp_path):
    """By the API: on every channel nobody contacts the person before, an agency's question included; then the call is due."""
    queue_act(tenant, cast.north, channel="voice_agent", template="call_to_find_a_solution")
    with sender(tenant, tmp_path / "log", channel="voice_agent") as own:
        (outcome,) = own.drain()
    agreed = NOON + timedelta(hours=5)
    call = {
        "call_id": outcome.contact_id, "started_at": NOON.isoformat(), "duration_seconds": 60, "result": "conversation",
        "is_right_party": True, "next_at": agreed.isoformat(),
        "promised": {"amount_cents": 5_000, "due_on": "2026-11-27"},
    }  # fmt: skip
    clock.move_to(NOON + timedelta(minutes=2))
    told = lender.post("/calls", {"calls": [call]})
    assert (told.status, told.body["written_count"]) == (200, 1), told.body
    with acting(scope):
        assert PromiseToPay.objects.get(tenant_id=tenant).amount_cents == 5_000
        planned = Act.objects.get(tenant_id=tenant, state="queued")
        assert (planned.channel, planned.earliest_at, planned.template) == (
            "voice_agent", agreed, "call_to_find_a_solution",
        )  # fmt: skip
    asked = {"person_id": "north", "loan_id": "L-north", "channel": "voice_agent", "contact_point_id": "P-north"}
    refused = lender.post("/permits", asked).body
    assert (refused["outcome"], refused["code"]) == ("refused", "early")
    assert refused["changes_at"].replace("Z", "+00:00") == agreed.isoformat()
    back = lender.post("/calls", {"calls": [call | {"next_at": NOON.isoformat()}]})
    assert back.status == 422


def test_the_call_list_has_what_may_be_called_and_not_what_was_recalled(tenant, scope, cast, lender, tmp_path):
    """With the number and the words; each reading is in the audit. A payment takes a call off at once."""
    channel = ListedChannel(ListedSettings(), FixedClock(NOON))
    for member in (cast.north, cast.south):
        queue_act(tenant, member, channel="voice_agent")
    with sender(tenant, tmp_path / "log") as own:
        outcomes = list(send(own.desk, channel, PlainComposer(), 20))
    assert [each.receipt.status for each in outcomes if each.receipt] == ["accepted", "accepted"]
    listed = lender.get("/call-list").body["items"]
    assert {each["number"] for each in listed} == {cast.north.phone, cast.south.phone}
    assert all(each["script"] == "……" for each in listed)
    lender.post("/payments", payment(cast, "north"))
    assert [each["person_id"] for each in lender.get("/call-list").body["items"]] == ["south"]
    with acting(scope):
        assert AuditEntry.objects.filter(action="call_list.read").count() == 2
        assert AuditEntry.objects.filter(action="call.recalled", person_id="north").count() == 1
