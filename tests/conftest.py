"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine
from forbear.kernel.errors import UsageError
from forbear.kernel.language import speaking

pytest_plugins = ["records_fixtures"]

ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.spark)]
# Small data: two partitions, no Java code written and compiled for every question, and no plan thought over again: measured
# on a comparison of two playbooks, these take Java from 69 to 52 seconds of processor.
FOR_SMALL_DATA = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@cache
def _spark() -> Engine:
    from forbear.columns.engines.spark import SparkEngine

    try:
        return SparkEngine(master="local[2]", memory_gib=2.0, options=FOR_SMALL_DATA)
    except UsageError as error:
        if error.code == "spark_missing":
            pytest.skip(f"{error.message} {error.do}")
        raise


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Whatever asks a process first for Spark decides how it runs: never a test by way of the program itself."""
    if item.get_closest_marker("spark"):
        _spark()


@pytest.fixture(autouse=True)
def plain_words() -> Iterator[None]:
    """Every test begins in English, whatever the one before it spoke."""
    with speaking("en"):
        yield


@pytest.fixture
def spark() -> Engine:
    """Spark, started once and shared."""
    return _spark()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine in turn: what holds on one must hold on the other."""
    if request.param == "spark":
        yield _spark()
        return
    duck = DuckDBEngine(memory_gib=1.0)
    yield duck
    duck.close()
