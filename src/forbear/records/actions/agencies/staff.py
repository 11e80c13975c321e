"""The people who contact borrowers, of the lender or of an agency: who they are, and what they were taught."""

from __future__ import annotations

from datetime import date

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.events import emit
from forbear.records.models import Agency, Staff
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer


def register_staff(scope: Scope, staff_id: str, name: str, *, agency_id: str = "", work_card: str = "") -> bool:
    """Write somebody into the register; the name is sealed. The same again changes nothing.

    Args:
        agency_id: whom they work for; empty for the lender itself.
        work_card: the number on the card that they show.

    Returns:
        Whether they are new.

    Raises:
        InputError: ``bad_staff`` without an id or a name; ``unknown_agency``; ``staff_elsewhere`` for one who is with another
            agency and has not left it.
    """
    if not 0 < len(staff_id) <= 64 or not 0 < len(name) <= 100 or len(work_card) > 64:
        raise InputError(
            "bad_staff", "Staff have an id and a work card of up to 64 characters, and a name of up to 100."
        )
    with acting(scope):
        if agency_id and not Agency.objects.filter(tenant_id=scope.tenant, agency_id=agency_id).exists():
            raise InputError("unknown_agency", "There is no such agency.", agency=agency_id)
        row, is_new = Staff.objects.select_for_update().get_or_create(
            tenant_id=scope.tenant, staff_id=staff_id, defaults={"agency_id": agency_id, "work_card": work_card}
        )
        if row.agency_id != agency_id and row.left_on is None:
            do = "Have them leave it first."
            raise InputError("staff_elsewhere", "They are with another agency.", do=do, staff=staff_id)
        box = sealer(scope.tenant)
        now = (agency_id, work_card, name)
        if not is_new and row.left_on is None and now == (row.agency_id, row.work_card, _name(row)):
            return False
        if row.left_on is not None:
            # Whoever comes back is taught anew.
            row.left_on, row.trained_on, row.examined_on = None, None, None
        row.agency_id, row.work_card, row.name_sealed = agency_id, work_card, box.seal("staff_name", name)
        row.save()
        _tell("staff.registered" if is_new else "staff.changed", staff_id, {"agency": agency_id})
        return is_new


def train_staff(scope: Scope, staff_id: str, trained_on: date, *, examined_on: date | None = None) -> bool:
    """Note a training, and the exam that was passed after it. Only later days than those known are news.

    Returns:
        Whether anything is news.

    Raises:
        InputError: ``unknown_staff``.
    """
    with acting(scope):
        row = _access(scope.tenant, staff_id)
        before = row.trained_on, row.examined_on
        row.trained_on = max(trained_on, row.trained_on or trained_on)
        if examined_on is not None:
            row.examined_on = max(examined_on, row.examined_on or examined_on)
        if before == (row.trained_on, row.examined_on):
            return False
        row.save(update_fields=["trained_on", "examined_on"])
        told = {
            "trained_on": row.trained_on.isoformat(),
            "examined_on": row.examined_on.isoformat() if row.examined_on else None,
        }
        _tell("staff.trained", staff_id, told)
        return True


def let_staff_go(scope: Scope, staff_id: str, left_on: date) -> bool:
    """Note that somebody left; from that day on they contact nobody. A second time changes nothing.

    Returns:
        False when they had left before.

    Raises:
        InputError: ``unknown_staff``.
    """
    with acting(scope):
        row = _access(scope.tenant, staff_id)
        if row.left_on is not None:
            return False
        row.left_on = left_on
        row.save(update_fields=["left_on"])
        _tell("staff.left", staff_id, {"left_on": left_on.isoformat()})
        return True


def _access(tenant: str, staff_id: str) -> Staff:
    row = Staff.objects.select_for_update().filter(tenant_id=tenant, staff_id=staff_id).first()
    if row is None:
        raise InputError("unknown_staff", "There is nobody of this id.", staff=staff_id)
    return row


def _name(row: Staff) -> str | None:
    return sealer(row.tenant_id).open("staff_name", row.name_sealed)


def _tell(action: str, staff_id: str, told: dict[str, str | None]) -> None:
    audit.record(audit.Entry(action, "staff", staff_id, payload=told))
    emit(action, "", {"staff": staff_id, **told})
