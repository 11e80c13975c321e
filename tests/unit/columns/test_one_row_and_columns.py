"""A function of one row says what the engine says, be the parts never null, null at times, or constants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pyarrow as pa
import pytest

from forbear.columns.closure import compile_row
from forbear.columns.dtypes import BOOL, INT, TEXT
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    case,
    coalesce,
    column,
    first_text,
    greatest,
    least,
    list_of_present,
    literal,
    null,
    when,
)

SCHEMA = {"p": BOOL, "q": BOOL, "m": INT, "n": INT, "t": TEXT}
VALUES: Mapping[str, tuple[Any, ...]] = {
    "p": (True, False, None), "q": (True, False, None), "m": (-1, 0, 2, None), "n": (0, 2, None), "t": ("a", "b", None),
}  # fmt: skip
ROWS = [dict(zip(VALUES, each, strict=True)) for each in product(*VALUES.values())]
NULLABLE = {name: column(name, dtype) for name, dtype in SCHEMA.items()}
NEVER_NULL = {
    "p": coalesce(NULLABLE["p"], False), "q": coalesce(NULLABLE["q"], True), "m": coalesce(NULLABLE["m"], 7),
    "n": coalesce(NULLABLE["n"], -3), "t": coalesce(NULLABLE["t"], "c"),
}  # fmt: skip
CONSTANT = {"p": literal(True), "q": null(BOOL), "m": literal(2), "n": null(INT), "t": literal("a")}


def _expressions(of: Mapping[str, Column]) -> dict[str, Column]:
    p, q, m, n, t = (of[name] for name in SCHEMA)
    choices = [(m == number, f"is {number}") for number in range(-1, 12)]
    return {
        "and": all_of(p, q, m > 0),
        "or": any_of(p, q, m > 0),
        "not": ~p,
        "not_or": ~any_of(p, ~q),
        "is_null": q.is_null(),
        "is_known": all_of(p, q).is_known(),
        "is_true": q.is_true(),
        "lt": m < n,
        "eq": m == n,
        "between": m.between(n, 5),
        "sum": m + n - 3,
        "isin": t.isin(["a", "c"]),
        "not_in": ~t.isin(["b"]),
        "isin_numbers": m.isin([0, 2]),
        "coalesce": coalesce(q, p, True),
        "coalesce_two": coalesce(n, m),
        "greatest": greatest(m, n, 1),
        "least": least(m, n),
        "when": when(p, t),
        "case": case([(q, m), (p, n)], 9),
        "a_long_case": case(choices, "else"),
        "list": list_of_present(when(p, "one"), when(q, "two"), t),
        "first": first_text(list_of_present(when(p, "one"), t)),
    }


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    """An engine with every row."""
    opened = DuckDBEngine(threads=1)
    yield opened
    opened.close()


@pytest.mark.parametrize("of", [NULLABLE, NEVER_NULL, CONSTANT], ids=["nullable", "never null", "constant"])
def test_one_row_says_what_the_engine_says(engine: DuckDBEngine, of: Mapping[str, Column]) -> None:
    expressions = _expressions(of)
    rows = engine.open_arrow(
        "rows", pa.Table.from_pylist([row | {"i": i} for i, row in enumerate(ROWS)]), {**SCHEMA, "i": INT}
    )
    on_columns = engine.fetch(rows.select("i", **expressions), ["i"]).to_pylist()
    function = compile_row(expressions)
    assert [function(row) for row in ROWS] == [{name: row[name] for name in expressions} for row in on_columns]


def test_what_is_said_twice_is_computed_once() -> None:
    calls: list[str] = []

    class Counting(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            calls.append(key)
            return super().get(key, default)

    twice = {name: coalesce(column("m", INT), 0) + 1 for name in ("one", "other")}
    assert compile_row(twice)(Counting(m=4)) == {"one": 5, "other": 5}
    assert calls == ["m"]
