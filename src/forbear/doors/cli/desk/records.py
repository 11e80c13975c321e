"""``forbear records``: the database, its tenants, the people who work there, and how silent it is after a payment."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console

from forbear.doors.cli.output import Voice, table
from forbear.doors.cli.parameters import DATE, FILE
from forbear.doors.cli.wording import Command, Group, argument, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import UsageError
from forbear.kernel.language import N_
from forbear.kernel.language import gettext as _
from forbear.kernel.reading import read_yaml_text
from forbear.records.setup import migrate, set_up

TENANT = option("--tenant", required=True, metavar="CODE", help=N_("The tenant."))


@click.group(cls=Group, help=N_("The records: the database, its tenants and their people."))
def records() -> None:
    """The records."""


@records.command(
    "migrate", cls=Command, examples=("forbear records migrate",),
    help=N_("Bring the database to this version.\n\nWithout DATABASE_URL, an embedded server starts in FORBEAR_DATA."),
)  # fmt: skip
@click.pass_obj
def migrate_records(voice: Voice) -> None:
    """Bring the database to this version."""
    deployment = set_up()
    migrate()
    where = str(deployment.data) if deployment.is_embedded else "DATABASE_URL"
    voice.emit(
        {"database": where}, lambda console: console.out(_("The database is ready: {where}.").format(where=where))
    )


@records.group("tenant", cls=Group, help=N_("Lenders, each walled off from the others."))
def tenant() -> None:
    """The tenants."""


@tenant.command(
    "new", cls=Command, examples=('forbear records tenant new lender-a "Lender A" --settings lender-a.json',),
    help=N_("Make a tenant, with its settings from a JSON file; docs/how-to/deploy.md names them."),
)  # fmt: skip
@argument("code", metavar="CODE", help=N_("A short name, as lender-a."))
@argument("name", metavar="NAME", help=N_("What it is called."))
@option("--settings", "settings_file", type=FILE, metavar="FILE", help=N_("Its settings, as JSON."))
@click.pass_obj
def new_tenant(voice: Voice, code: str, name: str, settings_file: Path | None) -> None:
    """Make a tenant."""
    set_up()
    from forbear.records.actions.tenants import open_tenant

    made = open_tenant(code, name, _settings(settings_file))
    words = (
        _("The tenant {code} is there.") if made else _("The tenant {code} was there already; its settings are new.")
    )
    voice.emit({"tenant": code, "is_new": made}, lambda console: console.out(words.format(code=code)))


@tenant.command(
    "set", cls=Command, examples=("forbear records tenant set lender-a paid_days=5 law=cn+house",),
    help=N_(
        "Change settings of a tenant, and leave the others.\n\n"
        "A value is JSON, or else text; null takes a setting back to where nothing was chosen. @FILE is what stands in a YAML or JSON "
        "file, as ageing=@ageing.yaml."
    ),
)  # fmt: skip
@argument("code", metavar="CODE", help=N_("The tenant."))
@argument("changes", nargs=-1, required=True, metavar="NAME=VALUE...", help=N_("What to change, each as NAME=VALUE."))
@click.pass_obj
def set_tenant(voice: Voice, code: str, changes: tuple[str, ...]) -> None:
    """Change settings."""
    set_up()
    from forbear.records.actions.tenants import change_settings

    chosen = change_settings(code, dict(_change(each) for each in changes))

    def show(console: Console) -> None:
        for name, value in sorted(chosen.items()):
            console.out(f"{name} = {json.dumps(value, ensure_ascii=False)}")

    voice.emit({"tenant": code, "settings": chosen}, show)


@tenant.command("list", cls=Command, examples=("forbear records tenant list",), help=N_("List the tenants."))
@click.pass_obj
def list_tenants(voice: Voice) -> None:
    """List the tenants."""
    set_up()
    from forbear.records.models import Tenant

    rows = list(Tenant.objects.order_by("code").values("code", "name", "settings"))

    def show(console: Console) -> None:
        grid = table(_("Tenant"), _("Name"), _("Law"))
        for row in rows:
            grid.add_row(row["code"], row["name"], str(row["settings"].get("law", "cn+house")))
        console.print(grid)

    voice.emit({"tenants": rows}, show)


@records.group("user", cls=Group, help=N_("People who work for a tenant."))
def user() -> None:
    """The people."""


@user.command(
    "new", cls=Command, examples=("forbear records user new wang --tenant lender-a --role collector --reach own",),
    help=N_("Make a user; the password is asked for, and is never an argument."),
)  # fmt: skip
@argument("name", metavar="NAME", help=N_("The user's name."))
@TENANT
@option("--role", default="collector", show_default=True, metavar="ROLE", help=N_("What the user does."))
@option(
    "--reach",
    default="own",
    show_default=True,
    metavar="REACH",
    help=N_("How far the user sees: all, team, agency or own."),
)
@option("--team", default="", metavar="TEAM", help=N_("The user's team."))
@option("--agency", "agency_id", default="", metavar="ID", help=N_("The agency that the user works for."))
@click.pass_obj
def new_user(voice: Voice, name: str, tenant: str, role: str, reach: str, team: str, agency_id: str) -> None:
    """Make a user."""
    set_up()
    from forbear.records.actions.tenants import add_user

    password = click.prompt(_("Password"), hide_input=True, confirmation_prompt=True)
    add_user(tenant, name, password, role=role, reach=reach, team=team, agency_id=agency_id)
    voice.emit({"user": name}, lambda console: console.out(_("The user {name} is there.").format(name=name)))


@records.command(
    "templates", cls=Command, examples=("forbear records templates --tenant lender-a --written-by li --approved-by wang",),
    help=N_(
        "Take in the templates that come with the package.\n\n"
        "Each is checked by the tenant's law; a second person approves those that pass."
    ),
)  # fmt: skip
@TENANT
@option("--written-by", required=True, metavar="NAME", help=N_("Who proposes them."))
@option("--approved-by", required=True, metavar="NAME", help=N_("Who approves them: somebody else."))
@click.pass_obj
def templates(voice: Voice, tenant: str, written_by: str, approved_by: str) -> None:
    """Take in the shipped templates."""
    set_up()
    from forbear.day.wiring.composer import take_in_shipped

    count = take_in_shipped(tenant, written_by, approved_by, SystemClock())
    voice.emit({"approved": count}, lambda console: console.out(_("{count} templates approved.").format(count=count)))


@records.command(
    "silence", cls=Command, examples=("forbear records silence --tenant lender-a --from 2026-11-01 --until 2026-12-01",),
    help=N_(
        "How silent it was after payments, holds, refusals and plans.\n\n"
        "For each, the contacts that began after it was accepted, of which there must be none. Exit code 1 when there is one."
    ),
)  # fmt: skip
@TENANT
@option("--from", "first", type=DATE, required=True, metavar="DATE", help=N_("The first day."))
@option("--until", "until", type=DATE, required=True, metavar="DATE", help=N_("The day after the last."))
@click.pass_obj
def silence(voice: Voice, tenant: str, first: date, until: date) -> None:
    """How silent it was."""
    set_up()
    from forbear.records.scope import Scope, acting
    from forbear.records.silence import silence_between

    with acting(Scope(tenant, "silence")):
        found = silence_between(first, until)

    def show(console: Console) -> None:
        console.out(
            _("{count} reasons for silence; {wrong} contacts began after one.").format(
                count=found.accepted_count, wrong=len(found.wrongful)
            )
        )
        if found.measured:
            grid = table(_("Reason"), _("Accepted"), _("Contact before, median s"), _("max s"), _("Wrongful"))
            for row in found.measured:
                grid.add_row(
                    row.reason, str(row.accepted_count), _seconds(row.seconds_median), _seconds(row.seconds_max),
                    str(row.wrongful_count),
                )  # fmt: skip
            console.print(grid)
        if found.unpermitted:
            console.out(_("{count} contacts began without a permit.").format(count=len(found.unpermitted)))
        for each in found.wrongful:
            console.out(f"  {each.contact_id}  {each.reason}  {each.seconds_after:.0f} s")

    voice.emit(found.to_json(), show)
    if found.wrongful:
        raise click.exceptions.Exit(1)


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _change(given: str) -> tuple[str, Any]:
    name, sign, value = given.partition("=")
    if not sign or not name:
        raise UsageError("bad_setting", f"{given!r} is no NAME=VALUE.", do="Write it as paid_days=5.")
    if value.startswith("@"):
        return name, _of_file(Path(value[1:]))
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _of_file(path: Path) -> Any:
    try:
        return read_yaml_text(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError("bad_setting", f"The settings cannot be read: {error}.", file=path) from error


def _settings(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError("bad_setting", f"The settings cannot be read: {error}.", file=path) from error
    if not isinstance(read, dict):
        raise UsageError("bad_setting", "The settings are no JSON object.", file=path)
    return read
