"""What is past its term is counted, and blanked by a worker once an administrator says why."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from django.test import override_settings  # noqa: E402
from records_cast import NOON  # noqa: E402
from records_files import LONG_AGO, fill, settled_person  # noqa: E402

from forbear.day.wiring.asked_jobs import asked_job  # noqa: E402
from forbear.kernel.clock import FixedClock  # noqa: E402
from forbear.records import audit  # noqa: E402
from forbear.records.models import AskedJob, AuditEntry, Person  # noqa: E402
from forbear.records.scope import acting  # noqa: E402

PATH = "/desk/administration/retention"


@pytest.fixture
def admin(lender):
    from console_staff import hire, signed_in

    return signed_in(hire(lender, "administrator", f"adm.{lender}", language="en"))


@pytest.fixture
def files(lender, cast):
    """One settled long ago with an old file, one settled whose last message is young, one who owes with an old file."""
    fill(lender, settled_person(lender, "old", "钱旧", "13100000001"), LONG_AGO)
    fill(lender, settled_person(lender, "young", "孙新", "13100000002"), NOON - timedelta(days=365))
    fill(lender, cast.north, LONG_AGO)
    return lender


def ask(admin, deed, once=None, **values):
    return admin.post(PATH, {"deed": deed, "once": once or str(uuid4()), **values}).status_code


def work_off(scope) -> AskedJob:
    with acting(scope):
        waiting = [str(each.job_id) for each in AskedJob.objects.filter(state="waits")]
    with override_settings(FORBEAR_CLOCK=FixedClock(NOON)):
        for job_id in waiting:
            assert asked_job(scope.tenant, job_id)
    with acting(scope):
        return AskedJob.objects.latest("id")


def people_named(scope) -> set[str]:
    """Those of whom it is still known who they are."""
    with acting(scope):
        return set(Person.objects.filter(name_sealed__isnull=False).values_list("person_id", flat=True))


def test_the_law_is_shown_with_its_source_and_how_it_was_read(admin):
    page = admin.get(PATH).content.decode()
    for words in (
        "cn.nifa2018.retention_months_min",
        "60",
        "unverified",
        "个人信息保护法",
        "verified, P",
        "house policy",
    ):
        assert words in page


def test_it_is_counted_first_and_then_blanked_with_a_reason(admin, scope, files):
    before = people_named(scope)
    assert ask(admin, "blank", reason="the yearly cleaning") == 422  # nobody has looked at it
    assert ask(admin, "count") == 302
    assert ask(admin, "count") == 422  # it waits already
    watching = admin.get(PATH, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 3s"' in watching.content.decode() and "HX-Refresh" not in watching.headers
    counted = work_off(scope)
    assert admin.get(PATH, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert counted.result["files"] == 2 and counted.result["whole"] == 1
    assert counted.result["parts"] == {"identity": 1, "inbound": 1, "matters": 2, "messages": 1}
    assert people_named(scope) == before and "old" in before  # counting changes nothing
    assert "2 files, 1 of them whole." in admin.get(PATH).content.decode()
    assert [ask(admin, "blank"), ask(admin, "blank", reason="x" * 201), ask(admin, "everything")] == [422, 422, 422]
    key = str(uuid4())
    assert [ask(admin, "blank", key, reason="the yearly cleaning") for _ in range(2)] == [302, 302]
    assert work_off(scope).result == counted.result
    assert people_named(scope) == before - {"old"}
    with acting(scope):
        told = AuditEntry.objects.filter(actor=admin.user.username)
        assert set(told.filter(action__startswith="person.").values_list("action", flat=True)) == {
            "person.erased", "person.expired",
        }  # fmt: skip
        assert [each.payload["reason"] for each in told.filter(action="job.asked").order_by("id")] == [
            "", "the yearly cleaning",
        ]  # fmt: skip
        assert list(audit.verify()) == []
    assert ask(admin, "count") == 302
    assert work_off(scope).result["files"] == 0
    assert "Nothing is past its term." in admin.get(PATH).content.decode()
