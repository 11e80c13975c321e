"""What is agreed to put right after a complaint or a dispute, and noted as done."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.redress.matters import KINDS, check_code, check_worker
from forbear.records.actions.silence import moment
from forbear.records.models import CorrectiveMeasure
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

MEASURE_KINDS = (
    "train_staff", "warn_staff", "remove_staff", "warn_agency", "recall_placement", "mend_template", "mend_playbook",
    "mend_system", "correct_record", "apologise", "compensate", "other",
)  # fmt: skip
MATTERS = ("complaint", "dispute")


def agree_measure(
    scope: Scope, matter_kind: str, matter_id: UUID, kind: str, owner: str, due_on: date, text: str = ""
) -> UUID:
    """Agree on what somebody does until a day. The same again is the same one.

    Args:
        kind: of :data:`MEASURE_KINDS`.
        text: what exactly; kept sealed.

    Raises:
        InputError: ``not_in_list``, ``unknown_user``, ``unknown_complaint``, ``unknown_dispute``.
    """
    check_code("kind", kind, MEASURE_KINDS)
    check_code("matter", matter_kind, MATTERS)
    measure_id = uuid5(FORBEAR, f"measure:{scope.tenant}:{matter_id}:{kind}:{owner}:{due_on}")
    with acting(scope):
        person_id = KINDS[matter_kind].access(scope.tenant, matter_id).person_id
        check_worker(scope.tenant, owner)
        _, is_new = CorrectiveMeasure.objects.get_or_create(
            tenant_id=scope.tenant,
            measure_id=measure_id,
            defaults={
                "matter_kind": matter_kind,
                "matter_id": matter_id,
                "person_id": person_id,
                "kind": kind,
                "text_sealed": sealer(scope.tenant).seal("measure", text),
                "owner": owner,
                "due_on": due_on,
                "agreed_by": scope.actor,
            },
        )
        if is_new:
            told = {"measure": str(measure_id), "kind": kind, "owner": owner, "due_on": due_on.isoformat()}
            audit.record(audit.Entry(f"{matter_kind}.measure_agreed", matter_kind, str(matter_id), person_id, told))
        return measure_id


def finish_measure(scope: Scope, measure_id: UUID) -> bool:
    """Note that a measure is done. A second time changes nothing.

    Returns:
        False where it was done before.

    Raises:
        InputError: ``unknown_measure``.
    """
    with acting(scope):
        row = (
            CorrectiveMeasure.objects.select_for_update().filter(tenant_id=scope.tenant, measure_id=measure_id).first()
        )
        if row is None:
            raise InputError("unknown_measure", "There is no such measure.", measure=str(measure_id))
        if row.done_at is not None:
            return False
        row.done_at, row.done_by = moment(), scope.actor
        row.save(update_fields=["done_at", "done_by"])
        told = {"measure": str(measure_id), "kind": row.kind}
        audit.record(
            audit.Entry(f"{row.matter_kind}.measure_done", row.matter_kind, str(row.matter_id), row.person_id, told)
        )
        return True
