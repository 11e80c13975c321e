"""What needs a second person is decided by one, once, in time, and the database itself forbids anything else."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from forbear.kernel.errors import InputError  # noqa: E402
from forbear.records.actions.oversight.approvals import (  # noqa: E402
    Wanted,
    ask_approval,
    decide_approval,
    standing_approval,
    withdraw_approval,
)
from forbear.records.scope import Scope, acting  # noqa: E402


@pytest.fixture
def people(cast):
    from console_staff import hire

    hire(cast.tenant, "leader", f"lin.{cast.tenant}")
    hire(cast.tenant, "leader", f"wu.{cast.tenant}")
    hire(cast.tenant, "collector", f"wang.{cast.tenant}")
    hire(cast.tenant, "administrator", f"adm.{cast.tenant}")
    return cast


def as_user(tenant: str, name: str, **more) -> Scope:
    return Scope(tenant, f"{name}.{tenant}", **more)


def asked(people, kind="waiver", by="wang", **more):
    from records_cast import NOON

    approval_id = uuid4()
    wanted = Wanted(kind, "north", "L-north", {"waive_cents": 5_000}, "失业两个月", **more)
    assert ask_approval(as_user(people.tenant, by), approval_id, wanted, NOON)
    return approval_id


def code_of(do) -> str:
    with pytest.raises(InputError) as caught:
        do()
    return caught.value.code


def test_another_person_allows_it_and_it_stands_until_it_expires(people):
    from records_cast import NOON

    approval_id = asked(people)
    assert decide_approval(as_user(people.tenant, "lin"), approval_id, "approved", "材料属实", NOON)
    with acting(Scope(people.tenant, "t")):
        assert standing_approval(people.tenant, "waiver", "north", "L-north", NOON).approval_id == approval_id
        assert standing_approval(people.tenant, "waiver", "north", "L-north", NOON + timedelta(days=8)) is None
        assert standing_approval(people.tenant, "offer", "north", "L-north", NOON) is None


def test_nobody_decides_their_own(people):
    from records_cast import NOON

    approval_id = asked(people, by="lin")
    assert (
        code_of(lambda: decide_approval(as_user(people.tenant, "lin"), approval_id, "approved", "x", NOON))
        == "own_request"
    )


def test_the_database_itself_forbids_ones_own(people):
    from django.db import IntegrityError
    from records_cast import ask

    approval_id = asked(people, by="lin")
    statement = "UPDATE records_approval SET state = 'approved', decided_by = asked_by WHERE approval_id = %s"
    with pytest.raises(IntegrityError, match="approval_four_eyes"):
        ask(Scope(people.tenant, "lin"), statement, approval_id)


@pytest.mark.parametrize("change", ["asked_by = 'x'", "state = 'refused'", "decided_by = 'x'", "asked = '{}'"])
def test_what_was_decided_is_not_changed_by_any_statement(people, change):
    from django.db import DatabaseError
    from records_cast import NOON, ask

    approval_id = asked(people)
    decide_approval(as_user(people.tenant, "lin"), approval_id, "approved", "x", NOON)
    with pytest.raises(DatabaseError, match=r"not changed|decided once"):
        ask(Scope(people.tenant, "lin"), f"UPDATE records_approval SET {change} WHERE approval_id = %s", approval_id)


def test_it_is_decided_once_and_the_same_answer_again_changes_nothing(people):
    from records_cast import NOON

    approval_id = asked(people)
    assert decide_approval(as_user(people.tenant, "lin"), approval_id, "refused", "x", NOON)
    assert not decide_approval(as_user(people.tenant, "lin"), approval_id, "refused", "x", NOON)
    late = as_user(people.tenant, "wu")
    assert code_of(lambda: decide_approval(late, approval_id, "approved", "x", NOON)) == "approval_over"


def test_after_its_time_it_is_not_decided(people):
    from records_cast import NOON

    approval_id = asked(people)
    late = NOON + timedelta(days=8)
    assert (
        code_of(lambda: decide_approval(as_user(people.tenant, "lin"), approval_id, "approved", "x", late))
        == "approval_over"
    )


@pytest.mark.parametrize(("kind", "who"), [("waiver", "adm"), ("waiver", "nobody")])
def test_a_role_decides_what_is_its_own_to_decide(people, kind, who):
    from records_cast import NOON

    approval_id = asked(people, kind)
    assert (
        code_of(lambda: decide_approval(as_user(people.tenant, who), approval_id, "approved", "x", NOON))
        == "may_not_decide"
    )


def test_the_same_is_asked_once_while_it_waits(people):
    from records_cast import NOON

    approval_id = asked(people)
    again = Wanted("waiver", "north", "L-north", {}, "x")
    assert code_of(lambda: ask_approval(as_user(people.tenant, "wu"), uuid4(), again, NOON)) == "already_asked"
    assert withdraw_approval(as_user(people.tenant, "wang"), approval_id, NOON)
    assert ask_approval(as_user(people.tenant, "wu"), uuid4(), again, NOON)


def test_somebody_elses_request_is_not_withdrawn(people):
    from records_cast import NOON

    approval_id = asked(people)
    assert code_of(lambda: withdraw_approval(as_user(people.tenant, "wu"), approval_id, NOON)) == "unknown_approval"


def test_who_does_not_see_the_person_does_not_see_the_request(people):
    from records_cast import NOON

    approval_id = asked(people)
    for scope in (as_user(people.tenant, "lin", reach="team", team="south"), Scope("another", "lin")):
        assert (
            code_of(lambda scope=scope: decide_approval(scope, approval_id, "approved", "x", NOON))
            == "unknown_approval"
        )


def test_an_act_that_waited_is_queued_or_withdrawn_by_the_answer(people):
    from records_cast import NOON

    from forbear.records.models import Act

    for answer, state in (("approved", "queued"), ("refused", "withdrawn")):
        act_id = uuid4()
        with acting(Scope(people.tenant, "day")):
            Act.objects.create(
                tenant_id=people.tenant, act_id=act_id, person_id="north", loan_id="L-north", business_date=NOON.date(),
                channel="visit", purpose="collection", earliest_at=NOON, latest_at=NOON, state="waits", reason="needs_approval",
            )  # fmt: skip
        approval_id = asked(people, "visit", act_id=act_id)
        decide_approval(as_user(people.tenant, "lin"), approval_id, answer, "x", NOON)
        with acting(Scope(people.tenant, "t")):
            assert Act.objects.get(act_id=act_id).state == state


def test_a_setting_is_changed_by_the_second_person(people):
    from console_staff import hire
    from records_cast import NOON

    from forbear.records.lender import lender_settings

    hire(people.tenant, "compliance", f"zhou.{people.tenant}")
    approval_id = uuid4()
    wanted = Wanted("setting", asked={"changes": {"tries_max": 9}}, why="通道不稳定")
    ask_approval(as_user(people.tenant, "adm"), approval_id, wanted, NOON)
    assert lender_settings(people.tenant).tries_max == 5
    decide_approval(as_user(people.tenant, "zhou"), approval_id, "approved", "x", NOON)
    assert lender_settings(people.tenant).tries_max == 9
