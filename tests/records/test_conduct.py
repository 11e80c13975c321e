"""What looks wrong about contacts is found, once, whoever made them; and how often what happened is counted by day."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from records_cast import NOON, TODAY, Life, add_person
from senders import queue_act, sender

from forbear.dispatch.disposition import Disposition
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.records.actions.dispositions import record_unpermitted
from forbear.records.actions.holds import place_hold, refuse_channel
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.actions.redress import open_complaint
from forbear.records.conduct.limits import limits_of
from forbear.records.conduct.looking import close_finding, look_again, look_at
from forbear.records.lender import lender_settings
from forbear.records.models import Act, AuditEntry, ConductFinding, ConductTally, Contact, Permit
from forbear.records.scope import Scope, acting

CLOCK = FixedClock(NOON + timedelta(hours=2))


def sent(tenant, member, tmp_path) -> str:
    """A message that was permitted and began at noon."""
    queue_act(tenant, member)
    with sender(tenant, tmp_path / f"log-{member.person_id}") as own:
        (outcome,) = own.drain()
    assert outcome.refusal is None, outcome.refusal
    with acting(Scope(tenant, "tester")):
        # The database's clock runs, the story's stands still.
        Contact.objects.filter(contact_id=outcome.contact_id).update(started_at=NOON)
        Permit.objects.filter(contact__contact_id=outcome.contact_id).update(issued_at=NOON - timedelta(seconds=5))
    return str(outcome.contact_id)


def found(scope) -> list[tuple[str, str, str]]:
    """Kind, person and reason of each finding."""
    look_at(scope, TODAY, CLOCK)
    with acting(scope):
        return sorted(ConductFinding.objects.values_list("kind", "person_id", "reason"))


def tally(scope, measure: str) -> dict[tuple[str, str, str], int]:
    """Counts of a measure by agency, staff and rule."""
    with acting(scope):
        rows = ConductTally.objects.filter(business_date=TODAY, measure=measure)
        return {(each.agency_id, each.staff_id, each.rule): each.count for each in rows}


def call(person: str, scope, at=NOON, **values) -> str:
    said = Disposition(uuid4().hex, at, 60, values.pop("result", "conversation"), agent_id=values.pop("agent", ""))
    return record_unpermitted(scope, person, "voice_agent", said, **values)


def test_a_lawful_contact_is_not_found_and_is_counted(scope, tenant, cast, tmp_path):
    sent(tenant, cast.north, tmp_path)
    assert found(scope) == []
    assert sum(tally(scope, "contact").values()) == 1


def test_a_contact_without_a_permit_is_found_once(scope, cast):
    call("placed", scope, agency_id="agency-1", agent="a-7")
    assert found(scope) == found(scope) == [("without_permit", "placed", "")]
    assert tally(scope, "finding") == {("agency-1", "a-7", "without_permit"): 1}
    with acting(scope):
        assert AuditEntry.objects.filter(action="conduct.found").count() == 1


@pytest.mark.parametrize("reason", ["payment", "dispute", "refusal", "restricted"])
def test_a_contact_that_began_after_it_was_forbidden_is_found_with_what_forbade_it(
    scope, tenant, cast, tmp_path, reason
):
    """What came two seconds before it, and after its permit."""
    from forbear.records.actions.persons import restrict
    from forbear.records.models import Consent, Hold, Payment, Person

    sent(tenant, cast.north, tmp_path)
    sent(tenant, cast.south, tmp_path)
    if reason == "payment":
        accept_payments(scope, [PaymentIn("Y1", cast.north.loan_id, 100, TODAY)])
    elif reason == "dispute":
        place_hold(scope, "north", "dispute", TODAY)
    elif reason == "refusal":
        refuse_channel(scope, "north", "sms")
    else:
        restrict(scope, "north")
    before = NOON - timedelta(seconds=2)
    with acting(scope):
        Payment.objects.update(accepted_at=before)
        Hold.objects.update(recorded_at=before)
        Consent.objects.update(recorded_at=before)
        Person.objects.exclude(restricted_at=None).update(restricted_at=before)
    assert found(scope) == [("after_silence", "north", reason)]
    with acting(scope):
        assert ConductFinding.objects.get().seconds_after == 2


def test_a_refusal_of_another_channel_is_no_reason(scope, tenant, cast, tmp_path):
    from forbear.records.models import Consent

    sent(tenant, cast.north, tmp_path)
    refuse_channel(scope, "north", "voice_agent")
    with acting(scope):
        Consent.objects.update(recorded_at=NOON - timedelta(seconds=2))
    assert found(scope) == []


@pytest.mark.parametrize(
    ("zone_name", "hours", "is_found"),
    [("", 0, False), ("", 11, True), ("", -5, True), ("Asia/Urumqi", -3, True), ("Asia/Urumqi", 11, False), ("Moon/Base", 11, True)],
)  # fmt: skip
def test_hours_are_those_of_the_persons_own_clock(scope, tenant, zone_name, hours, is_found):
    """Eleven at night is too late, and seven in the morning too early; Urumqi is two hours behind."""
    limits = limits_of(lender_settings(tenant), TODAY)
    calls = {each.channel: (each.start_minute, each.end_minute) for each in limits.hours}["voice_agent"]
    assert 0 < calls[0] < 12 * 60 < calls[1] < 24 * 60
    add_person(tenant, "far", "周远", "13500007777", Life(time_zone=zone_name))
    at = NOON + timedelta(hours=hours)
    call("far", scope, at)
    look_at(scope, TODAY, FixedClock(NOON + timedelta(hours=12)))
    with acting(scope):
        assert ConductFinding.objects.filter(kind="out_of_hours").exists() is is_found


def test_a_number_that_was_somebody_elses_is_found_when_it_is_reached_again(scope, cast):
    call("north", scope, NOON - timedelta(hours=1), result="wrong_person", contact_point_id=cast.north.point_id)
    call("north", scope, NOON, contact_point_id=cast.north.point_id)
    kinds = [each for each in found(scope) if each[0] == "wrong_person_again"]
    assert kinds == [("wrong_person_again", "north", "")]


def test_a_finding_is_closed_once_with_a_reason_and_not_by_who_made_the_contact(scope, tenant, cast):
    call("north", scope, agent="wang")
    found(scope)
    with acting(scope):
        key = ConductFinding.objects.get().pk
    with pytest.raises(InputError, match="own contact"):
        close_finding(Scope(tenant, "wang"), key, "lawful_after_all")
    with pytest.raises(InputError, match="no reason"):
        close_finding(scope, key, "because")
    assert close_finding(scope, key, "staff_taught", "<b>taught</b>") is True
    assert close_finding(scope, key, "data_wrong") is False
    assert found(scope) == [("without_permit", "north", "")]
    with acting(scope):
        assert ConductFinding.objects.get().closed_reason == "staff_taught"


def test_what_happened_is_counted_by_who_did_it(scope, tenant, cast, tmp_path):
    """Refusals by their rule, permits that used the last room but one, complaints and refusals of a channel after a contact."""
    contact = sent(tenant, cast.north, tmp_path)
    cap = limits_of(lender_settings(tenant), TODAY).caps[0]
    with acting(scope):
        Act.objects.update(channel=cap.channels[0])
        Permit.objects.update(facts={cap.counter: cap.maximum - 1})
    queue_act(tenant, cast.south, treatment="other")
    with acting(scope):
        Act.objects.filter(person_id="south").update(state="refused", reason="denied", reason_rule="cn.some.rule")
        Contact.objects.update(staff_id="wang")
    opened = open_complaint(scope, "north", "conduct", "x", TODAY, contact_id=contact)
    refuse_channel(scope, "north", "sms")
    with acting(scope):
        from forbear.records.models import Complaint, Consent

        Complaint.objects.filter(complaint_id=opened.id).update(raised_at=NOON)
        Consent.objects.update(recorded_at=NOON + timedelta(minutes=1))
    look_at(scope, TODAY, CLOCK)
    assert tally(scope, "refused") == {("", "", "cn.some.rule"): 1}
    assert tally(scope, "near_limit")[("", "wang", cap.rule)] == 1
    assert tally(scope, "complaint") == {("", "wang", "conduct"): 1}
    assert tally(scope, "opt_out") == {("", "wang", "sms"): 1}


def test_a_day_to_come_is_not_looked_at_and_the_last_days_are_once(scope, tenant, cast):
    with pytest.raises(InputError, match="not begun"):
        look_at(scope, TODAY + timedelta(days=1), CLOCK)
    assert len(look_again(tenant, CLOCK)) == 8
    assert look_again(tenant, CLOCK) == []


def test_nobody_sees_another_lenders_findings(scope, tenant, other_tenant, cast):
    call("north", scope)
    found(scope)
    other = Scope(other_tenant, "tester")
    with acting(other):
        assert not ConductFinding.objects.exists() and not ConductTally.objects.exists()
    with pytest.raises(InputError, match="no such finding"):
        close_finding(other, 1, "data_wrong")
    with acting(Scope(tenant, "x", "team", team="south")):
        assert not ConductFinding.objects.exists()
