"""What must be done, or seen to, while contacting."""

from __future__ import annotations

from collections.abc import Iterator

from reference_gate.answer import Duty
from reference_gate.law import Law
from reference_gate.stops import Facts
from reference_gate.words import CALLS, CONTACTS, OUTSIDERS, PLACEMENT


def duties(facts: Facts, law: Law) -> Iterator[Duty]:
    """The duties that come with the channel, the recipient and who acts."""
    # Consumer protection measures 41: the debtor is told before collection is outsourced.
    if facts["channel"] == PLACEMENT and law.holds("cn.cp2022.outsourcing_notice"):
        yield Duty(
            "tell_debtor_of_agency",
            "cn.cp2022.outsourcing_notice",
            ("is_debtor_told_of_agency",),
            facts["is_debtor_told_of_agency"],
        )
    if facts["channel"] not in CONTACTS:
        return
    yield from _of_anyone(facts, law)
    # Law against telecom fraud: no number but one's own is shown, by call or by message port.
    if facts["channel"] in CALLS | {"sms"} and law.holds("cn.fraud2022.true_caller"):
        yield Duty("show_own_number", "cn.fraud2022.true_caller", ("shows_own_number",), facts["shows_own_number"])
    if facts["channel"] in CALLS:
        yield from _of_calls(facts, law)
    # So that a late network delivers none at night.
    if facts["channel"] in ("sms", "push"):
        yield Duty(
            "set_message_expiry",
            "cn.reading.means.message_expiry",
            ("has_message_expiry",),
            facts["has_message_expiry"],
        )
    if facts["channel"] == "visit":
        yield from _of_visits(facts, law)


def _of_anyone(facts: Facts, law: Law) -> Iterator[Duty]:
    # CBA guideline: at first contact the institution's identity is stated unasked.
    if law.holds("cn.cba2026.people.identity_first"):
        yield Duty(
            "state_identity_first", "cn.cba2026.people.identity_first", ("states_identity",), facts["states_identity"]
        )
    # CBA guideline, red lines: an agency says who it is and for whom it acts.
    if facts["actor_kind"] == "agency" and law.holds("cn.cba2026.agency.not_as_lender"):
        yield Duty(
            "name_agency_and_lender",
            "cn.cba2026.agency.not_as_lender",
            ("states_mandate", "actor_kind"),
            facts["states_mandate"],
        )
    if facts["recipient_role"] in OUTSIDERS:
        # GB/T 45251 5.3 and CBA guideline: the arrears are not disclosed to a contact person.
        for clause in ("cn.gbt45251.debt_not_disclosed", "cn.cba2026.people.no_disclosure"):
            if law.holds(clause):
                yield Duty(
                    "disclose_no_debt", clause, ("discloses_no_debt", "recipient_role"), facts["discloses_no_debt"]
                )
    # House reading: a third person who asks learns nothing that the debtor did not allow.
    if facts["recipient_role"] in OUTSIDERS and facts["initiated_by"] == "counterparty":
        yield Duty(
            "disclose_no_debt",
            "cn.reading.people.third_person_asks",
            ("discloses_no_debt", "recipient_role"),
            facts["discloses_no_debt"],
        )


def _of_calls(facts: Facts, law: Law) -> Iterator[Duty]:
    # CBA guideline: calls are recorded.
    if law.holds("cn.cba2026.evidence.calls_recorded"):
        yield Duty("record_call", "cn.cba2026.evidence.calls_recorded", ("is_recorded",), facts["is_recorded"])


def _of_visits(facts: Facts, law: Law) -> Iterator[Duty]:
    # CBA guideline 22: at least two visit together.
    team = law.number("cn.cba2026.visit.team_min")
    if team is not None:
        yield Duty("enough_visitors", "cn.cba2026.visit.team_min", ("visitors_count",), facts["visitors_count"] >= team)
    # Pact 15: credentials and the loan's information are shown unasked; CBA guideline: identification.
    if law.holds("cn.nifa2018.visit_credentials") or law.holds("cn.cba2026.visit.identity"):
        yield Duty(
            "show_identity_documents",
            "cn.nifa2018.visit_credentials",
            ("shows_identity_documents",),
            facts["shows_identity_documents"],
        )
    if law.holds("cn.nifa2018.visit_credentials"):
        yield Duty(
            "carry_mandate_document",
            "cn.nifa2018.visit_credentials",
            ("carries_mandate_document",),
            facts["carries_mandate_document"],
        )
        yield Duty(
            "show_loan_information",
            "cn.nifa2018.visit_credentials",
            ("shows_loan_information",),
            facts["shows_loan_information"],
        )
    # Pact 21: recorded from beginning to end.
    if law.holds("cn.nifa2018.visit_recorded"):
        yield Duty("record_visit", "cn.nifa2018.visit_recorded", ("is_recorded",), facts["is_recorded"])
    # Pact 20: nothing that misleads about who they are.
    if law.holds("cn.nifa2018.no_misleading_clothing"):
        yield Duty(
            "wear_plain_clothes",
            "cn.nifa2018.no_misleading_clothing",
            ("wears_plain_clothes",),
            facts["wears_plain_clothes"],
        )
    # PIPL 25 and CBA guideline: nothing is posted in public.
    if law.holds("cn.pipl.no_publication") or law.holds("cn.cba2026.visit.nothing_posted"):
        yield Duty("post_nothing", "cn.cba2026.visit.nothing_posted", ("posts_nothing",), facts["posts_nothing"])
    yield from _of_entering(facts, law)


def _of_entering(facts: Facts, law: Law) -> Iterator[Duty]:
    at_home = facts["visit_place"] != "office"
    at_office = facts["visit_place"] != "home"
    # Criminal Law 245, Civil Code 1033: no entry to a home without consent.
    if at_home:
        stays_out = facts["stays_outside"] or facts["has_home_entry_consent"]
        yield Duty(
            "stay_outside_home",
            "cn.civil.private_peace",
            ("stays_outside", "has_home_entry_consent", "visit_place"),
            stays_out,
        )
    # CBA guideline: nor to the debtor's office area.
    if at_office and law.holds("cn.cba2026.visit.no_entry"):
        stays_out = facts["stays_outside"] or facts["has_office_entry_consent"]
        yield Duty(
            "stay_outside_office_area",
            "cn.cba2026.visit.no_entry",
            ("stays_outside", "has_office_entry_consent", "visit_place"),
            stays_out,
        )
    # Choice C10: recorded at the door; consent to enter is no consent to film.
    yield Duty(
        "record_at_the_door_only",
        "cn.reading.visit.at_the_door",
        ("records_at_the_door",),
        facts["records_at_the_door"],
    )
