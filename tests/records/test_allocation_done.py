"""An allocation is done once, as it was seen, and everybody's history says so."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from forbear.kernel.errors import InputError  # noqa: E402
from forbear.records.actions.oversight.allocation import (  # noqa: E402
    Move,
    basis_of,
    carry_out,
    colleagues,
    holdings,
    move_cases,
)
from forbear.records.models import AuditEntry, Case  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

DAY = datetime(2026, 11, 23, tzinfo=UTC).date()


@pytest.fixture
def north(cast):
    from console_staff import hire

    for name in ("ma", "he"):
        hire(cast.tenant, "collector", f"{name}.{cast.tenant}", reach="own", team="north")
    hire(cast.tenant, "collector", f"far.{cast.tenant}", reach="team", team="south")
    return Scope(cast.tenant, f"lin.{cast.tenant}", "team", team="north")


def holder_of(tenant: str, person_id: str) -> str:
    with acting(Scope(tenant, "t")):
        return Case.objects.get(tenant_id=tenant, person_id=person_id).assigned_to


def test_it_is_done_once_with_one_entry_for_the_whole_and_one_for_each_person(north):
    allocation_id, ma = uuid4(), f"ma.{north.tenant}"
    moves = [Move("north", "", ma, "new")]
    assert carry_out(north, allocation_id, "north", "d", {}, moves, DAY)
    assert not carry_out(north, allocation_id, "north", "d", {}, moves, DAY)
    assert holder_of(north.tenant, "north") == ma
    with acting(Scope(north.tenant, "t")):
        told = AuditEntry.objects.filter(tenant_id=north.tenant, action__in=["cases.allocated", "case.assigned"])
        assert sorted(told.values_list("action", flat=True)) == ["case.assigned", "cases.allocated"]


def test_what_moved_since_the_preview_is_not_moved_over(north):
    ma, he = f"ma.{north.tenant}", f"he.{north.tenant}"
    move_cases(north, ["north"], he, DAY)
    with pytest.raises(InputError) as caught:
        carry_out(north, uuid4(), "north", "d", {}, [Move("north", "", ma, "new")], DAY)
    assert caught.value.code == "allocation_moved_on" and holder_of(north.tenant, "north") == he


def test_another_teams_cases_are_neither_seen_nor_moved(north):
    with acting(north):
        assert [each.person_id for each in holdings(north.tenant, "north")] == ["north"]
        assert holdings(north.tenant, "south") == []
        assert [each.username.split(".")[0] for each in colleagues(north.tenant, "north")] == ["he", "ma"]
    for person_id in ("south", "placed"):
        with pytest.raises(InputError):
            move_cases(north, [person_id], f"ma.{north.tenant}", DAY)
        with pytest.raises(InputError):
            carry_out(north, uuid4(), "north", "d", {}, [Move(person_id, "", f"ma.{north.tenant}", "new")], DAY)
    with pytest.raises(InputError) as caught:
        move_cases(north, ["north"], f"far.{north.tenant}", DAY)
    assert caught.value.code == "bad_assignee"


def test_by_hand_all_or_none(north):
    ma = f"ma.{north.tenant}"
    with pytest.raises(InputError):
        move_cases(north, ["north", "south"], ma, DAY)
    assert holder_of(north.tenant, "north") == ""
    assert move_cases(north, ["north"], ma, DAY) == 1
    assert move_cases(north, ["north"], ma, DAY) == 0


def test_a_preview_rests_on_cases_people_and_rules(north):
    with acting(north):
        held, team = holdings(north.tenant, "north"), colleagues(north.tenant, "north")
    before = basis_of(held, team, {"rotation_days": 0})
    assert before != basis_of(held, team, {"rotation_days": 30})
    assert before != basis_of(held, team[:1], {"rotation_days": 0})
    move_cases(north, ["north"], f"ma.{north.tenant}", DAY)
    with acting(north):
        assert before != basis_of(holdings(north.tenant, "north"), team, {"rotation_days": 0})
