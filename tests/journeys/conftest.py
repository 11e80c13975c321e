"""Borrowers' stories, told by days from the day the instalment falls due (day 0), and what a run says on any of those days.

A book holds every story as far as it has got on each of the days asked about: ``promise@7`` is the person of the story
"promise" on its seventh day. So one real run a playbook answers for all stories and all days at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import records_server
from small_books import write_book
from stories_told import STORIES

from forbear.day.run import DayRequest, run_day

# Before any module here imports a model of the records.
records_server.prepare()

TODAY = date(2026, 11, 23)  # a Monday
DATES = (
    "due_on",
    "effective_on",
    "made_on",
    "starts_on",
    "ends_on",
    "signed_on",
    "breached_on",
    "reversed_on",
    "disbursed_on",
)
INSTANTS = ("at", "given_at", "expires_at", "recorded_at")
KEYS = {
    "payments": "payment_id", "contact_points": "contact_point_id", "contacts": "contact_id", "promises": "promise_id",
    "arrangements": "arrangement_id", "holds": "hold_id", "consents": "consent_id",
}  # fmt: skip
OF_LOAN = ("loans", "instalments", "payments", "promises", "arrangements")


@dataclass(frozen=True)
class Told:
    """What the run said of one person on one day of the story."""

    facts: list[dict[str, Any]]
    plan: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]

    @property
    def fact(self) -> dict[str, Any]:
        """The facts of the first loan."""
        return self.facts[0]

    @property
    def planned(self) -> dict[str, Any] | None:
        """The one planned act; None where nothing is planned. Two would be a fault."""
        found = [row for row in self.plan if row["status"] == "planned"]
        assert len(found) <= 1
        return found[0] if found else None

    @property
    def channel(self) -> str | None:
        """The channel of the planned act."""
        return None if self.planned is None else self.planned["channel"]

    @property
    def treatment(self) -> str | None:
        """The treatment of the planned act."""
        return None if self.planned is None else self.planned["treatment"]

    @property
    def visits(self) -> list[dict[str, Any]]:
        """The visits thought of."""
        return [row for row in self.plan if row["act"] == "visit"]

    @property
    def silence(self) -> str | None:
        """Why nothing is done, where nothing is planned and the loan is on record."""
        rows = [row for row in self.plan if row["act"] != "visit"]
        return rows[0]["reason"] if rows and self.planned is None else None


def rows_of(name: str, day: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a story's person as the lender's books hold them on that day."""
    who = f"{name}@{day}"
    due = TODAY - timedelta(days=day)
    for number, (happens_on, table, row) in enumerate(STORIES[name].events):
        if happens_on > day:
            continue
        values = {"person_id": who} if table not in ("instalments", "payments", "promises", "arrangements") else {}
        values |= dict(row)
        if table in OF_LOAN or "loan_id" in values:
            values["loan_id"] = f"{who}{values.get('loan_id', '')}"
        if table in KEYS:
            values[KEYS[table]] = f"{who}/{number}"
        for field in DATES:
            if field in values:
                values[field] = due + timedelta(days=values[field])
        for field in INSTANTS:
            if field in values:
                local = datetime.combine(due + timedelta(days=values[field]), time(2, 30), tzinfo=UTC)
                values[field] = local + timedelta(minutes=number)
        yield table, values


def book_of(folder: Path) -> Path:
    """All stories on all their days, as one book."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, story in STORIES.items():
        for day in story.days:
            for table, row in rows_of(name, day):
                tables.setdefault(table, []).append(row)
    return write_book(folder, tables)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str, int], Told]:
    """``told(playbook, story, day)``: what the day's run said of that person. Each playbook runs once."""
    book = book_of(tmp_path_factory.mktemp("stories") / "book")

    @cache
    def run(playbook: str) -> Mapping[str, list[dict[str, Any]]]:
        out = tmp_path_factory.mktemp(playbook) / "day"
        run_day(DayRequest(book, TODAY, playbook, "cn", out))
        return {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in ("facts", "plan", "verdicts")}

    def tell(playbook: str, story: str, day: int) -> Told:
        assert day in STORIES[story].days
        mine = {
            name: [row for row in rows if row["person_id"] == f"{story}@{day}"] for name, rows in run(playbook).items()
        }
        assert mine["facts"]
        return Told(**mine)

    return tell
