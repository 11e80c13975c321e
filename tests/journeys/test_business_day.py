"""A lender's book of two thousand people becomes a day's acts: over files and over records it is the same plan."""

from __future__ import annotations

import pyarrow.parquet as pq
from records_cast import NOON, TODAY

from forbear.day.run import DayRequest, run_day
from forbear.day.wiring.business_day import BusinessDay, run_business_day
from forbear.kernel.clock import FixedClock
from forbear.lab import make_book
from forbear.records.models import Act, Case, Decision
from forbear.records.scope import Scope, acting


def test_a_book_becomes_the_acts_of_its_plan(tenant, tmp_path):
    """Row by row: every planned loan has one act that waits for its hour, every candidate one that waits for a person."""
    make_book(tmp_path / "book", borrowers=2_000, seed=7, as_of=TODAY)
    done = run_business_day(BusinessDay(tenant, TODAY, book=tmp_path / "book", memory_gib=1.5), FixedClock(NOON))
    files = DayRequest(tmp_path / "book", TODAY, "balanced", "cn+house", tmp_path / "files", memory_gib=1.5)
    run_day(files)
    plan = pq.read_table(files.out / "plan.parquet")
    assert pq.read_table(f"{done['folder']}/plan.parquet").equals(plan)
    rows = plan.to_pylist()
    wanted = {
        (row["loan_id"], row["channel"], "queued" if row["status"] == "planned" else "waits")
        for row in rows
        if row["status"] in ("planned", "candidate") and row["act"] != "none"
    }
    assert {state for _, _, state in wanted} == {"queued", "waits"}
    facts = pq.read_table(files.out / "facts.parquet", columns=["person_id", "days_past_due", "is_open"]).to_pylist()
    overdue = {row["person_id"] for row in facts if row["is_open"] and row["days_past_due"] > 0}
    with acting(Scope(tenant, "tester")):
        assert set(Act.objects.values_list("loan_id", "channel", "state")) == wanted
        assert Act.objects.count() == len(wanted)
        assert Decision.objects.count() == len(rows)
        assert set(Case.objects.filter(closed_on__isnull=True).values_list("person_id", flat=True)) == overdue
