"""Does each rule say what its article says? One test a case."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.compliance import pack_names, read_pack
from forbear.compliance.cases import read_cases, run_cases
from forbear.compliance.rows import rows_of

CASES = read_cases(sorted((Path(__file__).parent / "cases").glob("*.yaml")))
NAMES = [case.label for case in CASES]


@cache
def results():
    """All cases judged together, as ``forbear law test`` judges them."""
    engine = DuckDBEngine()
    found = run_cases(CASES, engine)
    engine.close()
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=NAMES)
def test_the_gate_says_what_the_case_expects(number):
    """The verdict, the deciding row, rows that must and must not fire, duties, window and values are as the case says."""
    result = results()[number]
    assert result.differences == (), result.verdict


def test_no_case_is_decided_by_default():
    """In every case some row decides: a denial that no row speaks for would be a hole in the tables."""
    assert [each.case.label for each in results() if each.verdict.decided_by is None] == []


def test_case_names_are_unique():
    """A case is known by its name."""
    assert sorted(NAMES) == sorted(set(NAMES))


@pytest.mark.parametrize("name", pack_names())
def test_every_row_of_a_pack_is_tried_both_ways(name):
    """Each row fires in some case and stays silent in another on a date on which it is in force."""
    rows = {row.id for row in rows_of(read_pack(name, CASES[0].on), in_force_only=False)}
    fired = {rule for each in results() for rule in each.verdict.rules}
    silent = {rule for each in results() for rule in each.asked - set(each.verdict.rules)}
    assert sorted(rows - fired) == []
    assert sorted(rows - silent) == []


def test_one_row_says_what_the_columns_say():
    """The closure gives every case the verdict that the columns gave it."""
    from forbear.compliance import load_gate
    from forbear.compliance.cases.running import asks_of

    gates = {}
    for result in results():
        case = result.case
        key = (case.law, case.on, case.profile, case.act)
        gate = gates.setdefault(key, None) or load_gate(case.law, case.on, case.profile, asks_of(case))
        gates[key] = gate
        found = gate.judge(result.facts)
        told = (result.verdict.verdict, result.verdict.rules, result.verdict.duties)
        assert (found.verdict, found.rules, found.duties) == told, case.label
