"""What came of contacts, counted by hand beside what the page says."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import NAMESPACE_OID, uuid5

import pytest
import records_server

records_server.prepare()

from records_cast import NOON, TODAY  # noqa: E402

from forbear.records.models import Complaint, Contact, Payment, PromiseToPay  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402


@pytest.fixture
def lived(lender, cast):
    """Four calls and a message: two calls reach the right party, who promises once and pays once; one complaint."""
    key = {"tenant_id": lender, "direction": "out", "purpose": "collection", "state": "delivered"}
    north, south, mine = cast.north, cast.south, cast.mine
    calls = (
        ("1", north, 3, "conversation", True), ("2", south, 3, "conversation", True), ("3", mine, 3, "no_answer", False),
        ("4", mine, 2, "wrong_person", False), ("5", mine, 40, "conversation", True),
    )  # fmt: skip
    with acting(Scope(lender, "teller")):
        for number, whose, days, result, is_right in calls:
            Contact.objects.create(
                **key, contact_id=number, person_id=whose.person_id, loan_id=whose.loan_id, channel="voice_agent",
                at=NOON - timedelta(days=days), result=result, is_right_party=is_right,
            )  # fmt: skip
        Contact.objects.create(
            **key,
            contact_id="6",
            person_id=mine.person_id,
            loan_id=mine.loan_id,
            channel="sms",
            at=NOON - timedelta(days=1),
        )
        PromiseToPay.objects.create(
            tenant_id=lender, promise_id="p", loan_id=north.loan_id, made_on=TODAY - timedelta(days=3), due_on=TODAY,
            amount_cents=5_000, verdict="kept",
        )  # fmt: skip
        PromiseToPay.objects.create(
            tenant_id=lender, promise_id="q", loan_id=mine.loan_id, made_on=TODAY - timedelta(days=9), due_on=TODAY,
            amount_cents=5_000, verdict="broken",
        )  # fmt: skip
        Payment.objects.create(
            tenant_id=lender, payment_id="y", loan_id=north.loan_id, amount_cents=5_000, effective_on=TODAY
        )
        Complaint.objects.create(
            tenant_id=lender, complaint_id=uuid5(NAMESPACE_OID, lender), person_id="mine", kind="conduct",
            raised_at=NOON,
        )  # fmt: skip


def test_each_step_of_the_funnel_is_what_one_counts_by_hand(lived, staff):
    """The call of forty days ago lies outside of the thirty days."""
    lines = staff["leader"].get("/desk/portfolio/contacts.csv").content.decode().split()
    assert lines[1:] == [
        "2026-10-25,2026-11-23,voice_agent,4,3,2,1,1,1",
        "2026-10-25,2026-11-23,sms,1,0,0,0,0,0",
    ]


def test_harm_stands_beside_money(lived, staff):
    page = staff["compliance"].get("/desk/portfolio/contacts").content.decode()
    for shown in ("¥50.00", "200.0 a thousand attempts", "50.0%"):
        assert shown in page


def test_another_period_has_other_figures_and_an_empty_one_says_so(lived, staff):
    leader = staff["leader"]
    lines = leader.get("/desk/portfolio/contacts.csv?from=2026-10-01&until=2026-10-20").content.decode().split()
    assert lines[1:] == ["2026-10-01,2026-10-20,voice_agent,1,1,1,0,0,0"]
    page = leader.get(f"/desk/portfolio/contacts?from={date(2026, 1, 1)}&until={date(2026, 1, 31)}").content.decode()
    assert "Nobody was contacted in this period." in page


def test_a_team_sees_the_figures_of_its_own_people(lived, lender):
    from console_staff import hire, signed_in

    leader = signed_in(hire(lender, "leader", f"n.{lender}", reach="team", team="north"))
    lines = leader.get("/desk/portfolio/contacts.csv").content.decode().split()
    assert lines[1:] == ["2026-10-25,2026-11-23,voice_agent,1,1,1,1,1,1"]
