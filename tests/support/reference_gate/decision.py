"""May this automated decision stand?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts


def decision(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the decision stands."""
    answer = Answer()
    if facts["decision_effect"] not in ("minor", "major"):
        answer.deny("cn.reading.means.known_inputs")
        return answer
    answer.permit("cn.reading.means.may_be_asked")
    is_major = facts["decision_effect"] == "major"
    # PIPL 24: the person may refuse a decision of great weight made by automation alone.
    # whatever its weight, a request for a person's decision is heard; a weighty one is looked at unasked.
    if facts["has_review_request"] and not facts["has_human_reviewer"]:
        answer.deny("cn.pipl.not_by_machine_alone")
    if is_major and facts["is_automated_only"] and not facts["has_human_reviewer"]:
        answer.review("cn.pipl.not_by_machine_alone")
    # PIPL 24: explained on demand, so that an explanation is kept with a weighty decision.
    if (is_major or facts["is_explanation_asked"]) and not facts["is_explanation_stored"]:
        answer.deny("cn.pipl.explain_on_demand")
    # PIPL 24: no difference without reason; a person looks.
    if facts["uses_unrelated_attribute"]:
        answer.review("cn.pipl.fair_automation")
    # CBA guideline, chapter 6: fair and reliable models.
    if not facts["has_fairness_report"] and law.holds("cn.cba2026.technology.fair_models"):
        answer.deny("cn.cba2026.technology.fair_models")
    # PIPL 55: assessed before.
    if not facts["decision_has_assessment"]:
        answer.deny("cn.pipl.impact_assessment")
    # Notice 8 of 2026, item 22: in scenes of high risk a model that cannot be explained only assists, overseen by a person.
    if (
        facts["is_high_risk_scene"]
        and not facts["is_model_explainable"]
        and not facts["has_human_reviewer"]
        and law.holds("cn.ai2026.only_assists")
    ):
        answer.deny("cn.ai2026.only_assists")
    return answer
