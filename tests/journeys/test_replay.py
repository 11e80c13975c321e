"""Replaying a past day gives what was known that day, whatever became known since."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from random_books import Dice, random_book
from small_books import facts_of

from forbear.book.schema import BY_NAME
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.day.run import DayRequest, run_day
from forbear.lab import make_book

DAY = date(2026, 3, 10)
NIGHT = datetime(2026, 3, 10, 16, tzinfo=UTC)  # midnight in Shanghai: the end of the day


def known_later(book: dict[str, list[dict[str, Any]]], dice: Dice) -> dict[str, list[dict[str, Any]]]:
    """The book as it stands some weeks later: more of everything, and what was open is ended, reversed or broken."""
    later = copy.deepcopy(book)
    for number, loan in enumerate(book["loans"]):
        ids = {"loan_id": loan["loan_id"], "person_id": loan["person_id"]}
        after = NIGHT + timedelta(minutes=dice.number(0, 9_000))
        day = DAY + timedelta(days=dice.number(1, 20))
        later["payments"] += [
            {"payment_id": f"late-{number}", "loan_id": ids["loan_id"], "amount_cents": 777, "effective_on": dice.day(-50, 0),
             "status": dice.of("settled", "in_flight"), "recorded_at": after},
            {"payment_id": f"next-{number}", "loan_id": ids["loan_id"], "amount_cents": 333, "effective_on": day, "status": "settled"},
        ]  # fmt: skip
        later["contacts"].append(
            {"contact_id": f"late-{number}", "person_id": ids["person_id"], "at": after + timedelta(days=2), "channel": "voice_agent",
             "result": "conversation", "is_right_party": True, "attitude": "refusing"}
        )  # fmt: skip
        stop = {**ids, "kind": "dispute", "pauses_ageing": True}
        later["holds"] += [
            {"hold_id": f"late-{number}", **stop, "starts_on": dice.day(-60, 0), "recorded_at": after},
            {"hold_id": f"next-{number}", **stop, "starts_on": day},
        ]
        later["promises"].append(
            {
                "promise_id": f"next-{number}",
                "loan_id": ids["loan_id"],
                "made_on": day,
                "due_on": day,
                "amount_cents": 5,
            }
        )
        later["arrangements"].append(
            {"arrangement_id": f"next-{number}", "loan_id": ids["loan_id"], "kind": "extension", "signed_on": day}
        )
        later["consents"].append(
            {
                "consent_id": f"next-{number}",
                "person_id": ids["person_id"],
                "kind": "channel_refusal",
                "given_at": after,
            }
        )
        later["contact_points"].append(
            {"contact_point_id": f"!{number}", "person_id": ids["person_id"], "kind": "mobile", "source": "given_by_debtor",
             "state": "valid", "recorded_at": after}
        )  # fmt: skip
    for payment in later["payments"]:
        if payment["status"] == "settled" and dice.one_in(4):
            payment |= {"status": "reversed", "reversed_on": DAY, "reversal_recorded_at": NIGHT + timedelta(hours=3)}
    for promise in later["promises"]:
        promise["cancelled_on"] = promise.get("cancelled_on") or DAY + timedelta(days=1)
    for loan in later["loans"]:
        if loan["status"] == "active" and dice.one_in(3):
            loan |= {"status": dice.of("settled", "written_off"), "closed_on": DAY + timedelta(days=dice.number(1, 30))}
    return later


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_facts_of_a_past_day_do_not_know_what_was_recorded_later(seed: int) -> None:
    """Payments, reversals, contacts, holds, promises, arrangements, consents, points and closings of later days."""
    duck = DuckDBEngine(memory_gib=1.0)
    try:
        book = random_book(seed, DAY, 150)
        then = facts_of(duck, DAY.isoformat(), book)
        now = facts_of(duck, DAY.isoformat(), known_later(book, Dice(seed, DAY)))
    finally:
        duck.close()
    assert now.keys() == then.keys()
    for loan_id, facts in then.items():
        changed = {name: (value, now[loan_id][name]) for name, value in facts.items() if now[loan_id][name] != value}
        assert not changed, loan_id


def test_a_whole_run_of_a_past_day_is_the_same_after_the_book_has_grown(tmp_path: Path) -> None:
    """Facts, proposals, verdicts and plan have the same bytes."""
    book, as_of = tmp_path / "book", date(2026, 11, 20)
    make_book(book, borrowers=150, seed=4, as_of=as_of)
    run_day(DayRequest(book, as_of, "balanced", "cn", tmp_path / "then"))
    later = datetime(2026, 11, 21, 2, tzinfo=UTC)
    loans = pq.read_table(book / "loans.parquet", columns=["loan_id", "person_id"]).to_pylist()
    _append(book, "payments", [
        {"payment_id": f"late-{n}", "loan_id": loan["loan_id"], "amount_cents": 100_000, "effective_on": as_of, "status": "settled",
         "recorded_at": later} for n, loan in enumerate(loans)
    ])  # fmt: skip
    _append(book, "holds", [
        {"hold_id": f"late-{n}", **loan, "kind": "dispute", "starts_on": as_of, "recorded_at": later, "pauses_ageing": True}
        for n, loan in enumerate(loans)
    ])  # fmt: skip
    run_day(DayRequest(book, as_of, "balanced", "cn", tmp_path / "now"))
    for name in ("facts", "proposals", "verdicts", "plan"):
        assert (tmp_path / "now" / f"{name}.parquet").read_bytes() == (
            tmp_path / "then" / f"{name}.parquet"
        ).read_bytes()


def _append(book: Path, table: str, rows: list[dict[str, Any]]) -> None:
    path = book / f"{table}.parquet"
    before = pq.read_table(path)
    schema = to_arrow_schema(BY_NAME[table].schema)
    more = pa.Table.from_pylist(rows, schema=schema).select(before.column_names).cast(before.schema)
    pq.write_table(pa.concat_tables([before, more]), path)
