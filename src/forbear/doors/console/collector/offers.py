"""What may be offered to a person: what the lender's playbook offers on the facts of today, within the terms that the law allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from forbear.compliance import Gate, load_gate
from forbear.doors.api.rulings import Rule, rules_in_words
from forbear.doors.console.places import Visitor
from forbear.kernel.errors import UsageError
from forbear.kernel.language import current
from forbear.strategy import load_playbook
from forbear.strategy.codes import NOTHING

ARRANGED_AS: Mapping[str, str] = {
    "instalment_plan": "instalment_plan", "extension": "extension", "grace_period": "deferment", "settlement": "settlement",
}  # fmt: skip
"""The arrangement that an offer becomes; the others are looked at by a person first."""
MONTHS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)
"""Lengths that are offered for choice; those beyond the law's are left out."""


@dataclass(frozen=True)
class Offer:
    """What may be offered today.

    Args:
        code: the offer, by the playbook's codes; ``why`` the playbook's reason in words, ``rule`` the row that says so.
        kind: the arrangement that it becomes; empty where a person must look at it first.
        months: the lengths that the law allows, of those for choice.
        needs_approval: a second person must approve it.
        against: the rules of law that leave out the longer ones, or all.
    """

    code: str
    why: str
    rule: str
    kind: str
    months: tuple[int, ...]
    needs_approval: bool
    against: tuple[Rule, ...] = ()


def offer_now(visitor: Visitor, facts: Mapping[str, Any], day: date) -> Offer | None:
    """The offer of the playbook for a loan today; None where it has none.

    Raises:
        LawError, UsageError, PlaybookError: the lender's law or playbook cannot be read.
    """
    playbook = load_playbook(visitor.lender.playbook)
    decided = playbook.decide_row(facts)
    if decided is None or decided.get("relief_offer") in (None, NOTHING):
        return None
    code, kind = str(decided["relief_offer"]), ARRANGED_AS.get(str(decided["relief_offer"]), "")
    months, against = _lawful_months(visitor, facts, day) if kind else ((), ())
    reason = str(decided.get("relief_reason") or "")
    return Offer(
        code=code,
        why=playbook.reason_text(reason, current().language) if reason else "",
        rule=str(decided.get("relief_rule") or ""),
        kind=kind,
        months=months,
        needs_approval=decided.get("relief_path") in playbook.shape.approval,
        against=against,
    )


def _lawful_months(visitor: Visitor, facts: Mapping[str, Any], day: date) -> tuple[tuple[int, ...], tuple[Rule, ...]]:
    """The lengths that the law allows of an agreement that is drawn up as it must be, on the facts of the loan."""
    gate = _gate(visitor.lender.law, visitor.lender.profile, day)
    if gate is None:
        return MONTHS, ()
    drawn_up = {name: need.base for name, need in gate.needs.items()}
    known = {name: value for name, value in facts.items() if name in drawn_up and value is not None}
    allowed: list[int] = []
    against: tuple[Rule, ...] = ()
    for months in MONTHS:
        verdict = gate.judge({**drawn_up, **known, "plan_term_months": months})
        if verdict.verdict in ("DENY", "PRESUMED_VIOLATION"):
            against = tuple(rules_in_words(visitor.lender.law, day, verdict.rules, current().language))
            break
        allowed.append(months)
    return tuple(allowed), against


@lru_cache(maxsize=8)
def _gate(law: str, profile: str, day: date) -> Gate | None:
    """The law of arrangements; None where the law says nothing of them."""
    try:
        return load_gate(law, day, profile, ("arrangement",))
    except UsageError as error:
        if error.code == "unknown_question":
            return None
        raise
