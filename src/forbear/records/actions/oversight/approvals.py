"""What needs a second person: asked by one, or by the day's run, and allowed or refused by another, until it expires."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.silence import lock_person
from forbear.records.actions.tenants import change_settings
from forbear.records.events import emit
from forbear.records.lender import lender_settings
from forbear.records.models import Act, Approval, Loan, User
from forbear.records.models.oversight import APPROVAL_KINDS
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

WORDS_LENGTH_MAX = 2_000
APPROVED, REFUSED, WAITS = "approved", "refused", "waits"
DECIDERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(APPROVAL_KINDS, ("leader", "compliance")),
    "setting": ("administrator", "compliance"),
}
"""Which roles may decide each kind; never who asked."""
WHY, ANSWER = "approval_why", "approval_answer"


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Args:
        kind: of :data:`forbear.records.models.oversight.APPROVAL_KINDS`.
        person_id, loan_id: whom and what it is about; empty for a setting.
        asked: exactly what, without personal data: ``waive_cents``, ``instalments``, ``changes``.
        why: in the asker's words.
        act_id: the act that waits for it.
    """

    kind: str
    person_id: str = ""
    loan_id: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    act_id: UUID | None = None


def ask_approval(scope: Scope, approval_id: UUID, wanted: Wanted, now: datetime) -> bool:
    """Ask for something that another person must allow.

    Args:
        approval_id: the asker's own: the same one again is the same request.

    Returns:
        False when it was asked before.

    Raises:
        InputError: ``unknown_approval_kind``, ``unknown_person``, ``unknown_loan``; ``bad_reason`` for an empty or too long why;
            ``already_asked`` while another request of this kind about the same waits.
    """
    if wanted.kind not in APPROVAL_KINDS:
        raise InputError(
            "unknown_approval_kind", "There is no such approval.", do=f"There are: {', '.join(APPROVAL_KINDS)}."
        )
    _check_words(wanted.why)
    with acting(scope):
        if wanted.person_id:
            lock_person(scope.tenant, wanted.person_id)
        _check_loan(scope.tenant, wanted)
        if Approval.objects.filter(tenant_id=scope.tenant, approval_id=approval_id).exists():
            return False
        expire_approvals(scope.tenant, now)
        same = Approval.objects.filter(tenant_id=scope.tenant, kind=wanted.kind, state=WAITS, loan_id=wanted.loan_id)
        if wanted.person_id and same.filter(person_id=wanted.person_id).exists():
            raise InputError(
                "already_asked", "The same is asked for already.", do="Wait for the answer.", kind=wanted.kind
            )
        Approval.objects.create(
            tenant_id=scope.tenant,
            approval_id=approval_id,
            kind=wanted.kind,
            person_id=wanted.person_id,
            loan_id=wanted.loan_id,
            act_id=wanted.act_id,
            asked=dict(wanted.asked),
            asked_by=scope.actor,
            expires_at=now + timedelta(days=lender_settings(scope.tenant).approval_days),
            why_sealed=sealer(scope.tenant).seal(WHY, wanted.why.strip()),
        )
        told = {"kind": wanted.kind, "loan": wanted.loan_id, "asked": dict(wanted.asked)}
        audit.record(audit.Entry("approval.asked", "approval", str(approval_id), wanted.person_id, told))
        return True


def decide_approval(scope: Scope, approval_id: UUID, answer: str, reason: str, now: datetime) -> bool:
    """Allow or refuse what somebody else asked for, and have it done where it is allowed.

    Args:
        answer: ``approved`` or ``refused``.

    Returns:
        False when the same person had decided so before.

    Raises:
        InputError: ``unknown_approval``; ``unknown_answer``; ``bad_reason``; ``own_request``; ``may_not_decide`` for a role that
            decides other things; ``approval_over`` once it is decided or expired.
    """
    if answer not in (APPROVED, REFUSED):
        raise InputError("unknown_answer", "The answer is approved or refused.", answer=answer)
    _check_words(reason)
    with acting(scope):
        row = Approval.objects.select_for_update().filter(tenant_id=scope.tenant, approval_id=approval_id).first()
        if row is None:
            raise InputError("unknown_approval", "There is no such request.", approval=approval_id)
        if row.state == answer and row.decided_by == scope.actor:
            return False
        _check_decider(scope, row)
        if row.state != WAITS or row.expires_at <= now:
            raise InputError(
                "approval_over", "It is decided or expired.", do="Ask anew where it is still wanted.", state=row.state
            )
        row.state, row.decided_by, row.decided_at = answer, scope.actor, now
        row.answer_sealed = sealer(scope.tenant).seal(ANSWER, reason.strip())
        row.save(update_fields=["state", "decided_by", "decided_at", "answer_sealed"])
        _CARRIES_OUT.get(row.kind, _release)(scope, row)
        told = {"kind": row.kind, "answer": answer, "asked_by": row.asked_by}
        audit.record(audit.Entry("approval.decided", "approval", str(approval_id), row.person_id, told))
        emit("approval.decided", row.person_id, {"approval": str(approval_id), **told})
        return True


def withdraw_approval(scope: Scope, approval_id: UUID, now: datetime) -> bool:
    """Take back what one asked for oneself, while it waits; False where it was over.

    Raises:
        InputError: ``unknown_approval`` also for one that somebody else asked for.
    """
    with acting(scope):
        mine = Approval.objects.select_for_update().filter(tenant_id=scope.tenant, asked_by=scope.actor)
        row = mine.filter(approval_id=approval_id).first()
        if row is None:
            raise InputError("unknown_approval", "There is no such request.", approval=approval_id)
        if row.state != WAITS:
            return False
        row.state = "withdrawn"
        row.save(update_fields=["state"])
        audit.record(audit.Entry("approval.withdrawn", "approval", str(approval_id), row.person_id, {"kind": row.kind}))
        return True


def expire_approvals(tenant: str, now: datetime) -> int:
    """Close the requests that nobody decided in time; in the scope of the caller.

    Returns:
        How many.
    """
    due = Approval.objects.filter(tenant_id=tenant, state=WAITS, expires_at__lte=now)
    return int(due.update(state="expired"))


def standing_approval(tenant: str, kind: str, person_id: str, loan_id: str, now: datetime) -> Approval | None:
    """The last approval of a kind that stands for a loan, or for the whole person; None where there is none. In the caller's scope."""
    found = Approval.objects.filter(
        tenant_id=tenant, kind=kind, person_id=person_id, loan_id__in=["", loan_id], state=APPROVED, expires_at__gt=now
    )
    return found.order_by("-decided_at", "-id").first()


def _release(scope: Scope, row: Approval) -> None:
    """The act that waited for the answer: queued, or withdrawn. The gate is asked again before anybody is reached."""
    if row.act_id is None:
        return
    waiting = Act.objects.filter(tenant_id=scope.tenant, act_id=row.act_id, state="waits")
    if row.state == APPROVED:
        waiting.update(state="queued", reason="", reason_rule="", changed_at=Now())
    else:
        waiting.update(state="withdrawn", reason="not_approved", changed_at=Now())


def _change(scope: Scope, row: Approval) -> None:
    if row.state == APPROVED:
        change_settings(scope.tenant, row.asked["changes"])


_CARRIES_OUT: Mapping[str, Callable[[Scope, Approval], None]] = {"setting": _change}


def _check_decider(scope: Scope, row: Approval) -> None:
    if row.asked_by == scope.actor:
        raise InputError("own_request", "Nobody decides what they asked for.", do="Have a second person decide.")
    role = (
        User.objects.filter(tenant_id=scope.tenant, username=scope.actor, is_active=True)
        .values_list("role", flat=True)
        .first()
    )
    if role not in DECIDERS[row.kind]:
        do = f"These decide it: {', '.join(DECIDERS[row.kind])}."
        raise InputError("may_not_decide", "Your role does not decide this.", do=do, kind=row.kind)


def _check_words(words: str) -> None:
    if not 0 < len(words.strip()) <= WORDS_LENGTH_MAX:
        raise InputError("bad_reason", f"A reason has 1 to {WORDS_LENGTH_MAX} characters.", do="Say why.")


def _check_loan(tenant: str, wanted: Wanted) -> None:
    if not wanted.loan_id:
        return
    if not Loan.objects.filter(tenant_id=tenant, loan_id=wanted.loan_id, person_id=wanted.person_id).exists():
        raise InputError("unknown_loan", "The person has no such loan.", loan=wanted.loan_id)
