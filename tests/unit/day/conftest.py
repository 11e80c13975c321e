"""A small finished run, written by hand: enough rows to show every section of the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

TEXT, INT, BOOL, DAY, TEXTS = pa.string(), pa.int64(), pa.bool_(), pa.date32(), pa.list_(pa.string())
FACTS = {
    "loan_id": TEXT, "person_id": TEXT, "currency": TEXT, "is_open": BOOL, "bucket": TEXT, "days_past_due": INT,
    "overdue_cents": INT, "overdue_principal_cents": INT, "overdue_interest_cents": INT, "overdue_penalty_cents": INT,
    "overdue_fee_cents": INT, "outstanding_cents": INT, "has_payment_in_flight": BOOL, "business_date": DAY,
}  # fmt: skip
PROPOSALS = {
    "loan_id": TEXT, "person_id": TEXT, "preference": INT, "kind": TEXT, "treatment": TEXT, "channel": TEXT,
    "stage": TEXT, "reason": TEXT,
}  # fmt: skip
VERDICTS = {
    "loan_id": TEXT, "person_id": TEXT, "preference": INT, "kind": TEXT, "treatment": TEXT, "channel": TEXT,
    "contact_point_id": TEXT, "verdict": TEXT, "decided_by": TEXT, "rules": TEXTS, "duties": TEXTS,
}  # fmt: skip
PLAN = {
    "loan_id": TEXT, "person_id": TEXT, "status": TEXT, "act": TEXT, "rank": INT, "treatment": TEXT, "channel": TEXT,
    "reason": TEXT, "reason_rule": TEXT,
}  # fmt: skip
REJECTS = {
    "table": TEXT, "file": TEXT, "row_number": INT, "row_id": TEXT, "column": TEXT, "rule": TEXT, "value": TEXT,
    "text": TEXT, "disposition": TEXT,
}  # fmt: skip
BUCKETS = (("M0", 0), ("M1", 12), ("M2", 32), ("M3", 75), ("M4", 100), ("M6+", 400))
TREATMENTS = ("sms_reminder", "phone_call", "visit_candidate", "leave_alone")

Write = Callable[..., Path]


def loan(number: int) -> dict[str, Any]:
    """The facts of loan ``number``; every sixth is current."""
    bucket, days = BUCKETS[number % 6]
    overdue = 0 if days == 0 else 100_050 + 1000 * number
    parts = {"principal": overdue - 3000, "interest": 2000, "penalty": 700, "fee": 300} if overdue else {}
    return {
        "loan_id": f"L{number:03}",
        "person_id": f"P{number // 2:03}",
        "currency": "CNY",
        "is_open": True,
        "bucket": bucket,
        "days_past_due": days,
        "overdue_cents": overdue,
        **{f"overdue_{name}_cents": parts.get(name, 0) for name in ("principal", "interest", "penalty", "fee")},
        "outstanding_cents": overdue * 3 + 500_000,
        "has_payment_in_flight": number % 11 == 0,
        "business_date": date(2026, 11, 23),
    }


def proposal(number: int) -> dict[str, Any]:
    """The first proposal for loan ``number``."""
    treatment = TREATMENTS[number % 4]
    return {
        "loan_id": f"L{number:03}",
        "person_id": f"P{number // 2:03}",
        "preference": 1,
        "kind": {"leave_alone": "none", "visit_candidate": "visit"}.get(treatment, "contact"),
        "treatment": treatment,
        "channel": ("sms", "voice_agent", "visit", "none")[number % 4],
        "stage": ("early", "late", "long")[number % 3],
        "reason": "promise_not_due" if treatment == "leave_alone" else "reminder",
    }


def verdict(number: int) -> dict[str, Any]:
    """The gate's word on it; every fifth is refused, every tenth for want of a contact point."""
    rule = None
    if number % 5 == 0:
        rule = "cn.card2011.objection_verified.open" if number % 10 else "cn.pipl.lawful_source.purchased"
    wanted = {name: value for name, value in proposal(number).items() if name in VERDICTS}
    return {
        **wanted,
        "contact_point_id": f"K{number}" if number % 10 else None,
        "verdict": "DENY" if rule else "ALLOW",
        "decided_by": rule or "cn.pipl.contract_basis.party",
        "rules": [rule or "cn.pipl.contract_basis.party"],
        "duties": [],
    }


def plan(number: int) -> dict[str, Any]:
    """What is planned for loan ``number``."""
    wanted, refused = proposal(number), verdict(number)["verdict"] == "DENY"
    status = "unplanned" if refused or wanted["kind"] == "none" else "planned"
    status = "candidate" if status == "planned" and wanted["kind"] == "visit" else status
    reason = "refused_by_law" if refused and wanted["kind"] != "none" else wanted["reason"]
    names = ("loan_id", "person_id", "treatment", "channel")
    row = {name: wanted[name] for name in names}
    return {**row, "status": status, "act": wanted["kind"], "rank": number, "reason": reason}


def reject(row: int, disposition: str) -> dict[str, Any]:
    """One row on record."""
    return {
        "table": "loans",
        "row_number": row,
        "column": "person_id",
        "rule": "missing_value",
        "disposition": disposition,
    }


def record(**changes: Any) -> dict[str, Any]:
    """The content of ``run.json``."""
    tables = {
        "loans": {"in": 32, "accepted": 30, "rejected": 2},
        "instalments": {"in": 90, "accepted": 90, "rejected": 0},
    }
    return {
        "business_date": "2026-11-23",
        "playbook": {"name": "balanced", "version": "b1946ac92492d2347c6235b4d2611184", "asked": "balanced"},
        "law": {"name": "cn", "version": "cn-1", "profile": "strict", "values": 31, "values_unverified": 27},
        "book": {"name": "practice <book>", "tables": tables},
        "capacity": {"voice_agent": 20},
        **changes,
    }


@pytest.fixture
def write_run(tmp_path: Path) -> Write:
    """Write a run folder; any of its tables, or its record, may be given instead of the usual ones."""

    def write(loans: int = 30, **given: Any) -> Path:
        numbers = range(loans)
        rejects = [reject(7, "rejected"), reject(8, "rejected"), reject(9, "noted")]
        rows = {
            "facts": (FACTS, [loan(n) for n in numbers]),
            "verdicts": (VERDICTS, [verdict(n) for n in numbers if proposal(n)["kind"] != "none"]),
            "proposals": (PROPOSALS, [proposal(n) for n in numbers]),
            "plan": (PLAN, [plan(n) for n in numbers]),
            "rejects": (REJECTS, rejects),
        }
        for name, (schema, usual) in rows.items():
            table = pa.Table.from_pylist(given.get(name, usual), schema=pa.schema(list(schema.items())))
            pq.write_table(table, tmp_path / f"{name}.parquet")
        (tmp_path / "run.json").write_text(json.dumps(given.get("record", record())), encoding="utf-8")
        return tmp_path

    return write
