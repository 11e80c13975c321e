"""Staff of a tenant, one of each role, and how they come in: the real application with its whole stack, without a network between.

Imported only after :func:`records_server.running`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from forbear.doors.console.places import STAFF
from forbear.records.models import User

PASSWORD = "correct horse battery"
PASSWORD_DIGEST: list[str] = []


@dataclass(frozen=True)
class Colleague:
    """Somebody who works at the lender, signed in."""

    user: User
    client: Client

    def get(self, path: str, **options):
        """A page."""
        return self.client.get(path, **options)

    def post(self, path: str, body: dict | None = None, **options):
        """A form, sent."""
        return self.client.post(path, body or {}, **options)


def hire(tenant: str, role: str, name: str = "", *, reach: str = "all", team: str = "", language: str = "en") -> User:
    """Somebody with a password and without a second factor, whose name is their role where none is given."""
    if not PASSWORD_DIGEST:
        user = User()
        user.set_password(PASSWORD)
        PASSWORD_DIGEST.append(user.password)
    return User.objects.create(
        username=name or f"{role}.{tenant}", tenant_id=tenant, role=role, reach=reach, team=team, language=language,
        password=PASSWORD_DIGEST[0],
    )  # fmt: skip


def signed_in(user: User, *, checks_csrf: bool = False) -> Colleague:
    """They, past the door."""
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=checks_csrf)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return Colleague(user, client)


def everybody(tenant: str) -> dict[str, Colleague]:
    """One of each role who sees the whole tenant, by role."""
    return {role: signed_in(hire(tenant, role)) for role in STAFF}
