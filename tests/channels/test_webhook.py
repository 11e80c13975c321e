"""Does a request go to its receiver alone, and is a report let in only if it is the receiver's?"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from counterparts import Ear
from counterparts.webhook_receiver import OTHER_SECRET, SECRET, WebhookReceiver, now

from forbear.dispatch import Message
from forbear.dispatch.channels.posting import Places
from forbear.dispatch.channels.webhook import WebhookChannel
from forbear.kernel.clock import FixedClock, SystemClock
from forbear.kernel.errors import InputError
from forbear.kernel.signing import sign_request

CLOCK = SystemClock()


@pytest.fixture
def receiver(tmp_path):
    """A receiver of messages."""
    receiver = WebhookReceiver(tmp_path)
    yield receiver
    receiver.stop()


@pytest.fixture
def webhook(receiver, ear: Ear):
    """An open channel to it."""
    channel = receiver.channel(CLOCK)
    channel.open(ear)
    yield channel
    channel.close()


def a_message(**more) -> Message:
    until = CLOCK.now() + timedelta(hours=1)
    return Message(
        uuid4().hex, "im_official", "openid-1", "zh_CN", "还款提醒", "您好。", until, {"name": "张小一"}, {"pay": "https://l.example"}
    )  # fmt: skip


def test_a_receiver_gets_all_that_a_message_is(webhook, receiver):
    """And a token by which its reports are known."""
    message = a_message()
    webhook.deliver(message)
    (data,) = receiver._data.values()
    token = data.pop("receipt_token")
    assert len(token) == 64
    assert data == {
        "message_id": message.message_id,
        "channel": "im_official",
        "to": "openid-1",
        "language": "zh_CN",
        "subject": "还款提醒",
        "body": "您好。",
        "expires_at": message.expires_at.isoformat(),
        "fields": {"name": "张小一"},
        "links": {"pay": "https://l.example"},
    }


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (204, {}, ("accepted", "", "")),
        (400, {}, ("refused", "http_400", "")),
        (410, {}, ("refused", "gone", "")),
        (422, {}, ("refused", "http_422", "")),
        (401, {}, ("failed", "signature_not_accepted", "")),
        (408, {}, ("failed", "http_408", "")),
        (429, {"retry-after": "30"}, ("failed", "http_429", "retry_after 30")),
        (500, {}, ("failed", "http_500", "")),
        (503, {"retry-after": "x" * 99}, ("failed", "http_503", "")),
        (504, {}, ("uncertain", "http_504", "")),
        (301, {"location": "http://127.0.0.1:22/"}, ("failed", "http_301", "")),
    ],
)
def test_every_status_says_what_became_of_the_message(webhook, receiver, status, headers, told):
    """Taken, never, not yet, or perhaps."""
    receiver.server.manners.answer = status, headers
    receipt = webhook.deliver(a_message())
    assert (receipt.status, receipt.reason, receipt.detail) == told


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("https://127.0.0.1:9/x", ("https://hooks.example",)),
        ("http://hooks.example/x", ("https://hooks.example",)),
        ("https://hooks.example:8443/x", ("https://hooks.example",)),
        ("https://hooks.example.evil.example/x", ("https://hooks.example",)),
        ("https://evil-hooks.example/x", ("https://*.hooks.example",)),
        ("https://hooks.example/x", ("https://*.hooks.example",)),
        ("https://hooks.example@127.0.0.1/x", ("https://hooks.example",)),
        ("https://user:password@hooks.example/x", ("https://hooks.example",)),
        ("https://[::1]/x", ("https://hooks.example",)),
        ("https://hooks.example:99999/x", ("https://hooks.example",)),
        ("https://*.hooks.example/x", ("https://*.hooks.example",)),
        ("", ("https://hooks.example",)),
    ],
)
def test_requests_go_nowhere_but_to_places_that_the_settings_name(receiver, url, places):
    """Not to the own network, not to a name that only looks alike."""
    with pytest.raises(InputError) as caught:
        WebhookChannel(replace(receiver.settings(), url=url, places=places), CLOCK, "im_official")
    assert caught.value.code == "place_not_allowed"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://hooks.example/x?y=1", "https://hooks.example"),
        ("HTTPS://HOOKS.EXAMPLE:443/x", "https://hooks.example/"),
        ("https://a.b.hooks.example/x", "https://*.hooks.example"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
    ],
)
def test_a_place_is_found_however_its_address_is_written(url, place):
    assert Places([place]).find(url)


@pytest.mark.parametrize(
    "place", ["", "hooks.example", "ftp://hooks.example", "https://", "https://h.example/path", "https://a@h.example",
              "https://*", "https://h.example:port", "https://h*.example"]
)  # fmt: skip
def test_a_place_that_is_not_written_as_one_is_named(place):
    with pytest.raises(InputError) as caught:
        Places([place])
    assert caught.value.code == "place_unreadable"


def test_a_certificate_of_somebody_else_is_not_trusted(receiver, ear):
    """Nothing leaves: the line is closed before the message is written."""
    channel = WebhookChannel(replace(receiver.settings(), ca_file=None), CLOCK, "im_official")
    channel.open(ear)
    receipt = channel.deliver(a_message())
    channel.close()
    assert (receipt.status, receipt.reason) == ("failed", "unreachable")
    assert receiver.arrived() == []


def test_certificates_that_cannot_be_read_are_named(receiver, tmp_path):
    with pytest.raises(InputError) as caught:
        WebhookChannel(replace(receiver.settings(), ca_file=tmp_path / "none.pem"), CLOCK, "im_official")
    assert caught.value.code == "certificates_unreadable"


@pytest.mark.parametrize("secrets", [(), ("whsec_c2hvcnQ=",)])
def test_without_a_good_secret_nothing_begins(receiver, secrets):
    with pytest.raises(InputError) as caught:
        WebhookChannel(replace(receiver.settings(), secrets=secrets), CLOCK, "im_official")
    assert caught.value.code == "secret_unreadable"


def test_no_address_is_logged_even_where_all_is_logged(webhook, receiver, caplog):
    """The path of an address may be a person's: libraries of HTTP like to log it."""
    caplog.set_level(logging.DEBUG)
    webhook.deliver(a_message())
    assert "/messages" not in caplog.text


def report(receiver: WebhookReceiver, kind: str = "message.receipt", **change) -> bytes:
    """A report about the first message, with changes; None leaves a key out."""
    sent = next(iter(receiver._data.values()))
    data = {
        "message_id": sent["message_id"],
        "receipt_token": sent["receipt_token"],
        "status": "delivered",
        "at": now(),
    }
    if kind == "message.inbound":
        data = {"inbound_id": "i1", "from": "openid-1", "text": "好的", "at": now()}
    return json.dumps(
        {"type": kind, "data": {key: value for key, value in {**data, **change}.items() if value is not None}}
    ).encode()


def take_in(webhook: WebhookChannel, body: bytes, request_id="evt_1", secret=SECRET) -> bool:
    return webhook.take_in(sign_request(request_id, body, [secret], CLOCK.now()), body)


def test_a_report_is_let_in_once_and_again_if_nobody_could_hear_it(webhook, receiver, ear):
    webhook.deliver(a_message())
    body = report(receiver, reason="DELIVRD", provider_id="p-1", parts_count=2)

    def out_of_reach(told):
        raise ConnectionError

    webhook.open(out_of_reach)
    with pytest.raises(ConnectionError):
        take_in(webhook, body)
    webhook.open(ear)
    assert [take_in(webhook, body), take_in(webhook, body)] == [True, False]
    (receipt,) = ear.receipts()
    assert (receipt.status, receipt.reason, receipt.provider_id, receipt.parts_count) == (
        "delivered",
        "DELIVRD",
        "p-1",
        2,
    )


def test_a_report_of_somebody_else_is_not_let_in(webhook, receiver, ear):
    """Another secret, another time, and a message that was never ours."""
    webhook.deliver(a_message())
    body = report(receiver)
    late = FixedClock(CLOCK.now() - timedelta(minutes=6)).now()
    refused = {
        "signature_wrong": (sign_request("evt_1", body, [OTHER_SECRET], CLOCK.now()), body),
        "signature_old": (sign_request("evt_1", body, [SECRET], late), body),
        "signature_missing": ({}, body),
    }
    other = report(receiver, message_id="0" * 32)
    refused["message_unknown"] = (sign_request("evt_1", other, [SECRET], CLOCK.now()), other)
    for code, (headers, content) in refused.items():
        with pytest.raises(InputError) as caught:
            webhook.take_in(headers, content)
        assert caught.value.code == code
    assert ear.receipts() == [] and take_in(webhook, body)


@pytest.mark.parametrize(
    ("kind", "change", "key"),
    [
        ("message.receipt", {"status": "read"}, "status"),
        ("message.receipt", {"status": None}, "status"),
        ("message.receipt", {"message_id": 7}, "message_id"),
        ("message.receipt", {"at": "yesterday"}, "at"),
        ("message.receipt", {"at": "2026-03-05T10:00:00"}, "at"),
        ("message.receipt", {"at": "9999-01-01T00:00:00Z"}, "at"),
        ("message.receipt", {"parts_count": 0}, "parts_count"),
        ("message.receipt", {"parts_count": True}, "parts_count"),
        ("message.receipt", {"reason": "x" * 65}, "reason"),
        ("message.inbound", {"inbound_id": None}, "inbound_id"),
        ("message.inbound", {"from": ""}, "from"),
        ("message.inbound", {"text": "x" * 4001}, "text"),
        ("message.inbound", {"text": "a\x00"}, "text"),
        ("message.inbound", {"text": "\ud800"}, "text"),
        ("message.inbound", {"in_reply_to": "m"}, "receipt_token"),
        ("message.other", {}, "type"),
    ],
)
def test_a_report_that_cannot_be_used_names_what_is_off(webhook, receiver, kind, change, key):
    """And never what stood there."""
    webhook.deliver(a_message())
    with pytest.raises(InputError) as caught:
        take_in(webhook, report(receiver, kind, **change))
    assert (caught.value.code, caught.value.where["key"]) == ("report_unreadable", key)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"type": "message.receipt"}', b"\xff", b"[" * 100_000])
def test_what_is_no_report_at_all_is_refused(webhook, body):
    with pytest.raises(InputError) as caught:
        take_in(webhook, body)
    assert caught.value.code == "report_unreadable"


def test_an_answer_that_names_no_message_is_heard(webhook, receiver, ear):
    webhook.deliver(a_message())
    assert take_in(webhook, report(receiver, "message.inbound"))
    (heard,) = ear.inbound()
    assert (heard.channel, heard.from_value, heard.text, heard.in_reply_to) == ("im_official", "openid-1", "好的", "")


def test_a_closed_channel_lets_nothing_in(webhook, receiver):
    """The receiver sends it again later."""
    webhook.deliver(a_message())
    body = report(receiver)
    webhook.close()
    with pytest.raises(InputError) as caught:
        take_in(webhook, body)
    assert caught.value.code == "channel_closed"
