"""``forbear retention``: what of the records is past its term, and its blanking."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from rich.console import Console

from forbear.doors.cli.desk.audit import ACTOR, TENANT, looking
from forbear.doors.cli.output import Voice
from forbear.doors.cli.parameters import DATE
from forbear.doors.cli.wording import Command, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import UsageError
from forbear.kernel.language import N_, code_words
from forbear.kernel.language import gettext as _


@click.command(
    "retention",
    cls=Command,
    examples=(
        "forbear retention --tenant demo --as-of 2026-11-23",
        "forbear retention --tenant demo --as-of 2026-11-23 --apply",
    ),
    help=N_(
        "Show what is past its term by the law, and blank it when told to.\n\n"
        "Nothing is changed without --apply. Ids, dates, amounts and the audit stay; names, numbers and words go. What is blanked "
        "cannot be brought back."
    ),
)
@TENANT
@option("--as-of", type=DATE, required=True, metavar="DATE", help=N_("The business date."))
@option("--apply", is_flag=True, help=N_("Blank what is shown."))
@click.pass_obj
def retention(voice: Voice, tenant: str, as_of: date, apply: bool) -> None:
    """Show what is past its term, or blank it."""
    with looking(tenant):
        from forbear.records.lender import lender_settings

        today = lender_settings(tenant).date_of(SystemClock().now())
    if apply and as_of > today:
        do = _("Leave out --apply to see what will be past its term then.")
        raise UsageError(
            "not_yet", _("What is past its term on a day to come is not blanked today."), do=do, date=as_of
        )
    found = _find(tenant, as_of, apply)
    document = {"tenant": tenant, "as_of": as_of.isoformat(), "applied": apply, "files": found}

    def show(console: Console) -> None:
        for each in found:
            parts = _(", ").join(code_words("file part", part["part"]) for part in each["parts"])
            console.out(f"{each['person_id']}: {parts} ({' '.join(each['rules'])})")
        sentence = _("{count} files blanked.") if apply else _("{count} files past their term; nothing was changed.")
        console.out(sentence.format(count=len(found)))

    voice.emit(document, show)


def _find(tenant: str, as_of: date, apply: bool) -> list[dict[str, Any]]:
    from forbear.records.actions.expiry import blank_expired, find_expired
    from forbear.records.scope import Scope

    scope = Scope(tenant, ACTOR)
    found = find_expired(scope, as_of)
    if apply:
        found = (done for each in found if (done := blank_expired(scope, each.person_id, as_of)) is not None)
    return [
        {
            "person_id": each.person_id,
            "is_whole": each.is_whole,
            "rules": list(each.rules),
            "parts": [{"part": part.part, "last_on": part.last_on and part.last_on.isoformat()} for part in each.parts],
        }
        for each in found
    ]
