"""What proposals under Regulation F are about: the facts that only bite together, and their boundaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reference_gate.proposals import Proposals

OFTEN_CHANGED = frozenset(
    {
        "channel",
        "purpose",
        "recipient_role",
        "initiated_by",
        "identity_claimed",
        "is_threat_lawful_and_intended",
        "bureau_kind",
        "validation_form",
        "transfer_kind",
        "reaches_home_or_cell",
    }
)
NEAR: Mapping[str, Sequence[int]] = {
    "earliest_minute": (0, 479, 480, 481, 659, 660, 1079, 1080, 1258, 1259, 1260, 1261, 1439),
    "latest_minute": (0, 479, 480, 481, 660, 661, 1080, 1081, 1259, 1260, 1261, 1440),
    "inconvenient_from_minute": (0, 480, 629, 630, 631, 1200, 1260),
    "inconvenient_to_minute": (0, 480, 630, 631, 632, 1200, 1261, 1440),
    "candidate_ahead_least_minutes": (-180, -60, 0, 60, 180, 300),
    "candidate_ahead_most_minutes": (-180, -60, 0, 60, 180, 300, 720),
    "days_since_written": (0, 1, 13, 14, 15, 20, 30, 1000),
    "days_since_bounce": (0, 1, 5, 6, 7, 13, 14, 36500),
}
REFUSED = {
    "voice_agent": "refuses_voice",
    "sms": "refuses_sms",
    "push": "refuses_push",
    "email": "refuses_email",
    "social_private": "refuses_social",
    "letter": "refuses_letter",
    "visit": "refuses_visit",
    "portal": "is_point_refused",
}
OF_A_CREDITOR = (
    "creditor_got_email_from_consumer",
    "creditor_used_email",
    "is_creditor_notice_complete",
    "is_email_domain_public",
    "is_opt_out_period_over",
)
OF_A_COLLECTOR = ("prior_collector_got_email", "last_collector_used_email")

# Facts that only bite together: each story's facts are set at once, before the changes.
ANSWERS: Sequence[Mapping[str, Any]] = (
    {"is_reply_to_message": True},
    {"is_reply_to_message": True, "replies_used_count": 1},
    {"is_reply_to_message": True, "is_reply_in_same_medium": False},
    {"is_required_by_law": True},
    {"is_confirmation": True},
)
MEDIA: Sequence[Mapping[str, Any]] = (
    *({"channel": channel, refusal: True} for channel, refusal in REFUSED.items()),
    *({"channel": channel, refusal: True, **reply} for channel, refusal in REFUSED.items() for reply in ANSWERS),
    *({"channel": "email", "email_basis": "creditor_notice", name: False} for name in OF_A_CREDITOR),
    *({"channel": "email", "email_basis": "prior_collector", name: False} for name in OF_A_COLLECTOR),
    {"channel": "email", "email_basis": "prior_collector", "opted_out_before": True},
    {"channel": "email", "email_basis": "creditor_notice", "is_work_email": True},
    {"channel": "sms", "text_basis": "consumer_consented", "days_since_text_basis": 60},
    {"channel": "sms", "text_basis": "consumer_consented", "days_since_text_basis": 61},
    {"channel": "social_private", "is_contact_request": True, "says_from_collector": False},
    {"channel": "social_private", "recipient_role": "employer", "purpose": "locate", "shows_own_profile_name": False},
    {"channel": "letter", "recipient_role": "employer", "purpose": "locate", "mail_tells_of_collection": True},
    {"channel": "letter", "envelope_shows_more": True},
)
TIMES: Sequence[Mapping[str, Any]] = tuple(
    {**barred, **reply}
    for barred in (
        {"is_time_inconvenient": True},
        {"is_place_inconvenient": True},
        {"has_attorney": True},
    )
    for reply in ANSWERS[:3]
)
OTHER: Sequence[Mapping[str, Any]] = (
    {},
    {},
    {"recipient_role": "third_person", "purpose": "locate"},
    {"recipient_role": "employer", "purpose": "locate"},
    {"recipient_role": "household_member", "purpose": "locate"},
    {"recipient_role": "third_person", "has_third_party_consent": True},
    {"recipient_role": "household_member", "is_postjudgment": True},
    {"recipient_role": "attorney"},
    {"recipient_role": "credit_bureau", "purpose": "locate", "has_cease_request": True, "mentions_debt": True},
    {"recipient_role": "spouse"},
    {"recipient_role": "household_member", "purpose": "locate", "channel": "visit", "ma_household_count": 2},
    {"recipient_role": "household_member", "purpose": "locate", "ma_household_count": 1, "reaches_home_or_cell": False},
    {"channel": "email"},
    {"channel": "email", "email_basis": "creditor_notice"},
    {"channel": "email", "email_basis": "prior_collector"},
    {"channel": "sms"},
    {"channel": "social_private"},
    {"channel": "letter"},
    {"channel": "letter", "is_time_inconvenient": True},
    {"earliest_minute": 1350, "latest_minute": 1351, "is_reply_to_message": True, "channel": "email"},
    {"earliest_minute": 1350, "latest_minute": 1351, "is_time_convenient": True},
    {"earliest_minute": 0, "latest_minute": 1440, "candidate_ahead_most_minutes": 180},
    {"is_at_work": True, "employer_prohibits": True},
    {"has_cease_request": True, "cease_notice": "may_invoke_remedy"},
    {"has_cease_request": True, "cease_notice": "may_invoke_remedy", "is_remedy_ordinary": False},
    {"channel": "sms", "text_basis": "none"},
    {"has_cease_request": True, "cease_notice": "intends_to_invoke_remedy"},
    {"has_written_dispute": True, "purpose": "statutory_notice", "channel": "letter"},
    {"has_call_consent": True, "days_since_call_consent": 2, "calls_7_days_debt_count": 7},
    {"has_call_consent": True, "days_since_call_consent": 2, "days_since_debt_conversation": 3},
    {
        "recipient_role": "third_person",
        "purpose": "locate",
        "has_third_call_consent": True,
        "days_since_third_call_consent": 2,
        "days_since_third_conversation": 3,
    },
    {"has_spoken": False, "days_since_written": 20},
    {"has_spoken": False, "days_since_written": 20, "has_bounced": True, "days_since_bounce": 6},
    {"is_paid_or_settled": True, "transfer_kind": "to_previous_owner"},
    {"is_discharged": True, "is_sold_with_lien": True},
    {"asserts_suit": True, "is_threat_lawful_and_intended": True},
    {"asserts_repossession": True, "is_threat_lawful_and_intended": True},
    {"validation_form": "electronic", "is_in_first_communication": False, "has_e_sign_consent": True},
    {"validation_form": "oral"},
    {"is_validation_sent": False, "days_since_first_communication": 6},
    {"is_time_barred": True, "is_proof_of_claim": True},
    {"postdated_days": 6},
)
PROPOSALS = Proposals(OFTEN_CHANGED, NEAR, (), (*OTHER, *TIMES, *MEDIA))
