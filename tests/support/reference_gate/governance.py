"""What must the lender itself show?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts

SHOWN = {
    "has_governance": "cn.gbt45251.lender_responsible",
    "has_privacy_programme": "cn.gbt45251.privacy",
    "has_complaint_process": "cn.gbt45251.complaint_process",
    "has_incident_process": "cn.gbt45251.incidents",
    "has_information_sharing": "cn.gbt45251.information_sharing",
    "has_collection_control": "cn.nifa2018.control",
    "has_contract_highlights": "cn.nifa2024.contract",
    "is_scope_known": "cn.nifa2024.scope",
    "has_default_policy": "cn.personal2024.defaults",
    "has_redress": "cn.consumer.dignity",
    "has_security_programme": "cn.pipl.security",
    "has_leak_plan": "cn.pipl.incident",
    "has_fair_appraisal": "cn.nifa2024.appraisal",
    "has_time_policy": "cn.nifa2018.appropriate_times",
    "shares_warnings": "cn.cba2026.agency.shared_warnings",
    "has_agency_criteria": "cn.cba2026.agency.white_list",
    "has_inspection_scope": "cn.cba2026.agency.inspection_months_max",
    "has_evaluation_scope": "cn.gbt45251.agency_evaluation_months_max",
    "has_partner_list": "cn.assisted2025.partner_list",
    "has_model_oversight": "cn.ai2026.only_assists",
    "has_staff_confidentiality": "cn.nifa2024.hiring",
    "supervises_receivers": "cn.data2025.entrustment",
    "passes_on_leads": "cn.online2020.violent_agencies",
    "has_frequency_policy": "cn.cba2026.frequency.calls_reasonable",
}


def governance(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether what the lender must have is there."""
    answer = Answer()
    answer.permit("cn.reading.means.may_be_asked")
    # What the lender must have, on a list to be ticked off.
    for fact, clause in SHOWN.items():
        if not facts[fact] and law.holds(clause):
            answer.require(clause)
    # Card measures 66 and 67: reminders, and appraisal by more than recovery.
    if facts["product_kind"] == "card":
        if not facts["has_due_reminders"]:
            answer.require("cn.card2011.reminder")
        if not facts["is_appraisal_balanced"]:
            answer.require("cn.card2011.appraisal")
    # Card measures 66: no appraisal on recovery alone; elsewhere a person looks.
    if facts["pays_on_recovery_alone"]:
        if facts["product_kind"] == "card":
            answer.deny("cn.card2011.appraisal")
        # Guide of 2024: appraisal includes compliance.
        elif law.holds("cn.nifa2024.appraisal"):
            answer.deny("cn.nifa2024.appraisal")
        else:
            answer.review("cn.reading.people.pay")
    return answer
