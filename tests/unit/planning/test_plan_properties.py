"""What must hold of any plan, on days drawn by a seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.planning.capacity import Pool

PERMITTED = ("ALLOW", "WARN", "REQUIRE")
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEEDS = st.integers(0, 2**32 - 1)
LIMITS = st.tuples(st.integers(0, 15), st.integers(0, 40), st.integers(0, 10), st.integers(0, 5))


def pools_of(limits):
    """Pools for calls, messages, calls in Shanghai, and visits."""
    calls, messages, shanghai, visits = limits
    return [
        Pool("voice_agent", calls),
        Pool("sms", messages),
        Pool("voice_agent", shanghai, region="31"),
        Pool("visit", visits),
    ]


@given(seed=SEEDS, limits=LIMITS)
@FEW
def test_a_plan_keeps_its_promises(planner, make, seed, limits):
    """One contact a person, no pool beyond its limit, nothing without leave, a reason for every loan."""
    rows, pools = make.drawn(seed), pools_of(limits)
    plan = planner(rows, *pools)
    planned = [row for row in plan if row["status"] == "planned"]
    assert max(Counter(row["person_id"] for row in planned).values(), default=0) <= 1
    acting = Counter(
        row["pool"]
        for row in plan
        if row["status"] == "planned" or (row["act"] == "visit" and row["status"] == "candidate")
    )
    assert all(acting[pool.name] <= pool.per_day for pool in pools)
    by_key = {(row["loan_id"], row["preference"]): row for row in rows if row["kind"] == "contact"}
    for row in planned:
        source = by_key[row["loan_id"], row["preference"]]
        assert row["verdict"] == source["verdict"] in PERMITTED
        assert not source["needs_approval"]
        assert row["channel"] == source["channel"] != "visit"
    loans = {row["loan_id"] for row in rows}
    assert Counter(row["loan_id"] for row in plan if row["act"] != "visit") == Counter(loans)
    assert Counter((row["loan_id"]) for row in plan if row["act"] == "visit") == Counter(
        row["loan_id"] for row in rows if row["kind"] == "visit"
    )
    assert all(row["reason"] for row in plan)
    for row in plan:
        assert (row["rank"] is None) == (
            row["status"] == "unplanned" or (row["act"] == "contact" and row["status"] == "candidate")
        )


@given(seed=SEEDS, limits=LIMITS)
@FEW
def test_ranks_count_each_channel_from_one_best_first(planner, make, seed, limits):
    plan = planner(make.drawn(seed), *pools_of(limits))
    for channel in {"sms", "voice_agent", "email"}:
        rows = sorted(
            (row for row in plan if row["status"] == "planned" and row["channel"] == channel),
            key=lambda row: row["rank"],
        )
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        assert rows == sorted(rows, key=lambda row: (-row["value_cents"], row["person_id"], row["loan_id"]))


@given(seed=SEEDS, limits=LIMITS, more=st.integers(1, 6), grown=st.sampled_from([0, 1, 2]))
@FEW
def test_more_capacity_never_plans_fewer(planner, make, seed, limits, more, grown):
    wider = tuple(limit + more * (place == grown) for place, limit in enumerate(limits))
    rows = make.drawn(seed)
    before, after = (
        sum(row["status"] == "planned" for row in planner(rows, *pools_of(each))) for each in (limits, wider)
    )
    assert after >= before


@given(seed=SEEDS, limits=LIMITS)
@FEW
def test_the_order_of_the_rows_does_not_matter(planner, make, seed, limits):
    rows = make.drawn(seed)
    shuffled = [rows[place] for place in np.random.default_rng(seed).permutation(len(rows))]
    assert planner(shuffled, *pools_of(limits)) == planner(rows, *pools_of(limits))


@given(seed=SEEDS)
@FEW
def test_without_pools_everyone_who_may_be_contacted_is(planner, make, seed):
    rows = make.drawn(seed)
    may = {
        row["person_id"]
        for row in rows
        if row["kind"] == "contact" and row["verdict"] in PERMITTED and not row["needs_approval"]
    }
    assert {row["person_id"] for row in planner(rows) if row["status"] == "planned"} == may
