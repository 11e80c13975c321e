"""What came of contacts, counted by hand beside what the page says; and that each figure is the length of its list."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date, timedelta
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest
import records_server

records_server.prepare()

from records_cast import NOON, TODAY, Life, add_person  # noqa: E402

from forbear.doors.console.portfolio.curves import cured_by_month  # noqa: E402
from forbear.records.daily.curves import cures, vintages  # noqa: E402
from forbear.records.models import (  # noqa: E402
    Act,
    AuditEntry,
    Case,
    Complaint,
    Consent,
    Contact,
    Hold,
    Loan,
    Payment,
    Permit,
    PromiseToPay,
    Run,
)
from forbear.records.outcomes import Asked, count_again, count_day, outcomes, promises_due, rows_behind  # noqa: E402
from forbear.records.outcomes.costs import Prices, costs_of  # noqa: E402
from forbear.records.outcomes.rows import LISTINGS, Narrowed  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

MONTH = Asked(TODAY - timedelta(days=29), TODAY, "Asia/Shanghai")


def call(lender, number, whose, days, result="no_answer", *, right=False, hours=0, **more):
    """A contact of so many days and hours before noon."""
    at = NOON - timedelta(days=days, hours=hours)
    values = {
        "channel": "voice_agent", "direction": "out", "purpose": "collection", "state": "done", "started_at": at,
        "loan_id": whose.loan_id, "is_right_party": right, "result": result,
    }  # fmt: skip
    return Contact.objects.create(
        tenant_id=lender, contact_id=number, person_id=whose.person_id, at=at, **(values | more)
    )


def pay(lender, number, loan_id, days, cents=1_000, **more):
    return Payment.objects.create(
        tenant_id=lender, payment_id=number, loan_id=loan_id, amount_cents=cents, effective_on=TODAY - timedelta(days=days), **more
    )  # fmt: skip


def promise(lender, number, loan_id, made, due, verdict, cents=5_000, **more):
    return PromiseToPay.objects.create(
        tenant_id=lender, promise_id=number, loan_id=loan_id, made_on=TODAY - timedelta(days=made), due_on=TODAY - timedelta(days=due),
        amount_cents=cents, verdict=verdict, **more,
    )  # fmt: skip


@pytest.fixture
def lived(lender, cast):
    """A month in which everything happened that could be counted wrongly."""
    north, south, mine = cast.north, cast.south, cast.mine
    abroad = add_person(lender, "abroad", "钱外币", "13500007777", Life(loan={"currency": "USD"}))
    with acting(Scope(lender, "teller")):
        call(lender, "1", north, 5, "conversation", right=True, hours=2)  # ten o'clock
        call(lender, "2", north, 5, "conversation", right=True)  # the same day at noon: what follows is this one's
        call(lender, "3", south, 3, "conversation", right=True)
        call(lender, "4", mine, 3)
        call(lender, "5", mine, 2, "wrong_person")
        call(lender, "6", mine, 2, "conversation", hours=1)  # somebody, but who?
        call(lender, "7", mine, 40, "conversation", right=True)  # before the month
        call(lender, "8", mine, 1, "met", right=True, direction="in")  # they called
        call(lender, "9", mine, 1, "wrong_person", direction="in")
        call(lender, "10", mine, 1, state="claimed")  # not begun
        call(lender, "11", mine, 1, state="failed")  # never left
        call(lender, "12", mine, 1, purpose="service_reply")  # an answer
        call(lender, "13", mine, 1, channel="sms", state="delivered")
        promise(lender, "p1", north.loan_id, 5, 0, "kept")
        promise(lender, "p2", north.loan_id, 4, 1, "broken")  # of a day without a contact
        promise(lender, "p3", south.loan_id, 3, -4, "open")
        promise(lender, "p4", mine.loan_id, 2, 0, "kept", cancelled_on=TODAY)
        promise(lender, "p5", abroad.loan_id, 9, 1, "broken", cents=7_700)
        before, after = (NOON - timedelta(days=5) + timedelta(hours=hours) for hours in (-1, 1))
        pay(lender, "y1", north.loan_id, 5, recorded_at=before)  # between her two calls
        pay(lender, "y2", north.loan_id, 5, recorded_at=after)
        pay(lender, "y3", north.loan_id, 3)
        pay(lender, "y4", south.loan_id, 3, is_fed=True)  # the day of the call, but when?
        pay(lender, "y5", south.loan_id, 4, recorded_at=NOON - timedelta(days=4))  # before the call
        pay(lender, "y6", mine.loan_id, 2)  # nobody spoke with them
        pay(lender, "y7", south.loan_id, 0, status="reversed")
        pay(lender, "y8", abroad.loan_id, 1, cents=99_900)
    return lender


@pytest.fixture
def borne(lived, cast):
    """And what people bore: complaints, refusals, contacts after what forbids them."""
    mine, south = cast.mine, cast.south
    key = {"tenant_id": lived, "person_id": mine.person_id}
    with acting(Scope(lived, "teller")):
        for n, days in enumerate((0, 1, 60)):
            Complaint.objects.create(
                **key,
                complaint_id=uuid5(NAMESPACE_OID, f"{lived}{n}"),
                kind="conduct",
                raised_at=NOON - timedelta(days=days),
            )
        for n, (kind, given, recorded) in enumerate(
            (("channel_refusal", 400, 2), ("channel_refusal", 1, None), ("night_contact", 1, 1))
        ):
            Consent.objects.create(
                **key, consent_id=f"k{n}", kind=kind, channel="sms", given_at=NOON - timedelta(days=given),
                recorded_at=recorded and NOON - timedelta(days=recorded),
            )  # fmt: skip
        Payment.objects.filter(payment_id="y6").update(accepted_at=NOON - timedelta(days=2))
        Payment.objects.exclude(payment_id="y6").update(accepted_at=NOON - timedelta(days=90))
        Hold.objects.create(
            **key, hold_id="h1", kind="dispute", starts_on=TODAY, recorded_at=NOON - timedelta(days=2, minutes=-1)
        )
        # Permitted a minute before the payment, begun an hour after it and after the hold: wrongful once, by the payment.
        permitted(lived, mine, "w1", issued=-1, began=60)
        permitted(lived, mine, "w2", issued=30, began=60)  # permitted with both known
        permitted(lived, mine, "w3", issued=-1, began=60, loan_id="L-other", hold=False)
        permitted(lived, south, "w4", issued=-1, began=60)  # somebody else
    return lived


def permitted(lender, whose, number, *, issued, began, loan_id=None, hold=True):
    """A contact with its permit, in minutes after noon of two days ago."""
    at = NOON - timedelta(days=2)
    if not hold:
        Hold.objects.filter(tenant_id=lender, hold_id="h1").update(loan_id=whose.loan_id)
    act = Act.objects.create(
        tenant_id=lender, act_id=uuid4(), person_id=whose.person_id, loan_id=loan_id or whose.loan_id, business_date=at.date(),
        channel="voice_bot", purpose="collection", earliest_at=at, latest_at=at,
    )  # fmt: skip
    permit = Permit.objects.create(
        tenant_id=lender, permit_id=uuid4(), act=act, person_id=whose.person_id, person_version=1,
        issued_at=at + timedelta(minutes=issued), expires_at=at + timedelta(days=1), verdict="allow", pack_version="x", facts_digest="x",
    )  # fmt: skip
    call(
        lender, number, whose, 2, channel="voice_bot", permit=permit, loan_id=loan_id or whose.loan_id,
        started_at=at + timedelta(minutes=began), purpose="statutory_notice",
    )  # fmt: skip


def found(lender, asked=MONTH, **scope):
    with acting(Scope(lender, "auditor", **scope)):
        return outcomes(Scope(lender, "auditor", **scope), asked, NOON)


def funnel(seen, **where) -> dict[str, int]:
    names = ("attempts", "reached", "promised", "kept", "broken", "paid", "wrong_person", "unidentified")
    return {name: seen.count(name, **where) for name in names}


FUNNEL = {
    "attempts": 7, "reached": 3, "promised": 2, "kept": 1, "broken": 0, "paid": 3, "wrong_person": 1, "unidentified": 1,
}  # fmt: skip


def test_each_step_of_the_funnel_is_what_one_counts_by_hand(lived):
    """Three payments follow a contact, each once: one between her two calls, two after the second."""
    seen = found(lived)
    assert funnel(seen) == FUNNEL
    assert funnel(seen, channel="sms") == dict.fromkeys(FUNNEL, 0) | {"attempts": 1}
    by_hour = {hour: funnel(seen, hour=hour) for hour in seen.values("hour", "attempts")}
    assert {hour: (row["attempts"], row["reached"], row["promised"], row["paid"]) for hour, row in by_hour.items()} == {
        10: (1, 1, 0, 1), 11: (1, 0, 0, 0), 12: (5, 2, 2, 2),
    }  # fmt: skip


def test_harm_is_of_the_same_people_and_days_as_the_attempts_it_is_divided_by(borne):
    """Two complaints of the period, the refusal that was taken in then, one wrong person among outbound calls."""
    seen = found(borne)
    assert [seen.count(name) for name in ("complaints", "opt_outs", "wrong_person", "attempts")] == [2, 1, 1, 7]
    assert (seen.cents("received", "CNY"), seen.count("received", currency="CNY")) == (6_000, 6)
    assert (seen.cents("received", "USD"), seen.cents("received", "EUR")) == (99_900, 0)


def test_money_counts_from_whoever_was_overdue_when_it_came(lived, cast):
    """Their case was opened by then and not yet closed."""
    with acting(Scope(lived, "teller")):
        Case.objects.filter(tenant_id=lived, person_id="north").update(closed_on=TODAY - timedelta(days=4))
        Case.objects.filter(tenant_id=lived, person_id="south").update(opened_on=TODAY - timedelta(days=3))
    assert found(lived).cents("received", "CNY") == 2_000 + 1_000 + 1_000


def test_a_contact_after_what_forbids_it_is_wrongful_once(borne):
    """By the first reason it was permitted before; of others, of other loans, and known to the permit there is none."""
    seen = found(borne)
    accepted = {reason: seen.count("accepted", reason=reason) for reason in seen.values("reason", "accepted")}
    assert accepted == {"payment": 1, "dispute": 1, "refusal": 1}
    assert {reason: seen.count("wrongful", reason=reason) for reason in accepted} == {
        "payment": 1,
        "dispute": 0,
        "refusal": 0,
    }
    assert seen.count("unpermitted") == 8  # all of the month that began outbound, whatever for: none has a permit


def test_promises_are_in_one_currency_and_those_taken_back_are_none(lived):
    with acting(Scope(lived, "auditor")):
        due, abroad = (promises_due(Scope(lived, "auditor"), MONTH, each) for each in ("CNY", "USD"))
    assert (due.counts, due.cents) == (
        {"kept": 1, "broken": 1, "open": 0},
        {"kept": 5_000, "broken": 5_000, "open": 0},
    )
    assert due.kept_share == 0.5 and due.currencies == ("CNY", "USD")
    assert (abroad.counts["broken"], abroad.cents["broken"], abroad.kept_share) == (1, 7_700, 0.0)


def test_days_that_were_counted_say_the_same_as_the_rows(borne, clock, lender):
    """Kept counts add up to what is counted at once; and counted again, a day takes in what came since."""
    scopes = ({}, {"reach": "team", "team": "north"}, {"reach": "agency", "agency_id": "agency-1"})
    live = [found(borne, **scope).counts for scope in scopes]
    assert count_again(lender, clock) == 41 and count_again(lender, clock) == 0
    kept = [found(borne, **scope) for scope in scopes]
    assert [each.counts for each in kept] == live and kept[0].counted_at == NOON
    with acting(Scope(lender, "teller")):
        PromiseToPay.objects.filter(tenant_id=lender, promise_id="p3").update(verdict="kept")
    assert found(borne).count("kept") == 1
    count_day(Scope(lender, "care"), TODAY - timedelta(days=3), clock)
    assert found(borne).count("kept") == 2


def test_days_of_too_many_rows_are_left_to_a_worker_and_said_to_be_missing(borne, clock, lender, staff, monkeypatch):
    """A page does not count a year of contacts while somebody waits; nor does it show less and keep quiet."""
    monkeypatch.setattr("forbear.records.outcomes.reading.ROWS_AT_ONCE", 3)
    assert (found(borne).counts, found(borne).days_missing) == ({}, 30)
    page = staff["leader"].get("/desk/portfolio/contacts").content.decode()
    assert "30 days of this period are not counted yet" in page
    count_again(lender, clock)
    assert (funnel(found(borne))["attempts"], found(borne).days_missing) == (7, 0)


def test_a_team_sees_the_figures_of_its_own_people_and_of_those_whose_case_is_closed(lived, lender):
    with acting(Scope(lender, "teller")):
        Case.objects.filter(tenant_id=lender, person_id="north").update(closed_on=TODAY)
    own = funnel(found(lived, reach="team", team="north"))
    assert (own["attempts"], own["reached"], own["promised"], own["paid"]) == (2, 2, 1, 3)
    assert funnel(found(lived, Asked(MONTH.first, MONTH.last, MONTH.zone, "south"), reach="team", team="north")) == own
    assert found(lived, reach="own").counts == {}


def test_every_figure_is_the_length_of_its_list(borne, lender):
    seen = found(borne)
    with acting(Scope(lender, "auditor")):
        due = promises_due(Scope(lender, "auditor"), MONTH, "CNY")
        for measure in LISTINGS:
            rows = rows_behind(Scope(lender, "auditor"), measure, MONTH, Narrowed("CNY"), 500)
            where = {"currency": "CNY"} if measure == "received" else {}
            wanted = due.counts[measure[4:]] if measure.startswith("due_") else seen.count(measure, **where)
            assert (measure, len(rows)) == (measure, wanted)
            onward, last = [], None
            while part := rows_behind(Scope(lender, "auditor"), measure, MONTH, Narrowed("CNY"), 1, last):
                onward += part
                last = (part[0]["at"], part[0]["id"])
            assert onward == rows
        by_hour = rows_behind(Scope(lender, "auditor"), "paid", MONTH, Narrowed("CNY", "voice_agent", 12), 9)
        assert [row["id"] for row in by_hour] == ["y2"]


def test_the_page_leads_from_each_figure_to_its_list_and_its_file(borne, staff):
    """Every link of the page opens; a file of few rows is handed out, and written down."""
    page = staff["leader"].get("/desk/portfolio/contacts").content.decode()
    for shown in ("¥60.00", "285.7 a thousand attempts", "50.0%", "contact.is_right_party"):
        assert shown in page
    links = {html.unescape(each) for each in re.findall(r'href="(/desk/portfolio/contacts/rows/[^"]+)"', page)}
    assert len(links) > 20
    for link in sorted(links)[:8]:
        said = staff["leader"].get(link)
        assert said.status_code == 200 and 'scope="row"' in said.content.decode(), link
    said = staff["leader"].post("/desk/portfolio/contacts/files/promised.csv?from=2026-10-25&until=2026-11-23")
    rows = list(csv.DictReader(io.StringIO(said.content.decode("utf-8-sig"))))
    assert [(row["id"], row["person_id"], row["name"]) for row in rows] == [
        ("p1", "north", "张*"),
        ("p3", "south", "李*"),
    ]
    with acting(Scope(borne, "auditor")):
        told = AuditEntry.objects.get(action="personal_data.list_exported").payload
    assert told["opened"] == {"credit": 2} and told["list"] == "promised" and told["where"]["from"] == "2026-10-25"
    assert "name" not in staff["strategist"].post("/desk/portfolio/contacts/files/promised.csv").content.decode()
    for where in ("nothing", "<script>"):
        assert staff["leader"].get(f"/desk/portfolio/contacts/rows/{where}").status_code == 404


def test_a_file_of_many_needs_a_ticket_and_raises_the_alarm(lived, cast, staff):
    """The number is the law pack's; what was taken out before on the day counts with it."""
    with acting(Scope(lived, "teller")):
        for n in range(60):
            promise(lived, f"m{n}", cast.south.loan_id, 3, 0, "kept")
    where = "/desk/portfolio/contacts/files/due_kept.csv"
    refused = staff["auditor"].post(where)
    assert refused.status_code == 422 and b"cn.picrime2017.credit_alarm.export" in refused.content
    assert staff["auditor"].post(where, {"ticket": "T-1"}).status_code == 200
    with acting(Scope(lived, "auditor")):
        kinds = ("export", "opening", "bulk_alarm")
        actions = set(AuditEntry.objects.filter(subject_kind__in=kinds).values_list("action", flat=True))
    assert actions == {
        "personal_data.export_refused",
        "personal_data.bulk_alarm",
        "personal_data.list_exported",
    }


def test_two_periods_and_two_teams_stand_side_by_side(lived, staff):
    page = (
        staff["leader"]
        .get(
            f"/desk/portfolio/contacts?from={TODAY - timedelta(days=4)}&until={TODAY}&from2={TODAY - timedelta(days=9)}"
            f"&until2={TODAY - timedelta(days=5)}&team2=north"
        )
        .content.decode()
    )
    side = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="compared"')[1].split("</table>")[0]))
    assert "Attempts 5 2 +3" in side.replace("attempts", "Attempts")
    assert "2026-11-14 – 2026-11-18 north" in side


def test_attempts_cost_what_the_playbook_says_and_nothing_is_made_up(lived, staff, lender):
    """Six calls at 4.00 and a message at 0.05, beside 60.00 received and three contacts with the right party; in USD nothing is known."""
    page = staff["leader"].get("/desk/portfolio/contacts").content.decode()
    card = page.split('id="cost"')[1].split("</section>")[0]
    for shown in ("¥24.05", "40.08%", "¥8.02", "assumptions of the playbook balanced"):
        assert shown in card
    abroad = staff["leader"].get("/desk/portfolio/contacts?currency=USD").content.decode()
    assert "Not known: the prices of acts are in CNY." in abroad and "$999.00" in abroad
    costs = costs_of(found(lived), Prices("own", "assumption", "CNY", {"voice_agent": 400}))
    assert costs.cents is None and costs.by_channel == {"sms": None, "voice_agent": 2_400}


def test_a_month_of_cases_is_followed_until_each_is_current_again(lender, cast):
    """Of three opened in October after the first run two were cured, after nine and thirty days, and one ended; one was older."""
    with acting(Scope(lender, "teller")):
        Case.objects.all().delete()
        Run.objects.create(tenant_id=lender, business_date=date(2026, 10, 1), playbook="x", law="x", state="done")
        for whose, opened, closed, reason in (
            (cast.north, date(2026, 10, 2), date(2026, 10, 11), "cured"), (cast.south, date(2026, 10, 9), date(2026, 11, 8), "cured"),
            (cast.mine, date(2026, 10, 20), date(2026, 10, 22), "settled"), (cast.placed, date(2026, 10, 1), date(2026, 10, 3), "cured"),
        ):  # fmt: skip
            Case.objects.create(
                tenant_id=lender, person_id=whose.person_id, opened_on=opened, closed_on=closed, closed_reason=reason
            )
        (row,) = cures(TODAY)
        past = [
            {"loan_id": "L-north", "days_past_due": 61, "cents": 700},
            {"loan_id": "L-south", "days_past_due": 31, "cents": 90},
        ]
        found_in = vintages(TODAY, past)
    assert [row[f"cured{days}"] for days in (7, 14, 30, 60)] == [0, 1, 2, 2]
    assert (row["opened"], row["cases"], row["settled"], row["last_on"]) == ("2026-10", 3, 1, "2026-10-20")
    (shown,) = cured_by_month([row], TODAY)
    assert shown["cured"] == {7: 0, 14: 1, 30: 2}  # the last was watched for thirty-four days
    assert {row["originated"] for row in found_in} == {"2026-05"}
    assert [sum(row[name] for row in found_in) for name in ("loans", "principal_cents")] == [4, 120_000]
    assert [sum(row[f"past{days}_cents"] for row in found_in) for days in (30, 60, 90)] == [790, 700, 0]
    assert [sum(row[f"past{days}_loans"] for row in found_in) for days in (30, 60, 90)] == [2, 1, 0]


def test_another_period_has_other_figures_and_an_empty_one_says_so(lived, staff):
    leader = staff["leader"]
    lines = leader.get("/desk/portfolio/contacts.csv?from=2026-10-01&until=2026-10-20").content.decode().split()
    assert lines[1:] == ["2026-10-01,2026-10-20,,voice_agent,12,1,1,0,0,0,0,0,0"]
    page = leader.get(f"/desk/portfolio/contacts?from={date(2026, 1, 1)}&until={date(2026, 1, 31)}").content.decode()
    assert "Nobody was contacted in this period." in page
    assert Loan.objects.using("owner").filter(tenant_id=lived, currency="USD").count() == 1
