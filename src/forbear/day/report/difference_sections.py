"""The sections of the page about a change, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forbear.compliance import VERDICTS
from forbear.day.differences import (
    Record,
    arrow,
    deciding,
    number,
    of_one_side,
    planned,
    side_name,
    summary,
    turns,
    verdict_words,
    wanted_words,
    wish_words,
)
from forbear.day.report import charts
from forbear.day.report.sections import (
    ROWS_MAX,
    KeyFigure,
    Quote,
    Section,
    Table,
    figures_table,
    stacked,
)
from forbear.day.words import RuleBook, hours_words
from forbear.kernel.language import Translator
from forbear.kernel.money import format_cents

TABLE_ROWS_MAX = 60
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One loan that changes: which, what before and after, and why."""

    loan: str
    age: str
    money: str
    act: str
    before: str
    after: str
    why: str
    rule: str


class DifferenceWriter:
    """Writes the page's sections in one language, from the content of ``summary.json``."""

    def __init__(self, record: Record, before: RuleBook, after: RuleBook, words: Translator) -> None:
        self.record = record
        self.rules = {"before": before, "after": after}
        self.words = words
        self.is_law = record["subject"] == "law"

    def heading(self) -> str:
        """What is compared."""
        _ = self.words.gettext
        return _("What this change of law does") if self.is_law else _("What this change of playbook does")

    def names(self) -> tuple[str, str]:
        """Old and new, as they were asked for."""
        return side_name(self.record, "before"), side_name(self.record, "after")

    def summary(self) -> str:
        """All in one sentence."""
        return summary(self.words, self.record)

    def unverified(self) -> tuple[int, int]:
        """How many values of the new law were not verified, and of how many."""
        law = self.record["after"]["law"]
        return law["values_unverified"], law["values"]

    def key_figures(self) -> list[KeyFigure]:
        """The few figures at the top."""
        _, record = self.words.gettext, self.record
        changed = record["changed"] if self.is_law else record["wishes_changed"]
        people, acts = record["people"], {side: planned(record, side) for side in ("before", "after")}
        stricter, milder = turns(record)
        return [
            self._changed_acts() if self.is_law else self._changed_loans(),
            KeyFigure(
                _("Overdue on them"),
                self._money(changed["overdue_cents"]),
                _("{loans} loans of {people} people").format(
                    loans=number(changed["loans"]), people=number(changed["people"])
                ),
            ),
            KeyFigure(_("Stricter verdicts"), number(stricter), _("for acts proposed before and after")),
            KeyFigure(_("Milder verdicts"), number(milder), _("for acts proposed before and after")),
            KeyFigure(
                _("Acts planned"), number(acts["after"]), _("before: {count}").format(count=number(acts["before"]))
            ),
            KeyFigure(
                _("People contacted"),
                number(people["after"]),
                _("before: {before}; {lost} no longer, {gained} newly").format(
                    before=number(people["before"]), lost=number(people["lost"]), gained=number(people["gained"])
                ),
            ),
        ]

    def _changed_acts(self) -> KeyFigure:
        _, record = self.words.gettext, self.record
        return KeyFigure(
            _("Acts that come out otherwise"),
            number(record["changed"]["proposals"]),
            _("of {all} proposed").format(all=number(record["proposals"]["either"])),
        )

    def _changed_loans(self) -> KeyFigure:
        _, record = self.words.gettext, self.record
        return KeyFigure(
            _("Loans treated otherwise"),
            number(record["wishes_changed"]["loans"]),
            _("of {all} that are decided on").format(all=number(record["loans"]["either"])),
        )

    def stacks(self) -> tuple[list[Section], list[Section]]:
        """The sections in two stacks."""
        return stacked(self.sections())

    def sections(self) -> list[Section]:
        """All sections, in reading order."""
        wishes = [self._treatments(), self._treatment_rules()]
        law = [self._verdicts(), self._rules(), self._held_by()]
        rest = [self._acts(), self._waiting(), self._kinds()]
        if self.is_law:
            return [*law, *(wishes if self.record["treatments"] else []), *rest]
        return [*wishes, rest[0], *law, *rest[1:]]

    def _verdicts(self) -> Section:
        _, rows = self.words.gettext, self.record["verdicts"]
        definition = _("What the law says of the proposed acts: the bar is after the change, the pale track before it.")
        found = [
            (
                code,
                *(
                    sum(row["proposals"] for row in rows if row[f"verdict_{side}"] == code)
                    for side in ("before", "after")
                ),
            )
            for code in VERDICTS
        ]
        tallies = [(verdict_words(self.words, code), before, after) for code, before, after in found if before or after]
        moved = [row for row in rows if row["verdict_before"] != row["verdict_after"]]
        empty = "" if rows else _("Nothing is proposed on this date.")
        heads = (_("Before → after"), _("Proposals"), _("Loans"), _("People"), _("Overdue"))
        table = [(self._move(row), *self._counts(row)) for row in moved]
        note = "" if moved or empty else _("No verdict changes.")
        return self._sided(
            "verdicts", _("Verdicts before and after"), definition, tallies, empty, figures_table(heads, table, 1), note
        )

    def _rules(self) -> Section:
        _, rows = self.words.gettext, self.record["rules"]
        definition = _(
            "Acts whose verdict changes, by the rule that makes the difference: the new rule where the verdict is stricter, "
            "the old one where it is milder."
        )
        empty = "" if rows else _("No rule makes a difference to a verdict.")
        bars = [charts.Bar(self._move(row), row["proposals"], number(row["proposals"])) for row in rows[:ROWS_MAX]]
        quotes = tuple(self._quote(*deciding(row), row) for row in rows[:ROWS_MAX])
        heads = (_("Rule before"), _("Rule after"), _("Verdict"), _("Proposals"), _("Loans"), _("People"), _("Overdue"))
        table = [
            (row["decided_by_before"] or "–", row["decided_by_after"] or "–", self._move(row), *self._counts(row))
            for row in rows[:TABLE_ROWS_MAX]
        ]
        drawn = self._drawn(bars, empty)
        title = _("Which rule makes the difference")
        return Section(
            "rules", title, definition, *drawn, figures_table(heads, table, 3), empty, self._rest(rows), quotes
        )

    def _quote(self, side: str, rule: str | None, row: Row) -> Quote:
        quote = self.rules[side].quote(self.words, rule or "no_rule_spoke")
        says = f"{self._move(row)}{self.words.gettext(': ')}{quote.because}"
        return Quote(quote.rule, says, quote.instrument, quote.read_as, quote.is_verified, number(row["proposals"]))

    def _held_by(self) -> Section:
        _ = self.words.gettext
        rows = [row for row in self.record["held_by"] if row["before"] != row["after"]]
        definition = _(
            "Proposed acts that the law refuses or leaves to a person, by the rule that decides, where the number differs: "
            "the bar is after, the pale track before."
        )
        empty = "" if rows else _("Every rule refuses as many acts as before.")
        tallies = [(self._because(row["rule"], row), row["before"], row["after"]) for row in rows]
        heads = (_("Rule"), _("Verdict"), _("Before"), _("After"))
        table = [
            (row["rule"], verdict_words(self.words, row["verdict"]), number(row["before"]), number(row["after"]))
            for row in rows[:TABLE_ROWS_MAX]
        ]
        return self._sided(
            "held-by", _("What the law refuses, by rule"), definition, tallies, empty, figures_table(heads, table, 2)
        )

    def _because(self, rule: str, row: Row) -> str:
        return self._said("after" if row["after"] else "before", rule)

    def _acts(self) -> Section:
        _, rows = self.words.gettext, self.record["acts"]
        definition = _(
            "Planned acts by channel on the business date: the bar is after the change, the pale track before it."
        )
        empty = "" if rows else _("No act is planned on this date, neither before nor after.")
        tallies = [(self.words.code_words("channel", row["channel"]), row["before"], row["after"]) for row in rows]
        note = "" if self.record["replanned"] or empty else _("The plan stays the same.")
        return self._sided("acts", _("The plan by channel"), definition, tallies, empty, note=note)

    def _waiting(self) -> Section:
        _, rows = self.words.gettext, self.record["waiting"]
        definition = _(
            "Acts that wait for a person's approval or review: the bar is after the change, the pale track before it."
        )
        empty = "" if rows else _("Nothing waits for a person, neither before nor after.")
        tallies = [(self.words.code_words("treatment", row["treatment"]), row["before"], row["after"]) for row in rows]
        return self._sided("waiting", _("What waits for a person"), definition, tallies, empty)

    def _kinds(self) -> Section:
        _, rows = self.words.gettext, self.record["by_change"]
        definition = _("Every proposed act that differs, counted once, under the weightiest difference.")
        empty = "" if rows else _("Nothing changes.")
        named = [(self.words.code_words("change", row["change"]), row) for row in rows]
        bars = [charts.Bar(name, row["proposals"], number(row["proposals"])) for name, row in named]
        heads = (_("Difference"), _("Proposals"), _("Loans"), _("People"), _("Overdue"))
        table = figures_table(heads, [(name, *self._counts(row)) for name, row in named], 1)
        note = _("All of them are in changes.parquet.") if rows else ""
        return Section("kinds", _("In what the acts differ"), definition, *self._drawn(bars, empty), table, empty, note)

    def _treatments(self) -> Section:
        _, rows = self.words.gettext, self.record["treatments"]
        definition = _("What is wanted of a loan first, and beside it a visit or a referral, where it changes: loans.")
        empty = "" if rows else _("Every loan is treated as before.")
        named = [(self._wish(row), row) for row in rows]
        bars = [charts.Bar(name, row["loans"], number(row["loans"])) for name, row in named[:ROWS_MAX]]
        heads = (_("Before → after"), _("Loans"), _("People"), _("Overdue"))
        table = figures_table(heads, [(name, *self._counts(row)[1:]) for name, row in named[:TABLE_ROWS_MAX]], 1)
        drawn = self._drawn(bars, empty)
        return Section(
            "treatments", _("Treatments before and after"), definition, *drawn, table, empty, self._rest(rows)
        )

    def _treatment_rules(self) -> Section:
        _, rows = self.words.gettext, self.record["treatment_rules"]
        definition = _(
            "The same by the rows of the playbooks' tables that decided; each quotes the new row, or the old one where "
            "nothing is wanted any more."
        )
        empty = "" if rows else _("Every loan is treated as before.")
        quotes = tuple(self._wish_quote(row) for row in rows[:ROWS_MAX])
        heads = (_("Row before"), _("Row after"), _("Before → after"), _("Loans"), _("People"), _("Overdue"))
        table = [
            (row["rule_before"] or "–", row["rule_after"] or "–", self._wish(row), *self._counts(row)[1:])
            for row in rows[:TABLE_ROWS_MAX]
        ]
        shown = ("", "")
        title = _("Which row of the playbook decides")
        return Section(
            "treatment-rules",
            title,
            definition,
            *shown,
            figures_table(heads, table, 3),
            empty,
            self._rest(rows),
            quotes,
        )

    def _wish_quote(self, row: Row) -> Quote:
        side = "after" if row["rule_after"] else "before"
        quote = self.rules[side].quote(self.words, row[f"rule_{side}"] or "no_rule_spoke")
        says = f"{self._wish(row)}{self.words.gettext(': ')}{quote.because}"
        return Quote(quote.rule, says, quote.instrument, quote.read_as, quote.is_verified, number(row["loans"]))

    def examples(self) -> list[Example]:
        """Loans that change, of every kind some, the largest amounts first."""
        return [self._example(row) for row in self.record["examples"]]

    def _example(self, row: Row) -> Example:
        _ = self.words.gettext
        rule, why = self._why(row)
        return Example(
            loan=row["loan_id"],
            age=_("{days} days past due").format(days=row["days_past_due"]),
            money=self._money(row["overdue_cents"]),
            act="" if self._is_wish(row) else wanted_words(self.words, row["treatment_after"], row["channel_after"]),
            before=self._state(row, "before"),
            after=self._state(row, "after"),
            why=why,
            rule=rule,
        )

    def _is_wish(self, row: Row) -> bool:
        return row["change"] in ("removed", "added", "treatment", "reason")

    def _state(self, row: Row, side: str) -> str:
        """What there was to say of the loan's act on a side, by the kind of its change."""
        _, words = self.words.gettext, self.words
        if self._is_wish(row):
            return wish_words(words, row, side)
        if row["change"] == "duties":
            duties = [words.code_words("duty", duty) for duty in row[f"duties_{side}"] or ()]
            return _("; ").join(duties) or _("no duties")
        if row["change"] == "hours":
            return hours_words(row[f"window_start_minute_{side}"], row[f"window_end_minute_{side}"])
        if row["change"] == "plan":
            return _("planned") if row[f"planned_{side}"] else _("not planned")
        if row["change"] == "rule":
            return self._said(side, row[f"decided_by_{side}"])
        return verdict_words(words, row[f"verdict_{side}"])

    def _why(self, row: Row) -> tuple[str, str]:
        """The rule that made the difference, and what it says."""
        if row["change"] == "plan":
            return "", self.words.gettext("Another act of this person is planned, or no longer.")
        if row["change"] == "rule":
            return arrow(row["decided_by_before"] or "–", row["decided_by_after"] or "–"), ""
        if self._is_wish(row):
            side = "after" if row["rule_after"] else "before"
            rule = row[f"rule_{side}"]
        elif row["change"] in ("duties", "hours"):
            side, rule = of_one_side(row)
            if rule is None:
                return "", ""
        else:
            side, rule = deciding(row)
        return rule or "", self._said(side, rule)

    def _said(self, side: str, rule: str | None) -> str:
        return self.rules[side].quote(self.words, rule or "no_rule_spoke").because

    def _sided(
        self,
        key: str,
        title: str,
        definition: str,
        tallies: Sequence[tuple[str, int, int]],
        empty: str,
        table: Table | None = None,
        note: str = "",
    ) -> Section:
        """A bar a row with its number after, before it as the track; its own table, or the same figures."""
        _ = self.words.gettext
        bars = [
            charts.Bar(name, after, number(after) if before == after else arrow(number(before), number(after)), before)
            for name, before, after in tallies[:ROWS_MAX]
        ]
        figures = [(name, number(before), number(after)) for name, before, after in tallies]
        table = table or figures_table((_("What"), _("Before"), _("After")), figures, 1)
        return Section(key, title, definition, *self._drawn(bars, empty), table, empty, note or self._rest(tallies))

    def _rest(self, rows: Sequence[object]) -> str:
        if len(rows) <= ROWS_MAX:
            return ""
        return self.words.gettext("The chart shows the first {shown} of {all}.").format(shown=ROWS_MAX, all=len(rows))

    def _drawn(self, bars: Sequence[charts.Bar], empty: str) -> tuple[str, str]:
        return ("", "") if empty or not bars else (charts.bars(bars, charts.NARROW), charts.bars(bars, charts.WIDE))

    def _move(self, row: Row) -> str:
        return arrow(verdict_words(self.words, row["verdict_before"]), verdict_words(self.words, row["verdict_after"]))

    def _wish(self, row: Row) -> str:
        return arrow(wish_words(self.words, row, "before"), wish_words(self.words, row, "after"))

    def _counts(self, row: Row) -> tuple[str, str, str, str]:
        counts = (number(row[name]) for name in ("proposals", "loans", "people"))
        return (*counts, self._money(row["overdue_cents"]))  # type: ignore[return-value]

    def _money(self, cents: int) -> str:
        return format_cents(cents, self.record["book"]["currency"])
