"""The leader's pages: cases given out as previewed, requests decided by a second person, contacts scored."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from django.urls import reverse  # noqa: E402

from forbear.records.models import Act, Approval, Case, Contact, Inspection, Run  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

TEAM = "north"


@pytest.fixture
def team(lender):
    """A leader and two collectors of team north, seven people with them and one with team south."""
    from console_staff import hire, signed_in
    from records_cast import Life, add_person

    for number in range(7):
        add_person(lender, f"N{number}", f"张北<b>{number}", f"1380000{number:04}", Life(team=TEAM))
    add_person(lender, "S1", "李南", "13900005678", Life(team="south"))
    for name in ("ma", "he"):
        hire(lender, "collector", f"{name}.{lender}", reach="own", team=TEAM)
    leader = hire(lender, "leader", f"lin.{lender}", reach="team", team=TEAM)
    return signed_in(leader)


def cases_of(lender: str) -> dict[str, str]:
    with acting(Scope(lender, "t")):
        return dict(Case.objects.filter(tenant_id=lender).values_list("person_id", "assigned_to"))


def hidden(page: bytes, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.decode())[1]


def listed(team, path: str) -> set[str]:
    """Those whose cases the page offers to move."""
    return set(re.findall(r'name="person" value="([^"]+)"', team.get(path).content.decode()))


def request_of(lender: str, asked_by: str, *, person_id: str = "N1", kind: str = "visit", act_id=None):
    from records_cast import NOON

    with acting(Scope(lender, asked_by)):
        return Approval.objects.create(
            tenant_id=lender, approval_id=uuid4(), kind=kind, person_id=person_id, loan_id=f"L-{person_id}", reason="no_answer",
            asked_by=asked_by, expires_at=NOON + timedelta(days=3650), act_id=act_id,
        )  # fmt: skip


def contact_of(lender: str, staff_id: str):
    from records_cast import NOON

    with acting(Scope(lender, "t")):
        return Contact.objects.create(
            tenant_id=lender, contact_id=uuid4().hex, person_id="N1", channel="voice_agent", at=NOON - timedelta(days=1),
            result="conversation", staff_id=staff_id,
        )  # fmt: skip


def test_what_the_preview_says_is_what_is_done_once(team, lender):
    page = team.get("/desk/team/allocation").content
    assert cases_of(lender)["N0"] == ""  # looking does nothing
    form = {name: hidden(page, name) for name in ("digest", "key", "team")}
    assert team.post("/desk/team/allocation", form).status_code == 302
    held = cases_of(lender)
    loads = sorted(list(held.values()).count(f"{name}.{lender}") for name in ("ma", "he"))
    assert loads == [3, 4] and held["S1"] == ""
    assert team.post("/desk/team/allocation", form).status_code == 302
    assert cases_of(lender) == held


def test_a_preview_of_what_has_moved_on_is_not_done(team, lender):
    page = team.get("/desk/team/allocation").content
    team.post("/desk/team/cases", {"person": ["N0"], "to": f"ma.{lender}"})
    form = {name: hidden(page, name) for name in ("digest", "key", "team")}
    assert team.post("/desk/team/allocation", form).status_code == 422
    assert cases_of(lender)["N1"] == ""


def test_cases_are_moved_by_hand_within_the_team_only(team, lender):
    assert team.post("/desk/team/cases", {"person": ["N0", "N1"], "to": f"ma.{lender}"}).status_code == 302
    assert cases_of(lender)["N0"] == f"ma.{lender}"
    assert team.post("/desk/team/cases", {"person": ["S1"], "to": f"ma.{lender}"}).status_code == 404
    assert listed(team, f"/desk/team/cases?holder=ma.{lender}") == {"N0", "N1"}


def test_a_leader_of_one_team_sees_no_other_whatever_the_address_says(team):
    shown = listed(team, "/desk/team/cases?team=south")
    assert "S1" not in shown and "N0" in shown


def test_a_visit_is_approved_by_another_and_its_act_goes_on(team, lender):
    from records_cast import NOON

    act_id = uuid4()
    with acting(Scope(lender, "day")):
        Act.objects.create(
            tenant_id=lender, act_id=act_id, person_id="N1", loan_id="L-N1", business_date=NOON.date(), channel="visit",
            purpose="collection", earliest_at=NOON, latest_at=NOON, state="waits", reason="needs_approval",
        )  # fmt: skip
    row = request_of(lender, "day", act_id=act_id)
    assert str(row.approval_id) in team.get("/desk/approvals").content.decode()
    path = reverse("approval", kwargs={"approval_id": row.approval_id})
    assert team.post(path, {"answer": "approve", "approve_reason": "made_up"}).status_code == 422
    assert team.post(path, {"answer": "approve", "approve_reason": "facts_checked"}).status_code == 302
    with acting(Scope(lender, "t")):
        assert Act.objects.get(act_id=act_id).state == "queued"
    assert team.post(path, {"answer": "refuse", "refuse_reason": "facts_unclear"}).status_code == 422


def test_ones_own_request_shows_a_forbidden_button_and_is_refused(team, lender):
    row = request_of(lender, team.user.username)
    path = reverse("approval", kwargs={"approval_id": row.approval_id})
    assert "aria-disabled" in team.get(path).content.decode()
    assert team.post(path, {"answer": "approve", "approve_reason": "facts_checked"}).status_code == 422


def test_another_teams_request_is_as_if_it_were_not_there(team, lender):
    row = request_of(lender, "day", person_id="S1")
    known = team.get(reverse("approval", kwargs={"approval_id": row.approval_id}))
    unknown = team.get(reverse("approval", kwargs={"approval_id": uuid4()}))
    assert known.status_code == unknown.status_code == 404
    assert str(row.approval_id) not in team.get("/desk/approvals").content.decode()


def test_names_are_masked_and_never_markup(team, lender):
    request_of(lender, "day")
    for path in ("/desk/approvals", "/desk/team/allocation", "/desk/team/cases"):
        page = team.get(path).content.decode()
        assert "<b>" not in page and "张北" not in page


def test_contacts_are_drawn_and_scored(team, lender):
    from forbear.records.actions.oversight.inspection import criteria
    from forbear.records.actions.tenants import change_settings

    change_settings(lender, {"inspection_percent": 100})
    theirs, own = contact_of(lender, f"ma.{lender}"), contact_of(lender, team.user.username)
    assert team.post("/desk/team/inspections", {"day": "2026-11-22"}).status_code == 302
    with acting(Scope(lender, "t")):
        ids = dict(Inspection.objects.filter(tenant_id=lender).values_list("contact_id", "inspection_id"))
    answers = {each.id: "yes" for each in criteria()}
    paths = [reverse("inspection", kwargs={"inspection_id": ids[each.contact_id]}) for each in (theirs, own)]
    assert [team.post(path, answers).status_code for path in paths] == [302, 422]
    assert team.post(paths[0], answers | {"tone": "no"}).status_code == 422
    page = team.get("/desk/team/inspections").content.decode()
    assert "100.0%" in page


def test_the_day_shows_plan_capacity_and_what_is_done(team, lender):
    from records_cast import NOON

    with acting(Scope(lender, "day")):
        run = Run.objects.create(
            tenant_id=lender,
            business_date=NOON.date(),
            playbook="balanced",
            law="cn",
            counts={"capacity": {"sms": 1234}},
        )
        for state in ("done", "queued", "refused"):
            Act.objects.create(
                tenant_id=lender, act_id=uuid4(), run=run, person_id="N1", loan_id="L-N1", business_date=NOON.date(),
                channel="sms", purpose="collection", earliest_at=NOON, latest_at=NOON, state=state,
            )  # fmt: skip
    page = team.get("/desk/team").content.decode()
    row = re.search(r"1,234</td>.*?</tr>", page, re.S)[0]
    assert re.findall(r">(\d+)</td>", row) == ["3", "1", "1", "1"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_leaders_morning_in_a_real_browser(team, lender, sit, language):
    from browsing import PHONE
    from console_staff import PASSWORD

    from forbear.records.actions.tenants import change_settings

    change_settings(lender, {"inspection_percent": 100})
    contact_of(lender, f"ma.{lender}")
    row = request_of(lender, "day")
    with_pages = ["/desk/team", "/desk/team/allocation", "/desk/team/cases", "/desk/approvals",
                  f"/desk/approvals/{row.approval_id}", "/desk/team/inspections"]  # fmt: skip
    for size, viewport, dark in (("desktop", None, False), ("phone", PHONE, language == "zh")):
        seat = sit(language=language, viewport=viewport, dark=dark)
        seat.sign_in(team.user.username, PASSWORD)
        for path in with_pages:
            seat.open(path)
            assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen()
            seat.picture(f"leader/{path.split('/')[-1][:10]}-{language}-{size}")
    seat = sit(language=language)
    seat.sign_in(team.user.username, PASSWORD)
    seat.open("/desk/team")
    seat.page.keyboard.press("a")
    seat.page.wait_for_url("**/allocation**")
    seat.page.locator("main form button").click()
    seat.page.wait_for_url("**/desk/team")
    seat.open(f"/desk/approvals/{row.approval_id}")
    seat.page.keyboard.press("y")
    seat.page.wait_for_url("**/desk/approvals")
    seat.open("/desk/team/inspections")
    seat.page.keyboard.press("d")
    seat.page.wait_for_load_state("networkidle")
    seat.page.locator("table a").first.click()
    seat.page.wait_for_load_state("networkidle")
    assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen()
    seat.picture(f"leader/inspection-{language}")
    for field in seat.page.locator("fieldset").all():
        field.locator("input").first.check(force=True)
    seat.page.keyboard.press("Control+Enter")
    seat.page.wait_for_url("**/inspections")
    assert "" not in [holder for person, holder in cases_of(lender).items() if person != "S1"]
