"""An explanation as lines to read."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.compliance import REFUSED
from forbear.compliance.explanation import Explanation as LawExplanation
from forbear.compliance.explanation import FiredRule, badge
from forbear.day.explanation import Candidate, Explanation
from forbear.day.tracing import Cell
from forbear.day.words import act_words
from forbear.kernel.language import Translator, translator

AGAINST = (*REFUSED, "REVIEW")


def tell(explanation: Explanation) -> str:
    """The explanation as text: the decision, the facts, the tables, what came to nothing and why, what would change it."""
    return "\n".join(_Teller(explanation).lines()) + "\n"


class _Teller:
    def __init__(self, explanation: Explanation) -> None:
        self.it = explanation
        self.words: Translator = translator(explanation.language)
        self.colon = self.words.gettext(": ")

    def lines(self) -> Iterator[str]:
        _, it = self.words.gettext, self.it
        head = _("Loan {loan}, person {person}, {date}")
        yield head.format(loan=it.loan_id, person=it.person_id, date=it.business_date)
        yield from it.sentences
        yield from it.notes
        facts = [f"{fact.words}{self.colon}{fact.value}" for fact in it.facts]
        yield from _block(_("Facts that mattered"), facts)
        yield from _block(_("What the playbook said"), self._steps())
        yield from _block(_("What the law asks of the act"), self._duties())
        yield from _block(_("What else was wanted, and why it came to nothing"), self._lost())
        yield from _block(_("What would have to change: rows that one condition kept from deciding"), self._near())
        yield ""
        yield _("Playbook {playbook}; law {law}.").format(playbook=it.playbook, law=it.law)
        laws = [law for law in (it.permitted_by, *(each.law for each in it.lost)) if law is not None]
        if laws:
            yield laws[0].trust

    def _steps(self) -> list[str]:
        lines = []
        for step in self.it.steps:
            cites = f" [{' '.join(step.cites)}]" if step.cites else ""
            lines.append(f"{self.words.code_words('table', step.table)}{self.colon}{step.answer}")
            lines.append(f"  {step.because}{cites} {step.rule}")
            lines += [f"  · {self._asked(cell)}" for cell in step.conditions]
        return lines

    def _asked(self, cell: Cell) -> str:
        text = self.words.gettext("{input}: {met} (asked: {asks})")
        return text.format(input=cell.input, met=cell.met, asks=cell.asks)

    def _duties(self) -> list[str]:
        law = self.it.permitted_by
        return [] if law is None else [line for rule in law.rules for line in self._rule(rule)]

    def _lost(self) -> list[str]:
        lines = []
        for each in self.it.lost:
            lines.append(f"{self._named(each)}{self.colon}{each.why}")
            lines += [f"  {line}" for line in self._against(each.law)]
        return lines

    def _named(self, each: Candidate) -> str:
        act = act_words(self.words, each.treatment, each.channel)
        if each.kind != "contact":
            return act
        return self.words.gettext("Choice {number}, {act}").format(number=each.preference, act=act)

    def _against(self, law: LawExplanation | None) -> list[str]:
        """What spoke against the act; duties would only matter if it were done."""
        if law is None:
            return []
        return [line for rule in law.rules if rule.verdict in AGAINST for line in self._rule(rule)]

    def _rule(self, rule: FiredRule) -> list[str]:
        lines = [f"{self.words.code_words('verdict', rule.verdict)}{self.colon}{rule.because} {rule.id}"]
        for each in rule.citations:
            place = f"{each.instrument} {each.article}".strip()
            lines.append(f"  – {each.title}{self.colon}{place} [{badge(each, self.words)}]")
        if rule.verdict in AGAINST:
            assumed = f" ({self.words.gettext('assumed: not on file')})"
            lines += [
                f"  · {fact.words}{self.colon}{fact.value}{assumed if fact.assumed else ''}" for fact in rule.facts
            ]
        if rule.what_would_change:
            lines.append(f"  → {rule.what_would_change}")
        return lines

    def _near(self) -> list[str]:
        lines = []
        for each in self.it.near:
            lines.append(f"{self.words.code_words('table', each.table)}{self.colon}{each.because} {each.rule}")
            lines.append(f"  · {self._asked(each.missing)}")
        return lines


def _block(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)
