"""What expressions share is computed once, and means the same."""

from __future__ import annotations

from forbear.columns.dtypes import INT
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import Column, case, column, greatest, least
from forbear.columns.relation import scan, to_select
from forbear.columns.sharing import derive_shared
from forbear.columns.sql import Dialect

NUMBERS = scan("numbers", {"a": INT, "b": INT})


def steps_of(depth: int) -> Column:
    """An expression that uses the one before it three times over at each step."""
    value = column("a", INT)
    for number in range(depth):
        clipped = least(greatest(value + column("b", INT), number), 1_000)
        value = case([(clipped > 500, clipped - 500), (clipped < 3, clipped + 7)], clipped)
    return value


def test_the_text_grows_with_the_graph_and_not_with_its_paths() -> None:
    short, long = (len(to_select(derive_shared(NUMBERS, {"x": steps_of(depth)}), Dialect.DUCKDB)) for depth in (4, 8))
    assert long < 3 * short


def test_shared_and_whole_expressions_give_the_same_rows() -> None:
    engine = DuckDBEngine(memory_gib=1.0)
    engine.connection.execute("CREATE TABLE numbers AS SELECT i AS a, i * 7 % 13 AS b FROM range(-50, 700, 3) AS t(i)")
    wanted = {"x": steps_of(4), "a": steps_of(2), "y": steps_of(3) > 40}
    shared = engine.fetch(derive_shared(NUMBERS, wanted), ["x", "a", "b"])
    whole = engine.fetch(NUMBERS.derive(**wanted), ["x", "a", "b"])
    engine.close()
    assert shared.select(["x", "a", "b", "y"]).equals(whole.select(["x", "a", "b", "y"]))


def test_a_result_may_take_the_name_of_a_column_that_others_still_read() -> None:
    relation = derive_shared(NUMBERS, {"a": column("b", INT) + 1, "c": column("a", INT)})
    assert list(relation.schema) == ["b", "a", "c"]
