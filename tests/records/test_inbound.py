"""What borrowers answer is heard at once: in three scripts, once, and a wrong person is told nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from records_cast import NOON, TODAY
from senders import queue_act, sender

from forbear.dispatch import Inbound
from forbear.dispatch.disposition import Disposition
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.dispositions import record_disposition, record_unpermitted
from forbear.records.actions.inbound import hear
from forbear.records.actions.intents import intent_of
from forbear.records.actions.redress import answer_complaint, answer_dispute, open_complaint, open_dispute
from forbear.records.actions.templates import TemplateText, approve_template, propose_template, usable_template
from forbear.records.models import (
    Act,
    AuditEntry,
    Complaint,
    Consent,
    Contact,
    ContactPoint,
    Dispute,
    Hold,
    MessageTemplate,
)
from forbear.records.models import Inbound as Heard
from forbear.records.scope import acting

SAID = [
    ("TD", "opt_out"), ("退订", "opt_out"), ("拒收", "opt_out"), ("不要再打了", "opt_out"), ("Stop calling me!", "opt_out"),
    ("我已还款", "paid"), ("已經還了", "paid"), ("I have paid.", "paid"), ("打错了", "wrong_person"),
    ("打錯了！", "wrong_person"), ("Wrong number", "wrong_person"), ("金额不对", "dispute"), ("I dispute this", "dispute"),
    ("我要投诉", "complaint"), ("我失业了", "hardship"), ("I lost my job", "hardship"), ("请给我回电", "call_back"),
    ("Please call me back", "call_back"), ("好的", "other"), ("?", "other"), ("", "other"),
]  # fmt: skip


def said(text: str, member, inbound_id: str = "i1", **values) -> Inbound:
    return Inbound("sms", values.pop("from_value", member.phone), text, NOON, inbound_id, **values)


@pytest.mark.parametrize(("text", "intent"), SAID)
def test_a_short_answer_is_read_by_a_closed_list(text, intent):
    """简体, 繁體 and English; what is not in the list is left to a person."""
    assert intent_of(text) == intent


@pytest.mark.parametrize("text", ["好的", "TD", "我已还款", "我要投诉", "我失业了", "金额不对"])
def test_whoever_answers_falls_silent_at_once(scope, tenant, cast, text):
    """Who writes is answered, not collected from (TR8)."""
    queue_act(tenant, cast.north)
    assert hear(scope, said(text, cast.north)).is_new
    with acting(scope):
        assert Act.objects.get(tenant_id=tenant, purpose="collection").state == "withdrawn"
        contact = Contact.objects.get(tenant_id=tenant)
        assert (contact.direction, contact.person_id) == ("in", "north")


def test_the_same_message_twice_is_heard_once(scope, tenant, cast):
    """A provider repeats itself."""
    assert hear(scope, said("TD", cast.north)).is_new
    assert not hear(scope, said("TD", cast.north)).is_new
    with acting(scope):
        assert Consent.objects.filter(person_id="north").count() == 1
        assert Heard.objects.count() == 1


def test_an_opt_out_binds_the_channel_until_it_is_taken_back(scope, tenant, cast, tmp_path):
    """Acts that are planned after it are refused by the law."""
    hear(scope, said("退订", cast.north))
    queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
    assert outcome.refusal.code == "denied"


def test_a_wrong_person_is_removed_in_one_step_and_learns_nothing(scope, tenant, cast, tmp_path):
    """The point is gone, what waited is withdrawn, and no act can use it again; nothing is sent in answer."""
    queue_act(tenant, cast.north)
    assert hear(scope, said("打错了", cast.north)).intent == "wrong_person"
    with acting(scope):
        point = ContactPoint.objects.get(contact_point_id=cast.north.point_id)
        assert (point.removed_reason, point.state) == ("wrong_person", "invalid")
        assert Contact.objects.filter(direction="out").count() == 0
    queue_act(tenant, cast.north, treatment="another")
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
        assert own.channel.handed_over() == []
    assert outcome.refusal.code == "point_gone"


def test_an_unknown_sender_is_kept_for_a_person_to_read_and_nobody_is_told(scope, tenant, cast):
    """Nothing is guessed of whose it is."""
    heard = hear(scope, said("打错了", cast.north, from_value="+8613000000000"))
    assert (heard.person_id, heard.is_new) == ("", True)
    with acting(scope):
        assert ContactPoint.objects.filter(removed_at__isnull=False).count() == 0


def test_the_word_that_it_was_paid_is_taken_for_three_days(scope, tenant, cast):
    """By then the feed shows it, or it does not."""
    hear(scope, said("已还款", cast.north))
    with acting(scope):
        hold = Hold.objects.get(person_id="north")
        assert (hold.kind, hold.starts_on, hold.ends_on) == ("grace", TODAY, TODAY + timedelta(days=3))


def test_a_dispute_stops_collection_until_it_is_answered(scope, tenant, cast):
    """CO6: with the law's clock."""
    opened = open_dispute(scope, "north", "amount", "the amount is wrong", TODAY, loan_id=cast.north.loan_id)
    again = open_dispute(scope, "north", "amount", "the amount is wrong", TODAY, loan_id=cast.north.loan_id)
    assert (opened.is_new, again.is_new, opened.id) == (True, False, again.id)
    answer_dispute(scope, opened.id, "corrected", TODAY + timedelta(days=2))
    with acting(scope):
        assert Hold.objects.get(hold_id=Dispute.objects.get().hold_id).ends_on == TODAY + timedelta(days=2)
    with pytest.raises(InputError, match="no dispute 'colour'"):
        open_dispute(scope, "north", "colour", "", TODAY)


def test_a_complaint_has_the_laws_clock_and_a_root_cause(scope, tenant, cast):
    """CO7: due on a working day; while it is open nothing is collected."""
    queue_act(tenant, cast.north)
    opened = open_complaint(scope, "north", "frequency", "too many calls", TODAY)
    assert opened.due_on is not None and opened.due_on > TODAY and opened.due_on.weekday() < 5
    answer_complaint(scope, opened.id, "upheld", "too_often", TODAY + timedelta(days=1))
    with acting(scope):
        assert Act.objects.get().state == "withdrawn"
        assert Complaint.objects.get().root_cause == "too_often"
        assert Hold.objects.get(kind="complaint").ends_on == TODAY + timedelta(days=1)


def test_a_complaint_in_a_year_without_a_published_calendar_has_no_clock_of_our_making(scope, tenant, cast):
    """A person must look: nothing is made up."""
    assert open_complaint(scope, "north", "other", "", date(2031, 3, 3)).due_on is None


def disposition(call_id: str, result: str = "conversation", **values) -> Disposition:
    return Disposition(call_id, NOON, 60, result, **values)


def test_what_came_of_a_call_is_written_into_its_contact(scope, tenant, cast, tmp_path):
    """Action, result, right party, reason: once, and corrected if it is told otherwise (TR4)."""
    queue_act(tenant, cast.north, channel="voice_agent")
    with sender(tenant, tmp_path / "log", channel="voice_agent") as own:
        (outcome,) = own.drain()
    told = disposition(outcome.contact_id, is_right_party=True, reason_code="job_loss", attitude="willing")
    assert record_disposition(scope, told) and record_disposition(scope, told)
    with acting(scope):
        contact = Contact.objects.get()
        assert (contact.result, contact.reason_code, contact.is_right_party) == ("conversation", "job_loss", True)
        assert AuditEntry.objects.filter(action="contact.disposed").count() == 1
    assert not record_disposition(scope, disposition("nobody's"))


def test_a_call_that_reached_a_wrong_person_removes_the_number(scope, tenant, cast, tmp_path):
    """In the same transaction."""
    queue_act(tenant, cast.north, channel="voice_agent")
    with sender(tenant, tmp_path / "log", channel="voice_agent") as own:
        (outcome,) = own.drain()
    record_disposition(scope, disposition(outcome.contact_id, "wrong_person"))
    with acting(scope):
        assert ContactPoint.objects.get(contact_point_id=cast.north.point_id).removed_reason == "wrong_person"


def test_a_contact_without_a_permit_counts_and_is_raised(scope, tenant, cast, tmp_path):
    """An agency that called without asking has used the person's budget, and is found out."""
    for number in range(3):
        record_unpermitted(scope, "north", "voice_agent", disposition(f"own-{number}"), agency_id="a1")
    queue_act(tenant, cast.north, channel="voice_agent")
    with sender(tenant, tmp_path / "log", channel="voice_agent") as own:
        (outcome,) = own.drain()
    assert outcome.refusal.code == "denied"
    with acting(scope):
        assert AuditEntry.objects.filter(action="contact.without_permit").count() == 3
        assert list(audit.verify()) == []


TEXT = TemplateText("reminder", "sms", "collection", "en", "", "Hello", "d" * 64)


def test_nobody_approves_a_template_of_their_own(as_reach, tenant):
    """Four eyes, in the code and in the database."""
    writer, other = as_reach(actor="writer"), as_reach(actor="other")
    version = propose_template(writer, TEXT, [])
    with pytest.raises(InputError, match="of their own"):
        approve_template(writer, "reminder", "sms", "en", version)
    with pytest.raises(Exception, match="template_four_eyes"), acting(writer):
        MessageTemplate.objects.update(approved_by="writer")
    with acting(other):
        assert usable_template(tenant, "reminder", "sms", "en") is None
    approve_template(other, "reminder", "sms", "en", version)
    with acting(other):
        assert usable_template(tenant, "reminder", "sms", "en").version == 1
    assert propose_template(writer, TEXT, []) == 1


def test_a_text_that_the_law_refuses_cannot_be_approved(as_reach, tenant):
    """Whoever asks."""
    version = propose_template(as_reach(actor="writer"), TEXT, [{"severity": "failure", "rule": "cn.x"}])
    with pytest.raises(InputError, match="law refuses"):
        approve_template(as_reach(actor="other"), "reminder", "sms", "en", version)
