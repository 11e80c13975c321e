"""Asked once, done once; read page by page, nothing passed over."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from api_client import machine, payment
from django.db import connections
from records_cast import TODAY, Life, add_person

from forbear.records.access.tokens import issue
from forbear.records.models import Contact, Decision, Hold, Payment, Run
from forbear.records.scope import Scope, acting


def test_the_same_request_again_gets_the_first_answer(tenant, scope, cast, lender):
    """Whatever happened meanwhile; the header says that it is a repetition."""
    first, again = (lender.post("/payments", payment(cast), key="one") for _ in range(2))
    assert first.body == again.body and first.body["payments"][0]["is_new"]
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    with acting(scope):
        assert Payment.objects.filter(tenant_id=tenant).count() == 1


def test_a_key_with_another_request_is_a_conflict(tenant, scope, cast, lender):
    """By anybody of the lender: the key is not told what it stood for."""
    lender.post("/payments", payment(cast), key="one")
    for who, body in ((lender, payment(cast, number=2)), (machine(tenant), payment(cast))):
        answer = who.post("/payments", body, key="one")
        assert (answer.status, answer.body["code"]) == (409, "idempotency_conflict")
    with acting(scope):
        assert Payment.objects.filter(tenant_id=tenant).count() == 1


def test_what_failed_is_done_anew(tenant, cast, lender):
    """A key whose request was refused is free."""
    body = {"person_id": "late", "kind": "grace", "starts_on": "2026-11-23"}
    assert lender.post("/holds", body, key="one").status == 404
    add_person(tenant, "late", "迟某", "13800000000")
    assert lender.post("/holds", body, key="one").status == 200


def test_twelve_at_once_with_one_key_do_it_once(tenant, scope, cast, lender):
    """All get the same answer."""
    barrier = threading.Barrier(12)

    def ask(_: int):
        barrier.wait()
        try:
            return lender.post("/refusals", {"person_id": "north", "channel": "sms"}, key="one")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(12)))
    assert len({str(each.body) for each in answers}) == 1
    assert sum("Idempotency-Replayed" not in each.headers for each in answers) == 1


@pytest.mark.parametrize("key", ["", "x" * 129, "a b", "ключ"])
def test_a_key_is_compulsory_and_plain(cast, lender, key):
    """1 to 128 visible characters."""
    headers = {"Idempotency-Key": key.encode().decode("latin-1")} if key else {}
    answer = lender.send("POST", "/refusals", b'{"person_id": "north"}', **headers)
    assert (answer.status, answer.body["code"]) == (422, "invalid_request")


def test_payments_are_taken_all_or_none_and_reversed(tenant, scope, cast, lender):
    """One that cannot be taken leaves none."""
    good, bad = payment(cast)["payments"][0], payment(cast, "north")["payments"][0] | {"loan_id": "nowhere"}
    assert lender.post("/payments", {"payments": [good, bad]}).status == 404
    assert lender.post("/payments", {"payments": [good]}).status == 200
    back = lender.post("/payments/pay-placed-1/reversal", {"reversed_on": "2026-11-24"})
    assert (back.status, back.body["is_new"]) == (200, True)
    changed = lender.post("/payments", {"payments": [good | {"amount_cents": 1}]})
    assert (changed.status, changed.body["code"]) == (409, "payment_changed")
    with acting(scope):
        assert Payment.objects.get(tenant_id=tenant).status == "reversed"


def test_a_hold_is_placed_and_ended(tenant, scope, cast, lender):
    """On one's own loan only."""
    body = {"person_id": "north", "loan_id": "L-north", "kind": "grace", "starts_on": "2026-11-23"}
    assert lender.post("/holds", body | {"loan_id": "L-south"}).status == 404
    assert lender.post("/holds", body | {"ends_on": "2026-11-01"}).body["code"] == "bad_hold"
    placed = lender.post("/holds", body).body
    assert lender.post(f"/holds/{placed['id']}/end", {"ends_on": "2026-11-30"}).status == 200
    with acting(scope):
        assert Hold.objects.get(tenant_id=tenant).ends_on == date(2026, 11, 30)


def test_a_delta_is_taken_row_by_row(tenant, scope, cast, lender):
    """Rows in are rows accepted and rows rejected; each reject has its place and its rule."""
    rows = [
        {"hold_id": "h1", "person_id": "north", "kind": "dispute", "starts_on": "2026-11-23"},
        {"hold_id": "h2", "person_id": "north", "kind": "whim", "starts_on": "2026-11-23"},
    ]
    taken = lender.post("/book/deltas", {"as_of": "2026-11-23", "tables": {"holds": rows}})
    assert taken.status == 200, taken.body
    counts = taken.body["counts"]["holds"]
    assert (counts["in"], counts["accepted"], counts["rejected"]) == (2, 1, 1)
    assert [(each["table"], each["row"], each["column"]) for each in taken.body["rejects"]] == [("holds", 1, "kind")]
    with acting(scope):
        assert [each.hold_id for each in Hold.objects.filter(tenant_id=tenant)] == ["h1"]
    odd = lender.post("/book/deltas", {"as_of": "2026-11-23", "tables": {"holds": [{"mood": "bad"}]}})
    assert (odd.status, odd.body["code"]) == (422, "unknown_column")


def pages(who, path: str, between=lambda number: None) -> list:
    """All items, page by page; ``between`` is called after each page."""
    found, cursor, number = [], "", 0
    while True:
        answer = who.get(f"{path}?limit=3{cursor}")
        assert answer.status == 200, answer.body
        found += answer.body["items"]
        if answer.body["next"] is None:
            return found
        cursor = f"&cursor={answer.body['next']}"
        between(number)
        number += 1


def test_pages_neither_repeat_nor_pass_over_while_rows_are_added(tenant, cast, lender):
    """Those who come in between come last."""
    for number in range(8):
        add_person(tenant, f"p{number}", "陈某", f"1391000{number:04}")

    def add(number: int) -> None:
        if number < 3:
            add_person(tenant, f"q{number}", "陈某", f"1392000{number:04}")

    ids = [each["person_id"] for each in pages(lender, "/people", add)]
    assert len(ids) == len(set(ids)) == 15
    assert ids[:12] == ["north", "south", "placed", "mine", *(f"p{number}" for number in range(8))]


def test_newest_first_shows_each_once_while_newer_ones_come(tenant, scope, cast, lender):
    """What is newer than the first page is not on a later one."""

    def add(number: int) -> None:
        with acting(scope):
            Contact.objects.create(
                tenant_id=tenant, contact_id=f"c{number}", person_id="north", at=f"2026-11-22T0{number % 10}:00Z",
                channel="sms",
            )  # fmt: skip

    for number in range(8):
        add(number)
    found = pages(lender, "/people/north/contacts", lambda number: add(100 + number))
    assert [each["contact_id"] for each in found] == [f"c{number}" for number in reversed(range(8))]


@pytest.mark.parametrize("cursor", ["x", "WyJwZW9wbGUiLDJd", "%00", "a" * 300])
def test_a_cursor_of_somebodys_own_is_refused(cast, lender, cursor):
    """Made up, or of another list."""
    assert lender.get(f"/people?cursor={cursor}").status == 422
    other = lender.get("/people?limit=1").body["next"]
    assert lender.get(f"/cases?cursor={other}").body["code"] == "bad_cursor"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x"])
def test_a_page_has_at_most_two_hundred(cast, lender, limit):
    """More is refused, not cut."""
    assert lender.get(f"/people?limit={limit}").status == 422


def test_decisions_of_a_loan_have_their_reasons(tenant, scope, cast, lender):
    """Of the playbook or of the law of the day, in words."""
    with acting(scope):
        run = Run.objects.create(tenant_id=tenant, business_date=TODAY, playbook="balanced", law="cn+house")
        rule = "cn.gbt45251.quiet_hours_start.night"
        for values in ({"reason": "in_flight"}, {"reason_rule": rule, "verdict": "DENY", "duties": ["record_call"]}):
            Decision.objects.create(
                tenant_id=tenant, run=run, business_date=TODAY, loan_id="L-north", person_id="north", act="none",
                status="left", **values,
            )  # fmt: skip
    found = lender.get("/loans/L-north/decisions", Accept_Language="zh").body["items"]
    assert [bool(each["rules"]) for each in found] == [True, False]
    assert "不得催收" in found[0]["rules"][0]["because"] and found[0]["duties"][0]["says"] == "通话录音"
    assert found[1]["reason_says"] and found[1]["reason"] == "in_flight"
    assert lender.get("/runs").body["items"][0]["business_date"] == "2026-11-23"
    assert lender.get("/imports").body["items"][0]["kind"] == "full"


def test_events_are_written_with_the_change_and_read_in_order(tenant, cast, lender):
    """A reader who keeps ``next`` gets each once."""
    own = lender.post("/subscriptions", {"kinds": ["payment.accepted", "payment.reversed", "hold.placed"]}).body
    path = f"/subscriptions/{own['subscription_id']}/events"
    empty = lender.get(path).body
    assert empty["items"] == []
    lender.post("/payments", payment(cast))
    lender.post("/payments/pay-placed-1/reversal", {"reversed_on": "2026-11-24"})
    lender.post("/refusals", {"person_id": "placed"})
    lender.post("/holds", {"person_id": "placed", "kind": "grace", "starts_on": "2026-11-23"})
    first = lender.get(f"{path}?limit=2&cursor={empty['next']}").body
    rest = lender.get(f"{path}?cursor={first['next']}").body
    kinds = [each["kind"] for each in first["items"] + rest["items"]]
    assert kinds == ["payment.accepted", "payment.reversed", "hold.placed"]
    assert lender.get(f"{path}?cursor={rest['next']}").body["items"] == []
    assert lender.post(f"/subscriptions/{own['subscription_id']}/stop").body["stopped_at"] is not None


def test_an_event_that_is_committed_late_is_not_passed_over(tenant, cast, lender):
    """Its id is lower than that of one that was read before; its place is not."""
    own = lender.post("/subscriptions", {}).body["subscription_id"]
    emitted, read = threading.Event(), threading.Event()

    def slowly() -> None:
        from forbear.records.events import emit

        try:
            with acting(Scope(tenant, "slow")):
                emit("hold.placed", "north", {})
                emitted.set()
                assert read.wait(30)
        finally:
            connections.close_all()

    slow = threading.Thread(target=slowly)
    slow.start()
    assert emitted.wait(30)
    lender.post("/payments", payment(cast, "south"))
    before = lender.get(f"/subscriptions/{own}/events").body
    read.set()
    slow.join()
    after = lender.get(f"/subscriptions/{own}/events?cursor={before['next']}").body
    assert [[each["kind"] for each in one["items"]] for one in (before, after)] == [
        ["payment.accepted"], ["hold.placed"],
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["http://ledger.example/", "https://user:pass@ledger.example/", "https://", "ftp://x"])
def test_events_go_to_private_addresses_only(cast, lender, url):
    """Over TLS, and without a password in the address."""
    body = {"url": url, "secret": "whsec_" + "A" * 44}
    assert lender.post("/subscriptions", body).status == 422
    assert lender.post("/subscriptions", {"url": "https://ledger.example/"}).body["code"] == "secret_unreadable"


def test_a_teams_people_are_not_shown_to_an_agency_that_has_none(tenant, cast, clock):
    """An agency that is not known is given no token at all."""
    add_person(tenant, "far", "远某", "13500000000", Life(agency_id="agency-9"))
    with pytest.raises(Exception, match="no such agency"):
        issue(Scope(tenant, "owner"), "x", ["people:read"], agency_id="agency-9")
