"""Faults are counted, found by the intake, and leave the rest of the book as it was."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
import pytest

from forbear.book.intake import take_in
from forbear.book.schema import TABLES
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.lab import make_book
from forbear.lab.synthetic.faults import ODD, UNUSABLE, faults_of

AS_OF = date(2026, 11, 23)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_intake_rejects_each_unusable_row_for_its_own_reason(tmp_path: Path, form: str) -> None:
    said = make_book(tmp_path / "book", borrowers=4_000, seed=3, as_of=AS_OF, faults=0.03, form=form)
    engine = DuckDBEngine()
    taken = take_in(tmp_path / "book", mapping=None, engine=engine, as_of=AS_OF, work=tmp_path / "work")
    entries = engine.fetch(taken.rejects).to_pylist()
    found = Counter(f"{entry['table']}.{entry['rule']}" for entry in entries if entry["disposition"] == "rejected")
    wanted = Counter({key: n for key, n in said["faults"].items() if key.split(".")[1] in UNUSABLE and n})
    # A promise of less than a cent is out of range rather than negative.
    wanted["promises.out_of_range"] = wanted.pop("promises.negative_amount")
    assert found == wanted
    assert {name: count.rows_in for name, count in taken.counts.items()} == said["tables"]
    engine.close()


def test_every_kind_of_fault_occurs_and_their_share_is_as_asked(tmp_path: Path) -> None:
    said = make_book(tmp_path, borrowers=20_000, seed=3, as_of=AS_OF, faults=0.05, form="csv")
    wanted = {f"{table.name}.{fault.kind}" for table in TABLES for fault in faults_of(table)}
    assert {key for key, count in said["faults"].items() if count} == wanted
    assert 0.045 <= sum(said["faults"].values()) / sum(said["tables"].values()) <= 0.055


def test_unusable_rows_are_extra_and_the_good_ones_stay(tmp_path: Path) -> None:
    make_book(tmp_path / "clean", borrowers=1_000, seed=3, as_of=AS_OF)
    said = make_book(tmp_path / "faulty", borrowers=1_000, seed=3, as_of=AS_OF, faults=0.05)
    for table in TABLES:
        clean = pq.read_table(tmp_path / "clean" / f"{table.name}.parquet")
        faulty = pq.read_table(tmp_path / "faulty" / f"{table.name}.parquet")
        extra = sum(n for key, n in said["faults"].items() if key.startswith(f"{table.name}."))
        in_place = sum(said["faults"].get(f"{table.name}.{kind}", 0) for kind in ODD[3:])
        assert len(faulty) == len(clean) + extra - in_place
        same = clean.equals(faulty.slice(0, len(clean)))
        assert same == (table.name != "instalments")


def test_a_faulty_book_is_the_same_whatever_the_number_of_borrowers(tmp_path: Path) -> None:
    for borrowers in (500, 900):
        make_book(tmp_path / str(borrowers), borrowers=borrowers, seed=3, as_of=AS_OF, faults=0.05)
    few, many = (pq.read_table(tmp_path / name / "loans.parquet") for name in ("500", "900"))
    few = few.filter(pc.is_valid(few["loan_id"]))
    assert many.filter(pc.is_in(many["loan_id"], few["loan_id"].combine_chunks())).equals(few)


def test_a_text_file_can_say_30_february(tmp_path: Path) -> None:
    said = make_book(tmp_path, borrowers=2_000, seed=3, as_of=AS_OF, faults=0.05, form="csv")
    options = pc_csv.ConvertOptions(column_types={"disbursed_on": "string"})
    loans = pc_csv.read_csv(tmp_path / "loans.csv", convert_options=options)
    bad = pc.sum(pc.equal(loans["disbursed_on"], "2026-02-30")).as_py()
    assert bad == said["faults"]["loans.unparseable_date"] > 0
