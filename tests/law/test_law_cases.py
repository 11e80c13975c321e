"""Does each rule say what its article says? One test a case."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path

import pytest

from forbear.compliance import Gate, load_gate

_spec = importlib.util.spec_from_file_location("law_cases", Path(__file__).with_name("law_cases.py"))
assert _spec and _spec.loader
law_cases = sys.modules.setdefault("law_cases", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(law_cases)

CASES = law_cases.read_cases()


@cache
def gate_of(on, profile) -> Gate:
    return load_gate("cn", on, profile)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_the_gate_says_what_the_case_expects(case):
    """The verdict, the deciding row, rows that must and must not fire, duties and window are as the case says."""
    verdict = gate_of(case.on, case.profile).judge(case.row)
    expect = case.expect
    assert verdict.verdict == expect["verdict"], verdict
    if "decided_by" in expect:
        assert verdict.decided_by == expect["decided_by"], verdict
    assert set(expect.get("rules", ())) <= set(verdict.rules), verdict
    assert not set(expect.get("not_rules", ())) & set(verdict.rules), verdict
    if "duties" in expect:
        assert sorted(verdict.duties) == sorted(expect["duties"]), verdict
    if "window" in expect:
        assert [verdict.window_start_minute, verdict.window_end_minute] == expect["window"], verdict


def test_no_case_is_decided_by_default():
    """In every case some row decides: a denial that no row speaks for would be a hole in the tables."""
    for case in CASES:
        assert gate_of(case.on, case.profile).judge(case.row).decided_by is not None, case.name


def test_case_names_are_unique():
    """A case is known by its name."""
    names = [(case.file, case.name) for case in CASES]
    assert len(names) == len(set(names))


def test_every_row_of_the_pack_is_tried_both_ways():
    """Each row fires in some case and stays silent in another on a date on which it is in force."""
    fired, silent, all_rows = set(), set(), set()
    for case in CASES:
        gate = gate_of(case.on, case.profile)
        found = set(gate.judge(case.row).rules)
        known = {row.id for row in gate.rows}
        fired, silent, all_rows = fired | found, silent | (known - found), all_rows | known
    assert sorted(all_rows - fired) == []
    assert sorted(all_rows - silent) == []
