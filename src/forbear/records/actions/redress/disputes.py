"""Disputes: the person says that something about the debt is wrong, and collection stops until it is answered."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records.actions.holds import end_hold, place_hold
from forbear.records.actions.redress.clock import due_date
from forbear.records.actions.redress.matters import DISPUTE, Opened, check_answered, open_anew, tell, tell_of_clock
from forbear.records.actions.silence import lock_person, moment
from forbear.records.models import Dispute
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

DISPUTE_KINDS = ("identity", "amount", "price", "paid", "contract", "credit_report", "other")
DISPUTE_OUTCOMES = ("corrected", "partly_corrected", "rejected", "withdrawn")


def open_dispute(scope: Scope, person_id: str, kind: str, text: str, on: date, *, loan_id: str | None = None) -> Opened:
    """The person says that something about the debt is wrong: a hold stops collection until it is answered (CO6).

    Raises:
        InputError: ``unknown_person``, ``unknown_dispute_kind``.
    """
    if kind not in DISPUTE_KINDS:
        do = f"There are: {', '.join(DISPUTE_KINDS)}."
        raise InputError("unknown_dispute_kind", f"There is no dispute {kind!r}.", do=do)
    dispute_id = uuid5(FORBEAR, f"dispute:{scope.tenant}:{person_id}:{loan_id}:{kind}:{on}")
    with acting(scope):
        lock_person(scope.tenant, person_id)
        due_on = due_date(scope.tenant, "objection", on)
        hold = place_hold(scope, person_id, "dispute", on, loan_id=loan_id)
        _, is_new = Dispute.objects.get_or_create(
            tenant_id=scope.tenant,
            dispute_id=dispute_id,
            defaults={
                "person_id": person_id,
                "loan_id": loan_id,
                "kind": kind,
                "text_sealed": sealer(scope.tenant).seal("dispute", text),
                "due_on": due_on,
                "hold_id": hold.id,
            },
        )
        if is_new:
            told = {"kind": kind, "loan": loan_id}
            tell_of_clock("dispute", "opened", dispute_id, person_id, told, on, due_on)
        return Opened(dispute_id, due_on, is_new)


def answer_dispute(scope: Scope, dispute_id: UUID, outcome: str, on: date, *, answer: str = "") -> None:
    """Answer a dispute; its hold ends on the day after. A second answer changes nothing.

    Args:
        answer: what the person is told, kept sealed.

    Raises:
        InputError: ``unknown_dispute``.
    """
    with acting(scope):
        row = DISPUTE.lock(scope.tenant, dispute_id)
        if row.answered_at is None:
            row.answered_at, row.outcome, row.answered_by = moment(), outcome, scope.actor
            row.answer_sealed = sealer(scope.tenant).seal("dispute_answer", answer)
            row.save(update_fields=["answered_at", "outcome", "answered_by", "answer_sealed"])
            end_hold(scope, row.hold_id, on)
            tell("dispute", "answered", dispute_id, row.person_id, {"outcome": outcome})


def reopen_dispute(scope: Scope, dispute_id: UUID, reason: str, on: date) -> date | None:
    """Take an answered dispute up again: collection stops anew, and the law's clock begins anew.

    Args:
        reason: a code of :data:`forbear.records.actions.redress.complaints.REOPENINGS`.

    Returns:
        The new day by which it must be answered.

    Raises:
        InputError: ``unknown_dispute``; ``still_open`` for one that is not answered.
    """
    with acting(scope):
        row = DISPUTE.lock(scope.tenant, dispute_id)
        check_answered("dispute", row, dispute_id)
        row.hold_id = place_hold(
            scope, row.person_id, "dispute", on, loan_id=row.loan_id, key=f"again:{row.reopened_count}"
        ).id
        open_anew(row, due_date(scope.tenant, "objection", on), "hold_id")
        told = {"reason": reason, "before": row.outcome}
        tell_of_clock("dispute", "reopened", dispute_id, row.person_id, told, on, row.due_on)
        return row.due_on
