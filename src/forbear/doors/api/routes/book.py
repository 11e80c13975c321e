"""What changed in the lender's book, as rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator

from forbear.book.schema import ABSURD_CENTS, TABLES
from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import PLAIN, Asked, Day
from forbear.records.feed import take_in_delta

ROWS_MAX = 5_000
NAMES = tuple(table.name for table in TABLES)
router = Router(tags=["Book"])
TableName = Literal[NAMES]  # type: ignore[valid-type]  # the book's own list
Text = Annotated[StrictStr, Field(max_length=2_000, pattern=PLAIN)]
Whole = Annotated[StrictInt, Field(ge=-ABSURD_CENTS, le=ABSURD_CENTS)]
Cell = Text | StrictBool | Whole | None
ColumnName = Annotated[str, Field(max_length=64, pattern=r"^[a-z_]+$")]
RowGiven = dict[ColumnName, Cell]


class Delta(Asked):
    """New and changed rows, by table of the book. A column that is left out is empty, as in a file."""

    as_of: Day = Field(description="The date of the delta.", examples=["2026-11-23"])
    tables: dict[TableName, list[RowGiven]] = Field(
        description="Rows by table; columns as in the book's reference. Rates are text (`0.12`), never floating point.",
        examples=[{"loans": [{"loan_id": "L000000116", "person_id": "P000017", "disbursed_on": "2026-05-08"}]}],
    )

    @model_validator(mode="after")
    def _some_rows(self) -> Delta:
        if not 0 < sum(len(rows) for rows in self.tables.values()) <= ROWS_MAX:
            raise ValueError(f"it must have 1 to {ROWS_MAX} rows")
        return self


class RejectShown(Schema):
    """A row that was not taken."""

    table: str
    row: int = Field(description="Its place in the list that was given, from 0.")
    column: str | None
    rule: str = Field(description="The rule of the intake that it breaks.")
    text: str


class DeltaTaken(Schema):
    """What became of the rows: those accepted and those rejected are those that came in."""

    digest: str
    is_new: bool = Field(description="False where the very same was fed last.")
    counts: dict[str, dict[str, int]] = Field(description="By table: in, accepted, rejected, added, changed, gone.")
    rejects: list[RejectShown]


@router.post("/book/deltas", response=DeltaTaken, **needs("book:write"), summary="Feed what changed")
def feed(request: HttpRequest, key: IdempotencyKey, body: Delta) -> Any:
    """All rows that pass are taken in one transaction; each of the others is told of with its rule. No row is dropped silently."""

    def do(caller: Caller) -> dict[str, Any]:
        taken = take_in_delta(caller.scope, body.tables, as_of=body.as_of, clock=caller.clock)
        rejects = [{name: getattr(each, name) for name in RejectShown.model_fields} for each in taken.rejects]
        fed = taken.fed
        return {"digest": fed.digest, "is_new": fed.is_new, "counts": dict(fed.counts), "rejects": rejects}

    return write(request, "book.feed", key, body, do)
