"""What the rows of a delta may refer to: the people and loans that the records hold."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from forbear.book.intake import Known
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import DATE, TEXT
from forbear.columns.engines.engine import Engine
from forbear.records.scope import Scope, acting

_BORROWERS = {"person_id": TEXT}
_LOANS = {"loan_id": TEXT, "disbursed_on": DATE}


def known_of(
    engine: Engine, scope: Scope, currency: str, *, people: Sequence[str] | None = None, loans: Sequence[str] | None = None
) -> Known:  # fmt: skip
    """The people and loans of the tenant, as a delta needs them; only these where ids are given."""
    with acting(scope):
        found_people = _rows("SELECT person_id FROM records_person WHERE tenant_id = %s", "person_id", scope, people)
        found_loans = _rows(
            "SELECT loan_id, disbursed_on FROM records_loan WHERE tenant_id = %s", "loan_id", scope, loans
        )
    borrowers = pa.table([[row[0] for row in found_people]], schema=to_arrow_schema(_BORROWERS))
    columns = [[row[place] for row in found_loans] for place in range(len(_LOANS))]
    return Known(
        engine.open_arrow("known_borrowers", borrowers, _BORROWERS),
        engine.open_arrow("known_loans", pa.table(columns, schema=to_arrow_schema(_LOANS)), _LOANS),
        currency,
    )


def _rows(statement: str, key: str, scope: Scope, ids: Sequence[str] | None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        if ids is None:
            cursor.execute(statement, [scope.tenant])
        else:
            cursor.execute(f"{statement} AND {key} = ANY(%s)", [scope.tenant, list(ids)])
        found: list[tuple[object, ...]] = cursor.fetchall()
    return found
