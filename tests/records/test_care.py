"""What is looked after beside sending: promises that fell due, and notes of long ago."""

from __future__ import annotations

import os
from datetime import timedelta
from types import SimpleNamespace

from records_cast import NOON, TODAY

from forbear.day.wiring.care import NOTES_KEPT, hourly_care
from forbear.day.wiring.queue import Work, _Place, by_the_hour
from forbear.dispatch import Message
from forbear.dispatch.channels.phone import PhoneChannel, PhoneSettings
from forbear.kernel.clock import FixedClock
from forbear.records.actions.agreed.promises import make_promise
from forbear.records.models import PromiseToPay
from forbear.records.scope import acting


def only(tenant: str, care):
    """The same care, which leaves the lenders of all other tests alone: there are thousands on the server."""
    return lambda code, clock: care(code, clock) if code == tenant else None


def test_a_promise_is_broken_the_night_after_its_day_and_old_notes_go(tenant, scope, cast, tmp_path):
    """On the lender's own calendar: at five past midnight in Shanghai it is another day, in Greenwich not yet."""
    make_promise(scope, "L-north", 5_000, TODAY, TODAY)
    channel = PhoneChannel(PhoneSettings(tmp_path), FixedClock(NOON))
    channel.open(lambda _: None)
    try:
        for name in ("a" * 32, "b" * 32):
            message = Message(name, "voice_agent", "+8613800001234", "zh_CN", "", "…", NOON + timedelta(hours=1))
            channel.deliver(message)
        marks = sorted(tmp_path.glob("state/??/handed-*"))
        old = (NOON - NOTES_KEPT - timedelta(days=1)).timestamp()
        os.utime(marks[0], (old, old))
        for at, verdict in ((NOON, "open"), (NOON + timedelta(hours=12, minutes=5), "broken")):
            clock = FixedClock(at)
            cares = [(name, only(tenant, care)) for name, care in hourly_care({tenant: {"voice_agent": channel}})]
            _Place.work = Work({}, None, SimpleNamespace(), clock, hourly_care_of=cares)
            by_the_hour.func(0)
            with acting(scope):
                assert PromiseToPay.objects.get(tenant_id=tenant).verdict == verdict
        assert sorted(tmp_path.glob("state/??/handed-*")) == marks[1:]
    finally:
        channel.close()
        _Place.work = None
