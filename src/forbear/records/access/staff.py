"""The people who work for a tenant, as whoever administers them makes, changes, suspends and lets them in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.access.chance import fresh_token
from forbear.records.access.sessions import end_sessions_of
from forbear.records.models import Agency, User
from forbear.records.models.tenant import ROLES
from forbear.records.scope import REACHES, Scope, acting

GIVEN_ROLES = tuple(role for role in ROLES if role != "system")
SKILL_KINDS = ("stage", "language")
SHARE_MAX = 200
TEMPORARY_LENGTH = 20


@dataclass(frozen=True)
class Position:
    """What somebody does and how far they see.

    Args:
        skills: what they may work, by kind; a kind without values is no limit.
        share_percent: how much of a full load they carry.
    """

    role: str
    reach: str
    team: str = ""
    agency_id: str = ""
    language: str = "zh"
    skills: Mapping[str, Sequence[str]] = field(default_factory=dict)
    share_percent: int = 100


def hire(scope: Scope, username: str, position: Position) -> str:
    """Make a user.

    Returns:
        A temporary password, kept nowhere else: to be changed at the first sign-in.

    Raises:
        InputError: ``bad_staff`` naming what is off, also for a name that is taken; ``unknown_agency``.
    """
    if not 0 < len(username) <= 150 or any(each.isspace() for each in username):
        raise _bad("its name must have 1 to 150 characters without spaces")
    with _whole(scope):
        _check(scope.tenant, position)
        if User.objects.filter(username=username).exists():
            raise _bad("its name is taken")
        password = fresh_token()[-TEMPORARY_LENGTH:]
        user = User(username=username, tenant_id=scope.tenant, must_change_password=True, **_values(position))
        user.set_password(password)
        user.save()
        _tell("user.added", user, _told(position))
        return password


def change_position(scope: Scope, username: str, position: Position) -> bool:
    """Change what somebody does or sees; their sessions end where that is so. Nobody changes their own.

    Returns:
        False where nothing is different.

    Raises:
        InputError: ``unknown_user``, ``own_account``, ``bad_staff``, ``unknown_agency``.
    """
    with _whole(scope):
        user = _other(scope, username)
        _check(scope.tenant, position)
        values = _values(position)
        changed = {name for name, value in values.items() if getattr(user, name) != value}
        if not changed:
            return False
        for name, value in values.items():
            setattr(user, name, value)
        user.save(update_fields=sorted(values))
        ended = end_sessions_of([user.pk]) if changed & {"role", "reach", "team", "agency_id"} else 0
        _tell("user.changed", user, {**_told(position), "sessions_ended": ended})
        return True


def set_active(scope: Scope, username: str, *, is_active: bool) -> bool:
    """Suspend somebody, who is signed out at once, or let them in again. False where it was so already.

    Raises:
        InputError: ``unknown_user``, ``own_account``.
    """
    with _whole(scope):
        user = _other(scope, username)
        if user.is_active == is_active:
            return False
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        ended = 0 if is_active else end_sessions_of([user.pk])
        _tell("user.restored" if is_active else "user.suspended", user, {"sessions_ended": ended})
        return True


def reset_password(scope: Scope, username: str) -> str:
    """Take somebody's password away and sign them out.

    Returns:
        A temporary password, kept nowhere else: to be changed at the next sign-in.

    Raises:
        InputError: ``unknown_user``, ``own_account``.
    """
    with _whole(scope):
        user = _other(scope, username)
        password = fresh_token()[-TEMPORARY_LENGTH:]
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        _tell("user.password_reset", user, {"sessions_ended": end_sessions_of([user.pk])})
        return password


def reset_second_factor(scope: Scope, username: str) -> bool:
    """Have somebody set up a new second factor at the next sign-in. False where they had none.

    Raises:
        InputError: ``unknown_user``, ``own_account``.
    """
    with _whole(scope):
        user = _other(scope, username)
        if user.totp_sealed is None:
            return False
        user.totp_sealed = None
        user.save(update_fields=["totp_sealed"])
        _tell("user.second_factor_reset", user, {"sessions_ended": end_sessions_of([user.pk])})
        return True


def _whole(scope: Scope) -> Any:
    return acting(Scope(scope.tenant, scope.actor))


def _other(scope: Scope, username: str) -> User:
    user = User.objects.select_for_update().filter(tenant_id=scope.tenant, username=username).first()
    if user is None or user.role == "system":
        raise InputError("unknown_user", "There is no such user.", user=username)
    if username == scope.actor:
        raise InputError(
            "own_account", "Nobody administers themselves.", do="Ask another administrator.", user=username
        )
    return user


def _check(tenant: str, position: Position) -> None:
    for holds, reason in (
        (position.role in GIVEN_ROLES, "its role is none"),
        (position.reach in REACHES, "its reach is none"),
        (position.reach != "team" or position.team, "whoever sees a team must be of one"),
        (position.reach != "agency" or position.agency_id, "whoever sees an agency must be of one"),
        (len(position.team) <= 64, "its team is too long"),
        (set(position.skills) <= set(SKILL_KINDS), "its skills are of no kind that there is"),
        (1 <= position.share_percent <= SHARE_MAX, f"its share must be 1 to {SHARE_MAX} percent"),
    ):
        if not holds:
            raise _bad(reason)
    if position.agency_id and not Agency.objects.filter(tenant_id=tenant, agency_id=position.agency_id).exists():
        raise InputError("unknown_agency", "There is no such agency.", agency=position.agency_id)


def _bad(reason: str) -> InputError:
    return InputError("bad_staff", f"The user cannot be so: {reason}.", do="Mend it and try again.")


def _values(position: Position) -> dict[str, Any]:
    return {
        "role": position.role, "reach": position.reach, "team": position.team, "agency_id": position.agency_id,
        "language": position.language, "share_percent": position.share_percent,
        "skills": {kind: sorted(set(values)) for kind, values in position.skills.items() if values},
    }  # fmt: skip


def _told(position: Position) -> dict[str, Any]:
    return {name: value for name, value in _values(position).items() if name != "language"}


def _tell(action: str, user: User, told: Mapping[str, Any]) -> None:
    audit.record(audit.Entry(action, "user", user.username, payload=told))
