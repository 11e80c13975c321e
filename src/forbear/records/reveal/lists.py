"""A list of people's rows handed out as a file: counted with everything else that somebody took out on the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from forbear.kernel.clock import Clock
from forbear.records import audit
from forbear.records.reveal.alarm import day_key, raise_alarm
from forbear.records.reveal.fields import Asking
from forbear.records.scope import Scope, acting

PURPOSE = "portfolio"


@dataclass(frozen=True)
class ListAsked:
    """A list that somebody wants as a file.

    Args:
        name: what is listed, as ``PAR30``.
        data_kind: the kind of information that a row is, in the words of the law pack.
        count: how many rows it has.
        where: by what it is narrowed, as it was asked for.
        ticket: what approves it, where so many rows of a day need that.
    """

    name: str
    role: str
    data_kind: str
    count: int
    where: Mapping[str, Any] = field(default_factory=dict)
    ticket: str = ""


def export_list(scope: Scope, asked: ListAsked, content: bytes, clock: Clock) -> tuple[str, ...]:
    """Write down that a list is handed out. A refusal is an answer with its rules, and an alarm: then it must not be.

    Returns:
        The rules of law that refuse it; none where it may be handed out.

    Raises:
        LawError, UsageError: the tenant's law cannot be read.
    """
    told = {
        "list": asked.name, "where": dict(asked.where), "role": asked.role, "purpose": PURPOSE, "rows": asked.count,
    }  # fmt: skip
    with acting(scope):
        counts = {asked.data_kind: asked.count}
        asking = Asking(asked.role, PURPOSE, asked.ticket)
        rules = raise_alarm(scope, asking, counts, clock) if asked.count else ()
        key = day_key(scope, clock)
        if rules:
            told |= {"counts": counts, "rules": list(rules)}
            audit.record(audit.Entry("personal_data.export_refused", "export", key, "", told))
            return rules
        told |= {"opened": counts, "sha256": sha256(content).hexdigest()} | (
            {"ticket": asked.ticket} if asked.ticket else {}
        )
        audit.record(audit.Entry("personal_data.list_exported", "opening", key, "", told))
        return ()
