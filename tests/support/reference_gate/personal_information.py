"""May this personal information be handled so?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts

ACTS = {"collect", "use", "provide", "publish", "export", "verify_identity", "delete"}
SENSITIVE = {"financial_account", "location_track", "biometric", "health"}
HARVESTED = {"address_book", "call_log", "social_network"}
CREDIT = {"financial_account", "location_track", "communication_content", "credit", "property"}
TRANSACTION = {"ledger", "communication_record", "health", "transaction"}
SOURCES = {"person", "contract", "public", "third_party", "device"}
KINDS = SENSITIVE | HARVESTED | CREDIT | TRANSACTION | {"contact", "identity", "ledger", "other"}


def personal_information(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the information may be handled so."""
    answer = Answer()
    act, kind = facts["data_act"], facts["data_kind"]
    if act not in ACTS or kind not in KINDS:
        answer.deny("cn.reading.means.known_inputs")
        return answer
    answer.permit("cn.reading.means.may_be_asked")
    # PIPL 47: while retention runs, handling other than storage stops: nothing is deleted.
    if act == "delete":
        if facts["is_within_retention"]:
            answer.deny("cn.pipl.delete_or_restrict")
        return answer
    # PIPL 10, Criminal Law 253-1: nothing bought, and nothing of unknown origin.
    if facts["data_source"] not in SOURCES:
        answer.deny("cn.pipl.lawful_source")
    _handling(facts, law, answer)
    # PIPL 28 and 29: separate consent for the sensitive.
    if kind in SENSITIVE and not facts["has_separate_consent"]:
        answer.deny("cn.pipl.sensitive")
    # PIPL 8: accurate where it is used or given on.
    if act in ("use", "provide", "publish", "verify_identity") and not facts["is_data_accurate"]:
        answer.deny("cn.pipl.accuracy")
    # PIPL 55: assessed before.
    if (kind in SENSITIVE or act in ("provide", "publish")) and not facts["data_has_assessment"]:
        answer.deny("cn.pipl.impact_assessment")
    # PIPL 25: not public without separate consent; 23: nor provided.
    if act == "publish" and not facts["has_separate_consent"]:
        answer.deny("cn.pipl.no_publication")
    if act == "provide" and not facts["has_separate_consent"]:
        answer.deny("cn.pipl.providing")
    if act == "provide" and not facts["is_receiver_bound"] and law.holds("cn.data2025.entrustment"):
        answer.deny("cn.data2025.entrustment")
    # Face interpretation 2 and 4: not the only way.
    if act == "verify_identity" and kind == "biometric" and not facts["offers_other_verification"]:
        answer.deny("cn.face2021.not_the_only_way")
    # House reading: no harvesting.
    if kind in HARVESTED:
        answer.deny("cn.reading.people.no_harvesting")
    # Interpretation of 2017, article 5, at half of it: an export alarms.
    if act == "export" and not facts["has_export_ticket"]:
        alarm = "credit" if kind in CREDIT else "transaction" if kind in TRANSACTION else "other"
        if facts["records_exported_count"] >= law.number(f"cn.picrime2017.{alarm}_alarm"):
            answer.deny("cn.picrime2017")
    return answer


def _handling(facts: Facts, law: Law, answer: Answer) -> None:
    # PIPL 6: necessary; 13: a basis; 15: withdrawal; 17: told before.
    if not facts["is_data_necessary"]:
        answer.deny("cn.pipl.purpose")
    if not facts["has_data_basis"]:
        answer.deny("cn.pipl.contract_basis")
    if facts["has_data_consent_withdrawn"]:
        answer.deny("cn.pipl.withdrawal")
    if not facts["is_notice_given"]:
        answer.deny("cn.pipl.privacy_notice")
    # Law against telecom fraud 31: own lines.
    if not facts["data_is_own_line"] and law.holds("cn.fraud2022.lines"):
        answer.deny("cn.fraud2022.lines")
