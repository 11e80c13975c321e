"""Does every tampering with the audit come to light?

The attacker is the owner of the database, who can switch every guard off, and knows how digests are made.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

import pytest
from django.db import DatabaseError, connection, connections
from records_cast import ask, open_tenant

from forbear.records import audit
from forbear.records.actions.tenants import change_settings
from forbear.records.audit import Entry, Finding, heads, lane_of, verify
from forbear.records.models import AuditEntry, AuditLane
from forbear.records.scope import Scope, acting

LANE = lane_of("north")


@pytest.fixture
def written(scope) -> Scope:
    """Six entries about one person, in one lane, each with personal data; and one about another."""
    for number in range(6):
        with acting(scope):
            audit.record(
                Entry("case.noted", "case", f"c{number}", "north", {"number": number}, {"note": f"秘密{number}"})
            )
    with acting(scope):
        audit.record(Entry("case.noted", "case", "c9", "south"))
    return scope


def found(scope: Scope, anchor=()) -> list[tuple[str, int]]:
    with acting(scope):
        return [(each.kind, each.number) for each in verify(anchor)]


@contextmanager
def as_owner():
    """The owner's hand in the table, all guards off."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def alter(scope: Scope, change: str, number: int) -> None:
    with as_owner() as cursor:
        cursor.execute(
            f"UPDATE records_auditentry SET {change} WHERE tenant_id = %s AND lane = %s AND number = %s",
            [scope.tenant, LANE, number],
        )
        assert cursor.rowcount == 1


def remove(scope: Scope, *numbers: int) -> None:
    with as_owner() as cursor:
        cursor.execute(
            "DELETE FROM records_auditentry WHERE tenant_id = %s AND lane = %s AND number = ANY(%s)",
            [scope.tenant, LANE, list(numbers)],
        )
        assert cursor.rowcount == len(numbers)


def rewrite(scope: Scope, change: Callable[[AuditEntry], None]) -> None:
    """Make the lane anew, with digests that fit, as somebody would who knows how."""
    with acting(scope):
        rows = list(AuditEntry.objects.filter(lane=LANE).order_by("number"))
    previous = ""
    with as_owner() as cursor:
        for row in rows:
            change(row)
            row.previous = previous
            row.digest = previous = audit.entry_digest(row)
            cursor.execute(
                "UPDATE records_auditentry SET actor = %s, previous = %s, digest = %s WHERE id = %s",
                [row.actor, row.previous, row.digest, row.pk],
            )
        cursor.execute(
            "UPDATE records_auditlane SET head = %s WHERE tenant_id = %s AND lane = %s", [previous, scope.tenant, LANE]
        )


def test_a_whole_audit_has_no_findings(written):
    assert found(written) == []
    with acting(written):
        assert [each["number"] for each in heads() if each["lane"] == LANE] == [6]


@pytest.mark.parametrize(
    "change",
    ["actor = 'somebody'", "action = 'case.closed'", "payload = '{\"number\": 7}'", "at = at - interval '1 day'",
     "subject_id = 'c7'", "person_id = 'south'", "personal_digest = repeat('0', 64), personal_sealed = NULL, blanked_at = now()"],
)  # fmt: skip
def test_an_altered_entry_is_found(written, change):
    alter(written, change, 3)
    assert ("altered", 3) in found(written)


def test_an_altered_entry_whose_digest_was_made_to_fit_breaks_the_chain(written):
    with acting(written):
        row = AuditEntry.objects.get(lane=LANE, number=3)
    row.actor = "somebody"
    alter(written, f"actor = 'somebody', digest = '{audit.entry_digest(row)}'", 3)
    assert found(written) == [("reordered", 4)]


def test_a_removed_entry_is_found(written):
    remove(written, 3, 4)
    assert found(written) == [("removed", 3)]


def test_a_removed_beginning_is_found(written):
    remove(written, 1)
    assert found(written) == [("removed", 1)]


def test_entries_that_changed_places_are_found(written):
    alter(written, "number = 99", 2)
    alter(written, "number = 2", 3)
    alter(written, "number = 3", 99)
    assert {kind for kind, _ in found(written)} == {"reordered", "altered"}


def test_a_chain_cut_short_is_found(written):
    remove(written, 5, 6)
    assert found(written) == [("cut_short", 4)]


def test_a_lane_that_lost_its_head_is_found(written):
    """The entries are there, and nothing says how many there should be."""
    with as_owner() as cursor:
        cursor.execute("DELETE FROM records_auditlane WHERE tenant_id = %s AND lane = %s", [written.tenant, LANE])
    assert found(written) == [("cut_short", 6)]


def test_an_entry_added_behind_the_head_is_found(written):
    with acting(written):
        row = AuditEntry.objects.get(lane=LANE, number=6)
    row.pk, row.number, row.previous = None, 7, row.digest
    row.digest = audit.entry_digest(row)
    row.save(using="owner", force_insert=True)
    assert found(written) == [("cut_short", 7)]


def test_a_chain_written_anew_is_found_by_the_anchor_alone(written):
    """With digests that fit it has no flaw of its own: that is what an anchor is kept elsewhere for."""
    with acting(written):
        anchor = json.loads(json.dumps(heads()))
    rewrite(written, lambda row: setattr(row, "actor", "somebody else"))
    assert found(written) == []
    assert found(written, anchor) == [("not_the_anchor", 6)]


def test_a_lane_removed_with_its_head_is_found_by_the_anchor_alone(written):
    with acting(written):
        anchor = heads()
    remove(written, 1, 2, 3, 4, 5, 6)
    with as_owner() as cursor:
        cursor.execute("DELETE FROM records_auditlane WHERE tenant_id = %s AND lane = %s", [written.tenant, LANE])
    assert found(written) == []
    assert found(written, anchor) == [("removed", 6)]


def test_an_anchor_stays_good_as_the_audit_grows(written):
    with acting(written):
        anchor = heads()
    with acting(written):
        audit.record(Entry("case.noted", "case", "c10", "north"))
    assert found(written, anchor) == []


def test_blanked_personal_data_leaves_the_chain_whole(written):
    """Blanked through the one door that the guard leaves open, by the application."""
    with acting(written):
        AuditEntry.objects.filter(lane=LANE, number=2).update(personal_sealed=None, blanked_at="2026-11-23T00:00Z")
    assert found(written) == []


def test_personal_data_that_vanished_or_changed_is_found(written):
    alter(written, "personal_sealed = NULL", 2)
    alter(written, "personal_sealed = '\\x00'::bytea", 3)
    assert found(written) == [("personal_altered", 2), ("personal_altered", 3)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_auditentry SET actor = 'x'",
        "UPDATE records_auditentry SET personal_sealed = NULL",
        "UPDATE records_auditentry SET personal_sealed = NULL, blanked_at = now(), payload = '{}'",
        "UPDATE records_auditentry SET blanked_at = now(), personal_sealed = '\\x00'::bytea",
        "DELETE FROM records_auditentry",
        "TRUNCATE records_auditentry",
    ],
)
@pytest.mark.parametrize("role", ["default", "owner"])
def test_neither_the_application_nor_its_owner_changes_an_entry_unless_they_take_the_guard_down(
    written, statement, role
):
    with pytest.raises(DatabaseError, match=r"only added to|permission denied"):
        ask(written if role == "default" else None, statement, role=role)
    assert found(written) == []


def test_an_entry_is_there_exactly_when_its_deed_is(scope):
    with pytest.raises(ZeroDivisionError), acting(scope):
        audit.record(Entry("case.noted", "case", "c", "north"))
        raise ZeroDivisionError
    with acting(scope):
        audit.record(Entry("outer", "case", "c", "north"))
        with pytest.raises(ZeroDivisionError), acting(scope):
            audit.record(Entry("inner", "case", "c", "north"))
            raise ZeroDivisionError
    with acting(scope):
        assert [each.action for each in AuditEntry.objects.all()] == ["outer"]


def test_writers_at_once_leave_whole_chains(scope):
    """Eight threads, people of all lanes, several a transaction in any order: no deadlock, no gap, no fork."""

    def write(thread: int) -> None:
        for number in range(12):
            with acting(scope):
                audit.record(
                    *(
                        Entry("case.noted", "case", f"{thread}-{number}", f"p{(thread * 7 + number * each) % 40}")
                        for each in (5, 3, 1)
                    )
                )
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert found(scope) == []
    with acting(scope):
        assert AuditEntry.objects.count() == 8 * 12 * 3
        assert sum(each.entries_count for each in AuditLane.objects.all()) == 8 * 12 * 3


def test_the_first_writers_of_a_lender_do_not_wait_for_one_another_in_a_circle(records):
    """Six at once make the lanes of a lender that has none yet, each some of them and in an order of its own."""
    ready = Barrier(6)

    def write(tenant: str, number: int) -> None:
        with acting(Scope(tenant, "tester")):
            audit.record(*(Entry("case.noted", "case", "c", f"p{(number * 5 + each * 7) % 23}") for each in range(4)))
            ready.wait(30)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        for round_number in range(12):
            tenant = open_tenant(f"first-{round_number}")
            list(pool.map(write, [tenant] * 6, range(6)))
            with acting(Scope(tenant, "tester")):
                assert list(verify()) == []
                assert AuditEntry.objects.filter(action="case.noted").count() == 6 * 4


def test_a_lender_changes_its_settings_while_others_write(tenant, scope):
    """Every row refers to its lender: neither waits for the other in a circle."""

    def write() -> None:
        for number in range(40):
            with acting(scope):
                audit.record(Entry("case.noted", "case", f"{number}"))
        connection.close()

    def change() -> None:
        for number in range(40):
            change_settings(tenant, {"second_factor": number % 2 == 0})
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        for each in [pool.submit(write), pool.submit(write), pool.submit(change)]:
            each.result(60)
    assert found(scope) == []


def test_an_audit_is_whole_while_others_write_in_it(scope):
    """What is looked at and what it is compared with are of one moment."""
    stop = Event()

    def write() -> int:
        count = 0
        while not stop.is_set():
            with acting(scope):
                audit.record(Entry("case.noted", "case", "c", "north"))
            count += 1
        connection.close()
        return count

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        findings: list[Finding] = []
        try:
            for _ in range(60):
                with acting(scope):
                    findings += verify()
        finally:
            stop.set()
        assert writer.result(30) > 20
    assert findings == []


def test_two_lenders_have_chains_of_their_own(written, other_tenant):
    other = Scope(other_tenant, "tester")
    with acting(other):
        audit.record(Entry("case.noted", "case", "c", "north"))
    with acting(other):
        assert [each["number"] for each in heads()] == [1]
    assert found(other) == []
