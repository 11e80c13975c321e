"""Instants from texts and local clocks, and the private hash of a key, on both engines and on one row."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from forbear.columns import expression as e
from forbear.columns.closure import compile_row
from forbear.columns.dtypes import INSTANT, TEXT
from forbear.columns.engines.engine import Engine

INSTANTS = {
    "2019-12-10 19:05:21.596873+00": datetime(2019, 12, 10, 19, 5, 21, 596873, tzinfo=UTC),
    "2019-12-10T19:05:21Z": datetime(2019, 12, 10, 19, 5, 21, tzinfo=UTC),
    "2019-12-10 19:05:21+08:00": datetime(2019, 12, 10, 11, 5, 21, tzinfo=UTC),
    "2019-12-10 19:05:21-0330": datetime(2019, 12, 10, 22, 35, 21, tzinfo=UTC),
    "2019-02-30 19:05:21Z": None,
    "2019-12-10 25:05:21Z": None,
}
PARIS = {  # shown on the clock in Paris -> UTC
    "2020-07-01 22:30:00": "2020-07-01 20:30:00",
    "2020-10-25 01:59:00": "2020-10-24 23:59:00",
    "2020-10-25 02:30:00": "2020-10-25 00:30:00",  # shown twice that night: the first
    "2020-10-25 03:10:00": "2020-10-25 02:10:00",
    "2020-03-29 02:30:00": "2020-03-29 01:30:00",  # never shown that night
}


def _texts(engine: Engine, texts: list[str | None]):
    return engine.open_arrow("texts", pa.table({"x": pa.array(texts, pa.string())}), {"x": TEXT})


def test_an_instant_is_read_with_its_offset(engine: Engine) -> None:
    rows = _texts(engine, list(INSTANTS))
    expression = e.try_cast(rows["x"], INSTANT)
    assert engine.fetch(rows.select("x", at=expression)).to_pylist() == [
        {"x": text, "at": at} for text, at in INSTANTS.items()
    ]
    assert [compile_row({"at": expression})({"x": text})["at"] for text in INSTANTS] == list(INSTANTS.values())


@pytest.mark.parametrize("shown", PARIS)
def test_a_local_clock_is_read_in_its_zone(engine: Engine, shown: str) -> None:
    rows = _texts(engine, [shown])
    expression = e.from_local(e.try_cast(rows["x"], INSTANT), "Europe/Paris")
    expected = datetime.fromisoformat(PARIS[shown]).replace(tzinfo=UTC)
    assert engine.fetch(rows.select(at=expression)).to_pylist() == [{"at": expected}]
    assert compile_row({"at": expression})({"x": shown}) == {"at": expected}


def test_a_pattern_may_hold_a_backslash(engine: Engine) -> None:
    rows = _texts(engine, ["1.5", "1x5", "1\\5"])
    expression = e.matches(rows["x"], r"[0-9]\.[0-9]")
    expected = [True, False, False]
    assert [row["m"] for row in engine.fetch(rows.select(m=expression)).to_pylist()] == expected
    assert [compile_row({"m": expression})({"x": text})["m"] for text in ("1.5", "1x5", "1\\5")] == expected


def test_equal_keys_have_equal_hashes_and_others_do_not(engine: Engine) -> None:
    rows = _texts(engine, ["a", "b", "a", None])
    hashes = [row["h"] for row in engine.fetch(rows.select(h=e.key_hash(rows["x"], 1))).to_pylist()]
    assert hashes[0] == hashes[2]
    assert len(set(hashes)) == 3
