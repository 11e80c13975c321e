"""The behaviours of the source documents, as rows: each test names the ids that it holds."""

from __future__ import annotations

import pytest

LARGE = 5_000_000  # 50 000 yuan

# JD Jintiao


def test_j1_the_first_means_is_contact_free(outcome):
    """J1: a text message or a call comes first, and no visit is thought of."""
    first = outcome("jd_jintiao", days_past_due=3)
    assert first.treatment == "sms_reminder"
    assert first.channels[:2] == ["sms", "voice_agent"]
    assert first.visit is None


def test_j2_several_reminders_without_a_payment_lead_to_the_stricter_stage(outcome):
    """J2: four reminders and no payment; three, or a payment, do not."""
    assert outcome("jd_jintiao", attempts_count=4).contacts[0]["stage"] == "strict"
    assert outcome("jd_jintiao", attempts_count=3).contacts[0]["stage"] == "soft"
    assert outcome("jd_jintiao", attempts_count=4, paid_30_days_cents=100).contacts[0]["stage"] == "soft"


@pytest.mark.parametrize(("days", "is_candidate"), [(90, False), (91, True)])
def test_j3_more_than_ninety_days_with_failed_attempts_and_a_large_amount_make_a_visit_candidate(
    outcome, ignored, days, is_candidate
):
    """J3, J5: day 91 is the first; the amount and the failed attempts are there on both days."""
    result = outcome("jd_jintiao", days_past_due=days, overdue_cents=LARGE, reason_code="forgot", **ignored)
    assert (result.visit is not None) is is_candidate


def test_j5_each_condition_of_a_visit_is_needed(outcome, ignored):
    """J5: long, large and without effect hold together or there is no visit."""
    far = {"days_past_due": 120, "overdue_cents": LARGE, "reason_code": "forgot", **ignored}
    assert outcome("jd_jintiao", **far).visit is not None
    for missing in (
        {"days_past_due": 80},
        {"overdue_cents": 1_999_999},
        {"failed_attempts_count": 4},
        {"channels_tried_count": 1},
        {"inbound_contacts_count": 1},
    ):
        assert outcome("jd_jintiao", **(far | missing)).visit is None


def test_j6_crossing_the_line_is_a_candidate_and_a_call_still_comes_first(outcome, ignored):
    """J6, J18: the visit needs approval, and the remote contact stands beside it."""
    result = outcome("jd_jintiao", days_past_due=120, overdue_cents=LARGE, **ignored)
    assert result.visit["needs_approval"]
    assert result.visit["template"] == "visit_appointment"
    assert result.treatment == "phone_call"


def test_j7_someone_who_was_reached_and_refuses_counts_as_out_of_remote_reach(outcome, ignored):
    """J7: refusing to cooperate is remote failure as much as never answering."""
    reached = {**ignored, "right_party_contacts_count": 2, "is_lost_contact": False}
    far = {"days_past_due": 120, "overdue_cents": LARGE, "reason_code": "forgot"}
    assert outcome("jd_jintiao", **far, **reached).visit is None
    assert outcome("jd_jintiao", **far, **reached, refusal_count=2).visit is not None


def test_j9_small_loans_are_handled_online_and_large_ones_by_a_call(outcome):
    """J9: 3 000 yuan online, 20 000 yuan by phone."""
    assert outcome("jd_jintiao", overdue_cents=300_000).treatment == "push_reminder"
    assert outcome("jd_jintiao", overdue_cents=2_000_000).treatment == "phone_call"


def test_j11_a_good_history_and_a_difficulty_earn_leniency(outcome, ignored):
    """J11: first delinquency and illness: a grace offer, no visit even when long and large."""
    result = outcome(
        "jd_jintiao",
        days_past_due=120,
        overdue_cents=LARGE,
        earlier_delinquencies_count=0,
        has_hardship_signal=True,
        reason_code="illness",
        **ignored,
    )
    assert result.treatment == "grace_offer"
    assert result.contacts[0]["offer"] == "grace_period"
    assert result.visit is None


def test_j12_often_late_without_a_reason_speeds_things_up(outcome):
    """J12: 31 days, three earlier delinquencies, no reason given; a reason or a single failed attempt fewer stops it."""
    often = {"days_past_due": 31, "earlier_delinquencies_count": 3, "failed_attempts_count": 1, "attempts_count": 4}
    assert outcome("jd_jintiao", **often).visit["reason"] == "visit_frequent_no_reason"
    assert outcome("jd_jintiao", **(often | {"days_past_due": 30})).visit is None
    assert outcome("jd_jintiao", **often, reason_code="living_cost").visit is None
    assert outcome("jd_jintiao", **(often | {"failed_attempts_count": 0})).visit is None


def test_j13_the_lender_chooses_between_talks_and_courts(playbook, loan, ignored, tmp_path):
    """J13: the same facts under the orientation ``legal`` give a referral candidate and no visit."""
    import shutil

    from forbear.strategy import load_playbook

    own = tmp_path / "courts"
    shutil.copytree(playbook("jd_jintiao").folder, own)
    settings = own / "playbook.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("{value: negotiate", "{value: legal"), encoding="utf-8")
    rows = load_playbook(own).propose_row(loan(days_past_due=120, overdue_cents=LARGE, **ignored))
    referral = next(row for row in rows if row["treatment"] == "legal_referral_candidate")
    assert referral["needs_approval"]
    assert all(row["kind"] != "visit" for row in rows)


def test_j16_willingness_cancels_the_visit(outcome, ignored):
    """J16: long overdue, large, and the person got in touch: no visit."""
    result = outcome("jd_jintiao", days_past_due=120, overdue_cents=LARGE, has_shown_willingness=True, **ignored)
    assert result.visit is None


def test_j17_a_willing_person_is_offered_a_longer_term(outcome):
    """J17: the term is extended by agreement."""
    result = outcome("jd_jintiao", days_past_due=120, has_shown_willingness=True)
    assert result.treatment == "instalment_offer"
    assert result.contacts[0]["offer"] == "extension"


@pytest.mark.parametrize("name", ["jd_jintiao", "jd_finance", "weilidai", "alipay", "balanced"])
def test_j28_a_represented_person_is_written_to_through_the_representative(outcome, ignored, name):
    """J28: no call and no visit."""
    result = outcome(
        name, days_past_due=120, overdue_cents=LARGE, person_overdue_cents=LARGE, has_representative=True, **ignored
    )
    assert set(result.channels) <= {"letter", "email"}
    assert result.contacts[0]["template"] == "to_representative"
    assert result.visit is None


# JD Finance


def test_f4_the_first_message_is_a_text_message_then_calls_and_mail(outcome):
    """F4: text message with state and repayment information, then phone and e-mail."""
    assert outcome("jd_finance").channels == ["sms", "email"]
    assert outcome("jd_finance", attempts_count=2).channels == ["voice_agent", "sms", "email"]


def test_f5_a_visit_is_not_routine(outcome):
    """F5: even after half a year, neither lost nor large is no visit."""
    assert outcome("jd_finance", days_past_due=200, attempts_count=4).visit is None


def test_f6_or_f7_a_lost_person_or_a_large_amount_makes_a_candidate(outcome, ignored):
    """F6 or F7: each alone suffices; a large amount still follows three reminders."""
    assert outcome("jd_finance", days_past_due=60, **ignored).visit["reason"] == "visit_lost_contact"
    assert outcome("jd_finance", overdue_cents=3_000_000, attempts_count=3).visit["reason"] == "visit_large"
    assert outcome("jd_finance", overdue_cents=2_999_999, attempts_count=3).visit is None
    assert outcome("jd_finance", overdue_cents=3_000_000, attempts_count=2).visit is None


def test_f16_who_seeks_a_solution_gets_an_instalment_plan(outcome):
    """F15, F16: the person called in; instalments are offered and nobody is sent."""
    result = outcome("jd_finance", overdue_cents=LARGE, attempts_count=5, has_shown_willingness=True)
    assert result.contacts[0]["offer"] == "instalment_plan"
    assert result.visit is None


# Weilidai


def test_p1_a_text_message_goes_out_at_once(outcome):
    """P1, P5: on the first day, before any attempt: text message, push, e-mail."""
    result = outcome("weilidai", days_past_due=1)
    assert result.channels == ["sms", "push", "email"]
    assert result.contacts[0]["template"] == "first_reminder_with_options"


def test_p3_a_call_follows_the_message(outcome):
    """P3: to learn the reason."""
    assert outcome("weilidai", attempts_count=1).contacts[0]["template"] == "call_to_learn_the_reason"


def test_p4_who_cannot_be_reached_by_phone_gets_an_email(outcome):
    """P4: three attempts and nobody identified."""
    assert outcome("weilidai", attempts_count=3).channels[0] == "email"
    assert outcome("weilidai", attempts_count=3, right_party_contacts_count=1).channels[0] == "voice_agent"


@pytest.mark.parametrize("days", [1, 30])
def test_w8_in_the_first_month_nobody_is_sent(outcome, ignored, days):
    """W8: calls and messages only, though unreachable, refusing and large."""
    result = outcome("weilidai", days_past_due=days, overdue_cents=2_999_999, refusal_count=5, **ignored)
    assert result.visit is None
    assert result.contacts


def test_w10_several_ten_thousands_may_bring_a_visit_early_with_approval(outcome):
    """W10: 30 000 yuan after five days and one attempt: a candidate that a person must approve."""
    visit = outcome("weilidai", days_past_due=5, overdue_cents=3_000_000, attempts_count=1).visit
    assert visit["reason"] == "visit_very_large_early"
    assert visit["needs_approval"]
    assert outcome("weilidai", days_past_due=5, overdue_cents=3_000_000, attempts_count=0).visit is None


def test_w10_several_thousands_bring_no_visit_soon(outcome, ignored):
    """W10: 9 000 yuan at sixty days, though unreachable and refusing."""
    assert outcome("weilidai", days_past_due=60, overdue_cents=900_000, refusal_count=3, **ignored).visit is None


def test_w7_after_a_month_the_history_decides(outcome):
    """W7, W2: 31 days and 20 000 yuan: a candidate with two earlier delinquencies or two broken promises, else not."""
    facts = {"days_past_due": 31, "overdue_cents": 2_000_000, "attempts_count": 4, "earlier_delinquencies_count": 0}
    assert outcome("weilidai", **facts).visit is None
    assert outcome("weilidai", **(facts | {"earlier_delinquencies_count": 2})).visit is not None
    assert outcome("weilidai", **facts, promises_broken_count=2).visit is not None


@pytest.mark.parametrize(("days", "is_candidate"), [(89, False), (90, True)])
def test_w9_from_three_months_on_a_large_debt_is_enough(outcome, days, is_candidate):
    """W9, P6: the same debt is no candidate a day earlier."""
    result = outcome("weilidai", days_past_due=days, overdue_cents=1_000_000, earlier_delinquencies_count=0)
    assert (result.visit is not None) is is_candidate


def test_p7_nobody_reached_over_three_channels_makes_a_candidate(outcome, ignored):
    """P7: two channels are not enough."""
    facts = {"days_past_due": 60, "overdue_cents": 950_000, "earlier_delinquencies_count": 0, **ignored}
    assert outcome("weilidai", **facts).visit["reason"] == "visit_unreachable"
    assert outcome("weilidai", **(facts | {"channels_tried_count": 2})).visit is None


def test_p8_repeated_stalling_or_refusing_makes_a_candidate(outcome):
    """P8: twice is repeated, once is not."""
    facts = {"days_past_due": 60, "overdue_cents": 950_000, "earlier_delinquencies_count": 0}
    assert outcome("weilidai", **facts, stalling_count=2).visit["reason"] == "visit_stalling"
    assert outcome("weilidai", **facts, refusal_count=2).visit["reason"] == "visit_refusing"
    assert outcome("weilidai", **facts, stalling_count=1, refusal_count=1).visit is None


def test_w3_without_a_local_agency_nobody_is_sent(outcome):
    """W3: known to be absent; unknown is left to the approver."""
    facts = {"days_past_due": 100, "overdue_cents": 2_000_000}
    assert outcome("weilidai", **facts, has_local_agency=False).visit is None
    assert outcome("weilidai", **facts, has_local_agency=None).visit is not None


def test_w12_a_payment_in_these_days_ends_the_visits(outcome):
    """W12: seven days after a payment nobody is sent, on the eighth day the rows speak again."""
    facts = {"days_past_due": 100, "overdue_cents": 2_000_000}
    assert outcome("weilidai", **facts, days_since_last_payment=7).visit is None
    assert outcome("weilidai", **facts, days_since_last_payment=8).visit is not None


def test_w13_a_broken_promise_after_a_visit_starts_a_new_round(outcome):
    """W13, W5, W22: ten days after a visit only the broken promise brings another, and only while much is owed."""
    facts = {
        "days_past_due": 100,
        "overdue_cents": 2_000_000,
        "visits_made_count": 1,
        "days_since_last_visit": 10,
        "promises_broken_count": 1,
    }
    assert outcome("weilidai", **facts).visit is None
    assert outcome("weilidai", **facts, days_since_promise_broken=2).visit["reason"] == "visit_promise_broken"
    assert outcome("weilidai", **(facts | {"overdue_cents": 900_000}), days_since_promise_broken=2).visit is None
    assert outcome("weilidai", **(facts | {"visits_made_count": 3}), days_since_promise_broken=2).visit is None


@pytest.mark.parametrize("name", ["jd_jintiao", "jd_finance", "weilidai", "alipay", "balanced"])
def test_w18_low_ability_leads_to_relief_and_never_to_a_visit(outcome, ignored, name):
    """W18, settled: the poor are offered a plan they can pay; the same facts with high ability are another matter."""
    facts = {
        "days_past_due": 100,
        "overdue_cents": LARGE,
        "person_overdue_cents": LARGE,
        "reason_code": "forgot",
        **ignored,
    }
    poor, rich = outcome(name, ability="low", **facts), outcome(name, ability="high", **facts)
    assert poor.treatment == "instalment_offer"
    assert poor.visit is None and poor.referral is None
    assert rich.visit is not None


# Alipay


@pytest.mark.parametrize(("days", "stage", "is_candidate"), [(14, "reminded", False), (15, "intense", True)])
def test_a2_after_fourteen_days_intensity_rises(outcome, ignored, days, stage, is_candidate):
    """A2, A5: day 15 is the first on which a person calls and, messages having failed, a visit may be thought of."""
    result = outcome("alipay", days_past_due=days, **ignored)
    assert result.contacts[0]["stage"] == stage
    assert (result.visit is not None) is is_candidate


def test_a5_without_tried_messages_and_calls_there_is_no_visit(outcome, ignored):
    """A5: one channel only is not tried."""
    assert outcome("alipay", days_past_due=40, **(ignored | {"channels_tried_count": 1})).visit is None


def test_a4_a_visit_is_announced_apart_from_reminders(outcome, ignored):
    """A4, F11, W6, P9: its template is an appointment and never that of a reminder."""
    result = outcome("alipay", days_past_due=40, **ignored)
    assert result.visit["template"] == "visit_appointment"
    assert all(row["template"] != "visit_appointment" for row in result.contacts)


def test_a18_a_sudden_event_met_early_is_answered_with_a_pause(outcome):
    """A11, A18: within fourteen days a grace period, later the hardship review."""
    assert outcome("alipay", has_hardship_signal=True).treatment == "grace_offer"
    assert outcome("alipay", days_past_due=20, has_hardship_signal=True).treatment == "relief_offer"
