"""Promises to pay: made, and taken back by agreement. Whether one is kept is never typed in; it is counted from the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.silence import fall_silent, lock_people_of_loans
from forbear.records.daily.promises import judge_promises
from forbear.records.daily.work import refresh_work
from forbear.records.events import emit
from forbear.records.lender import lender_settings
from forbear.records.models import PromiseToPay
from forbear.records.scope import Scope, acting


@dataclass(frozen=True)
class Made:
    """A promise that stands, and how many waiting acts it withdrew."""

    promise_id: str
    person_id: str
    is_new: bool
    withdrawn_count: int


def make_promise(scope: Scope, loan_id: str, amount_cents: int, due_on: date, made_on: date) -> Made:
    """Write down that an amount was promised by a day. The same promise again is the same one.

    Days of grace and the share that keeps it are the lender's, as they stand when it is made. What was planned for the loan before
    is withdrawn: it did not know of the promise.

    Args:
        amount_cents: in whole minor units of the loan's currency.
        due_on: the day by which it is to be paid.
        made_on: the day on which it was made, on the lender's calendar.

    Raises:
        InputError: ``unknown_loan``; ``bad_promise`` for nothing promised, or by a day that was past when it was made.
    """
    if amount_cents <= 0:
        raise _bad(loan_id, "its amount must be more than nothing")
    if due_on < made_on:
        raise _bad(loan_id, "its day was past when it was made")
    promise_id = uuid5(FORBEAR, f"promise:{scope.tenant}:{loan_id}:{made_on}:{due_on}:{amount_cents}").hex
    with acting(scope):
        person_id = lock_people_of_loans(scope.tenant, [loan_id])[loan_id]
        lender = lender_settings(scope.tenant, made_on)
        _, is_new = PromiseToPay.objects.get_or_create(
            tenant_id=scope.tenant,
            promise_id=promise_id,
            defaults={
                "loan_id": loan_id,
                "made_on": made_on,
                "due_on": due_on,
                "amount_cents": amount_cents,
                "grace_days": lender.promise_grace_days,
                "threshold_percent": lender.promise_threshold_percent,
            },
        )
        if not is_new:
            return Made(promise_id, person_id, False, 0)
        withdrawn = fall_silent(scope.tenant, [person_id], "promise", loan_ids=[loan_id])
        refresh_work(scope.tenant, [person_id])
        told = {"loan": loan_id, "amount_cents": amount_cents, "due_on": due_on.isoformat(), "withdrawn": withdrawn}
        audit.record(audit.Entry("promise.made", "promise", promise_id, person_id, told))
        emit("promise.made", person_id, {"promise": promise_id, "person": person_id, **told})
        return Made(promise_id, person_id, True, withdrawn)


def cancel_promise(scope: Scope, promise_id: str, on: date) -> bool:
    """Take a promise back by agreement, on a day: from then on it is neither kept nor broken.

    Returns:
        False when it was taken back before.

    Raises:
        InputError: ``unknown_promise``; ``bad_promise`` for a day before it was made, and for one that was kept or broken.
    """
    with acting(scope):
        row = PromiseToPay.objects.filter(tenant_id=scope.tenant, promise_id=promise_id).first()
        if row is None:
            raise InputError("unknown_promise", "There is no such promise.", promise=promise_id)
        person_id = lock_people_of_loans(scope.tenant, [row.loan_id])[row.loan_id]
        judge_promises(scope.tenant, on, [row.loan_id])
        row.refresh_from_db()
        if row.cancelled_on is not None:
            return False
        if on < row.made_on:
            raise _bad(row.loan_id, "it cannot be taken back before it was made")
        if row.verdict != "open":
            raise _bad(row.loan_id, f"it is {row.verdict} already")
        row.cancelled_on = on
        row.save(update_fields=["cancelled_on"])
        judge_promises(scope.tenant, on, [row.loan_id])
        refresh_work(scope.tenant, [person_id])
        told = {"loan": row.loan_id, "on": on.isoformat()}
        audit.record(audit.Entry("promise.cancelled", "promise", promise_id, person_id, told))
        emit("promise.cancelled", person_id, {"promise": promise_id, "person": person_id, **told})
        return True


def _bad(loan_id: str, reason: str) -> InputError:
    return InputError("bad_promise", f"The promise is off: {reason}.", do="Mend it and send it again.", loan=loan_id)
