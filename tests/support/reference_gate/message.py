"""May this message say this?"""

from __future__ import annotations

from collections.abc import Iterator

from reference_gate.answer import Answer, Duty, hold_to
from reference_gate.law import Law
from reference_gate.stops import Facts
from reference_gate.words import CALLS, CONTACTS, MESSAGES, OUTSIDERS

IDENTITIES = {"own", "lender", "agency_for_lender", "agency", "agency_as_lender", "none"}
BODIES = {"court", "procuratorate", "police", "government"}
OTHER_NAMES = {"law_firm", "credit_bureau"}
ACCOUNTS = {"designated", "none", "collector_personal", "agency_account", "other"}
ADVERTISEMENTS = {"none", "new_loan", "other_product", "restructuring"}
THREATS = (
    "arrest",
    "detention",
    "criminal_liability",
    "violence",
    "intimidation",
    "seizure",
    "family_consequences",
    "blacklist",
)
"""What intimidates or threatens; to speak of arrest or punishment for a civil debt does."""
SHAMING = ("inform_employer", "inform_family", "inform_contacts", "publish")
ABUSE = ("insult", "fraud_accusation")
MISLEADING = (
    "court_will_force",
    "spending_restriction",
    "false_promise",
    "misleading",
    "exaggerated_amount",
    "exaggerated_nature",
    "exaggerated_consequence",
)
PRESSED = ("new_borrowing", "fundraising")
OWERS = {"debtor", "co_debtor", "guarantor_joint", "guarantor_general", "legal_representative"}
DISCLOSURES = ("debt", "amount", "overdue")


def message(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may be said, and what it still needs."""
    answer = Answer()
    # A message about a debt that says nothing forbidden serves the contract.
    answer.permit("cn.reading.message.lawful")
    _words(facts, law, answer)
    _identity(facts, law, answer)
    _money(facts, law, answer)
    _disclosure(facts, law, answer)
    _advertising(facts, law, answer)
    for duty in _duties(facts, law):
        hold_to(answer, duty, given)
    return answer


def _asserts(facts: Facts, words: tuple[str, ...]) -> bool:
    return any(facts[f"message_asserts_{word}"] for word in words)


def _words(facts: Facts, law: Law, answer: Answer) -> None:
    # Pact 16, Criminal Law 293, CBA guideline: no intimidation, threats or abuse.
    if _asserts(facts, THREATS + SHAMING + ABUSE):
        answer.deny("cn.nifa2018.civil_conduct")
    # CBA guideline, red lines: nothing misleading, invented or exaggerated.
    if _asserts(facts, MISLEADING) and law.holds("cn.cba2026.content.no_misleading"):
        answer.deny("cn.cba2026.content.no_misleading")
    # Consumer protection measures 41: no fraud.
    if _asserts(facts, ("fraud",)) and law.holds("cn.cp2022.no_violence"):
        answer.deny("cn.cp2022.no_violence")
    # CBA guideline, red lines: nobody is induced to borrow anew or to raise funds.
    if _asserts(facts, PRESSED) and law.holds("cn.cba2026.content.no_new_borrowing"):
        answer.deny("cn.cba2026.content.no_new_borrowing")
    # Pact 19: no extra fee.
    if _asserts(facts, ("extra_fee",)):
        answer.deny("cn.nifa2018.no_extra_fees")
    # That unpaid debt is reported is said accurately and with its source, or not.
    if facts["message_asserts_credit_report"] and not facts["message_asserts_credit_report_accurate"]:
        answer.deny("cn.reading.message.credit_statement")
    # A suit that is not filed is not claimed.
    if (
        facts["message_asserts_lawsuit_filed"]
        and not facts["is_suit_filed"]
        and law.holds("cn.cba2026.content.no_misleading")
    ):
        answer.deny("cn.cba2026.content.no_misleading")
    # Civil Code 192: after the time the debtor may refuse; enforceability is not claimed.
    if facts["is_time_barred"] and _asserts(facts, ("enforceable", "court_will_force", "lawsuit")):
        answer.deny("cn.civil.time_barred")
    # Criminal Law 293-1, in the stricter reading: an unlawful debt is not collected at all.
    if facts["is_debt_unlawful"]:
        answer.deny("cn.criminal.illegal_debt")


def _identity(facts: Facts, law: Law, answer: Answer) -> None:
    claimed = facts["message_identity_claimed"]
    if claimed not in IDENTITIES | BODIES | OTHER_NAMES:
        answer.deny("cn.reading.message.known_codes")
    # CBA guideline, red lines; consumer protection measures 41: not in the name of a public body.
    if claimed in BODIES:
        answer.deny("cn.cp2022.no_impersonation")
    # CBA guideline, red lines: an agency not in the lender's name; nobody in another's name.
    if claimed == "agency_as_lender" or (claimed == "lender" and facts["actor_kind"] != "lender"):
        answer.deny("cn.cba2026.agency.not_as_lender")
    # House reading: who speaks says who he is, an agency also for whom.
    if claimed in ("none", "agency") or (claimed == "agency_for_lender" and facts["actor_kind"] == "lender"):
        answer.deny("cn.reading.message.sender")
    if claimed in OTHER_NAMES:
        answer.deny("cn.cba2026.content.no_misleading")


def _money(facts: Facts, law: Law, answer: Answer) -> None:
    stated, owed = facts["message_amount_stated_cents"], facts["message_amount_ledger_cents"]
    # CBA guideline: not exaggerated; below the ledger misleads as well.
    if stated > 0 and stated != owed:
        answer.deny("cn.reading.message.amount")
    account = facts["message_pay_account"]
    # Pact 19: to the designated account only.
    if account not in ACCOUNTS:
        answer.deny("cn.reading.message.known_codes")
    elif account not in ("designated", "none"):
        answer.deny("cn.nifa2018.designated_account")


def _discloses(facts: Facts) -> bool:
    return any(facts[f"message_discloses_{what}"] for what in DISCLOSURES)


def _disclosure(facts: Facts, law: Law, answer: Answer) -> None:
    role = facts["recipient_role"]
    tells = _discloses(facts) or facts["message_discloses_personal_data"]
    is_outside = role in OUTSIDERS or (role == "spouse" and not facts["spouse_is_liable"])
    # Pact 18, GB/T 45251 5.3, CBA guideline: the debt is told to nobody but those who owe.
    by_standard = role == "agreed_contact" and law.holds("cn.gbt45251.debt_not_disclosed")
    may_be_told = facts["has_disclosure_consent"] and not by_standard
    if is_outside and tells and not may_be_told:
        answer.deny("cn.nifa2018.debt_not_disclosed")
    # Others can read or hear it.
    if facts["message_is_open_to_others"]:
        answer.deny("cn.nifa2018.debt_not_disclosed")
    # PIPL 25: not public without separate consent.
    if facts["message_is_public"] and not facts["has_publication_consent"]:
        answer.deny("cn.pipl.no_publication")
    # Nothing of a debt to a point of a wrong person; a message is taken to say something of it.
    if facts["is_wrong_person_point"]:
        answer.deny("cn.reading.message.right_person")


def _advertising(facts: Facts, law: Law, answer: Answer) -> None:
    advertised = facts["message_advertises"]
    if advertised not in ADVERTISEMENTS:
        answer.deny("cn.reading.message.known_codes")
    # Consumer Protection Law 29: no commercial message without consent.
    if advertised != "none" and not facts["has_marketing_consent"]:
        answer.deny("cn.consumer.no_marketing")
    # CBA guideline, red lines: whether a new loan that he agreed to hear of induces him to borrow anew is for a person.
    if advertised == "new_loan" and law.holds("cn.cba2026.content.no_new_borrowing"):
        answer.review("cn.cba2026.content.no_new_borrowing")
    # PIPL 24: marketing by automated decision offers an easy refusal.
    if advertised != "none" and facts["message_is_automated_choice"] and not facts["message_has_easy_refusal"]:
        answer.deny("cn.pipl.marketing_opt_out")


def _duties(facts: Facts, law: Law) -> Iterator[Duty]:
    def needs(field: str, clause: str, *more: str) -> Duty:
        return Duty(field, clause, (f"message_has_{field}", *more), facts[f"message_has_{field}"])

    # Card measures 69: what a collection letter contains.
    is_letter = facts["channel"] in ("letter", "email")
    if facts["product_kind"] == "card" and is_letter and facts["purpose"] == "collection":
        for field in (
            "name",
            "balance",
            "reason",
            "legal_basis",
            "rights",
            "query",
            "repay",
            "object",
            "issuer_contact",
            "seal",
        ):
            yield needs(field, "cn.card2011.letter_contents", "product_kind")
    # House reading: what an electronic message contains.
    if facts["channel"] in MESSAGES and facts["purpose"] == "collection" and facts["recipient_role"] in OWERS:
        for field in ("sender", "debt", "balance", "due", "repay", "query", "object"):
            yield needs(field, "cn.reading.message.fields")
    # Notice of 2022 on cards: the customer is given the agency's details.
    if (
        facts["actor_kind"] == "agency"
        and facts["product_kind"] == "card"
        and law.holds("cn.notice2022.agency_details")
    ):
        yield needs("agency", "cn.notice2022.agency_details", "actor_kind", "product_kind")
    # Pact 15: the institution is stated; an agency also says for whom.
    if facts["channel"] not in CONTACTS:
        return
    yield Duty("identity", "cn.nifa2018.institution_stated", ("states_identity",), facts["states_identity"])
    if facts["actor_kind"] == "agency" and law.holds("cn.cba2026.agency.not_as_lender"):
        yield Duty("mandate", "cn.reading.message.sender", ("states_mandate", "actor_kind"), facts["states_mandate"])
    # GB/T 45251 5.3, CBA guideline: the script discloses nothing to a contact person.
    if facts["recipient_role"] in OUTSIDERS:
        for clause in ("cn.gbt45251.debt_not_disclosed", "cn.cba2026.people.no_disclosure"):
            if law.holds(clause):
                yield Duty("disclose", clause, ("discloses_no_debt", "recipient_role"), facts["discloses_no_debt"])
    # Before the debt is named the person is made sure of.
    if facts["channel"] in CALLS | {"visit"}:
        yield Duty(
            "confirm",
            "cn.reading.message.right_person",
            ("message_person_is_confirmed",),
            facts["message_person_is_confirmed"],
        )
