"""A computation made once says of any rows what it would say if it were made for them."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from datetime import date

import pytest
from random_books import random_book

from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.schema import TABLES
from forbear.columns.arrow import fetch_rows, open_rows
from forbear.columns.dtypes import INT, TEXT
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.recording import Recording
from forbear.kernel.errors import InputError

AS_OF = date(2026, 11, 18)
SCHEMAS = {table.name: table.schema for table in TABLES}
REQUEST = FactsRequest(as_of=AS_OF, time_zone="Asia/Shanghai", zones=sorted(zoneinfo.available_timezones()))


@pytest.fixture(scope="module")
def recorded():
    """The facts of a book, recorded once."""
    return Recording(SCHEMAS, lambda engine, tables: compute_facts(engine, tables, REQUEST))


@pytest.mark.parametrize("seed", range(4))
def test_facts_recorded_are_facts_computed(recorded, seed):
    """Random books one after another: nothing of one is left in the next."""
    book = random_book(seed, AS_OF, 40)
    engine = DuckDBEngine(memory_gib=1.0)
    tables = {name: open_rows(engine, name, book[name], schema) for name, schema in SCHEMAS.items()}
    computed = fetch_rows(engine, compute_facts(engine, tables, REQUEST), ["loan_id"])
    engine.close()
    assert sorted(recorded.run(book), key=lambda row: row["loan_id"]) == computed
    assert computed


def test_nothing_asked_is_nothing_answered(recorded):
    """No rows, no facts."""
    assert recorded.run({}) == []


def test_a_value_of_another_type_is_refused_and_leaves_nothing_behind():
    """The next rows are not mixed with those that were refused."""
    schema = {"name": TEXT, "amount_cents": INT}
    recording = Recording({"rows": schema}, lambda engine, tables: engine.keep("kept", tables["rows"]))
    with pytest.raises(InputError):
        recording.run({"rows": [{"name": "a", "amount_cents": "much"}]})
    found = recording.run({"rows": [{"name": "b", "amount_cents": 2}]})
    assert Counter(row["name"] for row in found) == {"b": 1}
