"""What proposals under the law of the mainland are about: the facts that only bite together, and their boundaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from reference_gate.proposals import Proposals

OFTEN_CHANGED = {
    "channel",
    "purpose",
    "recipient_role",
    "actor_kind",
    "initiated_by",
    "agency_request",
    "allocation_agreed",
    "allocation_used",
    "arrangement_kind",
    "charge_kind",
    "charge_payee",
    "credit_act",
    "data_act",
    "data_kind",
    "decision_effect",
    "lender_type",
    "referral_kind",
    "request_kind",
    "record_kind",
    "retention_act",
    "product_kind",
    "visit_place",
}
"""What the proposal is about: changed in half of all rows, so that every rule meets its own cases."""

NEAR: Mapping[str, Sequence[int]] = {
    "earliest_minute": (0, 479, 480, 481, 599, 1019, 1020, 1200, 1229, 1230, 1231, 1304, 1305, 1319, 1320, 1321, 1439),
    "latest_minute": (0, 480, 481, 482, 600, 631, 1021, 1231, 1260, 1305, 1306, 1319, 1320, 1321, 1440),
    "planned_minutes": (0, 1, 2, 15, 30, 90, 839, 840, 841, 1440),
    "utc_offset_minutes_difference": (
        -1440,
        -960,
        -840,
        -780,
        -480,
        -60,
        -1,
        0,
        1,
        60,
        240,
        330,
        480,
        600,
        720,
        839,
        840,
    ),
}
"""Boundaries that the statutes' own numbers do not give."""
RATES = tuple(
    Decimal(rate) + step
    for rate in ("0.030000", "0.120000", "0.156000", "0.180000", "0.240000", "0.360000")
    for step in (Decimal("-0.000001"), Decimal(0), Decimal("0.000001"))
)
"""Around the ceilings, and around the bands of the base contract rate."""

# Facts that only bite together: each story's facts are set at once, before the changes.
STORIES: Sequence[Mapping[str, Any]] = (
    {},
    {},
    {"actor_kind": "agency"},
    {"channel": "visit"},
    {"channel": "visit", "stays_outside": False, "has_home_entry_consent": True},
    {"channel": "visit", "visit_place": "office", "stays_outside": False, "has_office_entry_consent": True},
    {"recipient_role": "heir", "is_deceased": True, "heir_demand_cents": 5000, "heir_estate_cents": 5000},
    {
        "recipient_role": "agreed_contact",
        "purpose": "locate",
        "is_lost_contact": True,
        "is_debtor_number_invalid": True,
    },
    {
        "recipient_role": "agreed_contact",
        "purpose": "locate",
        "is_lost_contact": True,
        "failed_calls_earlier_day_count": 3,
    },
    {"recipient_role": "agreed_contact", "purpose": "locate", "is_deceased": True},
    {"recipient_role": "legal_representative", "legal_capacity": "none"},
    {"recipient_role": "legal_representative", "is_minor": True},
    {"recipient_role": "spouse", "spouse_is_liable": True},
    {"recipient_role": "guarantor_general", "is_general_guarantor_callable": True},
    {"recipient_role": "unrelated_third", "purpose": "service_reply", "initiated_by": "counterparty"},
    {"purpose": "service_reply", "initiated_by": "counterparty"},
    {"purpose": "pre_due_reminder", "overdue_cents": 0, "days_past_due": 0},
    {"purpose": "statutory_notice", "channel": "letter"},
    {"earliest_minute": 1350, "latest_minute": 1351},
    {"earliest_minute": 1350, "latest_minute": 1351, "has_night_consent": True},
    {"earliest_minute": 1350, "latest_minute": 1351, "has_boilerplate_night_consent": True},
    {"earliest_minute": 0, "latest_minute": 1440, "planned_minutes": 30},
    {"time_zone": "America/New_York", "utc_offset_minutes_difference": -780},
    {
        "time_zone": "Europe/London",
        "utc_offset_minutes_difference": -480,
        "earliest_minute": 480,
        "latest_minute": 1320,
    },
    {"has_active_arrangement": True, "is_arrangement_breached": True},
    {"has_payment_in_flight": True, "in_flight_cents": 120000},
    {"product_kind": "card", "has_dispute": True, "is_objection_annotated": True},
    {
        "retention_act": "delete",
        "record_kind": "call_recording",
        "product_kind": "card",
        "lender_type": "consumer_finance",
        "record_age_months": 30,
    },
    {"record_kind": "oral_plan_recording", "record_age_months": 80, "is_open": False},
    {"record_kind": "demand_evidence", "record_age_months": 80, "is_open": False, "has_retention_reason": True},
    {"has_retention_reason": True, "record_age_months": 80},
    {"has_deletion_request": True, "record_age_months": 80, "is_open": False},
)

PROPOSALS = Proposals(frozenset(OFTEN_CHANGED), NEAR, RATES, STORIES)
