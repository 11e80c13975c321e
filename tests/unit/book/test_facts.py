"""What the facts say of small books. That Spark says the same is tested once, on a random book: ``test_parity_of_the_day.py``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from small_books import Rows, day, due, facts_of, loan, payment

from forbear.book.facts import FactsRequest, fact_schema
from forbear.book.settings import AgeingSettings, LegalSettings, read_settings
from forbear.book.windows import CountWindow
from forbear.columns.engines.engine import Engine
from forbear.kernel.errors import BookError

TWO_DUES = [due(1, "2026-02-01", 4_000), due(2, "2026-03-01", 6_000)]


def contact(number: int, at: str, **values: Any) -> dict[str, Any]:
    """An outbound call that nobody answered, at an instant of UTC."""
    base = {"channel": "voice_agent", "direction": "out", "purpose": "collection", "result": "no_answer"}
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return {"contact_id": f"C{number}", "person_id": "P1", "at": moment, **base, **values}


def one(engine: Engine, as_of: str, *, settings: AgeingSettings | None = None, **tables: Rows) -> dict[str, Any]:
    """The facts of L1 in a book of one loan unless said otherwise."""
    tables.setdefault("loans", [loan()])
    tables.setdefault("instalments", TWO_DUES)
    return facts_of(engine, as_of, tables, settings=settings or AgeingSettings())["L1"]


def test_a_loan_due_today_is_not_overdue_and_tomorrow_it_is_one_day(duck: Engine) -> None:
    today = one(duck, "2026-02-01")
    tomorrow = one(duck, "2026-02-02")
    assert (today["days_past_due"], today["overdue_cents"], today["bucket"]) == (0, 0, "M0")
    assert (tomorrow["days_past_due"], tomorrow["overdue_cents"], tomorrow["bucket"]) == (1, 4_000, "M1")


def test_age_counts_from_the_oldest_instalment_with_something_unpaid(duck: Engine) -> None:
    facts = one(duck, "2026-03-11", payments=[payment(4_500, "2026-02-20")])
    assert facts["days_past_due"] == 10
    assert (facts["overdue_cents"], facts["oldest_unpaid_due_on"]) == (5_500, day("2026-03-01"))
    assert facts["earlier_delinquencies_count"] == 1


def test_what_is_left_within_the_tolerance_counts_as_paid(duck: Engine) -> None:
    paid = [payment(3_990, "2026-02-01"), payment(6_000, "2026-03-01", payment_id="second")]
    exact = one(duck, "2026-03-11", payments=paid)
    lenient = one(duck, "2026-03-11", payments=paid, settings=AgeingSettings(tolerance_cents=10))
    assert (exact["days_past_due"], exact["overdue_cents"]) == (10, 10)
    assert (lenient["days_past_due"], lenient["overdue_cents"], lenient["outstanding_cents"]) == (0, 0, 10)


def test_within_the_grace_nothing_is_past_due_and_after_it_every_day_counts(duck: Engine) -> None:
    settings = AgeingSettings(grace_days=3)
    assert one(duck, "2026-02-04", settings=settings)["days_past_due"] == 0
    assert one(duck, "2026-02-05", settings=settings)["days_past_due"] == 4


def test_paused_days_are_taken_off_once_and_only_within_the_overdue_interval(duck: Engine) -> None:
    holds = [
        {
            "hold_id": "H1",
            "person_id": "P1",
            "kind": "dispute",
            "starts_on": day("2026-02-05"),
            "ends_on": day("2026-02-10"),
        },
        {
            "hold_id": "H2",
            "person_id": "P1",
            "loan_id": "L1",
            "kind": "grace",
            "starts_on": day("2026-02-01"),
            "ends_on": day("2026-02-12"),
        },
        {
            "hold_id": "H3",
            "person_id": "P1",
            "kind": "hardship",
            "starts_on": day("2026-01-01"),
            "ends_on": day("2026-02-03"),
        },
    ]
    paused = [{**hold, "pauses_ageing": True} for hold in holds]
    assert one(duck, "2026-02-21", holds=paused)["paused_days"] == 11
    assert one(duck, "2026-02-21", holds=paused)["days_past_due"] == 9
    assert one(duck, "2026-02-21", holds=[{**hold, "pauses_ageing": False} for hold in holds])["days_past_due"] == 20


def test_a_pause_that_is_still_open_stands_still_and_says_so(duck: Engine) -> None:
    holds = [
        {
            "hold_id": "H1",
            "person_id": "P1",
            "kind": "moratorium",
            "starts_on": day("2026-02-11"),
            "pauses_ageing": True,
        }
    ]
    facts = one(duck, "2026-03-01", holds=holds)
    assert (facts["days_past_due"], facts["is_ageing_paused"], facts["has_moratorium"]) == (10, True, True)


def test_a_payment_counts_from_its_value_date_and_a_bounced_one_until_it_bounced(duck: Engine) -> None:
    bounced = [payment(10_000, "2026-02-01", status="reversed", reversed_on=day("2026-02-20"))]
    assert one(duck, "2026-02-10", payments=bounced)["is_open"] is False
    assert one(duck, "2026-02-20", payments=bounced)["days_past_due"] == 19
    undated = [payment(10_000, "2026-02-01", status="reversed")]
    assert one(duck, "2026-02-10", payments=undated)["days_past_due"] == 9
    assert one(duck, "2026-02-10", payments=[payment(4_000, "2026-02-11")])["overdue_cents"] == 4_000


def test_a_replay_knows_only_what_was_known_that_day(duck: Engine) -> None:
    late_news = [payment(4_000, "2026-02-03", recorded_at=datetime(2026, 2, 6, 4, tzinfo=UTC))]
    assert one(duck, "2026-02-05", payments=late_news)["days_past_due"] == 4
    assert one(duck, "2026-02-06", payments=late_news)["days_past_due"] == 0


def test_overdue_is_told_by_component_and_fees_are_paid_first(duck: Engine) -> None:
    dues = [due(1, "2026-02-01", 5_000, interest_cents=150, penalty_cents=20, fee_cents=50)]
    facts = one(duck, "2026-02-11", instalments=dues, payments=[payment(100, "2026-02-05")])
    parts = [facts[f"overdue_{part}_cents"] for part in ("fee", "penalty", "interest", "principal")]
    assert parts == [0, 0, 120, 5_000]
    assert facts["overdue_cents"] == facts["outstanding_cents"] == 5_120


def test_civil_code_example_costs_then_interest_then_principal(duck: Engine) -> None:
    dues = [due(1, "2026-02-01", 5_000_00, interest_cents=150_00, fee_cents=50_00)]
    facts = one(duck, "2026-02-11", instalments=dues, payments=[payment(1_000_00, "2026-02-05")])
    assert (facts["overdue_fee_cents"], facts["overdue_interest_cents"], facts["overdue_principal_cents"]) == (
        0,
        0,
        4_200_00,
    )


def test_a_settled_loan_is_closed_even_where_the_schedule_says_otherwise(duck: Engine) -> None:
    assert one(duck, "2026-03-10", loans=[loan(status="settled", closed_on=day("2026-03-05"))])["is_open"] is False
    assert one(duck, "2026-03-04", loans=[loan(status="settled", closed_on=day("2026-03-05"))])["is_open"] is True
    unknown = one(duck, "2026-03-04", loans=[loan(status="settled")])
    assert (unknown["is_open"], unknown["days_past_due"], unknown["overdue_cents"]) == (False, 0, 0)


def test_a_written_off_loan_is_still_owed(duck: Engine) -> None:
    facts = one(duck, "2026-03-10", loans=[loan(status="written_off", closed_on=day("2026-03-05"))])
    assert (facts["is_open"], facts["ledger_status"]) == (True, "written_off")


def test_a_loan_not_yet_disbursed_is_no_loan_yet(duck: Engine) -> None:
    tables = {"loans": [loan(disbursed_on=day("2026-06-01"))], "instalments": TWO_DUES}
    assert facts_of(duck, "2026-05-31", tables) == {}


def test_promises_are_kept_or_broken_by_what_arrived(duck: Engine) -> None:
    promises = [
        {
            "promise_id": "R1",
            "loan_id": "L1",
            "made_on": day("2026-02-05"),
            "due_on": day("2026-02-10"),
            "amount_cents": 1_000,
        },
        {
            "promise_id": "R2",
            "loan_id": "L1",
            "made_on": day("2026-02-11"),
            "due_on": day("2026-02-15"),
            "amount_cents": 1_000,
        },
        {
            "promise_id": "R3",
            "loan_id": "L1",
            "made_on": day("2026-02-16"),
            "due_on": day("2026-03-20"),
            "amount_cents": 700,
        },
        {
            "promise_id": "R4",
            "loan_id": "L1",
            "made_on": day("2026-02-16"),
            "due_on": day("2026-02-17"),
            "amount_cents": 1,
            "cancelled_on": day("2026-02-16"),
        },
    ]
    payments = [payment(1_000, "2026-02-10"), payment(999, "2026-02-15")]
    facts = one(duck, "2026-02-20", promises=promises, payments=payments)
    counted = [facts[f"promises_{state}_count"] for state in ("made", "kept", "broken")]
    assert counted == [3, 1, 1]
    assert (facts["has_open_promise"], facts["promise_due_on"], facts["promise_amount_cents"]) == (
        True,
        day("2026-03-20"),
        700,
    )
    assert facts["days_since_promise_broken"] == 5
    lenient = one(
        duck, "2026-02-20", promises=promises, payments=payments, settings=AgeingSettings(promise_kept_percent=90)
    )
    assert lenient["promises_kept_count"] == 2


def test_contacts_are_counted_by_the_persons_own_day(duck: Engine) -> None:
    # 15:30 UTC is still 23:30 of the same day in Shanghai; 16:30 UTC is half past midnight of the next.
    contacts = [
        contact(1, "2026-02-09T15:30"),
        contact(2, "2026-02-09T16:30"),
        contact(3, "2026-02-10T01:00", result="conversation"),
    ]
    windows = [
        CountWindow("unanswered_today", "unanswered_attempt", ("voice_agent", "voice_bot"), "contact_point", 1),
        CountWindow("calls_today", "effective_call", ("voice_agent",), "person", 1),
        CountWindow("attempts_two_days", "attempt", (), "person", 2),
    ]
    tables: dict[str, Rows] = {"loans": [loan()], "instalments": TWO_DUES, "contacts": contacts}
    facts = facts_of(duck, "2026-02-10", tables, windows=windows)["L1"]
    assert [facts[window.name] for window in windows] == [1, 1, 3]


def test_calls_are_counted_debt_by_debt_where_the_law_asks_for_it(duck: Engine) -> None:
    """A call about one loan counts for it alone, a call about none for all; one that reached no line counts for none."""
    dues = [*TWO_DUES, *({**due, "loan_id": "L2"} for due in TWO_DUES)]
    contacts = [
        {**contact(1, "2026-02-09T02:00"), "loan_id": "L1"},
        {**contact(2, "2026-02-09T03:00", result="voicemail"), "loan_id": "L1"},
        {**contact(3, "2026-02-09T04:00", result="busy"), "loan_id": "L1"},
        {**contact(4, "2026-02-04T02:00"), "loan_id": "L2"},
        {**contact(5, "2026-02-03T02:00"), "loan_id": "L2"},
        contact(6, "2026-02-10T02:00"),
    ]
    window = CountWindow("calls_7_days", "connected_call", ("voice_agent", "voice_bot"), "person_debt", 7)
    loans = [loan(), {**loan(), "loan_id": "L2"}]
    tables: dict[str, Rows] = {"loans": loans, "instalments": dues, "contacts": contacts}
    facts = facts_of(duck, "2026-02-10", tables, windows=[window])
    assert [facts[name]["calls_7_days"] for name in ("L1", "L2")] == [3, 2]


def test_a_name_that_is_no_zone_stays_unknown_and_days_are_then_the_books(duck: Engine) -> None:
    tables: dict[str, Rows] = {
        "loans": [loan()],
        "instalments": TWO_DUES,
        "borrowers": [{"person_id": "P1", "time_zone": "Mars/Olympus"}],
        "contacts": [contact(1, "2026-02-09T16:30")],
    }
    window = CountWindow("today", "attempt", (), "person", 1)
    facts = facts_of(duck, "2026-02-10", tables, windows=[window], legal=LegalSettings(utc_offset_minutes=480))["L1"]
    assert (facts["time_zone"], facts["utc_offset_minutes_difference"], facts["today"]) == (None, None, 1)


def test_lost_contact_needs_many_attempts_on_many_days_by_two_channels_and_silence(duck: Engine) -> None:
    calls = [
        contact(number, f"2026-02-{3 + 3 * number:02d}T03:00", channel="sms" if number % 2 else "voice_agent")
        for number in range(6)
    ]
    tables: dict[str, Rows] = {"loans": [loan()], "instalments": TWO_DUES, "contacts": calls}
    lost = facts_of(duck, "2026-02-25", tables)["L1"]
    assert lost["is_lost_contact"] is True
    assert (lost["attempts_count"], lost["attempt_days_count"], lost["channels_tried_count"], lost["days_silent"]) == (
        6,
        6,
        2,
        24,
    )
    answered = [*calls, contact(9, "2026-02-20T03:00", result="conversation", is_right_party=True)]
    assert facts_of(duck, "2026-02-25", {**tables, "contacts": answered})["L1"]["is_lost_contact"] is False
    one_channel = [{**call, "channel": "sms"} for call in calls]
    assert facts_of(duck, "2026-02-25", {**tables, "contacts": one_channel})["L1"]["is_lost_contact"] is False


def test_the_person_is_the_sum_of_his_loans(duck: Engine) -> None:
    tables: dict[str, Rows] = {
        "loans": [loan(), loan("L2"), loan("L3", "P2")],
        "instalments": [*TWO_DUES, due(1, "2026-02-11", 3_000, "L2"), due(1, "2026-06-01", 500, "L3")],
        "payments": [payment(5_000, "2026-02-12", "L2", status="in_flight")],
    }
    rows = facts_of(duck, "2026-02-21", tables)
    first = rows["L1"]
    assert first["person_overdue_cents"] == 7_000
    assert first["person_days_past_due"] == 20
    assert (first["person_loans_open_count"], first["person_loans_overdue_count"]) == (2, 2)
    assert rows["L3"]["person_overdue_cents"] == 0


def test_money_under_way_is_a_state_and_pays_nothing_yet(duck: Engine) -> None:
    flying = [payment(4_000, "2026-02-11", status="in_flight")]
    facts = one(duck, "2026-02-10", payments=flying)
    assert (facts["has_payment_in_flight"], facts["in_flight_cents"], facts["overdue_cents"]) == (True, 4_000, 4_000)
    assert one(duck, "2026-04-10", payments=flying)["has_payment_in_flight"] is False


def test_a_refusal_and_a_consent_hold_while_they_are_in_force(duck: Engine) -> None:
    given = datetime(2026, 2, 2, tzinfo=UTC)
    consents = [
        {"consent_id": "N1", "person_id": "P1", "kind": "channel_refusal", "channel": "sms", "given_at": given},
        {
            "consent_id": "N2",
            "person_id": "P1",
            "kind": "night_contact",
            "form": "individual",
            "given_at": given,
            "expires_at": given + timedelta(days=3),
        },
    ]
    soon, later = one(duck, "2026-02-03", consents=consents), one(duck, "2026-02-10", consents=consents)
    assert (soon["refuses_sms"], soon["refuses_voice"], soon["has_night_consent"]) == (True, False, True)
    assert (later["refuses_sms"], later["has_night_consent"]) == (True, False)


def test_the_best_point_is_confirmed_and_given_by_the_debtor(duck: Engine) -> None:
    points = [
        {"contact_point_id": "A", "person_id": "P1", "kind": "mobile", "source": "public_record", "state": "valid"},
        {"contact_point_id": "B", "person_id": "P1", "kind": "mobile", "source": "given_by_debtor", "state": "valid"},
        {"contact_point_id": "0", "person_id": "P1", "kind": "mobile", "source": "given_by_debtor", "state": "invalid"},
        {"contact_point_id": "E", "person_id": "P1", "kind": "email", "source": "unknown", "state": "unknown"},
    ]
    facts = one(duck, "2026-02-10", contact_points=points)
    assert (facts["mobile_point_id"], facts["mobile_point_source"], facts["email_point_id"]) == (
        "B",
        "given_by_debtor",
        "E",
    )
    assert facts["address_point_id"] is None


def test_an_arrangement_in_force_is_told_from_a_broken_one(duck: Engine) -> None:
    plan = {
        "arrangement_id": "A1",
        "loan_id": "L1",
        "kind": "instalment_plan",
        "signed_on": day("2026-02-05"),
        "ends_on": day("2026-08-05"),
    }
    kept = one(duck, "2026-02-10", arrangements=[plan])
    broken = one(duck, "2026-02-10", arrangements=[{**plan, "breached_on": day("2026-02-09")}])
    assert (kept["has_active_arrangement"], kept["arrangement_kind"], kept["is_arrangement_breached"]) == (
        True,
        "instalment_plan",
        False,
    )
    assert (
        broken["has_active_arrangement"],
        broken["is_arrangement_breached"],
        broken["arrangements_breached_count"],
    ) == (False, True, 1)
    assert one(duck, "2026-02-04", arrangements=[plan])["has_active_arrangement"] is False


def test_the_all_in_cost_is_charges_over_principal_years_and_is_held_against_the_ceiling(duck: Engine) -> None:
    dues = [due(1, "2027-01-01", 10_000, interest_cents=2_000, fee_cents=400)]
    tables: dict[str, Rows] = {"loans": [loan()], "instalments": dues}
    at = facts_of(duck, "2026-06-01", tables, legal=LegalSettings(rate_ceiling=Decimal("0.24")))["L1"]
    assert (at["all_in_annual_rate"], at["is_over_rate_ceiling"]) == (Decimal("0.240000"), False)
    tables = {"loans": [loan(all_in_rate=Decimal("0.240001"))], "instalments": dues}
    over = facts_of(duck, "2026-06-01", tables, legal=LegalSettings(rate_ceiling=Decimal("0.24")))["L1"]
    assert over["is_over_rate_ceiling"] is True
    assert facts_of(duck, "2026-06-01", tables)["L1"]["is_over_rate_ceiling"] is None


def test_people_with_nothing_due_are_not_looked_at_and_their_counts_are_unknown(duck: Engine) -> None:
    facts = one(duck, "2026-01-02", contacts=[contact(1, "2026-01-02T01:00")])
    assert facts["attempts_count"] is None
    assert facts["refuses_sms"] is None


def test_every_fact_is_defined_and_of_its_type(duck: Engine) -> None:
    facts = one(duck, "2026-02-10")
    assert list(facts) == list(fact_schema(()))


def test_buckets_are_the_lenders_own(duck: Engine) -> None:
    settings = AgeingSettings(buckets=(("C", 0), ("S1", 5), ("L1", None)))
    assert one(duck, "2026-02-06", settings=settings)["bucket"] == "S1"
    assert one(duck, "2026-02-07", settings=settings)["bucket"] == "L1"


@pytest.mark.parametrize(
    "text",
    [
        "tolerance: 3",
        "grace_days: -1",
        "buckets: [[M0, 0]]",
        "buckets: [[A, 5], [B, 5], [C, null]]",
        "- 1",
        "grace_days: 1.5",
    ],
)
def test_bad_settings_are_refused_by_key(text: str, tmp_path: Any) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(text)
    with pytest.raises(BookError):
        read_settings(path)


def test_the_moment_ends_with_the_day_in_the_books_zone() -> None:
    moment = FactsRequest(day("2026-02-10"), "Europe/Paris").moment
    assert moment.known_before == datetime(2026, 2, 10, 23, tzinfo=UTC)
