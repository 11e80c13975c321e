"""The gate says what the law says: it agrees with the reference, proposal by proposal, in every legal order."""

from __future__ import annotations

import os
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference_gate import ORDERS, Order
from reference_gate.proposals import pool, random_columns
from reference_gate.sweep import facts_of, gate_of, law_of, statute_numbers, sweep
from reference_gate.sweep import settings as settings_of

ROWS = int(os.environ.get("FORBEAR_SWEEP", "100000"))
SEED = int(os.environ.get("FORBEAR_SWEEP_SEED", "20261118"))
SHOWN = 10
ASKED = [(order, question) for order in ORDERS.values() for question in order.questions]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_gate_and_reference_agree_on_every_random_proposal(order: Order) -> None:
    began = monotonic()
    compared, found = sweep(order, ROWS, SEED)
    print(
        f"\n{order.name}: {compared} proposals compared over {len(order.questions)} questions, "
        f"{len(found)} disagreements, {monotonic() - began:.0f} s"
    )
    simplest = sorted(found, key=lambda one: len(one.changed))[:SHOWN]
    assert not found, "\n" + "\n".join(map(str, simplest))


@pytest.mark.parametrize(("order", "question"), ASKED, ids=lambda value: getattr(value, "name", value))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_gate_and_reference_agree_on_the_simplest_proposals(order: Order, question: str, data: st.DataObject) -> None:
    setting = data.draw(st.sampled_from(settings_of(order.name, question)[:2]), "setting")
    facts, numbers = facts_of(order.name, question), statute_numbers(order.name)
    story = data.draw(st.sampled_from(order.proposals.stories), "story")
    changes = data.draw(st.lists(st.sampled_from(sorted(facts)), max_size=6, unique=True), "changed facts")
    proposal = {name: story.get(name, need.base) for name, need in facts.items()}
    for name in changes:
        proposal[name] = data.draw(st.sampled_from([None, *pool(order.proposals, facts[name], numbers)]), name)
    said = gate_of(setting).judge(proposal)
    ours = order.answer(question, proposal, {name: need.unfavourable for name, need in facts.items()}, law_of(setting))
    assert said.verdict == ours.verdict, (said.rules, ours.findings)
    if question in order.with_duties:
        assert set(said.duties) == ours.duties


@pytest.mark.parametrize(
    ("order", "question", "reading"),
    [
        (order, question, reading)
        for order in ORDERS.values()
        for question, readings in order.disputed.items()
        for reading in readings
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_each_disputed_reading_changes_an_answer(order: Order, question: str, reading: str) -> None:
    facts = facts_of(order.name, question)
    unfavourable = {name: need.unfavourable for name, need in facts.items()}
    for number, setting in enumerate(settings_of(order.name, question)):
        law, ours = law_of(setting), law_of(setting).insisting_on(reading)
        columns = random_columns(order.proposals, facts, statute_numbers(order.name), 800, (SEED, number))
        for values in zip(*columns.values(), strict=True):
            proposal = dict(zip(columns, values, strict=True))
            one, other = (order.answer(question, proposal, unfavourable, each) for each in (law, ours))
            if (one.verdict, one.duties) != (other.verdict, other.duties):
                return
    pytest.fail(f"Nothing turns on {reading}: take it off the list.")
