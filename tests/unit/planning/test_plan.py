"""Who is contacted and who is not, on a few acts said one by one."""

from __future__ import annotations

import pytest

from forbear.planning.capacity import Pool


def only(rows, **wanted):
    """The one row with these values."""
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def test_three_loans_of_one_person_bring_one_contact(planner, make):
    """BC2: the loan of the larger value speaks for all; the others say why they wait."""
    plan = planner([make.wanted(f"L{n}", value_cents=n * 100) for n in (1, 2, 3)])
    assert only(plan, status="planned")["loan_id"] == "L3"
    assert [row["reason"] for row in plan if row["status"] == "unplanned"] == ["one_contact_per_person"] * 2


def test_equal_values_are_decided_by_the_loans_id(planner, make):
    plan = planner([make.wanted("L2"), make.wanted("L1")])
    assert only(plan, status="planned")["loan_id"] == "L1"


def test_a_refused_channel_moves_to_the_next_one(planner, make):
    rows = [make.wanted(channel="voice_agent", verdict="DENY"), make.wanted(preference=2, channel="sms")]
    assert only(planner(rows), status="planned")["channel"] == "sms"


def test_a_full_pool_moves_a_person_to_the_next_channel(planner, make):
    rows = [
        make.wanted("L1", "P1", channel="voice_agent", value_cents=200),
        make.wanted("L2", "P2", channel="voice_agent", value_cents=100),
        make.wanted("L2", "P2", preference=2, channel="sms", value_cents=50),
    ]
    plan = planner(rows, Pool("voice_agent", 1))
    assert [(row["loan_id"], row["channel"], row["rank"]) for row in plan] == [
        ("L1", "voice_agent", 1),
        ("L2", "sms", 1),
    ]


def test_many_loans_do_not_use_up_a_persons_turns_on_one_full_pool(planner, make):
    """Four loans that want a call first: the message that each wants next is still tried."""
    rows = [make.wanted(f"L{n}", channel="voice_agent") for n in range(4)]
    rows += [make.wanted(f"L{n}", preference=2, channel="sms") for n in range(4)]
    assert only(planner(rows, Pool("voice_agent", 0)), status="planned")["channel"] == "sms"


def test_an_act_draws_on_the_narrowest_pool_that_matches(planner, make):
    pools = [Pool("sms", 0), Pool("sms", 1, region="31"), Pool("sms", 1, team="A")]
    rows = [
        make.wanted("L1", "P1", team="A", region_code="310104"),
        make.wanted("L2", "P2", region_code="310115"),
        make.wanted("L3", "P3", region_code="110101"),
        make.wanted("L4", "P4", region_code=None),
    ]
    plan = {row["loan_id"]: (row["status"], row["pool"], row["reason"]) for row in planner(rows, *pools)}
    assert plan["L1"][:2] == ("planned", "sms/A/*")
    assert plan["L2"][:2] == ("planned", "sms/*/31")
    assert {plan["L3"][2], plan["L4"][2]} == {"no_capacity"}


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({}, "planned", "overdue"),
        ({"verdict": "WARN"}, "planned", "overdue"),
        ({"verdict": "REQUIRE"}, "planned", "overdue"),
        ({"verdict": "DENY"}, "unplanned", "refused_by_law"),
        ({"verdict": None}, "unplanned", "refused_by_law"),
        ({"verdict": "REVIEW"}, "candidate", "needs_review"),
        ({"needs_approval": True}, "candidate", "needs_approval"),
        ({"needs_approval": True, "verdict": "REVIEW"}, "candidate", "needs_review"),
        ({"needs_approval": True, "verdict": "DENY"}, "unplanned", "refused_by_law"),
    ],
)
def test_each_verdict_has_its_status_and_reason(planner, make, changes, status, reason):
    row = planner([make.wanted(**changes)])[0]
    assert (row["status"], row["reason"]) == (status, reason)


def test_a_loan_that_the_law_refuses_says_so_even_when_the_person_is_contacted_for_another(planner, make):
    plan = planner([make.wanted("L1", verdict="DENY", decided_by="law.9"), make.wanted("L2")])
    refused = only(plan, loan_id="L1")
    assert (refused["reason"], refused["reason_rule"]) == ("refused_by_law", "law.9")


def test_the_row_of_an_unplanned_loan_shows_the_act_that_its_reason_is_about(planner, make):
    """The call is refused, the message is allowed and finds no room: the row speaks of the message."""
    rows = [make.wanted(channel="voice_agent", verdict="DENY"), make.wanted(preference=2)]
    row = only(planner(rows, Pool("sms", 0)), loan_id="L1")
    assert (row["channel"], row["verdict"], row["reason"]) == ("sms", "ALLOW", "no_capacity")


def test_a_visit_is_never_planned_and_only_the_best_of_a_person_waits_for_approval(planner, make):
    """J6, W10, P20: a candidate, beside the contact that is planned."""
    rows = [
        make.wanted("L1"),
        make.visit("L1", value_cents=1),
        make.visit("L2", value_cents=2),
        make.visit("L3", verdict="DENY"),
    ]
    visits = {row["loan_id"]: (row["status"], row["reason"]) for row in planner(rows) if row["act"] == "visit"}
    assert visits == {
        "L1": ("unplanned", "one_visit_per_person"),
        "L2": ("candidate", "needs_approval"),
        "L3": ("unplanned", "refused_by_law"),
    }


def test_visit_candidates_stay_within_what_the_visitors_can_carry(planner, make):
    rows = [make.visit(f"L{n}", f"P{n}", value_cents=n) for n in (1, 2, 3)]
    plan = planner(rows, Pool("visit", 2))
    assert [(row["status"], row["rank"]) for row in plan] == [("unplanned", None), ("candidate", 2), ("candidate", 1)]


def test_leaving_alone_is_a_row_with_its_reason_and_rule(planner, make):
    """W16: silence is a decision on record."""
    row = planner([make.alone()])[0]
    assert (row["act"], row["status"], row["reason"], row["reason_rule"]) == (
        "none",
        "unplanned",
        "promise_not_due",
        "leave.1",
    )


def test_a_referral_to_court_waits_for_a_person(planner, make):
    """J13, H8: a candidate beside the letter of the day, by the rule that proposed it."""
    court = {"treatment": "legal_referral_candidate", "channel": "judicial", "leave_alone_rule": "leave.act"}
    rows = [make.wanted(channel="letter"), make.alone(**court, needs_approval=True, treatment_rule="referral.1")]
    row = only(planner(rows), act="none")
    assert (row["status"], row["reason"], row["reason_rule"]) == ("candidate", "needs_approval", "referral.1")
