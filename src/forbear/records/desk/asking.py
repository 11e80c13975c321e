"""An act that somebody outside wants to do, looked at in one moment: the person locked, fresh facts, the law of the minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid5

from forbear.compliance import Gate, Verdict
from forbear.compliance.deriving import lawful_hours
from forbear.compliance.permit import BY_A_PERSON, FORBEAR, Held, Refusal, refusal_of
from forbear.kernel.dates import zone
from forbear.records.actions.agreed.call_backs import waiting_until
from forbear.records.desk import taking
from forbear.records.fresh_facts import LawOfDay, law_of_day
from forbear.records.lender import LenderSettings
from forbear.records.models import Act, Person
from forbear.records.sealing import sealer

MINUTES_A_DAY = 24 * 60
AGREED = "The person asked to be contacted at another time."


@dataclass(frozen=True)
class Window:
    """The hours of the day in which such an act may begin, as instants; the end excluded."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Glance:
    """What somebody wants to know of: a channel by which a person would be reached about a loan, at which point."""

    person_id: str
    loan_id: str
    channel: str
    point: str


@dataclass(frozen=True)
class Judged:
    """What the gate says of an act at a minute.

    ``refusal`` is None where it may be done; ``window`` is None where the day has no hours for it; ``changes_at`` is the first
    instant at which a refusal may end, where only the hour stands against it; ``law_on`` is the day whose law was asked.
    """

    held: Held | None
    refusal: Refusal | None
    verdict: Verdict | None = None
    window: Window | None = None
    changes_at: datetime | None = None
    law_on: date | None = None


def judge_act(tenant: str, act: Act, person: Person, lender: LenderSettings, at: datetime, now: datetime) -> Judged:
    """Ask the gate about an act at a minute, in a transaction that holds the person and sees the whole tenant.

    Args:
        at: the minute that is asked about.
        now: the present instant, which says how old the book feed is.

    Raises:
        LawError, UsageError: the tenant's law cannot be read.
    """
    if taking.feed_is_stale(tenant, lender, now):
        return Judged(None, Refusal("feed_stale", act.act_id, "The book feed is too old to act on."))
    agreed = waiting_until(tenant, [act.person_id], at).get(act.person_id)
    if agreed is not None and act.purpose not in taking.ANSWERS:
        early = Refusal("early", act.act_id, AGREED)
        return Judged(None, early, changes_at=agreed)
    law = law_of_lender(lender, at)
    (found,) = taking.hold_acts(tenant, [act], {person.person_id: person}, law, lender, at, sealer(tenant))
    if isinstance(found, Refusal):
        return Judged(None, found)
    return _judged(gate_for(law, act.channel), found)


def look(
    tenant: str, person: Person, loan_id: str, wanted: Mapping[str, str], lender: LenderSettings, now: datetime, *,
    agency_id: str = "",
) -> dict[str, Judged]:  # fmt: skip
    """What the law of a contact says of each channel at this minute, over one fresh row of facts: read only. Nothing is locked,
    written down or permitted, and the words of a message are judged when it is made.

    Args:
        wanted: the channels, each with the contact point that it would use; empty for none.

    Raises:
        LawError, UsageError: the tenant's law cannot be read.
    """
    glances = [Glance(person.person_id, loan_id, channel, point) for channel, point in wanted.items()]
    return dict(zip(wanted, look_at(tenant, {person.person_id: person}, glances, lender, now, agency_id), strict=True))


def look_at(
    tenant: str, people: Mapping[str, Person], glances: Sequence[Glance], lender: LenderSettings, now: datetime,
    agency_id: str = "",
) -> list[Judged]:  # fmt: skip
    """The same of several people at once, over one reading of their facts; a judgement for each glance, in that order.

    Args:
        people: those of the glances, by id.

    Raises:
        LawError, UsageError: the tenant's law cannot be read.
    """
    acts = [_looked_at(tenant, glance, now, agency_id) for glance in glances]
    if taking.feed_is_stale(tenant, lender, now):
        stale = "The book feed is too old to act on."
        return [Judged(None, Refusal("feed_stale", act.act_id, stale)) for act in acts]
    law, agreed = law_of_lender(lender, now), waiting_until(tenant, list(people), now)
    found = taking.hold_acts(tenant, acts, people, law, lender, now, sealer(tenant))
    judged = [
        Judged(None, held) if isinstance(held, Refusal) else _duties_left_open(_judged(law.contact, held))
        for held in found
    ]
    return [
        _too_early(each, act, agreed[act.person_id]) if act.person_id in agreed else each
        for each, act in zip(judged, acts, strict=True)
    ]


def _looked_at(tenant: str, glance: Glance, now: datetime, agency_id: str) -> Act:
    return Act(
        tenant_id=tenant,
        act_id=uuid5(FORBEAR, f"look:{tenant}:{glance.loan_id}:{glance.channel}"),
        person_id=glance.person_id,
        loan_id=glance.loan_id,
        channel=glance.channel,
        purpose="collection",
        contact_point_id=glance.point,
        actor_kind="agency" if agency_id else "lender",
        agency_id=agency_id,
        earliest_at=now,
        latest_at=now,
    )


def _too_early(judged: Judged, act: Act, agreed: datetime) -> Judged:
    """What was agreed with the person comes first, as it does where somebody asks."""
    return Judged(judged.held, Refusal("early", act.act_id, AGREED), window=judged.window, changes_at=agreed)


def _duties_left_open(judged: Judged) -> Judged:
    """What a message must have is not there to be looked at: its duties are said, and judged when it is made."""
    is_open = judged.refusal is not None and judged.refusal.code == "duty_unmet"
    return replace(judged, refusal=None, changes_at=None) if is_open else judged


def _judged(gate: Gate, held: Held) -> Judged:
    verdict = gate.judge(held.facts)
    refusal = refusal_of(verdict, held.act)
    window = _window(gate, held)
    if refusal is None:
        return Judged(held, None, verdict, window, law_on=gate.on)
    return Judged(held, refusal, verdict, window, _changes_at(gate, held, window), gate.on)


def law_of_lender(lender: LenderSettings, at: datetime) -> LawOfDay:
    """The law under which a lender acts on the day of an instant.

    Raises:
        LawError, UsageError: it cannot be read.
    """
    return law_of_day(lender, lender.date_of(at))


def gate_for(law: LawOfDay, channel: str) -> Gate:
    """For a person who speaks, the law of the contact; where words are sent, that of the message too: they were not seen here."""
    return law.contact if channel in BY_A_PERSON else law.message


def _window(gate: Gate, held: Held) -> Window | None:
    """The day's hours, asked for the whole day."""
    hours = lawful_hours(gate, held.facts, held.now, held.time_zone)
    return Window(*hours) if hours else None


def _changes_at(gate: Gate, held: Held, window: Window | None) -> datetime | None:
    """When the hours begin again, where at another hour of the day nothing would stand against it.

    After the day's hours it is the same hour of the next day; should that be a day with other hours, it is asked anew then.
    """
    if window is None or window.starts_at <= held.now < window.ends_at:
        return None
    local = window.starts_at.astimezone(zone(held.time_zone))
    minute = local.hour * 60 + local.minute
    then: dict[str, Any] = {**held.facts, "earliest_minute": minute, "latest_minute": minute + 1}
    if refusal_of(gate.judge(then), held.act) is not None:
        return None
    return window.starts_at if held.now < window.starts_at else window.starts_at + timedelta(days=1)
