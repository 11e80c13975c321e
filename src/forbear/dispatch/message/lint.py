"""What stands against a text: the law's rows, by way of the gate, and what a message must be so that the law can be asked at all.

A text that somebody typed is read as a template without places: it goes the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from forbear.compliance import Gate
from forbear.compliance.rows import LawRow
from forbear.dispatch.message.consequences import consequences
from forbear.dispatch.message.phrases import Hit, hits, strange_letters
from forbear.dispatch.message.places import PLACES
from forbear.dispatch.message.reading import CALLS, message_facts, own_words, shown_by
from forbear.dispatch.message.template import CONSEQUENCE, Template, is_consequence
from forbear.kernel.errors import InputError
from forbear.kernel.language import Translator, in_language, translator

FAILURE, REVIEW = "failure", "review"
AGAINST = ("DENY", "PRESUMED_VIOLATION", "REVIEW")
DAYS_RULE = "message.days_overdue"


@dataclass(frozen=True)
class Finding:
    """Something that the gate, or the reader of templates, has against a text.

    ``severity`` is ``failure``, or ``review`` where a person must look at it; ``rule`` the id of the law's row, or one of ours
    (``message.…``); ``found`` the words in question, ``where`` where they stand (``body 3:12``: line and character); ``do`` what helps.
    """

    template: str
    language: str
    channel: str
    severity: str
    rule: str
    message: str
    found: str = ""
    where: str = ""
    do: str = ""


def lint(template: Template, gate: Gate, base: Mapping[str, Any], tell_in: str = "en") -> list[Finding]:
    """Everything that stands against a template, the worst first; nothing where it may be used.

    Args:
        gate: answers for a contact with a message, or for a message alone.
        base: the facts of a borrower whom such a message may reach, so that only the text can be at fault.
        tell_in: the language of the findings: ``en``, ``zh`` or ``zh_TW``.
    """
    words = translator(tell_in)
    found = list(_unreadable(template, words))
    return found or [*_by_law(template, gate, base, words), *_by_house(template, words)]


def lint_text(
    text: str,
    about: Template,
    gate: Gate,
    base: Mapping[str, Any],
    values: Mapping[str, str] | None = None,
    tell_in: str = "en",
) -> list[Finding]:
    """What stands against a text that somebody typed, or that a rendered message became when somebody edited it.

    Args:
        text: the words as they would be sent; signs of a place in them are words that nobody may send.
        about: gives code, channel, purpose and language, and of an edited message the template that it came from.
        values: of an edited message what stood in its places (``Rendered.values``). What is still there counts as said; what
            was taken out or changed does not.
    """
    if "{{" in text or "{%" in text or "{#" in text:
        message = translator(tell_in).gettext("A text that is sent has no places.")
        return [_finding(about, FAILURE, "message.places", message)]
    return lint(as_template(text, about, values or {}), gate, base, tell_in)


def as_template(text: str, about: Template, values: Mapping[str, str]) -> Template:
    """A rendered text as a template again: each value that stands in it gives way to its place."""
    standing = {value: name for name, value in values.items() if value}
    if standing:
        longest_first = sorted(standing, key=lambda value: (-len(value), value))
        either = "|".join(rf"(?<!\d){re.escape(value)}(?!\d)" for value in longest_first)
        text = re.sub(either, lambda found: f"{{{{ {standing[found.group()]} }}}}", text)
    return Template(about.code, about.version, about.channel, about.purpose, about.language, "", text)


def is_usable(findings: Iterable[Finding]) -> bool:
    """Whether a template with these findings may be used: the law denies none of it, and nobody needs to look at it first."""
    return not any(each.severity in (FAILURE, REVIEW) for each in findings)


def base_facts(gate: Gate, **given: Any) -> dict[str, Any]:
    """Somebody whom a lawful message may reach, so that only the text can be at fault.

    Args:
        given: what is otherwise, as ``product_kind="card"``.
    """
    return {name: need.base for name, need in gate.needs.items()} | given


def _by_law(template: Template, gate: Gate, base: Mapping[str, Any], words: Translator) -> Iterator[Finding]:
    own = own_words(template)
    kept = [hit for part in ("asserts", "claims") for hit in hits(own, part)]
    actor = str(base.get("actor_kind") or "lender")
    facts = message_facts(template, actor_kind=actor)
    row = {**base, "channel": template.channel, "purpose": template.purpose, **facts}
    yield from _against(template, gate, row, kept, words, frozenset(facts))


def _against(
    template: Template,
    gate: Gate,
    row: Mapping[str, Any],
    kept: Sequence[Hit],
    words: Translator,
    by_text: frozenset[str],
) -> Iterator[Finding]:
    """The rows that fire because of what a text says, each told once for the same words and reason."""
    told = set()
    fires = gate.fired_rows(row)
    for fired in fires:
        if not by_text & set(fired.reads):  # it would fire whatever the text says
            continue
        said = gate.verdict_on(fired, row)
        if said not in AGAINST and not (said == "REQUIRE" and any(row.get(name) is False for name in fired.reads)):
            continue
        hit = next((each for each in kept if each.fact in fired.reads), None)
        message = in_language(fired.because, words.language)
        if (message, hit) in told:
            continue
        told.add((message, hit))
        severity = REVIEW if said == "REVIEW" else FAILURE
        found, where = (hit.words, _where(template, hit.start)) if hit else ("", "")
        helps = words.gettext("Say it in other words, or not at all.") if hit else _what_helps(fired, row, words)
        yield _finding(template, severity, fired.id, message, found, where, helps)
    if not any(each.effect == "permit" and each.question == "message" for each in fires):
        message = words.gettext("No row of the law permits it.")
        yield _finding(template, FAILURE, "message.not_permitted", message)


def _what_helps(fired: LawRow, row: Mapping[str, Any], words: Translator) -> str:
    for name in fired.reads:
        places = shown_by(name)
        if places and row.get(name) is False:
            helps = words.gettext(
                "Name the place {place} in the text, before anything of a debt where it says who writes."
            )
            return helps.format(place=f"{{{{ {places[0]} }}}}")
    return in_language(fired.changes, words.language)


def _by_house(template: Template, words: Translator) -> Iterator[Finding]:
    """What a message must be whatever the law says."""
    subject = Template("", 0, template.channel, "", template.language, template.subject, "")
    shown = next(iter(hits(own_words(subject), "shows")), None)
    if shown or any(PLACES[name].shows_debt for name in subject.places) or subject.consequences:
        message = words.gettext("A subject is read on a locked screen: it says nothing of a debt.")
        yield _finding(template, FAILURE, "message.outside", message, shown.words if shown else "", "subject")
    for letter, place in strange_letters(own_words(template)):
        message = words.gettext("Letters of another script can hide words.")
        yield _finding(template, FAILURE, "message.letters", message, letter, _where(template, place))
    if template.channel == "sms" and template.purpose == "collection":
        for name in ("days_past_due", "amount_due", "how_to_pay"):
            if name not in template.places:
                message = words.gettext("A text message says how many days are overdue, how much, and how to pay.")
                do = words.gettext("Name the place {place}.").format(place=f"{{{{ {name} }}}}")
                yield _finding(template, FAILURE, DAYS_RULE, message, do=do)
    if template.channel in CALLS and "{{ confirm_person }}" not in template.body:
        message = words.gettext("A script asks who is there before it says anything.")
        yield _finding(template, FAILURE, "message.confirms", message)


def _unreadable(template: Template, words: Translator) -> Iterator[Finding]:
    """What makes a text no template: places that are not known, and anything but text and places."""
    try:
        tree = template.parsed()
    except InputError as error:
        yield _finding(template, FAILURE, "message.syntax", error.message, where=f"line {error.where.get('line')}")
        return
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Output | nodes.TemplateData | nodes.Template) or is_consequence(node):
            continue
        if isinstance(node, nodes.Name):
            if node.name not in PLACES and node.name != CONSEQUENCE:
                message = words.gettext("There is no place {name!r}.").format(name=node.name)
                yield _finding(template, FAILURE, "message.places", message, node.name, f"line {node.lineno}")
            continue
        message = words.gettext("A template has text and places only, no {what}.").format(
            what=type(node).__name__.lower()
        )
        yield _finding(template, FAILURE, "message.logic", message, where=f"line {node.lineno}")
    for name in sorted(template.consequences - set(consequences())):
        message = words.gettext("There is no consequence {name!r}.").format(name=name)
        yield _finding(template, FAILURE, "message.places", message, name)


def _where(template: Template, place: int) -> str:
    """Part, line and character of a place in subject and body."""
    part, place = ("subject", place) if place < len(template.subject) else ("body", place - len(template.subject) - 1)
    text = template.subject if part == "subject" else template.body
    line = text.count("\n", 0, place) + 1
    return f"{part} {line}:{place - (text.rfind(chr(10), 0, place) + 1) + 1}"


def _finding(
    template: Template, severity: str, rule: str, message: str, found: str = "", where: str = "", do: str = ""
) -> Finding:
    return Finding(template.code, template.language, template.channel, severity, rule, message, found, where, do)
