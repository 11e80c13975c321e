"""May this record be deleted, or kept?"""

from __future__ import annotations

from reference_gate.answer import Answer, Duty, hold_to
from reference_gate.law import Law
from reference_gate.stops import Facts

OF_COLLECTING = {
    "collection_record",
    "call_recording",
    "visit_recording",
    "message_record",
    "oral_plan_recording",
    "demand_evidence",
}
"""What records how a debt was collected."""
OF_HANDLING = {"impact_assessment", "processing_record"}
FOR_THE_PURPOSE = {"contract", "consent_record", "contact_person_data", "location_data", "other"}
"""What no rule keeps for so many months: it is needed while something is owed."""
BY_CONSENT = {"contact_person_data", "location_data"}
PROOF = {"demand_evidence", "oral_plan_recording", "contract"}
"""What proves a demand, or what was agreed."""
KINDS = OF_COLLECTING | OF_HANDLING | FOR_THE_PURPOSE | {"entrustment_log", "adverse_credit"}


def retention(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether what is proposed may be done with the record."""
    answer = Answer()
    act = facts["retention_act"]
    if act == "delete":
        answer.permit("cn.reading.retention.delete")
        _delete(facts, law, answer)
    elif act == "keep":
        answer.permit("cn.reading.retention.keep")
        _keep(facts, given, law, answer)
    return answer


def _months(facts: Facts, law: Law) -> int:
    """How many months the record is kept at least: the longest of the periods that apply (choice C9)."""
    kind, periods = facts["record_kind"], []
    if kind in OF_COLLECTING:
        # Card measures 68: two years; the pact: five years for every other loan; consumer finance measures: five years.
        is_card = facts["product_kind"] == "card"
        periods.append("cn.card2011.retention_months_min" if is_card else "cn.nifa2018.retention_months_min")
        if facts["lender_type"] == "consumer_finance":
            periods.append("cn.consumer_finance2024.retention_months_min")
    # PIPL 56: three years; data regulations 12: three years.
    if kind in OF_HANDLING:
        periods.append("cn.pipl.assessment_months_min")
    if kind == "entrustment_log":
        periods.append("cn.data2025.entrustment_log_months_min")
    return max((law.number(period) or 0 for period in periods), default=0)


def _until_settled(facts: Facts) -> bool:
    """Whether it is kept until nothing is owed any more, and something is."""
    # Card measures 70: the recording of an oral plan; Civil Code 195: what proves that the period was interrupted.
    return bool(facts["is_open"] and facts["record_kind"] in PROOF)


def _is_held(facts: Facts) -> bool:
    """Whether proceedings need it, so that it may be kept beyond its time."""
    return bool(facts["has_legal_hold"] or facts["is_record_in_court"])


def _delete(facts: Facts, law: Law, answer: Answer) -> None:
    # Deleting cannot be undone: nothing of an unknown kind.
    if facts["record_kind"] not in KINDS:
        answer.deny("cn.reading.retention.known_kinds")
    if facts["record_age_months"] < _months(facts, law):
        answer.deny("cn.reading.retention.longest_period")
    if _until_settled(facts):
        answer.deny("cn.reading.retention.limitation_evidence")
    # Credit reporting regulation 16: five years from the end of the event; what is wrong goes at once (PIPL 8).
    if (
        facts["record_kind"] == "adverse_credit"
        and facts["event_ended_years"] < law.number("cn.credit2013.adverse_years")
        and not facts["is_record_wrong"]
    ):
        answer.deny("cn.credit2013.adverse_years")
    # What may be needed in proceedings is not deleted.
    if facts["has_legal_hold"] or facts["has_legal"]:
        answer.deny("cn.reading.retention.legal_hold")
    # While a dispute or a complaint is open a person decides.
    if facts["has_dispute"] or facts["has_complaint"]:
        answer.review("cn.reading.retention.open_matter")


def _keep(facts: Facts, given: Facts, law: Law, answer: Answer) -> None:
    kind = facts["record_kind"]
    if kind == "adverse_credit":
        if facts["is_record_wrong"]:
            answer.deny("cn.pipl.accuracy")
        if facts["event_ended_years"] >= law.number("cn.credit2013.adverse_years") and not _is_held(facts):
            answer.deny("cn.credit2013.adverse_years")
    elif kind in KINDS:
        _over(facts, _months(facts, law), answer)
    if not facts["has_deletion_request"]:
        return
    # PIPL 47: what was handled with consent is deleted when it is withdrawn.
    if kind in BY_CONSENT and not _is_held(facts):
        answer.deny("cn.pipl.delete_or_restrict")
    # Whatever is kept all the same is only stored and protected.
    restricted = Duty(
        "restrict_processing",
        "cn.pipl.delete_or_restrict",
        ("is_processing_restricted", "has_deletion_request"),
        facts["is_processing_restricted"],
    )
    hold_to(answer, restricted, given)


def _over(facts: Facts, months: int, answer: Answer) -> None:
    """PIPL 19: no longer than its purpose needs; a necessity that is on record is judged by a person."""
    is_needed = facts["is_open"] if facts["record_kind"] in FOR_THE_PURPOSE else facts["record_age_months"] < months
    if is_needed or _until_settled(facts) or _is_held(facts):
        return
    # PIPL 47: whoever asks for deletion when nothing asks to keep it any more is heard, whatever the lender would like.
    if facts["has_deletion_request"] and not facts["is_open"]:
        answer.deny("cn.pipl.delete_or_restrict")
    if facts["has_retention_reason"]:
        answer.review("cn.pipl.shortest_retention")
    else:
        answer.deny("cn.pipl.shortest_retention")
