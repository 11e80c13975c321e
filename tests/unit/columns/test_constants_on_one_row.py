"""A constant in a place where a column usually stands is no stumbling block for the closure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from forbear.columns.closure import compile_row
from forbear.columns.dtypes import INT
from forbear.columns.expression import literal, null


def test_a_constant_is_known_and_the_null_constant_is_not() -> None:
    constants = {
        "i": literal(4),
        "d": literal(Decimal("0.5")),
        "t": literal("a"),
        "day": literal(date(2026, 1, 31)),
        "n": null(INT),
    }
    answers = compile_row({name: value.is_null() for name, value in constants.items()})({})
    assert answers == {"i": False, "d": False, "t": False, "day": False, "n": True}
