"""The words of the facts, in groups that the law treats alike."""

CALLS = {"voice_agent", "voice_bot"}
MESSENGERS = {"im_official", "im_private"}
MESSAGES = {"sms", "push", "email"} | MESSENGERS
NOTHING = "none"
"""Leaving a person alone."""
PLACEMENT = "agency"
"""Handing the loan to an agency."""
COURT = "judicial"
CONTACTS = CALLS | MESSAGES | {"letter", "visit", "notice"}
CLOCKED = CALLS | MESSAGES | {"visit", "notice"}
"""Calls, visits and other means; postal letters and the courts are not named (choice C12)."""

CHANNELS = CONTACTS | {NOTHING, PLACEMENT, COURT}

COLLECTING = {"collection", "locate"}
"""Pressing for payment, and looking for the debtor in order to."""
PURPOSES = COLLECTING | {"pre_due_reminder", "service_reply", "statutory_notice"}

PRESSING = COLLECTING | {"pre_due_reminder"}
"""A reminder is no collection, and yet presses (choice C11)."""

GUARANTORS = {"guarantor_joint", "guarantor_general"}
CO_OBLIGORS = {"co_debtor", "guarantor_joint"}
OUTSIDERS = {"agreed_contact", "debt_related_third", "unrelated_third"}
FAMILY = {"spouse", "heir"}
ROLES = {"debtor", "co_debtor", "legal_representative"} | GUARANTORS | OUTSIDERS | FAMILY
ACTORS = {"lender", "agency", "platform"}

HOME_ZONES = {"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC"}
