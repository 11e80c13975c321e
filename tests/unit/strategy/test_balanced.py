"""The default playbook: least intrusive first, help before pressure, visits last."""

from __future__ import annotations

import pytest

LARGE = 5_000_000


def balanced(outcome, **changes):
    return outcome("balanced", **changes)


def test_a_reminder_goes_out_before_the_due_date(outcome):
    """H1: three days ahead, by push, and not as collection."""
    soon = balanced(outcome, days_past_due=0, overdue_cents=0, days_to_next_due=3)
    assert soon.treatment == "pre_due_reminder"
    assert soon.contacts[0]["purpose"] == "pre_due_reminder"
    assert soon.channels == ["push", "sms"]


def test_a_loan_due_in_four_days_is_of_no_concern(outcome):
    assert balanced(outcome, days_past_due=0, overdue_cents=0, days_to_next_due=4).rows == []


def test_a_closed_loan_is_of_no_concern(outcome):
    assert balanced(outcome, is_open=False).rows == []


def test_h2_a_small_fresh_debt_of_a_good_payer_is_left_alone(outcome):
    """H2: three days, 2 000 yuan, one earlier delinquency; each step beyond brings a reminder."""
    patient = {"days_past_due": 3, "overdue_cents": 200_000, "earlier_delinquencies_count": 1, "person_id": "P7"}
    assert balanced(outcome, **patient).left_alone == "likely_self_cure"
    for beyond in (
        {"days_past_due": 4},
        {"overdue_cents": 200_001},
        {"earlier_delinquencies_count": 2},
        {"promises_broken_count": 1},
    ):
        assert balanced(outcome, **(patient | beyond)).left_alone is None


@pytest.mark.parametrize(
    ("days", "treatment", "channel"),
    [
        (2, "sms_reminder", "sms"),
        (14, "sms_reminder", "sms"),
        (15, "phone_call", "voice_agent"),
        (31, "phone_call", "voice_agent"),
        (91, "phone_call", "voice_agent"),
        (181, "letter", "letter"),
    ],
)
def test_the_ladder_rises_step_by_step(outcome, days, treatment, channel):
    """J1, A2, P3: writing up to two weeks, then a call, and a letter for an old debt; never a visit by age alone."""
    result = balanced(outcome, days_past_due=days)
    assert (result.treatment, result.channels[0]) == (treatment, channel)
    assert result.visit is None


def test_h9_the_first_message_names_the_options(outcome):
    """H9, J26: whoever cannot pay reads at once what can be done."""
    assert balanced(outcome, days_past_due=2).contacts[0]["template"] == "first_reminder_with_options"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"has_payment_in_flight": True}, "payment_in_flight"),
        ({"has_open_promise": True}, "promise_not_due"),
        ({"has_active_arrangement": True}, "plan_kept"),
        ({"overdue_cents": 1_000}, "tiny_balance"),
        ({"days_since_last_payment": 3}, "paying_now"),
        ({"days_since_last_attempt": 1}, "contacted_recently"),
        ({"attempts_7_days_count": 3}, "enough_this_week"),
        ({"is_deceased": True}, "hold_bereavement"),
        ({"has_bereavement": True}, "hold_bereavement"),
        ({"has_no_contact_order": True}, "hold_no_contact"),
        ({"has_bankruptcy": True}, "hold_legal_process"),
        ({"has_moratorium": True}, "hold_legal_process"),
        ({"has_legal": True}, "hold_legal_process"),
        ({"has_dispute": True}, "hold_disputed"),
        ({"has_identity_theft": True}, "hold_disputed"),
        ({"has_settled_elsewhere": True}, "hold_disputed"),
        ({"has_complaint": True}, "hold_complaint"),
        ({"has_grace": True}, "grace_running"),
    ],
)
def test_leaving_alone_is_a_decision_with_a_reason(outcome, facts, reason):
    """W16, W12, J17, H3, H4, H6, H7: one row, no channel, no value, and the reason."""
    result = balanced(outcome, **facts)
    assert result.left_alone == reason
    assert len(result.rows) == 1
    assert (result.rows[0]["channel"], result.rows[0]["value_cents"]) == ("none", 0)


def test_j17_a_kept_plan_is_followed_up_shortly_before_its_instalment(outcome):
    """J17, H4: a friendly note two days ahead, of no collection purpose."""
    result = balanced(outcome, has_active_arrangement=True, days_to_next_due=2)
    assert result.treatment == "plan_followup"
    assert result.contacts[0]["purpose"] == "pre_due_reminder"


def test_a_request_for_help_is_answered_first(outcome):
    """A18, J27: with the purpose of a reply."""
    result = balanced(outcome, days_past_due=60, has_hardship=True, has_hardship_signal=True)
    assert result.treatment == "relief_offer"
    assert result.contacts[0]["purpose"] == "service_reply"


def test_j11_leniency_for_a_good_payer_in_difficulty(outcome):
    """J11: a grace offer; with a poorer history the hardship review."""
    assert balanced(outcome, has_hardship_signal=True, earlier_delinquencies_count=1).treatment == "grace_offer"
    assert balanced(outcome, has_hardship_signal=True, earlier_delinquencies_count=2).treatment == "relief_offer"


def test_an_old_debt_of_a_willing_person_may_be_settled_with_approval(outcome):
    """J13, W26: a settlement offer needs a person's approval."""
    result = balanced(outcome, days_past_due=200, has_shown_willingness=True)
    assert result.treatment == "settlement_offer"
    assert all(row["needs_approval"] for row in result.contacts)


FAR = {"days_past_due": 91, "person_overdue_cents": 2_000_000}


def test_a_visit_needs_long_large_lost_and_every_remote_means_together(outcome, ignored):
    """J3, J5, F6, P7, A5: take any one away and there is no visit."""
    far = FAR | ignored
    visit = balanced(outcome, **far).visit
    assert visit["reason"] == "visit_lost_long_large"
    assert visit["needs_approval"]
    for missing in (
        {"days_past_due": 90},
        {"person_overdue_cents": 1_999_999},
        {"is_lost_contact": False},
        {"attempts_count": 7},
        {"attempt_days_count": 5},
        {"channels_tried_count": 2},
        {"days_silent": 29},
        {"has_shown_willingness": True},
        {"paid_30_days_cents": 1},
        {"has_local_agency": False},
        {"visits_made_count": 2},
        {"days_since_last_visit": 20},
    ):
        assert balanced(outcome, **(far | missing)).visit is None, missing


def test_a_product_may_have_a_line_of_its_own(outcome, ignored):
    """E5.1: a card waits until day 121 where an instalment loan waits until day 91."""
    far = FAR | ignored | {"product_kind": "card"}
    assert balanced(outcome, **far).visit is None
    assert balanced(outcome, **(far | {"days_past_due": 121})).visit is not None


def test_h8_court_is_a_candidate_for_who_can_pay_and_refuses(outcome):
    """H8, J13: more than half a year, a large sum, two refusals; never for low ability, never without approval."""
    refusing = {"days_past_due": 181, "person_overdue_cents": 3_000_000, "refusal_count": 2, "ability": "high"}
    result = balanced(outcome, **refusing)
    assert result.referral["treatment"] == "legal_referral_candidate"
    assert result.referral["needs_approval"]
    assert result.treatment == "letter"
    assert balanced(outcome, **(refusing | {"ability": "low"})).referral is None
    assert balanced(outcome, **(refusing | {"refusal_count": 1})).referral is None


def test_broken_words_are_not_taken_for_willingness_for_ever(outcome):
    """W13: after two broken promises the call comes back."""
    words = {"days_past_due": 60, "has_shown_willingness": True}
    assert balanced(outcome, **words, promises_broken_count=1).treatment == "instalment_offer"
    assert balanced(outcome, **words, promises_broken_count=2).treatment == "phone_call"
