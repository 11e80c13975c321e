"""Disputes, complaints, plans and promises: what they stop, by when they are due, and who may answer them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from records_cast import NOON, TODAY
from senders import queue_act, sender

from forbear.dispatch.disposition import Disposition
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.agreed.promises import cancel_promise, make_promise
from forbear.records.actions.dispositions import Promised, record_disposition, record_unpermitted
from forbear.records.actions.holds import breach_arrangement, end_arrangement, sign_arrangement
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.actions.redress import (
    answer_complaint,
    answer_dispute,
    assign_matter,
    open_complaint,
    open_dispute,
)
from forbear.records.actions.tenants import add_user, change_settings
from forbear.records.events import subscribe
from forbear.records.models import (
    Act,
    Arrangement,
    AuditEntry,
    Complaint,
    Contact,
    ContactPoint,
    Dispute,
    EventOut,
    Hold,
    PromiseToPay,
)
from forbear.records.scope import acting

PASSWORD = "correct horse battery staple"


def told(call_id: str, result: str = "conversation", **values) -> Disposition:
    return Disposition(call_id, NOON, 60, result, **values)


def called(tenant, member, tmp_path) -> str:
    """A call that was permitted and began; its contact's id."""
    queue_act(tenant, member, channel="voice_agent")
    with sender(tenant, tmp_path / f"log-{member.person_id}", channel="voice_agent") as own:
        (outcome,) = own.drain()
    return str(outcome.contact_id)


def worker(tenant: str, name: str = "", **values) -> str:
    name = name or f"u{uuid4().hex[:8]}"
    add_user(tenant, name, PASSWORD, **({"role": "compliance", "reach": "all"} | values))
    return name


def actions(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_a_dispute_stops_the_act_that_waits_and_the_one_planned_after(scope, tenant, cast, tmp_path):
    """In its own transaction; until it is answered the law refuses every new one."""
    queue_act(tenant, cast.north)
    opened = open_dispute(scope, "north", "amount", "the amount is wrong", TODAY)
    with acting(scope):
        act = Act.objects.get()
        assert (act.state, act.reason) == ("withdrawn", "dispute")
        # The database's clock runs; the story's stands still, and the facts of its day know of nothing later.
        Hold.objects.update(recorded_at=NOON)
    queue_act(tenant, cast.north, treatment="another")
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
        assert own.channel.handed_over() == []
    assert outcome.refusal.code == "denied"
    answer_dispute(scope, opened.id, "corrected", TODAY)
    answer_dispute(scope, opened.id, "rejected", TODAY)
    with acting(scope):
        assert Dispute.objects.get().outcome == "corrected"
        assert actions("dispute.answered") == 1


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        # Fifteen days, of which the day of receipt is none: Monday the 21st to Tuesday 6 October, in the National Day holiday,
        # of which the 7th is the last day.
        (date(2026, 9, 21), date(2026, 10, 8)),
        # 8 December: a Tuesday, nothing to roll.
        (date(2026, 11, 23), date(2026, 12, 8)),
        # Saturday 28 November moves to Monday.
        (date(2026, 11, 13), date(2026, 11, 30)),
        # Saturday 10 October is worked, in place of a day of the holiday.
        (date(2026, 9, 25), date(2026, 10, 10)),
    ],
    ids=["holiday", "working day", "weekend", "make-up day"],
)
def test_a_complaint_is_due_on_a_working_day_of_the_published_calendar(scope, cast, received_on, due_on):
    """By the law's days, rolled on its calendar with its holidays and make-up working days."""
    assert open_complaint(scope, "north", "conduct", "", received_on).due_on == due_on


def test_where_the_calendar_is_not_published_no_day_is_made_up_and_somebody_is_told(scope, cast):
    """For a dispute as for a complaint."""
    with acting(scope):
        subscribe("", "whsec_" + "A" * 43 + "=", ["complaint.without_deadline", "dispute.without_deadline"])
    assert open_complaint(scope, "north", "other", "", date(2031, 3, 3)).due_on is None
    assert open_dispute(scope, "north", "other", "", date(2031, 3, 3)).due_on is None
    with acting(scope):
        assert actions("complaint.without_deadline") == actions("dispute.without_deadline") == 1
        assert EventOut.objects.count() == 2


def test_a_law_without_a_clock_for_complaints_still_takes_them(scope, tenant, cast):
    """The United States' rules of this package set none: it is taken, and flagged."""
    change_settings(tenant, {"law": "us.regf"})
    opened = open_complaint(scope, "north", "conduct", "", TODAY)
    assert (opened.due_on, opened.is_new) == (None, True)


def test_a_complaint_is_given_to_somebody_of_the_lender_who_did_not_cause_it(scope, tenant, cast, tmp_path):
    """Neither an agency's own people nor whoever made the contact that it is about."""
    contact_id = called(tenant, cast.north, tmp_path)
    caller, outsider, judge = worker(tenant), worker(tenant, reach="agency", agency_id="agency-1"), worker(tenant)
    record_disposition(scope, told(contact_id, agent_id=caller))
    opened = open_complaint(scope, "north", "conduct", "rude", TODAY, contact_id=contact_id)
    with pytest.raises(InputError, match="their own contact"):
        assign_matter(scope, "complaint", opened.id, caller)
    for nobody in (outsider, "nobody"):
        with pytest.raises(InputError, match="no such user"):
            assign_matter(scope, "complaint", opened.id, nobody)
    assign_matter(scope, "complaint", opened.id, judge)
    assign_matter(scope, "complaint", opened.id, judge)
    with acting(scope):
        assert Complaint.objects.get().assigned_to == judge
        assert actions("complaint.assigned") == 1


def test_an_answer_names_the_contact_that_caused_the_complaint(scope, tenant, cast, tmp_path):
    """One of the person's own; a second answer changes nothing, and the hold ends with the last complaint."""
    contact_id = called(tenant, cast.north, tmp_path)
    first = open_complaint(scope, "north", "conduct", "rude", TODAY)
    second = open_complaint(scope, "north", "frequency", "too often", TODAY)
    with pytest.raises(InputError, match="no such contact"):
        answer_complaint(scope, first.id, "upheld", "conduct_of_staff", TODAY, contact_id="f" * 32)
    answer_complaint(scope, first.id, "upheld", "conduct_of_staff", TODAY, contact_id=contact_id)
    answer_complaint(scope, first.id, "rejected", "no_fault_found", TODAY)
    with acting(scope):
        row = Complaint.objects.get(complaint_id=first.id)
        assert (row.outcome, row.root_cause, row.contact_id) == ("upheld", "conduct_of_staff", contact_id)
        assert Hold.objects.get(kind="complaint").ends_on is None
    answer_complaint(scope, second.id, "rejected", "no_fault_found", TODAY + timedelta(days=1))
    with acting(scope):
        assert Hold.objects.get(kind="complaint").ends_on == TODAY + timedelta(days=1)


def test_another_persons_contact_cannot_be_complained_of(scope, tenant, cast, tmp_path):
    """It says nothing of whether there is such a one."""
    contact_id = called(tenant, cast.south, tmp_path)
    with pytest.raises(InputError, match="no such contact"):
        open_complaint(scope, "north", "conduct", "", TODAY, contact_id=contact_id)


def test_a_promise_withdraws_what_did_not_know_of_it_and_is_made_once(scope, tenant, cast):
    """Its grace and its share are the lender's, as they stand when it is made."""
    change_settings(tenant, {"promise_grace_days": 2, "promise_threshold_percent": 90})
    queue_act(tenant, cast.north)
    made = make_promise(scope, cast.north.loan_id, 10_000, TODAY + timedelta(days=3), TODAY)
    again = make_promise(scope, cast.north.loan_id, 10_000, TODAY + timedelta(days=3), TODAY)
    assert (made.is_new, made.withdrawn_count, again.is_new, again.promise_id) == (True, 1, False, made.promise_id)
    with acting(scope):
        row = PromiseToPay.objects.get()
        assert (row.grace_days, row.threshold_percent, row.verdict) == (2, 90, "open")
        assert actions("promise.made") == 1


@pytest.mark.parametrize(
    ("cents", "due_on", "says"), [(0, TODAY, "more than nothing"), (1, TODAY - timedelta(days=1), "was past")]
)
def test_a_promise_of_nothing_or_by_yesterday_is_none(scope, cast, cents, due_on, says):
    """Just outside; one cent by today is one."""
    with pytest.raises(InputError, match=says):
        make_promise(scope, cast.north.loan_id, cents, due_on, TODAY)
    assert make_promise(scope, cast.north.loan_id, 1, TODAY, TODAY).is_new


def test_a_promise_is_taken_back_once_and_only_while_it_is_open(scope, cast):
    """Whether it was kept is the money's to say, not the caller's."""
    open_, kept = (
        make_promise(scope, each.loan_id, 5_000, TODAY + timedelta(days=2), TODAY).promise_id
        for each in (cast.north, cast.south)
    )
    accept_payments(scope, [PaymentIn("Y1", cast.south.loan_id, 5_000, TODAY)])
    assert cancel_promise(scope, open_, TODAY) and not cancel_promise(scope, open_, TODAY)
    with pytest.raises(InputError, match="kept already"):
        cancel_promise(scope, kept, TODAY)
    with pytest.raises(InputError, match="no such promise"):
        cancel_promise(scope, "none", TODAY)
    with acting(scope):
        assert dict(PromiseToPay.objects.values_list("promise_id", "verdict")) == {open_: "void", kept: "open"}


def test_a_call_with_a_promise_is_one_step_and_the_same_twice_is_one(scope, tenant, cast, tmp_path):
    """Result, reason, when to call again, and the promise on the loan that the call was about."""
    contact_id = called(tenant, cast.north, tmp_path)
    result = told(contact_id, is_right_party=True, reason_code="job_loss", recording_sha256="a" * 64)
    promised, again_at = Promised(10_000, TODAY + timedelta(days=2)), NOON + timedelta(days=2)
    for _ in range(2):
        assert record_disposition(scope, result, next_at=again_at, promised=promised)
    with acting(scope):
        contact = Contact.objects.get()
        assert (contact.next_at, contact.recording_digest) == (again_at, "a" * 64)
        promise = PromiseToPay.objects.get()
        assert (promise.loan_id, promise.made_on, promise.amount_cents) == (cast.north.loan_id, TODAY, 10_000)
        assert actions("contact.disposed") == actions("promise.made") == 1
    assert record_disposition(scope, told(contact_id, "no_answer"))
    with acting(scope):
        assert actions("contact.disposed") == 2
        assert list(audit.verify()) == []


def test_only_the_right_party_promises(scope, tenant, cast, tmp_path):
    """All or nothing: the result is not written either."""
    contact_id = called(tenant, cast.north, tmp_path)
    with pytest.raises(InputError, match="Only the right party"):
        record_disposition(scope, told(contact_id), promised=Promised(100, TODAY))
    with acting(scope):
        assert Contact.objects.get().result != "conversation"
        assert PromiseToPay.objects.count() == 0


def test_a_contact_without_a_permit_is_raised_once_and_a_wrong_number_of_it_is_removed(scope, tenant, cast):
    """Told twice by the agency, it counts once."""
    for _ in range(2):
        record_unpermitted(
            scope,
            "north",
            "voice_agent",
            told("own-1", "wrong_person"),
            agency_id="a1",
            contact_point_id=cast.north.point_id,
        )
    with acting(scope):
        assert actions("contact.without_permit") == 1
        assert Contact.objects.get().agency_id == "a1"
        assert ContactPoint.objects.get(person_id="north").removed_reason == "wrong_person"


def test_a_plan_that_is_broken_stands_in_the_way_no_more(scope, tenant, cast, tmp_path):
    """While it stands nothing is collected; a breach is written once, and never before it was signed."""
    sign_arrangement(scope, "A1", cast.north.loan_id, "deferment", TODAY - timedelta(days=1))
    queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
    assert outcome.refusal.code == "denied"
    with pytest.raises(InputError, match="only while it stands"):
        breach_arrangement(scope, "A1", TODAY - timedelta(days=2))
    for _ in range(2):
        breach_arrangement(scope, "A1", TODAY)
    with pytest.raises(InputError, match="broken before"):
        end_arrangement(scope, "A1", TODAY)
    queue_act(tenant, cast.north, treatment="another")
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
    assert outcome.refusal is None
    with acting(scope):
        assert actions("arrangement.breached") == 1


def test_a_plan_ends_on_a_day_and_no_earlier_than_it_began(scope, cast):
    """The same end twice is one."""
    sign_arrangement(scope, "A1", cast.north.loan_id, "deferment", TODAY)
    with pytest.raises(InputError, match="before it was signed"):
        end_arrangement(scope, "A1", TODAY - timedelta(days=1))
    for _ in range(2):
        end_arrangement(scope, "A1", TODAY + timedelta(days=5))
    with pytest.raises(InputError, match="no such arrangement"):
        end_arrangement(scope, "A2", TODAY)
    with acting(scope):
        assert Arrangement.objects.get().ends_on == TODAY + timedelta(days=5)
        assert actions("arrangement.ended") == 1
