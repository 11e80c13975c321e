"""An explanation says which rows fired, on what, citing what, and what would change it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from forbear.compliance import load_gate

ON = date(2026, 11, 18)
GATE = load_gate("cn+house", ON)
CALL = {
    "channel": "voice_agent", "purpose": "collection", "recipient_role": "debtor", "actor_kind": "lender",
    "initiated_by": "collector", "device": "official", "contact_point_source": "given_by_debtor",
    "contact_point_state": "valid", "states_identity": True, "is_recorded": True, "time_zone": "Asia/Shanghai",
    "earliest_minute": 600, "latest_minute": 660, "product_kind": "instalment", "is_open": True, "ledger_status": "active",
    "overdue_cents": 100, "has_active_arrangement": False, "has_payment_in_flight": False, "legal_capacity": "full",
    "effective_calls_today_count": 0, "unanswered_attempts_today_count": 0, "planned_minutes": 0, "shows_own_number": True,
}  # fmt: skip
CALL |= {
    name: False
    for name, (dtype, _) in GATE.required_facts.items()
    if dtype.kind.value == "bool" and name not in CALL and name.startswith(("has_", "is_", "refuses_"))
}


def test_a_cap_names_the_count_the_maximum_and_when_it_ends():
    explanation = GATE.explain({**CALL, "effective_calls_today_count": 3})
    rule = explanation.rules[0]
    assert rule.id == "cn.gbt45251.effective_calls_per_day_max.voice"
    assert rule.because == "Effective calls with the debtor today: 3; at most 3 a day are allowed."
    assert rule.what_would_change == "When fewer than 3 effective calls are counted: from tomorrow."
    assert ("effective_calls_today_count", "3", False) in [(f.name, f.value, f.assumed) for f in rule.facts]


def test_the_hour_is_that_of_the_statute():
    rule = GATE.explain({**CALL, "earliest_minute": 1330, "latest_minute": 1340}).rules[0]
    assert rule.what_would_change.startswith("From 08:00 on the person's own clock")
    assert ("earliest_minute", "22:10") in [(fact.name, fact.value) for fact in rule.facts]


def test_the_words_are_chinese_in_chinese():
    explanation = GATE.explain({**CALL, "earliest_minute": 1330, "latest_minute": 1340}, "zh")
    rule = explanation.rules[0]
    assert rule.because == "当事人当地时间22:00至次日08:00不得催收。"
    assert rule.citations[0].title == "夜间禁催起始时刻"
    assert explanation.language == "zh"


def test_a_citation_says_how_its_text_was_read():
    rules = {rule.id: rule for rule in GATE.explain({**CALL, "contact_point_source": "purchased"}).rules}
    law = rules["cn.pipl.lawful_source.purchased"].citations[0]
    assert (law.provenance, law.verified, law.force) == ("P", True, "law")
    assert law.quote and law.article == "10"
    standard = GATE.explain({**CALL, "effective_calls_today_count": 3}).rules[0].citations[0]
    assert (standard.provenance, standard.verified, standard.quote) == ("S1", False, "")


def test_a_missing_fact_is_shown_as_assumed():
    without = {name: value for name, value in CALL.items() if name != "is_deceased"}
    explanation = GATE.explain(without)
    rule = explanation.rules[0]
    assert rule.id == "cn.civil.heirs.debtor_dead"
    assert ("is_deceased", True) in [(fact.name, fact.assumed) for fact in rule.facts]
    assert "assumed: not on file" in explanation.to_text()


def test_the_deciding_rule_comes_first_and_all_fired_rules_follow():
    row = {**CALL, "is_deceased": True, "effective_calls_today_count": 3, "is_recorded": False}
    explanation = GATE.explain(row)
    assert explanation.rules[0].id == explanation.verdict.decided_by
    assert [rule.id for rule in explanation.rules] == list(explanation.verdict.rules)
    assert explanation.rules[-1].verdict == "ALLOW"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_explanation_says_how_far_it_can_be_trusted_and_claims_nothing(language):
    explanation = GATE.explain(CALL, language)
    assert str(GATE.pack.statutes.unverified_count()) in explanation.trust
    assert explanation.to_text().endswith(explanation.trust)


def test_a_refusal_always_says_what_would_change_it():
    for row in GATE.rows:
        if GATE.verdict_of(row) in ("DENY", "REVIEW"):
            assert all(row.changes.values()), row.id


def test_it_goes_into_json():
    text = json.dumps(GATE.explain({**CALL, "has_dispute": True}).to_json(), ensure_ascii=False)
    assert json.loads(text)["verdict"]["decided_by"] == "cn.reading.stops.dispute.open"


def test_a_value_that_changed_is_shown_as_it_was_on_the_date():
    early = load_gate("cn", date(2024, 6, 1))
    rule = early.explain({**CALL, "earliest_minute": 1330, "latest_minute": 1340}).rules[0]
    assert rule.id == "cn.nifa2024.quiet_hours_start.night"
    assert [citation.id for citation in rule.citations][:1] == ["cn.nifa2024.quiet_hours_start"]
