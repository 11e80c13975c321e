"""What may be done about a person now: every channel at this minute with its reasons, from one fresh row of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forbear.compliance import REFUSED
from forbear.day.judging import POINT_OF
from forbear.day.words import fact_words, value_words
from forbear.doors.api.rulings import Rule, rules_in_words
from forbear.doors.console.places import Visitor
from forbear.kernel.language import code_words, current
from forbear.kernel.language import gettext as _
from forbear.records.desk.asking import Glance, Judged, law_of_lender, look, look_at
from forbear.records.models import ContactPoint, Loan, Person
from forbear.records.scope import Scope, acting

CALL = "voice_agent"
CHANNELS = (CALL, "sms", "push", "email", "im_official", "letter", "visit")
AGAINST = (*REFUSED, "REVIEW")
SHOWN_FACTS = (
    "days_past_due", "overdue_cents", "outstanding_cents", "attempts_7_days_count", "days_since_last_attempt",
    "has_open_promise", "has_active_arrangement", "has_dispute", "has_hardship", "has_complaint", "has_payment_in_flight",
    "has_representative", "refuses_voice", "refuses_sms", "is_lost_contact", "contact_point_source", "contact_point_state",
)  # fmt: skip


@dataclass(frozen=True)
class Now:
    """One channel at this minute.

    Args:
        point: the contact point that it would use; empty where the person has none.
        sentence: the answer in one sentence; ``reason`` the part of it that stands against the act.
        until: where it may be done, the end of the day's hours; ``changes_at``: where not, when that may change by itself.
        duties: what must be done with it, in words.
    """

    channel: str
    point: str
    is_allowed: bool
    sentence: str
    reason: str
    until: datetime | None
    changes_at: datetime | None
    duties: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Brief:
    """What may be done about a person now, in a line.

    Args:
        may: the channels, with ``until``: the end of the hours for a call, where one may be made; else the last of them.
        why_not: where none may, why no call may be made; ``changes_at`` when that may change by itself.
        call_from: where no call may be made now, when that may change by itself.
    """

    may: tuple[str, ...]
    why_not: str
    until: datetime | None
    changes_at: datetime | None
    call_from: datetime | None = None


def channels_now(
    visitor: Visitor, person: Person, loan_id: str, channels: Sequence[str] = CHANNELS
) -> tuple[list[Now], Judged]:
    """Channels in order, and what was judged of a call: with it go the facts of the loan.

    Args:
        channels: those that are asked for; a call is among them.
    """
    points = best_points(visitor.tenant, person.person_id)
    wanted = {channel: points.get(POINT_OF[channel], "") for channel in channels}
    with acting(
        Scope(visitor.tenant, visitor.scope.actor)
    ):  # what others did counts, whether or not the visitor may see it
        judged = look(
            visitor.tenant,
            person,
            loan_id,
            wanted,
            visitor.lender,
            visitor.clock.now(),
            agency_id=visitor.scope.agency_id,
        )
    return [_now(visitor, channel, wanted[channel], each) for channel, each in judged.items()], judged[CALL]


def briefs_now(visitor: Visitor, person_ids: Sequence[str]) -> dict[str, Brief]:
    """What each of a few people's screens would say now, of the loan that it would ask about; nobody who has none is there."""
    tenant = visitor.tenant
    with acting(Scope(tenant, visitor.scope.actor)):
        people = {each.person_id: each for each in Person.objects.filter(tenant_id=tenant, person_id__in=person_ids)}
        points = points_by_person(tenant, list(people))
        loans = Loan.objects.filter(tenant_id=tenant, person_id__in=list(people)).order_by("loan_id")
        glances = [
            Glance(person_id, loan_id, channel, points.get(person_id, {}).get(POINT_OF[channel], ""))
            for loan_id, person_id in loans.values_list("loan_id", "person_id")
            for channel in CHANNELS
        ]
        now = visitor.clock.now()
        judged = look_at(tenant, people, glances, visitor.lender, now, visitor.scope.agency_id)
    by_loan: dict[str, dict[str, dict[str, Judged]]] = {}
    for glance, each in zip(glances, judged, strict=True):
        by_loan.setdefault(glance.person_id, {}).setdefault(glance.loan_id, {})[glance.channel] = each
    return {person_id: _brief(visitor, _asked_about(found)) for person_id, found in by_loan.items()}


def _asked_about(by_loan: Mapping[str, dict[str, Judged]]) -> dict[str, Judged]:
    """Of the loan with most overdue, then with most unpaid, as on the person's screen."""

    def owed(loan_id: str) -> tuple[int, int, str]:
        held = by_loan[loan_id][CALL].held
        facts: Mapping[str, Any] = held.facts if held is not None else {}
        return -int(facts.get("overdue_cents") or 0), -int(facts.get("outstanding_cents") or 0), loan_id

    return by_loan[min(by_loan, key=owed)]


def _brief(visitor: Visitor, judged: Mapping[str, Judged]) -> Brief:
    allowed = tuple(channel for channel, each in judged.items() if each.refusal is None)
    call = judged[CALL]
    if not allowed:
        return Brief((), refusal_sentence(visitor, call), None, call.changes_at, call.changes_at)
    ends = [each.window.ends_at for each in judged.values() if each.refusal is None and each.window]
    return Brief(
        allowed,
        "",
        call.window.ends_at if CALL in allowed and call.window else max(ends, default=None),
        None,
        call.changes_at,
    )


def best_points(tenant: str, person_id: str) -> dict[str, str]:
    """The point of each kind that would be used: one that works before others, then the one verified last."""
    return points_by_person(tenant, [person_id]).get(person_id, {})


def points_by_person(tenant: str, person_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The same of several people, by person."""
    found: dict[str, dict[str, str]] = {}
    standing = ContactPoint.objects.filter(tenant_id=tenant, person_id__in=person_ids, removed_at__isnull=True)
    order = {"valid": 0, "unknown": 1, "invalid": 2}
    by_use = sorted(
        standing,
        key=lambda p: (order.get(p.state, 3), -(p.verified_on.toordinal() if p.verified_on else 0), p.contact_point_id),
    )
    for point in by_use:
        found.setdefault(point.person_id, {}).setdefault(point.kind, point.contact_point_id)
    return found


def refusal_sentence(visitor: Visitor, judged: Judged) -> str:
    """Why an act was refused: the deciding rule in words, else the refusal's own."""
    refusal = judged.refusal
    if refusal is None:
        return ""
    rules = _rules(visitor, judged)
    decided = next((rule for rule in rules if rule.id == refusal.reason_rule), rules[0] if rules else None)
    words = code_words("refusal", refusal.code)
    if decided is None or refusal.code not in ("denied", "review"):
        return words
    return decided.because if refusal.code == "denied" else _("{what}: {why}").format(what=words, why=decided.because)


def _now(visitor: Visitor, channel: str, point: str, judged: Judged) -> Now:
    words = code_words("channel", channel)
    is_allowed = judged.refusal is None
    reason = refusal_sentence(visitor, judged)
    sentence = _("{channel}: may be done now.") if is_allowed else _("{channel}: may not be done now. {reason}")
    return Now(
        channel=channel,
        point=point,
        is_allowed=is_allowed,
        sentence=sentence.format(channel=words, reason=reason),
        reason=reason,
        until=judged.window.ends_at if is_allowed and judged.window else None,
        changes_at=judged.changes_at,
        duties=tuple(code_words("duty", duty) for duty in judged.verdict.duties) if judged.verdict else (),
        rules=tuple(_rules(visitor, judged)),
        facts=_facts(judged),
    )


def _rules(visitor: Visitor, judged: Judged) -> Sequence[Rule]:
    """The rules against it, the deciding one first; of what may be done, none are needed."""
    verdict = judged.verdict
    if verdict is None or judged.law_on is None or judged.refusal is None:
        return ()
    against = list(verdict.rules)
    if judged.held is not None:  # what permits it, and what must be done with it, stands against nothing
        gate, facts = law_of_lender(visitor.lender, visitor.clock.now()).contact, judged.held.facts
        against = [row.id for row in gate.fired_rows(facts) if gate.verdict_on(row, facts) in AGAINST]
    rules = sorted(against, key=lambda rule: rule != verdict.decided_by)
    return rules_in_words(visitor.lender.law, judged.law_on, rules, current().language)


def _facts(judged: Judged) -> dict[str, str]:
    if judged.held is None:
        return {}
    facts: Mapping[str, Any] = judged.held.facts
    words, currency = current(), str(facts.get("currency") or "CNY")
    return {
        fact_words(words, name): value_words(words, name, facts[name], currency)
        for name in SHOWN_FACTS
        if facts.get(name) is not None
    }
