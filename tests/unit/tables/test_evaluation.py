"""A model on plain values gives what the DMN specification says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from forbear.kernel.errors import TableError
from forbear.tables import Model, parse_dmn

ALLOWED = 'o : string : "high", "low"'
RULES = [["a", "> 1", '"low"'], ["b", "> 2", '"high"'], ["c", "> 3", '"low"']]


@pytest.mark.parametrize(
    ("policy", "value"),
    [
        ("UNIQUE", None),
        ("ANY", None),
        ("FIRST", "low"),
        ("PRIORITY", "high"),
        ("COLLECT", ["low", "high", "low"]),
        ("RULE ORDER", ["low", "high", "low"]),
        ("OUTPUT ORDER", ["high", "low", "low"]),
    ],
)
def test_three_rules_that_match_give_by_policy(one_table: Callable[..., Model], policy: str, value: object) -> None:
    assert one_table("D", policy, ["x : number"], [ALLOWED], RULES).evaluate({"x": 9}) == {"D": value}


@pytest.mark.parametrize(
    ("aggregation", "some", "none"),
    [("SUM", Decimal("3.75"), None), ("COUNT", 2, 0), ("MIN", Decimal("1.25"), None), ("MAX", Decimal("2.5"), None)],
)
def test_collected_numbers_are_aggregated(
    one_table: Callable[..., Model], aggregation: str, some: object, none: object
) -> None:
    model = one_table(
        "D", "COLLECT", ["x"], ["o"], [["a", "> 1", "1.25"], ["b", "> 1", "2.5"]], aggregation=aggregation
    )
    assert model.evaluate({"x": 2}) == {"D": some}
    assert model.evaluate({"x": 0}) == {"D": none}


def test_several_outputs_are_a_record_and_several_hits_a_list_of_them(one_table: Callable[..., Model]) -> None:
    rules = [["a", "-", "1", "true"], ["b", "5", "2", "null"]]
    assert one_table("D", "COLLECT", ["x"], ["n", "f"], rules).evaluate({"x": 5})["D"] == [
        {"n": 1, "f": True},
        {"n": 2, "f": None},
    ]
    assert one_table("D", "COLLECT", ["x"], ["n", "f"], rules[1:]).evaluate({"x": 1})["D"] == []
    assert one_table("D", "FIRST", ["x"], ["n = 7", "f"], rules[1:]).evaluate({"x": 1})["D"] == {"n": 7, "f": None}


def test_days_times_and_lengths_of_time_are_compared(one_table: Callable[..., Model]) -> None:
    for cell, value in [
        ('< date("2026-02-01")', date(2026, 1, 31)),
        ('[time("08:00:00")..time("20:00:00"))', time(19, 59, 59)),
        ('>= duration("P30D")', timedelta(days=30)),
    ]:
        assert one_table("D", "FIRST", ["x"], ["o"], [["a", cell, "1"]]).evaluate({"x": value}) == {"D": 1}


def test_a_record_is_read_field_by_field_or_under_dotted_names(one_table: Callable[..., Model]) -> None:
    model = one_table("D", "FIRST", ["Applicant.Age"], ["o"], [["a", ">= 18", "1"], ["b", "-", "0"]])
    assert model.evaluate({"Applicant": {"Age": 18}}) == model.evaluate({"Applicant.Age": 18}) == {"D": 1}


def test_a_declared_fact_that_is_not_given_is_null_and_an_unknown_one_is_refused(
    one_table: Callable[..., Model], write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    table = write_table("D", "FIRST", ["x"], ["o"], [["a", "null", "1"]])
    assert parse_dmn(write_model(table, inputs=["x"])).evaluate({}) == {"D": 1}
    with pytest.raises(TableError) as refused:
        parse_dmn(write_model(table)).evaluate({})
    assert refused.value.code == "unknown_name"


def test_a_float_is_refused_because_it_is_not_exact(one_table: Callable[..., Model]) -> None:
    with pytest.raises(TableError) as refused:
        one_table("D", "FIRST", ["x"], ["o"], [["a", "0.1", "1"]]).evaluate({"x": 0.1})
    assert refused.value.code == "inexact_number"
