"""What the lender chose: each setting with its meaning, who changed it when, and its change by two people from a date on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.administration.asking import key_in
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import posted_day, text_in
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records.access.chance import fresh_form_key
from forbear.records.actions.administration.setting_changes import (
    ANSWERS,
    CHANGEABLE,
    REASON_LENGTH_MAX,
    Wish,
    decide_change,
    propose_change,
    value_of,
)
from forbear.records.lender import LenderSettings, bounds_of, setting_of
from forbear.records.models import AuditEntry, SettingChange

SHOWN = 30
DECISIONS = {"approve": True, "refuse": False}
FIXED = tuple(each.name for each in fields(LenderSettings) if each.name not in CHANGEABLE)
"""What is chosen elsewhere: by the owner of the deployment, or, of playbooks, at their own page."""


@dataclass(frozen=True)
class Change:
    """A change as it is shown: ``state`` is waits, approved, refused or ended; what was before is not known of every one."""

    row: SettingChange
    name: str
    value: str
    state: str
    is_own: bool
    is_past: bool


def settings_page(request: HttpRequest) -> HttpResponse:
    """All settings, the changes that wait, and those that were decided; a POST decides one."""
    visitor = visitor_of(request)
    if request.method == "POST":
        decision = request.POST.get("decision", "")
        if decision not in DECISIONS:
            raise InputError("bad_deed", "It is not said what to do.", do="Approve, or refuse.")
        decide_change(visitor.scope, key_in(request), visitor.clock.now(), approve=DECISIONS[decision])
        done = _("Approved. It stands from its day on.") if DECISIONS[decision] else _("Refused.")
        return said(request, done, "settings")
    changes = _changes(visitor)
    coming = {
        each.name: each for each in reversed(changes) if each.state == "approved" and each.row.from_on > visitor.today
    }
    return draw(
        request, "administration/settings.html.jinja", section="administration", today=visitor.today,
        rows=[(name, _shown(setting_of(visitor.lender, name)), coming.get(name)) for name in CHANGEABLE],
        fixed=[(name, _shown(setting_of(visitor.lender, name))) for name in FIXED],
        waiting=[each for each in changes if each.state == "waits"],
        decided=[each for each in changes if each.state != "waits"], by_owner=_by_owner(visitor),
    )  # fmt: skip


def setting(request: HttpRequest, chosen: str) -> HttpResponse:
    """One setting: the form to ask for another value, and its changes before."""
    visitor, name = visitor_of(request), chosen
    if name not in CHANGEABLE:
        raise InputError("unknown_setting", "This setting is not changed here.", setting=name)
    if request.method == "POST":
        wish = Wish(name, _read(name, request), posted_day(request, "from_on"), text_in(request, "reason"))
        propose_change(visitor.scope, key_in(request), wish, visitor.clock.now())
        return said(request, _("Asked for. It waits for a second administrator."), "settings")
    value = setting_of(visitor.lender, name)
    least, most = bounds_of(name)
    return draw(
        request, "administration/setting.html.jinja", section="administration", name=name, value=value, shown=_shown(value),
        is_answer=name in ANSWERS, least=least, most=most, today=visitor.today, once=fresh_form_key(),
        changes=[each for each in _changes(visitor) if each.name == name], reason_length_max=REASON_LENGTH_MAX,
    )  # fmt: skip


def _read(name: str, request: HttpRequest) -> int | bool:
    given = request.POST.get("value", "").strip()
    if name in ANSWERS:
        if given not in ("yes", "no"):
            raise InputError("bad_value", "It is neither yes nor no.", do="Choose one of the two.", setting=name)
        return given == "yes"
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise InputError("bad_value", "It is no whole number.", do="Give a whole number.", setting=name)
    least, most = bounds_of(name)
    if int(given) < least or (most is not None and int(given) > most):
        raise InputError("bad_value", "It is out of its bounds.", do="Choose one within them.", setting=name)
    return int(given)


def _changes(visitor: Visitor) -> list[Change]:
    """The newest changes, and all that wait."""
    kept = SettingChange.objects.filter(tenant_id=visitor.tenant).order_by("-id")
    found = {each.pk: each for each in [*kept.filter(decision=""), *kept[:SHOWN]]}
    return [_change(visitor, found[key]) for key in sorted(found, reverse=True)]


def _change(visitor: Visitor, row: SettingChange) -> Change:
    name, value = value_of(row)
    state = "ended" if row.ended_at else row.decision or "waits"
    return Change(
        row, name, _shown(value), state, row.asked_by == visitor.user.username, row.from_on < visitor.today
    )  # fmt: skip


def _by_owner(visitor: Visitor) -> list[AuditEntry]:
    """What the owner of the deployment changed."""
    told = AuditEntry.objects.filter(tenant_id=visitor.tenant, action__in=["tenant.opened", "tenant.changed"])
    return list(told.order_by("-id")[:SHOWN])


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value in ("", {}):
        return code_words("setting value", "default")
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in value.items())
    return str(value)
