"""``forbear template``: what messages say, and what the law has against it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from forbear.compliance import Gate, load_gate
from forbear.dispatch.message import (
    PLACES,
    Finding,
    Template,
    base_facts,
    digest_of,
    is_usable,
    lint,
    read_templates,
    shipped_templates,
)
from forbear.dispatch.message.consequences import consequences
from forbear.dispatch.message.template import CONSEQUENCE, LANGUAGES
from forbear.doors.cli.law import LAW, ON, today
from forbear.doors.cli.output import Voice, table
from forbear.doors.cli.parameters import FILE
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.errors import UsageError
from forbear.kernel.language import N_, code_words, current, in_language
from forbear.kernel.language import gettext as _

PRODUCTS = ("instalment", "revolving", "card", "microloan", "advance")


@click.group(cls=Group, help=N_("Templates: what messages say, and what the law has against it."))
def template() -> None:
    """Templates."""


@template.command(
    "list",
    examples=("forbear template list", "forbear template list --json"),
    help=N_("List the templates that come with the package, with their purpose and channels."),
)
@click.pass_obj
def list_templates(voice: Voice) -> None:
    """List the shipped templates."""
    by_code: dict[str, list[Template]] = {}
    for each in shipped_templates():
        by_code.setdefault(each.code, []).append(each)
    described = [
        {
            "code": code,
            "purpose": forms[0].purpose,
            "channels": list(dict.fromkeys(each.channel for each in forms)),
            "languages": [language for language in LANGUAGES if any(each.language == language for each in forms)],
        }
        for code, forms in by_code.items()
    ]

    def show(console: Console) -> None:
        grid = table(_("Template"), _("Purpose"), _("Channels"))
        for each in described:
            channels = _(", ").join(code_words("channel", channel) for channel in each["channels"])
            grid.add_row(str(each["code"]), code_words("purpose", str(each["purpose"])), channels)
        console.print(grid)

    voice.emit({"templates": described}, show)


@template.command(
    "show",
    examples=("forbear template show visit_notice --channel sms", "forbear template show pre_due --in en"),
    help=N_("Show the words of a template, for every channel or for one, with its places."),
)
@argument("code", metavar="CODE", help=N_("The template's code; `forbear template list` has them."))
@option("--channel", "channel", metavar="CHANNEL", help=N_("Only for this channel."))
@option(
    "--in", "language", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True,
    help=N_("The language of the template."),
)  # fmt: skip
@click.pass_obj
def show_template(voice: Voice, code: str, channel: str | None, language: str) -> None:
    """Show one template."""
    of_code = [each for each in shipped_templates() if each.code == code and each.language == language]
    found = [each for each in of_code if channel in (None, each.channel)]
    if not found:
        known = _(", ").join(dict.fromkeys(each.channel for each in of_code))
        do = _("There are: {known}.").format(known=known) if known else _("forbear template list has them.")
        raise UsageError("unknown_template", _("There is no template {name!r} for it.").format(name=code), do=do)
    described = [
        {
            **asdict(each),
            "digest": digest_of(each),
            "places": sorted(each.places),
            "consequences": sorted(each.consequences),
        }
        for each in found
    ]

    def show(console: Console) -> None:
        for each in found:
            console.out(f"── {code_words('channel', each.channel)}")
            console.out(each.subject)
            console.out(each.body.rstrip("\n"))
            console.out("")

    voice.emit({"templates": described}, show)


@template.command(
    "places",
    examples=("forbear template places", "forbear template places --lang zh"),
    help=N_("List every place and every consequence that a template may name, and when a consequence is true."),
)
@click.pass_obj
def list_places(voice: Voice) -> None:
    """List places and consequences."""
    places = [
        {
            "name": name,
            "says": _(place.says),
            "source": place.source,
            "reads": place.reads,
            "shows_debt": place.shows_debt,
        }
        for name, place in PLACES.items()
    ]
    language = current().language
    sentences = [
        {"name": f"{CONSEQUENCE}.{each.name}", "when": each.when, "says": in_language(each.because, language)}
        for each in consequences().values()
    ]

    def show(console: Console) -> None:
        grid = table(_("Place"), _("What stands there"), _("Source"))
        for name, place in PLACES.items():
            grid.add_row(name, _(place.says), f"{place.source} {place.reads}".strip())
        console.print(grid)
        console.print()
        grid = table(_("Consequence"), _("When it is true"), _("Tests"))
        for each in consequences().values():
            tests = _("; ").join(f"{name}: {cell}" for name, cell in each.when.items())
            grid.add_row(f"{CONSEQUENCE}.{each.name}", in_language(each.because, language), tests)
        console.print(grid)

    voice.emit({"places": places, "consequences": sentences}, show)


@template.command(
    "lint",
    examples=("forbear template lint own.yaml", "forbear template lint *.yaml --product card --on 2026-11-18"),
    help=N_(
        "Say what the law has against the texts of template files.\n\n"
        "Each text is read for what it says and asked of the gate, for a borrower whom it may reach. Exit code 1 when something "
        "is found: such a template cannot be approved."
    ),
)
@argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...", help=N_("YAML files of templates."))
@LAW
@ON
@option(
    "--product", "product", type=click.Choice(PRODUCTS), default="card", show_default=True,
    help=N_("The kind of credit; of a card the law asks the most."),
)  # fmt: skip
@click.pass_obj
def lint_files(voice: Voice, files: tuple[Path, ...], law_name: str, on: date | None, product: str) -> None:
    """Lint template files."""
    day = on or today()
    gate = load_gate(law_name, day, questions=("contact", "message"))
    found: list[dict[str, Any]] = []
    texts_count = 0
    for path in files:
        read = read_templates([path])
        texts_count += len(read)
        found += [{"file": str(path), **asdict(each)} for each in _told_once(read, gate, product)]
    document = {"law": law_name, "on": day.isoformat(), "texts": texts_count, "findings": found}

    def show(console: Console) -> None:
        for each in found:
            console.out(
                f"{each['file']}: {each['language']} {each['channel']} {each['where']}".rstrip()
                + f": {each['message']}"
            )
            for line in (each["found"] and f"「{each['found']}」", each["rule"], each["do"]):
                if line:
                    console.out(f"  {line}")
        console.out(_("{texts} texts: {count} findings.").format(texts=texts_count, count=len(found)))

    voice.emit(document, show)
    if found:
        raise click.exceptions.Exit(1)


def _told_once(read: list[Template], gate: Gate, product: str) -> list[Finding]:
    """What is found in a language is told once, though several channels share the words."""
    base = base_facts(gate, product_kind=product)
    told: dict[Finding, Finding] = {}
    for each in read:
        findings = lint(each, gate, base, current().language)
        if not is_usable(findings):
            for finding in findings:
                told.setdefault(replace(finding, channel="", where=""), finding)
    return list(told.values())
