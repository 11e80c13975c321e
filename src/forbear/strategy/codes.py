"""The words a playbook may use in its outputs. Codes are permanent."""

from __future__ import annotations

from collections.abc import Mapping

from forbear.columns.dtypes import BOOL, INT, TEXT, decimal
from forbear.columns.relation import Schema

TREATMENTS = (
    "pre_due_reminder",
    "sms_reminder",
    "push_reminder",
    "email_reminder",
    "im_reminder",
    "phone_call",
    "bot_call",
    "letter",
    "relief_offer",
    "instalment_offer",
    "grace_offer",
    "settlement_offer",
    "plan_followup",
)
RELIEF_PATHS = ("none", "relief_offer", "instalment_offer", "grace_offer", "settlement_offer")
REFERRALS = ("none", "legal_referral_candidate", "agency_candidate")
VISIT = "visit_candidate"
LEAVE_ALONE = "leave_alone"
ACT = "act"
NOTHING = "none"

CHANNELS = (NOTHING, "voice_agent", "voice_bot", "sms", "push", "email", "im_official", "letter")
PURPOSES = ("collection", "pre_due_reminder", "locate", "service_reply", "statutory_notice")
OFFERS = (NOTHING, "instalment_plan", "extension", "grace_period", "hardship_review", "plan_review", "settlement")

ALWAYS_APPROVED = (VISIT, "legal_referral_candidate", "agency_candidate")
"""What a person must approve whatever a playbook says."""

PRICES = ("push", "sms", "email", "im_official", "voice_agent", "voice_bot", "letter", "visit", "judicial", "agency")
"""Keys of the costs, harms and uplifts of a playbook: the channels, visits, and the two kinds of referral."""

CHANNEL_TREATMENTS: Mapping[str, str] = {
    "voice_agent": "phone_call",
    "voice_bot": "bot_call",
    "sms": "sms_reminder",
    "push": "push_reminder",
    "email": "email_reminder",
    "im_official": "im_reminder",
    "letter": "letter",
}
"""Treatments that are nothing but their channel: on another channel such a treatment is that channel's own."""

REFERRAL_CHANNELS: Mapping[str, str] = {"legal_referral_candidate": "judicial", "agency_candidate": NOTHING}
REFERRAL_PRICES: Mapping[str, str] = {"legal_referral_candidate": "judicial", "agency_candidate": "agency"}

ALLOWED_OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "relief_path": RELIEF_PATHS,
    "relief_offer": OFFERS,
    "referral_referral": REFERRALS,
    "treatment_treatment": TREATMENTS,
    "treatment_channel_1": tuple(channel for channel in CHANNELS if channel != NOTHING),
    "treatment_channel_2": CHANNELS,
    "treatment_channel_3": CHANNELS,
    "treatment_purpose": PURPOSES,
}
"""The values that an output may have, by decision and output."""

PROPENSITY = decimal(9, 6)

PROPOSAL_SCHEMA: Schema = {
    "loan_id": TEXT,
    "person_id": TEXT,
    "preference": INT,
    "kind": TEXT,
    "treatment": TEXT,
    "channel": TEXT,
    "template": TEXT,
    "purpose": TEXT,
    "offer": TEXT,
    "stage": TEXT,
    "reason": TEXT,
    "earliest_minute": INT,
    "latest_minute": INT,
    "needs_approval": BOOL,
    "arm": TEXT,
    "propensity": PROPENSITY,
    "value_cents": INT,
    "stage_rule": TEXT,
    "treatment_rule": TEXT,
    "visit_rule": TEXT,
    "relief_rule": TEXT,
    "leave_alone_rule": TEXT,
}
"""One row a loan and wanted act; see docs/reference/playbooks.md."""
