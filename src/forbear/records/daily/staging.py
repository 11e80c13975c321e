"""A day's plan and facts in temporary tables, with what the plan's rows become as acts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection

from forbear.compliance.permit import BASIS_FACTS, act_id_of, basis_digest
from forbear.kernel.dates import zone
from forbear.records.feed.staging import BATCH_ROWS, copy_in

MINUTES_A_DAY = 24 * 60
_PLAN = {
    "loan_id": "text", "person_id": "text", "act": "text", "status": "text", "treatment": "text", "channel": "text",
    "template": "text", "purpose": "text", "offer": "text", "contact_point_id": "text", "verdict": "text", "duties": "jsonb",
    "reason": "text", "reason_rule": "text", "stage": "text", "agency_id": "text", "act_id": "uuid", "earliest_at": "timestamptz",
    "latest_at": "timestamptz", "basis_digest": "text",
}  # fmt: skip
_FACTS = {
    "loan_id": "text", "person_id": "text", "is_open": "boolean", "days_past_due": "bigint", "overdue_cents": "bigint",
    "team": "text", "agency_id": "text",
}  # fmt: skip
_AS_ACTS = ("planned", "candidate")
_BY_CONTACT = ("contact", "visit")
"""A referral to a court or an agency reaches nobody: it is a decision, not an act."""


def stage_day(tenant: str, as_of: date, folder: Path, home_zone: str) -> None:
    """The plan and the facts of a finished run as ``day_plan`` and ``day_facts``, until the transaction ends.

    Args:
        folder: the run's folder.
        home_zone: the zone of a person whose own is not known.
    """
    facts = pq.ParquetFile(folder / "facts.parquet")
    _create("day_facts", _FACTS)
    for batch in facts.iter_batches(BATCH_ROWS, columns=list(_FACTS)):
        copy_in(_into("day_facts", _FACTS), batch.select(list(_FACTS)))
    _create("day_plan", _PLAN)
    plan = pq.read_table(folder / "plan.parquet")
    known = _facts_of(folder, plan)
    for batch in plan.to_batches(BATCH_ROWS):
        rows = [_row(row, known.get(row["loan_id"], {}), tenant, as_of, home_zone) for row in batch.to_pylist()]
        made = {name: [row[name] for row in rows] for name in _PLAN}
        copy_in(
            _into("day_plan", _PLAN), pa.RecordBatch.from_pydict(made, pa.schema([(n, pa.string()) for n in _PLAN]))
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE day_plan")
        cursor.execute("ANALYZE day_facts")
        # As in a feed: the planner is not told how large the records' own tables have become.
        cursor.execute("SET LOCAL enable_nestloop = off")


def _create(name: str, columns: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())}) ON COMMIT DROP"
        )


def _into(name: str, columns: Mapping[str, str]) -> str:
    return f"COPY {name} ({', '.join(columns)}) FROM STDIN (FORMAT csv)"


def _facts_of(folder: Path, plan: pa.Table) -> dict[str, dict[str, Any]]:
    """The facts that an act rests on, of the loans that have one."""
    wanted = plan.filter(pc.is_in(plan["status"], pa.array(_AS_ACTS)))["loan_id"].combine_chunks()
    names = list(dict.fromkeys(("loan_id", "time_zone", "agency_id", *BASIS_FACTS)))
    found = {}
    for batch in pq.ParquetFile(folder / "facts.parquet").iter_batches(BATCH_ROWS, columns=names):
        for row in batch.filter(pc.is_in(batch.column("loan_id"), wanted)).to_pylist():
            found[row["loan_id"]] = row
    return found


def _row(
    plan: Mapping[str, Any], facts: Mapping[str, Any], tenant: str, as_of: date, home_zone: str
) -> dict[str, str | None]:
    row: dict[str, Any] = {name: plan.get(name) for name in _PLAN}
    row["duties"] = json.dumps(plan["duties"] or [])
    row["agency_id"] = facts.get("agency_id")
    if plan["status"] in _AS_ACTS and plan["act"] in _BY_CONTACT and plan["channel"]:
        name = facts.get("time_zone") or home_zone
        row["act_id"] = str(act_id_of(tenant, as_of, plan["loan_id"], plan["treatment"] or "", plan["channel"]))
        row["earliest_at"] = _instant(as_of, plan["window_start_minute"] or 0, name)
        row["latest_at"] = _instant(as_of, plan["window_end_minute"] or MINUTES_A_DAY, name)
        row["basis_digest"] = basis_digest(facts)
    return row


@cache
def _instant(day: date, minute: int, zone_name: str) -> str:
    """A minute of the day on a person's clock as an instant, as text.

    >>> _instant(date(2026, 11, 23), 8 * 60, "Asia/Shanghai")
    '2026-11-23T00:00:00+00:00'
    """
    shown = datetime.combine(day, time(0)) + timedelta(minutes=minute)
    return shown.replace(tzinfo=zone(zone_name)).astimezone(UTC).isoformat()
