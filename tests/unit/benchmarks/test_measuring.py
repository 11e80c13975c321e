"""The benchmark code runs; how fast is not for tests to say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

import benchmarks.day as day
from benchmarks.book import AS_OF, make_benchmark_book
from benchmarks.by_hand.tables import Rule, Table
from benchmarks.engines import to_jdm
from benchmarks.gate import gate_named, known_facts, make_acts, measure_gate, one_row_gate
from benchmarks.measuring import in_own_process, machine
from benchmarks.report import to_text, write_page

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.day.run import DayRequest, run_day


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The facts of two thousand loans: enough that the playbook speaks of some hundreds."""
    folder = tmp_path_factory.mktemp("run")
    make_benchmark_book(folder / "book", 2_000, seed=5)
    run_day(DayRequest(folder / "book", AS_OF, "balanced", "cn+house", folder / "run"))
    yield folder / "run" / "facts.parquet"


def test_the_day_is_measured_with_its_parts_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day, "DATA", tmp_path)
    monkeypatch.setattr(day, "REPEATS", 1)
    measured = day.measure_day(1_000, lambda _: None)
    assert measured["differences"] == []
    assert measured["run"]["peak_bytes"] > 0
    assert measured["ratios"]["run_to_by_hand"] > 0
    text = to_text({"machine": machine(), "days": [measured], "growth": None, "same_rows": []})
    assert "| 1,000 | the whole run |" in text
    assert "column by column: yes." in text


def test_growth_compares_the_smallest_book_with_the_largest() -> None:
    small, large = ({"loans": n, "run": taken, "by_hand": taken} for n, taken in ((10, _taken(2)), (100, _taken(30))))
    grown = day.growth([large, small])
    assert grown == {"from": 10, "to": 100, "seconds": 1.5, "cpu_seconds": 1.5, "by_hand_seconds": 1.5}
    assert "| the run, seconds | 1.50 |" in to_text({"machine": machine(), "growth": grown})
    assert day.growth([small]) is None


def _taken(seconds: int) -> dict[str, int]:
    return {"seconds": seconds, "cpu_seconds": seconds}


def test_every_engine_answers_the_table_alike(facts: Path) -> None:
    pytest.importorskip("zen")
    pytest.importorskip("rule_engine")
    answer = in_own_process("tables", facts=facts, rows=3_000, slow_rows=300).answer
    assert {name: each["different"] for name, each in answer["engines"].items()} == dict.fromkeys(
        ("columns on DuckDB", "closure", "zen-engine", "rule-engine"), 0
    )
    assert "leave_alone" in to_text({"machine": machine(), "tables": answer})


def test_one_loan_at_a_time_gives_a_verdict_on_every_act(facts: Path) -> None:
    answer = in_own_process("one_loan", facts=facts, calls=200).answer
    assert answer["calls"] == 200
    assert answer["verdicts"] >= 200
    assert answer["wall"]["p50"] <= answer["wall"]["p99"] <= answer["wall"]["max"]
    assert "One loan at a time" in to_text({"machine": machine(), "one_loan": answer})


def test_the_gate_is_measured_on_columns_and_on_one_act_at_a_time(tmp_path: Path) -> None:
    measured = measure_gate(tmp_path, 500, 40, lambda _: None)
    for each in measured["columns"].values():
        assert sum(each["verdicts"].values()) == each["acts"] == 500
        assert each["peak_bytes"] > 0
    assert next(each["rules"] for each in measured["columns"].values()) == 1
    assert {each["calls"] for each in measured["calls"].values()} == {40}
    text = to_text({"machine": machine(), "gate": measured})
    assert "The gate on columns: 500 acts" in text
    assert "| cn+house, contact |" in text


def test_columns_and_one_act_at_a_time_are_asked_about_the_same_acts(tmp_path: Path) -> None:
    acts = make_acts(tmp_path, 300)
    with gate_named("cn, contact") as gate, one_row_gate() as one_row:
        engine = DuckDBEngine(threads=1)
        opened = engine.open_parquet("acts", [acts])
        assert set(opened.schema) >= set(gate.needs)
        for each in (gate, one_row):
            given = opened.select(*known_facts(each))
            expected = [each.judge(row).verdict for row in engine.fetch(given).to_pylist()]
            assert engine.fetch(each.apply(given))["verdict"].to_pylist() == expected
            assert len(set(expected)) > 1
        engine.close()
    assert [row.id for row in one_row.rows] == ["cn.pipl.contract_basis.party"]


def test_work_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="floor failed"):
        in_own_process("floor", book=tmp_path / "nowhere")


def test_a_table_in_goruless_format_keeps_rows_and_guards_against_null() -> None:
    rules = (Rule("t.a", ("< limit", 'not("x")'), ('"yes"',)), Rule("t.b", ("-", "-"), ('"no"',)))
    jdm = to_jdm(Table("t", "FIRST", ("days", "kind"), ("t",), rules), {"limit": 4})
    first, last = jdm["nodes"][1]["content"]["rules"]
    assert first == {"_id": "t.a", "i0": "$ != null and $ < 4", "i1": 'not ($ == "x")', "o0": '"yes"'}
    assert last == {"_id": "t.b", "i0": "", "i1": "", "o0": '"no"'}


def test_only_what_lies_between_the_marks_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- results: begin -->\nold\n<!-- results: end -->\nafter\n", encoding="utf-8")
    write_page(page, {"machine": machine()})
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- results: begin -->")
    assert text.endswith("<!-- results: end -->\nafter\n")
    assert "old" not in text
