"""``forbear token``: let machines in, see which are, and end what they were given."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import click
from rich.console import Console

from forbear.doors.cli.desk.audit import TENANT, looking
from forbear.doors.cli.output import Voice, table
from forbear.doors.cli.parameters import DATE
from forbear.doors.cli.wording import Group, option
from forbear.kernel.language import N_
from forbear.kernel.language import gettext as _
from forbear.records.access.scopes import SCOPES


@click.group(cls=Group, help=N_("Tokens of the API: for other systems of the lender, for agencies, for providers."))
def token() -> None:
    """Tokens."""


@token.command(
    "new",
    examples=(
        "forbear token new --tenant demo --name ledger --scope payments:write --scope book:write",
        "forbear token new --tenant demo --name agency-1 --scope permits:write --agency agency-1",
        "forbear token new --tenant demo --name gateway --scope receipts:write --signs",
    ),
    help=N_(
        "Give a machine a token. It is shown once and kept nowhere.\n\n"
        "A provider that signs its requests gets a secret instead, and sends them to the address with the token's number."
    ),
)
@TENANT
@option("--name", required=True, metavar="NAME", help=N_("What the machine is called."))
@option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(list(SCOPES)),
    help=N_("What it may do; may be given again."),
)
@option(
    "--agency",
    "agency_id",
    default="",
    metavar="ID",
    help=N_("The agency for which it speaks; it sees no others' people."),
)
@option(
    "--per-minute",
    type=click.IntRange(1, 100_000),
    default=600,
    show_default=True,
    help=N_("How many requests it may make in a minute."),
)
@option("--until", type=DATE, metavar="DATE", help=N_("The day, in UTC, with whose beginning it ends."))
@option("--signs", is_flag=True, help=N_("It signs its requests instead of bearing a token."))
@click.pass_obj
def new(
    voice: Voice, tenant: str, name: str, scopes: tuple[str, ...], agency_id: str, per_minute: int, until: date | None,
    signs: bool,
) -> None:  # fmt: skip
    """Give a token."""
    with looking(tenant):
        from forbear.records.access.tokens import issue
        from forbear.records.scope import current_scope

        expires_at = datetime.combine(until, time(0), tzinfo=UTC) if until else None
        issued = issue(
            current_scope(), name, scopes, agency_id=agency_id, requests_per_minute=per_minute, expires_at=expires_at,
            signs=signs,
        )  # fmt: skip

    def show(console: Console) -> None:
        console.out(issued.secret)
        console.out(_("Token {number} is shown this once.").format(number=issued.token_id))

    voice.emit({"tenant": tenant, "token_id": issued.token_id, "secret": issued.secret}, show)


@token.command(
    "list",
    examples=("forbear token list --tenant demo", "forbear token list --tenant demo --json"),
    help=N_("List the tokens of a lender, without their secrets."),
)
@TENANT
@click.pass_obj
def list_tokens(voice: Voice, tenant: str) -> None:
    """List tokens."""
    with looking(tenant):
        from forbear.records.access.tokens import tokens_of

        found = [_shown(each) for each in tokens_of(tenant)]

    def show(console: Console) -> None:
        grid = table(_("Token"), _("Name"), _("Scopes"), _("Agency"), _("Last used"), _("Until"), numbers=(0,))
        for each in found:
            ended = each["revoked_at"] or each["expires_at"] or ""
            grid.add_row(
                str(each["token_id"]), each["name"], " ".join(each["scopes"]), each["agency_id"],
                each["last_used_at"] or "", ended,
            )  # fmt: skip
        console.print(grid)

    voice.emit({"tenant": tenant, "tokens": found}, show)


@token.command(
    "revoke",
    examples=("forbear token revoke --tenant demo 3",),
    help=N_("End a token: from now on it opens nothing."),
)
@click.argument("token_id", type=click.IntRange(1), metavar="TOKEN")
@TENANT
@click.pass_obj
def revoke(voice: Voice, tenant: str, token_id: int) -> None:
    """End a token."""
    with looking(tenant):
        from forbear.records.access.tokens import revoke as end
        from forbear.records.scope import current_scope

        is_new = end(current_scope(), token_id)

    def show(console: Console) -> None:
        said = _("Token {number} is ended.") if is_new else _("Token {number} was ended before.")
        console.out(said.format(number=token_id))

    voice.emit({"tenant": tenant, "token_id": token_id, "is_new": is_new}, show)


def _shown(each: Any) -> dict[str, Any]:
    plain = ("name", "scopes", "agency_id", "requests_per_minute")
    instants = ("created_at", "expires_at", "revoked_at", "last_used_at")
    return {
        "token_id": each.pk,
        **{name: getattr(each, name) for name in plain},
        "signs": each.secret_sealed is not None,
        **{name: at.isoformat() if (at := getattr(each, name)) else None for name in instants},
    }
