"""Ask before acting: what an outside agency is told, and that a contact begins only while it is still so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from api_client import agency, call_asked, machine, payment
from django.db import connections
from records_cast import NOON, feed

from forbear.records import audit
from forbear.records.desk import recover
from forbear.records.models import Act, Agency, AuditEntry, Contact, ContactPoint, Loan, Permit
from forbear.records.scope import acting

CALLS_A_DAY = 3


def test_a_permit_is_asked_for_used_and_its_result_told(tenant, scope, cast, placed_with):
    """Question, permit, contact, result: one contact in the records, with its whole story in the audit."""
    asked = placed_with.post("/permits", call_asked(cast))
    assert asked.status == 201 and asked.body["outcome"] == "granted"
    assert {"state_identity_first", "name_agency_and_lender", "record_call"} <= {
        duty["code"] for duty in asked.body["duties"]
    }
    used = placed_with.post(f"/permits/{asked.body['permit_id']}/use")
    assert (used.status, used.body["outcome"]) == (201, "started")
    told = {"result": "conversation", "is_right_party": True, "attitude": "willing", "ended_at": NOON.isoformat()}
    result = placed_with.post(f"/permits/{asked.body['permit_id']}/result", told)
    assert (result.status, result.body) == (200, {"contact_id": used.body["contact_id"], "is_new": True})
    with acting(scope):
        contact = Contact.objects.get(tenant_id=tenant)
        assert (contact.actor_kind, contact.agency_id, contact.result) == ("agency", "agency-1", "conversation")
        assert contact.permit.consumed_at is not None and contact.permit.act.state == "done"
        actions = list(
            AuditEntry.objects.filter(person_id="placed").order_by("number").values_list("action", flat=True)
        )
        assert actions == ["permit.given", "contact.started", "contact.disposed"]
        assert list(audit.verify()) == []


def test_a_permit_that_was_used_is_refused(cast, placed_with):
    """Used once, with whatever key."""
    permit = placed_with.post("/permits", call_asked(cast)).body["permit_id"]
    first, again, other = (placed_with.post(f"/permits/{permit}/use", key=key) for key in ("one", "one", "two"))
    assert first.status == 201
    assert (again.status, again.body, again.headers["Idempotency-Replayed"]) == (201, first.body, "true")
    assert (other.status, other.body["code"]) == (200, "used")


def forbid_by_payment(cast, lender):
    return lender.post("/payments", payment(cast))


def forbid_by_hold(cast, lender):
    return lender.post("/holds", {"person_id": "placed", "kind": "dispute", "starts_on": "2026-11-23"})


def forbid_by_refusal(cast, lender):
    return lender.post("/refusals", {"person_id": "placed"})


def forbid_by_arrangement(cast, lender):
    body = {
        "arrangement_id": "a1",
        "loan_id": cast.placed.loan_id,
        "kind": "instalment_plan",
        "signed_on": "2026-11-23",
    }
    return lender.post("/arrangements", body)


def forbid_by_word(cast, lender):
    body = {"inbound_id": "m1", "channel": "sms", "from_value": cast.placed.phone, "text": "TD", "at": NOON.isoformat()}
    return lender.post("/inbound", body)


@pytest.mark.parametrize(
    "forbid", [forbid_by_payment, forbid_by_hold, forbid_by_refusal, forbid_by_arrangement, forbid_by_word]
)
def test_what_forbids_between_question_and_use_takes_the_permit_back(tenant, scope, cast, lender, placed_with, forbid):
    """A payment, a dispute, a request to stop, an agreed plan, a word: the permit opens nothing any more."""
    permit = placed_with.post("/permits", call_asked(cast)).body["permit_id"]
    assert forbid(cast, lender).status == 200
    used = placed_with.post(f"/permits/{permit}/use")
    assert (used.status, used.body["outcome"], used.body["code"]) == (200, "refused", "withdrawn")
    with acting(scope):
        assert not Contact.objects.filter(tenant_id=tenant, direction="out").exists()
        assert Act.objects.get(tenant_id=tenant).state == "withdrawn"


def test_a_permit_ends_by_itself(cast, placed_with, clock, tenant):
    """After its minutes it opens nothing."""
    granted = placed_with.post("/permits", call_asked(cast)).body
    assert granted["expires_at"] == "2026-11-23T04:15:00Z"
    clock.move_to(NOON + timedelta(minutes=15))
    assert placed_with.post(f"/permits/{granted['permit_id']}/use").body["code"] == "expired"


def test_hours_are_those_of_the_minute_of_use(cast, placed_with, clock, tenant):
    """A permit near the end of the day ends with the day's hours."""
    feed(tenant, NOON + timedelta(hours=9))
    clock.move_to(NOON + timedelta(hours=9, minutes=40))
    granted = placed_with.post("/permits", call_asked(cast)).body
    assert granted["expires_at"] == granted["window"]["ends_at"] == "2026-11-23T13:45:00Z"


def test_at_night_it_is_refused_with_rules_citations_and_when_it_changes(cast, placed_with, clock):
    """A refusal is an answer: verdict, deciding rule, words, what they rest on, and the next morning."""
    clock.move_to(NOON + timedelta(hours=11))
    refused = placed_with.post("/permits", call_asked(cast))
    assert (refused.status, refused.body["code"], refused.body["verdict"]) == (200, "denied", "DENY")
    first = refused.body["rules"][0]
    assert first["id"] == refused.body["decided_by"] == "cn.gbt45251.quiet_hours_start.night"
    assert "22:00" in first["because"] and first["citations"][0]["instrument"]
    assert refused.body["changes_at"] == "2026-11-24T00:00:00Z"


@pytest.mark.parametrize(
    ("asked", "answered", "words"),
    [
        ("zh-Hans", "zh-Hans", "不得"),
        ("zh-Hant", "zh-Hant", "當事人"),
        ("en-GB,zh;q=0.2", "en", "No "),
        ("fr", "en", "No "),
    ],
)
def test_reasons_are_in_the_language_asked_for(cast, placed_with, clock, asked, answered, words):
    """The kept answer has no language: the same key gives it in any."""
    clock.move_to(NOON + timedelta(hours=11))
    placed_with.post("/permits", call_asked(cast), key="one")
    said = placed_with.post("/permits", call_asked(cast), key="one", Accept_Language=asked)
    assert said.headers["Content-Language"] == answered
    assert words in said.body["rules"][0]["because"]


def test_an_agency_learns_nothing_about_who_is_not_placed_with_it(tenant, cast, placed_with):
    """Neither people nor loans nor permits of others."""
    own = placed_with.post("/permits", call_asked(cast)).body["permit_id"]
    for who in ("north", "south", "mine"):
        assert placed_with.post("/permits", call_asked(cast, who)).status == 404
        assert placed_with.get(f"/people/{who}").status == 404
        assert placed_with.get(f"/loans/L-{who}/decisions").status == 404
    assert [each["person_id"] for each in placed_with.get("/people").body["items"]] == ["placed"]
    other = machine(tenant, agency_id=agency(tenant, "agency-2"))
    for path in (f"/permits/{own}/use", f"/permits/{own}/result"):
        body = {"result": "busy", "ended_at": NOON.isoformat()} if path.endswith("result") else {}
        assert other.post(path, body).body["code"] == "unknown_permit"
    assert other.post("/permits", call_asked(cast)).status == 404


def test_a_loan_of_the_same_person_with_another_agency_is_not_there(tenant, scope, cast, placed_with):
    """Placed is the loan, not the human being."""
    with acting(scope):
        Loan.objects.create(
            tenant_id=tenant, loan_id="elsewhere", person_id="placed", disbursed_on="2026-05-08", agency_id="agency-2"
        )
    assert placed_with.post("/permits", call_asked(cast, loan_id="elsewhere")).body["code"] == "unknown_loan"


def test_one_budget_across_lender_and_agency_under_fire(tenant, scope, cast, lender, placed_with):
    """Twelve permits asked for by both before any is used, then used at once: no more calls begin than the law has."""
    permits = []
    for number in range(12):
        who = lender if number % 2 else placed_with
        answer = who.post("/permits", call_asked(cast))
        assert answer.status == 201
        permits.append((who, answer.body["permit_id"]))
    barrier = threading.Barrier(12)

    def use(one):
        barrier.wait()
        try:
            return one[0].post(f"/permits/{one[1]}/use")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        used = list(pool.map(use, permits))
    assert sorted(each.status for each in used) == [200] * (12 - CALLS_A_DAY) + [201] * CALLS_A_DAY
    refused = [each.body for each in used if each.status == 200]
    assert {each["code"] for each in refused} == {"denied"}
    with acting(scope):
        assert Contact.objects.filter(tenant_id=tenant, state="started").count() == CALLS_A_DAY
        assert list(audit.verify()) == []


def test_on_a_stale_feed_nobody_is_permitted(cast, placed_with, clock):
    """Whoever paid yesterday is in the feed of today."""
    clock.move_to(NOON + timedelta(days=3))
    refused = placed_with.post("/permits", call_asked(cast)).body
    assert (refused["code"], refused["verdict"], refused["rules"]) == ("feed_stale", None, [])


@pytest.mark.parametrize("at", ["2026-11-22T12:00:00+08:00", "2026-11-24T12:00:00+08:00", "9999-12-31T23:59:59+08:00"])
def test_only_an_instant_of_today_is_asked_about(cast, placed_with, at):
    """Tomorrow's facts are not known today."""
    assert placed_with.post("/permits", call_asked(cast, at=at)).body["code"] == "bad_time"


def test_an_instant_without_an_offset_is_no_instant(cast, placed_with):
    """An hour without one is nobody's."""
    said = placed_with.post("/permits", call_asked(cast, at="2026-11-23T14:00:00"))
    assert (said.status, said.body["where"]["field"]) == (422, "at")


def test_a_text_message_of_somebodys_own_is_not_permitted(tenant, scope, cast, placed_with):
    """Words that were not seen are not vouched for; and nothing that was refused waits to be sent from here."""
    refused = placed_with.post("/permits", call_asked(cast, channel="sms")).body
    assert refused["outcome"] == "refused" and refused["verdict"] in ("DENY", "REVIEW", "REQUIRE")
    with acting(scope):
        assert Act.objects.get(tenant_id=tenant).state == "refused"


def test_an_agency_that_lost_its_mandate_is_refused(tenant, scope, cast, placed_with):
    """What is not known of an agency counts against it, at the minute of use too."""
    permit = placed_with.post("/permits", call_asked(cast)).body["permit_id"]
    with acting(scope):
        Agency.objects.filter(tenant_id=tenant).update(contract_ends_on="2026-11-01")
    used = placed_with.post(f"/permits/{permit}/use").body
    assert (used["outcome"], used["code"]) == ("refused", "denied")
    with acting(scope):
        assert Permit.objects.get(tenant_id=tenant).revoked_reason == "denied"


def test_a_contact_outside_is_not_taken_for_one_of_a_dead_worker(tenant, scope, cast, placed_with):
    """Recovery is about our own workers: what an agency is doing goes on."""
    permit = placed_with.post("/permits", call_asked(cast)).body["permit_id"]
    placed_with.post(f"/permits/{permit}/use")
    recover(tenant)
    with acting(scope):
        assert Contact.objects.get(tenant_id=tenant).state == "started"


def test_a_number_of_somebody_else_is_removed_at_once(tenant, scope, cast, placed_with):
    """And is never permitted again."""
    permit = placed_with.post("/permits", call_asked(cast)).body["permit_id"]
    placed_with.post(f"/permits/{permit}/use")
    placed_with.post(f"/permits/{permit}/result", {"result": "wrong_person", "ended_at": NOON.isoformat()})
    with acting(scope):
        assert ContactPoint.objects.get(tenant_id=tenant, person_id="placed").removed_reason == "wrong_person"
    assert placed_with.post("/permits", call_asked(cast)).body["code"] == "point_gone"


def test_a_result_stands_as_it_was_told_first(cast, placed_with):
    """An agency cannot make a conversation into none afterwards."""
    permit = placed_with.post("/permits", call_asked(cast)).body["permit_id"]
    path, told = f"/permits/{permit}/result", {"result": "conversation", "ended_at": NOON.isoformat()}
    assert placed_with.post(path, told).body["code"] == "not_started"
    placed_with.post(f"/permits/{permit}/use")
    assert [placed_with.post(path, told).body["is_new"] for _ in range(2)] == [True, False]
    changed = placed_with.post(path, told | {"result": "no_answer"})
    assert (changed.status, changed.body["code"]) == (409, "result_changed")
    odd = placed_with.post(path, {"result": "busy", "is_right_party": True, "ended_at": NOON.isoformat()})
    assert odd.body["code"] == "bad_result"
