"""Is this complaint, dispute or request handled in time and rightly?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts

KINDS = {
    "complaint",
    "credit_dispute",
    "objection",
    "access",
    "correction",
    "deletion",
    "restriction",
    "explanation",
    "hardship",
}
RIGHTS = {"access", "correction", "deletion", "restriction", "explanation"}


def request(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it is handled as the law asks."""
    answer = Answer()
    kind = facts["request_kind"]
    if kind not in KINDS:
        answer.deny("cn.reading.means.known_inputs")
        return answer
    answer.permit("cn.reading.means.may_be_asked")
    # Late is late; where the calendar of the year is unknown, nothing is certain.
    if facts["request_is_late"]:
        answer.deny("deadline")
    if not facts["request_deadline_known"]:
        answer.deny("cn.holidays2024.published")
    # Credit regulations 25: annotated and answered in writing.
    is_annotated = facts["is_request_annotated"]
    if kind == "credit_dispute" and not (facts["is_answer_written"] and is_annotated):
        answer.deny("cn.credit2013.dispute_days")
    # Card measures 69: an objection is annotated.
    if kind == "objection" and not facts["is_request_annotated"]:
        answer.deny("cn.card2011.objection_verified")
    # PIPL 50: refusals give reasons.
    if kind in RIGHTS and not facts["is_refusal_reasoned"]:
        answer.deny("cn.pipl.rights")
    return answer
