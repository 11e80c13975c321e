"""Spark and DuckDB say the same of a whole day: facts, proposals, verdicts and plan, to the last cent and rule.

One book, one run on each engine: Spark is slow to start and slow on small data, and the example tests need not run twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from random_books import random_book
from small_books import open_book

from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.settings import AgeingSettings
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine
from forbear.compliance import load_gate
from forbear.day.judging import left_alone, with_verdicts
from forbear.day.legal import count_windows, legal_settings
from forbear.planning.capacity import Capacity, Pool
from forbear.planning.plan import make_plan
from forbear.strategy import load_playbook

AS_OF = date(2026, 11, 23)
POOLS = (
    Pool("sms", 12),
    Pool("push", 2),
    Pool("email", 4),
    Pool("letter", 1),
    Pool("voice_agent", 3),
    Pool("voice_agent", 1, team="T1"),
    Pool("visit", 3, region="31"),
)
Rows = list[dict[str, Any]]


def whole_day(engine: Engine, book: dict[str, Rows]) -> dict[str, Rows]:
    """The day of the book: facts, proposals, verdicts and plan, each in the order of its key."""
    gate, playbook = load_gate("cn", AS_OF), load_playbook("balanced")
    wanted = FactsRequest(
        AS_OF, "Asia/Shanghai", AgeingSettings(grace_days=1), legal=legal_settings(gate), windows=count_windows(gate)
    )
    facts = engine.keep("parity_facts", compute_facts(engine, open_book(engine, book), wanted))
    proposals = engine.keep(
        "parity_proposals", playbook.proposals(engine.keep("parity_decided", playbook.decide(facts)))
    )
    judged = engine.keep("parity_judged", with_verdicts(proposals, facts, gate))
    everything = judged.union(left_alone(proposals, facts, judged.schema))
    plan = engine.keep("parity_plan", make_plan(engine, everything, Capacity(POOLS)))
    order = ("loan_id", "kind", "preference", "treatment")
    parts = {
        "facts": (facts, order[:1]),
        "proposals": (proposals, order),
        "verdicts": (judged, order),
        "plan": (plan, ("loan_id", "act")),
    }
    return {name: engine.fetch(relation, by).to_pylist() for name, (relation, by) in parts.items()}


@pytest.fixture(scope="module")
def book() -> dict[str, Rows]:
    """Two thousand loans with nulls in keys and values, ties, amounts of nothing, and rates of six decimals."""
    return random_book(2026, AS_OF, 2_000)


@pytest.fixture(scope="module")
def on_duckdb(book: dict[str, Rows]) -> Iterator[dict[str, Rows]]:
    """What DuckDB says."""
    duck = DuckDBEngine(memory_gib=1.0)
    yield whole_day(duck, book)
    duck.close()


def test_the_book_has_something_to_say_on_every_point(on_duckdb: dict[str, Rows]) -> None:
    """Else equal results would mean little."""
    statuses = {(row["act"], row["status"]) for row in on_duckdb["plan"]}
    assert statuses >= {("contact", "planned"), ("contact", "unplanned"), ("none", "unplanned")}
    assert {row["verdict"] for row in on_duckdb["verdicts"]} >= {"DENY", "REVIEW", "REQUIRE"}
    reasons = {row["reason"] for row in on_duckdb["plan"]}
    assert reasons >= {
        "no_capacity",
        "one_contact_per_person",
        "refused_by_law",
        "payment_in_flight",
        "promise_not_due",
    }
    assert sum(row["is_ageing_paused"] for row in on_duckdb["facts"]) > 100
    assert len({row["value_cents"] for row in on_duckdb["proposals"]}) > 100


@pytest.mark.spark
def test_spark_says_the_same_row_by_row(spark: Engine, book: dict[str, Rows], on_duckdb: dict[str, Rows]) -> None:
    on_spark = whole_day(spark, book)
    for name, rows in on_duckdb.items():
        assert len(on_spark[name]) == len(rows), name
        for row, same in zip(rows, on_spark[name], strict=True):
            different = {column: (value, same[column]) for column, value in row.items() if same[column] != value}
            assert not different, (name, row["loan_id"])
