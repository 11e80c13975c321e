"""The message of an act: the tenant's approved template, filled with one fresh row of facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import lru_cache
from typing import Any

from forbear.compliance import Gate, load_gate
from forbear.compliance.permit import Held, Refusal
from forbear.dispatch import Composed, Composer
from forbear.dispatch.message import (
    LANGUAGES,
    PLACES,
    Finding,
    Rendered,
    Template,
    lint,
    lint_text,
    render,
    shipped_templates,
)
from forbear.kernel.clock import Clock
from forbear.records.actions.redress.sending import TEMPLATE as ANSWER
from forbear.records.actions.redress.sending import terms_of_answer
from forbear.records.actions.templates import TemplateText, approve_template, propose_template, usable_template
from forbear.records.approved.message_terms import About, terms_of
from forbear.records.lender import lender_settings
from forbear.records.models import Act
from forbear.records.scope import Scope, acting

QUESTIONS = ("contact", "message")


class TemplateComposer:
    """Makes messages of approved templates; called within the transaction that holds the person."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def compose(self, held: Held) -> Composed | Refusal:
        """The message in the borrower's language; a refusal where no approved template is there, or a place stays empty."""
        act, language = held.act, held.recipient.language
        language = language if language in LANGUAGES else LANGUAGES[0]
        row = usable_template(self._tenant, act.template, act.channel, language)
        if row is None:
            detail = f"No approved template {act.template!r} is there for {act.channel} in {language}."
            return Refusal("no_template", act.act_id, detail)
        template = Template(row.code, row.version, row.channel, row.purpose, row.language, row.subject, row.body)
        made = render(template, held, _links(held), self._terms(template, held))
        return _composed(made) if isinstance(made, Rendered) else made

    def _terms(self, template: Template, held: Held) -> dict[str, Any]:
        """What the records know of what it is about, for the places that it has."""
        wanted = {PLACES[name].reads for name in template.places & set(PLACES) if PLACES[name].source == "terms"}
        if not wanted:
            return {}
        act = held.act
        about = About(self._tenant, act.act_id, act.person_id, act.loan_id, act.template, template.language, held.now)
        terms = terms_of(about, wanted)
        if "answer_words" in wanted:
            answers = Act.objects.filter(act_id=act.act_id).values_list("about", flat=True).first() or ""
            terms = {**terms, **terms_of_answer(self._tenant, answers)}
        return terms


def composer_of(tenant: str, clock: Clock) -> Composer:
    """The composer of a tenant."""
    return TemplateComposer(tenant)


def lint_for(tenant: str, template: Template, clock: Clock) -> list[dict[str, Any]]:
    """What stands against a text under the tenant's law today; as plain values."""
    with acting(Scope(tenant, "lint")):
        lender = lender_settings(tenant)
    day = lender.date_of(clock.now())
    gate = _gate(lender.law, lender.profile, day)
    base = {name: need.base for name, need in gate.needs.items()}
    return [asdict(finding) for finding in lint(template, gate, base)]


def lint_answer(tenant: str, words: str, channel: str, language: str, clock: Clock, tell_in: str) -> list[Finding]:
    """What stands against the words of an answer, within the message in which they would be sent.

    Args:
        language: the person's; one that no template has is taken for simplified Chinese.
        tell_in: the language of the findings.
    """
    language = language if language in LANGUAGES else LANGUAGES[0]
    about = next(
        each for each in shipped_templates() if (each.code, each.channel, each.language) == (ANSWER, channel, language)
    )
    lender = lender_settings(tenant)
    gate = _gate(lender.law, lender.profile, lender.date_of(clock.now()))
    base = {name: need.base for name, need in gate.needs.items()}
    if "{{" in words or "{%" in words or "{#" in words:
        return lint_text(words, about, gate, base, tell_in=tell_in)
    whole = replace(about, body=about.body.replace("{{ answer_words }}", words))
    return lint(whole, gate, base, tell_in)


def take_in_shipped(
    tenant: str, written_by: str, approved_by: str, clock: Clock, languages: Sequence[str] = LANGUAGES
) -> int:
    """Propose every template that comes with the package, and have another person approve those that the law lets pass.

    Args:
        languages: those of the templates; all where not given.

    Returns:
        How many were approved.

    Raises:
        InputError: ``own_template`` where both are one person.
    """
    approved = 0
    # One transaction for all: none is half taken in, and the audit is written once.
    with acting(Scope(tenant, written_by)):
        for template in shipped_templates():
            if template.language not in languages:
                continue
            findings = lint_for(tenant, template, clock)
            text = TemplateText(
                template.code, template.channel, template.purpose, template.language, template.subject, template.body, template.digest
            )  # fmt: skip
            version = propose_template(Scope(tenant, written_by), text, findings)
            if not findings:
                approve_template(
                    Scope(tenant, approved_by), template.code, template.channel, template.language, version
                )
                approved += 1
    return approved


def _links(held: Held) -> dict[str, str]:
    """The borrower's own pages, where the lender has a portal."""
    portal = str(held.lender.get("portal", "")).rstrip("/")
    return {name: f"{portal}/{name}" for name in ("verify", "unsubscribe", "pay")} if portal else {}


def _composed(made: Rendered) -> Composed:
    return Composed(
        template=made.template,
        template_version=made.template_version,
        language=made.language,
        subject=made.subject,
        body=made.body,
        digest=made.digest,
        facts=made.facts,
        fields=made.fields,
        links=made.links,
    )


@lru_cache(maxsize=4)
def _gate(law: str, profile: str, day: date) -> Gate:
    return load_gate(law, day, profile, QUESTIONS)
