"""``python -m benchmarks.console``: how long the console's server takes for each page with a large book, and what a page weighs.

A synthetic book is taken into the records and one business day is planned over it; then every page is asked for by one of its
roles, who sees the whole lender, and by a collector with a list of their own. The times are those of the whole application from
the request to the last byte, without a network and without a browser. The floor is the page of one's own account in the same
run: the same guard and the same frame, and nothing of the book.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.book import AS_OF
from benchmarks.embedded import LOANS_A_BORROWER, SEED, folder_of_server, open_records, say
from benchmarks.measuring import ROOT, machine

from forbear.kernel.clock import FixedClock, stopwatch
from forbear.lab import make_book

TENANT = "benchmark"
OWN_CASES, VIEWS = 300, 5
FLOOR = "account"
OK = 200
# Noon on the lender's clock.
NOON = datetime.combine(AS_OF, time(4), UTC)
Say = Callable[[str], None]


def measure_console(folder: Path, loans: int, tell: Say) -> dict[str, Any]:
    """Milliseconds of the first view and the median of five more, and bytes as they are and compressed, by page and role."""
    sys.path.append(str(ROOT / "tests" / "support"))
    tell(f"a synthetic book of about {loans:,} loans")
    rows = make_book(folder / "book", borrowers=round(loans / LOANS_A_BORROWER), seed=SEED, as_of=AS_OF)["tables"]
    _open(folder / "data")
    from forbear.day.wiring.business_day import BusinessDay, run_business_day

    tell("the book comes in and the day is planned")
    watch = stopwatch()
    run_business_day(
        BusinessDay(TENANT, AS_OF, book=folder / "book", writes_report=False),
        FixedClock(NOON - timedelta(hours=5)),
        lambda step, moment: tell(f"{step} {moment}"),
    )
    planned = watch()
    from django.db import connections
    from django.test import override_settings

    from forbear.records.models import Act, Case
    from forbear.records.scope import Scope, acting

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself, minutes later
    with acting(Scope(TENANT, "benchmark")):
        counts = {"cases": Case.objects.count(), "acts": Act.objects.count()}
    tell(f"{counts['cases']:,} cases")
    with override_settings(FORBEAR_CLOCK=FixedClock(NOON)):
        # What needs more in its address than a person answers that there is no such page.
        pages = [page for each in _visits() if (page := _timed(*each))["status"] == OK]
    floor = median(page["again_ms"] for page in pages if page["page"] == FLOOR)
    for page in pages:
        page["times_the_floor"] = round(page["again_ms"] / floor, 1)
    return {
        "loans": rows["loans"],
        **counts,
        "day_seconds": round(planned, 1),
        "floor_ms": floor,
        "pages": sorted(pages, key=lambda page: -page["again_ms"]),
    }


def _open(data: Path) -> None:
    open_records(data)
    from records_cast import open_tenant

    from forbear.records.actions.tenants import change_settings

    open_tenant(TENANT)
    change_settings(TENANT, {"second_factor": False})


def _visits() -> Iterator[tuple[Any, str, str, str]]:
    """Who opens what: every page that names nothing but a person, by the first role that may; a worklist by its owner too."""
    from console_staff import everybody, hire, signed_in
    from django.urls import reverse

    from forbear.doors.console.urls import PLACES
    from forbear.records.models import Case
    from forbear.records.scope import Scope, acting

    staff = everybody(TENANT)
    owner = signed_in(hire(TENANT, "collector", "owner", reach="own", team="early"))
    with acting(Scope(TENANT, "benchmark")):
        mine = list(Case.objects.filter(closed_on=None).order_by("id").values_list("id", flat=True)[:OWN_CASES])
        Case.objects.filter(id__in=mine).update(assigned_to="owner", team="early")
        person_id = Case.objects.get(id=mine[0]).person_id
    for place in PLACES:
        named = set(place.pattern().pattern.converters)
        is_a_file = place.route.endswith((".csv", ".zip", ".json"))
        if "GET" not in place.methods or not named <= {"person_id"} or is_a_file:
            continue
        path = reverse(place.name, kwargs={"person_id": person_id} if named else None)
        yield staff[place.roles[0]], place.roles[0], place.name, path
        if "collector" in place.roles and place.name != FLOOR:
            yield owner, "collector, own list", place.name, path


def _timed(colleague: Any, role: str, name: str, path: str) -> dict[str, Any]:
    watch = stopwatch()
    response = colleague.get(path, follow=True)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    first = watch()
    again = []
    for _ in range(VIEWS):
        watch = stopwatch()
        colleague.get(path, follow=True)
        again.append(watch())
    return {
        "page": name,
        "role": role,
        "status": response.status_code,
        "first_ms": round(first * 1000, 1),
        "again_ms": round(median(again) * 1000, 1),
        "bytes": len(body),
        "bytes_compressed": len(gzip.compress(body, 6)),
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--loans", type=int, default=1_000_000, help="about how many loans (1000000)")
    parser.add_argument("--json", type=Path, help="write all figures here")
    asked = parser.parse_args(arguments)
    with folder_of_server("console") as folder:
        found = {"machine": machine(), **measure_console(folder, asked.loans, say)}
    print(to_table(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def to_table(found: dict[str, Any]) -> str:
    """The figures as the reference page has them."""
    head = f"{found['loans']:,} loans, {found['cases']:,} open cases; the floor is {found['floor_ms']} ms."
    lines = [
        "| page | role | first view, ms | again, ms | ÷ floor | kB | kB compressed |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {page['page']} | {page['role']} | {page['first_ms']:,.0f} | {page['again_ms']:,.0f} | {page['times_the_floor']:,.1f}"
        f" | {page['bytes'] / 1000:,.0f} | {page['bytes_compressed'] / 1000:,.0f} |"
        for page in found["pages"]
    ]
    return "\n".join([head, "", *lines])


if __name__ == "__main__":
    sys.exit(main())
