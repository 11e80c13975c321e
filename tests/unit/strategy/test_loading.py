"""A playbook of one's own: loaded from a folder, and refused with its place when it cannot be used."""

from __future__ import annotations

import shutil

import pytest

from forbear.kernel.errors import PlaybookError, TableError
from forbear.strategy import check_playbook, load_playbook, reason_text


@pytest.fixture
def own(tmp_path, playbook):
    """A copy of the default playbook, to be changed."""
    folder = tmp_path / "my_playbook"
    shutil.copytree(playbook("balanced").folder, folder)
    return folder


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def refused(folder, error=PlaybookError):
    with pytest.raises(error) as caught:
        load_playbook(folder)
    return caught.value


def test_a_folder_of_ones_own_is_a_playbook(own, loan):
    change(own / "playbook.yaml", "name: balanced", "name: mine")
    mine = load_playbook(str(own))
    assert mine.name == "mine"
    assert mine.propose_row(loan())


def test_the_version_is_a_digest_of_the_files(own, playbook):
    assert load_playbook(own).version == playbook("balanced").version
    change(own / "playbook.yaml", "early_gap_days: {value: 2", "early_gap_days: {value: 1")
    assert load_playbook(own).version != playbook("balanced").version


def test_a_changed_figure_changes_what_is_proposed(own, loan):
    facts = loan(days_since_last_attempt=1)
    assert load_playbook(own).propose_row(facts)[0]["reason"] == "contacted_recently"
    change(own / "playbook.yaml", "early_gap_days: {value: 2", "early_gap_days: {value: 1")
    assert load_playbook(own).propose_row(facts)[0]["kind"] == "contact"


def test_a_name_that_is_no_playbook_is_refused_with_the_names_that_are():
    with pytest.raises(PlaybookError) as caught:
        load_playbook("no_such")
    assert caught.value.code == "no_such_playbook"
    assert "balanced" in caught.value.do


def test_a_missing_table_is_named(own):
    (own / "visit.dmn").unlink()
    assert "visit" in refused(own).message


@pytest.mark.parametrize("fact", ["language", "region_code", "is_minor", "months_on_book"])
def test_a_table_that_reads_who_a_person_is_is_refused(own, fact):
    change(own / "visit.dmn", "<text>paid_30_days_cents</text>", f"<text>{fact}</text>")
    error = refused(own)
    assert error.code == "forbidden_input"
    assert (error.where["table"], error.where["cell"]) == ("visit", fact)


def test_poverty_cannot_be_made_a_reason_for_a_visit(own):
    """W18: ability is not readable where pressure is decided."""
    change(own / "visit.dmn", "<text>paid_30_days_cents</text>", "<text>ability</text>")
    assert refused(own).code == "forbidden_input"


def test_a_forbidden_fact_hidden_in_a_cell_is_found(own):
    change(own / "visit.dmn", "&gt;= visit_overdue_cents_min", "&gt;= monthly_income_cents")
    assert refused(own).code == "forbidden_input"


def test_an_unknown_name_in_a_cell_is_refused(own):
    change(own / "visit.dmn", "&gt; visit_days_past_due_min", "&gt; visit_days")
    error = refused(own)
    assert error.where["table"] == "visit"
    assert error.where["cell"] == "visit_days"


def test_a_comparison_of_different_things_names_rule_and_cell(own):
    change(own / "visit.dmn", "&gt;= visits_max", '"many"')
    error = refused(own, TableError)
    assert error.where["rule"] == "balanced.visit.enough"
    assert "visits_made_count" in str(error.where["cell"])


def test_a_treatment_that_nobody_knows_is_refused(own):
    change(own / "treatment.dmn", '"sms_reminder"', '"shout"')
    error = refused(own)
    assert (error.code, error.where["table"]) == ("unknown_code", "treatment")
    assert error.where["rule"] == "balanced.treatment.fresh"


def test_a_file_that_is_no_dmn_is_refused(own):
    (own / "stage.dmn").write_text("not xml", encoding="utf-8")
    refused(own, TableError)


def test_a_decision_that_is_not_expected_is_refused(own):
    change(own / "referral.dmn", 'id="referral" name="referral"', 'id="referral" name="punish"')
    assert refused(own).code in ("unknown_table", "missing_output")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("early_gap_days: {value: 2", "early_gap_days: {value: 2.5", "bad_parameter"),
        ("early_gap_days: {value: 2", "early_gap_days: {value: two", "bad_parameter"),
        ("early_gap_days:", "overdue_cents:", "bad_parameter"),
        ("    value: 90\n", "    value: 30\n", "out_of_bounds"),
        ("visits_max: {value: 2", "visits_max: {value: 9", "out_of_bounds"),
        ("{card: 120,", "{yacht: 120,", "bad_parameter"),
        ("valid_from: 2026-01-01", "valid_from: soon", "bad_settings"),
        ("currency: CNY", "money: CNY", "bad_settings"),
        ("earliest_minute: 540", "earliest_minute: 1300", "bad_settings"),
        ("name: balanced", "name: [", "unreadable_settings"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(own, old, new, code):
    change(own / "playbook.yaml", old, new)
    error = refused(own)
    assert error.code == code
    assert "playbook.yaml" in str(error.where["file"])


def test_visits_need_approval_whatever_the_settings_say(own, loan, ignored):
    change(own / "playbook.yaml", "approval: [settlement_offer]", "approval: []")
    rows = load_playbook(own).propose_row(loan(days_past_due=120, person_overdue_cents=2_000_000, **ignored))
    assert [row["needs_approval"] for row in rows if row["kind"] == "visit"] == [True]


def test_a_row_without_a_citation_is_found(own):
    change(own / "visit.dmn", "<text>W12</text>", "<text></text>")
    assert [(finding.kind, finding.rules) for finding in check_playbook(load_playbook(own))] == [
        ("no_cites", ("balanced.visit.paying",))
    ]


def test_a_citation_of_nothing_is_found(own):
    change(own / "visit.dmn", "<text>W12</text>", "<text>W99</text>")
    assert [finding.kind for finding in check_playbook(load_playbook(own))] == ["unknown_id"]


def test_a_reason_without_words_is_found_until_the_folder_brings_its_own(own):
    change(own / "visit.dmn", '"paying_now"', '"money_comes_in"')
    kinds = [finding.kind for finding in check_playbook(load_playbook(own))]
    assert set(kinds) == {"unknown_reason"}
    (own / "reasons.yaml").write_text("money_comes_in: {en: Money comes in., zh: 正在还款。}\n", encoding="utf-8")
    mine = load_playbook(own)
    assert check_playbook(mine) == []
    assert mine.reason_text("money_comes_in", "zh") == "正在还款。"


def test_a_gap_is_found_and_then_the_loan_is_left_alone(own, loan):
    """Decided and fallen through are told apart: the reason says that no row spoke."""
    change(own / "treatment.dmn", '<text>"late"</text>', '<text>"long"</text>')
    mine = load_playbook(own)
    assert "gap" in {finding.kind for finding in check_playbook(mine)}
    (row,) = mine.propose_row(loan(days_past_due=40))
    assert (row["treatment"], row["reason"]) == ("leave_alone", "no_treatment_row")


def test_an_unused_figure_is_found(own):
    change(
        own / "playbook.yaml",
        "parameters:\n",
        "parameters:\n  idle: {value: 1, unit: days, source: house, says: Idle.}\n",
    )
    assert [finding.kind for finding in check_playbook(load_playbook(own))] == ["unused_parameter"]


def test_reasons_have_words_in_both_languages():
    assert reason_text("holdout", "zh") != reason_text("holdout", "en")
    with pytest.raises(PlaybookError) as caught:
        reason_text("no_such_reason")
    assert caught.value.code == "unknown_reason"
