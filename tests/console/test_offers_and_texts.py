"""What may be offered and what may be sent, as the person's screen shows it: to the cent and word for word, and nothing else is taken."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from kept_channel import Kept, approve  # noqa: E402  # after Django is ready
from records_cast import NOON, TODAY, Life, add_person, enter  # noqa: E402
from senders import sender  # noqa: E402

from forbear.day.wiring.composer import composer_of  # noqa: E402
from forbear.dispatch import send  # noqa: E402
from forbear.records.actions.holds import place_hold  # noqa: E402
from forbear.records.models import (  # noqa: E402
    Act,
    Approval,
    Arrangement,
    AuditEntry,
    Complaint,
    Contact,
    Hold,
    Instalment,
    Person,
)
from forbear.records.scope import Scope, acting  # noqa: E402


@pytest.fixture
def cast(lender):
    return enter(lender)


@pytest.fixture
def collector(staff, cast):
    return staff["collector"]


def rows(tenant: str, model, **wanted) -> list:
    with acting(Scope(tenant, "tester")):
        return list(model.objects.filter(tenant_id=tenant, **wanted).order_by("pk"))


def willing(tenant: str, name: str, days: int) -> None:
    """Somebody so many days overdue who said that they want to pay, with penalty interest and a fee besides."""
    add_person(tenant, name, "钱愿", "13500001111", Life(due_on=TODAY - timedelta(days=days)))
    with acting(Scope(tenant, "tester")):
        Instalment.objects.filter(loan_id=f"L-{name}", instalment_number=1).update(penalty_cents=333, fee_cents=200)
        Contact.objects.create(
            tenant_id=tenant, contact_id=f"c-{name}", person_id=name, loan_id=f"L-{name}", at=NOON - timedelta(days=9),
            channel="voice_agent", result="conversation", is_right_party=True, attitude="willing", state="delivered",
            is_fed=True,
        )  # fmt: skip


def screen(colleague, person_id: str) -> str:
    said = colleague.get(f"/desk/people/{person_id}")
    assert said.status_code == 200
    return said.content.decode()


def wish(colleague, person_id: str, **given):
    return colleague.post(f"/desk/people/{person_id}/offer", {"loan": f"L-{person_id}", "key": uuid4().hex, **given})


def texts(colleague, person_id: str = "north", **options) -> str:
    said = colleague.get(f"/desk/people/{person_id}/texts", data={"loan": f"L-{person_id}"}, **options)
    assert said.status_code == 200, said.content.decode()
    return unescape(said.content.decode())


def test_a_settlement_is_offered_between_its_lowest_price_and_what_is_unpaid_and_a_second_person_is_asked(
    lender, collector
):
    willing(lender, "old", 200)
    page = screen(collector, "old")
    assert "¥305.33" in page and "May be waived: Penalty interest" in page and "From ¥300.00 to ¥305.33." in page
    for odd in ("299.99", "305.34", "", "x", "-1"):
        assert wish(collector, "old", amount=odd, months="12").status_code == 422
    assert rows(lender, Approval) == []
    assert wish(collector, "old", amount="301").status_code == 302
    (asked,) = rows(lender, Approval)
    assert asked.terms == {"settlement_cents": 30_100, "offer_until_on": (TODAY + timedelta(days=7)).isoformat()}
    assert asked.expires_at > NOON + timedelta(days=7)


def test_the_lengths_of_an_arrangement_are_shown_with_their_days_and_only_those_are_taken_down(lender, collector):
    willing(lender, "late", 40)
    assert "12 months, until 2027-11-23" in screen(collector, "late")
    assert wish(collector, "late", months="61").status_code == 422
    assert wish(collector, "late", months="12").status_code == 302
    (arrangement,) = rows(lender, Arrangement)
    assert (arrangement.kind, arrangement.term_months, arrangement.signed_on) == ("extension", 12, None)


def test_a_plan_is_shown_by_instalments_that_add_up_and_told_with_the_wish(lender, collector):
    add_person(lender, "poor", "孙难", "13500002222", Life(due_on=TODAY - timedelta(days=40)))
    with acting(Scope(lender, "tester")):
        Person.objects.filter(person_id="poor").update(monthly_income_cents=10_000)
    page = screen(collector, "poor")
    assert "3 months: 2 × ¥66.67, 1 × ¥66.66" in page and "Every plan comes to ¥200.00" in page
    assert wish(collector, "poor", months="3").status_code == 302
    (told,) = rows(lender, AuditEntry, action="arrangement.proposed")
    wanted = {"plan_count": 3, "plan_amount_cents": 6_667, "plan_total_cents": 20_000, "plan_first_on": "2026-12-23"}
    assert told.payload.items() >= wanted.items()


def test_a_plan_that_is_not_offered_is_not_taken_down_with_a_call(lender, collector):
    address = collector.post("/desk/people/north/call", {"loan": "L-north"}).headers["Location"]
    told = {
        "result": "conversation",
        "is_right_party": "yes",
        "outcome": "plan",
        "plan_kind": "settlement",
        "plan_months": "1",
    }
    said = collector.post(address, told)
    assert said.status_code == 422 and "may not be offered" in said.content.decode()
    assert rows(lender, Arrangement) == [] and rows(lender, Contact)[0].ended_at is None


def test_what_is_shown_before_sending_is_what_the_one_way_out_then_sends(lender, collector, clock, tmp_path):
    approve(lender, "reminder_with_options")
    page = texts(collector)
    (shown,) = re.findall(r'<blockquote lang="zh-Hans">(.*?)</blockquote>', page, re.DOTALL)
    assert "张晓北" in shown and "As it would be sent at 12:00" in page
    assert rows(lender, Act) == [] and rows(lender, Contact) == []
    wanted = {"loan": "L-north", "text": "sms:reminder_with_options", "key": uuid4().hex}
    assert collector.post("/desk/people/north/message", wanted).status_code == 302
    kept = Kept()
    with sender(lender, tmp_path / "log") as own:
        outcomes = list(send(own.desk, kept, composer_of(lender, clock), 20))
    assert [each.refusal for each in outcomes] == [None]
    assert re.sub(r"<[^>]+>", "", shown).replace("\n", "") == kept.messages[0].body.replace("\n", "")


def test_a_text_with_nothing_to_say_yet_is_named_with_its_reason_and_has_no_button(lender, collector):
    approve(lender, "settlement_offer")
    page = texts(collector)
    assert "1 texts cannot be sent now" in page and "blockquote" not in page and "Have it sent" not in page


@pytest.mark.parametrize("code", ["verification_code", "plan_missed", "to_representative"])
def test_what_belongs_to_something_else_is_never_shown_and_never_sent_by_hand(lender, collector, code):
    approve(lender, code)
    page = texts(collector)
    assert code not in page and "blockquote" not in page and "cannot be sent now" not in page
    wanted = {"loan": "L-north", "text": f"sms:{code}", "key": uuid4().hex}
    assert collector.post("/desk/people/north/message", wanted).status_code == 404
    assert rows(lender, Act) == []


def test_nothing_is_shown_that_the_law_forbids_to_send_now(lender, collector, clock):
    approve(lender, "reminder_with_options")
    place_hold(Scope(lender, "tester"), "north", "dispute", TODAY)
    with acting(Scope(lender, "tester")):
        Hold.objects.filter(tenant_id=lender).update(recorded_at=None)
    assert "blockquote" not in texts(collector)


def test_texts_are_shown_for_nobodys_loan_but_the_persons_and_leave_a_trace(lender, staff, collector):
    for person_id, loan in (("north", "L-south"), ("north", ""), ("nobody", "L-north")):
        assert collector.get(f"/desk/people/{person_id}/texts", data={"loan": loan}).status_code == 404
    seen = len(rows(lender, AuditEntry, action="personal_data.revealed"))
    texts(collector)
    assert len(rows(lender, AuditEntry, action="personal_data.revealed")) == seen + 1
    assert staff["auditor"].get("/desk/people/north/texts", data={"loan": "L-north"}).status_code == 403


def test_a_complaint_is_tied_to_one_of_the_persons_contacts_by_choice(lender, collector):
    willing(lender, "old", 200)
    page = screen(collector, "old")
    assert re.search(r'<option value="c-old">2026-11-14 12:00 [^<]+: spoke</option>', page)
    sent = {"kind": "conduct", "text": "态度差", "contact": "c-old"}
    assert collector.post("/desk/people/old/complaint", sent).status_code == 302
    assert rows(lender, Complaint)[0].contact_id == "c-old"
    assert "c-old" not in screen(collector, "north")
