"""The demonstration, opened: its own folder and database, on this machine only."""

from __future__ import annotations

import os
from ipaddress import ip_address

from rich.console import Console

from forbear.doors.cli.output import Voice, table
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import UsageError
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records.setup import set_up

FOLDER = "forbear-demo"


def open_demo(voice: Voice, host: str, port: int) -> None:
    """Make the demonstration ready and say how to come in. Every later start finds it again and brings it to the day.

    Raises:
        UsageError: ``demo_is_local`` for an address that others reach; ``demo_has_own_database`` where one is named.
        ForbearError: as :func:`forbear.doors.cli.demo.story.prepare`.
    """
    if not _is_here(host):
        raise UsageError(
            "demo_is_local", "The demonstration is served on this machine only: its password is shown, and there is one factor.",
            do="Leave --host out.", host=host,
        )  # fmt: skip
    if os.environ.get("DATABASE_URL"):
        raise UsageError(
            "demo_has_own_database", "The demonstration has a database of its own, but DATABASE_URL names one.",
            do="Take DATABASE_URL out of the environment for it.",
        )  # fmt: skip
    # The processes that serve read it from there.
    os.environ.setdefault("FORBEAR_DATA", FOLDER)
    deployment = set_up()
    from forbear.doors.cli.demo.story import prepare

    with voice.progress() as tell:
        ready = prepare(deployment, SystemClock(), tell)
    url = f"http://{host}:{port}/desk/"

    def show(console: Console) -> None:
        console.out(_("The demonstration is ready, as of {day}.").format(day=ready.today.isoformat()))
        grid = table(_("Role"), _("Name"), _("Password"))
        for role in ready.logins:
            grid.add_row(code_words("role", role), role, ready.password)
        console.print(grid)
        console.out(_("Everything in it is synthetic; it lies in {folder}.").format(folder=deployment.data))
        if ready.today >= ready.ledger_until:
            console.out(_("Its ledger brings nothing new any more: remove the folder to begin anew."))

    told = {"url": url, "logins": list(ready.logins), "password": ready.password, "folder": str(deployment.data)}
    voice.emit(told, show)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
