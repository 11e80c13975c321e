"""The book in figures, of a finished run: counted once from the facts of the day, and kept beside them.

The facts are those by which the day was decided, so that a figure and a decision never speak of two books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.db.models.functions import TruncMonth

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import Column, all_of, any_of, coalesce, count, literal, sum_of, when
from forbear.columns.relation import Relation
from forbear.kernel.clock import Clock
from forbear.records.daily.behind import CLOSED, reached
from forbear.records.daily.curves import PAST_DAYS, cures, vintages
from forbear.records.models import BookFigures, Run
from forbear.records.scope import Scope, acting, current_scope

PAR_DAYS = (30, 60, 90)
"""After how many days past due the principal of a loan counts as at risk, in the measures of that name."""
ROLLS_OVER = timedelta(days=28)
"""How far back the book is that another is compared with, at least, where there is a run that old."""
KEYS = ("team", "agency_id", "currency")
MONTHS_MAX = 36
RUNS_LOOKED_AT, RUNS_AT_ONCE = 400, 5
_MEMORY_GIB = 1.0


def finished_runs(tenant: str) -> tuple[Run | None, Run | None]:
    """The latest finished run whose facts are there, and the one that it is compared with: four weeks older, or the oldest."""
    runs = _with_facts(tenant)
    return (runs[0], _compared(runs)) if runs else (None, None)


def _with_facts(tenant: str) -> list[Run]:
    """The latest runs that are finished and whose facts are there."""
    runs = Run.objects.filter(tenant_id=tenant, state="done").order_by("-business_date")[:RUNS_LOOKED_AT]
    return [run for run in runs if (Path(run.folder) / "facts.parquet").is_file()]


def _compared(runs: Sequence[Run]) -> Run | None:
    """What the first of some runs, the latest first, is compared with."""
    older = [run for run in runs[1:] if run.business_date <= runs[0].business_date - ROLLS_OVER]
    return older[0] if older else runs[-1] if len(runs) > 1 else None


def figures(scope: Scope, run: Run, before: Run | None) -> dict[str, list[dict[str, Any]]]:
    """``ages`` by bucket, ``rolls`` by the bucket then and now, ``vintages`` and ``cures`` as
    :mod:`forbear.records.daily.curves` counts them, of what the scope reaches.

    Amounts are whole cents: ``principal_cents`` and ``par30_cents`` … are outstanding principal.
    """
    return {name: within(rows, scope) for name, rows in _kept(run, before).items()}


def within(rows: Sequence[Mapping[str, Any]], scope: Scope) -> list[dict[str, Any]]:
    """Those rows that are of what a scope reaches."""
    if scope.reach == "own":
        return []
    wanted = reached(scope).items()
    return [dict(row) for row in rows if all(row[name] == value for name, value in wanted)]


def figures_of_months(tenant: str, until: Run) -> list[tuple[date, dict[str, Any]]]:
    """The day and the figures of the last run of each month up to a run, the oldest first, as far as they were kept."""
    kept = BookFigures.objects.filter(tenant_id=tenant, business_date__lte=until.business_date)
    last = (
        kept.annotate(month=TruncMonth("business_date"))
        .values("month")
        .annotate(on=Max("business_date"))
        .order_by("month")
    )
    with acting(Scope(tenant, current_scope().actor)):
        days = [row["on"] for row in last][-MONTHS_MAX:]
        rows = kept.filter(business_date__in=days).order_by("business_date")
        return [(row.business_date, row.figures) for row in rows]


def count_books(tenant: str, clock: Clock) -> int:
    """Keep the figures of finished runs that have none yet, the latest first: a few at a time, for older ones can wait.

    Returns:
        How many were counted.
    """
    with acting(Scope(tenant, "care")):
        runs = _with_facts(tenant)
        kept = dict(BookFigures.objects.filter(tenant_id=tenant).values_list("business_date", "digest"))
        todo = [
            n for n, run in enumerate(runs) if kept.get(run.business_date) is None or (n == 0 and not _is_of(kept, run))
        ]
        for n in todo[:RUNS_AT_ONCE]:
            figures(Scope(tenant, "care"), runs[n], _compared(runs[n:]))
        return len(todo[:RUNS_AT_ONCE])


def _is_of(kept: Mapping[date, str], run: Run) -> bool:
    return kept[run.business_date] == run.digest


def _kept(run: Run, before: Run | None) -> dict[str, list[dict[str, Any]]]:
    """Counted the first time that it is asked for; two who ask at once count the same. What all see is counted of all."""
    compared_on = before.business_date if before else None
    with acting(Scope(run.tenant_id, current_scope().actor)):
        known = BookFigures.objects.filter(tenant_id=run.tenant_id, business_date=run.business_date).first()
        if known is not None and (known.digest, known.compared_on) == (run.digest, compared_on):
            return dict(known.figures)
        counted = _counted(run, before)
        BookFigures.objects.update_or_create(
            tenant_id=run.tenant_id, business_date=run.business_date,
            defaults={"digest": run.digest, "compared_on": compared_on, "figures": counted},
        )  # fmt: skip
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
        past = list(_rows(engine, _past_due(engine, run)))
    finally:
        engine.close()
    return found | {"vintages": vintages(run.business_date, past), "cures": cures(run.business_date)}


def _past_due(engine: DuckDBEngine, run: Run) -> Relation:
    """Loans more than thirty days past due, those among them that are written off."""
    facts = engine.open_parquet("past", [Path(run.folder) / "facts.parquet"])
    is_owed = any_of(facts["is_open"].is_true(), facts["ledger_status"] == "written_off")
    owed = facts.keep(all_of(is_owed, facts["days_past_due"] > min(PAST_DAYS)))
    return owed.select("loan_id", "days_past_due", cents=owed["outstanding_principal_cents"])


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
