"""The yardstick written by hand says the same as the run, or it measures something else."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from benchmarks.book import AS_OF, make_benchmark_book
from benchmarks.by_hand.comparing import differences
from benchmarks.by_hand.run import run_by_hand
from benchmarks.by_hand.tables import Rule, Table, outputs, row_number, split
from benchmarks.by_hand.tables import test as cell_sql
from benchmarks.reading import read_once
from benchmarks.works import pack_version

from forbear.day.run import DayRequest, run_day
from forbear.lab.synthetic.make import make_book


def _both(book: Path, day: date, folder: Path) -> list[str]:
    run_day(DayRequest(book, day, "balanced", "cn+house", folder / "run"))
    run_by_hand(book, day, pack_version(day), folder / "by_hand", memory_gib=1)
    return differences(folder / "run", folder / "by_hand")


def test_the_sql_by_hand_gives_the_rows_of_the_run_on_the_benchmark_book(tmp_path: Path) -> None:
    make_benchmark_book(tmp_path / "book", 2_000, seed=5)
    assert _both(tmp_path / "book", AS_OF, tmp_path) == []


def test_the_sql_by_hand_gives_the_rows_of_the_run_on_a_lifelike_book(tmp_path: Path) -> None:
    make_book(tmp_path / "book", borrowers=1_000, seed=3, as_of=AS_OF)
    assert _both(tmp_path / "book", AS_OF, tmp_path) == []


def test_a_changed_value_a_missing_row_and_a_missing_column_are_told_apart(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    keys = "1 AS preference, 'contact' AS kind, 'contact' AS act, 'letter' AS treatment"
    with duckdb.connect(":memory:") as engine:
        for name in ("facts", "proposals", "verdicts", "plan"):
            rows = f"SELECT 'L' || n AS loan_id, {keys}, n * 10 AS cents FROM range(3) AS r(n)"
            engine.execute(f"COPY ({rows}) TO '{ours / name}.parquet'")
            engine.execute(f"COPY ({rows}) TO '{theirs / name}.parquet'")
        assert differences(ours, theirs) == []
        file = theirs / "facts.parquet"
        engine.execute(f"COPY (SELECT 'L' || n AS loan_id, {keys}, n * n AS cents FROM range(2) AS r(n)) TO '{file}'")
        engine.execute(
            f"COPY (SELECT 'L' || n AS loan_id, {keys} FROM range(3) AS r(n)) TO '{theirs / 'plan'}.parquet'"
        )
    found = differences(ours, theirs)
    assert "facts: 1 rows are ours alone, 0 theirs alone, of 3" in found
    assert any(line.startswith("facts.cents: 2 of 3") for line in found)
    assert any(line.startswith("plan: the columns are not the same: cents") for line in found)


@pytest.mark.parametrize(
    ("cell", "sql"),
    [
        ('"a"', "x = 'a'"),
        ('"a", "b"', "x IN ('a', 'b')"),
        ('not("a", "b")', "(x IN ('a', 'b')) IS NOT TRUE"),
        ("not(< 5)", "NOT (x < 5)"),
        ("[1..days_max]", "(x >= 1 AND x <= 9)"),
        ("(days_max..30]", "(x > 9 AND x <= 30)"),
        (">= days_max", "x >= 9"),
        ("< 3, > 7", "(x < 3 OR x > 7)"),
        ("true", "x"),
        ("false", "NOT x"),
        ("null", "x IS NULL"),
    ],
)
def test_a_cell_becomes_the_condition_that_a_person_would_write(cell: str, sql: str) -> None:
    assert cell_sql(cell, "x", {"days_max": "9"}) == sql


def test_a_comma_inside_quotes_or_brackets_parts_nothing() -> None:
    assert split('"a, b", not("c", "d"), e') == ['"a, b"', 'not("c", "d")', "e"]


def test_the_first_row_that_holds_decides_and_gives_its_outputs() -> None:
    rules = (Rule("t.old", ("> limit",), ('"old"',)), Rule("t.known", ("-",), ('"new"',)))
    table = Table("t", "FIRST", ("days",), ("t",), rules)
    names = {"limit": "90"}
    inner = f"SELECT days, {row_number(table, names)} AS t_row FROM (VALUES (91), (90), (NULL)) AS v(days)"
    with duckdb.connect(":memory:") as engine:
        rows = engine.execute(f"SELECT {outputs(table, 't_row', ['t'], names)} FROM ({inner})").fetchall()
    assert rows == [("old", "t.old"), ("new", "t.known"), ("new", "t.known")]


def test_the_floor_reads_every_table_of_the_book(tmp_path: Path) -> None:
    made = make_benchmark_book(tmp_path, 50, seed=5)
    assert set(read_once(tmp_path, 1)) == set(made)
