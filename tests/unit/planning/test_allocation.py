"""Cases are given out by skill, evenly, with few moves, and always alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.planning.allocation import LOAD_STEP, REASONS, Rules, Work, Worker, allocate

DAY = date(2026, 11, 23)
LANGUAGES = ("zh", "bo", "ug")


@st.composite
def teams(draw, *, shares=(100, 50)):
    names = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True))
    skills = st.one_of(st.just({}), st.sets(st.sampled_from(LANGUAGES)).map(lambda each: {"language": frozenset(each)}))
    return [Worker(name, draw(skills), draw(st.sampled_from(shares))) for name in names]


@st.composite
def books(draw, *, weights=(1, 2, 5)):
    held_since = st.one_of(st.none(), st.integers(0, 90).map(lambda days: DAY - timedelta(days=days)))
    return [
        Work(
            f"P{number:03}", {"language": draw(st.sampled_from(LANGUAGES))}, draw(st.sampled_from(["", *"abcdefgh", "gone"])),
            draw(held_since), draw(st.sampled_from(weights)), draw(st.integers(0, 10**7)), draw(st.sampled_from(["", *"abc"])),
        )
        for number in range(draw(st.integers(0, 40)))
    ]  # fmt: skip


def loads_of(found) -> Counter:
    loads: Counter = Counter()
    for each in found:
        loads[each.to] += each.work.weight
    return loads


RULES = st.builds(Rules, rotation_days=st.sampled_from([0, 30]), keep_steps=st.sampled_from([0, 3]), seed=st.just("s"))


@settings(max_examples=300, deadline=None)
@given(books(), teams(), RULES)
def test_every_case_is_given_once_to_somebody_who_can_work_it(cases, team, rules):
    found = allocate(cases, team, rules, DAY)
    assert [each.work for each in found] == sorted(cases, key=lambda each: each.id)
    by_name = {each.name: each for each in team}
    for each in found:
        if each.to:
            assert by_name[each.to].can(each.work.needs)
        else:
            assert not any(worker.can(each.work.needs) for worker in team)


@settings(max_examples=300, deadline=None)
@given(books(), teams(), RULES)
def test_no_single_case_could_make_the_loads_more_even(cases, team, rules):
    """Among people alike it follows that loads differ by one step of the heaviest case at most, and by what keeping allows."""
    found = allocate(cases, team, rules, DAY)
    loads, by_name = loads_of(found), {each.name: each for each in team}
    for each in found:
        work = each.work
        if not each.to:
            continue
        late = rules.rotation_days and work.held_since and (DAY - work.held_since).days >= rules.rotation_days
        slack = 0 if each.is_move else rules.keep_steps
        for other in team:
            back = rules.rotation_days and work.holder and other.name == work.former
            if other.name == each.to or not other.can(work.needs) or (late and other.name == work.holder) or back:
                continue
            theirs = (loads[other.name] + work.weight) * 100 * LOAD_STEP // other.share_percent
            assert theirs + slack * LOAD_STEP >= loads[each.to] * 100 * LOAD_STEP // by_name[each.to].share_percent


@settings(max_examples=200, deadline=None)
@given(books(weights=(1,)), st.integers(1, 6))
def test_people_who_can_do_the_same_carry_the_same_but_for_one_case(cases, count):
    team = [Worker(name) for name in "abcdefgh"[:count]]
    loads = loads_of(allocate(cases, team, Rules(), DAY))
    carried = [loads[each.name] for each in team]
    assert max(carried) - min(carried) <= 1


@settings(max_examples=200, deadline=None)
@given(books(), teams(), RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_question_changes_nothing(cases, team, rules, chance):
    expected = allocate(cases, team, rules, DAY)
    chance.shuffle(cases)
    chance.shuffle(team)
    assert allocate(cases, team, rules, DAY) == expected


@settings(max_examples=200, deadline=None)
@given(books(), teams(), st.sampled_from([0, 3]))
def test_done_again_it_moves_nothing(cases, team, keep_steps):
    rules = Rules(keep_steps=keep_steps, seed="s")
    first = allocate(cases, team, rules, DAY)
    after = [
        replace(each.work, holder=each.to, held_since=DAY, former=each.work.holder) if each.is_move else each.work
        for each in first
        if each.to
    ]
    assert [each for each in allocate(after, team, rules, DAY) if each.is_move] == []


@settings(max_examples=200, deadline=None)
@given(books(), teams(), RULES)
def test_every_move_says_why_and_nothing_else_does(cases, team, rules):
    for each in allocate(cases, team, rules, DAY):
        assert (each.reason in REASONS) if each.is_move else not each.reason


def test_a_case_is_not_kept_longer_than_the_rule_where_somebody_else_can_work_it():
    cases = [Work("P1", holder="a", held_since=DAY - timedelta(days=30)), Work("P2", holder="b", held_since=DAY)]
    found = {
        each.work.id: (each.to, each.reason) for each in allocate(cases, [Worker("a"), Worker("b")], Rules(30, 9), DAY)
    }
    assert found == {"P1": ("b", "rotation"), "P2": ("b", "")}


def test_a_case_that_had_to_go_does_not_go_straight_back():
    team, rules = [Worker("a"), Worker("b")], Rules(rotation_days=30)
    late = Work("P1", holder="a", held_since=DAY - timedelta(days=30))
    others = [Work(f"Q{number}", holder="b", held_since=DAY) for number in range(2)]
    assert allocate([late, *others], team, rules, DAY)[0].to == "b"
    after = [replace(late, holder="b", held_since=DAY, former="a"), *others]
    assert allocate(after, team, rules, DAY)[0].to == "b"


def test_people_keep_their_collector_while_the_loads_are_near_enough():
    cases = [Work(f"P{number}", holder="a") for number in range(4)]
    team = [Worker("a"), Worker("b")]
    assert sum(each.is_move for each in allocate(cases, team, Rules(keep_steps=5), DAY)) == 0
    assert sum(each.is_move for each in allocate(cases, team, Rules(keep_steps=0), DAY)) == 2


def test_of_those_that_must_go_the_newest_go_first():
    cases = [Work(f"P{days}", holder="a", held_since=DAY - timedelta(days=days)) for days in (1, 10, 100)]
    found = allocate(cases, [Worker("a"), Worker("b")], Rules(), DAY)
    assert [each.work.id for each in found if each.is_move] == ["P1"]


def test_somebody_with_half_a_share_carries_half():
    cases = [Work(f"P{number:02}") for number in range(30)]
    assert loads_of(allocate(cases, [Worker("a"), Worker("b", share_percent=50)], Rules(), DAY)) == {"a": 20, "b": 10}


def test_between_equals_the_seed_decides():
    cases, team = [Work("P1")], [Worker(name) for name in "abcdefgh"]
    chosen = {allocate(cases, team, Rules(seed=str(seed)), DAY)[0].to for seed in range(20)}
    assert len(chosen) > 3


@pytest.mark.parametrize("cases", [[Work("P1"), Work("P1")], [Work("P1", weight=0)]])
def test_what_is_not_sound_is_refused(cases):
    with pytest.raises(ValueError):
        allocate(cases, [Worker("a")], Rules(), DAY)
