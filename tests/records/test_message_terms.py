"""Offers, visits, receipts, certificates, requests and codes are written with what the records know, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from api_client import agency
from kept_channel import Kept, approve
from records_cast import NOON, TODAY, Life, add_person
from senders import queue_act, sender

from forbear.day.wiring.composer import composer_of
from forbear.dispatch import send
from forbear.kernel.clock import FixedClock
from forbear.records.actions.agencies.staff import register_staff
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.actions.redress import open_complaint
from forbear.records.approved.approvals import Wanted, ask_approval, decide_approval
from forbear.records.approved.message_terms import code_of
from forbear.records.models import Act, Loan, Payment
from forbear.records.scope import Scope, acting

LATER = NOON + timedelta(days=3650)
ANSWER = {"purpose": "service_reply", "treatment": "reply"}


def composed(tenant, member, template, tmp_path, channel="sms", **values) -> str:
    """The words that the composer makes for an act, or why it makes none; whether the law lets them go is another test's."""
    approve(tenant, template, channel=channel)
    queue_act(tenant, member, template=template, channel=channel, **values)
    made = []

    class Listening:
        """The real composer, listened to."""

        def compose(self, held):
            made.append(composer_of(tenant, FixedClock(NOON)).compose(held))
            return made[-1]

    with sender(tenant, tmp_path / "log", channel=channel) as own:
        list(send(own.desk, Kept(channel), Listening(), 20))
    (one,) = made
    return getattr(one, "body", "") or f"refused: {one.detail}"


def granted(tenant: str, kind: str, **terms) -> None:
    wanted = Wanted(kind, "north", "sound", LATER, "L-north", terms)
    decide_approval(Scope(tenant, "wang"), ask_approval(Scope(tenant, "li"), wanted), "sound", approve=True)


OFFERS = {
    "settlement_offer": ({"settlement_cents": 20_000, "offer_until_on": "2026-12-01"}, "2026年12月1日前支付¥200.00"),
    "instalment_offer": (
        {"plan_count": 3, "plan_amount_cents": 3_000, "plan_total_cents": 9_000, "plan_first_on": "2026-12-01",
         "plan_last_on": "2027-02-01", "offer_until_on": "2026-11-30"},
        "共3期，每期不超过¥30.00，合计¥90.00",
    ),
    "relief_offer": ({"grace_until_on": "2026-12-20"}, "2026年12月20日之前我们不要求您还款"),
}  # fmt: skip


@pytest.mark.parametrize("template", OFFERS)
def test_an_offer_says_what_was_approved_and_nothing_before(tenant, cast, tmp_path, template):
    """Amounts and days are those that a second person saw; asked for alone, they are nobody's."""
    terms, says = OFFERS[template]
    ask_approval(Scope(tenant, "li"), Wanted("offer", "north", "sound", LATER, "L-north", terms))
    assert composed(tenant, cast.north, template, tmp_path).startswith("refused: Nothing is known")
    granted(tenant, "offer", **terms)
    assert says in composed(tenant, cast.north, template, tmp_path, treatment="again")


def test_a_visit_is_announced_with_who_comes_by_the_register(tenant, scope, cast, tmp_path):
    """Names and cards; nobody whom the register does not know."""
    register_staff(scope, "s1", "李四", work_card="A102")
    register_staff(scope, "s2", "王五", work_card="A117")
    terms = {
        "visit_on": "2026-11-25", "visit_from_at": "2026-11-25T14:00:00+08:00", "visit_until_at": "2026-11-25T16:00:00+08:00",
        "visit_place": "home_door", "visit_reason": "talk_about_arrangement",
    }  # fmt: skip
    granted(tenant, "visit", **terms, visitors=["s1", "nobody"])
    assert "visitor_names" in composed(tenant, cast.north, "visit_notice", tmp_path, "letter")
    granted(tenant, "visit", **terms, visitors=["s1", "s2"])
    said = composed(tenant, cast.north, "visit_notice", tmp_path, "letter", treatment="again")
    assert "2026年11月25日14:00至16:00" in said and "您登记的住址门口" in said and "商量还款安排" in said
    assert "李四、王五（工作证号A102、A117）" in said


def test_a_receipt_and_a_certificate_are_of_the_ledgers_money(tenant, scope, cast, tmp_path):
    """What came last, and the day on which nothing was owed any more; of a loan that is open there is no certificate."""
    approve(tenant, "settlement_certificate", channel="email")
    accept_payments(scope, [PaymentIn("p1", "L-north", 10_000, TODAY)])
    with acting(scope):
        Payment.objects.update(recorded_at=NOON)  # the database's clock runs, the story's stands still
    said = composed(tenant, cast.north, "payment_received", tmp_path, **ANSWER)
    assert "2026年11月23日支付的¥100.00已收到" in said
    refused = composed(tenant, cast.south, "settlement_certificate", tmp_path, "email", **ANSWER)
    assert refused.startswith("refused: ")
    accept_payments(scope, [PaymentIn("p2", "L-south", 30_000, TODAY)])
    with acting(scope):
        Payment.objects.update(recorded_at=NOON)
        Loan.objects.filter(loan_id="L-south").update(status="settled", closed_on=TODAY)
    said = composed(tenant, cast.south, "settlement_certificate", tmp_path, "email", **ANSWER,
                    business_date=date(2026, 11, 22))  # fmt: skip
    assert "已于2026年11月23日全部结清" in said


def test_a_complaint_is_confirmed_with_its_number_and_its_day(tenant, scope, cast, tmp_path):
    """The law's clock gives the day."""
    opened = open_complaint(scope, "north", "frequency", "每天都打", TODAY)
    said = composed(tenant, cast.north, "complaint_received", tmp_path, **ANSWER)
    assert opened.id.hex[:8].upper() in said and f"{opened.due_on.day}日前答复" in said


def test_a_code_is_the_acts_own_and_the_same_when_it_is_tried_again(tenant, other_tenant, scope, cast, tmp_path):
    """Six digits that differ from act to act and from lender to lender."""
    said = composed(tenant, cast.north, "verification_code", tmp_path, **ANSWER)
    with acting(scope):
        act_id = Act.objects.get().act_id
    assert f"验证码是{code_of(tenant, act_id)}，5分钟内有效" in said
    assert code_of(tenant, act_id) != code_of(other_tenant, act_id)


def test_an_agency_that_acts_is_named_in_every_message(tenant, scope, tmp_path):
    """In each language; one that the register does not name writes nothing."""
    agency(tenant, "agency-1")
    for language, says in (("zh_CN", "【示例消费金融（委托agency-1）】"), ("en", "through agency-1, on its behalf")):
        life = Life(agency_id="agency-1", language=language)
        person = add_person(tenant, f"by-{language}", "陈某", "13810000001", life)
        assert says in composed(
            tenant, person, "reminder_with_options", tmp_path, actor_kind="agency", agency_id="agency-1"
        )
    stranger = add_person(tenant, "by-nobody", "陈某", "13810000002", Life(agency_id="agency-2"))
    said = composed(tenant, stranger, "reminder_with_options", tmp_path, actor_kind="agency", agency_id="agency-2")
    assert said.startswith("refused: Nothing is known to stand for: sender")
