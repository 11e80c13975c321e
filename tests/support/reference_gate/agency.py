"""May this agency be given work, act, be renewed, keep files?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts

REQUESTS = {"new_work", "act", "renewal", "sub_delegation", "keep_files", "return_files"}
WORKING = {"new_work", "act"}


def agency(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether what is asked for the agency may be."""
    answer = Answer()
    request = facts["agency_request"]
    if request not in REQUESTS:
        answer.deny("cn.reading.means.known_inputs")
        return answer
    answer.permit("cn.reading.means.may_be_asked")
    # To return files is always open.
    if request == "return_files":
        return answer
    is_over = facts["is_mandate_ended"] or facts["mandate_days_past_end"] > 0
    # PIPL 21: files are returned or deleted when the mandate ends, or is void or revoked.
    if request == "keep_files":
        if is_over or not facts["has_agency_mandate"]:
            answer.deny("cn.pipl.mandate_return")
        return answer
    # PIPL 21: nothing is passed on without the lender's consent.
    is_passed_on = request == "sub_delegation" or facts["is_agency_sub_delegated"]
    if is_passed_on and not facts["lender_agrees_sub_delegation"]:
        answer.deny("cn.pipl.entrustment")
    _agency(facts, law, answer)
    # GB/T 45251 5.4: once more before the mandate ends.
    if (
        request == "renewal"
        and not facts["has_expiry_evaluation"]
        and law.holds("cn.gbt45251.evaluation_before_expiry")
    ):
        answer.deny("cn.gbt45251.evaluation_before_expiry")
    # PIPL 21: work, and passing it on, need a mandate that runs.
    if request != "renewal" and (is_over or not facts["has_agency_mandate"]):
        answer.deny("cn.pipl.entrustment")
    # PIPL 55: assessed before it is entrusted, or passed on.
    if request != "renewal" and not facts["has_impact_assessment"]:
        answer.deny("cn.pipl.impact_assessment")
    if request in WORKING:
        _work(facts, law, answer)
    return answer


def _agency(facts: Facts, law: Law, answer: Answer) -> None:
    """The agency itself, its mandate, and what was checked."""
    # CBA guideline, chapter 4: on the list, which is published; the clauses of the mandate; inspected every year.
    if not facts["is_agency_on_white_list"] and law.holds("cn.cba2026.agency.white_list"):
        answer.deny("cn.cba2026.agency.white_list")
    if not facts["is_white_list_published"] and law.holds("cn.cba2026.agency.list_published"):
        answer.deny("cn.cba2026.agency.list_published")
    if not facts["mandate_has_core_clauses"] and law.holds("cn.cba2026.agency.contract_clauses"):
        answer.deny("cn.cba2026.agency.contract_clauses")
    months = law.number("cn.cba2026.agency.inspection_months_max")
    if months is not None and facts["agency_months_since_inspection"] > months:
        answer.deny("cn.cba2026.agency.inspection_months_max")
    # GB/T 45251 5.4: evaluated every year.
    months = law.number("cn.gbt45251.agency_evaluation_months_max")
    if months is not None and facts["agency_months_since_evaluation"] > months:
        answer.deny("cn.gbt45251.agency_evaluation_months_max")
    # PIPL 21: what a mandate fixes; data regulations 12: bound by contract.
    if not facts["mandate_has_terms"]:
        answer.deny("cn.pipl.mandate_terms")
    if not facts["is_data_agreement_signed"] and law.holds("cn.data2025.entrustment"):
        answer.deny("cn.data2025.entrustment")
    # Notice on assisted lending: only partners on the list.
    is_platform = facts["actor_kind"] == "platform"
    if is_platform and not facts["is_partner_listed"] and law.holds("cn.assisted2025.partner_list"):
        answer.deny("cn.assisted2025.partner_list")
    # Internet lending measures: no agency with a record of violence.
    if facts["agency_has_violent_record"]:
        answer.deny("cn.online2020.violent_agencies")


def _work(facts: Facts, law: Law, answer: Answer) -> None:
    """What must be so before it works."""
    # CBA guideline, chapter 4: the clause on platforms was not read; a person looks.
    if facts["actor_kind"] == "platform" and law.holds("cn.cba2026.agency.platforms"):
        answer.review("cn.cba2026.agency.platforms")
    # Consumer protection measures 41: the debtor is told before; notice of 2022: and who it is that acts.
    if not facts["is_debtor_told_of_agency"]:
        if law.holds("cn.cp2022.outsourcing_notice"):
            answer.deny("cn.cp2022.outsourcing_notice")
        if facts["agency_request"] == "act" and law.holds("cn.notice2022.agency_details"):
            answer.deny("cn.notice2022.agency_details")
    # GB/T 45251 5.2: trained and examined before the work and every year.
    if not facts["has_passed_exam"] and law.holds("cn.gbt45251.training_before_work"):
        answer.deny("cn.gbt45251.training_before_work")
    months = law.number("cn.gbt45251.training_months_max")
    if months is not None and (facts["staff_months_since_training"] > months or facts["untrained_staff_count"] > 0):
        answer.deny("cn.gbt45251.training_months_max")
    # House reading: no staff with a record of violence or bad credit.
    if facts["has_excluded_staff"]:
        answer.deny("cn.reading.people.excluded_staff")
