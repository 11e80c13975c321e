"""The book in figures, of a finished run: counted once from the facts of the day, and kept beside them.

The facts are those by which the day was decided, so that a figure and a decision never speak of two books.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import Column, coalesce, count, literal, sum_of, when
from forbear.columns.relation import Relation
from forbear.records.models import Run
from forbear.records.scope import Scope

PAR_DAYS = (30, 60, 90)
"""After how many days past due the principal of a loan counts as at risk, in the measures of that name."""
ROLLS_OVER = timedelta(days=28)
"""How far back the book is that another is compared with, at least, where there is a run that old."""
CLOSED = "closed"
"""Where a loan is now that was open then and is no more: paid off, cancelled, written off or gone from the book."""
KEYS = ("team", "agency_id", "currency")
LISTED = (
    "loan_id", "person_id", "product_code", "bucket", "days_past_due", "overdue_cents", "outstanding_cents", "currency", "team",
    "agency_id",
)  # fmt: skip
_MEMORY_GIB = 1.0


def finished_runs(tenant: str) -> tuple[Run | None, Run | None]:
    """The latest finished run whose facts are there, and the one that it is compared with: four weeks older, or the oldest."""
    runs = [
        run
        for run in Run.objects.filter(tenant_id=tenant, state="done").order_by("-business_date")[:60]
        if (Path(run.folder) / "facts.parquet").is_file()
    ]
    if not runs:
        return None, None
    older = [run for run in runs[1:] if run.business_date <= runs[0].business_date - ROLLS_OVER]
    return runs[0], (older[0] if older else runs[-1] if len(runs) > 1 else None)


def figures(scope: Scope, run: Run, before: Run | None) -> dict[str, list[dict[str, Any]]]:
    """``ages`` by bucket and ``rolls`` by the bucket then and now, of what the scope reaches.

    Amounts are whole cents: ``principal_cents`` and ``par30_cents`` … are outstanding principal.
    """
    kept = _kept(run, before)
    return {name: _within(rows, scope) for name, rows in kept.items()}


def loans_behind(scope: Scope, run: Run, bucket: str, after: str, limit: int) -> list[dict[str, Any]]:
    """The open loans of a bucket that the scope reaches, in the order of their ids, from after one id on."""
    field = ds.field
    wanted = (field("is_open") == True) & (field("bucket") == bucket) & (field("loan_id") > after)  # noqa: E712  # of arrow
    for name, value in _reached(scope).items():
        wanted = wanted & (field(name) == value)
    found: list[dict[str, Any]] = []
    facts = ds.dataset(Path(run.folder) / "facts.parquet")
    # The file is in the order of the ids: what is asked for comes first, and the rest is not read.
    for batch in facts.to_batches(columns=list(LISTED), filter=wanted, batch_size=20_000):
        found += batch.slice(0, limit - len(found)).to_pylist()
        if len(found) >= limit:
            break
    return found


def _reached(scope: Scope) -> Mapping[str, str]:
    if scope.reach == "all":
        return {}
    if scope.reach == "team":
        return {"team": scope.team}
    if scope.reach == "agency":
        return {"agency_id": scope.agency_id}
    return {"loan_id": ""}  # who sees their own cases only has no portfolio


def _within(rows: Sequence[Mapping[str, Any]], scope: Scope) -> list[dict[str, Any]]:
    if scope.reach == "own":
        return []
    wanted = _reached(scope).items()
    return [dict(row) for row in rows if all(row[name] == value for name, value in wanted)]


def _kept(run: Run, before: Run | None) -> dict[str, list[dict[str, Any]]]:
    """Counted the first time that it is asked for; two who ask at once write the same."""
    since = before.business_date.isoformat() if before else "none"
    path = Path(run.folder).parent / f"{run.business_date.isoformat()}.portfolio-{since}.json"
    digest = f"{run.digest}/{before.digest if before else ''}"
    if path.is_file():
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if known["digest"] == digest:
            return {name: known[name] for name in ("ages", "rolls")}
    counted = _counted(run, before)
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    draft.write_text(json.dumps({"digest": digest, **counted}), encoding="utf-8")
    draft.replace(path)
    return counted


def _counted(run: Run, before: Run | None) -> dict[str, list[dict[str, Any]]]:
    engine = DuckDBEngine(memory_gib=_MEMORY_GIB)
    try:
        now = _open_loans(engine, "now", run)
        ages = now.group(*KEYS, "bucket", **_sums(now))
        found = {"ages": list(_rows(engine, ages)), "rolls": []}
        if before is not None:
            then = _open_loans(engine, "then", before)
            then = then.select("loan_id", "principal_cents", *KEYS, was=then["bucket"])
            moved = then.join(now.select("loan_id", "bucket"), on="loan_id", how="left")
            moved = moved.derive(bucket=coalesce(moved["bucket"], CLOSED))
            sums = {"loans": count(), "principal_cents": sum_of(moved["principal_cents"])}
            rolls = moved.group(*KEYS, "was", "bucket", **sums)
            found["rolls"] = list(_rows(engine, rolls))
        return found
    finally:
        engine.close()


def _open_loans(engine: DuckDBEngine, name: str, run: Run) -> Relation:
    facts = engine.open_parquet(name, [Path(run.folder) / "facts.parquet"])
    return facts.keep(facts["is_open"].is_true()).derive(principal_cents=facts["outstanding_principal_cents"])


def _sums(rows: Relation) -> dict[str, Column]:
    sums = {"loans": count()}
    for name in ("overdue_cents", "outstanding_cents", "principal_cents"):
        sums[name] = sum_of(rows[name])
    for days in PAR_DAYS:
        sums[f"par{days}_cents"] = sum_of(when(rows["days_past_due"] > days, rows["principal_cents"], literal(0)))
    return sums


def _rows(engine: DuckDBEngine, relation: Relation) -> Iterator[dict[str, Any]]:
    for row in engine.fetch(relation, tuple(relation.schema)).to_pylist():
        yield {name: int(value) if name.endswith(("_cents", "loans")) else value for name, value in row.items()}


def is_stale(run: Run, today: date) -> bool:
    """Whether the run is of an earlier day than today: the figures are then of that day."""
    return run.business_date < today
