"""The sections of the report in one language: title, definition, chart, table of its figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from forbear.day.report import charts
from forbear.day.report.figures import Age, Figures, Tally, shares
from forbear.day.report.run_record import RunRecord
from forbear.day.words import LawBook, reason_words
from forbear.kernel.language import Translator
from forbear.kernel.money import format_cents
from forbear.strategy.codes import REFERRALS, TREATMENTS, VISIT

DAYS = {"M0": "0", "M1": "1–30", "M2": "31–60", "M3": "61–90", "M4": "91–120", "M5": "121–150", "M6": "151–180"}
ROWS_MAX = 12
_TREATMENTS = {code: place for place, code in enumerate((*TREATMENTS, *REFERRALS, VISIT))}


@dataclass(frozen=True)
class Table:
    """A table of figures: heads, rows, and which columns hold numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]


@dataclass(frozen=True)
class Quote:
    """A rule in words, with what it cites."""

    rule: str
    says: str
    instrument: str
    read_as: str
    is_verified: bool
    count: str


@dataclass(frozen=True)
class Section:
    """One section; ``empty`` stands in for the chart when there is nothing to draw."""

    key: str
    title: str
    definition: str
    narrow: str = ""
    wide: str = ""
    table: Table | None = None
    empty: str = ""
    note: str = ""
    quotes: tuple[Quote, ...] = ()
    place: int = 0

    @property
    def height(self) -> int:
        """About how high it stands, in pixels, with its figures folded."""
        drawn = re.search(r'height="(\d+)"', self.wide)
        return 200 + (int(drawn[1]) if drawn else 70) + 90 * len(self.quotes)


@dataclass(frozen=True)
class KeyFigure:
    """A figure at the top: what, how many, and of what."""

    label: str
    value: str
    detail: str


Drawing = Callable[[int], str]


class Writer:
    """Writes the report's sections about one run in one language."""

    def __init__(self, run: RunRecord, figures: Figures, law: LawBook, words: Translator) -> None:
        self.run = run
        self.figures = figures
        self.words = words
        self.law = law

    def key_figures(self) -> list[KeyFigure]:
        """The few figures at the top."""
        _, figures = self.words.gettext, self.figures
        rejected = sum(table.rejected for table in self.run.tables)
        rows_in = sum(table.rows_in for table in self.run.tables)
        left = sum(tally.count for tally in figures.left_alone)
        return [
            KeyFigure(
                _("Overdue loans"),
                number(figures.loans_overdue),
                _("of {open} open; {persons} people").format(
                    open=number(figures.loans_open), persons=number(figures.persons_overdue)
                ),
            ),
            KeyFigure(
                _("Overdue amount"),
                self._money(figures.overdue_cents),
                _("of {cents} outstanding on these loans").format(cents=self._money(figures.overdue_outstanding_cents)),
            ),
            KeyFigure(
                _("Acts planned"),
                number(figures.acts["planned"]),
                _("{visits} of them visits; {candidates} wait for approval").format(
                    visits=number(figures.acts["visits"]), candidates=number(figures.acts["candidates"])
                ),
            ),
            KeyFigure(_("Left alone on purpose"), number(left), _("loans, each with a recorded reason")),
            KeyFigure(
                _("Refused by law"),
                number(figures.refused_proposals),
                _("of {all} proposals; {missing} for want of a contact point").format(
                    all=number(figures.proposals), missing=number(figures.without_point)
                ),
            ),
            KeyFigure(
                _("Rows not used"),
                number(rejected),
                _("of {all} rows: rejected, or set aside").format(all=number(rows_in)),
            ),
        ]

    def stacks(self) -> tuple[list[Section], list[Section]]:
        """The sections in two stacks of about the same height, for a wide screen; ``place`` keeps the reading order."""
        return stacked(self.sections())

    def sections(self) -> list[Section]:
        """All sections, in reading order."""
        return [
            self._ages(),
            self._funnel(),
            self._refusals(),
            self._stages(),
            self._channels(),
            self._components(),
            self._left_alone(),
            self._unplanned(),
            self._rejects(),
        ]

    def _ages(self) -> Section:
        _, ages = self.words.gettext, self.figures.ages
        late = [age for age in ages if age.is_overdue]
        definition = _(
            "Open loans by days past due: the days since the due date of the oldest unpaid instalment, less paused days. "
            "Left: loans. Right: amount outstanding on them."
        )
        note = _("Loans that are not overdue are given in figures only: their bar would dwarf the others.")
        note = note if any(age.loans for age in ages if not age.is_overdue) else ""
        empty = "" if any(age.loans for age in late) else _("No open loan is overdue on this date.")
        shown = self._drawn(lambda width: charts.pyramid([self._age_row(age) for age in ages], width), empty)
        heads = (_("Bucket"), _("Days past due"), _("Loans"), _("Outstanding"), _("Overdue"))
        rows = [
            (
                age.bucket,
                DAYS.get(age.bucket, "> 180"),
                number(age.loans),
                self._money(age.outstanding_cents),
                self._money(age.overdue_cents),
            )
            for age in ages
        ]
        return Section(
            "ages",
            _("Age of the debt"),
            definition,
            *shown,
            figures_table(heads, rows, 1),
            empty,
            "" if empty else note,
        )

    def _age_row(self, age: Age) -> charts.PyramidRow:
        drawn = age.is_overdue
        return charts.PyramidRow(
            age.bucket,
            age.loans if drawn else None,
            number(age.loans),
            age.outstanding_cents if drawn else None,
            self._money(age.outstanding_cents),
        )

    def _funnel(self) -> Section:
        _, steps = self.words.gettext, self.figures.funnel
        definition = _(
            "Loans, each counted once. Every step is a part of the one before it; the percentage is of the overdue loans."
        )
        empty = "" if steps[1].count else _("Nothing is overdue, so there is nothing to decide about overdue loans.")
        of_overdue = [0, *shares([step.count for step in steps[1:]])]
        texts = [
            number(step.count) + (f" · {share}%" if place else "")
            for place, (step, share) in enumerate(zip(steps, of_overdue, strict=True))
        ]
        names = [self.words.code_words("funnel", step.code) for step in steps]
        rows = [charts.Bar(name, step.count, text) for name, step, text in zip(names, steps, texts, strict=True)]
        shown = self._drawn(lambda width: charts.bars(rows, width), empty)
        table = figures_table(
            (_("Step"), _("Loans")), [(name, number(step.count)) for name, step in zip(names, steps, strict=True)], 1
        )
        note = ""
        if self.figures.not_yet_due_proposed:
            note = _(
                "Besides, {count} loans that are not overdue have a proposal, such as a reminder before the due date."
            )
            note = note.format(count=number(self.figures.not_yet_due_proposed))
        return Section("funnel", _("From the book to the plan"), definition, *shown, table, empty, note)

    def _refusals(self) -> Section:
        _, refusals = self.words.gettext, self.figures.refusals
        definition = _(
            "Proposed acts that the law refuses, or leaves to a person to review, by the rule that decided. "
            "One loan may have several proposals."
        )
        empty = "" if refusals else _("The law refused none of the proposed acts.")
        quotes = tuple(self._quote(tally) for tally in refusals)
        heads = (_("Rule"), _("Verdict"), _("Proposals"))
        rows = [(tally.code, self.words.code_words("verdict", tally.group), number(tally.count)) for tally in refusals]
        return self._tally_section(
            "refusals",
            _("What the law refused"),
            definition,
            refusals,
            "rule",
            empty,
            figures_table(heads, rows, 2),
            quotes,
        )

    def _quote(self, tally: Tally) -> Quote:
        quote = self.law.quote(self.words, tally.code)
        return Quote(tally.code, quote.because, quote.instrument, quote.read_as, quote.is_verified, number(tally.count))

    def _stages(self) -> Section:
        _, tallies = self.words.gettext, self.figures.stages
        definition = _(
            "What the playbook wants first, before the law and capacity: loans by stage and treatment. A loan may be wanted "
            "for a contact and, besides, as a candidate for a visit or a referral."
        )
        empty = "" if tallies else _("The playbook proposes nothing on this date.")
        stages = list(self.figures.stage_order)
        treatments = sorted({tally.code for tally in tallies}, key=lambda code: (_TREATMENTS.get(code, 99), code))
        found = {(tally.code, tally.group): tally.count for tally in tallies}
        row_names = [self.words.code_words("treatment", code) for code in treatments]
        column_names = [self.words.code_words("stage", code) for code in stages]
        cells = [
            charts.Cell(row_names[row], column_names[column], found.get((treatment, stage), 0))
            for row, treatment in enumerate(treatments)
            for column, stage in enumerate(stages)
        ]
        shown = self._drawn(lambda width: charts.heat(cells, row_names, column_names, width), empty)
        rows = [
            (name, *(number(found.get((treatment, stage), 0)) for stage in stages))
            for name, treatment in zip(row_names, treatments, strict=True)
        ]
        return Section(
            "stages",
            _("Treatments by stage"),
            definition,
            *shown,
            figures_table((_("Treatment"), *column_names), rows, 1),
            empty,
        )

    def _channels(self) -> Section:
        _, tallies = self.words.gettext, self.figures.channels
        definition = _("Planned acts by channel on the business date; the pale track is the day's capacity.")
        limited = [tally for tally in tallies if tally.limit is not None]
        empty = "" if any(tally.count or tally.limit for tally in tallies) else _("No act is planned on this date.")
        note = "" if limited or empty else _("No capacity was given: nothing was held back for want of it.")
        rows = [self._channel_bar(tally) for tally in tallies]
        shown = self._drawn(lambda width: charts.bars(rows, width), empty)
        unlimited = _("no limit")
        figures = [
            (
                self.words.code_words("channel", tally.code),
                number(tally.count),
                unlimited if tally.limit is None else number(tally.limit),
            )
            for tally in tallies
        ]
        table = figures_table((_("Channel"), _("Planned"), _("Capacity")), figures, 1)
        return Section("channels", _("The plan by channel"), definition, *shown, table, empty, note)

    def _channel_bar(self, tally: Tally) -> charts.Bar:
        text = number(tally.count) if tally.limit is None else f"{number(tally.count)} / {number(tally.limit)}"
        return charts.Bar(self.words.code_words("channel", tally.code), tally.count, text, tally.limit)

    def _components(self) -> Section:
        _, components = self.words.gettext, self.figures.components
        definition = _(
            "The overdue amount on the business date by component. The components add up to the overdue amount."
        )
        empty = "" if any(money.cents for money in components) else _("No money is overdue on this date.")
        names = [self.words.code_words("component", money.code) for money in components]
        rows = [
            charts.Bar(name, money.cents, self._money(money.cents))
            for name, money in zip(names, components, strict=True)
        ]
        shown = self._drawn(lambda width: charts.bars(rows, width), empty)
        figures = [(row.name, row.text) for row in rows] + [(_("Together"), self._money(self.figures.overdue_cents))]
        table = figures_table((_("Component"), _("Overdue")), figures, 1)
        others = ", ".join(format_cents(money.cents, money.code) for money in self.figures.elsewhere)
        note = _("Amounts on this page are in {currency}. Overdue in other currencies: {others}.") if others else ""
        note = note.format(currency=self.figures.currency, others=others)
        return Section("components", _("Money overdue"), definition, *shown, table, empty, note)

    def _left_alone(self) -> Section:
        _, tallies = self.words.gettext, self.figures.left_alone
        definition = _("Open loans that the playbook leaves alone today, by reason. Leaving alone is a decision too.")
        empty = "" if tallies else _("The playbook leaves no loan alone on this date.")
        return self._tally_section("left-alone", _("Left alone, and why"), definition, tallies, "reason", empty)

    def _unplanned(self) -> Section:
        _, tallies = self.words.gettext, self.figures.unplanned
        definition = _("Loans with a proposal of which nothing is planned today, by the reason that decided.")
        empty = "" if tallies else _("Everything that was proposed is planned.")
        return self._tally_section("unplanned", _("Proposed, not planned"), definition, tallies, "reason", empty)

    def _rejects(self) -> Section:
        _, tallies = self.words.gettext, self.figures.rejects
        definition = _(
            "Rows of the book that were rejected, or set aside by the mapping file, by table and rule. Rows in = accepted + "
            "not used, for each table."
        )
        empty = "" if tallies else _("Every row of the book was accepted.")
        rows = [
            charts.Bar(
                f"{tally.group} · {self.words.code_words('reject', tally.code)}", tally.count, number(tally.count)
            )
            for tally in tallies[:ROWS_MAX]
        ]
        shown = self._drawn(lambda width: charts.bars(rows, width), empty)
        heads = (_("Table"), _("Rows in"), _("Accepted"), _("Not used"))
        figures = [
            (table.table, number(table.rows_in), number(table.accepted), number(table.rejected))
            for table in self.run.tables
        ]
        note = _("Besides, {count} notes on accepted rows are in rejects.parquet.").format(
            count=number(self.figures.notes)
        )
        note = note if self.figures.notes else ""
        return Section(
            "rejects", _("Rows not used, and why"), definition, *shown, figures_table(heads, figures, 1), empty, note
        )

    def _tally_section(
        self,
        key: str,
        title: str,
        definition: str,
        tallies: Sequence[Tally],
        context: str,
        empty: str,
        table: Table | None = None,
        quotes: tuple[Quote, ...] = (),
    ) -> Section:
        _ = self.words.gettext
        names = [self._name(context, tally.code) for tally in tallies]
        rows = [charts.Bar(name, tally.count, number(tally.count)) for name, tally in zip(names, tallies, strict=True)]
        shown = self._drawn(lambda width: charts.bars(rows[:ROWS_MAX], width), empty)
        figures = [(row.name, row.text) for row in rows]
        table = table or figures_table((self.words.code_words("head", context), _("Loans")), figures, 1)
        note = _("The chart shows the first {shown} of {all}.").format(shown=ROWS_MAX, all=len(rows))
        return Section(key, title, definition, *shown, table, empty, note if len(rows) > ROWS_MAX else "", quotes)

    def _name(self, context: str, code: str) -> str:
        if context == "rule":
            return self.law.quote(self.words, code).because
        return reason_words(self.words, code) if context == "reason" else self.words.code_words(context, code)

    def _drawn(self, draw: Drawing, empty: str) -> tuple[str, str]:
        return ("", "") if empty else (draw(charts.NARROW), draw(charts.WIDE))

    def _money(self, cents: int) -> str:
        return format_cents(cents, self.figures.currency)


def stacked(sections: Sequence[Section]) -> tuple[list[Section], list[Section]]:
    """The sections in two stacks of about the same height; ``place`` keeps the reading order."""
    stacks: tuple[list[Section], list[Section]] = ([], [])
    heights = [0, 0]
    for place, section in enumerate(sections):
        shorter = 0 if heights[0] <= heights[1] else 1
        stacks[shorter].append(replace(section, place=place))
        heights[shorter] += section.height
    return stacks


def number(count: int) -> str:
    """A count with thousands separators."""
    return f"{count:,}"


def figures_table(heads: Sequence[str], rows: Sequence[tuple[str, ...]], numbers_from: int) -> Table:
    """A table whose columns hold numbers from that place on."""
    return Table(tuple(heads), tuple(rows), frozenset(range(numbers_from, len(heads))))
