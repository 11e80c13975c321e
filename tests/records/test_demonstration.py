"""Does the demonstration come alive, only on this machine, and is nothing done twice by a second start?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forbear.doors.cli.demo.lender import TENANT, password_of
from forbear.doors.cli.demo.opening import open_demo
from forbear.doors.cli.demo.story import prepare
from forbear.doors.cli.output import Voice
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import UsageError
from forbear.records import audit
from forbear.records.daily.practice import as_of
from forbear.records.models import (
    Act,
    Agency,
    AuditEntry,
    Case,
    Contact,
    Import,
    Payment,
    Permit,
    PromiseToPay,
    Run,
    User,
)
from forbear.records.scope import Scope, acting
from forbear.records.silence import silence_between

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)  # a Thursday, two in the afternoon in Shanghai
SCOPE = Scope(TENANT, "tester")


def counted() -> dict[str, int]:
    with acting(SCOPE):
        tables = (Act, Agency, AuditEntry, Case, Contact, Import, Payment, Permit, PromiseToPay, Run)
        own = {table.__name__: table.objects.filter(tenant_id=TENANT).count() for table in tables}
        return own | {"users": User.objects.filter(tenant_id=TENANT).count()}


def test_the_demonstration_comes_alive_and_is_brought_to_the_day(records):
    """Runs, contacts with permits, answers, cases with collectors; again changes nothing; a day later there is a day more."""
    ready = prepare(records, FixedClock(NOW), lambda *told: None, borrowers=250, days=2)
    found = counted()
    assert (found["Run"], found["Import"], found["Agency"]) == (2, 2, 5)
    assert min(found["Permit"], found["Case"], found["PromiseToPay"], found["Payment"]) > 0
    with acting(SCOPE):
        made = Contact.objects.filter(tenant_id=TENANT, is_fed=False, direction="out", permit__isnull=False)
        days = {each.astimezone(UTC).date() for each in made.values_list("started_at", flat=True)}
        assert days <= {NOW.date() - timedelta(days=1), NOW.date()} and made.count() > 10
        assert Case.objects.filter(tenant_id=TENANT, closed_on__isnull=True).exclude(assigned_to="").exists()
        assert set(User.objects.filter(tenant_id=TENANT).values_list("role", flat=True)) == set(ready.logins)
        assert list(audit.verify()) == []
        assert silence_between(NOW.date() - timedelta(days=5), NOW.date() + timedelta(days=9)).wrongful == ()
    assert ready.password == password_of(records.secret_key)
    prepare(records, FixedClock(NOW), lambda *told: None, borrowers=250, days=2)
    assert counted() == found
    prepare(records, FixedClock(NOW + timedelta(days=1)), lambda *told: None, borrowers=250, days=2)
    assert counted()["Run"] == 3


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "lender.example"])
def test_the_demonstration_is_served_on_this_machine_only(host):
    """Its password is shown on the screen."""
    with pytest.raises(UsageError) as caught:
        open_demo(Voice(), host, 8000)
    assert caught.value.code == "demo_is_local"


def test_the_demonstration_touches_no_other_database(monkeypatch):
    """Whoever runs it beside a real deployment loses nothing."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://lender@db/forbear")
    with pytest.raises(UsageError) as caught:
        open_demo(Voice(), "127.0.0.1", 8000)
    assert caught.value.code == "demo_has_own_database"


def test_the_past_of_a_real_tenant_cannot_be_moved(tenant):
    """Only one that is made for practice has a past that is made up."""
    with pytest.raises(UsageError) as caught, as_of(Scope(tenant, "tester"), NOW):
        raise AssertionError("nothing may begin")
    assert caught.value.code == "no_practice"
