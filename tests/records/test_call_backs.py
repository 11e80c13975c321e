"""Somebody who asked to be called later is left alone until then, and called then."""

from __future__ import annotations

from datetime import timedelta

from records_cast import NOON, TODAY, feed
from senders import queue_act, sender

from forbear.day.wiring.hearing import hearer
from forbear.dispatch import Disposition, Receipt
from forbear.kernel.clock import FixedClock
from forbear.records.actions.dispositions import record_disposition
from forbear.records.models import Act, Contact, Hold
from forbear.records.scope import acting


def call(tenant, cast, tmp_path) -> str:
    """A call that was handed to the dialler."""
    queue_act(tenant, cast.north, channel="voice_agent", template="plain")
    with sender(tenant, tmp_path / "log", channel="voice_agent") as own:
        (outcome,) = own.drain()
    return outcome.contact_id


def talk(contact_id: str, next_at=None) -> Disposition:
    return Disposition(contact_id, NOON, 60, "conversation", is_right_party=True, next_at=next_at)


def test_what_a_dialler_brings_of_a_next_call_is_kept(tenant, scope, cast, tmp_path):
    """Through the channel's ear, as a file or a line brings it."""
    contact_id, agreed = call(tenant, cast, tmp_path), NOON + timedelta(hours=3)
    tell = hearer(tenant, "voice_agent", "w", FixedClock(NOON))
    tell(Receipt(contact_id, "delivered", NOON, disposition=talk(contact_id, agreed)))
    with acting(scope):
        assert Contact.objects.get(contact_id=contact_id).next_at == agreed
        assert Act.objects.get(state="queued").earliest_at == agreed


def test_before_it_nothing_leaves_and_then_the_call_is_made(tenant, scope, cast, tmp_path):
    """What is planned meanwhile waits, whatever its channel; at the agreed time the call goes out."""
    contact_id, agreed = call(tenant, cast, tmp_path), NOON + timedelta(hours=3)
    record_disposition(scope, talk(contact_id, agreed), next_at=agreed)
    queue_act(tenant, cast.north, treatment="later")
    with sender(tenant, tmp_path / "sms", NOON + timedelta(hours=1)) as own:
        assert [each.refusal.code for each in own.send()] == ["early"]
        assert own.send() == [] and own.channel.handed_over() == []
    with acting(scope):
        assert Act.objects.get(treatment="later").try_after_at == agreed
        # The promise of a call is for one call: what else waits is another matter.
        Act.objects.filter(treatment="later").delete()
    with sender(tenant, tmp_path / "call", agreed - timedelta(minutes=1), "voice_agent") as own:
        assert own.send() == []
    feed(tenant, agreed - timedelta(hours=1))
    with sender(tenant, tmp_path / "call", agreed, "voice_agent") as own:
        (outcome,) = own.send()
    assert (outcome.refusal.code if outcome.refusal else outcome.receipt.status) in ("accepted", "denied")
    with acting(scope):
        assert not Act.objects.filter(state="queued").exists()


def test_whole_days_before_it_are_a_pause_and_another_day_moves_it(tenant, scope, cast, tmp_path):
    """Nothing is planned for them; agreed anew, the pause ends anew and the first call is not made."""
    contact_id = call(tenant, cast, tmp_path)
    for days in (3, 2):
        record_disposition(scope, talk(contact_id), next_at=NOON + timedelta(days=days))
        with acting(scope):
            hold = Hold.objects.get(tenant_id=tenant)
            assert (hold.kind, hold.starts_on, hold.ends_on) == ("grace", TODAY, TODAY + timedelta(days=days))
            assert Act.objects.get(state="queued").earliest_at == NOON + timedelta(days=days)
