"""A call that was handed over is taken back when something forbids it: from a folder, from the list, and not in silence."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from records_cast import NOON, TODAY
from senders import PlainComposer, queue_act, sender

from forbear.day.wiring.care import tell_recalls
from forbear.day.wiring.hearing import hearer
from forbear.dispatch import Disposition, send
from forbear.dispatch.channels.phone import PhoneChannel, PhoneSettings
from forbear.kernel.clock import FixedClock
from forbear.records import audit
from forbear.records.access.chance import fresh_signing_secret
from forbear.records.actions.dispositions import record_disposition
from forbear.records.actions.holds import place_hold, refuse_channel, sign_arrangement
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.events import subscribe
from forbear.records.feed import take_in_delta
from forbear.records.models import AuditEntry, Contact, EventOut
from forbear.records.scope import Scope, acting
from forbear.records.silence import silence_between


def by_payment(scope, member) -> None:
    accept_payments(scope, [PaymentIn("pay", member.loan_id, 10_000, TODAY)])


def by_hold(scope, member) -> None:
    place_hold(scope, member.person_id, "dispute", TODAY)


def by_refusal(scope, member) -> None:
    refuse_channel(scope, member.person_id, "voice_agent")


def by_plan(scope, member) -> None:
    sign_arrangement(scope, "plan", member.loan_id, "instalment_plan", TODAY)


def by_feed(scope, member) -> None:
    row = {
        "payment_id": "fed", "loan_id": member.loan_id, "amount_cents": 10_000, "effective_on": TODAY.isoformat(),
        "recorded_at": "2026-11-23T11:00:00+08:00", "status": "settled",
    }  # fmt: skip
    taken = take_in_delta(scope, {"payments": [row]}, as_of=TODAY, clock=FixedClock(NOON))
    assert taken.fed.counts["payments"]["accepted"] == 1, taken.rejects


FORBIDDING = [by_payment, by_hold, by_refusal, by_plan, by_feed]


@pytest.fixture
def folder(tmp_path):
    """A dialler's folder."""
    (tmp_path / "dialler").mkdir()
    return tmp_path / "dialler"


@pytest.fixture
def phone(tenant, folder):
    """An open channel that is looked through only when a test asks."""
    clock = FixedClock(NOON)
    channel = PhoneChannel(PhoneSettings(folder, look_seconds=3600), clock)
    channel.open(hearer(tenant, "voice_agent", "w", clock))
    yield channel
    channel.close()


def handed(tenant, member, phone, tmp_path) -> str:
    """The id of a call that stands in the folder."""
    queue_act(tenant, member, channel="voice_agent")
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = send(own.desk, phone, PlainComposer(), 20)
    assert outcome.receipt is not None, outcome
    return outcome.contact_id


@pytest.mark.parametrize("forbid", FORBIDDING)
def test_a_call_on_the_list_is_taken_off_and_told(tenant, scope, cast, phone, folder, tmp_path, forbid):
    """A payment, a hold, a refusal, a plan, a feed: the entry is gone before anybody took it."""
    contact_id, other = (handed(tenant, each, phone, tmp_path) for each in (cast.north, cast.south))
    with acting(scope):
        subscribe("", fresh_signing_secret(), ["call.recalled"])
    forbid(scope, cast.north)
    assert [tell_recalls(tenant, {"voice_agent": phone}, FixedClock(NOON)) for _ in range(2)] == [1, 0]
    assert [path.stem for path in (folder / "outbox").glob("*.json")] == [other]
    note = json.loads((folder / "withdrawn" / f"{contact_id}.json").read_text())
    assert (note["reason"], note["was_taken"]) == ("recalled", False)
    with acting(scope):
        assert Contact.objects.get(contact_id=contact_id).state == "undelivered"
        assert [each.body["contact"] for each in EventOut.objects.all()] == [contact_id]


def test_a_call_that_the_dialler_took_is_recalled_by_a_note_and_one_that_is_over_is_not(
    tenant, scope, cast, phone, folder, tmp_path
):
    """The dialler drops what is named; of a call that was made nothing can be taken back."""
    taken, made = (handed(tenant, each, phone, tmp_path) for each in (cast.north, cast.south))
    for path in (folder / "outbox").glob("*.json"):
        path.unlink()
    record_disposition(scope, Disposition(made, NOON, 30, "no_answer"))
    for member in (cast.north, cast.south):
        place_hold(scope, member.person_id, "dispute", TODAY)
    assert tell_recalls(tenant, {"voice_agent": phone}, FixedClock(NOON)) == 1
    assert [path.stem for path in (folder / "withdrawn").glob("*.json")] == [taken]
    assert json.loads((folder / "withdrawn" / f"{taken}.json").read_text())["was_taken"] is True


def test_a_call_that_begins_after_its_recall_is_kept_counted_and_alarmed_once(tenant, scope, cast, phone, tmp_path):
    """It happened; somebody must look at it, and the measure of silence has it."""
    contact_id = handed(tenant, cast.north, phone, tmp_path)
    with acting(scope):
        subscribe("", fresh_signing_secret(), ["call.after_recall"])
    by_payment(scope, cast.north)
    with acting(scope):
        recalled_at = Contact.objects.get(contact_id=contact_id).recalled_at
    said = Disposition(contact_id, recalled_at + timedelta(seconds=90), 60, "conversation", is_right_party=True)
    for _ in range(2):
        assert record_disposition(scope, said)
    with acting(scope):
        contact = Contact.objects.get(contact_id=contact_id)
        assert (contact.result, contact.started_at) == ("conversation", said.started_at)
        (entry,) = AuditEntry.objects.filter(action="call.after_recall")
        assert entry.payload["seconds_after"] == 90
        assert EventOut.objects.count() == 1
        silence = silence_between(recalled_at.date(), recalled_at.date() + timedelta(days=2))
        assert [each.contact_id for each in silence.wrongful] == [contact_id]
        assert list(audit.verify()) == []


def test_a_call_that_began_before_its_recall_is_no_alarm(tenant, scope, cast, phone, tmp_path):
    """Who was in the talk when the money came did nothing wrong."""
    contact_id = handed(tenant, cast.north, phone, tmp_path)
    with acting(scope):
        handed_at = Contact.objects.get(contact_id=contact_id).started_at
    by_payment(scope, cast.north)
    record_disposition(Scope(tenant, "dialler"), Disposition(contact_id, handed_at, 60, "voicemail"))
    with acting(scope):
        assert not AuditEntry.objects.filter(action="call.after_recall").exists()
