"""Is a request let in only if it is signed, lately, and once?"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.kernel.signing import Seen, is_keyed_digest, keyed_digest, read_secret, sign_request, verify_signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another secret of 32 bytes, here").decode()
AT = datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC)
ID, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'


def refused(headers, body=BODY, secrets=(SECRET,), at=AT):
    """The code that a request is refused with."""
    with pytest.raises(InputError) as caught:
        verify_signature(headers, body, secrets, FixedClock(at))
    return caught.value.code


def test_a_signature_is_the_one_that_the_standard_gives_as_its_example():
    """The example of the Standard Webhooks libraries: secret, id, timestamp, body, signature."""
    assert sign_request(ID, BODY, [SECRET], AT) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_was_signed_is_let_in_whatever_the_case_of_the_headers():
    headers = {name.title(): value for name, value in sign_request(ID, BODY, [SECRET], AT).items()}
    signed = verify_signature(headers, BODY, [SECRET], FixedClock(AT))
    assert (signed.request_id, signed.signed_at) == (ID, AT)


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "webhook-signature", "body"])
def test_what_was_changed_on_the_way_is_refused(part):
    """One character of the id, of the timestamp, of the signature, of the body."""
    headers = sign_request(ID, BODY, [SECRET], AT)
    body = BODY
    if part == "body":
        body = BODY.replace(b"2432232314", b"2432232315")
    elif part == "webhook-signature":
        headers[part] = headers[part].replace("g0hM", "g0hN")
    elif part == "webhook-timestamp":
        headers[part] = "1614265331"
    else:
        headers[part] = ID[:-1] + "x"
    assert refused(headers, body) == "signature_wrong"


@pytest.mark.parametrize(
    ("seconds", "code"), [(300, None), (301, "signature_old"), (-300, None), (-301, "signature_old")]
)
def test_a_signature_is_good_for_five_minutes_either_way(seconds, code):
    """At the limit, and a second beyond it."""
    headers, at = sign_request(ID, BODY, [SECRET], AT), AT + timedelta(seconds=seconds)
    if code:
        assert refused(headers, at=at) == code
    else:
        assert verify_signature(headers, BODY, [SECRET], FixedClock(at)).request_id == ID


def test_a_secret_that_is_being_replaced_is_good_beside_the_new_one():
    """Signed with both, whoever knows either lets it in; whoever knows neither does not."""
    headers = sign_request(ID, BODY, [OTHER, SECRET], AT)
    for known in ([SECRET], [OTHER], [OTHER, SECRET]):
        assert verify_signature(headers, BODY, known, FixedClock(AT)).request_id == ID
    assert refused(sign_request(ID, BODY, [OTHER], AT)) == "signature_wrong"
    assert refused(headers, secrets=()) == "signature_wrong"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": ""},
        {"webhook-id": "two.parts"},
        {"webhook-id": "x" * 257},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "١٦١٤٢٦٥٣٣٠"},
        {"webhook-timestamp": "9" * 12},
        {"webhook-signature": ""},
    ],
)
def test_a_request_without_its_headers_is_refused(change):
    assert refused({**sign_request(ID, BODY, [SECRET], AT), **change}) == "signature_missing"


def test_a_signature_of_another_version_is_none():
    headers = sign_request(ID, BODY, [SECRET], AT)
    headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v1a,")
    assert refused(headers) == "signature_wrong"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!", "whsec_c2hvcnQ="])
def test_a_secret_that_is_too_weak_is_refused_without_being_shown(secret):
    with pytest.raises(InputError) as caught:
        read_secret(secret)
    assert caught.value.code == "secret_unreadable"
    assert len(secret) < 7 or secret not in str(caught.value)


def test_the_same_request_is_let_in_once_for_as_long_as_its_signature_is_good():
    clock = FixedClock(AT)
    seen = Seen(clock)
    assert [seen.is_first("a"), seen.is_first("a"), seen.is_first("b")] == [True, False, True]
    clock.move_to(AT + timedelta(seconds=600))
    assert not seen.is_first("a")
    seen.forget("b")
    assert seen.is_first("b")
    clock.move_to(AT + timedelta(seconds=1300))
    assert seen.is_first("a")


def test_a_token_is_good_for_its_purpose_and_value_alone():
    token = keyed_digest("receipt", "m1", SECRET)
    assert is_keyed_digest(token, "receipt", "m1", [OTHER, SECRET])
    for purpose, value, secrets in (("link", "m1", [SECRET]), ("receipt", "m2", [SECRET]), ("receipt", "m1", [OTHER])):
        assert not is_keyed_digest(token, purpose, value, secrets)
