"""Does the text message channel hold against what message centres really do?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from uuid import uuid4

import pytest
from counterparts import Ear, eventually
from counterparts.message_centre import THROTTLED, VENDOR, MessageCentre
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.dispatch import Message, Receipt, Report
from forbear.dispatch.channels.sms import SmsChannel, SmsSettings
from forbear.dispatch.channels.sms.reading import Unreadable, read_deliver
from forbear.dispatch.segments import cut
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import UsageError

CHINESE = "您的借款本期已到期，如有困难请与我们商量。"
Open = Callable[..., SmsChannel]


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    """A message centre."""
    centre = MessageCentre()
    yield centre
    centre.stop()


@pytest.fixture
def opened(centre: MessageCentre, ear: Ear) -> Iterator[Open]:
    """Opens channels to the centre with changed settings, and closes them."""
    channels: list[SmsChannel] = []

    def open_one(hear: Callable[[Report], None] = ear, find: object = None, **changed: object) -> SmsChannel:
        channels.append(SmsChannel(centre.settings(**changed), SystemClock(), find))  # type: ignore[arg-type]
        channels[-1].open(hear)
        return channels[-1]

    yield open_one
    for channel in channels:
        channel.close()


def a_message(body: str = CHINESE, number: int = 1, seconds: float = 1800) -> Message:
    expires_at = SystemClock().now() + timedelta(seconds=seconds)
    return Message(uuid4().hex, "sms", f"+86100{number:08d}", "zh_CN", "", body, expires_at)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=600), st.integers(0, 255))
def test_parts_make_the_text_again_and_none_cuts_a_character(text: str, reference: int) -> None:
    """Whatever the text, each part fits, can be read alone, and bears its place."""
    segments = cut(text.encode("utf-16", "replace").decode("utf-16"), reference)
    head = 6 if segments.has_header else 0
    size = 140 if segments.alphabet == "ucs2" else 160 if not segments.has_header else 159
    assert all(len(part) <= size for part in segments.parts)
    if segments.has_header:
        total = len(segments.parts)
        heads = [bytes((5, 0, 3, reference, total, number + 1)) for number in range(total)]
        assert [part[:6] for part in segments.parts] == heads
    if segments.alphabet == "ucs2":
        assert "".join(part[head:].decode("utf-16-be") for part in segments.parts) == text
    else:
        assert not any(part[head:].endswith(b"\x1b") for part in segments.parts)


@pytest.mark.parametrize(
    ("text", "parts_count"),
    [("催" * 70, 1), ("催" * 71, 2), ("催" * 66 + "😀" + "催" * 10, 2), ("a" * 160, 1), ("{" * 80, 1), ("{" * 81, 2)],
    ids=["70 汉字", "71 汉字", "an emoji on the edge", "160 letters", "80 braces", "81 braces"],
)
def test_a_long_text_arrives_whole(opened: Open, centre: MessageCentre, text: str, parts_count: int) -> None:
    """The centre joins the parts with a decoder that is not ours."""
    receipt = opened().deliver(a_message(text))
    (arrived,) = centre.arrived()
    assert (arrived.text, arrived.parts_count, receipt.parts_count) == (text, parts_count, parts_count)


def test_a_throttled_message_has_failed_and_may_be_tried_again(opened: Open, centre: MessageCentre) -> None:
    channel = opened()
    centre.behave(status=THROTTLED)
    receipt = channel.deliver(a_message())
    assert (receipt.status, receipt.reason) == ("failed", "ESME_RTHROTTLED")
    centre.behave(status=0)
    assert channel.deliver(a_message()).status == "accepted"


def test_a_status_outside_the_standard_is_told_as_it_is_and_the_line_lives(opened: Open, centre: MessageCentre) -> None:
    channel = opened()
    centre.behave(status=VENDOR)
    receipt = channel.deliver(a_message())
    assert (receipt.status, receipt.reason) == ("refused", "0x00000410")
    centre.behave(status=0)
    assert channel.deliver(a_message()).status == "accepted"
    assert centre.ask("counts")["binds"] == 1


def test_a_receipt_before_the_answer_is_heard(opened: Open, centre: MessageCentre, ear: Ear) -> None:
    """The centre tells that it was delivered before it tells that it took it."""
    channel = opened()
    centre.behave(early="DELIVRD", slow_ms=100)
    messages = [a_message(number=number) for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        assert {receipt.status for receipt in pool.map(channel.deliver, messages)} == {"accepted"}
    assert eventually(lambda: len(ear.receipts()) == 20)
    assert Counter(each.message_id for each in ear.receipts()) == {each.message_id: 1 for each in messages}
    assert channel.health().reason == ""


def test_a_message_of_several_parts_is_delivered_when_all_are(opened: Open, centre: MessageCentre, ear: Ear) -> None:
    channel = opened()
    message = a_message(CHINESE * 10)
    ids = channel.deliver(message).provider_id.split()
    assert len(ids) == 4
    for provider_id in ids[:3]:
        centre.ask("receipt", id=provider_id, state="DELIVRD")
    assert eventually(lambda: centre.ask("counts")["heard"] == 3)
    assert ear.receipts() == []
    centre.ask("receipt", id=ids[3], state="DELIVRD")
    assert eventually(lambda: len(ear.receipts()) == 1)
    assert (ear.receipts()[0].status, ear.receipts()[0].parts_count) == ("delivered", 4)


def test_a_message_of_which_one_part_is_lost_is_undelivered(opened: Open, centre: MessageCentre, ear: Ear) -> None:
    """Told once, with the state as reason, whatever becomes of the other parts."""
    channel = opened()
    ids = channel.deliver(a_message(CHINESE * 4)).provider_id.split()
    centre.ask("receipt", id=ids[1], state="EXPIRED")
    centre.ask("receipt", id=ids[0], state="DELIVRD")
    assert eventually(lambda: centre.ask("counts")["heard"] == 2)
    assert [(each.status, each.reason) for each in ear.receipts()] == [("undelivered", "EXPIRED")]


def test_a_receipt_for_a_message_of_an_earlier_run_is_found(opened: Open, centre: MessageCentre, ear: Ear) -> None:
    """The records are asked for the centre's id of it."""
    kept = {"a1": Receipt("b" * 32, "accepted", SystemClock().now(), provider_id="a1")}
    channel = opened(find=kept.get)
    for provider_id in ("a1", "a2", "a1"):
        centre.ask("receipt", id=provider_id, state="DELIVRD")
    assert eventually(lambda: centre.ask("counts")["heard"] == 3)
    assert [each.message_id for each in ear.receipts()] == ["b" * 32]
    assert channel.health().reason == "unknown_receipts=1"


def test_what_cannot_be_read_is_counted_and_declined(opened: Open, centre: MessageCentre, ear: Ear) -> None:
    channel = opened()
    centre.tell_garbage()
    assert eventually(lambda: "unreadable=" in channel.health().reason)
    assert eventually(lambda: centre.ask("counts")["declined"] >= 4)
    assert ear.receipts() == [] and channel.health().is_up and centre.ask("counts")["binds"] == 1


def test_what_could_not_be_heard_is_declined_so_that_it_comes_again(opened: Open, centre: MessageCentre) -> None:
    """The records are away when the receipt comes, and back when it comes again."""
    heard: list[Report] = []
    troubles = [ConnectionError("the records are away")]

    def hear(report: Report) -> None:
        if troubles:
            raise troubles.pop()
        heard.append(report)

    channel = opened(hear)
    message = a_message()
    channel.deliver(message)
    centre.tell(message.to, "delivered")
    assert eventually(lambda: centre.ask("counts")["declined"] == 1)
    centre.tell(message.to, "delivered")
    assert eventually(lambda: len(heard) == 1)
    assert eventually(lambda: centre.ask("counts")["heard"] == 1)


def test_a_slow_ear_does_not_hold_up_what_is_sent(opened: Open, centre: MessageCentre) -> None:
    go_on = Event()
    channel = opened(lambda report: bool(go_on.wait(20)))
    first = a_message()
    channel.deliver(first)
    centre.tell(first.to, "delivered")
    try:
        assert channel.deliver(a_message(number=2)).status == "accepted"
    finally:
        go_on.set()


def test_an_answer_that_came_late_makes_an_uncertain_message_accepted(
    opened: Open, centre: MessageCentre, ear: Ear
) -> None:
    channel = opened(answer_seconds=0.3)
    centre.behave(slow_ms=900)
    message = a_message()
    assert channel.deliver(message).status == "uncertain"
    assert eventually(lambda: [each.status for each in ear.receipts(message.message_id)] == ["accepted"])
    centre.tell(message.to, "delivered")
    assert eventually(lambda: [each.status for each in ear.receipts(message.message_id)] == ["accepted", "delivered"])


def test_a_message_that_waits_for_its_turn_too_long_never_leaves(opened: Open, centre: MessageCentre) -> None:
    """Four parts a second: the time of some is over before their turn, and they are refused, not sent late."""
    channel = opened(per_second_max=4.0, answer_seconds=10.0, window_max=30)
    messages = [a_message(number=number, seconds=2.5) for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        receipts = list(pool.map(channel.deliver, messages))
    statuses = Counter((receipt.status, receipt.reason) for receipt in receipts)
    assert set(statuses) == {("accepted", ""), ("refused", "expired")}
    arrived = centre.arrived()
    assert len(arrived) == statuses["accepted", ""] < 10
    assert all(each.until and each.until <= messages[0].expires_at + timedelta(seconds=1) for each in arrived)


def test_no_more_parts_a_second_leave_than_agreed(opened: Open, centre: MessageCentre) -> None:
    channel = opened(per_second_max=20.0, answer_seconds=10.0)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(channel.deliver, [a_message(number=number) for number in range(30)]))
    times = sorted(each.at for each in centre.arrived())
    # The first may be slow to arrive on a busy machine; those after it still keep their distance.
    assert times[-1] - times[0] >= timedelta(seconds=29 / 20 - 0.3)
    assert max(Counter(at.replace(microsecond=0) for at in times).values()) <= 22


def test_no_more_messages_are_open_than_the_window_holds(opened: Open, centre: MessageCentre) -> None:
    channel = opened(window_max=5)
    centre.behave(slow_ms=20)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(channel.deliver, [a_message(number=number) for number in range(60)]))
    assert centre.ask("counts")["window_max"] == 5


@pytest.mark.parametrize("validity", ["relative", "absolute"])
def test_the_end_is_told_in_either_form(opened: Open, centre: MessageCentre, validity: str) -> None:
    message = a_message(seconds=3600 * 5)
    opened(validity=validity).deliver(message)
    until: datetime | None = centre.arrived()[0].until
    assert until and timedelta(0) <= message.expires_at - until < timedelta(seconds=2)


def test_less_than_a_second_is_no_time_at_all(opened: Open, centre: MessageCentre) -> None:
    """Zero seconds mean a centre's own longest time to many."""
    receipt = opened().deliver(a_message(seconds=0.6))
    assert (receipt.status, receipt.reason, centre.arrived()) == ("refused", "expired", [])


def test_a_borrowers_long_answer_is_put_together(opened: Open, centre: MessageCentre, ear: Ear) -> None:
    """Parts in the wrong order, with a character cut in two between them."""
    opened()
    octets = "我已經還了，請您查一下。😀".encode("utf-16-be")
    halves = {1: octets[:13], 2: octets[13:]}
    for number in (2, 1):
        part = bytes((5, 0, 3, 9, 2, number)) + halves[number]
        fields = {"source_addr": "8610000000001", "destination_addr": "Lender", "esm_class": 0x40, "data_coding": 8}
        centre.ask("deliver", fields={**fields, "octets": part.hex()})
    assert eventually(lambda: [each.text for each in ear.inbound()] == ["我已經還了，請您查一下。😀"])


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_whatever_comes_is_read_or_said_to_be_unreadable(body: bytes) -> None:
    pdu = bytes(16) + body
    try:
        read_deliver(pdu)
    except Unreadable as error:
        assert str(error)


def test_the_line_is_made_again_and_again(opened: Open, centre: MessageCentre) -> None:
    channel = opened()
    for _ in range(3):
        centre.go_down()
        assert eventually(lambda: not channel.health().is_up)
        centre.come_up()
        assert eventually(lambda: channel.health().is_up)
        assert channel.deliver(a_message()).status == "accepted"
    assert centre.ask("counts")["binds"] == 4


@pytest.mark.parametrize(
    ("to", "body", "reason"), [("+86 100", "x", "bad_address"), ("+86100", "催" * 20_000, "too_long")]
)
def test_what_no_centre_could_take_is_refused(
    opened: Open, centre: MessageCentre, to: str, body: str, reason: str
) -> None:
    receipt = opened().deliver(replace(a_message(body), to=to))
    assert (receipt.status, receipt.reason, centre.ask("counts")["submits"]) == ("refused", reason, 0)


def test_half_a_message_is_uncertain(opened: Open, centre: MessageCentre) -> None:
    """Its first part is with the borrower: it is told which part was not taken and why, and not sent again."""
    centre.behave(slow_ms=300)
    channel = opened()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(channel.deliver, a_message(CHINESE * 4))
        assert eventually(lambda: centre.ask("counts")["submits"] == 1)
        centre.behave(status=THROTTLED)
        receipt = asked.result()
    assert (receipt.status, receipt.reason) == ("uncertain", "part_2_of_2:ESME_RTHROTTLED")
    assert centre.arrived() == []


def test_settings_that_the_protocol_cannot_bear_are_named() -> None:
    with pytest.raises(UsageError) as error:
        SmsSettings("centre.example", 2775, "lender", "longer than eight", "某公司", source_ton=9, validity="some day")
    assert (
        error.value.code == "bad_channel_setting"
        and error.value.where["settings"] == "password, source, source_ton, validity"
    )
