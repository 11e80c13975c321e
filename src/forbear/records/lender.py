"""What a lender chose for its desk: the law it works under, its clock, how old its feed may be, and how it signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from forbear.book.settings import settings_of
from forbear.kernel.dates import zone
from forbear.kernel.errors import BookError, UsageError
from forbear.records.scope import Scope, acting, is_acting


@dataclass(frozen=True)
class LenderSettings:
    """The settings of a tenant, each with what stands where nothing was chosen.

    Args:
        feed_hours_max: hours after which the last book feed is too old to act on.
        permit_minutes_max: minutes for which a permit given to an outside agency stands.
        tries_max: how often an act that certainly did not leave is tried again on its day.
        paid_days: for how many days a borrower's word that it was paid is taken: by then the feed shows it, or it does not.
        promise_grace_days: days after its due date on which money still counts for a promise.
        promise_threshold_percent: the share of a promise that keeps it, in whole percent.
        ageing: how it ages its book, as :class:`forbear.book.settings.AgeingSettings` names it; the same for the plan of a day and
            for the look at the minute of sending.
        attests_lawful_debt: the lender answers for it that its debts are lawful and its claims its own. Without it nothing that
            speaks of a debt can be sent: no machine can know it. A loan above the ceiling of price is not covered by it.
        second_factor: whether staff must sign in with a second factor besides their password.
        approval_days: for how many days a request waits for a second person, and what was allowed stands.
        allocation_rotation_days: days after which a case goes to another collector; none where it is 0.
        allocation_keep_steps: by how many cases a collector may be above another before cases are taken from them.
        inspection_percent: the share of a day's contacts that is drawn for inspection, besides those complained of.
        institution: what borrowers are told of the lender: ``name``, ``service_phone``, ``complaint_phone``, ``address``,
            ``how_to_pay``, ``portal`` (its own web address), ``seal`` (the words of the seal below its letters) and
            ``credit_bureau`` (where it reports loans; without it no message says that it does).
    """

    law: str = "cn+house"
    profile: str = "strict"
    playbook: str = "balanced"
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    feed_hours_max: int = 30
    permit_minutes_max: int = 15
    tries_max: int = 5
    paid_days: int = 3
    promise_grace_days: int = 0
    promise_threshold_percent: int = 100
    attests_lawful_debt: bool = False
    second_factor: bool = True
    approval_days: int = 7
    allocation_rotation_days: int = 0
    allocation_keep_steps: int = 5
    inspection_percent: int = 5
    institution: Mapping[str, str] = field(default_factory=dict)
    ageing: Mapping[str, Any] = field(default_factory=dict)

    def date_of(self, at: datetime) -> date:
        """The day of an instant on the lender's calendar.

        >>> LenderSettings().date_of(datetime.fromisoformat("2026-11-22T16:00:00+00:00"))
        datetime.date(2026, 11, 23)
        """
        return at.astimezone(zone(self.time_zone)).date()


def lender_settings(tenant: str, when: date | datetime | None = None) -> LenderSettings:
    """The settings of a tenant on a business date: as the owner of the deployment wrote them down, and the changes that two people
    made since and that stand by then.

    Args:
        when: the date, or an instant of it; now by the clock of the deployment where it is not given.

    Raises:
        UsageError: ``unknown_tenant``; ``bad_setting`` for a name that is none.
    """
    if not is_acting():
        with acting(Scope(tenant, "settings")):
            return lender_settings(tenant, when)
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, [tenant])
        found = cursor.fetchone()
    if found is None:
        raise UsageError("unknown_tenant", f"There is no tenant {tenant!r}.", do="forbear records tenant makes one.")
    chosen, changes = json.loads(found[0]), json.loads(found[1] or "[]")
    if not changes:
        return read_settings(chosen)
    day = _day_of(read_settings(chosen), settings.FORBEAR_CLOCK.now() if when is None else when)
    for each in changes:
        if date.fromisoformat(each["on"]) <= day:
            chosen = with_changes(chosen, each["changes"])
    return read_settings(chosen)


_CHOSEN = """
SELECT t.settings::text, (
    SELECT jsonb_agg(jsonb_build_object('on', c.from_on, 'changes', c.changes) ORDER BY c.from_on, c.decided_at, c.id)
    FROM records_settingchange c WHERE c.tenant_id = t.code AND c.decision = 'approved' AND c.ended_at IS NULL
)::text FROM records_tenant t WHERE t.code = %s
"""
AGEING = "ageing."
"""What the name of a setting of ageing begins with, where it is changed by itself."""


def _day_of(lender: LenderSettings, when: date | datetime) -> date:
    return lender.date_of(when) if isinstance(when, datetime) else when


def with_changes(chosen: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as written down with some of them changed.

    >>> with_changes({"paid_days": 3, "ageing": {"grace_days": 1}}, {"paid_days": 5, "ageing.grace_days": 2})
    {'paid_days': 5, 'ageing': {'grace_days': 2}}
    """
    made = dict(chosen)
    for name, value in changes.items():
        if name.startswith(AGEING):
            made["ageing"] = {**made.get("ageing", {}), name.removeprefix(AGEING): value}
        else:
            made[name] = value
    return made


def setting_of(lender: LenderSettings, name: str) -> Any:
    """The value of a setting by its name; of one of ageing that nothing was chosen for, what stands then.

    >>> setting_of(LenderSettings(), "paid_days"), setting_of(LenderSettings(), "ageing.in_flight_days")
    (3, 7)
    """
    if name.startswith(AGEING):
        return getattr(settings_of(lender.ageing), name.removeprefix(AGEING))
    return getattr(lender, name)


def bounds_of(name: str) -> tuple[int, int | None]:
    """The least and the most that a whole number may be; None for no most."""
    return _BOUNDS.get(name, (0, None))


def read_settings(given: Mapping[str, Any]) -> LenderSettings:
    """Settings as written down.

    Raises:
        UsageError: ``bad_setting`` for a name that is none, and for a value that cannot be one.
    """
    known = {each.name for each in fields(LenderSettings)}
    odd = sorted(set(given) - known)
    if odd:
        do = f"There are: {', '.join(sorted(known))}."
        raise UsageError("bad_setting", f"A tenant has no setting {odd[0]!r}.", do=do)
    for name, value in given.items():
        _check(name, value)
    return LenderSettings(**given)


_BOUNDS = {
    "feed_hours_max": (1, 24 * 31),
    "permit_minutes_max": (1, 24 * 60),
    "tries_max": (0, 100),
    "paid_days": (0, 31),
    "promise_grace_days": (0, 31),
    "promise_threshold_percent": (1, 100),
    "approval_days": (1, 31),
    "allocation_rotation_days": (0, 365),
    "allocation_keep_steps": (0, 1_000),
    "inspection_percent": (0, 100),
}


def _check(name: str, value: Any) -> None:
    if name in _BOUNDS:
        least, most = _BOUNDS[name]
        if type(value) is not int or not least <= value <= most:
            raise _bad(name, f"a whole number from {least} to {most}")
    elif name in ("attests_lawful_debt", "second_factor"):
        if type(value) is not bool:
            raise _bad(name, "true or false")
    elif name == "ageing":
        try:
            settings_of(value)
        except BookError as error:
            raise UsageError("bad_setting", error.message, do=error.do, key=name) from error
    elif name == "institution":
        is_plain = isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())
        if not is_plain:
            raise _bad(name, "texts by name")
    elif not isinstance(value, str) or not value:
        raise _bad(name, "a text")
    elif name == "time_zone":
        try:
            zone(value)
        except UsageError as error:
            raise _bad(name, "a time zone, as Asia/Shanghai") from error


def _bad(name: str, wanted: str) -> UsageError:
    return UsageError("bad_setting", f"The setting {name!r} must be {wanted}.", do="Mend the settings.", key=name)
