"""Does a notification reach one browser alone, in its time, and keep quiet on the lock screen?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from counterparts import Ear
from counterparts.push_service import INSTITUTION, VAPID, PushService, as_base64

from forbear.dispatch import Message
from forbear.dispatch.channels.push import PUSH_SERVICES, PushChannel, PushSettings
from forbear.dispatch.channels.push.payload import may_show
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import InputError

CLOCK = SystemClock()


@pytest.fixture
def service(tmp_path):
    """A push service with its browsers."""
    service = PushService(tmp_path)
    yield service
    service.stop()


def a_message(to: str, body="本期应还1,234.50元。", language="zh_CN", links=None, **more) -> Message:
    until = more.pop("until", CLOCK.now() + timedelta(hours=3))
    links = {"pay": "https://lender.example/p/1", "verify": "https://lender.example/v/1"} if links is None else links
    return Message(more.pop("message_id", uuid4().hex), "push", to, language, "还款提醒", body, until, {}, links)


def delivered(service: PushService, settings: PushSettings, message: Message):
    """The receipt of a channel with these settings."""
    channel = PushChannel(settings, CLOCK)
    channel.open(Ear())
    receipt = channel.deliver(message)
    channel.close()
    return receipt


@pytest.mark.parametrize(
    ("language", "title", "body", "actions"),
    [
        ("zh_CN", "示例消费金融有限公司", "您有一条新消息，请点击查看。", ["查看", "我已还款", "请给我回电"]),
        ("zh_TW", "示例消費金融有限公司", "您有一條新消息，請點擊查看。", ["查看", "我已還款", "請給我回電"]),
        ("en", INSTITUTION["en"], "There is a message for you. Press to read it.", ["Read", "I have paid", "Call me"]),
    ],
)
def test_by_default_a_lock_screen_shows_only_that_there_is_a_message(service, language, title, body, actions):
    """In the borrower's language, with its buttons, and with a link to where all is said."""
    settings = service.settings(PushSettings("", "mailto:a@b.example", {}).shows)
    assert delivered(service, settings, a_message(service.address(1), language=language)).status == "accepted"
    (payload,) = service.payloads
    assert (payload["title"], payload["body"], payload["link"]) == (title, body, "https://lender.example/p/1")
    assert [each["title"] for each in payload["actions"]] == actions
    assert [each["action"] for each in payload["actions"]] == ["view", "paid", "call_me"]
    assert "1,234" not in json.dumps(payload, ensure_ascii=False) and "还款提醒" not in payload.values()


@pytest.mark.parametrize(
    ("body", "is_shown"),
    [
        ("您的还款日是3月5日，请留意。", True),
        ("Your payment is due on 5 March 2026.", True),
        ("本期应还1,234.50元。", False),
        ("本期应还1234元", False),
        ("本期應還１２３４圓", False),
        ("尚欠伍仟元整", False),
        ("尚欠 3 万", False),
        ("￥500", False),
        ("Please pay CNY 500", False),
        ("rmb500 and 20.00", False),
    ],
)
def test_words_without_an_amount_may_be_shown_where_the_setting_says_so(body, is_shown):
    """However an amount is written."""
    message = a_message("", body=body)
    assert may_show(message, "words") is is_shown
    assert may_show(message, "amounts") and not may_show(message, "nothing")


def test_a_push_service_is_told_how_long_how_urgent_and_what_it_replaces(service):
    """The time to live is what is left of the message's time, less a second for the way."""
    message = a_message(service.address(1))
    left = (message.expires_at - CLOCK.now()).total_seconds()
    receipt = delivered(service, replace(service.settings(), urgency="high"), message)
    (headers,) = service.headers
    assert left - 3 <= int(headers["ttl"]) <= left - 1
    assert (headers["urgency"], headers["topic"]) == ("high", message.message_id)
    assert receipt.provider_id.startswith(service.server.origin)


def test_a_message_id_of_another_form_has_a_topic_too(service):
    """Push services take 32 characters of base64url and no more."""
    delivered(
        service, service.settings(), a_message(service.address(1), message_id="a message/with more than 32 signs")
    )
    assert len(service.headers[0]["topic"]) == 32 and service.headers[0]["topic"].isalnum()


def test_what_has_a_month_to_live_is_kept_four_weeks(service):
    delivered(service, service.settings(), a_message(service.address(1), until=CLOCK.now() + timedelta(days=60)))
    assert service.headers[0]["ttl"] == str(28 * 24 * 3600)


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_refused_for_good(service, status):
    service.server.manners.answer = status, {}
    receipt = delivered(service, service.settings(), a_message(service.address(1)))
    assert (receipt.status, receipt.reason) == ("refused", "gone")


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (413, {}, ("refused", "too_long", "")),
        (400, {}, ("refused", "http_400", "")),
        (403, {}, ("failed", "key_not_accepted", "")),
        (429, {"retry-after": "120"}, ("failed", "http_429", "retry_after 120")),
        (503, {}, ("failed", "http_503", "")),
        (307, {"location": "https://127.0.0.1/inner"}, ("failed", "http_307", "")),
    ],
)
def test_every_other_answer_says_whether_it_may_be_tried_again(service, status, headers, told):
    """A redirect is followed nowhere."""
    service.server.manners.answer = status, headers
    receipt = delivered(service, service.settings(), a_message(service.address(1)))
    assert (receipt.status, receipt.reason, receipt.detail) == told
    assert service.arrived() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"endpoint": "https://127.0.0.1:1/push"}, "place_not_allowed"),
        ({"endpoint": "http://127.0.0.1/push"}, "place_not_allowed"),
        ({"endpoint": "https://169.254.169.254/latest/meta-data"}, "place_not_allowed"),
        ({"endpoint": "file:///etc/passwd"}, "place_not_allowed"),
        ({"endpoint": ""}, "bad_address"),
        ({"endpoint": 7}, "bad_address"),
        ({"keys": {"p256dh": "", "auth": "x"}}, "bad_address"),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "bad_address"),
        ({"keys": {"p256dh": as_base64(b"\4" + bytes(64)), "auth": as_base64(bytes(16))}}, "bad_address"),
        ({"keys": None}, "bad_address"),
    ],
)
def test_an_address_that_is_no_browsers_is_refused(service, change, reason):
    """It came from outside: no machine of ours is spoken to, and broken keys do no harm."""
    address = json.dumps({**json.loads(service.address(1)), **change})
    receipt = delivered(service, service.settings(), a_message(address))
    assert (receipt.status, receipt.reason) == ("refused", reason)


@pytest.mark.parametrize("address", ["", "null", "[]", "{", "[" * 4000, '{"endpoint":1e999}'])
def test_what_is_no_subscription_at_all_is_refused(service, address):
    assert delivered(service, service.settings(), a_message(address)).reason == "bad_address"


def test_a_text_that_is_too_long_for_a_push_service_is_refused(service):
    receipt = delivered(service, service.settings(), a_message(service.address(1), body="长" * 1400))
    assert (receipt.status, receipt.reason) == ("refused", "too_long")


def test_a_key_in_base64_is_as_good_as_one_in_pem(service):
    """As `vapid --gen` and as browsers' tools write them."""
    raw = as_base64(VAPID.private_key.private_numbers().private_value.to_bytes(32, "big"))
    settings = replace(service.settings(), vapid_key=raw)
    assert delivered(service, settings, a_message(service.address(1))).status == "accepted"


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"vapid_key": "no key"}, "vapid_key"),
        ({"vapid_key": "-----BEGIN PRIVATE KEY-----"}, "vapid_key"),
        ({"shows": "all"}, "shows"),
        ({"urgency": "now"}, "urgency"),
        ({"contact": "lender"}, "contact"),
    ],
)
def test_settings_that_cannot_be_used_are_named(service, change, setting):
    """Before anything is sent."""
    with pytest.raises(InputError) as caught:
        PushChannel(replace(service.settings(), **change), CLOCK)
    assert (caught.value.code, caught.value.where["setting"]) == ("push_settings_unusable", setting)


def test_the_push_services_of_browsers_are_known():
    channel = PushChannel(PushSettings(VAPID.private_pem().decode(), "mailto:a@b.example", {}), CLOCK)
    places = channel._poster.places
    for url in (
        "https://fcm.googleapis.com/fcm/send/x",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
        "https://web.push.apple.com/x",
    ):
        assert places.find(url)
    assert len(places.all) == len(PUSH_SERVICES)
