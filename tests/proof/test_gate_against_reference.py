"""The gate says what the law says: it agrees with the reference, proposal by proposal."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference_gate import QUESTIONS, answer
from reference_gate.disputed import DISPUTED
from reference_gate.proposals import STORIES, pool, random_columns
from reference_gate.sweep import WITH_DUTIES, facts_of, gate_of, law_of, statute_numbers, sweep
from reference_gate.sweep import settings as settings_of

ROWS = int(os.environ.get("FORBEAR_SWEEP", "100000"))
SEED = int(os.environ.get("FORBEAR_SWEEP_SEED", "20261118"))
SHOWN = 10


def test_gate_and_reference_agree_on_every_random_proposal() -> None:
    compared, found = sweep(tuple(QUESTIONS), ROWS, SEED)
    print(f"\n{compared} proposals compared over {len(QUESTIONS)} questions, {len(found)} disagreements")
    simplest = sorted(found, key=lambda one: len(one.changed))[:SHOWN]
    assert not found, "\n" + "\n".join(map(str, simplest))


@pytest.mark.parametrize("question", QUESTIONS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_gate_and_reference_agree_on_the_simplest_proposals(question: str, data: st.DataObject) -> None:
    setting = data.draw(st.sampled_from(settings_of(question)[:2]), "setting")
    facts = facts_of(question)
    story = data.draw(st.sampled_from(STORIES), "story")
    changes = data.draw(st.lists(st.sampled_from(sorted(facts)), max_size=6, unique=True), "changed facts")
    proposal = {name: story.get(name, need.base) for name, need in facts.items()}
    for name in changes:
        proposal[name] = data.draw(st.sampled_from([None, *pool(facts[name], statute_numbers())]), name)
    said = gate_of(setting).judge(proposal)
    ours = answer(question, proposal, {name: need.unfavourable for name, need in facts.items()}, law_of(setting))
    assert said.verdict == ours.verdict, (said.rules, ours.findings)
    if question in WITH_DUTIES:
        assert set(said.duties) == ours.duties


@pytest.mark.parametrize(
    ("question", "reading"), [(q, reading) for q, readings in DISPUTED.items() for reading in readings]
)
def test_each_disputed_reading_changes_an_answer(question: str, reading: str) -> None:
    facts = facts_of(question)
    unfavourable = {name: need.unfavourable for name, need in facts.items()}
    for number, setting in enumerate(settings_of(question)):
        law, ours = law_of(setting), law_of(setting).insisting_on(reading)
        columns = random_columns(facts, statute_numbers(), 800, (SEED, number))
        for values in zip(*columns.values(), strict=True):
            proposal = dict(zip(columns, values, strict=True))
            one, other = (answer(question, proposal, unfavourable, each) for each in (law, ours))
            if (one.verdict, one.duties) != (other.verdict, other.duties):
                return
    pytest.fail(f"Nothing turns on {reading}: take it off the list.")
