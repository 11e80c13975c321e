"""What a lender chose for its desk: the law it works under, its clock, how old its feed may be, and how it signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from forbear.kernel.errors import UsageError
from forbear.records.models import Tenant


@dataclass(frozen=True)
class LenderSettings:
    """The settings of a tenant, each with what stands where nothing was chosen.

    Args:
        feed_hours_max: hours after which the last book feed is too old to act on.
        permit_minutes_max: minutes for which a permit given to an outside agency stands.
        tries_max: how often an act that certainly did not leave is tried again on its day.
        attests_lawful_debt: the lender answers for it that its debts are lawful and its claims its own. Without it nothing that
            speaks of a debt can be sent: no machine can know it. A loan above the ceiling of price is not covered by it.
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
    attests_lawful_debt: bool = False
    institution: Mapping[str, str] = field(default_factory=dict)


def lender_settings(tenant: str) -> LenderSettings:
    """The settings of a tenant.

    Raises:
        UsageError: ``unknown_tenant``; ``bad_setting`` for a name that is none.
    """
    found: dict[str, Any] | None = Tenant.objects.filter(code=tenant).values_list("settings", flat=True).first()
    if found is None:
        raise UsageError("unknown_tenant", f"There is no tenant {tenant!r}.", do="forbear records tenant makes one.")
    return read_settings(found)


def read_settings(given: Mapping[str, Any]) -> LenderSettings:
    """Settings as written down.

    Raises:
        UsageError: ``bad_setting`` for a name that is none.
    """
    known = {each.name for each in fields(LenderSettings)}
    odd = sorted(set(given) - known)
    if odd:
        do = f"There are: {', '.join(sorted(known))}."
        raise UsageError("bad_setting", f"A tenant has no setting {odd[0]!r}.", do=do)
    return LenderSettings(**given)
