"""Can a person have the use of their data stopped, and be forgotten, as far as the law lets a lender forget?"""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from records_cast import NOON
from records_files import LONG_AGO, everything, fill, settled_person

from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.holds import place_hold
from forbear.records.actions.persons import Erasure, erase, lift_restriction, restrict
from forbear.records.feed.addresses import normal_form
from forbear.records.models import Act, AuditEntry, Complaint, ContactPoint, Loan, Message, Permit, Person
from forbear.records.scope import acting
from forbear.records.sealing import sealer

CLOCK = FixedClock(NOON)
OWED = "cn.reading.retention.limitation_evidence.delete"
TERM = "cn.consumer_finance2024.retention_months_min.too_young"


def kept(erasure: Erasure) -> dict[str, tuple[str, ...]]:
    assert not erasure.is_erased
    return {each.part: each.rules for each in erasure.kept}


def person_of(scope, person_id: str) -> Person:
    with acting(scope):
        return Person.objects.get(person_id=person_id)


def sealed_rows(scope) -> int:
    """How many sealed values there are still."""
    rows = json.dumps(everything(scope.tenant))
    return rows.count('_sealed\\": \\"\\\\\\\\x')


def test_a_restriction_stops_what_waits_and_a_second_one_changes_nothing(cast, scope):
    fill(cast.tenant, cast.north, NOON)
    with acting(scope):
        Act.objects.update(state="queued")
    first = restrict(scope, "north")
    assert (first.is_new, first.withdrawn_count) == (True, 1)
    again = restrict(scope, "north")
    assert (again.is_new, again.at, again.withdrawn_count) == (False, first.at, 0)
    with acting(scope):
        assert [act.state for act in Act.objects.all()] == ["withdrawn"]
        assert AuditEntry.objects.filter(action="person.restricted").count() == 1


def test_a_restriction_can_be_lifted_once(cast, scope):
    restrict(scope, "north")
    assert lift_restriction(scope, "north", "consent") is True
    assert lift_restriction(scope, "north", "consent") is False
    assert person_of(scope, "north").restricted_at is None


@pytest.mark.parametrize("do", [restrict, lambda scope, who: erase(scope, who, CLOCK)])
def test_somebody_unknown_or_unseen_is_an_error(cast, as_reach, scope, do):
    for asking, person_id in ((scope, "nobody"), (as_reach("team", team="north"), "south")):
        with pytest.raises(InputError, match="no such person"):
            do(asking, person_id)


def test_who_owes_is_not_erased_and_not_restricted(cast, scope):
    """The contract and the demands prove the claim; collecting it goes on."""
    fill(cast.tenant, cast.north, LONG_AGO)
    erasure = erase(scope, "north", CLOCK)
    assert OWED in kept(erasure)["identity"] and OWED in kept(erasure)["messages"]
    assert erasure.is_restricted is False
    assert person_of(scope, "north").restricted_at is None
    with acting(scope):
        [entry] = AuditEntry.objects.filter(action="person.erasure_refused")
        assert OWED in entry.payload["kept"]["identity"]["rules"]


def test_written_off_is_not_forgiven(tenant, scope):
    settled_person(tenant, "off", status="written_off")
    assert OWED in kept(erase(scope, "off", CLOCK))["identity"]


def test_while_a_term_runs_the_data_is_only_stored(tenant, scope):
    """Settled, but the last message is a year old: it is kept, it says until when, and nothing else is done with it."""
    member = settled_person(tenant, "term")
    fill(tenant, member, NOON - timedelta(days=365))
    erasure = erase(scope, "term", CLOCK)
    assert set(kept(erasure)) == {"messages", "inbound", "matters"}
    assert TERM in kept(erasure)["messages"]
    assert {each.until_on for each in erasure.kept} == {date(2030, 11, 23)}
    assert erasure.is_restricted is True
    assert member.name in (sealer(tenant).open("name", person_of(scope, "term").name_sealed) or "")
    assert erase(scope, "term", CLOCK) == erasure


def test_the_day_before_a_term_is_over_it_is_kept_and_on_the_day_it_is_erased(tenant, scope):
    member = settled_person(tenant, "edge")
    fill(tenant, member, NOON.replace(year=2021))
    day = date(2026, 11, 22)
    assert not erase(scope, "edge", FixedClock(NOON.replace(day=22))).is_erased, day
    assert erase(scope, "edge", CLOCK).is_erased


@pytest.mark.parametrize(
    "kind, rule",
    [("legal", "cn.reading.retention.legal_hold.delete"), ("dispute", "cn.reading.retention.open_matter.dispute"),
     ("complaint", "cn.reading.retention.open_matter.complaint")],
)  # fmt: skip
def test_a_suit_or_an_open_matter_keeps_the_file(tenant, scope, kind, rule):
    settled_person(tenant, "held")
    place_hold(scope, "held", kind, date(2026, 11, 1))
    assert rule in kept(erase(scope, "held", CLOCK))["identity"]


def test_an_unanswered_complaint_keeps_the_file(tenant, scope):
    member = settled_person(tenant, "open")
    fill(tenant, member, LONG_AGO)
    with acting(scope):
        Complaint.objects.update(answered_at=None)
    assert "cn.reading.retention.open_matter.complaint" in kept(erase(scope, "open", CLOCK))["identity"]
    with acting(scope):
        Complaint.objects.update(answered_at=NOON)
    assert erase(scope, "open", CLOCK).is_erased


def test_nothing_of_an_erased_person_can_be_read_by_anybody(tenant, scope):
    """Not the owner of the database, not with the keys: every sealed value and every digest to find it by is gone; what is
    left are ids, dates, amounts and a chain that is whole."""
    member = settled_person(tenant, "gone")
    fill(tenant, member, LONG_AGO)
    index = sealer(tenant).index("mobile", normal_form("mobile", member.phone, "CN"))
    assert index in everything(tenant) and sealed_rows(scope) == 9
    erasure = erase(scope, "gone", CLOCK)
    assert erasure.is_erased
    assert erasure.blanked == {
        "messages": 1, "inbound": 1, "inspections": 1, "complaints": 1, "disputes": 1, "requests": 0, "measures": 0,
            "person": 1, "contact_points": 1, "permits": 1, "audit": 1,
    }  # fmt: skip
    rows = everything(tenant)
    assert sealed_rows(scope) == 0
    assert not [word for word in (index, member.name, member.phone, "310115") if word in rows]
    with acting(scope):
        assert list(audit.verify()) == []
        assert Loan.objects.get().loan_id == member.loan_id
        assert (Message.objects.get().template, Permit.objects.get().facts) == ("t", {})
        assert ContactPoint.objects.get().removed_reason == "erased"


def test_erasing_twice_changes_nothing_and_says_the_same(tenant, scope):
    settled_person(tenant, "twice")
    assert erase(scope, "twice", CLOCK).is_erased
    before = everything(tenant)
    again = erase(scope, "twice", CLOCK)
    assert again.is_erased and not any(again.blanked.values())
    assert everything(tenant) == before


def test_what_came_in_again_about_an_erased_person_is_blanked_again(tenant, scope):
    """The lender's book may bring the number back."""
    member = settled_person(tenant, "back")
    erase(scope, "back", CLOCK)
    with acting(scope):
        box = sealer(tenant)
        ContactPoint.objects.create(
            tenant_id=tenant, contact_point_id="new", person_id="back", kind="mobile", value_sealed=box.seal("value", "1"),
            value_index="x",
        )  # fmt: skip
        Person.objects.update(name_sealed=box.seal("name", member.name))
    assert erase(scope, "back", CLOCK).blanked["contact_points"] == 1
    assert sealed_rows(scope) == 0


def test_an_erased_person_cannot_be_used_again(tenant, scope):
    settled_person(tenant, "gone")
    erase(scope, "gone", CLOCK)
    with pytest.raises(InputError, match="erased"):
        lift_restriction(scope, "gone", "request")


def test_only_the_person_is_erased(cast, tenant, scope):
    settled_person(tenant, "gone")
    fill(tenant, cast.south, NOON)
    before = sealed_rows(scope)
    erase(scope, "gone", CLOCK)
    assert sealed_rows(scope) == before - 3
    assert sealer(tenant).open("name", person_of(scope, "south").name_sealed) == cast.south.name
