"""Packs laid over one another: all rows speak, the worst verdict wins, and nothing is lost."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from law_base import base_row

from forbear.compliance import PACKS_FOLDER, VERDICTS, load_gate, read_law
from forbear.kernel.errors import LawError, UsageError
from forbear.statutes import STATUTES_FOLDER

ON = date(2026, 11, 18)
LAW, BOTH = load_gate("cn", ON), load_gate("cn+house", ON)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"earliest_minute": 1306, "latest_minute": 1307},
        {"channel": "sms", "messages_today_count": 50},
        {"channel": "visit", "has_visit_approval": False},
        {"has_dispute": True},
        {"recipient_role": "agreed_contact", "purpose": "locate", "is_lost_contact": True},
    ],
)
def test_an_overlay_never_betters_the_verdict_and_keeps_every_rule(changed):
    row = {**base_row(BOTH), **changed}
    alone, together = LAW.judge(row), BOTH.judge(row)
    assert VERDICTS.index(together.verdict) <= VERDICTS.index(alone.verdict)
    assert set(alone.rules) <= set(together.rules) and set(alone.duties) <= set(together.duties)


def test_the_house_closes_earlier_than_the_law():
    """At ten minutes to ten the law still allows what the house does not begin any more."""
    row = {**base_row(BOTH), "earliest_minute": 1310, "latest_minute": 1311}
    assert (LAW.judge(row).verdict, BOTH.judge(row).verdict) == ("ALLOW", "DENY")
    wide = {**base_row(BOTH), "earliest_minute": 0, "latest_minute": 1440}
    assert (LAW.judge(wide).window_end_minute, BOTH.judge(wide).window_end_minute) == (1320, 1305)


def test_an_explanation_cites_every_layer():
    row = {**base_row(BOTH), "earliest_minute": 1330, "latest_minute": 1331}
    explanation = BOTH.explain(row, "zh_TW")
    packs = {rule.id.split(".")[0] for rule in explanation.rules}
    assert packs == {"cn", "house"}
    assert "當事人" in explanation.rules[0].because and explanation.language == "zh_TW"


def test_the_reason_that_stands_longest_comes_first():
    """A hold before an agency's evaluation before the hour: nobody works on a reason in vain."""
    agency = {"actor_kind": "agency", "agency_months_since_evaluation": 20}
    row = {**base_row(BOTH), **agency, "earliest_minute": 1330, "latest_minute": 1331, "has_bankruptcy": True}
    remedies = [rule.remedy for rule in BOTH.explain(row).rules if rule.verdict == "DENY"]
    assert remedies == sorted(remedies, key=("authority", "lender", "actor", "time").index)
    assert (remedies[0], remedies[-1]) == ("authority", "time")


def test_a_duty_is_asked_for_until_it_is_known_to_be_unmet():
    row = {**base_row(BOTH), "channel": "visit"}
    unknown = BOTH.judge({**row, "visitors_count": None})
    alone = BOTH.judge({**row, "visitors_count": 1})
    assert (unknown.verdict, alone.verdict) == ("REQUIRE", "DENY")
    assert unknown.duties == alone.duties == ("enough_visitors",)
    shown = {rule.id: rule.verdict for rule in BOTH.explain({**row, "visitors_count": 1}).rules}
    assert shown["cn.cba2026.visit.team_min.visitors"] == "DENY"


@pytest.mark.parametrize("law", ["house", "cn+cn", "house+house"])
def test_layers_that_do_not_go_together_are_an_error(law):
    with pytest.raises(LawError) as caught:
        read_law(law, ON)
    assert caught.value.code == "bad_layers"


def test_one_fact_with_two_meanings_is_an_error(tmp_path):
    for name in ("cn", "house"):
        shutil.copytree(PACKS_FOLDER / name, tmp_path / "packs" / name)
        shutil.copytree(STATUTES_FOLDER / name, tmp_path / "statutes" / name)
    facts = tmp_path / "packs/house/facts/contact.yaml"
    text = facts.read_text(encoding="utf-8")
    assert "unfavourable: unknown" in text
    facts.write_text(text.replace("unfavourable: unknown", "unfavourable: whatever", 1), encoding="utf-8")
    with pytest.raises(LawError) as caught:
        read_law(f"{tmp_path}/cn+{tmp_path}/house", ON)
    assert (caught.value.code, caught.value.where["fact"]) == ("bad_layers", "channel")


def test_a_draft_in_a_folder_is_read_like_a_shipped_pack(tmp_path):
    shutil.copytree(PACKS_FOLDER / "cn", tmp_path / "packs" / "cn")
    shutil.copytree(STATUTES_FOLDER / "cn", tmp_path / "statutes" / "cn")
    (draft,) = read_law(f"{tmp_path}/cn", ON)
    assert draft.digest == read_law("cn", ON)[0].digest


def test_a_question_that_the_law_does_not_answer_is_an_error():
    with pytest.raises(UsageError) as caught:
        load_gate("cn", ON, "strict", ("weather",))
    assert caught.value.code == "unknown_question"
