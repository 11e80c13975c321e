"""What the law asks of a text: read off the text itself. Whoever wrote it is not asked, and what cannot be decided counts against it."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import nodes

from forbear.dispatch.message.consequences import consequences
from forbear.dispatch.message.phrases import asserted, assertions, hits
from forbear.dispatch.message.places import AMOUNT_PLACES, DEBT_PLACES, SHOWN_BY
from forbear.dispatch.message.template import Template

CALLS = ("voice_agent", "voice_bot")
FACE_TO_FACE = (*CALLS, "visit")
_PLACE = re.compile(r"\{\{.*?\}\}", re.S)
_MONEY = re.compile(
    r"(?:[¥￥$€£]|(?<![A-Za-z])(?:CNY|RMB|HKD|USD|EUR)|人民[币幣])\s*\d|\d[\d,.，．\s]*(?:[元圆圓块塊]|[万萬千百]元?|yuan|CNY|RMB|dollars?)"
    r"|[零一二三四五六七八九十百千万億亿兩两壹贰叁肆伍陆柒捌玖拾佰仟萬]{1,}[元圆圓块塊]",
    re.I,
)
_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){7,}[\dXx]?")


def own_words(template: Template) -> str:
    """What a template says of its own, with nothing in its places; as long as it, so that places in the text stay the same."""
    return _PLACE.sub(lambda found: " " * len(found.group()), template.text)


def message_facts(
    template: Template, text: str | None = None, *, actor_kind: str = "lender", has_seal: bool = True
) -> dict[str, Any]:
    """What the gate reads of a message: from the places of the template, and from every word of the text.

    Args:
        text: the message as rendered, without names and consequences, where there is one; the template's own words else.
        actor_kind: who would send it: ``lender`` or ``agency``.
        has_seal: whether the lender has a seal to set below a letter.

    Raises:
        InputError: ``bad_template`` when it cannot be read.
    """
    named = [consequences()[name] for name in sorted(template.consequences & set(consequences()))]
    own = template.places
    places = own.union(*(each.places for each in named))
    words = own_words(template) if text is None else text
    says = asserted(words)
    shows = {hit.fact for hit in hits(words, "shows")}
    debt = bool(places & DEBT_PLACES) or "message_discloses_debt" in shows or bool(named)
    facts: dict[str, Any] = {fact: fact in says for fact in assertions()}
    facts["message_asserts_credit_report_accurate"] = False
    # A consequence may be said because its truth was checked; the same words typed by hand were not.
    for each in named:
        facts |= {fact: value for fact, value in each.asserts.items() if not says.get(fact)}
    if "message_asserts_credit_report" in says:
        facts["message_asserts_credit_report_accurate"] = False
    facts |= {fact: bool(own & set(shown)) for fact, shown in SHOWN_BY.items()}
    facts["message_has_seal"] = facts["message_has_seal"] and has_seal
    written_amount = bool(_MONEY.search(own_words(template)))
    facts |= {
        # Amounts are places, so that they are the ledger's; what is written out by hand is an amount of nobody's.
        "message_asserts_exaggerated_amount": written_amount or "message_asserts_exaggerated_amount" in says,
        "message_amount_stated_cents": 0,
        "message_amount_ledger_cents": 0,
        "states_identity": names_sender_first(template),
        "message_discloses_debt": debt,
        "message_discloses_amount": bool(places & AMOUNT_PLACES) or written_amount,
        "message_discloses_overdue": "days_past_due" in places or "message_discloses_overdue" in shows or bool(named),
        "message_discloses_personal_data": bool(_NUMBER.search(own_words(template))),
        # A note at a door may be found by anybody: sealed or not, it is open as soon as it speaks of a debt.
        "message_is_open_to_others": template.channel == "notice" and debt,
        "message_is_public": False,
        "message_is_automated_choice": False,
        "message_person_is_confirmed": template.channel not in FACE_TO_FACE or confirms_first(template),
        "discloses_no_debt": not debt,
        "shows_loan_information": debt,
        "shows_own_number": True,
    }
    if template.channel != "visit":  # what is written is kept, a call is recorded; of a visit the visitors tell
        facts["is_recorded"] = True
    return facts | _claims(template, words, actor_kind)


def _claims(template: Template, words: str, actor_kind: str) -> dict[str, Any]:
    """In whose name it speaks, where it asks to pay to, and what it advertises."""
    found: dict[str, Any] = {}
    for hit in hits(words, "claims"):
        found.setdefault(hit.fact, hit.value)
    account = "designated" if "how_to_pay" in template.places else "none"
    if _NUMBER.search(own_words(template)):
        account = "other"
    identity = "own" if names_sender_first(template) else "none"
    if actor_kind != "lender" and not template.places & {"agency", "sender"}:
        identity = "agency_as_lender"
    return {
        "message_identity_claimed": identity,
        "message_pay_account": account,
        "message_advertises": "none",
    } | found


def names_sender_first(template: Template) -> bool:
    """Whether the lender is named before anything of a debt is."""
    before, there = _before(template, "institution", "sender")
    return there and not _speaks_of_debt(before)


def confirms_first(template: Template) -> bool:
    """Whether the person is asked for before anything of a debt is named: by the place that asks, and by nothing else."""
    before, there = _before(template, "confirm_person")
    return there and not _speaks_of_debt(before)


def _before(template: Template, *places: str) -> tuple[list[nodes.Node], bool]:
    """What of the body comes before the first of these places, and whether one is there. The subject is looked at by itself."""
    found: list[nodes.Node] = []
    body = Template(
        template.code, template.version, template.channel, template.purpose, template.language, "", template.body
    )
    for output in body.parsed().find_all(nodes.Output):
        for node in output.nodes:
            if isinstance(node, nodes.Name) and node.name in places:
                return found, True
            found.append(node)
    return found, False


def _speaks_of_debt(parts: list[nodes.Node]) -> bool:
    text = "".join(part.data for part in parts if isinstance(part, nodes.TemplateData))
    named = {part.name for part in parts if isinstance(part, nodes.Name)}
    has_consequence = any(isinstance(part, nodes.Getattr) for part in parts)
    return has_consequence or bool(named & DEBT_PLACES) or bool(hits(text, "shows"))


def shown_by(fact: str) -> tuple[str, ...]:
    """The places that would make a fact true; none where words alone bear on it."""
    if fact == "states_identity":
        return ("sender", "institution")
    return ("confirm_person",) if fact == "message_person_is_confirmed" else SHOWN_BY.get(fact, ())
