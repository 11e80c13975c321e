"""FEEL's own ideas of null, of kinds and of exact numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from forbear.tables.feel.meaning import calculate, compare, equal, evaluate, holds
from forbear.tables.feel.parsing import parse_expression, parse_tests
from forbear.tables.feel.tree import Name


def lookup(name: Name) -> Any:
    return {"three": 3, "nothing": None, "list": ["a", "b"]}[str(name)]


@pytest.mark.parametrize(
    ("cell", "value", "answer"),
    [
        ("-", None, True),
        ("null", None, True),
        ("null", 0, False),
        ("5", None, False),
        ("< 5", None, None),
        ("not(< 5)", None, None),
        ('not("sms")', None, True),
        ('not("sms", null)', None, False),
        ("not(null)", None, False),
        ("0", False, False),
        ("false", 0, False),
        ("1", True, False),
        ("< 5", "3", None),
        ("nothing", None, True),
        ("< nothing", 3, None),
        ("[1..three]", Decimal("3.0"), True),
        ("[1..three)", 3, False),
        ("0.1", Decimal("0.10"), True),
        ("list", "b", True),
        ("list", "c", False),
        ('1, "a"', "a", True),
    ],
)
def test_a_cell_answers(cell: str, value: object, answer: bool | None) -> None:
    assert holds(parse_tests(cell), value, lookup) is answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 / 3 * 3", Decimal("0.9999999999999999999999999999999999")),
        ("1 / 0", None),
        ("1 + nothing", None),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        ("2 ** 10", 1024),
        ("true and nothing", None),
        ("false and nothing", False),
        ("true or nothing", True),
        ("not(nothing)", None),
        ("nothing = null", True),
        ("three != 3", False),
        ("three >= 2.5", True),
        ('date("2026-01-31") - date("2026-01-01")', timedelta(days=30)),
        ('date("2026-01-31") + duration("P1D")', date(2026, 2, 1)),
        ("true + 1", None),
    ],
)
def test_an_expression_gives(text: str, value: object) -> None:
    result = evaluate(parse_expression(text), lookup)
    assert result == value
    assert type(result) is type(value) or isinstance(result, Decimal)


def test_values_of_different_kinds_are_neither_equal_nor_unequal() -> None:
    assert equal(True, 1) is None
    assert compare("!=", "1", 1) is None
    assert compare("<", True, False) is None


def test_a_big_sum_loses_no_cent() -> None:
    assert calculate("+", Decimal("12345678901234567890123456789012345.67"), Decimal("0.01")) == Decimal(
        "12345678901234567890123456789012345.68"
    )
