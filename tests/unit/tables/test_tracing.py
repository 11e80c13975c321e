"""A trace says of each rule whether it fired, and of each cell what it met and what it answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forbear.columns.expression import literal
from forbear.kernel.errors import TableError
from forbear.tables import Model, parse_dmn


def test_each_cell_says_what_it_met(one_table: Callable[..., Model]) -> None:
    rules = [["late", "> limit", '"sms"', "1"], ["other", "-", "not(null)", "2"]]
    model = one_table("D", "FIRST", ["days", "channel"], ["o"], rules)
    trace = model.trace("D", {"days": 5, "channel": None}, {"limit": literal(3)})
    assert [(rule.rule, rule.fired, rule.decides) for rule in trace] == [
        ("late", False, False),
        ("other", False, False),
    ]
    cells = [(cell.input, cell.text, cell.value, cell.holds) for cell in trace.rules[0].cells]
    assert cells == [("days", "> limit", 5, True), ("channel", '"sms"', None, False)]
    assert (trace.value, trace.policy) == (None, "F")


def test_only_the_first_rule_of_policy_first_decides(one_table: Callable[..., Model]) -> None:
    trace = one_table("D", "FIRST", ["x"], ["o"], [["a", "-", "1"], ["b", "-", "2"]]).trace("D", {"x": 1})
    assert [(rule.fired, rule.decides) for rule in trace] == [(True, True), (True, False)]


def test_of_rules_that_contradict_each_other_none_decides(one_table: Callable[..., Model]) -> None:
    trace = one_table("D", "UNIQUE", ["x"], ["o"], [["a", "-", "1"], ["b", "-", "2"]]).trace("D", {"x": 1})
    assert trace.is_conflict
    assert [(rule.fired, rule.decides) for rule in trace] == [(True, False), (True, False)]


def test_a_comparison_with_an_unknown_fact_is_neither_true_nor_false(one_table: Callable[..., Model]) -> None:
    trace = one_table("D", "FIRST", ["x"], ["o"], [["a", "not(< 5)", "1"]]).trace("D", {})
    assert trace.rules[0].cells[0].holds is None


def test_a_table_that_reads_another_is_traced_with_its_outcome(
    write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    first = write_table("stage", "FIRST", ["x"], ["name", "rank"], [["a", "-", '"late"', "7"]])
    second = write_table("act", "FIRST", ["stage.rank"], ["o"], [["b", "7", "stage.name"]], requires=["stage"])
    trace = parse_dmn(write_model(first, second)).trace("act", {"x": 1})
    assert (trace.rules[0].cells[0].value, trace.value) == (7, "late")


def test_an_unknown_decision_is_refused_with_those_there_are(one_table: Callable[..., Model]) -> None:
    with pytest.raises(TableError, match="There are: D"):
        one_table("D", "FIRST", ["x"], ["o"], [["a", "-", "1"]]).trace("E", {})
