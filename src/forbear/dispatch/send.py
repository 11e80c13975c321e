"""The one way out to a borrower.

An act is done in four moves, and each can only refuse:

1. The desk takes acts that are due, locks the people, and gives one fresh row of facts for each.
2. The message is composed with amounts read anew, and the gate is asked once more, at this minute.
3. Permit and contact are written down together; the permit is used from that moment, whatever comes after.
4. The contact begins only if nothing has moved since; then, and only then, the channel is called.

What the channel tells is written down. A message that may have left is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.compliance import Gate, Verdict
from forbear.compliance.deriving import lawful_hours
from forbear.compliance.permit import Held, Refusal, basis_digest, refusal_of
from forbear.dispatch.channel import Channel, Receipt
from forbear.dispatch.desk import Composed, Composer, Desk, Permitted

SETTLED_TOGETHER = 10
"""Of how many contacts it is written down together what became of them: a worker that dies leaves at most so many uncertain."""


@dataclass(frozen=True)
class Outcome:
    """What became of one act: a receipt, or a refusal."""

    act_id: str
    contact_id: str = ""
    receipt: Receipt | None = None
    refusal: Refusal | None = None


def send(desk: Desk, channel: Channel, composer: Composer, limit: int = 100) -> Iterator[Outcome]:
    """Do up to ``limit`` acts that are due on a channel, one after another; nothing when none is.

    Each outcome is yielded when it is written down. Stopped between two, it leaves the rest as permitted but not begun: the
    desk's recovery gives those back.
    """
    permitted: list[Permitted] = []
    refused: list[Refusal] = []
    with desk.holding(channel.name, limit) as holding:
        refused.extend(holding.refused)
        for held in holding.held:
            decided = decide(held, composer, holding.gate)
            if isinstance(decided, Refusal):
                holding.refuse(held, decided)
                refused.append(decided)
                continue
            composed, verdict, expires_at = decided
            contact_id = holding.permit(held, verdict, composed, expires_at)
            permitted.append(Permitted(held, contact_id, composed.as_message(held, contact_id, expires_at)))
    for refusal in refused:
        yield Outcome(str(refusal.act_id), refusal=refusal)
    yield from _do(permitted, desk, channel)


def _do(permitted: Sequence[Permitted], desk: Desk, channel: Channel) -> Iterator[Outcome]:
    """One after another. What became of some is written down together: cut off here, no more than those are uncertain."""
    done: list[tuple[Permitted, Receipt]] = []
    try:
        for each in permitted:
            if desk.start(each.contact_id):
                done.append((each, channel.deliver(each.message)))
            else:
                yield _stopped(each)
            if len(done) >= SETTLED_TOGETHER:
                yield from _settle(done, desk)
        yield from _settle(done, desk)
    finally:
        _settle(done, desk)  # of what was done before somebody stopped listening, or the channel broke


def _settle(done: list[tuple[Permitted, Receipt]], desk: Desk) -> list[Outcome]:
    told, done[:] = list(done), []
    desk.settle(*((each.contact_id, receipt) for each, receipt in told))
    return [Outcome(str(each.held.act.act_id), each.contact_id, receipt) for each, receipt in told]


def _stopped(each: Permitted) -> Outcome:
    act_id = each.held.act.act_id
    refusal = Refusal("facts_moved", act_id, "Something happened after it was decided; it did not begin.")
    return Outcome(str(act_id), each.contact_id, refusal=refusal)


def decide(held: Held, composer: Composer, gate: Gate) -> tuple[Composed, Verdict, datetime] | Refusal:
    """The message of an act that is held, with the law's verdict of it and the instant at which it expires; or why it is not sent.

    Nothing is written: who only wants to see what would be sent asks the same.
    """
    act = held.act
    if held.now >= act.latest_at:
        return Refusal("late", act.act_id, "Its time is over.")
    if act.basis_digest and act.basis_digest != basis_digest(held.facts):
        return Refusal("facts_moved", act.act_id, "What it was planned on is no longer so.")
    composed = composer.compose(held)
    if isinstance(composed, Refusal):
        return composed
    row = {**held.facts, **composed.facts}
    verdict = gate.judge(row)
    refusal = refusal_of(verdict, act)
    if refusal:
        return refusal
    hours = lawful_hours(gate, row, held.now, held.time_zone)
    expires_at = min(act.latest_at, hours[1]) if hours else held.now
    if held.now >= expires_at:
        return Refusal("late", act.act_id, "The hours for it are over.", verdict)
    return composed, verdict, expires_at
