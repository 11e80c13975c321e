"""What Massachusetts asks besides: 209 CMR 18.16(1)(d), 940 CMR 7.04(1)(f) and 7.05(3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.regf.hours import clocks, minutes, wanted
from reference_gate.regf.words import CALLS, CONSUMERS, TIMED

Facts = Mapping[str, Any]


def massachusetts(facts: Facts, law: Law, answer: Answer) -> None:
    """How often the consumer is reached, and the household, and when the household."""
    is_outbound = facts["initiated_by"] != "counterparty"
    is_home = facts["reaches_home_or_cell"]
    is_by_telephone = facts["channel"] in CALLS | {"sms"}
    # 209 CMR 18.16(1)(d), 940 CMR 7.04(1)(f): telephone and text, collectors and creditors alike.
    if is_outbound and is_by_telephone and facts["recipient_role"] in CONSUMERS:
        if is_home and facts["ma_home_count"] >= law.number("us.ma.collectors.home_max"):
            answer.deny("us.ma.collectors.home_max")
        if not is_home and facts["ma_elsewhere_count"] >= law.number("us.ma.collectors.elsewhere_max"):
            answer.deny("us.ma.collectors.elsewhere_max")
    if facts["recipient_role"] == "household_member" and (
        is_by_telephone or not law.yields("household_by_telephone_and_text")
    ):
        _household(facts, law, answer, is_outbound)


def _household(facts: Facts, law: Law, answer: Answer, is_outbound: bool) -> None:
    """940 CMR 7.05(3)."""
    # In the week wherever it is, and in the month elsewhere than at home or by cell phone.
    if is_outbound and facts["ma_household_count"] >= law.number("us.ma.creditors.household_max"):
        answer.deny("us.ma.creditors.household_max")
    if (
        is_outbound
        and not facts["reaches_home_or_cell"]
        and facts["ma_household_elsewhere_count"] >= law.number("us.ma.creditors.household_elsewhere_max")
    ):
        answer.deny("us.ma.creditors.household_elsewhere_max")
    # Not before eight and not after nine where waking hours are not known.
    opens = law.number("us.ma.creditors.household_opens")
    closes = law.number("us.ma.creditors.household_closes")
    if facts["channel"] in TIMED and not wanted(facts) & minutes(opens, closes, clocks(facts)):
        answer.deny("us.ma.creditors.household_opens")
