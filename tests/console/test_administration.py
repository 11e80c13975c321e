"""Who administers the users makes them, changes them and signs them out, but never themselves."""

from __future__ import annotations

import re

import pytest
import records_server

records_server.prepare()

from django.test import Client  # noqa: E402

from forbear.records.models import StaffSession, User  # noqa: E402

COLLECTOR = {"role": "collector", "reach": "own", "team": "north", "language": "en", "share_percent": "50",
             "skill_language": "bo, zh_CN"}  # fmt: skip


@pytest.fixture
def admin(lender):
    from console_staff import hire, signed_in

    return signed_in(hire(lender, "administrator", f"adm.{lender}"))


@pytest.fixture
def wang(lender):
    from console_staff import hire

    return hire(lender, "collector", f"wang.{lender}", team="north")


def arrive(name: str, password: str) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"User-Agent": "a browser"})
    assert client.post("/desk/sign-in", {"username": name, "password": password}).status_code == 302
    return client


def test_somebody_new_must_change_the_password_they_were_given(admin, lender):
    page = admin.post("/desk/administration/users", {**COLLECTOR, "username": f"new.{lender}"}).content.decode()
    password = re.search(r'class="secret">([^<]+)<', page)[1]
    user = User.objects.get(username=f"new.{lender}")
    assert user.skills == {"language": ["bo", "zh_CN"]} and user.share_percent == 50
    client = arrive(user.username, password)
    assert client.get("/desk/components").headers["Location"] == "/desk/account"
    fresh = "three small green lamps"
    client.post("/desk/account", {"old": password, "new": fresh, "again": fresh})
    assert client.get("/desk/components").status_code == 200


def test_a_session_is_listed_without_its_key_and_can_be_ended(admin, wang):
    from console_staff import PASSWORD

    client = arrive(wang.username, PASSWORD)
    page = admin.get("/desk/administration/sessions").content.decode()
    assert wang.username in page and "a browser" in page and client.session.session_key not in page
    public_id = StaffSession.objects.get(user_id=wang.pk).public_id
    assert admin.post("/desk/administration/sessions", {"session": str(public_id)}).status_code == 302
    assert client.get("/desk/account").headers["Location"].startswith("/desk/sign-in")


@pytest.mark.parametrize("deed", ["suspend", "password", "position"])
def test_where_what_somebody_may_do_changes_their_sessions_end(admin, wang, deed):
    from console_staff import PASSWORD

    client = arrive(wang.username, PASSWORD)
    admin.post(f"/desk/administration/users/{wang.username}", {**COLLECTOR, "role": "auditor", "deed": deed})
    assert client.get("/desk/account").headers["Location"].startswith("/desk/sign-in")


def test_nobody_administers_themselves_or_another_lenders_people(admin, lender, other_tenant):
    from console_staff import hire

    path = f"/desk/administration/users/{admin.user.username}"
    assert admin.post(path, {**COLLECTOR, "deed": "position"}).status_code == 422
    stranger = hire(other_tenant, "collector", f"far.{other_tenant}")
    for method in (admin.get, admin.post):
        assert method(f"/desk/administration/users/{stranger.username}").status_code == 404
    assert stranger.username not in admin.get("/desk/administration/users").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"role": "system"}, {"reach": "team", "team": ""}, {"share_percent": "0"}, {"role": "king"}]
)
def test_a_position_that_is_none_is_refused(admin, lender, wrong):
    said = admin.post("/desk/administration/users", {**COLLECTOR, "username": f"x.{lender}", **wrong})
    assert said.status_code == 422 and not User.objects.filter(username=f"x.{lender}").exists()


def test_only_a_failed_job_of_ones_own_lender_is_tried_again(admin, lender):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from forbear.day.wiring.queue import queue, send_due

    queue()
    ids = {tenant: send_due.defer(tenant=tenant, channel="sms", lane=0) for tenant in (lender, "another")}
    from records_cast import ask

    for job_id in ids.values():
        ask(None, "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", job_id)
        ask(None, "UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", job_id)
    codes = [
        admin.post("/desk/administration/jobs", {"job": str(ids[each])}).status_code for each in (lender, "another")
    ]
    assert codes == [302, 404]
    assert ProcrastinateJob.objects.get(pk=ids[lender]).status == "todo"
    assert ProcrastinateJob.objects.get(pk=ids["another"]).status == "failed"


def test_every_page_in_a_real_browser(admin, wang, sit):
    from browsing import PHONE
    from console_staff import PASSWORD

    for language, viewport in (("en", None), ("zh", PHONE)):
        seat = sit(language=language, viewport=viewport)
        seat.sign_in(admin.user.username, PASSWORD)
        for name in ("", "/users", f"/users/{wang.username}", "/sessions", "/imports", "/jobs"):
            seat.open(f"/desk/administration{name}")
            assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen(), name
            seat.picture(f"administration/{name.split('/')[-1][:8] or 'state'}-{language}")
