"""``forbear audit``: prove that nothing in the audit was changed, export its heads, and show what was done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from forbear.doors.cli.output import Voice, table
from forbear.doors.cli.parameters import FILE
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import InputError
from forbear.kernel.language import N_, code_words
from forbear.kernel.language import gettext as _
from forbear.kernel.signing import fingerprint_of

TENANT = option("--tenant", required=True, metavar="TENANT", help=N_("The lender, by its code."))
ACTOR = "command line"


@click.group(cls=Group, help=N_("The audit: every write of the records, chained so that no change of it stays hidden."))
def audit() -> None:
    """The audit."""


@audit.command(
    "verify",
    examples=("forbear audit verify --tenant demo", "forbear audit verify --tenant demo --anchor heads.json --json"),
    help=N_(
        "Verify the audit: nothing altered, removed, reordered or cut short.\n\n"
        "Whoever owns the database could write a whole chain anew; heads that were exported before and are kept elsewhere show "
        "that too. Exit code 1 when something is found."
    ),
)
@TENANT
@option("--anchor", type=FILE, metavar="FILE", help=N_("Heads exported before, as JSON."))
@click.pass_obj
def verify(voice: Voice, tenant: str, anchor: Path | None) -> None:
    """Verify a tenant's audit."""
    kept = [] if anchor is None else read_anchor(anchor, tenant)
    with looking(tenant):
        from forbear.records.audit import heads
        from forbear.records.audit import verify as find

        findings = [asdict(each) for each in find(kept)]
        count = sum(each["number"] for each in heads())

    def show(console: Console) -> None:
        for each in findings:
            place = _("lane {lane}, entry {number}").format(lane=each["lane"], number=each["number"])
            console.out(f"{place}: {code_words('audit', each['kind'])}")
        console.out(_("Audit of {tenant}: {count} entries, {found} findings.").format(
            tenant=tenant, count=count, found=len(findings)))  # fmt: skip

    voice.emit({"tenant": tenant, "entries": count, "anchored": len(kept), "findings": findings}, show)
    if findings:
        raise click.exceptions.Exit(1)


@audit.command(
    "heads",
    examples=("forbear audit heads --tenant demo --json > heads.json",),
    help=N_("Export the last entry of each lane, to be kept outside of the database."),
)
@TENANT
@click.pass_obj
def heads(voice: Voice, tenant: str) -> None:
    """Export the heads of a tenant's audit."""
    with looking(tenant):
        from forbear.records.audit import heads as read

        found = read()
    at = SystemClock().now().isoformat()

    def show(console: Console) -> None:
        grid = table(_("Lane"), _("Entries"), _("Digest"), numbers=(0, 1))
        for each in found:
            grid.add_row(str(each["lane"]), str(each["number"]), each["digest"])
        console.print(grid)

    voice.emit({"tenant": tenant, "at": at, "heads": found}, show)


@audit.command(
    "show",
    examples=(
        "forbear audit show --tenant demo --person P000017",
        "forbear audit show --tenant demo --limit 20 --json",
    ),
    help=N_(
        "Show what was done, newest first: by whom, to what.\n\n"
        "Personal data that was sealed with an entry is not opened."
    ),
)
@TENANT
@option("--person", "person_id", default="", metavar="ID", help=N_("Only what is about this person."))
@option("--subject", "subject_id", default="", metavar="ID", help=N_("Only what is about the thing with this id."))
@option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help=N_("How many at most."))
@click.pass_obj
def show(voice: Voice, tenant: str, person_id: str, subject_id: str, limit: int) -> None:
    """Show a tenant's audit."""
    with looking(tenant):
        from forbear.records.audit import latest

        found = [_entry(each) for each in latest(limit, person_id=person_id, subject_id=subject_id)]

    def tell(console: Console) -> None:
        grid = table(_("At"), _("By"), _("Action"), _("About"), _("Details"))
        for each in found:
            about = f"{each['subject_kind']} {each['subject_id']}"
            details = json.dumps(each["payload"], ensure_ascii=False, sort_keys=True) if each["payload"] else ""
            grid.add_row(each["at"], each["actor"], each["action"], about, details)
        console.print(grid)

    voice.emit({"tenant": tenant, "entries": found}, tell)


@audit.command(
    "evidence",
    examples=("forbear audit evidence pack.zip", "forbear audit evidence pack.zip --key 3f0c91d2 --json"),
    help=N_(
        "Verify a pack of evidence: every part is what its manifest lists, and the manifest is signed.\n\n"
        "It needs no database. Compare the key's fingerprint with the one that the lender published, or give it with --key. "
        "Exit code 1 when something is wrong."
    ),
)
@argument("file", type=FILE, metavar="FILE", help=N_("The ZIP file, as it was handed out."))
@option(
    "--key", "fingerprint", default="", metavar="FINGERPRINT", help=N_("The fingerprint that the lender published.")
)
@click.pass_obj
def evidence(voice: Voice, file: Path, fingerprint: str) -> None:
    """Verify a pack of evidence."""
    from forbear.records.conduct.packs import check_pack

    checked = check_pack(file.read_bytes())
    is_theirs = not fingerprint or checked.fingerprint == fingerprint.lower()
    problems = [*checked.problems, *([] if is_theirs else ["another key"])]
    document = {
        "file": str(file), "problems": problems, "fingerprint": checked.fingerprint,
        "manifest": {name: value for name, value in checked.manifest.items() if name != "audit_heads"},
    }  # fmt: skip

    def show(console: Console) -> None:
        for each in problems:
            console.out(each)
        console.out(_("{problems} problems. Fingerprint of the key: {fingerprint}").format(
            problems=len(problems), fingerprint=checked.fingerprint))  # fmt: skip

    voice.emit(document, show)
    if problems:
        raise click.exceptions.Exit(1)


@audit.command(
    "key",
    examples=("forbear audit key --tenant demo",),
    help=N_(
        "Show the public key by which a lender's packs of evidence are verified, with its fingerprint: to be published."
    ),
)
@TENANT
@click.pass_obj
def key(voice: Voice, tenant: str) -> None:
    """Show the public key of a tenant."""
    with looking(tenant):
        from forbear.records.conduct.evidence import public_key

        found = public_key(tenant)

    def show(console: Console) -> None:
        console.out(found.rstrip())
        console.out(fingerprint_of(found))

    voice.emit({"tenant": tenant, "public_key": found, "fingerprint": fingerprint_of(found)}, show)


@contextmanager
def looking(tenant: str) -> Iterator[None]:
    """The records made ready, in the scope of somebody at the command line who sees the whole tenant.

    Raises:
        UsageError: ``unknown_tenant``.
    """
    from forbear.records.setup import set_up

    set_up()
    from forbear.records.lender import lender_settings
    from forbear.records.scope import Scope, acting

    lender_settings(tenant)
    with acting(Scope(tenant, ACTOR)):
        yield


def read_anchor(path: Path, tenant: str) -> list[dict[str, Any]]:
    """The heads in a file that ``forbear audit heads --json`` wrote.

    Raises:
        InputError: ``bad_anchor`` where it is no such file, or another lender's.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        kept = [{name: kind(each[name]) for name, kind in _HEAD.items()} for each in document["heads"]]
        if document["tenant"] != tenant:
            raise ValueError(document["tenant"])
    except (ValueError, KeyError, TypeError) as error:
        do = _("Give a file that {command} wrote for this lender.").format(command="forbear audit heads --json")
        raise InputError("bad_anchor", _("The file holds no heads of this audit."), do=do, file=path) from error
    return kept


_HEAD = {"lane": int, "number": int, "digest": str}


def _entry(row: Any) -> dict[str, Any]:
    names = ("actor", "action", "subject_kind", "subject_id", "person_id", "payload", "lane", "number", "digest")
    return {
        "at": row.at.isoformat(),
        **{name: getattr(row, name) for name in names},
        "personal": "sealed" if row.personal_sealed is not None else "blanked" if row.blanked_at else "none",
    }
