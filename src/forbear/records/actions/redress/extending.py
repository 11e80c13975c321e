"""More time for a complaint, where the law leaves it: only once the person is told, and only before the first time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records.actions.redress.clock import STAGES, Longer, longer_times
from forbear.records.actions.redress.matters import COMPLAINT, check_code, check_uninvolved, tell
from forbear.records.actions.redress.sending import queue_notice
from forbear.records.actions.silence import moment
from forbear.records.lender import lender_settings
from forbear.records.models import Complaint
from forbear.records.scope import Scope, acting

EXTENSION_REASONS = ("many_facts", "evidence_from_others", "several_parties", "expert_needed")
NOTICE = "complaint_extended"
APPROVED = "approved"


@dataclass(frozen=True)
class Extension:
    """What is asked for: which of the law's longer times, why, and by which contact point the person is told.

    ``approval`` is who approved it and by which paper, where it takes a senior officer.
    """

    stage: str
    reason: str
    contact_point_id: str
    approval: str = ""


def times_left(complaint: Complaint, today: date) -> list[Longer]:
    """The longer times that can still be taken for a complaint; none once it is answered, or its time is over."""
    if complaint.answered_at is not None or complaint.due_on is None or today > complaint.due_on:
        return []
    found = longer_times(complaint.tenant_id, "complaint", received_on(complaint))
    return [each for each in found if each.due_on > complaint.due_on and _is_next(complaint.extension, each.stage)]


def received_on(complaint: Complaint) -> date:
    """The day from which a complaint's clock runs."""
    began_at = complaint.reopened_at or complaint.raised_at
    return complaint.received_on or lender_settings(complaint.tenant_id).date_of(began_at)


def extend_complaint(scope: Scope, complaint_id: UUID, asked: Extension, clock: Clock) -> date:
    """Take a longer time, and have the person told of it with the new day: both, or neither. The same again changes nothing.

    Returns:
        The new day by which it must be answered.

    Raises:
        InputError: ``unknown_complaint``; ``not_in_list`` for a stage or a reason that is none; ``no_longer_time`` where the law
            leaves none now; ``approval_missing``; ``own_complaint``; and as
            :func:`forbear.records.actions.redress.sending.queue_notice`.
    """
    check_code("stage", asked.stage, tuple(STAGES))
    check_code("reason", asked.reason, EXTENSION_REASONS)
    approval = asked.approval.strip()[:200] if asked.stage == APPROVED else ""
    with acting(scope):
        row = COMPLAINT.lock(scope.tenant, complaint_id)
        if row.extension == asked.stage and row.due_on is not None:
            return row.due_on
        check_uninvolved(scope.tenant, row.contact_id, scope.actor)
        today = lender_settings(scope.tenant).date_of(clock.now())
        longer = next((each for each in times_left(row, today) if each.stage == asked.stage), None)
        if longer is None:
            do = "Answer it by its day."
            raise InputError(
                "no_longer_time", "The law leaves no longer time for it now.", do=do, complaint=str(complaint_id)
            )
        if asked.stage == APPROVED and not approval:
            do = "Say which senior officer approved it, and by which paper."
            raise InputError("approval_missing", "This takes the approval of a senior officer.", do=do)
        row.due_on, row.extension, row.extended_at, row.extension_approval = (
            longer.due_on,
            asked.stage,
            moment(),
            approval,
        )
        row.save(update_fields=["due_on", "extension", "extended_at", "extension_approval"])
        act_id = queue_notice(scope, COMPLAINT.name, complaint_id, asked.contact_point_id, NOTICE, clock)
        told = {
            "stage": asked.stage, "reason": asked.reason, "due_on": longer.due_on.isoformat(), "rules": list(longer.rules),
            "approval": approval, "act": str(act_id),
        }  # fmt: skip
        tell("complaint", "extended", complaint_id, row.person_id, told)
        return longer.due_on


def _is_next(taken: str, stage: str) -> bool:
    stages = ["", *STAGES]
    return stages.index(stage) > stages.index(taken)
