"""Do events reach an address, signed, in order, until it has taken them, on a real server that answers as servers do?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from records_cast import NOON

from forbear.day.wiring.events import Round, deliver_events
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.kernel.signing import verify_signature
from forbear.records.events import LONGEST_WAIT, emit, subscribe
from forbear.records.models import EventOut, Subscription
from forbear.records.scope import Scope, acting

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Address:
    """A server on this machine: it answers with the numbers given, then with 200, and keeps what it was sent."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def numbers(self) -> list[int]:
        """What the events it was sent said."""
        return [json.loads(body)["data"]["number"] for _, body in self.heard]


@pytest.fixture
def address() -> Iterator[Address]:
    """One address, closed at the end."""
    kept = Address()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.heard.append((dict(self.headers.items()), body))
            self.send_response(kept.answers.pop(0) if kept.answers else 200)
            self.send_header("location", "https://elsewhere.example.cn")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


def tell(scope: Scope, *numbered: tuple[str, int]) -> None:
    with acting(scope):
        for person_id, number in numbered:
            emit("payment.accepted", person_id, {"number": number, "amount_cents": 100})


def to(scope: Scope, url: str) -> None:
    with acting(scope):
        subscribe(url, SECRET)


def test_an_event_arrives_signed_with_its_kind_its_instant_and_whom_it_is_about(cast, scope, address, clock):
    to(scope, address.url)
    tell(scope, ("north", 1))
    assert deliver_events(scope.tenant, clock) == Round(delivered_count=1)
    [(headers, body)] = address.heard
    signed = verify_signature(headers, body, [SECRET], clock)
    with acting(scope):
        event = EventOut.objects.get()
    assert signed.request_id == str(event.event_id) and event.delivered_at == NOON
    assert json.loads(body) == {
        "type": "payment.accepted",
        "timestamp": event.created_at.isoformat(),
        "data": {"number": 1, "amount_cents": 100, "person_id": "north"},
    }
    with pytest.raises(InputError, match="does not fit"):
        verify_signature(headers, body + b" ", [SECRET], clock)
    assert deliver_events(scope.tenant, clock) == Round()


def test_all_that_waits_is_delivered_in_one_round_in_each_persons_order(cast, scope, address, clock):
    to(scope, address.url)
    tell(scope, *((person, number) for number in range(8) for person in ("north", "south")))
    assert deliver_events(scope.tenant, clock).delivered_count == 16
    by_person: dict[str, list[int]] = {}
    for _, body in address.heard:
        data = json.loads(body)["data"]
        by_person.setdefault(data["person_id"], []).append(data["number"])
    assert by_person == {"north": list(range(8)), "south": list(range(8))}


@pytest.mark.parametrize("answer", [500, 404, 429, 301])
def test_what_was_not_taken_is_sent_again_with_the_same_id_and_what_follows_waits(cast, scope, address, clock, answer):
    """A redirection is not followed: nobody wrote that other address down."""
    to(scope, address.url)
    address.answers = [answer]
    tell(scope, ("north", 1), ("north", 2))
    assert deliver_events(scope.tenant, clock) == Round(failed_count=1)
    with acting(scope):
        assert EventOut.objects.order_by("id").first().last_error == str(answer)
    clock.move_to(NOON + timedelta(seconds=30))
    assert deliver_events(scope.tenant, clock) == Round(delivered_count=2)
    assert address.numbers == [1, 1, 2]
    first, again, _ = address.heard
    assert first[0]["webhook-id"] == again[0]["webhook-id"]
    assert first[0]["webhook-signature"] != again[0]["webhook-signature"]


def test_an_address_that_is_gone_is_told_nothing_more(cast, scope, address, clock):
    to(scope, address.url)
    address.answers = [410]
    tell(scope, ("north", 1), ("south", 1))
    assert deliver_events(scope.tenant, clock).gone_count >= 1
    with acting(scope):
        assert Subscription.objects.get().stopped_at == NOON
    clock.move_to(NOON + LONGEST_WAIT)
    heard = len(address.heard)
    assert deliver_events(scope.tenant, clock) == Round()
    assert len(address.heard) == heard


def test_an_address_that_does_not_answer_holds_up_no_other(cast, scope, address, clock):
    """Nobody listens on the first; its four people's events wait, and each is tried once later."""
    closed = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = closed.server_port
    closed.server_close()
    to(scope, f"http://127.0.0.1:{port}/hooks")
    to(scope, address.url)
    tell(scope, *((each.person_id, 1) for each in cast.all))
    assert deliver_events(scope.tenant, clock) == Round(delivered_count=4, failed_count=4)
    with acting(scope):
        errors = sorted(EventOut.objects.filter(delivered_at__isnull=True).values_list("last_error", flat=True))
    assert errors == ["ConnectError"] + ["the address did not answer a moment ago"] * 3


def test_another_lenders_events_stay_where_they_are(cast, scope, address, clock, other_tenant):
    to(scope, address.url)
    tell(scope, ("north", 1))
    assert deliver_events(other_tenant, clock) == Round()
    assert address.heard == []
