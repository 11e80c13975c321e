"""An explanation as lines to read."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.day.explanation import Candidate, Explanation
from forbear.day.tracing import Cell
from forbear.kernel.language import Translator, translator


def tell(explanation: Explanation) -> str:
    """The explanation as text: decision, facts, tables, what lost and why, what would change it."""
    return "\n".join(_lines(explanation, translator(explanation.language))) + "\n"


def _lines(explanation: Explanation, words: Translator) -> Iterator[str]:
    head = words.gettext("Loan {loan}, person {person}, {date}")
    yield head.format(loan=explanation.loan_id, person=explanation.person_id, date=explanation.business_date)
    yield from explanation.sentences
    yield from explanation.notes
    yield from _block(
        words.gettext("Facts that mattered"), [f"{fact.words}: {fact.value}" for fact in explanation.facts]
    )
    yield from _block(words.gettext("What the playbook said"), _steps(explanation, words))
    yield from _block(words.gettext("What the law says of the act"), _law(explanation))
    yield from _block(words.gettext("What else was wanted, and why it came to nothing"), _lost(explanation, words))
    yield from _block(words.gettext("What would have to change"), _near(explanation, words))
    yield ""
    yield words.gettext("Playbook {playbook}; law {law}.").format(playbook=explanation.playbook, law=explanation.law)


def _block(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _steps(explanation: Explanation, words: Translator) -> list[str]:
    lines = []
    for step in explanation.steps:
        cites = f" [{' '.join(step.cites)}]" if step.cites else ""
        lines.append(f"{words.code_words('table', step.table)}: {step.answer}")
        lines.append(f"  {step.because}{cites}  {step.rule}")
        lines += [f"  · {_asked(cell, words)}" for cell in step.conditions]
    return lines


def _asked(cell: Cell, words: Translator) -> str:
    return words.gettext("{input} is {met}; the row asks for {asks}").format(
        input=cell.input, met=cell.met, asks=cell.asks
    )


def _law(explanation: Explanation) -> list[str]:
    return explanation.permitted_by.to_text().splitlines() if explanation.permitted_by else []


def _lost(explanation: Explanation, words: Translator) -> list[str]:
    lines = []
    for each in explanation.lost:
        lines.append(f"{_named(each, words)}: {each.why}")
        if each.law is not None:
            lines += [f"  {line}" for line in each.law.to_text().splitlines()]
    return lines


def _named(each: Candidate, words: Translator) -> str:
    treatment, channel = words.code_words("treatment", each.treatment), words.code_words("channel", each.channel)
    return words.gettext("Preference {number}: {treatment} by {channel}").format(
        number=each.preference, treatment=treatment, channel=channel
    )


def _near(explanation: Explanation, words: Translator) -> list[str]:
    lines = []
    for each in explanation.near:
        lines.append(f"{words.code_words('table', each.table)}: {each.because}  {each.rule}")
        lines.append(f"  · {_asked(each.missing, words)}")
    return lines
