"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine

ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.spark)]


@cache
def _spark() -> Engine:
    from forbear.columns.engines.spark import SparkEngine

    return SparkEngine(master="local[2]", memory_gib=2.0)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine in turn: what holds on one must hold on the other. Spark starts once and is shared."""
    if request.param == "spark":
        yield _spark()
        return
    duck = DuckDBEngine(memory_gib=1.0)
    yield duck
    duck.close()
