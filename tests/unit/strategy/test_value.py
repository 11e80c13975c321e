"""The expected value of an act: an assumption, computed in whole cents."""

from __future__ import annotations

import pytest

from forbear.columns.closure import compile_row
from forbear.columns.dtypes import TEXT
from forbear.columns.expression import column
from forbear.kernel.errors import PlaybookError
from forbear.strategy.codes import PRICES
from forbear.strategy.settings.value import read_value

GIVEN = {
    "status": "assumption",
    "basis": {"pre_due": "outstanding_cents", "otherwise": "overdue_cents"},
    "fatigue_cents": 20,
    "cost_cents": dict.fromkeys(PRICES, 10),
    "harm_cents": dict.fromkeys(PRICES, 5),
    "uplift_basis_points": {"early": {"sms": 100, "otherwise": 40}, "pre_due": {"otherwise": 2}},
}


def value(**row):
    formula = read_value(GIVEN, "playbook.yaml").column(column("stage", TEXT), column("channel", TEXT))
    return compile_row({"value": formula})({"attempts_7_days_count": 0, **row})["value"]


def test_value_is_basis_times_uplift_less_cost_and_harm():
    """1 000.00 × 1 % = 10.00, less 0.10 and 0.05."""
    assert value(stage="early", channel="sms", overdue_cents=100_000) == 1_000 - 10 - 5


def test_half_a_cent_is_rounded_up():
    """50 × 1 % = 0.5 → 1; 49 × 1 % = 0.49 → 0."""
    assert value(stage="early", channel="sms", overdue_cents=50) == 1 - 15
    assert value(stage="early", channel="sms", overdue_cents=49) == 0 - 15


def test_each_attempt_of_the_week_costs_patience():
    assert value(stage="early", channel="sms", overdue_cents=100_000, attempts_7_days_count=3) == 985 - 60


def test_before_the_due_date_the_outstanding_amount_counts():
    assert value(stage="pre_due", channel="push", overdue_cents=0, outstanding_cents=1_000_000) == 200 - 15


def test_a_channel_without_a_figure_has_the_other_one():
    assert value(stage="early", channel="letter", overdue_cents=100_000) == 400 - 15


def test_an_unknown_stage_has_no_uplift_and_an_unknown_channel_no_cost():
    assert value(stage="?", channel="none", overdue_cents=100_000) == 0


def test_an_unknown_or_negative_amount_is_nothing():
    assert value(stage="early", channel="sms", overdue_cents=None) == -15
    assert value(stage="early", channel="sms", overdue_cents=-500) == -15


@pytest.mark.parametrize(
    "change",
    [
        {"cost_cents": {}},
        {"harm_cents": dict.fromkeys(PRICES, 1.5)},
        {"basis": {"otherwise": "paid_cents"}},
        {"uplift_basis_points": {"early": {"pigeon": 1, "otherwise": 1}}},
        {"fatigue_cents": "20"},
    ],
)
def test_figures_that_cannot_be_used_are_refused(change):
    with pytest.raises(PlaybookError) as caught:
        read_value(GIVEN | change, "playbook.yaml")
    assert caught.value.code == "bad_value"


def test_in_the_default_playbook_a_dearer_channel_is_never_worth_more_for_a_tiny_debt(outcome):
    """A call about one hundred yuan costs more than it brings; a text message does not."""
    by_text = outcome("balanced", days_past_due=10, overdue_cents=10_000).contacts[0]
    by_call = outcome("balanced", days_past_due=20, overdue_cents=10_000).contacts[0]
    assert (by_text["channel"], by_call["channel"]) == ("sms", "voice_agent")
    assert by_call["value_cents"] < 0 < by_text["value_cents"]
