"""Why a loan was treated as it was, on a small run of the real thing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from forbear.compliance import load_gate
from forbear.day.explanation import explain, row_for_gate
from forbear.day.run import DayRequest, run_day
from forbear.day.telling import tell
from forbear.kernel.errors import InputError, UsageError
from forbear.lab import make_book

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day on four hundred borrowers, with faults in their files."""
    folder = tmp_path_factory.mktemp("explained")
    make_book(folder / "book", borrowers=400, seed=7, as_of=DAY, faults=0.02)
    run_day(
        DayRequest(book=folder / "book", as_of=DAY, playbook="balanced", law="cn", out=folder / "day", memory_gib=1.0)
    )
    return folder / "day"


def rows(run: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(run / f"{name}.parquet").to_pylist()
    return found


def one(run: Path, name: str, **wanted: Any) -> dict[str, Any]:
    return next(row for row in rows(run, name) if all(row[key] == value for key, value in wanted.items()))


def test_one_row_is_judged_as_the_run_judged_it(run: Path) -> None:
    gate = load_gate("cn", DAY)
    facts = {row["loan_id"]: row for row in rows(run, "facts")}
    proposals = {(row["loan_id"], row["kind"], row["preference"]): row for row in rows(run, "proposals")}
    judged = rows(run, "verdicts")
    assert len(judged) > 50
    for row in judged:
        wanted = proposals[row["loan_id"], row["kind"], row["preference"]]
        verdict = gate.judge(row_for_gate(wanted, facts[row["loan_id"]]))
        assert (verdict.verdict, verdict.decided_by) == (row["verdict"], row["decided_by"])


def test_a_planned_act_is_explained_by_the_rows_that_led_to_it(run: Path) -> None:
    planned = one(run, "plan", status="planned", treatment="sms_reminder")
    it = explain(run, planned["loan_id"], "en")
    assert "planned from 09:00" in it.sentences[0] and "text message reminder" in it.sentences[0]
    rules = {step.table: step.rule for step in it.steps}
    proposal = one(run, "proposals", loan_id=planned["loan_id"], channel=planned["channel"], kind="contact")
    assert (rules["stage"], rules["treatment"]) == (proposal["stage_rule"], proposal["treatment_rule"])
    assert it.permitted_by is not None and it.permitted_by.verdict.verdict == planned["verdict"]
    assert {fact.name for fact in it.facts} >= {"days_past_due", "overdue_cents"}


def test_a_person_left_alone_is_told_why_and_not_what_treatment_there_might_be(run: Path) -> None:
    alone = one(run, "plan", treatment="leave_alone", reason="contacted_recently")
    it = explain(run, alone["loan_id"], "zh")
    assert "今日不打扰。近日已联系过。" in it.sentences[0]
    assert "treatment" not in {step.table for step in it.steps}


def test_a_refusal_names_its_rule_its_citation_and_what_would_change_it(run: Path) -> None:
    refused = one(run, "plan", reason="refused_by_law", act="contact")
    it = explain(run, refused["loan_id"], "en")
    lost = [each for each in it.lost if each.verdict == "DENY"]
    assert lost and all(each.law is not None and each.law.rules[0].verdict == "DENY" for each in lost)
    text = tell(it)
    assert str(refused["reason_rule"]) in text
    assert "→" in text and ("[verified, P]" in text or "[unverified" in text or "[house policy]" in text)


def test_a_row_that_one_condition_kept_from_deciding_shows_its_value_and_the_condition(run: Path) -> None:
    planned = one(run, "plan", status="planned", treatment="sms_reminder")
    near = explain(run, planned["loan_id"], "en").near
    assert near and all(each.missing.asks != "-" for each in near)


def test_the_figures_of_the_playbook_stand_beside_their_names(run: Path) -> None:
    late = one(run, "proposals", stage="late", kind="contact")
    steps = explain(run, late["loan_id"], "en").steps
    (asks,) = [cell.asks for step in steps if step.table == "stage" for cell in step.conditions]
    assert asks == "(firm_days_max (30)..late_days_max (90)]"


def test_a_loan_that_is_not_overdue_needs_no_decision(run: Path) -> None:
    decided = {row["loan_id"] for row in rows(run, "plan")}
    calm = next(row for row in rows(run, "facts") if row["is_open"] and row["loan_id"] not in decided)
    it = explain(run, calm["loan_id"], "en")
    assert it.sentences == ("The loan is not overdue and no instalment falls due soon, so there is nothing to decide.",)
    assert (it.steps, it.lost, it.near) == ((), (), ())


def test_a_closed_loan_needs_no_decision(run: Path) -> None:
    closed = one(run, "facts", is_open=False)
    assert explain(run, closed["loan_id"], "en").sentences[0].startswith("The loan is not open")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_loan_of_the_plan_can_be_told_and_written_as_json(run: Path, language: str) -> None:
    for loan_id in sorted({row["loan_id"] for row in rows(run, "plan")})[::40]:
        it = explain(run, loan_id, language)
        assert json.loads(json.dumps(it.to_json(), default=str))["loan_id"] == loan_id
        assert loan_id in tell(it)


def test_an_unknown_loan_is_answered_with_what_ids_look_like(run: Path) -> None:
    with pytest.raises(UsageError) as caught:
        explain(run, "nobody's", "en")
    assert caught.value.code == "unknown_loan" and "L0" in caught.value.do


def test_a_loan_whose_row_was_rejected_is_answered_with_the_reason(run: Path) -> None:
    facts = {row["loan_id"] for row in rows(run, "facts")}
    rejected = next(
        row for row in rows(run, "rejects")
        if row["table"] == "loans" and row["disposition"] == "rejected" and row["row_id"] not in facts
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        explain(run, rejected["row_id"], "en")
    assert caught.value.code == "loan_rejected"
    assert caught.value.where["rule"] == rejected["rule"] and caught.value.where["row"] == rejected["row_number"]
