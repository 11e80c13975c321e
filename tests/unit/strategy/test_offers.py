"""Offers in money: is every plan whole to the cent, and no price lower than what may be waived?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.strategy import load_playbook
from forbear.strategy.offers import plan_of, settlement_of
from forbear.strategy.settings.parameters import Parameter

DAY = date(2026, 11, 30)
OWED = {"overdue_cents": 123_456, "outstanding_cents": 500_000, "overdue_penalty_cents": 3_457, "overdue_fee_cents": 1_000,
        "overdue_interest_cents": 9_999}  # fmt: skip


def figures(**percents: int) -> dict[str, Parameter]:
    return {
        f"settlement_waived_{part}_percent": Parameter("x", value, "percent", "house", "")
        for part, value in percents.items()
    }


@given(st.integers(1, 10**9), st.integers(1, 60))
def test_a_plan_adds_up_to_what_is_overdue_and_no_instalment_is_more_than_a_cent_above_another(overdue, months):
    plan = plan_of({"overdue_cents": overdue}, months, DAY)
    if plan is None:
        assert overdue < months  # an instalment of nothing is none
        return
    assert sum(plan.amounts) == plan.total_cents == overdue and len(plan.amounts) == months
    assert max(plan.amounts) - min(plan.amounts) <= 1
    assert sum(count * cents for count, cents in plan.runs) == overdue


def test_a_plan_begins_a_month_later_and_ends_on_the_last_day_of_a_shorter_month():
    plan = plan_of(OWED, 3, DAY)
    assert (plan.first_on, plan.last_on) == (date(2026, 12, 30), date(2027, 2, 28))
    assert plan.runs == [(3, 41_152)]
    assert plan_of(OWED, 5, DAY).runs == [(1, 24_692), (4, 24_691)]


def test_a_settlement_waives_no_more_than_the_playbooks_shares():
    band = settlement_of(OWED, figures(penalty=50, fee=100, interest=0))
    assert band.waived == {"penalty": 1_728, "fee": 1_000}
    assert band.least_cents == 500_000 - 1_728 - 1_000


@pytest.mark.parametrize("parameters", [{}, figures(penalty=0, fee=0, interest=0)], ids=["none", "nought"])
def test_without_a_share_nothing_is_waived(parameters):
    band = settlement_of(OWED, parameters)
    assert band.waived == {} and band.least_cents == band.outstanding_cents == 500_000


def test_a_kind_of_product_may_have_its_own_share():
    own = {name: replace(each, by_product_kind={"card": 10}) for name, each in figures(penalty=100).items()}
    assert settlement_of(OWED | {"product_kind": "card"}, own).waived == {"penalty": 346}
    assert settlement_of(OWED | {"product_kind": "instalment"}, own).waived == {"penalty": 3_457}


def test_principal_is_never_waived_by_the_shipped_playbook():
    band = settlement_of(OWED | {"overdue_principal_cents": 109_000}, load_playbook("balanced").parameters)
    assert set(band.waived) <= {"penalty", "fee", "interest"}
    assert settlement_of({"outstanding_cents": 0}, load_playbook("balanced").parameters) is None
