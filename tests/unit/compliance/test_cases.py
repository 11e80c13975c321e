"""Law cases: every bad one is refused with file, case and key; events become facts; names may be said in several ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.compliance.cases import read_cases, run_cases
from forbear.kernel.errors import LawError


@pytest.fixture(scope="module")
def engine():
    engine = DuckDBEngine()
    yield engine
    engine.close()


@pytest.fixture
def judged(engine, tmp_path):
    """The one result of a case written as YAML lines after its name."""

    def judge(text: str, law: str = "cn"):
        file = tmp_path / "case.yaml"
        file.write_text(f"- name: A case\n  law: {law}\n" + text, encoding="utf-8")
        return run_cases(read_cases([file]), engine)[0]

    return judge


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  hope: true\n  expect: {verdict: ALLOW}\n", "hope"),
        ("  propose: {act: contact}\n", "expect"),
        ("  expect: {verdict: MAYBE}\n", "expect.verdict"),
        ("  expect: {wish: ALLOW}\n", "expect"),
        ("  at: noonish\n  expect: {verdict: ALLOW}\n", "at"),
        ("  history: [{event: contact}]\n  expect: {verdict: ALLOW}\n", "history"),
        ("  history: {event: contact}\n  expect: {verdict: ALLOW}\n", "history"),
        ("  given: [1]\n  expect: {verdict: ALLOW}\n", "given"),
        ("  given: {loan.colour: red}\n  expect: {verdict: ALLOW}\n", "loan.colour"),
        ("  given: {loan.days_past_due: many}\n  expect: {verdict: ALLOW}\n", "loan.days_past_due"),
        ("  given: {agency.evaluated_on: lately}\n  expect: {verdict: ALLOW}\n", "agency.evaluated_on"),
        ("  propose: {act: dance}\n  expect: {verdict: ALLOW}\n", "propose.act"),
        ("  at: 2020-01-01T10:00\n  expect: {verdict: ALLOW}\n", "at"),
    ],
)
def test_a_bad_case_is_refused_with_its_place(judged, text, key):
    with pytest.raises(LawError) as caught:
        judged(text)
    assert caught.value.code == "bad_case"
    assert (caught.value.where["case"], caught.value.where["key"]) == ("A case", key)


@pytest.mark.parametrize("text", ["name: not a list\n", "- just words\n", "- name: [unclosed\n"])
def test_a_file_that_holds_no_cases_is_refused(tmp_path, text):
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LawError) as caught:
        read_cases([file])
    assert caught.value.code == "bad_case"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(LawError):
        read_cases([tmp_path / "nothing.yaml"])


def test_an_unknown_name_is_answered_with_the_nearest(judged):
    with pytest.raises(LawError) as caught:
        judged("  given: {loan.days_past_dew: 3}\n  expect: {verdict: ALLOW}\n")
    assert "loan.days_past_due" in caught.value.do


@pytest.mark.parametrize(
    "given",
    ["{loan.days_past_due: 0}", "{days_past_due: 0}", "{loan: {days_past_due: 0}}"],
)
def test_a_name_may_be_said_whole_as_a_fact_or_nested(judged, given):
    result = judged(f"  given: {given}\n  propose: {{act: collect}}\n  expect: {{rules: [CBA-01]}}\n")
    assert result.passed, result.differences


def test_everything_that_is_expected_and_does_not_come_is_told(judged):
    result = judged(
        "  propose: {act: contact}\n"
        "  expect: {verdict: DENY, may_act: false, decided_by: cn.gbt45251.quiet_hours_start, rules: [GBT-04],"
        " not_rules: [cn.pipl.contract_basis], duties: [dance], window: [1, 2], values: {luck: 7}}\n"
    )
    assert len(result.differences) == 8
    assert not result.passed and result.to_json()["passed"] is False


def test_a_case_may_ask_only_whether_the_act_may_be_done(judged):
    assert judged("  expect: {may_act: true}\n").passed
    assert judged("  at: 2026-11-18T23:00\n  expect: {may_act: false}\n").passed


def test_an_instant_with_an_offset_is_read_on_the_debtors_own_clock(judged):
    """Nine in the morning in London is five in the afternoon in China."""
    result = judged(
        "  at: 2026-11-18T09:00:00+00:00\n  given: {debtor.time_zone: Asia/Shanghai}\n  expect: {window: [1020, 1021]}\n"
    )
    assert result.passed, result.differences


def test_events_after_the_case_do_not_count(judged):
    event = "{at: 2026-11-18T16:00:00+08:00, event: contact, channel: voice_agent, result: conversation, count: 3}"
    result = judged(f"  at: 2026-11-18T15:00:00+08:00\n  history: [{event}]\n  expect: {{verdict: ALLOW}}\n")
    assert result.passed, result.differences


def test_what_is_given_goes_before_what_happened(judged):
    event = "{at: 2026-11-18T09:00:00+08:00, event: contact, channel: voice_agent, result: conversation, count: 3}"
    given = "{counter.effective_calls_today: 0}"
    result = judged(
        f"  at: 2026-11-18T15:00:00+08:00\n  given: {given}\n  history: [{event}]\n  expect: {{verdict: ALLOW}}\n"
    )
    assert result.passed, result.differences


def test_the_latest_of_opening_and_ending_decides_what_is_in_force(judged):
    """A refusal taken back and said again is in force."""
    events = [
        "{at: 2026-10-01T09:00:00+08:00, event: refusal, channel: sms}",
        "{at: 2026-10-02T09:00:00+08:00, event: refusal_withdrawn, channel: sms}",
    ]
    tail = "  propose: {act: contact, channel: sms}\n  expect: {verdict: VERDICT}\n"
    free = judged(f"  history: [{', '.join(events)}]\n" + tail.replace("VERDICT", "ALLOW"))
    again = [*events, "{at: 2026-10-03T09:00:00+08:00, event: refusal, channel: sms}"]
    held = judged(f"  history: [{', '.join(again)}]\n" + tail.replace("VERDICT", "DENY"))
    assert free.passed and held.passed, (free.differences, held.differences)


def test_an_attribute_of_two_types_is_refused(judged):
    events = (
        "[{at: 2026-11-01T09:00, event: demand, lawful: true}, {at: 2026-11-02T09:00, event: demand, lawful: perhaps}]"
    )
    with pytest.raises(LawError) as caught:
        judged(f"  history: {events}\n  expect: {{verdict: ALLOW}}\n")
    assert caught.value.code == "bad_case"


def test_cases_of_many_laws_and_dates_come_back_in_their_order(engine, tmp_path):
    file = tmp_path / "many.yaml"
    lines = []
    for number, (law, day) in enumerate((("cn", "2026-11-18"), ("cn+house", "2025-02-27"), ("cn", "2024-05-14")) * 3):
        lines.append(f"- {{name: Case {number}, law: {law}, at: '{day}T21:50', expect: {{may_act: true}}}}")
    file.write_text("\n".join(lines), encoding="utf-8")
    results = run_cases(read_cases([file]), engine)
    assert [each.case.name for each in results] == [f"Case {number}" for number in range(9)]
    assert [each.passed for each in results] == [True, False, True] * 3
