"""The facts agree with a slow and obvious evaluation, on random books of two hundred loans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_books import random_book
from slow_ageing import reference_facts
from small_books import facts_of

from forbear.book.settings import AgeingSettings
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine

SETTINGS = st.builds(
    AgeingSettings,
    tolerance_cents=st.sampled_from([0, 0, 1, 50]),
    grace_days=st.sampled_from([0, 0, 3]),
    promise_grace_days=st.sampled_from([0, 2]),
    promise_kept_percent=st.sampled_from([100, 90, 50]),
)


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    """One engine for all books."""
    engine = DuckDBEngine(memory_gib=1.0)
    yield engine
    engine.close()


@given(seed=st.integers(0, 2**32 - 1), as_of=st.dates(date(2024, 2, 25), date(2026, 12, 31)), chosen=SETTINGS)
@settings(
    max_examples=10, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_facts_agree_with_counting_by_hand(duck: Engine, seed: int, as_of: date, chosen: AgeingSettings) -> None:
    book = random_book(seed, as_of, 200)
    expected = reference_facts(book, as_of, chosen)
    facts = facts_of(duck, as_of.isoformat(), book, settings=chosen)
    assert facts.keys() == expected.keys()
    for loan_id, wanted in expected.items():
        told = {name: facts[loan_id][name] for name in wanted if name != "late_before" and wanted[name] is not None}
        said = {name: wanted[name] for name in told}
        assert told == said, loan_id
        missing = [name for name, value in wanted.items() if value is None and name != "earlier_delinquencies_count"]
        assert all(facts[loan_id][name] is None for name in missing), loan_id
