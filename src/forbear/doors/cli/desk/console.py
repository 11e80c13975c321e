"""``forbear console``: what the pages for staff can have besides."""

from __future__ import annotations

import click

from forbear.doors.cli.output import Voice
from forbear.doors.cli.wording import Group
from forbear.kernel.language import N_
from forbear.kernel.language import gettext as _


@click.group(cls=Group, help=N_("The pages for staff."))
def console() -> None:
    """The pages for staff."""


@console.command(
    "editor",
    examples=("forbear console editor",),
    help=N_(
        "Fetch the visual editor of decision tables, dmn-js of bpmn.io, into the data folder.\n\n"
        "It comes by npm from a lock file that names the digest of every package. Its licence wants the mark of bpmn.io to stay in "
        "sight, so it is no part of this program. Without it tables are edited by a plain form."
    ),
)
@click.pass_obj
def editor(voice: Voice) -> None:
    """Fetch the visual editor."""
    from forbear.doors.console.strategist.editor import fetch_editor
    from forbear.records.deployment import data_folder

    folder = fetch_editor(data_folder())
    voice.emit({"folder": str(folder)}, lambda to: to.out(_("Written to {folder}.").format(folder=folder)))
