"""The words for one borrower: an approved template, and amounts read anew.

Nothing is left out in silence. A place with nothing to stand in it, a consequence that is not true, an amount that is not the
ledger's, or somebody who is not the debtor: each refuses the whole message, with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jinja2

from forbear.compliance.permit import Held, Refusal
from forbear.dispatch.message.consequences import Consequence, consequences
from forbear.dispatch.message.phrases import asserted
from forbear.dispatch.message.places import SILENT_PLACES
from forbear.dispatch.message.reading import message_facts
from forbear.dispatch.message.template import CONSEQUENCE, ENVIRONMENT, Template
from forbear.dispatch.message.values import COMPONENTS, Values, amounts_in, values_of
from forbear.dispatch.segments import cut
from forbear.kernel.ids import digest_json

DEBTOR_SIDE = ("debtor", "co_debtor", "guarantor_joint", "guarantor_general", "legal_representative")
"""Whom a message may tell of the debt; of anybody else the law decides, and it is asked of texts without a debt only."""
SMS_PARTS_MAX = 10
"""More parts than that many networks do not put together again."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "letter": ("name", "date"),
    "voice_agent": ("name", "institution", "service_phone"),
    "voice_bot": ("name", "institution", "service_phone"),
    "push": ("institution",),
}
"""The data that a channel sets in its own form: in a letter's window the name and nothing else, on a locked screen no name."""
_FIELD_PLACES = {
    "name": "borrower_name",
    "date": "today",
    "institution": "institution",
    "service_phone": "service_phone",
}
_LINKS = ("verify", "unsubscribe", "pay", "view")
_CEILINGS = {"settlement_amount": "outstanding_cents", "paid_amount": "paid_cents"}
"""Amounts of what a message is about, and the fact above which none may be."""


@dataclass(frozen=True)
class Rendered:
    """A message in the borrower's language.

    Args:
        facts: what the gate reads of it.
        fields, links: what the channel sets in its own form.
        values: what stands in each place, so that an edited text can be looked at again.
        facts_used: every fact and term that it rests on, as it was read.
        parts_count: how many parts a text message has; 1 on other channels.
        digest: of the template, and of every word.
    """

    template: str
    template_version: int
    language: str
    subject: str
    body: str
    digest: str
    facts: dict[str, Any]
    fields: dict[str, str]
    links: dict[str, str]
    values: dict[str, str] = field(default_factory=dict)
    facts_used: dict[str, Any] = field(default_factory=dict)
    parts_count: int = 1


def render(
    template: Template, held: Held, links: Mapping[str, str], terms: Mapping[str, Any] | None = None
) -> Rendered | Refusal:
    """The message for a held act; a refusal where it would not be whole and true.

    Amounts and days are those of the one fresh row of facts: nothing is carried over from the plan.

    Args:
        links: addresses of the borrower's own pages: ``verify``, ``unsubscribe``, ``pay``, ``view``.
        terms: of the offer, promise, visit or reply that it is about, by the names that the places read: amounts in whole minor
            units, dates, aware instants.
    """
    named = [consequences()[name] for name in sorted(template.consequences)]
    wanted = template.places.union(*(each.places for each in named))
    extra = {_FIELD_PLACES[name] for name in FIELDS.get(template.channel, ())}
    values = values_of(held, template.channel, template.language, links, terms or {}, wanted | extra)
    why = (
        _not_theirs(template, held)
        or _missing(wanted, values)
        or _untrue(named, _truths(held))
        or _not_the_ledgers(values, held, terms or {})
    )
    if why:
        return Refusal("message_refused", held.act.act_id, why)
    said = {each.name: _fill(each.texts[template.language], values.texts) for each in named}
    subject, body = (_fill(text, values.texts, said) for text in (template.subject, template.body))
    why = _odd_amount(f"{subject}\n{body}", values, held)
    parts = _parts(body) if template.channel == "sms" else 1
    if parts > SMS_PARTS_MAX:
        why = why or f"A text message has at most {SMS_PARTS_MAX} parts, this has {parts}."
    if why:
        return Refusal("message_refused", held.act.act_id, why)
    used = dict(values.read) | {
        fact: held.facts.get(fact) for each in named for fact in each.when if fact in held.facts
    }
    return Rendered(
        template=template.code,
        template_version=template.version,
        language=template.language,
        subject=subject,
        body=body,
        digest=digest_json([template.digest, subject, body]),
        facts=_facts(template, held, values),
        fields={name: values.texts[place] for name, place in _fields(template.channel) if place in values.texts},
        links={name: link for name, link in links.items() if name in _LINKS},
        values={name: text for name, text in values.texts.items() if name in wanted}
        | {f"{CONSEQUENCE}.{name}": text for name, text in said.items()},
        facts_used=used,
        parts_count=parts,
    )


def _fields(channel: str) -> list[tuple[str, str]]:
    return [(name, _FIELD_PLACES[name]) for name in FIELDS.get(channel, ())]


def _fill(text: str, values: Mapping[str, str], said: Mapping[str, str] | None = None) -> str:
    return _compiled(text).render({**values, CONSEQUENCE: said or {}})


@lru_cache(maxsize=4096)
def _compiled(text: str) -> jinja2.Template:
    """Compiled once, since the same template makes many messages."""
    return ENVIRONMENT.from_string(text)


def _facts(template: Template, held: Held, values: Values) -> dict[str, Any]:
    """What the gate reads: names and consequences are left out of the words that are searched, since the first assert nothing and
    the second were found true."""
    kept_out = SILENT_PLACES | {"how_to_pay"}  # the lender's own way to pay is not taken for somebody's account
    silent = {name: "" if name in kept_out else text for name, text in values.texts.items()}
    nothing = dict.fromkeys(template.consequences, "")
    searched = "\n".join(_fill(text, silent, nothing) for text in (template.subject, template.body))
    facts = message_facts(
        template,
        searched,
        actor_kind=str(held.facts.get("actor_kind") or held.act.actor_kind or "agency"),
        has_seal=bool(held.lender.get("seal")),
    )
    facts |= dict.fromkeys(asserted(values.texts.get("how_to_pay", "")), True)
    due = "amount_due" if "amount_due" in values.cents else "next_amount"
    if due in values.cents and due in template.places:
        written = amounts_in(values.texts[due], _currency(held))
        facts["message_amount_stated_cents"] = written[0] if written else 0
        facts["message_amount_ledger_cents"] = values.cents[due]
    return facts


def _currency(held: Held) -> str:
    return str(held.facts.get("currency") or "CNY")


def _truths(held: Held) -> dict[str, Any]:
    """The facts that consequences are true or untrue of; whether the lender reports is the lender's own setting."""
    return {"is_reporting_lender": bool(held.lender.get("credit_bureau")), **held.facts}


def _not_theirs(template: Template, held: Held) -> str:
    """Why it would tell somebody else: another person, or one who does not owe the debt."""
    if held.recipient.person_id != held.act.person_id:
        return "It is about somebody else than the person whom it would reach."
    role = str(held.facts.get("recipient_role") or "unknown")
    if role not in DEBTOR_SIDE and message_facts(template)["message_discloses_debt"]:
        return f"It tells of a debt, and who receives it ({role}) is not known to owe it."
    return ""


def _missing(wanted: frozenset[str], values: Values) -> str:
    missing = sorted(wanted - set(values.texts))
    return f"Nothing is known to stand for: {', '.join(missing)}." if missing else ""


def _untrue(named: list[Consequence], facts: Mapping[str, Any]) -> str:
    for each in named:
        failed = each.untrue(facts)
        if failed:
            return f"The consequence {each.name} is not true of this loan now: it asks for {', '.join(failed)}."
    return ""


def _not_the_ledgers(values: Values, held: Held, terms: Mapping[str, Any]) -> str:
    """Why an amount is not the ledger's: parts that do not add up, a term that differs, an offer above what is unpaid."""
    facts = held.facts
    if "amount_by_component" in values.texts:
        parts = sum(facts.get(f"overdue_{part}_cents") or 0 for part in COMPONENTS)
        if parts != (facts.get("overdue_cents") or 0):
            return "Principal, interest, penalty and fees do not add up to what is overdue."
    for name, given in terms.items():
        if name in facts and facts[name] is not None and given != facts[name]:
            return f"The ledger says otherwise of {name}."
    if "settled_on" in values.texts and facts.get("is_open") is not False:
        return "By the ledger the loan is not settled."
    for name, most in _CEILINGS.items():
        ceiling = facts.get(most)
        if name in values.cents and ceiling is not None and values.cents[name] > ceiling:
            return f"What stands for {name} is above {most}."
    return ""


def _odd_amount(text: str, values: Values, held: Held) -> str:
    """Why an amount that the text states is nobody's: each must be one of those that were read."""
    known = set(values.cents.values())
    known |= {held.facts.get(f"overdue_{part}_cents") or 0 for part in COMPONENTS}
    # A number of a matter is letters and figures by chance, and may spell a currency: CAD12345.
    if number := values.texts.get("reference"):
        text = text.replace(number, " ")
    odd = [cents for cents in amounts_in(text, _currency(held)) if cents not in known]
    return f"It states an amount that no fact has: {odd[0]} minor units." if odd else ""


def _parts(body: str) -> int:
    """How many parts a text message has, as the channel cuts it; one more than allowed where it is far too long."""
    try:
        return len(cut(body, 0).parts)
    except ValueError:
        return SMS_PARTS_MAX + 1
