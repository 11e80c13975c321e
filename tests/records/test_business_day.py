"""Does a business day over the records give the same decisions, cases and acts once, however often it is cut?"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import time, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import cut_day
import pytest
import records_server
from records_cast import NOON, TODAY, open_tenant

from forbear.day.run import BUSINESS_STEPS
from forbear.day.wiring.business_day import BEGINS, WRITTEN, BusinessDay, run_business_day
from forbear.kernel.clock import FixedClock
from forbear.kernel.dates import zone
from forbear.kernel.errors import UsageError
from forbear.lab import make_book
from forbear.records.models import Act, AuditEntry, Case, Decision, Loan, Payment, Person, Run
from forbear.records.scope import Scope, acting

CLOCK = FixedClock(NOON)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic book of a few hundred people."""
    folder = tmp_path_factory.mktemp("cut") / "book"
    make_book(folder, borrowers=250, seed=3, as_of=TODAY)
    return folder


def written(tenant: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that a day writes, without what differs between tenants by its nature."""
    with acting(Scope(tenant, "tester")):
        acts = Act.objects.values_list(
            "loan_id", "channel", "treatment", "state", "earliest_at", "latest_at", "basis_digest", "contact_point_id"
        )
        decisions = Decision.objects.values_list(
            "loan_id", "act", "status", "treatment", "channel", "reason", "verdict"
        )
        cases = Case.objects.values_list(
            "person_id", "opened_on", "closed_on", "overdue_cents", "days_past_due", "stage"
        )
        audited = AuditEntry.objects.filter(action__in=["day.run", "book.fed"]).values_list("action")
        found = {"acts": acts, "decisions": decisions, "cases": cases, "audited": audited}
        return {name: sorted(rows, key=repr) for name, rows in found.items()}


def cut(tenant: str, book: Path, deployment, cuts: list[str]) -> list[int]:
    """Run the day in a process of its own for each cut; gives how each of them ended."""
    environment = records_server.environment(FORBEAR_DATA=str(deployment.data))
    words = [sys.executable, cut_day.__file__, tenant, TODAY.isoformat(), str(book), *cuts]
    said = subprocess.run(words, env=environment, check=True, timeout=600, stdout=subprocess.PIPE).stdout
    return list(json.loads(said.splitlines()[-1]))


def test_a_day_killed_at_every_step_gives_the_same_acts_once(records, book):
    """One run is killed as each step begins and again when all of it is written but not yet for good; it goes on each time."""
    whole, often = open_tenant("cut-never"), open_tenant("cut-often")
    run_business_day(BusinessDay(whole, TODAY, book=book, memory_gib=1.0), CLOCK)
    cuts = [f"{step}/{moment}" for step, moment in product(BUSINESS_STEPS, (BEGINS, WRITTEN))]
    assert cut(often, book, records, [*cuts, "/"]) == [-signal.SIGKILL] * len(cuts) + [0]
    expected = written(whole)
    assert len(expected["acts"]) > 20
    assert written(often) == expected
    assert len(expected["audited"]) == 2


@pytest.fixture
def ran(tenant, book) -> Iterator[str]:
    """A tenant whose day was run."""
    run_business_day(BusinessDay(tenant, TODAY, book=book, memory_gib=1.0), CLOCK)
    yield tenant


def test_a_finished_day_run_again_changes_nothing(ran, book):
    """Neither an act nor the audit."""
    before = written(ran)
    run_business_day(BusinessDay(ran, TODAY, book=book, memory_gib=1.0), CLOCK)
    assert written(ran) == before


def test_the_next_day_withdraws_what_waits_and_closes_the_cases_of_who_paid(ran):
    """A person who settles everything has no open case; what was planned and not done is planned anew or not at all."""
    with acting(Scope(ran, "tester")):
        case = Case.objects.order_by("id").first()
        loans = list(Loan.objects.filter(person_id=case.person_id).values_list("loan_id", flat=True))
        Payment.objects.bulk_create(
            Payment(tenant_id=ran, payment_id=f"all-{each}", loan_id=each, amount_cents=10**9, effective_on=TODAY)
            for each in loans
        )
        kept = Act.objects.filter(state="queued").first()
        Act.objects.filter(pk=kept.pk).update(state="done")
        people = Act.objects.filter(state="queued").values_list("person_id", flat=True)
        Person.objects.filter(person_id=people.order_by("-person_id")[0]).update(restricted_at=NOON)
        restricted = Person.objects.get(restricted_at__isnull=False).person_id
    run_business_day(BusinessDay(ran, TODAY + timedelta(days=1), memory_gib=1.0), CLOCK)
    with acting(Scope(ran, "tester")):
        case.refresh_from_db()
        assert case.closed_on == TODAY + timedelta(days=1) and case.closed_reason in ("cured", "settled")
        states = set(Act.objects.filter(business_date=TODAY).values_list("state", flat=True))
        assert states == {"withdrawn", "done"}
        assert not Act.objects.filter(business_date__gt=TODAY, person_id=restricted).exists()
        assert Act.objects.filter(business_date__gt=TODAY, state="queued").exists()
    with pytest.raises(UsageError) as caught:
        run_business_day(BusinessDay(ran, TODAY, memory_gib=1.0), CLOCK)
    assert caught.value.code == "later_day_run"


def test_an_act_is_due_within_its_hours_on_the_clock_of_its_person(ran):
    """Never before eight in the morning or after ten at night for somebody in Shanghai, and with what it was planned on."""
    with acting(Scope(ran, "tester")):
        acts = list(Act.objects.filter(state="queued"))
        run = Run.objects.get()
    assert run.state == "done" and run.ended_at is not None and run.counts["plan"]["planned"]
    assert len(acts) == sum(run.counts["plan"]["planned"].values())
    for act in acts:
        begins, ends = (at.astimezone(zone("Asia/Shanghai")) for at in (act.earliest_at, act.latest_at))
        assert (begins.date(), ends.date()) == (TODAY, TODAY)
        assert time(8) <= begins.time() < ends.time() <= time(22)
        assert act.basis_digest
