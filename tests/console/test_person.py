"""One person's screen: is all of it there, only for who may see it, and does what is written down there hold?"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import records_server

records_server.prepare()

from records_cast import NOON, TODAY, Life, add_person, enter  # noqa: E402  # after Django is ready

from forbear.dispatch.message import shipped_templates  # noqa: E402
from forbear.records.actions.cases import note  # noqa: E402
from forbear.records.actions.holds import place_hold  # noqa: E402
from forbear.records.actions.templates import TemplateText, approve_template, propose_template  # noqa: E402
from forbear.records.desk.agency import Asked, ask  # noqa: E402
from forbear.records.models import (  # noqa: E402
    Act,
    Arrangement,
    AuditEntry,
    Complaint,
    Consent,
    Contact,
    ContactPoint,
    Dispute,
    Hold,
    Payment,
    Permit,
    PromiseToPay,
)
from forbear.records.scope import Scope, acting  # noqa: E402

KEY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def cast(lender):
    return enter(lender)


@pytest.fixture
def collector(staff, cast):
    return staff["collector"]


def rows(tenant: str, model, **wanted) -> list:
    with acting(Scope(tenant, "tester")):
        return list(model.objects.filter(tenant_id=tenant, **wanted).order_by("pk"))


def approve(tenant: str, code: str, channel: str) -> None:
    """A text of the package in every language, written by one and approved by another."""
    for each in shipped_templates():
        if (each.code, each.channel) == (code, channel):
            text = TemplateText(code, channel, each.purpose, each.language, each.subject, each.body, each.digest)
            version = propose_template(Scope(tenant, "writer"), text, [])
            approve_template(Scope(tenant, "approver"), code, channel, each.language, version)


def hold_known(tenant: str, person_id: str, kind: str) -> None:
    """A hold that the facts of the business date know of: its record time is the database's, which is past that date."""
    place_hold(Scope(tenant, "tester"), person_id, kind, TODAY)
    forget_when(tenant)


def forget_when(tenant: str) -> None:
    with acting(Scope(tenant, "tester")):
        Hold.objects.filter(tenant_id=tenant).update(recorded_at=None)


def screen(colleague, person_id: str = "north", **query) -> str:
    said = colleague.get(f"/desk/people/{person_id}", data=query)
    assert said.status_code == 200, said.content.decode()
    return said.content.decode()


def begun(colleague, person_id: str = "north") -> str:
    """A call that began: its address."""
    said = colleague.post(f"/desk/people/{person_id}/call", {"loan": f"L-{person_id}"})
    assert "/calls/" in said.headers["Location"], said.headers["Location"]
    return said.headers["Location"]


def test_the_sum_of_the_instalments_is_proved_by_what_fell_due_and_what_was_paid(lender, collector):
    with acting(Scope(lender, "tester")):
        Payment.objects.create(
            tenant_id=lender,
            payment_id="Y1",
            loan_id="L-north",
            amount_cents=4_000,
            effective_on=TODAY - timedelta(days=1),
        )
    page = screen(collector)
    assert "¥100.00 fell due before today, ¥40.00 was paid: ¥60.00 is overdue." in page
    assert "does not prove" not in page


@pytest.mark.parametrize(("role", "name"), [("collector", "张晓北"), ("auditor", "张*"), ("compliance", "张晓北")])
def test_each_role_sees_as_much_of_a_person_as_it_needs_and_leaves_a_trace(lender, staff, cast, role, name):
    page = screen(staff[role])
    assert f"<h1>{name}</h1>" in page
    assert ("13800001234" in page) == (role == "compliance")
    assert [each.actor for each in rows(lender, AuditEntry, action="personal_data.revealed")] == [
        staff[role].user.username
    ]


def test_nobody_finds_out_whether_somebody_exists_whom_they_do_not_see(lender, other_tenant, cast):
    from console_staff import hire, signed_in

    add_person(other_tenant, "theirs", "周", "13800000000")
    north = signed_in(hire(lender, "leader", f"n.{lender}", reach="team", team="north"))
    pages = []
    for person_id in ("south", "theirs", "nobody"):
        for method, path in (("GET", ""), ("GET", "/file"), ("POST", "/note"), ("POST", "/call"), ("POST", "/hold")):
            body = {"text": "x", "key": KEY, "kind": "grace", "loan": f"L-{person_id}"}
            said = north.client.generic(method, f"/desk/people/{person_id}{path}") if method == "GET" else north.post(
                f"/desk/people/{person_id}{path}", body
            )  # fmt: skip
            assert said.status_code == 404, (person_id, path)
            if not path:
                marks = re.compile(rf"""{person_id}|value="[^"]*"|hx-headers='[^']*'""")
                pages.append(marks.sub("", said.content.decode()))
    assert len(set(pages)) == 1
    assert rows(lender, Contact) == [] and rows(lender, Hold) == []


def test_a_call_of_another_person_or_team_cannot_be_recorded(lender, staff, cast):
    from console_staff import hire, signed_in

    address = begun(staff["collector"])
    contact_id = address.rsplit("/", 1)[1]
    north = signed_in(hire(lender, "leader", f"s.{lender}", reach="team", team="south"))
    for colleague, path in ((staff["collector"], f"/desk/people/south/calls/{contact_id}"), (north, address)):
        assert colleague.post(path, {"result": "no_answer"}).status_code == 404
    assert rows(lender, Contact)[0].ended_at is None


def test_what_somebody_typed_runs_nowhere(lender, collector):
    note(Scope(lender, "tester"), "north", UUID(KEY), "<script>alert(1)</script>")
    add_person(lender, "odd", "<img src=x onerror=alert(1)>", "13811112222")
    for page in (screen(collector), screen(collector, "odd"), collector.get("/desk/people/odd/file").content.decode()):
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in screen(collector)


def test_people_are_found_by_id_by_loan_and_by_number_in_any_form_and_never_by_name(collector):
    def found(text: str) -> str:
        said = collector.get("/desk/people", data={"q": text})
        return said.headers["Location"] if said.status_code == 302 else said.content.decode()

    assert found("north") == "/desk/people/north"
    for text in ("L-north", "138 0000 1234", "+8613800001234", "nor"):
        assert 'href="/desk/people/north"' in found(text), text
    for text in ("张晓北", "1380000123", "%", "n%h", "no"):
        assert "Nobody was found." in found(text), text


def test_what_is_forbidden_says_why_by_which_rule_and_until_when(lender, collector, clock):
    clock.move_to(NOON + timedelta(hours=11))  # eleven in the evening
    page = screen(collector)
    call = page[page.index('/desk/people/north/call"') :]
    assert 'aria-disabled="true"' in call[:1500] and "Changes at 2026-11-24 0" in call[:2500]
    assert re.search(r"<cite>[^<]+</cite>", page) and "cn." in page
    assert rows(lender, Permit) == [] and rows(lender, Act) == []


def test_only_what_stands_against_an_act_is_given_as_its_reason(lender, collector):
    hold_known(lender, "north", "dispute")
    page = screen(collector)
    assert "cn.reading.stops.dispute.open" in page and "cn.pipl.contract_basis.party" not in page


def test_to_look_is_no_permit_and_no_attempt(lender, collector):
    screen(collector)
    assert rows(lender, Permit) == [] and rows(lender, Act) == [] and rows(lender, Contact) == []


def test_a_look_says_the_same_as_asking(lender, cast):
    """Of a call: the same rules, the same window; for people with and without a hold."""
    from forbear.kernel.clock import FixedClock
    from forbear.records.desk.asking import look
    from forbear.records.lender import lender_settings
    from forbear.records.models import Person

    scope = Scope(lender, "tester")
    hold_known(lender, "south", "dispute")
    for at in (NOON, NOON + timedelta(hours=11)):
        for member in (cast.north, cast.south):
            with acting(scope):
                person = Person.objects.get(tenant_id=lender, person_id=member.person_id)
                wanted = {"voice_agent": member.point_id, "sms": member.point_id}
                looked = look(lender, person, member.loan_id, wanted, lender_settings(lender), at)["voice_agent"]
            asked = ask(
                scope, Asked(member.person_id, member.loan_id, "voice_agent", member.point_id), FixedClock(at)
            ).judged
            assert (
                looked.verdict == asked.verdict
                and looked.window == asked.window
                and looked.changes_at == asked.changes_at
            )


def test_a_call_that_the_law_forbids_does_not_begin_whatever_the_page_sends(lender, collector):
    hold_known(lender, "north", "no_contact_order")
    said = collector.post("/desk/people/north/call", {"loan": "L-north", "point": "P-north"})
    assert said.headers["Location"] == "/desk/people/north"
    assert rows(lender, Contact) == [] and rows(lender, Act)[0].state == "refused"
    assert ", not done: " in screen(collector)


def test_a_call_begins_once_and_takes_what_would_be_dialled_off_the_queue(lender, collector, cast):
    from senders import queue_act

    queue_act(lender, cast.north, treatment="phone_call", channel="voice_agent")
    assert begun(collector) == begun(collector)
    assert [(each.state, each.reason) for each in rows(lender, Act, treatment="phone_call")] == [
        ("withdrawn", "called")
    ]
    assert len(rows(lender, Contact)) == 1 and rows(lender, Contact)[0].staff_id == collector.user.username


def test_a_promise_is_recorded_with_the_call_and_the_next_person_opens(lender, collector):
    address = begun(collector)
    told = {
        "result": "conversation", "is_right_party": "yes", "reason_code": "job_loss", "outcome": "promise",
        "promise_amount": "60.50", "promise_in": "3", "text": "打算发工资后还",
    }  # fmt: skip
    for _ in range(2):  # a second click changes nothing
        assert collector.post(address, told).headers["Location"] == "/desk/worklist/next"
    (contact,), (promise,) = rows(lender, Contact), rows(lender, PromiseToPay)
    assert (contact.result, contact.is_right_party, contact.attitude, contact.reason_code) == (
        "conversation", True, "willing", "job_loss",
    )  # fmt: skip
    assert (promise.amount_cents, promise.due_on) == (6_050, TODAY + timedelta(days=3))
    assert rows(lender, Act)[0].state == "done"
    onward = collector.get("/desk/worklist/next").headers["Location"]
    assert onward.startswith("/desk/people/") and not onward.endswith("/north")
    page = screen(collector)
    assert "打算发工资后还" in page and "promised ¥60.50 by 2026-11-26" in page


def test_a_wrong_person_is_one_step_the_number_is_gone_and_nothing_else_is_kept(lender, collector):
    address = begun(collector)
    assert collector.post(address, {"result": "wrong_person", "text": "something of the debt"}).status_code == 302
    point = rows(lender, ContactPoint, contact_point_id="P-north")[0]
    assert point.removed_at is not None and point.removed_reason == "wrong_person"
    assert rows(lender, AuditEntry, action="case.noted") == []
    assert "removed: wrong person" in screen(collector)


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        ({"outcome": "hardship"}, (Hold, {"kind": "hardship"})),
        ({"outcome": "dispute", "dispute_kind": "amount", "text": "金额不对"}, (Dispute, {"kind": "amount"})),
        ({"outcome": "stop"}, (Consent, {"kind": "channel_refusal", "channel": "voice_agent"})),
    ],
    ids=["hardship", "dispute", "stop"],
)
def test_what_the_person_says_binds_from_that_call_on(lender, collector, outcome, left):
    collector.post(begun(collector), {"result": "conversation", "is_right_party": "yes", **outcome})
    model, wanted = left
    assert len(rows(lender, model, **wanted)) == 1
    forget_when(lender)
    said = collector.post("/desk/people/north/call", {"loan": "L-north", "point": "P-north"})
    assert said.headers["Location"] == "/desk/people/north"  # no second call


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"result": "nonsense"},
        {
            "result": "conversation",
            "is_right_party": "yes",
            "outcome": "promise",
            "promise_amount": "-5",
            "promise_in": "1",
        },
        {"result": "conversation", "is_right_party": "yes", "outcome": "promise", "promise_amount": "5"},
        {
            "result": "conversation",
            "is_right_party": "yes",
            "outcome": "promise",
            "promise_amount": "5",
            "promise_on": "2026-11-22",
        },
        {"result": "conversation", "is_right_party": "yes", "outcome": "nonsense"},
        {"result": "conversation", "is_right_party": "yes", "outcome": "dispute", "dispute_kind": "nonsense"},
        {"result": "no_answer", "next_on": "2026-11-01"},
    ],
    ids=str,
)
def test_a_result_that_cannot_be_is_refused_whole_and_what_was_typed_is_kept(lender, collector, told):
    address = begun(collector)
    said = collector.post(address, {**told, "text": "kept words"})
    assert said.status_code == 422 and "kept words" in said.content.decode()
    assert rows(lender, Contact)[0].ended_at is None
    assert rows(lender, PromiseToPay) == rows(lender, Hold) == rows(lender, AuditEntry, action="case.noted") == []


def test_a_call_back_is_asked_for_by_day_and_hour(lender, collector):
    collector.post(begun(collector), {"result": "no_answer", "next_on": "2026-11-24", "next_hour": "15:30"})
    assert rows(lender, Contact)[0].next_at.isoformat() == "2026-11-24T07:30:00+00:00"


def test_the_script_says_first_who_calls_in_the_persons_language(lender, collector, clock):
    address = begun(collector)
    assert "There is no script for this call" in collector.get(address).content.decode()
    approve(lender, "call_to_learn_the_reason", "voice_agent")
    page = collector.get(address).content.decode()
    first = re.search(r'class="script" lang="zh-Hans"><p>([^<]+)', page)[1]
    assert first.startswith("您好，这里是示例消费金融")


def test_a_message_waits_for_the_one_way_out_once_and_the_law_may_refuse_it(lender, collector, clock):
    approve(lender, "reminder_with_options", "sms")
    wanted = {"loan": "L-north", "text": "sms:reminder_with_options", "key": KEY}
    for _ in range(2):
        assert collector.post("/desk/people/north/message", wanted).status_code == 302
    (act,) = rows(lender, Act)
    assert (act.state, act.treatment, act.contact_point_id, bool(act.basis_digest)) == (
        "queued",
        "by_hand",
        "P-north",
        True,
    )
    assert rows(lender, Contact) == []
    hold_known(lender, "north", "dispute")
    collector.post("/desk/people/north/message", wanted | {"key": str(uuid4())})
    assert [each.state for each in rows(lender, Act)] == ["withdrawn", "refused"]
    assert (
        collector.post("/desk/people/north/message", wanted | {"text": "sms:nothing", "key": str(uuid4())}).status_code
        == 404
    )


def test_a_hold_is_placed_and_lifted_for_a_reason(lender, collector):
    place = {"kind": "hardship", "text": "住院", "key": KEY}
    for wrong in ({"text": " "}, {"ends_on": "sometime"}):
        assert collector.post("/desk/people/north/hold", place | wrong).status_code == 422
    assert rows(lender, Hold) == []
    assert collector.post("/desk/people/north/hold", place).status_code == 302
    (hold,) = rows(lender, Hold)
    assert collector.post("/desk/people/south/hold", {"lift": hold.hold_id, "text": "x", "key": KEY}).status_code == 404
    collector.post("/desk/people/north/hold", {"lift": hold.hold_id, "text": "出院", "key": str(uuid4())})
    assert rows(lender, Hold)[0].ends_on == TODAY
    page = screen(collector)
    assert "住院" in page and "出院" in page


def test_disputes_and_complaints_are_taken_in_with_their_day(lender, collector):
    collector.post("/desk/people/north/dispute", {"kind": "amount", "text": "金额不对"})
    collector.post("/desk/people/north/complaint", {"kind": "conduct", "text": "态度差"})
    assert rows(lender, Dispute)[0].due_on and rows(lender, Complaint)[0].due_on
    page = screen(collector)
    assert "dispute: the amount" in page and "complaint: conduct" in page and "金额不对" not in page
    (matter,) = rows(lender, Dispute)
    opened = collector.post("/desk/people/north/words", {"field": "disputes", "id": str(matter.dispute_id)})
    assert "金额不对" in opened.content.decode()


def test_nothing_is_offered_but_what_the_tables_offer_today(lender, collector):
    refused = collector.post("/desk/people/north/offer", {"loan": "L-north", "months": "12", "key": KEY})
    page = screen(collector)
    if "The tables offer nothing" in page:
        assert refused.status_code == 422 and rows(lender, Arrangement) == []
    hold_known(lender, "mine", "hardship")
    assert "What may I offer?" in screen(collector, "mine")
    for months in ("600", "x", "-1", ""):
        said = collector.post("/desk/people/mine/offer", {"loan": "L-mine", "months": months, "key": KEY})
        assert said.status_code == 422
    assert rows(lender, Arrangement, loan_id="L-mine") == []


def test_the_timeline_has_all_kinds_in_order_and_is_read_to_its_end(lender, collector):
    with acting(Scope(lender, "tester")):
        Contact.objects.bulk_create(
            Contact(
                tenant_id=lender, contact_id=f"k{number:03d}", person_id="north", at=NOON - timedelta(hours=number // 2),
                channel="sms", result="delivered", state="delivered", is_fed=True,
            )
            for number in range(95)
        )  # fmt: skip
    place_hold(Scope(lender, "tester"), "north", "grace", TODAY)
    seen, before = 0, ""
    for _ in range(10):
        page = screen(collector, kind="contact", **({"before": before} if before else {}))
        seen += page.count("Text message · delivered") + page.count("text message · delivered")
        found = re.search(r"before=([^\"#]+)#", page)
        if not found:
            break
        from urllib.parse import unquote_plus

        before = unquote_plus(found[1])
    assert seen == 95
    assert "hold placed" not in screen(collector, kind="contact") and "hold placed" in screen(collector, kind="hold")


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "2026-11-23T00:00:00|x"}, {"kind": "'"}, {"loan": "nothing"}], ids=str
)
def test_nonsense_in_the_address_of_a_person_does_no_harm(collector, query):
    screen(collector, **query)


def test_somebody_elsewhere_is_shown_with_their_own_hour(lender, collector):
    add_person(lender, "far", "周远", "13812312312", Life(time_zone="Asia/Urumqi"))
    assert "10:00 where they are" in screen(collector, "far")
    assert "where they are" not in screen(collector)


def test_the_case_file_is_whole_and_for_readers_too(lender, staff, cast):
    note(Scope(lender, "tester"), "north", UUID(KEY), "一条备注")
    page = staff["auditor"].get("/desk/people/north/file").content.decode()
    assert "Case file: 张*" in page and "L-north" in page and "一条备注" not in page
    assert "一条备注" in staff["collector"].get("/desk/people/north/file").content.decode()
