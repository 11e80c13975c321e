"""What a lender chose, changed by two people: one asks for it, another decides, and it stands from a business date on.

No setting can loosen what the law orders: the gate asks the law of the day for every contact, whatever stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.lender import AGEING, lender_settings, read_settings, setting_of, with_changes
from forbear.records.models import SettingChange, Tenant
from forbear.records.scope import Scope, acting

NUMBERS = (
    "feed_hours_max", "permit_minutes_max", "tries_max", "paid_days", "promise_grace_days", "promise_threshold_percent",
    "approval_days", "allocation_rotation_days", "allocation_keep_steps", "inspection_percent",
)  # fmt: skip
ANSWERS = ("attests_lawful_debt", "second_factor")
OF_AGEING = tuple(
    f"{AGEING}{name}"
    for name in (
        "tolerance_cents",
        "grace_days",
        "in_flight_days",
        "pre_due_days",
        "promise_grace_days",
        "promise_kept_percent",
    )
)
CHANGEABLE = (*NUMBERS, *ANSWERS, *OF_AGEING)
"""What is changed here: whole numbers, and what is true or not. All else is of whoever owns the deployment, or has its own page."""
REASON_LENGTH_MAX = 200


@dataclass(frozen=True)
class Wish:
    """One setting, its new value, the business date from which it is to stand, and why. The reason names nobody."""

    name: str
    value: int | bool
    from_on: date
    reason: str


def propose_change(scope: Scope, change_id: UUID, wish: Wish, now: datetime) -> bool:
    """Ask for a change. It waits until somebody else decides.

    Returns:
        False where it was asked for before.

    Raises:
        InputError: ``unknown_setting`` for one that is not changed here; ``no_reason``, ``bad_reason``; ``day_past``;
            ``nothing_changes``; ``asked_already`` where a change of the same setting waits.
        UsageError: ``bad_setting``.
    """
    if wish.name not in CHANGEABLE:
        raise InputError("unknown_setting", "This setting is not changed here.", setting=wish.name)
    if not wish.reason:
        raise InputError("no_reason", "It is not said why.", do="Say why.")
    if len(wish.reason) > REASON_LENGTH_MAX:
        raise InputError(
            "bad_reason", f"The reason has more than {REASON_LENGTH_MAX} characters.", do="Make it shorter."
        )
    changes = {wish.name: wish.value}
    read_settings(with_changes({}, changes))
    with acting(Scope(scope.tenant, scope.actor)):
        Tenant.objects.select_for_update(no_key=True).get(code=scope.tenant)
        if SettingChange.objects.filter(tenant_id=scope.tenant, change_id=change_id).exists():
            return False
        _check_day(scope.tenant, wish.from_on, now)
        before = setting_of(lender_settings(scope.tenant, wish.from_on), wish.name)
        if before == wish.value and type(before) is type(wish.value):
            raise InputError("nothing_changes", "It has this value already.", do="Choose another.", setting=wish.name)
        waiting = SettingChange.objects.filter(tenant_id=scope.tenant, decision="", changes__has_key=wish.name)
        if waiting.exists():
            do = "Decide that one first."
            raise InputError("asked_already", "A change of this setting waits already.", do=do, subject=wish.name)
        SettingChange.objects.create(
            tenant_id=scope.tenant, change_id=change_id, changes=changes, from_on=wish.from_on, reason=wish.reason,
            asked_by=scope.actor,
        )  # fmt: skip
        told = {"changes": changes, "before": before, "from_on": wish.from_on.isoformat(), "reason": wish.reason}
        audit.record(audit.Entry("setting.asked", "setting", wish.name, payload=told))
        return True


def decide_change(scope: Scope, change_id: UUID, now: datetime, *, approve: bool) -> None:
    """Allow or refuse what another person asked for. The database itself lets nobody decide what they asked for.

    Raises:
        InputError: ``unknown_change``, ``own_approval``, ``approval_decided``; ``day_past`` for what should have stood already.
    """
    with acting(Scope(scope.tenant, scope.actor)):
        row = SettingChange.objects.select_for_update().filter(tenant_id=scope.tenant, change_id=change_id).first()
        if row is None:
            raise InputError("unknown_change", "There is no such change.", change=change_id)
        if row.asked_by == scope.actor:
            raise InputError("own_approval", "Nobody approves what they asked for.", do="Ask somebody else.")
        if row.decision:
            raise InputError("approval_decided", "It was decided before.", change=change_id)
        if approve:
            _check_day(scope.tenant, row.from_on, now)
        row.decision, row.decided_by, row.decided_at = "approved" if approve else "refused", scope.actor, now
        row.save(update_fields=["decision", "decided_by", "decided_at"])
        told = {"changes": row.changes, "from_on": row.from_on.isoformat(), "asked_by": row.asked_by}
        (name,) = row.changes
        audit.record(audit.Entry(f"setting.{row.decision}", "setting", name, payload=told))


def end_changes(tenant: str, names: Sequence[str] | None, now: datetime) -> int:
    """What was approved stands no more, where the owner of the deployment sets the same; for all with no names. In the caller's
    transaction.

    Returns:
        How many ended.
    """
    standing = SettingChange.objects.filter(tenant_id=tenant, decision="approved", ended_at__isnull=True)
    if names is not None:
        of_ageing = [each for each in OF_AGEING if AGEING.rstrip(".") in names]
        standing = standing.filter(changes__has_any_keys=[*names, *of_ageing])
    return standing.update(ended_at=now)


def value_of(change: SettingChange) -> tuple[str, Any]:
    """The setting that a change is of, and its new value."""
    changes: Mapping[str, Any] = change.changes
    ((name, value),) = changes.items()
    return name, value


def _check_day(tenant: str, day: date, now: datetime) -> None:
    if day < lender_settings(tenant, now).date_of(now):
        raise InputError(
            "day_past", "The day is past: what was done then stands.", do="Give today, or a day to come.", day=day
        )
