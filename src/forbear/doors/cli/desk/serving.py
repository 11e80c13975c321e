"""``forbear worker``, ``forbear serve`` and ``forbear doctor``: what runs all day, and whether it runs well."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from forbear.doors.cli.output import Voice, table
from forbear.doors.cli.parameters import FILE
from forbear.doors.cli.wording import Command, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.language import N_, code_words
from forbear.kernel.language import gettext as _


@click.command(
    "worker",
    cls=Command,
    examples=("forbear worker --channels channels.yaml", "forbear worker --channels channels.yaml --once"),
    help=N_(
        "Carry out what was planned: send what is due, hear what came of it, tell others.\n\n"
        "As many as you like may run, on one machine or several. A worker may be stopped at any time: what it was permitted to do "
        "and had not begun is given back, and what may have left is shown and never sent again by itself."
    ),
)
@option(
    "--channels",
    "channels_file",
    type=FILE,
    required=True,
    metavar="FILE",
    help=N_("How each tenant reaches its providers."),
)
@option(
    "--concurrency", type=click.IntRange(1, 64), default=4, show_default=True, help=N_("How many jobs run at once.")
)
@option("--once", is_flag=True, help=N_("Do what is due now, and stop."))
@click.pass_obj
def worker(voice: Voice, channels_file: Path, concurrency: int, once: bool) -> None:
    """Run a worker."""
    from forbear.records.setup import set_up

    set_up()
    from forbear.day.wiring.worker import run_worker

    done = run_worker(channels_file, concurrency=concurrency, once=once)
    voice.emit({"tenants": done}, lambda console: console.out(_("The worker has stopped.")))


@click.command(
    "serve",
    cls=Command,
    examples=("forbear serve", "forbear serve --host 0.0.0.0 --port 8000 --workers 4", "forbear serve --demo"),
    help=N_(
        "Serve the API and the pages.\n\nFor others to reach it, name its hosts in FORBEAR_HOSTS and put TLS before it. "
        "With --demo it serves a demonstration: a lender with synthetic borrowers, a year of history, and a login for each role."
    ),
)
@option("--host", default="127.0.0.1", show_default=True, help=N_("The address to listen on."))
@option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help=N_("The port to listen on."))
@option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help=N_("How many processes serve."))
@option("--demo", "is_demo", is_flag=True, help=N_("Serve a demonstration, on this machine only."))
@click.pass_obj
def serve(voice: Voice, host: str, port: int, workers: int, is_demo: bool) -> None:
    """Serve the web."""
    if is_demo:
        from forbear.doors.cli.demo.opening import open_demo

        open_demo(voice, host, port)
        _serve_anew(host, port, workers)
    from forbear.day.wiring.serving import serve as serve_web

    voice.emit({"url": f"http://{host}:{port}/"}, lambda console: console.out(f"http://{host}:{port}/"))
    serve_web(host, port, workers)


def _serve_anew(host: str, port: int, workers: int) -> None:
    """Serve from a program begun anew: engines that have run here already stand still in the processes that are made of it."""
    sys.stdout.flush()
    told = ["--host", host, "--port", str(port), "--workers", str(workers)]
    os.execv(sys.executable, [sys.executable, "-m", "forbear.doors.cli.main", "serve", *told])


@click.command(
    "doctor",
    cls=Command,
    examples=("forbear doctor", "forbear doctor --json"),
    help=N_(
        "Check a deployment: keys, roles, walls, clocks, feeds, workers.\n\n"
        "Every finding says what to do. Exit code 1 when something fails; a warning alone gives 0."
    ),
)
@click.pass_obj
def doctor(voice: Voice) -> None:
    """Examine the deployment."""
    from forbear.records.setup import set_up

    deployment = set_up()
    from forbear.day.wiring.doctor import examine

    checks = list(examine(deployment, SystemClock()))
    found = [
        {
            "name": each.name,
            "severity": each.severity,
            "says": _(each.says).format(**each.told),
            "do": _(each.do).format(**each.told) if each.severity != "ok" and each.do else "",
        }
        for each in checks
    ]

    def show(console: Console) -> None:
        grid = table("", _("Found"), _("To do"))
        for each in found:
            grid.add_row(code_words("severity", each["severity"]), each["says"], each["do"])
        console.print(grid)

    voice.emit({"checks": found}, show)
    if any(each["severity"] == "failure" for each in found):
        raise click.exceptions.Exit(1)
