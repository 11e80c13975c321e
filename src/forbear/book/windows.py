"""What a law asks to be counted: which contacts, over how many local days, for whom."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.columns.expression import Column, any_of
from forbear.columns.relation import Relation
from forbear.kernel.errors import LawError

UNANSWERED = ("no_answer", "busy", "voicemail")
FAILED = (*UNANSWERED, "invalid_number", "undelivered", "not_met", "wrong_person")
COUNTED = {
    "attempt": (),
    "effective_call": ("conversation", "met"),
    "unanswered_attempt": UNANSWERED,
    "failed_call": (*UNANSWERED, "invalid_number"),
}
SCOPES = ("person", "contact_point")


@dataclass(frozen=True)
class CountWindow:
    """One count that a law asks for; it becomes the fact ``name``.

    Args:
        counted: ``attempt`` (any), ``effective_call`` (a conversation), ``unanswered_attempt`` or ``failed_call``.
        channels: the channels counted; all for none.
        scope: over all of the person's points, or only over the point that would be used (his mobile point).
        days: local calendar days, ending with the business date.
    """

    name: str
    counted: str
    channels: tuple[str, ...]
    scope: str
    days: int

    def __post_init__(self) -> None:
        if self.counted not in COUNTED or self.scope not in SCOPES or self.days < 1:
            raise LawError(
                "unknown_count", f"No count {self.counted!r} by {self.scope!r} over {self.days} days.", window=self.name
            )

    def condition(self, contacts: Relation) -> Column:
        """Which contacts count. Needs channel, direction, result, days_ago, contact_point_id and mobile_point_id.

        A contact on an unknown point counts for every point: the unfavourable reading.
        """
        chosen = (contacts["direction"] == "out") & (contacts["days_ago"] < self.days)
        if self.channels:
            chosen = chosen & contacts["channel"].isin(self.channels)
        if COUNTED[self.counted]:
            chosen = chosen & contacts["result"].isin(COUNTED[self.counted])
        if self.scope == "contact_point":
            point = contacts["contact_point_id"]
            chosen = chosen & any_of(point.is_null(), point == contacts["mobile_point_id"])
        return chosen
