"""Judged acts for the planner: said one by one, or drawn by a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import INT, TEXT, TEXTS
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine
from forbear.planning.capacity import Capacity
from forbear.planning.plan import make_plan
from forbear.strategy.codes import PROPOSAL_SCHEMA

JUDGED = {
    **PROPOSAL_SCHEMA, "contact_point_id": TEXT, "verdict": TEXT, "decided_by": TEXT, "duties": TEXTS,
    "window_start_minute": INT, "window_end_minute": INT, "team": TEXT, "region_code": TEXT, "overdue_cents": INT,
}  # fmt: skip
Rows = list[dict[str, Any]]


def wanted(loan_id: str = "L1", person_id: str = "P1", **values: Any) -> dict[str, Any]:
    """A wanted and allowed text message unless said otherwise."""
    usual = {
        "loan_id": loan_id, "person_id": person_id, "preference": 1, "kind": "contact", "treatment": "sms_reminder",
        "channel": "sms", "template": "reminder", "purpose": "collection", "offer": None, "stage": "early",
        "reason": "overdue", "earliest_minute": 540, "latest_minute": 1080, "needs_approval": False, "arm": "usual",
        "propensity": Decimal("1.000000"), "value_cents": 100, "stage_rule": "stage.1", "treatment_rule": "treat.1",
        "visit_rule": "visit.1", "relief_rule": None, "leave_alone_rule": "leave.act", "contact_point_id": "M1",
        "verdict": "ALLOW", "decided_by": "law.1", "duties": [], "window_start_minute": 540, "window_end_minute": 1080,
        "team": None, "region_code": None, "overdue_cents": 10_000,
    }  # fmt: skip
    return {**usual, **values}


def alone(loan_id: str = "L1", person_id: str = "P1", **values: Any) -> dict[str, Any]:
    """A decision to leave a loan alone."""
    nothing = {"kind": "none", "treatment": "leave_alone", "channel": "none", "verdict": None, "decided_by": None}
    return wanted(
        loan_id, person_id, **{**nothing, "reason": "promise_not_due", "leave_alone_rule": "leave.1", **values}
    )


def visit(loan_id: str = "L1", person_id: str = "P1", **values: Any) -> dict[str, Any]:
    """A wanted visit."""
    base = {"kind": "visit", "treatment": "visit_candidate", "channel": "visit", "needs_approval": True}
    return wanted(loan_id, person_id, **{**base, **values})


def drawn(seed: int, people: int = 60) -> Rows:
    """A day's judged acts: people with one to three loans, one to three channels each, some left alone, some to visit."""
    chance = np.random.default_rng(seed)

    def pick(*values: Any) -> Any:
        return values[int(chance.integers(len(values)))]

    rows: Rows = []
    for person in range(people):
        for loan in range(int(chance.integers(1, 4))):
            ids = (f"L{person:03d}-{loan}", f"P{person:03d}")
            shared = {"team": pick(None, "A", "B"), "region_code": pick(None, "110101", "310104", "310115")}
            if chance.integers(5) == 0:
                rows.append(alone(*ids, **shared))
                continue
            for preference in range(1, int(chance.integers(1, 4)) + 1):
                rows.append(
                    wanted(
                        *ids, **shared, preference=preference, channel=pick("sms", "voice_agent", "email"),
                        value_cents=int(chance.integers(-2, 4)) * 100, needs_approval=pick(False, False, True),
                        verdict=pick("ALLOW", "WARN", "REQUIRE", "ALLOW", "DENY", "REVIEW", None),
                        decided_by=pick("law.1", None),
                    )
                )  # fmt: skip
            if chance.integers(3) == 0:
                value = int(chance.integers(3)) * 100
                rows.append(
                    visit(*ids, **shared, value_cents=value, verdict=pick("ALLOW", "DENY", "REQUIRE", "REVIEW"))
                )
    return rows


@pytest.fixture(scope="module")
def planner() -> Iterator[Callable[..., Rows]]:
    """Plans the rows on one DuckDB, and gives the plan in order of loan and act."""
    duck: Engine = DuckDBEngine(memory_gib=1.0, threads=1)

    def plan(rows: Sequence[dict[str, Any]], *pools: Any) -> Rows:
        table = pa.Table.from_pylist(list(rows), schema=to_arrow_schema(JUDGED))
        judged = duck.open_arrow("judged", table, JUDGED)
        planned: Rows = duck.fetch(make_plan(duck, judged, Capacity(pools)), ["loan_id", "act"]).to_pylist()
        return planned

    yield plan
    duck.close()


@pytest.fixture(scope="session")
def make() -> Any:
    """The makers of rows: ``wanted``, ``alone``, ``visit`` and ``drawn``."""

    class Make:
        pass

    maker = Make()
    for function in (wanted, alone, visit, drawn):
        setattr(maker, function.__name__, function)
    return maker
