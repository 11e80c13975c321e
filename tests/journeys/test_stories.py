"""Does a borrower's story come out right, day by day, through the real run? Behaviour ids stand in the docstrings."""

from __future__ import annotations

import pytest
from stories_told import STORIES

PLAYBOOKS = ("balanced", "jd_jintiao", "jd_finance", "weilidai", "alipay")
EVERY = pytest.mark.parametrize("playbook", PLAYBOOKS)
WRITTEN = ("sms", "push", "email", "im_official")


# From the first miss to a call


def test_a_friendly_note_goes_out_before_the_due_date_and_is_no_collection(told):
    """H1: three days ahead and on the day itself; due today is not overdue."""
    for day in (-3, 0):
        before = told("balanced", "first_miss", day)
        assert (before.treatment, before.planned["purpose"]) == ("pre_due_reminder", "pre_due_reminder")
        assert before.fact["days_past_due"] == 0


@pytest.mark.parametrize("playbook", ["jd_jintiao", "jd_finance", "weilidai", "alipay"])
def test_the_document_playbooks_are_silent_until_something_is_overdue(told, playbook):
    assert told(playbook, "first_miss", -3).plan == []
    assert told(playbook, "first_miss", 0).plan == []


@EVERY
def test_a_first_reminder_is_a_message(told, playbook):
    """P1, J1, F4, A3: the person to whom nobody has written yet gets a message, not a call."""
    first = told(playbook, "same_clock", 5)
    assert first.channel in WRITTEN
    assert first.planned["template"].startswith(("first_reminder", "reminder"))


def test_after_the_message_of_the_first_day_the_person_is_given_time_to_pay(told):
    """H7: no second message on the same or the next day."""
    for day in (1, 2):
        assert told("balanced", "first_miss", day).silence == "contacted_recently"


@pytest.mark.parametrize(("playbook", "day"), [("balanced", 15), ("weilidai", 2), ("jd_finance", 15), ("alipay", 15)])
def test_a_call_follows_the_message(told, playbook, day):
    """P3, A2: to learn the reason; after two weeks where writing is given more time."""
    assert told(playbook, "first_miss", day).channel == "voice_agent"


def test_fourteen_days_are_the_line_of_the_alipay_playbook(told):
    """A2: a message on day 2, a call on day 15."""
    assert told("alipay", "first_miss", 2).channel in WRITTEN
    assert told("alipay", "first_miss", 15).channel == "voice_agent"


def test_a_small_fresh_debt_of_a_good_payer_is_left_alone_and_then_reminded(told):
    """H2, W16: silence is a decision with a reason and a rule."""
    assert told("balanced", "small_and_fresh", 2).silence == "likely_self_cure"
    assert told("balanced", "small_and_fresh", 6).channel in WRITTEN


# A promise


@EVERY
def test_a_promise_brings_silence_until_its_day_has_passed(told, playbook):
    """H4, W12: on the promised day itself too."""
    for day in (17, 20, 28):
        assert told(playbook, "promise", day).silence == "promise_not_due"


@EVERY
def test_a_broken_promise_ends_the_silence_the_next_day(told, playbook):
    """W13: kept or broken is computed from payments."""
    after = told(playbook, "promise", 21)
    assert (after.fact["promises_broken_count"], after.fact["days_since_promise_broken"]) == (1, 1)
    assert after.planned is not None


def test_a_first_broken_promise_brings_a_plan_and_a_second_one_a_call(told):
    """W13, J26: words are not taken for willingness for ever."""
    assert told("balanced", "promise", 21).treatment == "instalment_offer"
    assert told("balanced", "promise", 29).treatment == "phone_call"


# Hardship and arrangement


@EVERY
def test_declared_hardship_is_answered_with_relief_and_as_a_reply(told, playbook):
    """A18, J27: the day after the person asked for help."""
    asked = told(playbook, "hardship", 24)
    assert (asked.treatment, asked.planned["purpose"]) == ("relief_offer", "service_reply")


@EVERY
def test_under_an_arrangement_that_is_kept_all_collection_stops(told, playbook):
    """J17, H4, F16: the day after it is signed, and weeks later."""
    for day in (27, 50):
        agreed = told(playbook, "hardship", day)
        assert (agreed.silence, agreed.visits) == ("plan_kept", [])


@EVERY
def test_a_broken_arrangement_brings_an_offer_and_no_pressure_at_first(told, playbook):
    """J17, J26: before the breach silence, after it a talk about what can be paid."""
    assert told(playbook, "breach", 27).silence == "plan_kept"
    assert told(playbook, "breach", 50).treatment == "instalment_offer"


# Money


@EVERY
def test_a_payment_in_full_brings_silence_from_its_day_on(told, playbook):
    """BC3, W12, W16: not even a row, for nothing is overdue any more."""
    assert told(playbook, "paid_up", 30).planned is not None
    for day in (31, 32):
        paid = told(playbook, "paid_up", day)
        assert (paid.plan, paid.fact["overdue_cents"], paid.fact["days_past_due"]) == ([], 0, 0)


def test_a_payment_in_part_brings_some_days_of_silence(told):
    """W12: more may follow by itself."""
    for day in (11, 12):
        assert told("balanced", "paid_part", day).silence == "paying_now"
    assert told("balanced", "paid_part", 15).planned is not None


@EVERY
def test_money_on_its_way_stops_everything(told, playbook):
    """W16, W17: the day before, somebody would have called."""
    assert told(playbook, "in_flight", 20).planned is not None
    assert told(playbook, "in_flight", 21).silence == "payment_in_flight"


@EVERY
def test_a_payment_that_bounced_is_none(told, playbook):
    """P18: the debt is as old as if it had never come."""
    bounced = told(playbook, "bounced", 21)
    assert (bounced.fact["days_past_due"], bounced.fact["paid_cents"]) == (21, 500_000)
    assert bounced.planned is not None


# What stops, and what moves elsewhere


@EVERY
def test_a_dispute_stops_all_contact(told, playbook):
    """P18, H3: from the day it is raised."""
    assert told(playbook, "dispute", 16).planned is not None
    assert told(playbook, "dispute", 19).silence == "hold_disputed"


@EVERY
def test_nobody_writes_to_the_dead(told, playbook):
    """H3, A9."""
    gone = told(playbook, "deceased", 40)
    assert (gone.silence, gone.visits) == ("hold_bereavement", [])


@pytest.mark.parametrize("playbook", ["balanced", "jd_jintiao", "jd_finance", "weilidai"])
def test_a_refused_channel_moves_the_contact_to_another(told, playbook):
    """A13, F13: no text and no push message means e-mail or a call; where the playbook knows no other, nothing."""
    assert told(playbook, "refuses_writing", 5).channel in ("email", "voice_agent", "im_official")


def test_where_the_playbook_knows_no_other_channel_nothing_is_done(told):
    """F13: the Alipay playbook wants messages only on that day; the refusal stands."""
    assert told("alipay", "refuses_writing", 5).silence == "refused_by_law"


@EVERY
def test_whoever_refuses_calls_is_written_to(told, playbook):
    assert told(playbook, "refuses_calls", 20).channel in (*WRITTEN, "letter")


@EVERY
def test_whoever_refuses_every_channel_is_not_contacted_by_any_refusable_one(told, playbook):
    """F13: a letter is the most that may be left; the law's row is named."""
    refused = told(playbook, "refuses_all", 20)
    assert refused.channel in (None, "letter")
    assert refused.planned is not None or refused.plan[0]["reason_rule"].startswith("cn.")


@EVERY
def test_a_represented_person_is_not_contacted_without_a_persons_look(told, playbook):
    """J28: a letter to the representative waits for review."""
    represented = told(playbook, "represented", 20)
    assert represented.planned is None
    assert {(row["status"], row["channel"]) for row in represented.plan} == {("candidate", "letter")}


# One person


@EVERY
def test_three_loans_of_one_person_bring_one_contact(told, playbook):
    """BC2, W28: the loan with the most at stake speaks for all."""
    three = told(playbook, "three_loans", 15)
    assert three.planned["loan_id"].endswith("-2")
    assert [row["reason"] for row in three.plan if row["status"] == "unplanned"] == ["one_contact_per_person"] * 2
    assert three.fact["person_overdue_cents"] == 1_900_000


# Time and place


@EVERY
def test_overseas_the_window_is_of_both_clocks(told, playbook):
    """J22: a person in New York is asleep in Beijing's morning; what is left is an hour of the evening."""
    here, there = told(playbook, "same_clock", 5).planned, told(playbook, "overseas", 5).planned
    assert 480 <= here["window_start_minute"] < here["window_end_minute"] <= 1320
    assert (there["window_start_minute"], there["window_end_minute"]) == (1140, 1200)


# Lost contact and visits


@pytest.mark.parametrize("playbook", ["balanced", "jd_finance", "weilidai", "alipay"])
def test_a_lost_person_becomes_a_visit_candidate_that_only_a_person_can_approve(told, playbook):
    """F6, P7, J6, P20: never planned by itself, and a remote contact stands beside it."""
    lost = told(playbook, "lost", 92)
    assert [(row["status"], row["reason"], row["needs_approval"]) for row in lost.visits] == [
        ("candidate", "needs_approval", True)
    ]
    assert lost.channel in (*WRITTEN, "voice_agent", "letter")


def test_calls_that_were_not_enough_bring_no_visit(told):
    """J3, J7: the Jintiao playbook asks for more failed attempts than messages that were delivered."""
    assert told("jd_jintiao", "lost", 92).visits == []


@pytest.mark.parametrize("playbook", ["balanced", "weilidai"])
def test_without_anybody_in_the_area_there_is_no_visit(told, playbook):
    """W3."""
    assert told(playbook, "lost_far_away", 92).visits == []


@EVERY
def test_one_call_of_the_person_ends_all_thought_of_a_visit(told, playbook):
    """J16, J17: whoever gets in touch is talked to about a plan."""
    willing = told(playbook, "willing", 92)
    assert (willing.treatment, willing.visits) == ("instalment_offer", [])


# All stories


@EVERY
def test_whatever_happens_the_record_is_whole_and_nothing_unlawful_is_planned(told, playbook):
    """W16, BS2: each overdue loan has one decision with a reason; each planned act has the law's leave; no visit is planned."""
    for name, story in STORIES.items():
        for day in story.days:
            said = told(playbook, name, day)
            decisions = [row["loan_id"] for row in said.plan if row["act"] != "visit"]
            assert len(decisions) == len(set(decisions)), (name, day)
            overdue = {row["loan_id"] for row in said.facts if row["is_open"] and row["days_past_due"] > 0}
            assert overdue <= set(decisions), (name, day)
            assert all(row["reason"] and row["reason_rule"] for row in said.plan), (name, day)
            if said.planned:
                assert said.planned["verdict"] in ("ALLOW", "WARN", "REQUIRE"), (name, day)
                assert said.planned["act"] == "contact", (name, day)
                assert not said.planned["needs_approval"], (name, day)
