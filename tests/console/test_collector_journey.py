"""A collector's morning in a real browser: the next person, why they may be called, the call, and the next person again."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
import records_server

records_server.prepare()

from browsing import DESKTOP, PHONE  # noqa: E402  # after Django is ready
from records_cast import NOON, TODAY, Life, add_person  # noqa: E402

from forbear.dispatch.message import shipped_templates  # noqa: E402
from forbear.records.actions.cases import note  # noqa: E402
from forbear.records.actions.templates import TemplateText, approve_template, propose_template  # noqa: E402
from forbear.records.daily import refresh_work  # noqa: E402
from forbear.records.models import (  # noqa: E402
    Act,
    Arrangement,
    Case,
    Contact,
    ContactPoint,
    Hold,
    Payment,
    PromiseToPay,
)
from forbear.records.scope import Scope, acting  # noqa: E402

CALL_SECONDS_MAX = 15
PAGE_BYTES_MAX = 300_000
SOMEBODY = re.compile(r"/desk/people/P\d+$")


@pytest.fixture
def morning(lender):
    """A list of eight, one of them with a long history; the script of calls is approved."""
    scope = Scope(lender, "tester")
    for number, name in enumerate(("张晓北", "李晓南", "王托", "赵小我", "欧阳娜娜", "周一", "吴二", "郑三")):
        member = f"P{number:06d}"
        add_person(
            lender,
            member,
            name,
            f"138000{number:05d}",
            Life(team="north", time_zone="Asia/Urumqi" if number == 0 else ""),
        )
        with acting(scope):
            Case.objects.filter(person_id=member).update(
                overdue_cents=842_000 - number * 70_000, days_past_due=15 + number * 12
            )
    past(scope)
    for each in shipped_templates():
        if (each.code, each.channel) == ("call_to_learn_the_reason", "voice_agent"):
            text = TemplateText(
                each.code, each.channel, each.purpose, each.language, each.subject, each.body, each.digest
            )
            version = propose_template(Scope(lender, "writer"), text, [])
            approve_template(Scope(lender, "approver"), each.code, each.channel, each.language, version)
    with acting(scope):
        refresh_work(lender)
    return lender


def past(scope: Scope) -> None:
    """What happened with the first two."""
    own = {"tenant_id": scope.tenant, "person_id": "P000000"}
    with acting(scope):
        for days, result, channel in (
            (3, "no_answer", "voice_agent"),
            (5, "delivered", "sms"),
            (9, "conversation", "voice_agent"),
        ):
            Contact.objects.create(
                **own, contact_id=f"C{days}", loan_id="L-P000000", at=NOON - timedelta(days=days), channel=channel, result=result,
                is_right_party=result == "conversation", state="delivered", staff_id="wang", is_fed=True,
            )  # fmt: skip
        Payment.objects.create(
            tenant_id=scope.tenant,
            payment_id="Y",
            loan_id="L-P000000",
            amount_cents=4_000,
            effective_on=TODAY - timedelta(days=4),
        )
        PromiseToPay.objects.create(
            tenant_id=scope.tenant, promise_id="W", loan_id="L-P000000", made_on=TODAY - timedelta(days=9),
            due_on=TODAY - timedelta(days=3), amount_cents=10_000, verdict="broken", paid_cents=4_000,
        )  # fmt: skip
        Act.objects.create(
            **own, act_id=uuid5(UUID(int=7), scope.tenant), loan_id="L-P000000", business_date=TODAY - timedelta(days=1),
            channel="voice_agent", purpose="collection", earliest_at=NOON - timedelta(days=1),
            latest_at=NOON - timedelta(days=1), state="refused", reason="denied",
            reason_rule="cn.cba2026.frequency.unanswered_attempts_per_day_max.voice", changed_at=NOON - timedelta(days=1),
        )  # fmt: skip
        for state, channel in (("queued", "voice_agent"), ("waits", "visit")):
            Act.objects.create(
                tenant_id=scope.tenant, person_id="P000003", act_id=uuid5(UUID(int=8), scope.tenant + channel), loan_id="L-P000003",
                business_date=TODAY, channel=channel, purpose="collection", earliest_at=NOON - timedelta(hours=2),
                latest_at=NOON + timedelta(hours=8), state=state,
            )  # fmt: skip
        Hold.objects.create(
            tenant_id=scope.tenant,
            hold_id="H",
            person_id="P000001",
            kind="dispute",
            starts_on=TODAY - timedelta(days=2),
        )
        Arrangement.objects.create(
            tenant_id=scope.tenant,
            arrangement_id="A",
            loan_id="L-P000002",
            kind="instalment_plan",
            signed_on=TODAY - timedelta(days=20),
        )
        ContactPoint.objects.create(
            **own, contact_point_id="E", kind="email", value_sealed=None, source="unknown", state="invalid"
        )
    note(
        scope,
        "P000000",
        UUID(int=9),
        "愿意还款，等工资到账。Prefers to be called after lunch, because of night shifts.",
    )


def is_sound(seat, name: str) -> None:
    """Nothing serious by the rules of accessibility, nothing that sticks out, and its picture kept."""
    seat.picture(name)
    assert seat.broken_rules() == []
    assert not seat.is_wider_than_the_screen()


def keys(seat, *pressed: str) -> int:
    for key in pressed:
        seat.page.keyboard.press(key)
    return len(pressed)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_morning_of_a_collector_by_the_keyboard(morning, sit, language):
    from console_staff import PASSWORD, hire

    wang = hire(morning, "collector", f"wang.{morning}", language=language)
    seat = sit(language=language, viewport=DESKTOP)
    seat.sign_in(wang.username, PASSWORD)
    assert seat.page.url.endswith("/desk/worklist")
    is_sound(seat, f"collector/worklist-{language}-desktop")

    keys(seat, "Enter")
    seat.page.wait_for_url("**/desk/people/P000000")
    is_sound(seat, f"collector/person-{language}-desktop")

    keys(seat, "c")
    seat.page.wait_for_url("**/calls/*")
    is_sound(seat, f"collector/call-{language}-desktop")
    began = seat.page.evaluate("performance.timeOrigin + performance.now()")
    pressed = keys(seat, "1", "y", "f", "p", "8")
    seat.picture(f"collector/call-promise-{language}-desktop")
    assert seat.broken_rules() == []
    pressed += keys(seat, "Control+Enter")
    seat.page.wait_for_url(SOMEBODY)
    seconds = (seat.page.evaluate("performance.timeOrigin + performance.now()") - began) / 1000
    print(f"\na call recorded with {pressed} keys in {seconds:.1f} s, until the next person was open")
    assert seconds < CALL_SECONDS_MAX and not seat.page.url.endswith("P000000")
    with acting(Scope(morning, "tester")):
        made = PromiseToPay.objects.exclude(promise_id="W").get()
        assert (made.amount_cents, made.due_on) == (6_000, TODAY + timedelta(days=1))

    seat.open("/desk/worklist")
    keys(seat, "s")
    seat.page.wait_for_selector("dialog[open]")
    seat.page.select_option("dialog select", "checking")
    keys(seat, "Control+Enter")
    seat.page.wait_for_selector(".said .alert.success")
    assert max(seat.bytes_by_page.values()) < PAGE_BYTES_MAX, seat.bytes_by_page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_pages_of_a_collector_fit_a_phone(morning, sit, language):
    from console_staff import PASSWORD, hire

    wang = hire(morning, "collector", f"phone.{morning}", language=language)
    seat = sit(language=language, viewport=PHONE)
    seat.sign_in(wang.username, PASSWORD)
    is_sound(seat, f"collector/worklist-{language}-phone")
    for path, name in (
        ("/desk/people?q=P0000", "people"), ("/desk/people/P000000", "person"), ("/desk/people/P000000/file", "file"),
    ):  # fmt: skip
        seat.open(path)
        is_sound(seat, f"collector/{name}-{language}-phone")
    seat.open("/desk/people/P000000")
    seat.page.click("form[action$='/call'] button")
    seat.page.wait_for_url("**/calls/*")
    is_sound(seat, f"collector/call-{language}-phone")
    seat.page.click("button[value=wrong_person]")
    seat.page.wait_for_url(SOMEBODY)


def test_what_the_law_forbids_at_night_and_the_dark(morning, sit, clock):
    from console_staff import PASSWORD, hire

    clock.move_to(NOON + timedelta(hours=11))
    wang = hire(morning, "collector", f"dark.{morning}", language="zh")
    seat = sit(language="zh", viewport=DESKTOP, dark=True)
    seat.sign_in(wang.username, PASSWORD)
    is_sound(seat, "collector/worklist-zh-dark")
    seat.open("/desk/people/P000001")
    assert seat.page.locator("form[action$='/call'] button[aria-disabled=true]").count() == 1
    keys(seat, "c")  # nothing begins
    assert seat.page.url.endswith("/desk/people/P000001")
    seat.page.click(".act details summary >> nth=0")
    is_sound(seat, "collector/forbidden-zh-dark")
    seat.open("/desk/people/P000000/file")
    seat.page.emulate_media(media="print", color_scheme="light")
    assert not seat.page.is_visible("header.bar") and not seat.page.is_visible("[data-print]")
    seat.picture("collector/file-zh-print")
