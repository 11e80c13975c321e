"""Two laws, or two playbooks, on one book: what a change does before it is made."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forbear import __version__
from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.intake import Book
from forbear.book.settings import AgeingSettings
from forbear.book.windows import CountWindow
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import when
from forbear.columns.relation import Relation
from forbear.compliance import Gate
from forbear.day.changes import KEYS, Counter, Outcome, side_by_side
from forbear.day.judging import left_alone, with_verdicts
from forbear.day.legal import count_windows, gate_for, legal_settings
from forbear.day.measures import Measures, Step
from forbear.day.output import result_folder
from forbear.day.report.difference import write_difference
from forbear.day.run import open_engine
from forbear.day.sources import BookSource, FileBook
from forbear.kernel.ids import digest_file, digest_json
from forbear.planning.capacity import Capacity, read_capacity
from forbear.planning.plan import make_plan
from forbear.strategy import Playbook, load_playbook
from forbear.strategy.ageing import ageing_settings

STEPS = ("intake", "facts", "proposals", "verdicts", "plan", "record", "report")
MARK = "summary.json"
WRITTEN = frozenset({MARK, "changes.parquet", "diff.html"})
_NEW = "§after"
"""Ends the name of a count that the new law takes over other contacts or days than the old one does under that name."""


@dataclass(frozen=True)
class Side:
    """One of the two: a law, in the version of a date, under a profile; and a playbook.

    Args:
        law: its name, as ``cn+house``, or that of a draft.
        playbook: its name, or its folder.
        profile: the law packs' profile.
        on: whose law; that of the business date for None.
    """

    law: str
    playbook: str
    profile: str = "strict"
    on: date | None = None


@dataclass(frozen=True)
class CompareRequest:
    """Two sides on one book.

    Args:
        subject: what is changed: ``law`` or ``playbook``.
        before: as it is; ``after``: as it would be.
        book: the folder with the lender's files.
        as_of: the business date.
        out: the folder for the result; nothing is written for None.
        mapping: how the lender's files become the book's tables.
        settings: the lender's ageing settings.
        capacity: acts a day by channel, team and region.
        engine: ``duckdb`` or ``spark``; ``master`` is Spark's URL.
        memory_gib: what the engine may use.
    """

    subject: str
    before: Side
    after: Side
    book: Path
    as_of: date
    out: Path | None = None
    mapping: Path | None = None
    settings: Path | None = None
    capacity: Path | None = None
    engine: str = "duckdb"
    master: str | None = None
    memory_gib: float | None = None


def compare(
    request: CompareRequest, notify: Callable[[Step], None] | None = None, source: BookSource | None = None
) -> dict[str, Any]:
    """Run both days on the book and count what differs; ``source`` gives the book, the request's files where it is not given.

    With a folder, it holds ``changes.parquet`` (every act that differs), ``summary.json`` and ``diff.html``: all or
    nothing, see :func:`forbear.day.output.result_folder`. The same inputs give the same bytes.

    Returns:
        The content of ``summary.json``.

    Raises:
        ForbearError: of the kind that the input, or the folder, calls for.
    """
    sides = [_Rules.of(side, request.as_of) for side in (request.before, request.after)]
    capacity = read_capacity(request.capacity) if request.capacity else Capacity()
    settings = ageing_settings(request.settings, *(side.playbook for side in sides))
    measures = Measures(STEPS, notify)
    with ExitStack() as stack:
        folder = stack.enter_context(result_folder(request.out, MARK, WRITTEN)) if request.out else None
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="work-", dir=folder)))
        engine = open_engine(request, scratch)
        try:
            book = source or FileBook(request.book, request.mapping)
            comparison = _Comparison(request, book, sides, capacity, settings, engine, measures)
            record = comparison.run(scratch, folder)
        finally:
            engine.close()
        with measures.step("report"):
            if folder is not None:
                text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
                (folder / MARK).write_text(text, encoding="utf-8")
                write_difference(folder / "diff.html", record, [(side.gate.packs, side.playbook) for side in sides])
    measures.finish()
    return record


@dataclass(frozen=True)
class _Rules:
    """A side's law and playbook, read."""

    side: Side
    gate: Gate
    playbook: Playbook

    @classmethod
    def of(cls, side: Side, as_of: date) -> _Rules:
        playbook = load_playbook(side.playbook)
        return cls(side, gate_for(side.law, side.on or as_of, side.profile), playbook)

    def record(self) -> dict[str, Any]:
        packs = self.gate.packs
        return {
            "law": {
                "name": self.side.law,
                "version": self.gate.pack_version,
                "on": self.gate.on.isoformat(),
                "profile": self.gate.profile,
                "values": sum(len(pack.statutes.values) for pack in packs),
                "values_unverified": sum(pack.statutes.unverified_count() for pack in packs),
            },
            "playbook": {"name": self.playbook.name, "version": self.playbook.version, "asked": self.side.playbook},
        }


@dataclass
class _Comparison:
    request: CompareRequest
    source: BookSource
    sides: Sequence[_Rules]
    capacity: Capacity
    settings: AgeingSettings
    engine: Engine
    measures: Measures

    def run(self, scratch: Path, folder: Path | None) -> dict[str, Any]:
        step, engine, request = self.measures.step, self.engine, self.request
        with step("intake"):
            book = self.source.take(engine, request.as_of, scratch)
        with step("facts"):
            facts = self._facts(book, scratch)
        with step("proposals"):
            proposals = self._proposals(facts)
        with step("verdicts"):
            judged = [
                engine.keep(f"judged_{number}", with_verdicts(proposals[number], facts[number], side.gate))
                for number, side in enumerate(self.sides)
            ]
        with step("plan"):
            before, after = (
                self._outcome(number, judged[number], proposals[number], facts[number]) for number in (0, 1)
            )
        with step("record"):
            cents = when(facts[0]["currency"] == book.currency, facts[0]["overdue_cents"], 0)
            loans = facts[0].select("loan_id", "person_id", "days_past_due", overdue_cents=cents)
            changes = engine.keep("changes", side_by_side(before, after, loans))
            if folder is not None:
                engine.write(changes.keep(changes["change"].is_known()), folder / "changes.parquet", KEYS)
            return self._record(book, Counter(engine, before, after, changes))

    def _facts(self, book: Book, scratch: Path) -> list[Relation]:
        """The facts as each side would have them: computed once, unless the laws age the book by other values."""
        before, after = (side.gate for side in self.sides)
        if legal_settings(before) != legal_settings(after):
            return [
                self._computed(book, scratch, gate, count_windows(gate), f"facts_{number}")
                for number, gate in enumerate((before, after))
            ]
        windows, names = _united(count_windows(before), count_windows(after))
        facts = self._computed(book, scratch, before, windows, "facts")
        counted = {window.name for window in windows}
        sides = []
        for mine in ({window.name: window.name for window in count_windows(before)}, names):
            others = counted - set(mine.values())
            rows = facts.drop(*others)
            sides.append(rows.rename(**{name: held for name, held in mine.items() if name != held}))
        return sides

    def _computed(self, book: Book, scratch: Path, gate: Gate, windows: Sequence[CountWindow], name: str) -> Relation:
        wanted = FactsRequest(
            as_of=self.request.as_of,
            time_zone=book.time_zone,
            settings=self.settings,
            legal=legal_settings(gate),
            windows=windows,
        )
        path = scratch / f"{name}.parquet"
        self.engine.write(compute_facts(self.engine, book.tables, wanted), path, ("loan_id",))
        return self.engine.open_parquet(name, [path])

    def _proposals(self, facts: Sequence[Relation]) -> list[Relation]:
        """What each playbook wants; asked once where facts and playbook are the same."""
        old, new = self.sides
        same = old.playbook.version == new.playbook.version and legal_settings(old.gate) == legal_settings(new.gate)
        made = []
        for number, side in enumerate(self.sides[:1] if same else self.sides):
            decided = self.engine.keep(f"decided_{number}", side.playbook.decide(facts[number]))
            made.append(self.engine.keep(f"proposals_{number}", side.playbook.proposals(decided)))
            self.engine.drop(f"decided_{number}")
        return made * 2 if same else made

    def _outcome(self, number: int, judged: Relation, proposals: Relation, facts: Relation) -> Outcome:
        wanted = judged.union(left_alone(proposals, facts, judged.schema))
        plan = self.engine.keep(f"plan_{number}", make_plan(self.engine, wanted, self.capacity))
        return Outcome(wanted, plan)

    def _record(self, book: Book, counter: Counter) -> dict[str, Any]:
        request = self.request
        record = {
            "forbear": __version__,
            "subject": request.subject,
            "business_date": request.as_of.isoformat(),
            "before": self.sides[0].record(),
            "after": self.sides[1].record(),
            "book": {
                "name": self.source.name,
                "currency": book.currency,
                "time_zone": book.time_zone,
                "files": [{"name": file.path.name, "sha256": file.digest, "rows": file.rows} for file in book.files],
            },
            "mapping": _digest(request.mapping),
            "settings": _digest(request.settings),
            "capacity": _digest(request.capacity),
            **counter.figures(),
            "examples": counter.examples(request.subject),
        }
        record["digest"] = digest_json(record)
        return record


def _united(before: Sequence[CountWindow], after: Sequence[CountWindow]) -> tuple[list[CountWindow], Mapping[str, str]]:
    """All counts that the two ask for, and under which name each of the new ones is found among them."""
    windows = {window.name: window for window in before}
    names = {}
    for window in after:
        known = windows.setdefault(window.name, window)
        names[window.name] = window.name if known == window else window.name + _NEW
        if known != window:
            windows[window.name + _NEW] = replace(window, name=window.name + _NEW)
    return list(windows.values()), names


def _digest(path: Path | None) -> dict[str, str] | None:
    return None if path is None else {"name": path.name, "sha256": digest_file(path)}
