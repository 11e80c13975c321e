"""What may be offered to a person: what the lender's playbook offers on the facts of today, within the terms that the law allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from forbear.compliance import Gate, load_gate
from forbear.doors.api.rulings import Rule, rules_in_words
from forbear.doors.console.places import Visitor
from forbear.doors.design.formats import day as day_words
from forbear.doors.design.formats import money
from forbear.kernel.dates import months_later
from forbear.kernel.errors import UsageError
from forbear.kernel.language import current
from forbear.kernel.language import gettext as _
from forbear.records.playbooks.releases import with_playbook_of
from forbear.strategy import Playbook, load_playbook
from forbear.strategy.codes import NOTHING
from forbear.strategy.offers import Plan, Settlement, plan_of, settlement_of

ARRANGED_AS: Mapping[str, str] = {
    "instalment_plan": "instalment_plan", "extension": "extension", "grace_period": "deferment", "settlement": "settlement",
}  # fmt: skip
"""The arrangement that an offer becomes; the others are looked at by a person first."""
MONTHS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)
"""Lengths that are offered for choice; those beyond the law's are left out."""


@dataclass(frozen=True)
class Term:
    """One length of an arrangement: its plan, where it is paid by instalments; else the day until which it runs."""

    months: int
    until_on: date
    plan: Plan | None = None


@dataclass(frozen=True)
class Offer:
    """What may be offered today.

    Args:
        code: the offer, by the playbook's codes; ``why`` the playbook's reason in words, ``rule`` the row that says so.
        kind: the arrangement that it becomes; empty where a person must look at it first.
        terms: the lengths that the law allows, of those for choice, with what each comes to; none of a settlement.
        settlement: between which amounts the loan may be settled, where it is a settlement that the law allows.
        until_on: the last day on which it stands.
        currency: of its amounts.
        needs_approval: a second person must approve it.
        against: the rules of law that leave out the longer ones, or all.
    """

    code: str
    why: str
    rule: str
    kind: str
    terms: tuple[Term, ...]
    settlement: Settlement | None
    until_on: date
    currency: str
    needs_approval: bool
    against: tuple[Rule, ...] = ()

    def term(self, months: str) -> Term | None:
        """The length that somebody chose; None for one that is not offered."""
        return next((each for each in self.terms if str(each.months) == months), None)


def offer_now(visitor: Visitor, facts: Mapping[str, Any], day: date) -> Offer | None:
    """The offer of the playbook for a loan today; None where it has none.

    Raises:
        LawError, UsageError, PlaybookError: the lender's law or playbook cannot be read.
    """
    playbook = _playbook(with_playbook_of(visitor.lender, day).playbook)
    decided = playbook.decide_row(facts)
    if decided is None or decided.get("relief_offer") in (None, NOTHING):
        return None
    code, kind = str(decided["relief_offer"]), ARRANGED_AS.get(str(decided["relief_offer"]), "")
    months, against = _lawful_months(visitor, facts, day) if kind else ((), ())
    is_settlement = kind == "settlement"
    reason = str(decided.get("relief_reason") or "")
    return Offer(
        code=code,
        why=playbook.reason_text(reason, current().language) if reason else "",
        rule=str(decided.get("relief_rule") or ""),
        kind=kind,
        terms=() if is_settlement else tuple(_term(kind, facts, count, day) for count in months),
        settlement=settlement_of(facts, playbook.parameters) if is_settlement and months else None,
        until_on=day + timedelta(days=visitor.lender.approval_days),
        currency=str(facts.get("currency") or visitor.lender.currency),
        needs_approval=decided.get("relief_path") in playbook.shape.approval,
        against=against,
    )


def approvable(offer: Offer, term: Term | None, settlement_cents: int) -> dict[str, object]:
    """What a second person is asked to approve, by the names that messages read."""
    named: dict[str, object] = {"offer_until_on": offer.until_on.isoformat()}
    if offer.settlement is not None:
        return named | {"settlement_cents": settlement_cents}
    if term is None:
        return named
    if term.plan is None:
        return named | {"grace_until_on": term.until_on.isoformat()}
    return named | {
        "plan_count": term.months,
        "plan_amount_cents": term.plan.most_cents,
        "plan_total_cents": term.plan.total_cents,
        "plan_first_on": term.plan.first_on.isoformat(),
        "plan_last_on": term.plan.last_on.isoformat(),
    }


def plan_words(plan: Plan, currency: str) -> str:
    """The instalments of a plan in one line, as ``4 × ¥8.34, 8 × ¥8.33``."""
    runs = [_("{count} × {amount}").format(count=count, amount=money(cents, currency)) for count, cents in plan.runs]
    return _(", ").join(runs)


def term_options(offer: Offer | None) -> list[tuple[str, str]]:
    """The lengths of an offer for choice, each with what it comes to."""
    options = []
    for term in offer.terms if offer else ():
        named = {
            "count": term.months,
            "what": plan_words(term.plan, offer.currency) if offer and term.plan else day_words(term.until_on),
        }
        text = _("{count} months: {what}") if term.plan else _("{count} months, until {what}")
        options.append((str(term.months), text.format(**named)))
    return options


def _term(kind: str, facts: Mapping[str, Any], months: int, day: date) -> Term:
    return Term(months, months_later(day, months), plan_of(facts, months, day) if kind == "instalment_plan" else None)


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
def _playbook(name: str) -> Playbook:
    """Read once a process: a version that a lender keeps lies in a folder of its own digest, which does not change."""
    return load_playbook(name)


@lru_cache(maxsize=8)
def _gate(law: str, profile: str, day: date) -> Gate | None:
    """The law of arrangements; None where the law says nothing of them."""
    try:
        return load_gate(law, day, profile, ("arrangement",))
    except UsageError as error:
        if error.code == "unknown_question":
            return None
        raise
