"""Does whoever collects find the next person, and only those whom they may see?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import records_server

records_server.prepare()

from records_cast import NOON, TODAY, Life, add_person, enter  # noqa: E402  # after Django is ready

from forbear.doors.console.collector.listing import PAGE_SIZE, Asked, Day, list_cases, next_person  # noqa: E402
from forbear.doors.console.collector.worklist import asked_of, wanted_of  # noqa: E402
from forbear.records.actions.agreed.promises import make_promise  # noqa: E402
from forbear.records.daily import refresh_work  # noqa: E402
from forbear.records.daily.promises import judge_promises  # noqa: E402
from forbear.records.models import Arrangement, AuditEntry, Case, Contact, SavedFilter  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

DAY = Day.of(NOON, "Asia/Shanghai")


def change(tenant: str, person_id: str, **values) -> None:
    with acting(Scope(tenant, "tester")):
        Case.objects.filter(person_id=person_id).update(**values)


def contact(tenant: str, person_id: str, at=NOON - timedelta(days=3), **values) -> Contact:
    given = {"channel": "voice_agent", "result": "no_answer", "state": "undelivered"} | values
    with acting(Scope(tenant, "tester")):
        return Contact.objects.create(
            tenant_id=tenant, contact_id=f"c-{person_id}-{at.isoformat()}", person_id=person_id, at=at, **given
        )


def listed(tenant: str, asked: Asked | None = None, **reach):
    with acting(Scope(tenant, "tester", **reach)):
        return list_cases(tenant, asked or Asked(), DAY)


def names(found) -> list[str]:
    return [case["person_id"] for case in found.cases]


@pytest.fixture
def town(lender):
    """Six people, each with another reason to be looked at, and the figures made."""
    scope = Scope(lender, "tester")
    for number, name in enumerate(("broken", "due", "back", "plan", "new", "plain")):
        add_person(lender, name, f"周{name}", f"1380000{number:04d}", Life(team="north"))
        change(lender, name, overdue_cents=10_000 * (number + 1), days_past_due=15)
    change(lender, "new", opened_on=TODAY)
    make_promise(scope, "L-broken", 5_000, TODAY - timedelta(days=2), TODAY - timedelta(days=9))
    make_promise(scope, "L-due", 6_000, TODAY, TODAY - timedelta(days=2))
    contact(lender, "back", result="conversation", is_right_party=True, next_at=NOON - timedelta(hours=1))
    contact(lender, "plain", result="conversation", is_right_party=True)
    with acting(scope):
        judge_promises(lender, TODAY)
        Arrangement.objects.create(
            tenant_id=lender, arrangement_id="A", loan_id="L-plan", kind="instalment_plan",
            signed_on=TODAY - timedelta(days=20),
        )  # fmt: skip
        refresh_work(lender)
    return lender


def test_what_is_urgent_comes_first_and_a_call_back_whose_time_has_come_before_all(town):
    assert names(listed(town)) == ["back", "broken", "due", "plan", "new", "plain"]


def test_the_counts_of_the_quick_filters_are_those_of_their_lists(town):
    counts = listed(town).counts
    assert counts == {
        "all": 6, "new": 1, "never": 4, "promise_due": 1, "promise_broken": 1, "callback": 1, "plan": 1,
    }  # fmt: skip
    assert {name: len(listed(town, Asked(quick=name)).cases) for name in counts} == counts


def test_a_promise_that_was_talked_about_after_it_broke_is_no_longer_pressing(town):
    contact(town, "broken", NOON - timedelta(hours=2), result="conversation", is_right_party=True)
    with acting(Scope(town, "tester")):
        refresh_work(town, ["broken"])
    assert listed(town, Asked(quick="promise_broken")).cases == []


def test_a_plan_whose_instalment_is_covered_is_at_no_risk(town):
    from forbear.records.models import Payment

    with acting(Scope(town, "tester")):
        Payment.objects.create(
            tenant_id=town,
            payment_id="Y",
            loan_id="L-plan",
            amount_cents=30_000,
            effective_on=TODAY - timedelta(days=1),
        )
        refresh_work(town, ["plan"])
    assert listed(town, Asked(quick="plan")).cases == []


def test_who_was_called_or_put_off_today_is_at_the_end_and_never_next(town):
    contact(town, "due", NOON - timedelta(hours=1))
    with acting(Scope(town, "tester")):
        refresh_work(town, ["due"])
    change(town, "back", skipped_on=TODAY, skip_reason="checking")
    assert names(listed(town)) == ["broken", "plan", "new", "plain", "due", "back"]
    with acting(Scope(town, "tester")):
        assert next_person(town, DAY) == "broken"
        assert next_person(town, DAY, but="broken") == "plan"


def test_everybody_is_on_one_page_of_a_long_list_and_none_on_two(lender):
    for number in range(PAGE_SIZE * 2 + 3):
        add_person(lender, f"p{number:03d}", "周", f"138{number:08d}")
        change(lender, f"p{number:03d}", overdue_cents=number % 7)
    seen, after = [], None
    while True:
        found = listed(lender, Asked(after=after))
        seen += names(found)
        after = found.next_key
        if after is None:
            break
    assert len(seen) == len(set(seen)) == PAGE_SIZE * 2 + 3


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ({"amount_min": "400"}, ["plan", "new", "plain"]),
        ({"amount_max": "200.00"}, ["broken", "due"]),
        ({"days_min": "16"}, []),
        ({"team": "south"}, []),
        ({"text": "pl"}, ["plan", "plain"]),
        ({"text": "%"}, []),
        ({"quick": "new", "text": "new"}, ["new"]),
    ],
    ids=str,
)
def test_filters_narrow_the_list(town, query, people):
    assert names(listed(town, asked_of(wanted_of(query), ""))) == people


def test_a_collector_and_a_team_see_their_own_and_nobody_elses(lender):
    from console_staff import hire, signed_in

    cast = enter(lender)
    wang = signed_in(hire(lender, "collector", "wang", reach="own"))
    north = signed_in(hire(lender, "leader", "north-leader", reach="team", team="north"))
    for colleague, theirs in ((wang, cast.mine), (north, cast.north)):
        page = colleague.get("/desk/worklist").content.decode()
        assert [member.person_id for member in cast.all if f"/desk/people/{member.person_id}" in page] == [
            theirs.person_id
        ]


def test_another_lenders_people_are_not_there(lender, other_tenant):
    from console_staff import hire, signed_in

    add_person(other_tenant, "theirs", "周", "13800000000")
    page = signed_in(hire(lender, "collector")).get("/desk/worklist").content.decode()
    assert "theirs" not in page and "No case is on your list." in page


def test_to_put_somebody_off_needs_a_reason_and_is_written_down(town, staff):
    collector = staff["collector"]
    assert collector.post("/desk/worklist/skip/due", {"reason": "because"}).status_code == 422
    assert collector.post("/desk/worklist/skip/nobody", {"reason": "other"}).status_code == 404
    for _ in range(2):
        assert collector.post("/desk/worklist/skip/due", {"reason": "checking"}).status_code == 302
    with acting(Scope(town, "tester")):
        assert AuditEntry.objects.filter(action="case.skipped").count() == 1
    assert names(listed(town))[-1] == "due"


def test_a_filter_is_kept_for_its_owner_alone(town, staff):
    collector = staff["collector"]
    collector.post("/desk/worklist/filters", {"name": "<b>Big</b>", "amount_min": "300"})
    page = collector.get("/desk/worklist").content.decode()
    assert "?amount_min=300" in page and "&lt;b&gt;Big&lt;/b&gt;" in page and "<b>Big" not in page
    assert "amount_min=300" not in staff["leader"].get("/desk/worklist").content.decode()
    with acting(Scope(town, "tester")):
        assert SavedFilter.objects.count() == 0
    collector.post("/desk/worklist/filters", {"drop": "<b>Big</b>"})
    assert "amount_min=300" not in collector.get("/desk/worklist").content.decode()


@pytest.mark.parametrize("key", ["x", "1_2", "1_2_3_4", "9" * 40 + "_0_0", "1_1_'"])
def test_a_page_that_is_none_is_said_so(town, staff, key):
    assert staff["collector"].get("/desk/worklist", data={"after": key}).status_code == 422


def test_a_list_on_a_book_that_is_too_old_says_so(town, staff, clock):
    clock.move_to(NOON + timedelta(days=3))
    assert "too old to act on" in staff["collector"].get("/desk/worklist").content.decode()


@pytest.mark.parametrize("hours", [0, 11], ids=["noon", "eleven at night"])
def test_the_list_says_of_each_person_what_their_screen_says(lender, staff, clock, hours):
    """One who may be called, one who asked to be called later, one with a dispute, and one with two loans."""
    from forbear.records.actions.holds import place_hold
    from forbear.records.models import Hold, Loan

    enter(lender)
    contact(lender, "south", result="conversation", is_right_party=True, next_at=NOON + timedelta(hours=20))
    place_hold(Scope(lender, "tester"), "mine", "dispute", TODAY)
    with acting(Scope(lender, "tester")):
        Hold.objects.filter(tenant_id=lender).update(recorded_at=None)
        Loan.objects.create(
            tenant_id=lender, person_id="north", loan_id="A-none", product_code="cash", lender_type="consumer_finance",
            currency="CNY", disbursed_on=TODAY, principal_cents=1, annual_rate="0", all_in_rate="0",
        )  # fmt: skip
    clock.move_to(NOON + timedelta(hours=hours))
    page = staff["leader"].get("/desk/worklist").content.decode()
    for person_id in ("north", "south", "mine", "placed"):
        row = page[page.index(f'href="/desk/people/{person_id}"', page.index("<tbody>")) :]
        row = row[: row.index("</tr>")]
        screen = staff["leader"].get(f"/desk/people/{person_id}").content.decode()
        acts = re.findall(
            r'<li class="act (may|may-not)">\s*<div class="act-line">.*?<strong>([^<]+)</strong>', screen, re.DOTALL
        )
        assert len(acts) == 7
        allowed = {channel for may, channel in acts if may == "may"}
        assert {channel for _may, channel in acts if f"</svg> {channel}</span>" in row} == allowed, person_id
        if not allowed:
            reason = re.search(r'<span class="why-not">([^<]+)', screen)[1].strip()
            assert f"nothing: {reason}" in row and ("from 11-24" in row) == ("Changes at 2026-11-24" in screen), (
                person_id
            )
    assert ("nothing: " in page) and ("telephone</span>" in page) == (hours == 0)
    assert ("Nobody on this page may be called now; the first of them from 2026-11-24 08:00." in page) == (hours == 11)
