"""What holds for every playbook and every loan."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forbear.strategy
from forbear.book.fact_definitions import FACTS
from forbear.book.schema import HOLD_KINDS
from forbear.columns.dtypes import Kind
from forbear.columns.expression import references
from forbear.strategy import behaviours, check_playbook, describe, load_playbook, playbook_names, reasons
from forbear.strategy.inputs import DERIVED, HOLDS, READABLE, RESTRICTED, input_schema
from forbear.strategy.pipeline import names_read

NAMES = ("alipay", "balanced", "jd_finance", "jd_jintiao", "weilidai")
PLAYBOOKS = {name: load_playbook(name) for name in NAMES}
TEXTS = {
    "ability": ("low", "medium", "high"),
    "product_kind": ("instalment", "revolving", "card", "microloan", "advance"),
    "reason_code": ("forgot", "living_cost", "job_loss"),
    "last_attitude": ("willing", "stalling", "refusing", "hardship"),
}
EDGES = (
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    14,
    15,
    21,
    30,
    31,
    90,
    91,
    120,
    121,
    180,
    181,
    1_000,
    300_000,
    900_000,
    2_000_000,
    3_000_000,
)
NUMBERS = st.sampled_from(EDGES)


def value_of(name):
    kind = FACTS[name].dtype.kind
    if kind is Kind.BOOL:
        return st.sampled_from((False, False, False, True, None))
    if kind is Kind.INT:
        return st.one_of(NUMBERS, st.none())
    if kind is Kind.TEXT:
        return st.sampled_from((*TEXTS.get(name, ("x",)), None))
    return st.none()


READ = {name for make in DERIVED.values() for name in references(make())} | set(READABLE)
ROWS = st.fixed_dictionaries(
    {
        **{name: value_of(name) for name in READ},
        "loan_id": st.just("L1"),
        "person_id": st.sampled_from([f"P{number}" for number in range(200)]),
        "is_open": st.sampled_from((True, True, True, False)),
        "days_past_due": NUMBERS,
    }
)
# Holds make nearly every random loan a held one; these rows have none.
FREE_ROWS = ROWS.map(lambda row: row | {f"has_{kind}": False for kind in HOLD_KINDS} | {"is_deceased": False})


def test_the_playbooks_are_these():
    assert tuple(playbook_names()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_playbook_has_no_gap_no_dead_row_and_no_row_without_a_reason(name):
    assert check_playbook(PLAYBOOKS[name]) == []


@pytest.mark.parametrize("name", NAMES)
@given(row=st.one_of(ROWS, FREE_ROWS))
@settings(max_examples=120, deadline=None)
def test_every_open_overdue_loan_has_exactly_one_outcome(name, row):
    """Left alone with a reason, or contacts in a row of preferences from 1 on; a visit only beside a contact."""
    rows = PLAYBOOKS[name].propose_row(row)
    left = [made for made in rows if made["treatment"] == "leave_alone"]
    contacts = sorted(made["preference"] for made in rows if made["kind"] == "contact")
    others = [made for made in rows if made not in left and made["kind"] != "contact"]
    if not row["is_open"]:
        assert rows == []
    elif row["days_past_due"] > 0:
        assert (len(left) == 1) != bool(contacts)
        assert contacts == list(range(1, len(contacts) + 1))
        assert not (left and others)
        assert len(others) <= 2
    if left:
        assert left[0]["reason"] in reasons()


@pytest.mark.parametrize("name", NAMES)
@given(row=FREE_ROWS)
@settings(max_examples=120, deadline=None)
def test_no_rows_fall_through(name, row):
    """Every decision is made by a row: the safe default of an incomplete table is never needed."""
    decided = PLAYBOOKS[name].decide_row(row)
    if decided is not None:
        assert decided["leave_alone_reason"] != "no_treatment_row"
        assert all(decided[f"{table}_rule"] is not None for table in PLAYBOOKS[name].models)


@pytest.mark.parametrize("name", NAMES)
@given(row=FREE_ROWS)
@settings(max_examples=120, deadline=None)
def test_visits_and_referrals_always_need_approval_and_never_meet_relief(name, row):
    rows = PLAYBOOKS[name].propose_row(row)
    grave = [made for made in rows if made["kind"] == "visit" or made["treatment"].endswith("_candidate")]
    assert all(made["needs_approval"] for made in grave)
    if grave:
        assert all(made["offer"] is None for made in rows)


@pytest.mark.parametrize("name", NAMES)
@given(row=FREE_ROWS)
@settings(max_examples=120, deadline=None)
def test_low_ability_never_raises_pressure(name, row):
    """W18, W19, P19: whatever else is true, low ability or hardship adds no visit and no referral."""
    for poor in ({"ability": "low"}, {"has_hardship_signal": True}, {"has_hardship": True}):
        rows = PLAYBOOKS[name].propose_row(row | poor)
        assert all(made["kind"] != "visit" and not made["treatment"].endswith("_candidate") for made in rows)


@pytest.mark.parametrize("name", NAMES)
@given(row=ROWS)
@settings(max_examples=100, deadline=None)
def test_a_hold_keeps_the_playbook_silent(name, row):
    """H3: under any hold but hardship nothing is wanted."""
    if not row["is_open"] or row["days_past_due"] == 0:
        return
    for kind in set(HOLD_KINDS) - {"hardship"}:
        (made,) = PLAYBOOKS[name].propose_row(row | {f"has_{kind}": True})
        assert made["treatment"] == "leave_alone"


WHO = ("language", "region_code", "is_minor", "time_zone", "team", "agency_id", "product_code", "months_on_book")


@pytest.mark.parametrize("name", NAMES)
def test_no_table_reads_who_a_person_is(name):
    """P19, W11, W21: no language, region, age, occupation or social ties; ability only in relief and as a shield."""
    for decision, model in PLAYBOOKS[name].models.items():
        read = names_read(model)
        assert not read & set(WHO)
        for fact, tables in RESTRICTED.items():
            assert fact not in read or decision in tables
    assert "ability" not in names_read(PLAYBOOKS[name].models["visit"])


def test_the_list_of_readable_facts_names_nobody_and_no_law():
    odd = ("language", "region", "birth", "minor", "name", "occupation", "social", "zone", "gender", "contact_list")
    assert not [fact for fact in input_schema() for word in odd if word in fact]
    assert set(FACTS) >= READ


def test_every_hold_of_the_book_but_hardship_is_known():
    assert set(HOLD_KINDS) - {"hardship"} <= set(HOLDS)


def test_the_room_knows_neither_the_law_nor_the_gate():
    """Wants and mays are separate rooms."""
    room = Path(forbear.strategy.__file__).parent
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if "compliance" in name or "statutes" in name], path


def test_every_behaviour_is_cited_by_a_row_or_carried_out_elsewhere():
    cited = {
        cite
        for playbook in PLAYBOOKS.values()
        for table in describe(playbook)["tables"]
        for rule in table["rules"]
        for cite in rule["cites"]
    }
    assert cited <= set(behaviours())
    assert [entry.id for entry in behaviours().values() if entry.id not in cited and entry.elsewhere is None] == []


def test_every_reason_with_a_text_is_used_by_some_row():
    used = {
        cell.strip('"')
        for p in PLAYBOOKS.values()
        for t in describe(p)["tables"]
        for r in t["rules"]
        for cell in r["values"]
    }
    assert set(reasons()) - used == {"no_treatment_row"}


def test_rows_have_ids_of_their_own_across_all_playbooks():
    ids = [rule["id"] for p in PLAYBOOKS.values() for table in describe(p)["tables"] for rule in table["rules"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_playbook_describes_itself_in_both_languages(name, language):
    described = describe(PLAYBOOKS[name], language)
    assert described["title"] and described["says"]
    assert all(rule["because"] for table in described["tables"] for rule in table["rules"])
    assert PLAYBOOKS[name].valid_from <= date(2026, 12, 31)


@pytest.mark.parametrize("name", NAMES)
def test_a_trace_agrees_with_what_was_decided(name, loan):
    """Explain: the row that decides in each table is the one that the proposal names."""
    facts = loan(days_past_due=100, attempts_count=5, overdue_cents=2_500_000)
    decided = PLAYBOOKS[name].decide_row(facts)
    traces = PLAYBOOKS[name].trace(facts)
    assert list(traces) == list(PLAYBOOKS[name].models)
    for table, trace in traces.items():
        deciding = [rule.rule for rule in trace if rule.decides]
        assert deciding == [decided[f"{table}_rule"]]
