"""Complaints: opened, assigned, answered with what caused them, and taken up again."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records.actions.holds import end_hold, place_hold
from forbear.records.actions.redress.clock import due_date
from forbear.records.actions.redress.matters import (
    COMPLAINT,
    Opened,
    check_answered,
    check_code,
    check_contact,
    check_uninvolved,
    open_anew,
    tell,
    tell_of_clock,
)  # fmt: skip
from forbear.records.actions.silence import fall_silent, lock_person, moment
from forbear.records.models import Complaint, Hold
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

COMPLAINT_KINDS = ("conduct", "frequency", "disclosure", "visit", "amount", "service", "other")
ROOT_CAUSES = (
    "conduct_of_staff", "conduct_of_agency", "too_often", "wrong_hour", "wrong_person", "told_others", "wrong_amount",
    "contact_after_payment", "contact_after_refusal", "wrong_words", "system_fault", "no_fault_found", "other",
)  # fmt: skip
"""What a complaint may have been caused by; one is chosen when it is answered."""
OUTCOMES = ("upheld", "partly_upheld", "rejected", "withdrawn")
REOPENINGS = ("not_content", "new_facts", "answer_wrong", "regulator")


def open_complaint(scope: Scope, person_id: str, kind: str, text: str, on: date, *, contact_id: str = "") -> Opened:
    """Take a complaint in, tied to the contact that it is about: ordinary collection stops while it is open (CO7).

    Raises:
        InputError: ``unknown_person``, ``unknown_complaint_kind``; ``unknown_contact`` for one that is none of the person's.
    """
    if kind not in COMPLAINT_KINDS:
        do = f"There are: {', '.join(COMPLAINT_KINDS)}."
        raise InputError("unknown_complaint_kind", f"There is no complaint {kind!r}.", do=do)
    complaint_id = uuid5(FORBEAR, f"complaint:{scope.tenant}:{person_id}:{contact_id}:{kind}:{on}")
    with acting(scope):
        lock_person(scope.tenant, person_id)
        check_contact(scope.tenant, person_id, contact_id)
        due_on = due_date(scope.tenant, "complaint", on)
        _, is_new = Complaint.objects.get_or_create(
            tenant_id=scope.tenant,
            complaint_id=complaint_id,
            defaults={
                "person_id": person_id,
                "contact_id": contact_id,
                "kind": kind,
                "text_sealed": sealer(scope.tenant).seal("complaint", text),
                "due_on": due_on,
                "received_on": on,
            },
        )
        if is_new:
            place_hold(scope, person_id, "complaint", on)
            fall_silent(scope.tenant, [person_id], "complaint")
            told = {"kind": kind, "contact": contact_id}
            tell_of_clock("complaint", "opened", complaint_id, person_id, told, on, due_on)
        return Opened(complaint_id, due_on, is_new)


def answer_complaint(
    scope: Scope, complaint_id: UUID, outcome: str, root_cause: str, on: date, *, contact_id: str = "", answer: str = ""
) -> None:
    """Answer a complaint with what caused it; its hold ends when it was the last. A second answer changes nothing.

    Args:
        root_cause: of :data:`ROOT_CAUSES`.
        contact_id: the contact that caused it, where that came out only now.
        answer: what the person is told, kept sealed.

    Raises:
        InputError: ``unknown_complaint``; ``not_in_list`` for a root cause that is none; ``unknown_contact`` for one that is none of
            the person's; ``own_complaint`` for who made the contact that it is about.
    """
    with acting(scope):
        row = COMPLAINT.lock(scope.tenant, complaint_id)
        if row.answered_at is not None:
            return
        check_code("root_cause", root_cause, ROOT_CAUSES)
        check_contact(scope.tenant, row.person_id, contact_id)
        row.contact_id = contact_id or row.contact_id
        check_uninvolved(scope.tenant, row.contact_id, scope.actor)
        row.answered_at, row.outcome, row.root_cause, row.answered_by = moment(), outcome, root_cause, scope.actor
        row.answer_sealed = sealer(scope.tenant).seal("complaint_answer", answer)
        row.save(update_fields=["answered_at", "outcome", "root_cause", "contact_id", "answered_by", "answer_sealed"])
        _end_holds(scope, row.person_id, on)
        told = {"outcome": outcome, "root_cause": root_cause, "contact": row.contact_id}
        tell("complaint", "answered", complaint_id, row.person_id, told)


def reopen_complaint(scope: Scope, complaint_id: UUID, reason: str, on: date) -> date | None:
    """Take an answered complaint up again: ordinary collection stops anew, and the law's clock begins anew.

    Args:
        reason: a code of :data:`REOPENINGS`.

    Returns:
        The new day by which it must be answered.

    Raises:
        InputError: ``unknown_complaint``; ``not_in_list``; ``still_open`` for one that is not answered.
    """
    check_code("reason", reason, REOPENINGS)
    with acting(scope):
        row = COMPLAINT.lock(scope.tenant, complaint_id)
        check_answered("complaint", row, complaint_id)
        row.received_on, row.extension, row.extended_at, row.extension_approval = on, "", None, ""
        also = ("received_on", "extension", "extended_at", "extension_approval")
        open_anew(row, due_date(scope.tenant, "complaint", on), *also)
        place_hold(scope, row.person_id, "complaint", on, key=f"again:{complaint_id.hex[:12]}:{row.reopened_count}")
        fall_silent(scope.tenant, [row.person_id], "complaint")
        told = {"reason": reason, "before": row.outcome}
        tell_of_clock("complaint", "reopened", complaint_id, row.person_id, told, on, row.due_on)
        return row.due_on


def _end_holds(scope: Scope, person_id: str, on: date) -> None:
    own = {"tenant_id": scope.tenant, "person_id": person_id}
    if not Complaint.objects.filter(**own, answered_at__isnull=True).exists():
        for hold in Hold.objects.filter(**own, kind="complaint", ends_on__isnull=True):
            end_hold(scope, hold.hold_id, max(on, hold.starts_on))
