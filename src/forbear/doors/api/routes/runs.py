"""The days that were run, and the books that came in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from forbear.doors.api.asking import reading
from forbear.doors.api.callers import needs
from forbear.doors.api.paging import LIMIT_DEFAULT, Cursor, Limit, Page, page
from forbear.records.models import Import, Run

router = Router(tags=["Runs"])


class RunShown(Schema):
    """A day's run."""

    run_id: int
    business_date: date
    playbook: str
    law: str
    state: str
    digest: str = Field(description="Of all that the run read; the same digest gives the same day.")
    counts: dict[str, Any]
    begun_at: datetime
    ended_at: datetime | None


class ImportShown(Schema):
    """A book or a delta that came in."""

    import_id: int
    kind: str = Field(description="`full` or `delta`.")
    digest: str
    as_of: date | None
    fed_at: datetime
    counts: dict[str, Any] = Field(description="Rows in, accepted and rejected by table.")
    begun_at: datetime
    ended_at: datetime | None


@router.get("/runs", response=Page[RunShown], **needs("runs:read"), summary="List runs")
def runs(request: HttpRequest, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """The newest first."""
    with reading(request) as caller:
        rows = Run.objects.filter(tenant_id=caller.tenant)
        return page(rows, cursor, limit, lambda each: _shown(RunShown, "run_id", each), of="runs", newest_first=True)


@router.get("/imports", response=Page[ImportShown], **needs("runs:read"), summary="List imports")
def imports(request: HttpRequest, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """The newest first."""
    with reading(request) as caller:
        rows = Import.objects.filter(tenant_id=caller.tenant)
        return page(
            rows, cursor, limit, lambda each: _shown(ImportShown, "import_id", each), of="imports", newest_first=True
        )


def _shown(shape: type[Schema], key: str, row: Any) -> dict[str, Any]:
    return {name: row.pk if name == key else getattr(row, name) for name in shape.model_fields}
