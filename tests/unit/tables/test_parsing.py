"""Every cell that S-FEEL knows is read, and everything else is refused with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.kernel.errors import TableError
from forbear.tables.checking.domains import words_of
from forbear.tables.feel.parsing import parse_expression, parse_tests
from forbear.tables.feel.tree import (
    Anything,
    Arithmetic,
    Compares,
    Equals,
    Expression,
    Literal,
    Logic,
    Name,
    Negative,
    NoneOf,
    OneOf,
    Test,
    Within,
)


def name(*path: str) -> Name:
    return Name(path)


TESTS: list[tuple[str, Test]] = [
    ("-", Anything()),
    ("", Anything()),
    ('"sms"', Equals(Literal("sms"))),
    ('"say \\"hi\\""', Equals(Literal('say "hi"'))),
    ("0", Equals(Literal(0))),
    ("-5", Equals(Literal(-5))),
    (".5", Equals(Literal(Decimal("0.5")))),
    ("true", Equals(Literal(True))),
    ("null", Equals(Literal(None))),
    ('date("2020-02-29")', Equals(Literal(date(2020, 2, 29)))),
    ('@"2020-02-29"', Equals(Literal(date(2020, 2, 29)))),
    ("<= 0.24", Compares("<=", Literal(Decimal("0.24")))),
    ("[1..5]", Within(Literal(1), Literal(5), True, True)),
    ("(1..5)", Within(Literal(1), Literal(5), False, False)),
    ("]1..5[", Within(Literal(1), Literal(5), False, False)),
    ("[1..5)", Within(Literal(1), Literal(5), True, False)),
    ("[0.5..1.25]", Within(Literal(Decimal("0.5")), Literal(Decimal("1.25")), True, True)),
    ("[a..b*2]", Within(name("a"), Arithmetic("*", name("b"), Literal(2)), True, True)),
    ("((1)..(2))", Within(Literal(1), Literal(2), False, False)),
    ('"a", < 3', OneOf((Equals(Literal("a")), Compares("<", Literal(3))))),
    ('not("a", null)', NoneOf((Equals(Literal("a")), Equals(Literal(None))))),
    ("not((1..2))", NoneOf((Within(Literal(1), Literal(2), False, False),))),
    ("notable", Equals(name("notable"))),
    ("Years of Service", Equals(name("Years of Service"))),
    ("逾期 天数", Equals(name("逾期 天数"))),
    ("> cn.gbt45251.calls_max", Compares(">", name("cn", "gbt45251", "calls_max"))),
    ("-x", Equals(Negative(name("x")))),
    ("(x + 1) * 2", Equals(Arithmetic("*", Arithmetic("+", name("x"), Literal(1)), Literal(2)))),
]


@pytest.mark.parametrize(("text", "expected"), TESTS, ids=[text or "empty" for text, _ in TESTS])
def test_a_unary_test_is_read(text: str, expected: Test) -> None:
    known = ["Years of Service"]
    assert parse_tests(text, known) == expected


EXPRESSIONS: list[tuple[str, Expression]] = [
    ("a and b", Logic("and", name("a"), name("b"))),
    ("1 - 2 - 3", Arithmetic("-", Arithmetic("-", Literal(1), Literal(2)), Literal(3))),
    ("1 + 2 * 3", Arithmetic("+", Literal(1), Arithmetic("*", Literal(2), Literal(3)))),
    ("2 ** -n", Arithmetic("**", Literal(2), Negative(name("n")))),
    ("Loan.Pre-bureau risk", name("Loan", "Pre-bureau risk")),
    ('time("08:00:00")', Literal(time(8))),
    ('duration("-P1DT2H")', Literal(-timedelta(days=1, hours=2))),
    ('date and time("2026-01-01T08:00:00+08:00")', Literal(datetime(2026, 1, 1, tzinfo=UTC))),
]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_an_expression_is_read(text: str, expected: Expression) -> None:
    assert parse_expression(text, ["Pre-bureau risk"]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "> ", "[1..", "1..5", "[1,2]", "?", "? > 5", "x > 5", "f(x)", "x in (1,2)", "if a then b else c", '"a', "1.5.2",
        "{a: 1}", "not a", "(x > 5)", 'date("2020-02-30")', 'date("20200101")', "date(x)", "-,1", "not(-)", "a b c ,",
        "for x in y return x", 'matches(x, "a")', "1e5", "'a'", "today()", "[1..5] and 3",
    ],
)  # fmt: skip
def test_what_is_outside_the_subset_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(TableError) as refused:
        parse_tests(text)
    assert refused.value.code in ("unparsable_cell", "outside_subset")
    assert refused.value.do


def test_a_declared_name_with_a_hyphen_is_one_name_and_an_undeclared_one_is_a_difference() -> None:
    assert parse_expression("Pre-bureau", ["Pre-bureau"]) == name("Pre-bureau")
    assert parse_expression("Pre-bureau") == Arithmetic("-", name("Pre"), name("bureau"))


def test_a_name_inside_a_text_stays_text() -> None:
    assert parse_tests('"Pre-bureau"', ["Pre-bureau"]) == Equals(Literal("Pre-bureau"))


@given(st.one_of(st.text(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=6), st.booleans()))
def test_a_constant_written_out_is_read_back_exactly(value: object) -> None:
    read = parse_tests(words_of(value))
    assert isinstance(read, Equals)
    assert isinstance(read.value, Literal)
    assert read.value.value == value
