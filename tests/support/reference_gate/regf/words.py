"""The words of the facts under Regulation F, in groups that the text treats alike."""

CALLS = {"voice_agent", "voice_bot"}
ELECTRONIC = {"sms", "push", "email", "social_private"}
"""E-mail, text messages and other electronic media; what the public can see is barred altogether."""
PUBLIC = "social_public"
MAIL = {"letter", "postcard"}
NOTHING = "none"
"""Leaving a person alone."""
COURT = "judicial"
TIMED = CALLS | ELECTRONIC | {PUBLIC, "visit", "portal", "notice"}
"""What reaches the person at its hour; mail is read when it is read (comment 6(b)(1)(i)-1)."""
CHANNELS = TIMED | MAIL | {COURT, NOTHING}

COLLECTING = {"collection", "locate"}
PURPOSES = COLLECTING | {"service_reply", "statutory_notice", "pre_due_reminder"}

CONSUMERS = {"debtor", "co_debtor", "spouse", "parent_of_minor", "guardian", "executor", "successor"}
"""Who counts as the consumer (1006.6(a))."""
PROFESSIONALS = {"attorney", "creditor", "creditor_attorney", "collector_attorney", "credit_bureau"}
"""Who may hear of the debt besides (1006.6(d)(1)), and to whom calls are not counted (1006.14(b)(3)(iii))."""
OTHERS = {"third_person", "employer", "household_member"}
ROLES = CONSUMERS | PROFESSIONALS | OTHERS
