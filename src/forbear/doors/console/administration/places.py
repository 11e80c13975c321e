"""The places of administrators."""

from __future__ import annotations

from forbear.doors.console.administration import channels, operations, staff
from forbear.doors.console.places import Place, place

ADMINISTRATOR = ("administrator",)
BOTH = ("GET", "POST")
PLACES: tuple[Place, ...] = (
    place("administration", operations.overview, "administration", ADMINISTRATOR),
    place("administration/jobs", operations.jobs, "jobs", ADMINISTRATOR, BOTH),
    place("administration/channels", channels.channels, "channels", ADMINISTRATOR, BOTH),
    place("administration/imports", operations.imports, "imports", ADMINISTRATOR),
    place("administration/users", staff.users, "users", ADMINISTRATOR, BOTH),
    place("administration/users/<str:username>", staff.user, "user", ADMINISTRATOR, BOTH),
    place("administration/sessions", staff.sessions, "sessions", ADMINISTRATOR, BOTH),
)
