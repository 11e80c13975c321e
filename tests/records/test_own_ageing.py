"""A lender's own way to age its book: the same for the plan and for the look at the minute of sending."""

from __future__ import annotations

from datetime import date

import pytest
from kept_channel import Kept
from records_cast import NOON, TODAY
from senders import PlainComposer, sender

from forbear.day.wiring.business_day import BusinessDay, run_business_day
from forbear.dispatch import send
from forbear.doors.cli.main import run
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import UsageError
from forbear.records.actions.tenants import change_settings
from forbear.records.models import Act, Instalment, Permit
from forbear.records.scope import acting


def test_a_day_with_its_own_settings_is_sent_by_the_same(tenant, scope, cast, tmp_path):
    """A few cents unpaid count as paid: in the plan, and at the minute of sending."""
    with acting(scope):
        Instalment.objects.create(
            tenant_id=tenant, loan_id="L-north", instalment_number=9, due_on=date(2026, 11, 1), principal_cents=300
        )
    path = tmp_path / "ageing.yaml"
    path.write_text("tolerance_cents: 500\n", encoding="utf-8")
    assert run(["records", "tenant", "set", tenant, f"ageing=@{path}"]) == 0
    run_business_day(BusinessDay(tenant, TODAY, memory_gib=1.0), FixedClock(NOON))
    with acting(scope):
        act = Act.objects.get(loan_id="L-north", state="queued")
        Act.objects.exclude(pk=act.pk).delete()
        Act.objects.update(earliest_at=NOON)
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = list(send(own.desk, Kept(act.channel), PlainComposer(), 20))
    assert outcome.refusal is None, outcome.refusal
    with acting(scope):
        assert Permit.objects.get().facts["overdue_cents"] == 10_000


@pytest.mark.parametrize("odd", [{"tolerance": 1}, {"grace_days": -1}, {"buckets": [["M0", 1]]}, 7])
def test_settings_that_make_no_sense_are_not_taken(tenant, odd):
    """Told with the name of the setting, before anything is run by them."""
    with pytest.raises(UsageError) as error:
        change_settings(tenant, {"ageing": odd})
    assert (error.value.code, error.value.where["key"]) == ("bad_setting", "ageing")
