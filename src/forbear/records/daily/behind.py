"""The loans behind a figure of the book, page by page in the order of their ids, from the facts of its run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from forbear.records.models import Run
from forbear.records.scope import Scope

CLOSED = "closed"
"""Where a loan is now that was open then and is no more: paid off, cancelled, written off or gone from the book."""
LISTED = (
    "loan_id", "person_id", "product_code", "bucket", "days_past_due", "overdue_cents", "outstanding_cents",
    "outstanding_principal_cents", "currency", "team", "agency_id",
)  # fmt: skip
_BATCH_ROWS = 20_000


@dataclass(frozen=True)
class Wanted:
    """Which open loans of a run: of a bucket, or more than some days past due, or both; and in which bucket they were before.

    With ``was`` the bucket may be :data:`CLOSED`: what was open then and is no more, as it was then.
    """

    currency: str
    bucket: str = ""
    past_days: int | None = None
    was: str = ""


def loans_behind(
    scope: Scope, run: Run, wanted: Wanted, after: str, limit: int, before: Run | None = None
) -> list[dict[str, Any]]:
    """The loans that the scope reaches, from after one id on; with ``was``, those that it reached then.

    Args:
        before: the run that ``was`` speaks of; without it there are none.
    """
    if scope.reach == "own" or (wanted.was and before is None):
        return []
    now, here = _facts(run), _open(wanted.currency, after)
    if not wanted.was or before is None:
        return _first(_batches(now, _all((here, *_in(wanted), *_reached(scope)))), limit)
    old = _facts(before)
    was = _all((here, ds.field("bucket") == wanted.was, *_reached(scope)))
    if wanted.bucket == CLOSED:
        return _first(_with(_batches(old, was), now, _open(None, after), is_in=False), limit)
    return _first(_with(_batches(now, _all((_open(None, after), *_in(wanted)))), old, was, is_in=True), limit)


def _facts(run: Run) -> ds.Dataset:
    return ds.dataset(Path(run.folder) / "facts.parquet")


def _open(currency: str | None, after: str) -> ds.Expression:
    found = (ds.field("is_open") == True) & (ds.field("loan_id") > after)  # noqa: E712  # of arrow
    return found if currency is None else found & (ds.field("currency") == currency)


def _in(wanted: Wanted) -> Iterator[ds.Expression]:
    if wanted.bucket:
        yield ds.field("bucket") == wanted.bucket
    if wanted.past_days is not None:
        yield ds.field("days_past_due") > wanted.past_days


def _reached(scope: Scope) -> Iterator[ds.Expression]:
    return (ds.field(name) == value for name, value in reached(scope).items())


def _all(conditions: Iterable[ds.Expression]) -> ds.Expression:
    first, *others = conditions
    for each in others:
        first = first & each
    return first


def _batches(facts: ds.Dataset, wanted: ds.Expression) -> Iterator[pa.RecordBatch]:
    # The file is in the order of the ids: what is asked for comes first, and the rest is not read.
    return iter(
        facts.to_batches(
            columns=list(LISTED), filter=wanted, batch_size=_BATCH_ROWS, batch_readahead=0, fragment_readahead=0
        )
    )


def _with(
    batches: Iterable[pa.RecordBatch], other: ds.Dataset, wanted: ds.Expression, *, is_in: bool
) -> Iterator[pa.RecordBatch]:
    """Of each batch the loans that are, or are not, among those of another run: of that only the same ids are read."""
    for batch in batches:
        if not len(batch):
            continue
        ids = batch.column("loan_id")
        between = (ds.field("loan_id") >= ids[0]) & (ds.field("loan_id") <= ids[-1])
        others = other.to_table(columns=["loan_id"], filter=wanted & between)["loan_id"].combine_chunks()
        mask = pc.is_in(ids, others)
        yield batch.filter(mask if is_in else pc.invert(mask))


def _first(batches: Iterable[pa.RecordBatch], limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for batch in batches:
        found += batch.slice(0, limit - len(found)).to_pylist()
        if len(found) >= limit:
            break
    return found


def reached(scope: Scope) -> Mapping[str, str]:
    """By what facts are limited to a scope; who sees their own cases only has no portfolio."""
    if scope.reach == "team":
        return {"team": scope.team}
    return {"agency_id": scope.agency_id} if scope.reach == "agency" else {}
