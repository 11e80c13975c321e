"""Tenants and the people who work for them. Made by whoever owns the deployment, not by an application's role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from forbear.kernel.errors import UsageError
from forbear.records import audit
from forbear.records.actions.administration.setting_changes import end_changes
from forbear.records.actions.silence import moment
from forbear.records.lender import read_settings
from forbear.records.models import Tenant, User
from forbear.records.models.tenant import ROLES
from forbear.records.scope import REACHES, Scope, acting

_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


def open_tenant(code: str, name: str, settings: Mapping[str, Any]) -> bool:
    """Make a tenant, or give one that is there new settings.

    Returns:
        Whether it is new.

    Raises:
        UsageError: ``bad_tenant`` for a code that is none, ``bad_setting``.
    """
    if not _CODE.fullmatch(code):
        raise UsageError("bad_tenant", "A tenant's code is small letters, digits and hyphens.", tenant=code)
    read_settings(settings)
    with acting(Scope(code, "owner")):
        given = {"name": name, "settings": dict(settings)}
        _, is_new = Tenant.objects.get_or_create(code=code, defaults=given)
        if not is_new:
            Tenant.objects.filter(code=code).update(**given)
            end_changes(code, None, moment())
        told = {"settings": {key: value for key, value in settings.items() if key != "institution"}}
        audit.record(audit.Entry("tenant.opened" if is_new else "tenant.changed", "tenant", code, payload=told))
    return is_new


def change_settings(code: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change some settings of a tenant and leave the others; a setting that is changed to None stands again as where nothing was
    chosen.

    Returns:
        The settings as they are now written down.

    Raises:
        UsageError: ``unknown_tenant``, ``bad_setting``.
    """
    with acting(Scope(code, "owner")):
        # Without the key: every row of the lender refers to it, and its writer may hold an audit lane that is needed here.
        row = Tenant.objects.select_for_update(no_key=True).filter(code=code).first()
        if row is None:
            raise UsageError("unknown_tenant", f"There is no tenant {code!r}.", do="forbear records tenant list")
        chosen = {name: value for name, value in {**row.settings, **changes}.items() if value is not None}
        read_settings(chosen)
        is_new = chosen != row.settings
        if is_new:
            row.settings = chosen
            row.save(update_fields=["settings"])
        # Who owns the deployment is above what was approved: what they set stands, the others stay.
        ended = end_changes(code, list(changes), moment())
        if is_new or ended:
            told = {"settings": {name: value for name, value in changes.items() if name != "institution"}}
            audit.record(audit.Entry("tenant.changed", "tenant", code, payload=told))
        return chosen


def add_user(
    tenant: str, name: str, password: str, *, role: str, reach: str, team: str = "", agency_id: str = ""
) -> None:
    """Make a user with a password that is kept as its Argon2 digest only.

    Raises:
        UsageError: ``unknown_tenant``, ``bad_user`` naming what is off.
    """
    if not Tenant.objects.filter(code=tenant).exists():
        raise UsageError("unknown_tenant", f"There is no tenant {tenant!r}.", do="forbear records tenant list")
    if role not in ROLES or reach not in REACHES:
        raise UsageError("bad_user", f"Roles are {', '.join(ROLES)}; reaches are {', '.join(REACHES)}.", user=name)
    if (reach == "team" and not team) or (reach == "agency" and not agency_id):
        raise UsageError("bad_user", f"Whoever sees a {reach} must be of one.", user=name)
    made = User(username=name, tenant_id=tenant, role=role, reach=reach, team=team, agency_id=agency_id)
    try:
        validate_password(password, made)
    except ValidationError as error:
        raise UsageError("bad_user", " ".join(error.messages), user=name) from error
    if User.objects.filter(username=name).exists():
        raise UsageError("bad_user", "There is a user of this name.", user=name)
    made.set_password(password)
    with acting(Scope(tenant, "owner")):
        made.save()
        told = {"role": role, "reach": reach, "team": team, "agency": agency_id}
        audit.record(audit.Entry("user.added", "user", name, payload=told))
