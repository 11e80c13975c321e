"""The day, step by step: a book in, a lawful plan out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pyarrow as pa

from forbear import __version__
from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.intake import Book
from forbear.book.settings import AgeingSettings
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine
from forbear.columns.engines.spark import SparkEngine
from forbear.columns.expression import count, sum_of
from forbear.columns.relation import Relation
from forbear.compliance import REFUSED, Gate
from forbear.day.judging import VERDICT_COLUMNS, left_alone, with_verdicts
from forbear.day.legal import count_windows, gate_for, legal_settings
from forbear.day.measures import Measures, Step
from forbear.day.output import result_folder
from forbear.day.report import write_report
from forbear.day.sources import BookSource, FileBook
from forbear.kernel.errors import UsageError
from forbear.kernel.ids import digest_file, digest_json
from forbear.planning.capacity import Capacity, read_capacity
from forbear.planning.plan import make_plan
from forbear.strategy import Playbook, load_playbook
from forbear.strategy.ageing import ageing_settings

STEPS = ("intake", "facts", "proposals", "verdicts", "plan", "record", "report")
BUSINESS_STEPS = ("feed", "promises", "day", "keep", "decide", "queue")
"""The steps of a business day over the records; ``day`` is all of :data:`STEPS`."""
LOAN_ORDER = ("loan_id",)
ACT_ORDER = ("loan_id", "kind", "preference")


@dataclass(frozen=True)
class DayRequest:
    """One day's run.

    Args:
        book: the folder with the lender's files.
        as_of: the business date.
        playbook: its name, or its folder.
        law: the law pack's name.
        out: the folder for the result.
        mapping: how the lender's files become the book's tables.
        settings: the lender's ageing settings.
        engine: ``duckdb`` or ``spark``; ``master`` is Spark's URL.
        capacity: acts a day by channel, team and region.
        memory_gib: what the engine may use.
        profile: the law pack's profile.
    """

    book: Path
    as_of: date
    playbook: str
    law: str
    out: Path
    mapping: Path | None = None
    settings: Path | None = None
    engine: str = "duckdb"
    master: str | None = None
    capacity: Path | None = None
    memory_gib: float | None = None
    profile: str = "strict"


def run_day(
    request: DayRequest,
    notify: Callable[[Step], None] | None = None,
    source: BookSource | None = None,
    writes_report: bool = True,
) -> dict[str, Any]:
    """Run the day and leave ``facts``, ``proposals``, ``verdicts``, ``plan`` and ``rejects`` (Parquet), ``run.json`` and ``report.html``.

    All or nothing: see :func:`forbear.day.output.result_folder`. The same inputs give the same bytes, but for the
    ``measured`` part of ``run.json``.

    Args:
        notify: hears when a step begins.
        source: gives the book; the request's files where it is not given.
        writes_report: whether ``report.html`` is written too; it takes longer than a small day itself.

    Returns:
        The content of ``run.json``.

    Raises:
        ForbearError: of the kind that the input, or the folder, calls for.
    """
    playbook = load_playbook(request.playbook)
    gate = gate_for(request.law, request.as_of, request.profile)
    capacity = read_capacity(request.capacity) if request.capacity else Capacity()
    settings = ageing_settings(request.settings, playbook)
    measures = Measures(STEPS, notify)
    # What is written on the way lies in the folder too: a killed run leaves borrowers' data nowhere else.
    with result_folder(request.out) as folder, TemporaryDirectory(prefix="work-", dir=folder) as scratch:
        engine = open_engine(request, Path(scratch))
        try:
            book = source or FileBook(request.book, request.mapping)
            day = _Day(request, book, playbook, gate, capacity, settings, engine, measures, folder)
            record = day.run(Path(scratch))
        finally:
            engine.close()
        with measures.step("report"):
            if writes_report:
                write_report(folder)
        record["measured"] = {"engine": engine.version, "steps": measures.steps}
        _write_json(folder / "run.json", record)
    measures.finish()
    return record


class EngineChoice(Protocol):
    """What a request says about the engine: ``duckdb`` or ``spark``, Spark's URL, and what it may use."""

    @property
    def engine(self) -> str: ...

    @property
    def master(self) -> str | None: ...

    @property
    def memory_gib(self) -> float | None: ...


def open_engine(request: EngineChoice, spill_dir: Path | None = None) -> Engine:
    """The engine asked for; DuckDB spills to ``spill_dir``, else to the system's folder for temporary files.

    Raises:
        UsageError: ``unknown_engine``, or ``spark_missing``.
    """
    if request.engine == "duckdb":
        return DuckDBEngine(memory_gib=request.memory_gib or 3.0, spill_dir=spill_dir)
    if request.engine == "spark":
        return SparkEngine(master=request.master or "local[*]", memory_gib=request.memory_gib or 4.0)
    raise UsageError("unknown_engine", f"There is no engine {request.engine!r}.", do="There are duckdb and spark.")


@dataclass
class _Day:
    request: DayRequest
    source: BookSource
    playbook: Playbook
    gate: Gate
    capacity: Capacity
    settings: AgeingSettings
    engine: Engine
    measures: Measures
    folder: Path

    def run(self, scratch: Path) -> dict[str, Any]:
        step, engine = self.measures.step, self.engine
        with step("intake"):
            book = self.source.take(engine, self.request.as_of, scratch)
            self._write("rejects", book.rejects, ("table", "file", "row_number", "column", "rule"))
        with step("facts"):
            facts = self._facts(book)
        with step("proposals"):
            decided = engine.keep("day_decided", self.playbook.decide(facts))
            proposals = engine.keep("day_proposals", self.playbook.proposals(decided))
            self._write("proposals", proposals, ACT_ORDER)
        with step("verdicts"):
            judged = engine.keep("day_judged", with_verdicts(proposals, facts, self.gate))
            self._write("verdicts", judged.select(*VERDICT_COLUMNS), ACT_ORDER)
        with step("plan"):
            everything = judged.union(left_alone(proposals, facts, judged.schema))
            plan = engine.keep("day_plan", make_plan(engine, everything, self.capacity))
            self._write("plan", plan, ("loan_id", "act"))
        with step("record"):
            record = self._record(book, facts, proposals, judged, plan)
            _write_json(self.folder / "run.json", record)
        return record

    def _facts(self, book: Book) -> Relation:
        wanted = FactsRequest(
            as_of=self.request.as_of,
            time_zone=book.time_zone,
            settings=self.settings,
            legal=legal_settings(self.gate),
            windows=count_windows(self.gate),
        )
        self._write("facts", compute_facts(self.engine, book.tables, wanted), LOAN_ORDER)
        # What was written is read back: later steps need few of its columns and few of its rows.
        return self.engine.open_parquet("day_facts", [self.folder / "facts.parquet"])

    def _write(self, name: str, relation: Relation, order: tuple[str, ...]) -> None:
        self.engine.write(relation, self.folder / f"{name}.parquet", order)

    def _record(
        self, book: Book, facts: Relation, proposals: Relation, judged: Relation, plan: Relation
    ) -> dict[str, Any]:
        packs = self.gate.packs
        record = {
            "forbear": __version__,
            "business_date": self.request.as_of.isoformat(),
            "book": {
                "name": self.source.name,
                "currency": book.currency,
                "time_zone": book.time_zone,
                "files": [{"name": file.path.name, "sha256": file.digest, "rows": file.rows} for file in book.files],
                "tables": {
                    name: {"in": each.rows_in, "accepted": each.accepted, "rejected": each.rejected}
                    for name, each in book.counts.items()
                },
            },
            "mapping": _digest(self.request.mapping),
            "settings": _digest(self.request.settings),
            "playbook": {"name": self.playbook.name, "version": self.playbook.version, "asked": self.request.playbook},
            "law": {
                "name": self.request.law,
                "version": self.gate.pack_version,
                "on": self.gate.on.isoformat(),
                "profile": self.gate.profile,
                "values": sum(len(pack.statutes.values) for pack in packs),
                "values_unverified": sum(pack.statutes.unverified_count() for pack in packs),
            },
            "engine": self.request.engine,
            "capacity": self._limits(),
            "capacity_file": _digest(self.request.capacity),
            "counts": self._counts(facts, proposals, judged, plan),
            "rules": self._rules(judged),
        }
        record["digest"] = digest_json(record)
        return record

    def _limits(self) -> dict[str, int]:
        limits: dict[str, int] = {}
        for pool in self.capacity.pools:
            limits[pool.channel] = limits.get(pool.channel, 0) + pool.per_day
        return limits

    def _counts(self, facts: Relation, proposals: Relation, judged: Relation, plan: Relation) -> dict[str, Any]:
        overdue = facts["days_past_due"] > 0
        loans = self.engine.fetch(
            facts.group(
                loans=count(),
                open_loans=count(facts["is_open"]),
                overdue_loans=count(overdue),
                outstanding_cents=sum_of(facts["outstanding_cents"]),
                overdue_cents=sum_of(facts["overdue_cents"]),
            )
        ).to_pylist()[0]
        return {
            **loans,
            "proposals": self._tally(proposals, "treatment"),
            "verdicts": self._tally(judged, "verdict"),
            "decided_by": self._tally(judged.keep(judged["verdict"].isin((*REFUSED, "REVIEW"))), "decided_by"),
            "plan": {
                status: self._tally(plan.keep(plan["status"] == status), told_by)
                for status, told_by in (("planned", "channel"), ("candidate", "treatment"), ("unplanned", "reason"))
            },
        }

    def _tally(self, relation: Relation, name: str) -> dict[str, int]:
        table: pa.Table = self.engine.fetch(relation.group(name, rows=count()), [name])
        return {str(row[name]): row["rows"] for row in table.to_pylist()}

    def _rules(self, judged: Relation) -> dict[str, Mapping[str, Any]]:
        fired = set(self._tally(judged, "decided_by")) - {"None"}
        return {
            row.id: {"because": row.because["en"], "because_zh": row.because["zh"], "cites": list(row.cites)}
            for row in self.gate.rows
            if row.id in fired
        }


def _digest(path: Path | None) -> dict[str, str] | None:
    return None if path is None else {"name": path.name, "sha256": digest_file(path)}


def _write_json(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
