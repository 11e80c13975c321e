"""The words for one borrower: an approved template, and amounts read anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency

from forbear.compliance.permit import Held, Refusal
from forbear.dispatch.message.lint import AMOUNT_PLACES, message_facts
from forbear.dispatch.message.template import ENVIRONMENT, Template
from forbear.kernel.ids import digest_json
from forbear.kernel.language import translator

COMPONENTS = ("principal", "interest", "penalty", "fee")
FIELDS = ("institution", "borrower_name", "today", "service_phone")
"""What a letter or a push message sets in its own form."""
LOCALES = {"zh_CN": "zh_Hans_CN", "zh_TW": "zh_Hant_TW", "en": "en"}
_WORDS = {"zh_CN": "zh", "zh_TW": "zh_TW", "en": "en"}


@dataclass(frozen=True)
class Rendered:
    """A message in the borrower's language; ``facts`` are what the gate reads of it."""

    template: str
    template_version: int
    language: str
    subject: str
    body: str
    digest: str
    facts: dict[str, Any]
    fields: dict[str, str]
    links: dict[str, str]


def render(template: Template, held: Held, links: Mapping[str, str]) -> Rendered | Refusal:
    """The message for a held act; a refusal where a place of the template has nothing to stand in it.

    Amounts and days are those of the one fresh row of facts: nothing is carried over from the plan.
    """
    values = {name: value for name, value in _values(held, template.language, links).items() if value}
    missing = sorted(template.places - set(values))
    if missing:
        detail = f"Nothing is known to stand for: {', '.join(missing)}."
        return Refusal("message_refused", held.act.act_id, detail)
    subject = ENVIRONMENT.from_string(template.subject).render(values)
    body = ENVIRONMENT.from_string(template.body).render(values)
    facts = message_facts(template, f"{subject}\n{body}")
    stated = _stated_cents(template, held.facts)
    facts |= {"message_amount_stated_cents": stated, "message_amount_ledger_cents": stated}
    fields: dict[str, str] = {}
    for name in ("institution", "borrower_name", "today", "service_phone"):
        if name in values:
            fields[name] = values[name]
    return Rendered(
        template=template.code,
        template_version=template.version,
        language=template.language,
        subject=subject,
        body=body,
        digest=digest_json([template.digest, subject, body]),
        facts=facts,
        fields=fields,
        links=dict(links),
    )


def _stated_cents(template: Template, facts: Mapping[str, Any]) -> int:
    """The amount that the text states; nought where it states none."""
    if not template.places & set(AMOUNT_PLACES):
        return 0
    name = "next_due_cents" if "next_amount" in template.places else "overdue_cents"
    return int(facts.get(name) or 0)


def _values(held: Held, language: str, links: Mapping[str, str]) -> dict[str, str]:
    facts, lender, words = held.facts, held.lender, translator(_WORDS[language])
    currency = str(facts.get("currency") or "CNY")

    def money(cents: int | None) -> str:
        if cents is None:
            return ""
        return format_currency(Decimal(cents) / 100, currency, locale=LOCALES[language])

    def day(value: date | None) -> str:
        return "" if value is None else format_date(value, "long", locale=LOCALES[language])

    parts = [
        f"{words.code_words('component', part)} {money(facts[f'overdue_{part}_cents'])}"
        for part in COMPONENTS
        if facts.get(f"overdue_{part}_cents")
    ]
    overdue, days = facts.get("overdue_cents") or 0, facts.get("days_past_due") or 0
    found: dict[str, str] = {
        "institution": lender.get("name", ""),
        "borrower_name": held.recipient.name,
        "product": words.code_words("product kind", str(facts.get("product_kind") or "instalment")),
        "amount_due": money(overdue) if overdue else "",
        "amount_by_component": words.gettext(", ").join(parts),
        "days_past_due": str(days) if days else "",
        "due_on": day(facts.get("oldest_unpaid_due_on")),
        "next_amount": money(facts.get("next_due_cents")),
        "next_due_on": day(facts.get("next_due_on")),
        "today": day(facts.get("business_date")),
        "how_to_pay": lender.get("how_to_pay", ""),
        "service_phone": lender.get("service_phone", ""),
        "complaint_phone": lender.get("complaint_phone", ""),
        "options": words.gettext("an extension, instalments, or help in hardship"),
        "legal_basis": words.gettext(
            "The claim rests on the loan agreement, and on what the Civil Code says of loans."
        ),
        "rights": words.gettext(
            "You may ask what you owe and how it came about, propose a plan, object, and complain; you are to repay what is due."
        ),
        "verify_link": links.get("verify", ""),
        "unsubscribe_link": links.get("unsubscribe", ""),
    }
    return found
