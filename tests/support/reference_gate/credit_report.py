"""May this be reported to, asked of or shown by the credit bureau?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts


def credit_report(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the act on the credit record may be done."""
    answer = Answer()
    act = facts["credit_act"]
    if act not in ("report", "query", "show"):
        answer.deny("cn.reading.means.known_inputs")
        return answer
    answer.permit("cn.reading.means.may_be_asked")
    if act == "query":
        # Credit regulations 18 and 20: written consent and the agreed use.
        if not facts["has_query_consent"] or not facts["is_agreed_use"]:
            answer.deny("cn.credit2013.query_use")
        return answer
    if act == "report":
        # Credit regulations 15: the person is told before; 29: with written consent.
        if not facts["is_adverse_notice_sent"]:
            answer.deny("cn.credit2013.adverse_notice")
        if not facts["has_report_consent"]:
            answer.deny("cn.credit2013.report_consent")
    # Credit regulations 25: a dispute is annotated.
    if facts["has_credit_dispute"] and not facts["is_credit_dispute_annotated"]:
        answer.deny("cn.credit2013.dispute_days")
    # PIPL 8: accurate.
    if not facts["is_credit_accurate"]:
        answer.deny("cn.pipl.accuracy")
    # Credit regulations 16: five years from the end of the event.
    if facts["adverse_years_since_end"] >= law.number("cn.credit2013.adverse_years"):
        answer.deny("cn.credit2013.adverse_years")
    if act == "show" and _is_hidden(facts, law):
        answer.deny("cn.creditrepair.amount_max_cents")
    return answer


def _is_hidden(facts: Facts, law: Law) -> bool:
    """The one-off repair: small entries of its years, repaid in time."""
    if not law.holds("cn.creditrepair.amount_max_cents"):
        return False
    number = law.number
    return bool(
        facts["adverse_amount_cents"] <= number("cn.creditrepair.amount_max_cents")
        and number("cn.creditrepair.events_from")
        <= facts["adverse_event_day"]
        <= number("cn.creditrepair.events_until")
        and facts["repaid_day"] <= number("cn.creditrepair.hidden_if_repaid_by")
    )
