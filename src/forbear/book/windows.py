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
    "connected_call": ("conversation", "no_answer", "voicemail", "wrong_person", "unknown"),
    "message_possible": ("conversation", "no_answer", "voicemail", "wrong_person", "delivered", "unknown"),
}
PENDING = "pending"
"""The result of a contact that has begun and has not ended: it counts as whatever a law counts, for it may become that."""
PERSON_DEBT = "person_debt"
SCOPES = ("person", "contact_point", PERSON_DEBT)


@dataclass(frozen=True)
class CountWindow:
    """One count that a law asks for; it becomes the fact ``name``.

    Args:
        counted: ``attempt`` (any), ``effective_call`` (a conversation), ``unanswered_attempt``, ``failed_call``,
            ``connected_call`` (reached the number dialled, answered or not) or ``message_possible`` (answered, delivered,
            or a message could be left). A result that is unknown counts where the law counts more than conversations.
        channels: the channels counted; all for none.
        scope: ``person``, over all of the person's points; ``contact_point``, only over the point that would be used (his
            mobile point); ``person_debt``, only over contacts about the one loan, or about no loan that was named.
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

        A contact on an unknown point counts for every point: the unfavourable reading. Over one loan, ``loan_id`` and
        ``asked_loan_id`` are needed too, and a contact about no loan counts for every loan. A contact with a reason in
        ``excluded`` does not count.
        """
        chosen = (contacts["direction"] == "out") & (contacts["days_ago"] < self.days)
        if self.channels:
            chosen = chosen & contacts["channel"].isin(self.channels)
        if COUNTED[self.counted]:
            chosen = chosen & contacts["result"].isin((*COUNTED[self.counted], PENDING))
        if self.scope == "contact_point":
            point = contacts["contact_point_id"]
            chosen = chosen & any_of(point.is_null(), point == contacts["mobile_point_id"])
        if self.scope == PERSON_DEBT:
            loan = contacts["loan_id"]
            chosen = chosen & any_of(loan.is_null(), loan == contacts["asked_loan_id"])
        return chosen & contacts["excluded"].is_null() if "excluded" in contacts.schema else chosen
