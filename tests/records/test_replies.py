"""Who writes is answered: neutrally, by the one way out, and only where the law still allows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kept_channel import Kept, approve
from records_cast import NOON
from senders import sender

from forbear.day.wiring.composer import composer_of
from forbear.dispatch import Inbound, Message, send
from forbear.kernel.clock import FixedClock
from forbear.records.actions.inbound import hear
from forbear.records.models import Act, Contact
from forbear.records.scope import acting


def said(text: str, member, inbound_id: str = "i1") -> Inbound:
    return Inbound("sms", member.phone, text, NOON, inbound_id)


def answers(tenant: str, tmp_path, at=NOON + timedelta(minutes=1)) -> tuple[list, list[Message]]:
    kept = Kept()
    with sender(tenant, tmp_path / "log", at) as own:
        outcomes = list(send(own.desk, kept, composer_of(tenant, FixedClock(at)), 20))
    return outcomes, kept.messages


@pytest.mark.parametrize("text", ["好的", "我已还款", "金额不对"])
def test_a_message_is_answered_neutrally_and_once(tenant, scope, cast, tmp_path, text):
    """The words name nobody and no debt; told twice, it is answered once."""
    approve(tenant, "message_received")
    first, again = (hear(scope, said(text, cast.north)).reply for _ in range(2))
    assert first and first == again
    outcomes, messages = answers(tenant, tmp_path)
    assert [each.refusal for each in outcomes] == [None]
    assert [each.body for each in messages] == ["【示例消费金融】您的消息已收到，谢谢。如需联系我们，请致电95000。"]
    with acting(scope):
        assert Contact.objects.get(direction="out").purpose == "service_reply"


def test_an_answer_that_comes_too_late_is_none(tenant, scope, cast, tmp_path):
    """After half a day it answers nothing."""
    approve(tenant, "message_received")
    hear(scope, said("好的", cast.north))
    outcomes, messages = answers(tenant, tmp_path, NOON + timedelta(hours=12))
    assert [each.refusal.code for each in outcomes] == ["late"] and messages == []


def test_who_writes_at_night_is_answered_at_night(tenant, scope, cast, tmp_path):
    """The person began it: the quiet hours are about what is collected, not about an answer."""
    approve(tenant, "message_received")
    evening = NOON + timedelta(hours=10)
    hear(scope, Inbound("sms", cast.north.phone, "好的", evening, "i1"))
    outcomes, messages = answers(tenant, tmp_path, evening + timedelta(minutes=1))
    assert [each.refusal for each in outcomes] == [None] and len(messages) == 1


@pytest.mark.parametrize("text", ["打错了", "TD"])
def test_who_wants_nothing_gets_nothing(tenant, scope, cast, tmp_path, text):
    """A wrong person is not answered; nor is somebody who has just refused the channel."""
    approve(tenant, "message_received")
    hear(scope, said(text, cast.north))
    _, messages = answers(tenant, tmp_path)
    assert messages == []


def test_a_stranger_and_a_number_of_two_people_get_no_answer(tenant, scope, cast):
    """Nobody knows who it is."""
    assert hear(scope, Inbound("sms", "+8613000000000", "好的", NOON, "i2")).reply == ""
    with acting(scope):
        assert not Act.objects.exists()
