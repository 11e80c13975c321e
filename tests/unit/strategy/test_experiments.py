"""Trials: stable, logged with their probability, and never in the way of help."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from forbear.kernel.errors import PlaybookError
from forbear.strategy.settings.experiments import read_experiment

BOTH = {"app_point_id": "A1", "overdue_cents": 300_000, "person_overdue_cents": 300_000}
PEOPLE = 4_000


def arms(outcome, **changes):
    return Counter(
        (row["treatment"], row["arm"], row["propensity"])
        for number in range(PEOPLE)
        for row in outcome("balanced", person_id=f"P{number}", **changes).rows
        if row["preference"] == 1
    )


def test_what_happens_has_the_probability_that_is_logged(outcome):
    """A small early debt with both channels: 2 % held out, the rest half and half."""
    drawn = arms(outcome, **BOTH)
    assert {(treatment, propensity) for treatment, _, propensity in drawn} == {
        ("leave_alone", Decimal("0.020000")),
        ("sms_reminder", Decimal("0.490000")),
        ("push_reminder", Decimal("0.490000")),
    }
    for (_, _, propensity), seen in drawn.items():
        expected = PEOPLE * propensity
        assert abs(seen - expected) < 4 * (expected * (1 - propensity)).sqrt()


def test_a_person_stays_in_an_arm_from_day_to_day_and_for_every_loan(outcome):
    for number in range(200):
        person = {"person_id": f"P{number}", **BOTH}
        days = {
            outcome("balanced", **person, days_past_due=day, loan_id=f"L{day}").rows[0]["arm"] for day in range(4, 15)
        }
        assert len(days) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"days_past_due": 15},
        {"overdue_cents": 300_001, "person_overdue_cents": 300_001},
        {"person_loans_overdue_count": 2},
        {"has_hardship_signal": True},
        {"has_hardship": True},
        {"ability": "low"},
        {"has_representative": True},
        {"has_active_arrangement": True, "days_to_next_due": 1},
    ],
)
def test_nobody_else_is_held_out(outcome, facts):
    """Later stages, larger debts, people on relief, under a plan or represented are never left without contact for a trial."""
    drawn = arms(outcome, **(BOTH | facts))
    assert not [treatment for treatment, _, _ in drawn if treatment == "leave_alone"]


@pytest.mark.parametrize("facts", [{"has_hardship_signal": True}, {"ability": "low"}, {"days_past_due": 40}])
def test_who_takes_part_in_no_trial_has_probability_one(outcome, facts):
    assert {(arm, propensity) for _, arm, propensity in arms(outcome, **(BOTH | facts))} == {
        ("none", Decimal("1.000000"))
    }


def test_another_reason_to_leave_alone_is_not_put_down_to_the_trial(outcome):
    """Left alone for a payment in flight: certain, and not an arm."""
    drawn = arms(outcome, **BOTH, has_payment_in_flight=True)
    assert drawn == {("leave_alone", "none", Decimal("1.000000")): PEOPLE}


@pytest.mark.parametrize(
    "given",
    [
        {"says": "?", "salt": "s", "arms": {"a": 500_000, "b": 400_000}},
        {"says": "?", "salt": "s", "arms": {"a": 0, "b": 1_000_000}},
        {"says": "?", "salt": "s", "arms": {"a": 1_000_000}, "ends_in": "b"},
        {"says": "?", "arms": {"a": 1_000_000}},
    ],
)
def test_a_trial_whose_shares_do_not_add_up_is_refused(given):
    with pytest.raises(PlaybookError) as caught:
        read_experiment("t", given, "playbook.yaml")
    assert caught.value.where["experiment"] == "t"
