"""The database's own processes are killed in the middle of the work, and started again: nothing is sent twice, nothing is lost."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest
import records_server
from django.db import connections
from records_cast import add_person
from records_waiting import wait_for
from senders import begin_sending, go, queue_act, sender

from forbear.dispatch.send import SETTLED_TOGETHER
from forbear.records import audit
from forbear.records.desk import recover
from forbear.records.models import Act, Contact, Permit
from forbear.records.scope import acting

SENDS, BEFORE_THE_CUT, WORKERS = 200, 60, 2


@pytest.fixture
def durable(records) -> Iterator[None]:
    """As on any server of a lender: what was committed is in the log."""
    records_server.wait_for_the_disk(True)
    yield
    records_server.wait_for_the_disk(False)


def test_a_database_that_is_killed_in_the_middle_of_two_hundred_sends_loses_nothing(durable, tenant, scope, tmp_path):
    """Whoever was at it dies with its line. After the restart each act was handed over once, or may have been and is shown so."""
    for number in range(SENDS):
        queue_act(tenant, add_person(tenant, f"p{number:03}", "陈某", f"1381000{number:04}"))
    log = tmp_path / "log"
    workers = [begin_sending(tenant, log, 20, stderr=subprocess.DEVNULL) for _ in range(WORKERS)]
    for each in workers:
        go(each)
    wait_for(lambda: log.exists() and len(log.read_text().splitlines()) >= BEFORE_THE_CUT, "the first sends", 120)
    connections.close_all()
    records_server.restart()
    assert [each.wait(60) != 0 for each in workers] == [True] * WORKERS, "they were in the middle of it"
    before = Counter(line for line in log.read_text().splitlines())
    assert BEFORE_THE_CUT <= len(before) < SENDS
    recover(tenant)
    with sender(tenant, log) as own:
        own.drain()
        handed = Counter(name for name, _ in own.channel.handed_over())
    with acting(scope):
        states = Counter(Contact.objects.filter(tenant_id=tenant).values_list("state", flat=True))
        reached = set(Contact.objects.filter(contact_id__in=list(handed)).values_list("person_id", flat=True))
        assert set(handed.values()) == {1} and len(reached) == len(handed)
        assert states["accepted"] + states["uncertain"] == SENDS
        assert states["uncertain"] <= WORKERS * SETTLED_TOGETHER
        # Who was handed over and who may have been are all: an uncertain one that is not in the log never left, and is shown.
        assert SENDS - states["uncertain"] <= len(handed) <= SENDS
        assert not Act.objects.filter(tenant_id=tenant, state__in=["queued", "sending"]).exists()
        assert Permit.objects.filter(tenant_id=tenant, consumed_at__isnull=True).count() == 0
        assert list(audit.verify()) == []
