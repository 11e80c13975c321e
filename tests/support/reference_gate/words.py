"""The words of the facts, in groups that the law treats alike."""

CALLS = {"voice_agent", "voice_bot"}
MESSENGERS = {"im_official", "im_private"}
MESSAGES = {"sms", "push", "email"} | MESSENGERS
NOT_A_CONTACT = {"none", "agency"}
COURT = "judicial"
CHANNELS = CALLS | MESSAGES | NOT_A_CONTACT | {"letter", "visit", "notice", COURT}
CLOCKED = CALLS | MESSAGES | {"visit"}
"""Calls, visits and other means; postal letters and the courts are not named (choice C12)."""

COLLECTING = {"collection", "locate"}
"""Pressing for payment, and looking for the debtor in order to."""
PURPOSES = COLLECTING | {"pre_due_reminder", "service_reply", "statutory_notice"}

GUARANTORS = {"guarantor_joint", "guarantor_general"}
OUTSIDERS = {"agreed_contact", "debt_related_third", "unrelated_third"}
FAMILY = {"spouse", "heir"}
ROLES = {"debtor", "co_debtor", "legal_representative"} | GUARANTORS | OUTSIDERS | FAMILY
ACTORS = {"lender", "agency", "platform"}

HOME_ZONES = {"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC"}
