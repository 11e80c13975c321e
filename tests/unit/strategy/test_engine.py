"""Ten thousand loans on an engine and one loan in Python are the same."""

from __future__ import annotations

import pyarrow as pa
import pytest

from forbear.book.fact_definitions import FACTS
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.closure import uniform_of
from forbear.columns.dtypes import Kind
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.kernel.errors import PlaybookError
from forbear.strategy import PROPOSAL_SCHEMA, load_playbook, playbook_names

SCHEMA = {name: fact.dtype for name, fact in FACTS.items()}
TEXTS = {
    "ability": ("low", "medium", "high"),
    "product_kind": ("instalment", "card"),
    "reason_code": ("forgot", "illness"),
}
EDGES = (0, 0, 1, 2, 3, 5, 8, 14, 30, 31, 90, 91, 200, 1_000, 300_000, 2_000_000, 5_000_000)


def drawn(number: int, what: str) -> int:
    """A whole number below a million that is the same on every run."""
    return uniform_of(f"L{number}", what)


def random_loan(number: int) -> dict[str, object]:
    row: dict[str, object] = {}
    for name, fact in FACTS.items():
        kind, chance = fact.dtype.kind, drawn(number, name)
        if chance < 100_000:
            row[name] = None
        elif kind is Kind.BOOL:
            row[name] = chance > 950_000
        elif kind is Kind.INT:
            row[name] = EDGES[chance % len(EDGES)]
        elif kind is Kind.TEXT:
            choices = TEXTS.get(name, ("x",))
            row[name] = choices[chance % len(choices)]
        else:
            row[name] = None
    return row | {"loan_id": f"L{number}", "person_id": f"P{number // 2}", "is_open": drawn(number, "open") < 950_000}


@pytest.fixture(scope="module")
def loans():
    return [random_loan(number) for number in range(600)]


@pytest.fixture(scope="module")
def engine():
    engine = DuckDBEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def facts(engine, loans):
    return engine.open_arrow("facts", pa.Table.from_pylist(loans, schema=to_arrow_schema(SCHEMA)), SCHEMA)


def key(row):
    return (row["loan_id"], row["kind"], row["treatment"], row["preference"])


@pytest.mark.parametrize("name", playbook_names())
def test_columns_and_one_row_agree(engine, facts, loans, name):
    playbook = load_playbook(name)
    together = engine.fetch(playbook.proposals(engine.keep("decided", playbook.decide(facts)))).to_pylist()
    one_by_one = [made for loan in loans for made in playbook.propose_row(loan)]
    assert sorted(together, key=key) == sorted(one_by_one, key=key)
    assert len(together) > 400


@pytest.mark.parametrize("name", playbook_names())
def test_proposals_have_exactly_the_agreed_columns(facts, name):
    assert dict(load_playbook(name).propose(facts).schema) == dict(PROPOSAL_SCHEMA)


@pytest.mark.spark
def test_spark_proposes_the_same(spark, loans):
    playbook, few = load_playbook("balanced"), loans[:200]
    facts = spark.open_arrow("facts", pa.Table.from_pylist(few, schema=to_arrow_schema(SCHEMA)), SCHEMA)
    together = spark.fetch(playbook.proposals(spark.keep("decided", playbook.decide(facts)))).to_pylist()
    assert sorted(together, key=key) == sorted((made for loan in few for made in playbook.propose_row(loan)), key=key)


def test_a_loan_and_kind_and_preference_and_treatment_appear_once(engine, facts):
    playbook = load_playbook("balanced")
    rows = engine.fetch(playbook.proposals(engine.keep("decided", playbook.decide(facts)))).to_pylist()
    assert len({key(row) for row in rows}) == len(rows)


def test_one_decision_a_loan(engine, facts):
    decided = engine.fetch(load_playbook("balanced").decide(facts)).to_pylist()
    assert len({row["loan_id"] for row in decided}) == len(decided)


def test_facts_that_are_missing_are_named(facts):
    with pytest.raises(PlaybookError) as caught:
        load_playbook("balanced").propose(facts.drop("overdue_cents", "is_deceased"))
    assert caught.value.code == "facts_missing"
    assert "is_deceased, overdue_cents" in caught.value.message


def test_proposing_in_one_go_is_the_same(engine, loans):
    """``propose`` needs no engine to keep anything; it is ``decide`` and then ``proposals``."""
    playbook, few = load_playbook("jd_finance"), loans[:100]
    facts = engine.open_arrow("few facts", pa.Table.from_pylist(few, schema=to_arrow_schema(SCHEMA)), SCHEMA)
    together = engine.fetch(playbook.propose(facts)).to_pylist()
    assert sorted(together, key=key) == sorted((made for loan in few for made in playbook.propose_row(loan)), key=key)
