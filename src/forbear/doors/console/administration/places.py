"""The places of administrators."""

from __future__ import annotations

from forbear.doors.console.administration import channels, imports, operations, retention, settings, staff, tokens
from forbear.doors.console.places import Place, place

ADMINISTRATOR = ("administrator",)
BOTH = ("GET", "POST")
PLACES: tuple[Place, ...] = (
    place("administration", operations.overview, "administration", ADMINISTRATOR),
    place("administration/jobs", operations.jobs, "jobs", ADMINISTRATOR, BOTH),
    place("administration/channels", channels.channels, "channels", ADMINISTRATOR, BOTH),
    place("administration/imports", imports.imports, "imports", ADMINISTRATOR),
    place("administration/imports/<int:number>", imports.one_import, "import", ADMINISTRATOR, BOTH),
    place("administration/imports/<int:number>/rejects.csv", imports.rejects_file, "import_rejects", ADMINISTRATOR),
    place("administration/retention", retention.retention, "retention", ADMINISTRATOR, BOTH),
    place("administration/settings", settings.settings_page, "settings", ADMINISTRATOR, BOTH),
    place("administration/settings/<str:chosen>", settings.setting, "setting", ADMINISTRATOR, BOTH),
    place("administration/tokens", tokens.tokens, "tokens", ADMINISTRATOR, BOTH),
    place("administration/tokens/<int:number>/end", tokens.token, "token_end", ADMINISTRATOR, ("POST",)),
    place("administration/users", staff.users, "users", ADMINISTRATOR, BOTH),
    place("administration/users/<str:username>", staff.user, "user", ADMINISTRATOR, BOTH),
    place("administration/sessions", staff.sessions, "sessions", ADMINISTRATOR, BOTH),
)
