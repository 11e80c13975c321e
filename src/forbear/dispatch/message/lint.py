"""What the law asks of a text: read off the text itself, and judged by the gate. Whoever wrote it is not asked.

A text that somebody typed is read as a template without places: it goes the same way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import nodes
from opencc import OpenCC

from forbear.compliance import Gate
from forbear.dispatch.message.template import PLACES, Template

ASSERTIONS = Path(__file__).parent / "assertions.yaml"
SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "message_has_sender": ("institution",),
    "message_has_name": ("borrower_name",),
    "message_has_debt": ("product",),
    "message_has_balance": ("amount_due", "next_amount"),
    "message_has_due": ("due_on", "next_due_on"),
    "message_has_reason": ("due_on",),
    "message_has_repay": ("how_to_pay",),
    "message_has_query": ("service_phone",),
    "message_has_issuer_contact": ("service_phone",),
    "message_has_object": ("complaint_phone",),
    "message_has_legal_basis": ("legal_basis",),
    "message_has_rights": ("rights",),
    "message_has_easy_refusal": ("unsubscribe_link",),
    "states_identity": ("institution",),
}
"""What a text has is what it has a place for: a word in its stead shows nothing."""
DEBT_PLACES = ("product", "amount_due", "amount_by_component", "days_past_due", "due_on", "next_amount", "next_due_on")
AMOUNT_PLACES = ("amount_due", "amount_by_component", "next_amount")


@dataclass(frozen=True)
class Finding:
    """Something that the gate, or the reader of templates, has against a text."""

    template: str
    language: str
    channel: str
    severity: str
    rule: str
    message: str
    found: str = ""


@cache
def assertions() -> dict[str, tuple[re.Pattern[str], ...]]:
    """The phrases by which a text asserts something, by fact."""
    raw = yaml.safe_load(ASSERTIONS.read_text(encoding="utf-8"))
    return {fact: tuple(re.compile(each) for each in given) for fact, given in raw.items()}


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def normalised(text: str) -> str:
    """The text as phrases are looked for in it: full-width made plain, spaces and invisible characters gone, simplified, lower case."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(
        each for each in plain if unicodedata.category(each) not in ("Cf", "Zs", "Cc", "Mn") and each not in "*·._-~|"
    )
    return str(_simplified().convert(kept)).casefold()


def asserted(text: str) -> dict[str, str]:
    """What a text asserts of the closed list, and the words by which it does."""
    plain = normalised(text)
    found = {}
    for fact, patterns in assertions().items():
        match = next((hit for pattern in patterns if (hit := pattern.search(plain))), None)
        if match:
            found[fact] = match[0]
    return found


def message_facts(template: Template, text: str | None = None) -> dict[str, Any]:
    """What the gate reads of a message: from the places of the template, and from every word of the text.

    Args:
        text: the message as rendered, where there is one; the template's own text else.
    """
    places = template.places
    read = text if text is not None else f"{template.subject}\n{template.body}"
    asserts = asserted(read)
    debt = bool(places & set(DEBT_PLACES))
    facts: dict[str, Any] = {fact: fact in asserts for fact in assertions()}
    facts |= {fact: bool(places & set(shown)) for fact, shown in SHOWN_BY.items()}
    facts |= {
        # Amounts are places, so that they are the ledger's; what is written out by hand is an amount of nobody's.
        "message_asserts_exaggerated_amount": _writes_an_amount(template),
        "message_asserts_exaggerated_nature": False,
        "message_asserts_credit_report_accurate": False,
        "message_identity_claimed": "own" if "institution" in places else "unknown",
        "message_pay_account": "unknown" if _writes_an_account(template) else "designated",
        "message_discloses_debt": debt,
        "message_discloses_amount": bool(places & set(AMOUNT_PLACES)),
        "message_discloses_overdue": "days_past_due" in places,
        "message_discloses_personal_data": False,
        "message_is_open_to_others": False,
        "message_is_public": False,
        "message_advertises": "none",
        "message_is_automated_choice": False,
        "message_person_is_confirmed": _confirms_first(template),
        "discloses_no_debt": not debt,
        "shows_loan_information": debt,
        "shows_own_number": True,
        "is_recorded": template.channel in ("voice_agent", "voice_bot") or template.channel not in ("visit",),
    }
    return facts


def _writes_an_amount(template: Template) -> bool:
    """Whether digits with a sign of money stand in the text itself."""
    written = re.sub(r"\{\{.*?\}\}", "", template.body)
    return bool(re.search(r"([¥￥$€]\s*\d|\d[\d,.]*\s*(元|圓|yuan|CNY|RMB))", written))


def _writes_an_account(template: Template) -> bool:
    """Whether a way to pay stands in the text itself, where only the lender's own may: a long number, or talk of an account."""
    written = normalised(re.sub(r"\{\{.*?\}\}", "", f"{template.subject} {template.body}"))
    return bool(
        re.search(r"\d{8,}|(转账|汇款|扫码|支付宝|微信).{0,6}(到|至|给|付)|(transfer|pay)to\w*account", written)
    )


def _confirms_first(template: Template) -> bool:
    """A written message goes to the person's own point. A script names nothing of a debt before it asked for the person."""
    if template.channel not in ("voice_agent", "voice_bot"):
        return True
    before, asks, _ = template.body.partition("borrower_name")
    return bool(asks) and not any(place in before for place in DEBT_PLACES)


def lint(template: Template, gate: Gate, base: Mapping[str, Any]) -> list[Finding]:
    """Everything that stands against a template, the worst first; nothing where it may be used.

    Args:
        gate: answers for a contact with a message.
        base: the facts of a borrower whom such a message may reach, so that only the text can be at fault.
    """
    found = [_finding(template, "failure", "template", message) for message in _unreadable(template)]
    if found:
        return found
    facts = message_facts(template)
    row = {**base, "channel": template.channel, "purpose": template.purpose, **facts}
    row |= {"message_amount_stated_cents": 0, "message_amount_ledger_cents": 0}
    verdict = gate.judge(row)
    words = asserted(f"{template.subject}\n{template.body}")
    for row_fired in gate.fired_rows(row):
        said = gate.verdict_on(row_fired, row)
        if said not in ("DENY", "PRESUMED_VIOLATION") and not (said == "REQUIRE" and _is_unmet(row_fired.reads, row)):
            continue
        hit = next((words[name] for name in row_fired.reads if name in words), "")
        found.append(_finding(template, "failure", row_fired.id, row_fired.because["en"], hit))
    if verdict.verdict in ("DENY", "PRESUMED_VIOLATION") and not found:
        found.append(_finding(template, "failure", verdict.decided_by or "", "No row of the law permits it."))
    return found


def _is_unmet(reads: tuple[str, ...], row: Mapping[str, Any]) -> bool:
    return any(row.get(name) is False for name in reads)


def _unreadable(template: Template) -> list[str]:
    """What makes a text no template: places that are not known, and anything but text and places."""
    tree = template.parsed()
    allowed = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.Template)
    odd = [type(each).__name__ for each in tree.find_all(nodes.Node) if not isinstance(each, allowed)]
    found = [f"A template has text and places only, no {name.lower()}." for name in sorted(set(odd))]
    return found + [f"There is no place {name!r}." for name in sorted(template.places - set(PLACES))]


def _finding(template: Template, severity: str, rule: str, message: str, found: str = "") -> Finding:
    return Finding(template.code, template.language, template.channel, severity, rule, message, found)
