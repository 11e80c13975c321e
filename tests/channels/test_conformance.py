"""Does every channel keep the same promise? One suite for all; what one can never do is named by its counterpart."""

from __future__ import annotations

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from counterparts import COUNTERPARTS, GAPS, Counterpart, Ear, counterpart_class, eventually

from forbear.dispatch import Channel, Message
from forbear.kernel.clock import SystemClock, stopwatch

TEXTS = {
    "zh_CN": "您的借款本期应还1,234.50元，到期日为3月5日。如有困难，请与我们商量。😀" * 4,
    "zh_TW": "您的借款本期應還1,234.50元，到期日為3月5日。如有困難，請與我們商量。",
    "en": "Your payment of CNY 1,234.50 was due on 5 March. If this is hard for you, {talk} to us: we can find [a way].",
}
THREADS, EACH = 8, 25


def a_message(counterpart: Counterpart, number: int = 1, language: str = "zh_CN", minutes: float = 30) -> Message:
    """A message for the borrower with this number, whose time is over in so many minutes."""
    return Message(
        message_id=uuid4().hex,
        channel=counterpart.name,
        to=counterpart.address(number),
        language=language,
        subject={"zh_CN": "还款提醒", "zh_TW": "還款提醒", "en": "A reminder"}[language],
        body=TEXTS[language],
        expires_at=SystemClock().now() + timedelta(minutes=minutes),
        links={"unsubscribe": f"https://lender.example/u/{number}", "verify": f"https://lender.example/v/{number}"},
    )


@pytest.mark.parametrize("name", COUNTERPARTS)
def test_what_a_channel_can_never_do_has_a_reason(name: str) -> None:
    """A gap is one of those that the suite knows, and says why in a sentence."""
    never = counterpart_class(name).never  # type: ignore[attr-defined]
    assert set(never) <= set(GAPS)
    assert [gap for gap, reason in never.items() if len(reason.split()) < 5] == []


@pytest.mark.parametrize("language", TEXTS)
def test_a_message_arrives_once_and_whole(counterpart: Counterpart, channel: Channel, language: str) -> None:
    """简, 繁 and English, with signs that some alphabets lack."""
    message = a_message(counterpart, language=language)
    receipt = channel.deliver(message)
    assert receipt.status in ("accepted", "delivered"), receipt
    assert receipt.message_id == message.message_id and len(receipt.proof) == 64
    (arrived,) = counterpart.arrived()
    assert arrived.to == message.to and message.body in arrived.text
    assert arrived.parts_count == receipt.parts_count
    assert arrived.message_id in ("", message.message_id)


def test_the_same_message_twice_reaches_once_where_the_channel_says_so(
    counterpart: Counterpart, channel: Channel
) -> None:
    """And only there may an uncertain message be handed over again."""
    assert channel.deduplicates == ("repeats" not in counterpart.never)
    message = a_message(counterpart, language="zh_TW")
    assert [channel.deliver(message).status in ("accepted", "delivered") for _ in range(2)] == [True, True]
    assert len(counterpart.arrived()) == (1 if channel.deduplicates else 2)


def test_a_message_whose_time_is_over_is_never_handed_over(counterpart: Counterpart, channel: Channel) -> None:
    receipt = channel.deliver(a_message(counterpart, minutes=0))
    assert (receipt.status, receipt.reason) == ("refused", "expired")
    assert channel.deliver(a_message(counterpart, 2, "en")).status in ("accepted", "delivered")
    assert [arrived.to for arrived in counterpart.arrived()] == [counterpart.address(2)]


@pytest.mark.needs("validity")
def test_the_provider_is_told_until_when(counterpart: Counterpart, channel: Channel) -> None:
    """Nothing may reach the borrower later, even when the provider waits for his telephone."""
    message = a_message(counterpart, minutes=7)
    channel.deliver(message)
    (arrived,) = counterpart.arrived()
    assert arrived.until is not None
    assert message.expires_at - timedelta(seconds=3) <= arrived.until <= message.expires_at


@pytest.mark.needs("refuses")
def test_a_refusal_is_told_with_the_providers_reason(counterpart: Counterpart, channel: Channel) -> None:
    reason = counterpart.refuse()
    receipt = channel.deliver(a_message(counterpart))
    assert (receipt.status, receipt.reason) == ("refused", reason)


@pytest.mark.needs("down")
def test_when_the_provider_is_down_a_message_has_failed_and_nothing_left(
    counterpart: Counterpart, channel: Channel
) -> None:
    """And it goes again when the provider is back."""
    counterpart.go_down()
    assert eventually(lambda: not channel.health().is_up) and channel.health().reason
    message = a_message(counterpart)
    receipt = channel.deliver(message)
    assert receipt.status == "failed" and receipt.reason
    counterpart.come_up()
    assert eventually(lambda: channel.health().is_up)
    assert counterpart.arrived() == []
    assert channel.deliver(message).status in ("accepted", "delivered")
    assert len(counterpart.arrived()) == 1


@pytest.mark.needs("breaks")
def test_when_the_line_breaks_after_a_message_was_taken_it_is_uncertain(
    counterpart: Counterpart, channel: Channel
) -> None:
    """It may have left, so it must not be tried again by itself."""
    counterpart.break_after_taking()
    receipt = channel.deliver(a_message(counterpart, language="zh_TW"))
    assert receipt.status == "uncertain" and receipt.reason
    assert len(counterpart.arrived()) == 1


@pytest.mark.needs("slow")
def test_a_slow_provider_is_waited_for_within_bounds(counterpart: Counterpart, channel: Channel) -> None:
    counterpart.be_slow(60)
    seconds = stopwatch()
    receipt = channel.deliver(a_message(counterpart, language="zh_TW"))
    assert seconds() < counterpart.bound_seconds
    assert receipt.status == "uncertain" and receipt.reason


@pytest.mark.needs("receipts")
@pytest.mark.parametrize("status", ["delivered", "undelivered"])
def test_a_receipt_is_heard_once_however_often_it_is_told(
    counterpart: Counterpart, channel: Channel, ear: Ear, status: str
) -> None:
    """Told in the wrong order, three times each, and with broken ones between."""
    messages = [a_message(counterpart, number) for number in range(5)]
    for message in messages:
        assert channel.deliver(message).status == "accepted"
    for message in reversed(messages):
        counterpart.tell_garbage()
        counterpart.tell(message.to, status, times=3)
    assert eventually(lambda: all(ear.receipts(message.message_id) for message in messages))
    last = a_message(counterpart, 6)
    channel.deliver(last)
    counterpart.tell(last.to, status)
    assert eventually(lambda: bool(ear.receipts(last.message_id)))
    sent = [each.message_id for each in (*messages, last)]
    # A receipt for a message that was never sent may be heard where the provider names our id: the desk knows no such message.
    heard = [each for each in ear.receipts() if each.message_id in sent]
    assert Counter(each.message_id for each in heard) == dict.fromkeys(sent, 1)
    assert {each.status for each in heard} == {status}
    assert channel.health().is_up


@pytest.mark.needs("inbound")
def test_what_the_borrower_says_is_heard(counterpart: Counterpart, channel: Channel, ear: Ear) -> None:
    """Told twice by the provider, it has one id, so that the same answer is one."""
    message = a_message(counterpart, language="zh_TW")
    channel.deliver(message)
    counterpart.say(message.to, "我已經還了，請查。😀", times=2)
    assert eventually(lambda: len(ear.inbound()) >= 1)
    heard = ear.inbound()[0]
    assert heard.channel == counterpart.name and "我已經還了，請查。😀" in heard.text
    assert heard.from_value and heard.in_reply_to in ("", message.message_id)
    assert {each.inbound_id for each in ear.inbound()} == {heard.inbound_id} != {""}


def test_nothing_personal_is_in_the_logs(
    counterpart: Counterpart, channel: Channel, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """No address and no words, in good days and in bad ones, even when everything is logged."""
    caplog.set_level(logging.DEBUG)
    message = a_message(counterpart, 7, "en")
    assert channel.deliver(message).status in ("accepted", "delivered")
    if "receipts" not in counterpart.never:
        counterpart.tell_garbage()
        counterpart.tell(message.to, "undelivered")
    if "inbound" not in counterpart.never:
        counterpart.say(message.to, "Call me at noon.")
    if "refuses" not in counterpart.never:
        counterpart.refuse()
        assert channel.deliver(message).status == "refused"
    if "down" not in counterpart.never:
        counterpart.go_down()
        assert channel.deliver(message).status in ("failed", "uncertain")
    channel.close()
    captured = capfd.readouterr()
    logged = "\n".join([caplog.text, captured.out, captured.err])
    for word in (message.to, message.to.lstrip("+"), message.body[:20], "Call me at noon"):
        assert word not in logged and word.encode().hex() not in logged


def test_many_threads_hand_over_each_message_exactly_once(counterpart: Counterpart, channel: Channel) -> None:
    """Eight threads, twenty-five messages each."""
    messages = [a_message(counterpart, number, "en") for number in range(THREADS * EACH)]
    with ThreadPoolExecutor(THREADS) as pool:
        receipts = list(pool.map(channel.deliver, messages))
    assert [receipt.message_id for receipt in receipts] == [message.message_id for message in messages]
    assert {receipt.status for receipt in receipts} <= {"accepted", "delivered"}
    assert Counter(each.to for each in counterpart.arrived()) == {message.to: 1 for message in messages}
    assert channel.health().is_up


def test_a_channel_closes_and_can_be_closed_again(counterpart: Counterpart, channel: Channel) -> None:
    """What was begun is finished, and afterwards nothing more leaves."""
    assert channel.deliver(a_message(counterpart)).status in ("accepted", "delivered")
    channel.close()
    channel.close()
    assert channel.deliver(a_message(counterpart, 2)).status == "failed"
    assert not channel.health().is_up
    assert [arrived.to for arrived in counterpart.arrived()] == [counterpart.address(1)]
