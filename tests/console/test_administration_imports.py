"""The rows that a feed did not take in are shown with what to do about them, and it is taken in again when it was mended."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from django.test import override_settings  # noqa: E402
from records_cast import NOON, TODAY  # noqa: E402
from small_books import due, loan  # noqa: E402

from forbear.book.schema import BY_NAME  # noqa: E402
from forbear.day.wiring.asked_jobs import asked_job  # noqa: E402
from forbear.day.wiring.business_day import BusinessDay, run_business_day  # noqa: E402
from forbear.day.wiring.queue import take_up_stalled  # noqa: E402
from forbear.kernel.clock import FixedClock  # noqa: E402
from forbear.kernel.errors import BookError  # noqa: E402
from forbear.records.feed import feed_book, take_in_delta  # noqa: E402
from forbear.records.models import AskedJob, AuditEntry, Import, Loan, Run  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

PATH = "/desk/administration/imports"
CLOCK = FixedClock(NOON)
WHO = {"person_id": "P1", "name": "王文豪", "birth_on": "1990-05-01", "time_zone": "Asia/Shanghai"}
POINT = {"contact_point_id": "K1", "person_id": "P1", "kind": "mobile", "value": "13800001234", "state": "valid"}


@pytest.fixture
def admin(lender):
    from console_staff import hire, signed_in

    return signed_in(hire(lender, "administrator", f"adm.{lender}", language="en"))


def write(folder: Path, **tables) -> Path:
    """A book of one person, as CSV files; the tables given are in the place of its own."""
    folder.mkdir(exist_ok=True)
    rows = {"borrowers": [WHO], "loans": [loan()], "instalments": [due(1, "2026-11-08", 10_000)], "payments": [],
            "contact_points": [POINT]} | tables  # fmt: skip
    for name, given in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(BY_NAME[name].schema))
            writer.writeheader()
            writer.writerows(given)
    return folder


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("may_be_empty: [payments]\n", encoding="utf-8")
    return path


@pytest.fixture
def feed(scope, tmp_path, mapping):
    """``feed(loans=[...])``: the small book with these tables, taken in from a folder."""

    def fed(folder: str = "book", as_of=TODAY, **tables):
        return feed_book(scope, write(tmp_path / folder, **tables), as_of=as_of, clock=CLOCK, mapping=mapping)

    return fed


BAD = [loan(), loan("L2", "P1", disbursed_on="30.02.2026"), loan("L3", "nobody"), loan("L4", status="王文豪"),
       loan("L5", principal_cents="138 0000 1234"), loan("+L6", "P1", disbursed_on="30.02.2026")]  # fmt: skip
BAD_POINT = {**POINT, "contact_point_id": "K2", "kind": "", "value": "13912345678"}


def newest(scope) -> Import:
    with acting(scope):
        return Import.objects.exclude(source={}).latest("id")


def ask_again(admin, row, once=None):
    return admin.post(f"{PATH}/{row.pk}", {"once": once or str(uuid4())})


def work_off(scope) -> list[AskedJob]:
    with acting(scope):
        waiting = [str(each.job_id) for each in AskedJob.objects.filter(state="waits")]
    with override_settings(FORBEAR_CLOCK=CLOCK):
        for job_id in waiting:
            assert asked_job(scope.tenant, job_id)
            assert not asked_job(scope.tenant, job_id)
    with acting(scope):
        return list(AskedJob.objects.order_by("id"))


def test_each_row_on_record_says_why_and_what_to_do_and_nothing_personal(admin, scope, feed):
    feed(loans=BAD, contact_points=[POINT, BAD_POINT])
    row = newest(scope)
    page = admin.get(f"{PATH}/{row.pk}").content.decode()
    for words in (
        "30.02.2026",
        "disbursed_on is not a date of the calendar.",
        "is not among the accepted rows",
        "••••",
    ):
        assert words in page
    for secret in ("王文豪", "138 0000 1234", "13912345678"):
        assert secret not in page
    assert "name the lender&#39;s own form in the mapping file" in page
    only = admin.get(f"{PATH}/{row.pk}?table=contact_points").content.decode()
    assert "30.02.2026" not in only
    heads, *rows = csv.reader(
        io.StringIO(admin.get(f"{PATH}/{row.pk}/rejects.csv?kind=rejected").content.decode("utf-8-sig"))
    )
    assert heads[0] == "Table" and len(rows) == sum(each["rejected"] for each in row.counts.values())
    cells = [cell for each in rows for cell in each]
    assert "'+L6" in cells and not any(cell.startswith(("=", "+")) for cell in cells) and "王文豪" not in cells


def test_a_mended_book_is_taken_in_again_as_the_command_does_it(admin, scope, feed, tmp_path):
    feed(loans=[loan(), loan("L2", "P1", disbursed_on="30.02.2026")])
    row = newest(scope)
    write(tmp_path / "book", loans=[loan(), loan("L2", "P1")])
    assert ask_again(admin, row).status_code == 302
    (job,) = work_off(scope)
    assert job.state == "done"
    assert job.result == {"is_new": True, "in": 5, "accepted": 5, "rejected": 0}
    assert "5 of 5 rows accepted, 0 rejected." in admin.get(f"{PATH}/{row.pk}").content.decode()
    with acting(scope):
        assert Loan.objects.filter(loan_id="L2").exists()
        assert AuditEntry.objects.filter(action="book.fed", actor=admin.user.username).count() == 1
        assert AuditEntry.objects.filter(action="job.asked", actor=admin.user.username).count() == 1
    assert ask_again(admin, row).status_code == 422  # it would undo the newer one
    assert "A newer one came in since" in admin.get(f"{PATH}/{row.pk}").content.decode()
    assert ask_again(admin, newest(scope)).status_code == 302
    assert work_off(scope)[-1].result["is_new"] is False
    with acting(scope):
        assert Import.objects.exclude(source={}).count() == 2


def test_a_book_that_could_not_be_taken_in_is_shown_and_its_day_goes_on_when_it_was_mended(
    admin, scope, lender, tmp_path, mapping
):
    folder = write(tmp_path / "book")
    (folder / "loans.csv").unlink()
    request = BusinessDay(lender, TODAY, book=folder, mapping=mapping, writes_report=False)
    with pytest.raises(BookError):
        run_business_day(request, CLOCK)
    row = newest(scope)
    assert row.ended_at is None and row.problem["code"]
    assert "not taken in" in admin.get(PATH).content.decode()
    assert "The last feed could not be taken in." in admin.get("/desk/administration").content.decode()
    assert row.problem["message"].split(",")[0][:20] in admin.get(f"{PATH}/{row.pk}").content.decode()
    key = str(uuid4())
    assert [ask_again(admin, row, key).status_code for _ in range(2)] == [302, 302]
    assert ask_again(admin, row).status_code == 422  # it waits already
    (job,) = work_off(scope)
    assert (job.state, job.problem["code"]) == ("failed", row.problem["code"])
    write(folder)
    assert ask_again(admin, newest(scope)).status_code == 302
    done = work_off(scope)[-1]
    assert (done.state, done.step, done.steps_done, done.steps_total) == ("done", "queue", 5, 6)
    with acting(scope):
        run = Run.objects.get(business_date=TODAY)
        assert run.state == "done" and Loan.objects.filter(loan_id="L1").exists()


def test_what_a_machine_told_is_not_taken_in_again_and_a_failure_makes_no_feed_fresh(admin, scope, feed, lender):
    feed()
    given = {"loans": [{"loan_id": "L9", "person_id": "P1", "disbursed_on": "2026-01-01", "principal_cents": 10_000}]}
    take_in_delta(scope, given, as_of=TODAY, clock=CLOCK)
    with acting(scope):
        told = Import.objects.latest("id")
    assert told.source == {}
    assert ask_again(admin, told).status_code == 422
    assert "did not come from files" in admin.get(f"{PATH}/{told.pk}").content.decode()
    # What a machine told since does not stand in the way of the lender's own files.
    assert ask_again(admin, newest(scope)).status_code == 302


def noted(scope, tmp_path) -> Import:
    """A feed that came from a folder, as it is noted."""
    with acting(scope):
        return Import.objects.create(
            tenant_id=scope.tenant, kind="full", digest="1" * 64, as_of=TODAY, fed_at=NOON, ended_at=NOON,
            source={"folder": str(tmp_path), "mapping": ""},
        )  # fmt: skip


def test_a_job_of_a_worker_that_died_is_taken_up_again(admin, scope, lender, tmp_path):
    from django.db import connections
    from procrastinate.contrib.django.models import ProcrastinateJob

    ask_again(admin, noted(scope, tmp_path))
    (job,) = ProcrastinateJob.objects.filter(task_name="forbear:asked_job", args__tenant=lender)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.pk])
    assert take_up_stalled(CLOCK) == 1
    assert ProcrastinateJob.objects.get(pk=job.pk).status == "todo"


def test_another_lenders_import_looks_like_none(other_tenant, scope, tmp_path):
    from console_staff import hire, signed_in

    from forbear.records.actions.tenants import change_settings

    row = noted(scope, tmp_path)
    change_settings(other_tenant, {"second_factor": False})
    stranger = signed_in(hire(other_tenant, "administrator", f"adm.{other_tenant}"))
    assert [stranger.get(f"{PATH}/{row.pk}{rest}").status_code for rest in ("", "/rejects.csv")] == [404, 404]
    assert ask_again(stranger, row).status_code == 404
    with acting(Scope(other_tenant, "tester")):
        assert not AskedJob.objects.exists()
