"""What stops collection whoever asks and by whatever means: the person, the holds, the state of the debt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.words import CO_OBLIGORS, COLLECTING, COURT, NOTHING, PLACEMENT

Facts = Mapping[str, Any]


def _collects(facts: Facts, law: Law) -> bool:
    """Whether the purpose is to collect; to look for the debtor is a step of it."""
    if facts["purpose"] == "locate":
        return not law.yields("locating_is_collecting")
    return facts["purpose"] in COLLECTING


def _presses(facts: Facts, law: Law) -> bool:
    """Whether the purpose presses for payment, a reminder included."""
    return _collects(facts, law) or facts["purpose"] == "pre_due_reminder"


def person(facts: Facts, law: Law, answer: Answer) -> None:
    """Whether the debtor himself may be spoken to."""
    if facts["channel"] in (COURT, PLACEMENT, NOTHING):
        return
    if facts["recipient_role"] != "debtor":
        # After a death a person looks at what is still asked of the others who owe.
        if facts["is_deceased"] and facts["recipient_role"] in CO_OBLIGORS and law.holds("cn.civil.heirs"):
            answer.review("cn.civil.heirs")
        return
    # Civil Code 1161: after a death the heirs answer; a dead person is not dunned.
    if facts["is_deceased"] and law.holds("cn.civil.heirs"):
        answer.deny("cn.civil.heirs")
    # Civil Code 20 to 23: without full capacity he acts through his guardian.
    if (facts["legal_capacity"] != "full" or facts["is_minor"]) and law.holds("cn.civil.guardian_acts"):
        answer.deny("cn.civil.guardian_acts")
    # A lawyer or other representative is on file: a person decides about any contact with the debtor himself.
    if facts["has_representative"]:
        answer.review("cn.reading.stops.representative")


def holds(facts: Facts, law: Law, answer: Answer) -> None:
    """Orders, disputes and holds."""
    # Public Security Administration Punishments Law 50 and any other authority: all channels but the courts.
    if facts["has_no_contact_order"] and facts["channel"] not in (COURT, PLACEMENT, NOTHING):
        answer.deny("cn.reading.stops.no_contact_order")
    if not _presses(facts, law) or facts["channel"] == NOTHING:
        return
    if facts["channel"] in (COURT, PLACEMENT) and law.yields("holds_on_court_and_placement"):
        return
    # While the person says that the loan is not his, he is not pressed for it.
    if facts["has_identity_theft"]:
        answer.deny("cn.reading.stops.identity_theft")
    # While the person disputes the debt, collection rests.
    if facts["has_dispute"]:
        answer.deny("cn.reading.stops.dispute")
    # Card measures 69: an objection is annotated and verified.
    if facts["has_dispute"] and facts["product_kind"] == "card" and not facts["is_objection_annotated"]:
        answer.deny("cn.card2011.objection_verified")
    # Holds that stop collection while they last.
    if (
        facts["has_bankruptcy"]
        or facts["has_moratorium"]
        or facts["has_bereavement"]
        or facts["has_hardship"]
        or facts["has_grace"]
        or facts["has_settled_elsewhere"]
    ):
        answer.deny("cn.reading.stops.hold")
    # In court, or with a complaint open, a person decides about any contact to collect.
    if facts["has_legal"] or facts["has_complaint"]:
        answer.review("cn.reading.stops.person_decides")


def debt(facts: Facts, law: Law, answer: Answer) -> None:
    """Whether there is something to collect."""
    if facts["channel"] == NOTHING:
        return
    purpose = facts["purpose"]
    collects = _collects(facts, law)
    is_owed = facts["is_open"] and facts["ledger_status"] not in ("settled", "cancelled")
    # PIPL 6: a contact to collect what is not owed has no purpose.
    if collects and not (is_owed and facts["overdue_cents"] > 0):
        answer.deny("cn.pipl.purpose")
    # Choice C11: a reminder needs an instalment that is still to come due.
    if purpose == "pre_due_reminder" and not (is_owed and facts["days_to_next_due"] >= 0):
        answer.deny("cn.reading.stops.reminder")
    if not collects:
        return
    is_kept = facts["has_active_arrangement"] and not facts["is_arrangement_breached"]
    # Card measures 70: a signed plan stops collection unless broken.
    if is_kept and facts["product_kind"] == "card":
        answer.deny("cn.card2011.plan_stops_collection")
    # On any product.
    if is_kept:
        answer.deny("cn.reading.stops.arrangement")
    # Payments under way that cover what is overdue; where they cover a part, less is owed than the ledger says.
    if facts["has_payment_in_flight"]:
        if facts["in_flight_cents"] >= facts["overdue_cents"]:
            answer.deny("cn.reading.stops.payment_in_flight")
        else:
            answer.warn("cn.reading.stops.payment_in_flight")
