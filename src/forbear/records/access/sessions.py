"""Sessions that know whose they are, so that they can be listed, and ended when what their user may do changes.

The name of the class is the one that Django asks a session engine for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.models import StaffSession, User
from forbear.records.scope import Scope, acting

SEAT = "seat"
"""In a session: since when, from which address and with which browser somebody sits there."""


class SessionStore(DatabaseStore):
    """Django's sessions in the database, in the table that knows the user."""

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        """The table."""
        return StaffSession

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        """The row of a session."""
        row: StaffSession = super().create_model_instance(data)
        seat = data.get(SEAT, {})
        row.public_id = uuid5(FORBEAR, f"session:{row.session_key}")
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.begun_at = datetime.fromisoformat(seat["begun_at"]) if seat else None
        row.address, row.browser = seat.get("address", "")[:64], seat.get("browser", "")[:200]
        return row


@dataclass(frozen=True)
class Seat:
    """An open session as it may be shown: never the key that opens it."""

    public_id: UUID
    username: str
    role: str
    begun_at: datetime | None
    ends_at: datetime
    address: str
    browser: str


def sit_down(session: Any, at: datetime, address: str, browser: str) -> None:
    """Write into a session since when and from where its user is there."""
    session[SEAT] = {"begun_at": at.isoformat(), "address": address[:64], "browser": browser[:200]}


def open_seats(tenant: str, now: datetime, *, limit: int = 200) -> list[Seat]:
    """The sessions of a tenant's users that are open, the newest first."""
    users = {
        pk: (name, role)
        for pk, name, role in User.objects.filter(tenant_id=tenant).values_list("pk", "username", "role")
    }
    rows = StaffSession.objects.filter(user_id__in=users, expire_date__gt=now).order_by("-begun_at", "public_id")[
        :limit
    ]
    return [
        Seat(row.public_id, *users[row.user_id], row.begun_at, row.expire_date, row.address, row.browser)
        for row in rows
    ]


def end_session(scope: Scope, public_id: UUID) -> bool:
    """End one session of the tenant now; False where it had ended before.

    Raises:
        InputError: ``unknown_session`` for one of nobody of this tenant.
    """
    with acting(Scope(scope.tenant, scope.actor)):
        row = StaffSession.objects.filter(public_id=public_id).first()
        user = None if row is None else User.objects.filter(pk=row.user_id, tenant_id=scope.tenant).first()
        if row is None or user is None:
            raise InputError("unknown_session", "There is no such session.", session=public_id)
        ended = StaffSession.objects.filter(pk=row.pk).delete()[0]
        if ended:
            audit.record(audit.Entry("session.ended", "user", user.username, payload={"sessions": 1}))
        return bool(ended)


def end_sessions_of(user_ids: Sequence[int]) -> int:
    """End every session of these users, within the transaction that changes what they may do.

    Returns:
        How many were ended.
    """
    return int(StaffSession.objects.filter(user_id__in=user_ids).delete()[0])
