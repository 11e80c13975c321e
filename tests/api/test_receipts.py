"""What providers tell: let in by a signature, heard once."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from api_client import Machine
from django.db import connections
from records_cast import NOON, add_person
from senders import queue_act, sender

from forbear.dispatch import Disposition, Receipt
from forbear.kernel.signing import sign_request
from forbear.records.access.chance import fresh_signing_secret
from forbear.records.access.tokens import issue, revoke
from forbear.records.actions.dispositions import record_disposition
from forbear.records.desk import RecordsDesk
from forbear.records.events import subscribe
from forbear.records.models import Contact, EventOut
from forbear.records.scope import Scope, acting


@pytest.fixture
def gateway(tenant, cast, clock):
    """A provider that signs."""
    return issue(Scope(tenant, "owner"), "gateway", ["receipts:write"], signs=True)


@pytest.fixture
def contact_id(tenant, cast, tmp_path):
    """A message that was handed over."""
    queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        return own.drain()[0].contact_id


def told(contact_id: str, status: str = "delivered") -> bytes:
    return json.dumps({"receipts": [{"message_id": contact_id, "status": status, "at": NOON.isoformat()}]}).encode()


def tell(gateway, body: bytes, request_id: str = "r1", at=NOON, signed: bytes | None = None, secret: str = ""):
    headers = sign_request(request_id, signed if signed is not None else body, [secret or gateway.secret], at)
    return Machine().send("POST", f"/receipts/{gateway.token_id}", body, **headers)


def test_a_signed_receipt_is_heard_once(tenant, scope, cast, gateway, contact_id):
    """The same request twice, and the same word in another, change nothing more."""
    first, again = (tell(gateway, told(contact_id)) for _ in range(2))
    assert (first.status, first.body, again.body) == (200, {"heard_count": 1, "news_count": 1}, first.body)
    assert tell(gateway, told(contact_id), "r2").body["news_count"] == 0
    assert tell(gateway, told("0" * 32), "r3").body["news_count"] == 0
    with acting(scope):
        assert Contact.objects.get(tenant_id=tenant).state == "delivered"


def test_what_a_receipt_says_is_told_to_others_once(tenant, scope, cast, gateway, contact_id):
    """With the change itself, however often the provider repeats it."""
    with acting(scope):
        subscribe("", fresh_signing_secret(), ["contact.settled"])
    for number in range(2):
        assert tell(gateway, told(contact_id), f"e{number}").status == 200
    with acting(scope):
        (event,) = EventOut.objects.filter(tenant_id=tenant)
    assert (event.person_id, event.body["contact"], event.body["status"]) == ("north", contact_id, "delivered")


def test_receipts_about_many_people_do_not_wait_forever_for_whoever_tells_of_one(tenant, scope, tmp_path, clock):
    """Four tell of the same contacts in as many orders while two write down what came of each: all come to their end."""
    people = [add_person(tenant, f"p{number}", "陈某", f"1391000{number:04}") for number in range(16)]
    for member in people:
        queue_act(tenant, member)
    with sender(tenant, tmp_path / "log") as own:
        ids = [each.contact_id for each in own.drain()]
    with acting(scope):
        subscribe("", fresh_signing_secret())
        Contact.objects.update(state="started")
    barrier = threading.Barrier(6)

    def work(number: int) -> None:
        barrier.wait()
        try:
            if number >= 4:
                for each in ids[:: 1 if number == 4 else -1]:
                    record_disposition(scope, Disposition(each, NOON, number, "voicemail"))
                return
            status = ("uncertain", "accepted", "undelivered", "delivered")[number]
            order = ids[number:] + ids[:number]
            RecordsDesk(tenant, "w", clock).settle(*((each, Receipt(each, status, NOON)) for each in order))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    with acting(scope):
        assert set(Contact.objects.values_list("state", flat=True)) == {"delivered"}
        assert EventOut.objects.filter(kind="contact.disposed").count() >= len(people)


def test_whoever_does_not_sign_rightly_is_not_heard(tenant, scope, cast, gateway, contact_id, lender):
    """No signature, another body, another secret, an old one, a token instead, a signer that was ended."""
    body, path = told(contact_id), f"/receipts/{gateway.token_id}"
    assert Machine().send("POST", path, body).body["code"] == "signature_missing"
    assert tell(gateway, body, signed=b"{}").body["code"] == "signature_wrong"
    assert tell(gateway, body, secret="whsec_" + "B" * 44).body["code"] == "signature_wrong"
    assert tell(gateway, body, at=NOON - timedelta(minutes=6)).body["code"] == "signature_old"
    assert lender.send("POST", path, body).status == 401
    assert Machine(gateway.secret).get("/people").status == 401
    assert lender.send("POST", "/receipts/999999999", body).body["code"] == "unauthenticated"
    revoke(Scope(tenant, "owner"), gateway.token_id)
    assert tell(gateway, body).body["code"] == "unauthenticated"
    with acting(scope):
        assert Contact.objects.get(tenant_id=tenant).state == "accepted"
