"""The gate by itself: a whole pack against a pack of one row, on columns of many acts and on one act at a time."""

from __future__ import annotations

import gc
import hashlib
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter_ns, process_time, thread_time_ns
from typing import Any

import numpy as np
import yaml
from benchmarks.book import AS_OF
from benchmarks.by_hand.law import PROPOSED
from benchmarks.measuring import in_own_process
from benchmarks.one_loan import spread

from forbear.book.facts import fact_schema
from forbear.columns.dtypes import BOOL, INT
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.relation import Relation, to_select
from forbear.compliance import Gate, load_gate
from forbear.compliance.gate import gate_of
from forbear.compliance.needs import FactNeed
from forbear.compliance.pack import PACKS_FOLDER, read_pack
from forbear.kernel.clock import stopwatch

CONTACT, ACT = ("contact",), ("contact", "collection")
VERDICT = ("verdict", "decided_by", "rules", "duties", "window_start_minute", "window_end_minute", "pack_version")
REPEATS = 3
# Whole numbers as (lowest, highest, step); of the others the facts' own codes and base values say what there may be.
NUMBERS = {
    "earliest_minute": (360, 720, 30), "latest_minute": (600, 1320, 30), "planned_minutes": (0, 30, 10),
    "utc_offset_minutes_difference": (-480, 120, 120), "overdue_cents": (0, 900_000, 50), "days_to_next_due": (-2, 30, 1),
    "in_flight_cents": (0, 900_000, 50), "effective_calls_today_count": (0, 3, 1), "unanswered_attempts_today_count": (0, 9, 1),
    "messages_today_count": (0, 4, 1), "agreed_attempts_max": (-1, 5, 1), "days_past_due": (0, 120, 1),
    "agency_months_since_evaluation": (0, 15, 1), "visitors_count": (1, 3, 1), "failed_calls_earlier_day_count": (0, 6, 1),
    "failed_days_in_a_row_count": (0, 6, 1), "heir_demand_cents": (0, 900_000, 50), "heir_estate_cents": (0, 900_000, 50),
}  # fmt: skip
Say = Callable[[str], None]
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Europe/London")


@contextmanager
def one_row_gate() -> Iterator[Gate]:
    """A gate with the first permission of ``cn`` and nothing else."""
    with TemporaryDirectory(prefix="one-row-") as folder:
        root = Path(folder) / "cn"
        shutil.copytree(PACKS_FOLDER / "cn" / "facts", root / "facts")
        raw = yaml.safe_load((PACKS_FOLDER / "cn" / "pack.yaml").read_text(encoding="utf-8"))
        question = raw["questions"]["contact"] | {"tables": {"permissions": ["one_row.dmn"]}}
        text = yaml.safe_dump(raw | {"questions": {"contact": question}, "acts": {}}, allow_unicode=True)
        (root / "pack.yaml").write_text(text, encoding="utf-8")
        _first_row_of(PACKS_FOLDER / "cn" / "contact" / "permissions.dmn", root / "one_row.dmn")
        yield gate_of([read_pack("cn", AS_OF, Path(folder))])


def _first_row_of(table: Path, copy: Path) -> None:
    tree = ET.parse(table)
    decision = next(each for each in tree.iter() if each.tag.endswith("}decisionTable"))
    for rule in [each for each in decision if each.tag.endswith("}rule")][1:]:
        decision.remove(rule)
    tree.write(copy, encoding="utf-8", xml_declaration=True)


@contextmanager
def gate_named(name: str) -> Iterator[Gate]:
    """The gate of a variant of :data:`VARIANTS`."""
    law, questions, _ = VARIANTS[name]
    if law:
        yield load_gate(law, AS_OF, questions=questions)
    else:
        with one_row_gate() as gate:
            yield gate


VARIANTS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "one row": ("", CONTACT, False),
    "cn, contact": ("cn", CONTACT, False),
    "cn+house, contact": ("cn+house", CONTACT, False),
    "cn+house, contact and collection, every fact known": ("cn+house", ACT, True),
}
"""By name: the law (none for one row), the questions, and whether also those facts are known that a day does not know."""


def measure_gate(folder: Path, acts: int, calls: int, say: Say) -> dict[str, Any]:
    """Every variant on columns of so many acts, and on so many acts one at a time, each in a process of its own."""
    say(f"drawing {acts:,} acts")
    file = make_acts(folder, acts)
    measured: dict[str, Any] = {"columns": {}, "calls": {}}
    for name in VARIANTS:
        say(f"the gate, {name}: {acts:,} acts on columns, {calls:,} one at a time")
        measured["columns"][name] = in_own_process("gate_on_columns", acts=file, variant=name).to_json()
        measured["calls"][name] = in_own_process("gate_calls", acts=file, variant=name, calls=calls).answer
    return measured


def make_acts(folder: Path, acts: int) -> Path:
    """A Parquet file of acts with every fact of the law, drawn by hash; made when it is not there."""
    needs = load_gate("cn+house", AS_OF, questions=ACT).needs
    columns = ", ".join(f'{_drawn(need)} AS "{name}"' for name, need in needs.items())
    select = f"SELECT {columns} FROM range({acts}) AS acts(place)"
    file = folder / f"acts_{acts}_{hashlib.sha256(select.encode()).hexdigest()[:8]}.parquet"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        engine = DuckDBEngine()
        try:
            engine.connection.execute(f"COPY ({select}) TO '{unfinished}' (FORMAT parquet, COMPRESSION zstd)")
        finally:
            engine.close()
        unfinished.rename(file)
    return file


def _drawn(need: FactNeed) -> str:
    """A flag is otherwise than its base value on one act of a hundred; a code is the base value on two of three."""
    draw = f"hash(place, '{need.name}')"
    if need.dtype == BOOL:
        return f"({draw} % 100 = 0) = {str(not need.base).lower()}"
    if need.dtype == INT:
        low, high, step = NUMBERS[need.name]
        return f"{low} + {step} * ({draw} % {(high - low) // step + 1})::BIGINT"
    codes = need.codes or ZONES
    listed = ", ".join(f"'{code}'" for code in codes)
    any_code = f"[{listed}][1 + ({draw} // 3 % {len(codes)})::BIGINT]"
    return (
        any_code
        if need.name in ("channel", "purpose")
        else f"CASE WHEN {draw} % 3 < 2 THEN '{need.base}' ELSE {any_code} END"
    )


def measure_columns(acts: Path, variant: str, memory_gib: float, repeats: int = REPEATS) -> dict[str, Any]:
    """Medians over the file: the gate's verdict columns, and the floor, which reads the same columns; every value is hashed."""
    with gate_named(variant) as gate:
        engine = DuckDBEngine(memory_gib=memory_gib)
        try:
            opened = engine.open_parquet("acts", [acts])
            given = opened.select(*known_facts(gate, every_one=VARIANTS[variant][2]))
            rows = engine.count(opened)
            floor = _medians(lambda: _hashed(engine, given, ()), repeats)
            judged = gate.apply(given).select(*VERDICT)
            taken = _medians(lambda: _hashed(engine, judged, ("verdict",)), repeats)
        finally:
            engine.close()
    verdicts = {str(row[0]): int(row[1]) for row in taken.pop("rows")}
    floor.pop("rows")
    sizes = {"rules": len(gate.rows), "facts": len(given.schema)}
    return sizes | {"acts": rows, "repeats": repeats, "verdicts": verdicts, "gate": taken, "floor": floor}


def known_facts(gate: Gate, *, every_one: bool = False) -> list[str]:
    """The facts that the gate reads of an act in a day: what the act says and what the book tells; or simply every one."""
    told = {*PROPOSED, *fact_schema(gate.count_windows)}
    return [name for name in gate.required_facts if every_one or name in told]


def _hashed(engine: DuckDBEngine, relation: Relation, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    hashes = ", ".join(f'bit_xor(hash("{name}"))' for name in relation.schema)
    heads = ", ".join([*keys, "count(*)"])
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    select = to_select(relation, engine.dialect)
    return engine.connection.execute(f"SELECT {heads}, {hashes} FROM ({select}) AS found{grouped}").fetchall()


def _medians(work: Callable[[], list[tuple[Any, ...]]], repeats: int) -> dict[str, Any]:
    taken = []
    for _ in range(repeats):
        elapsed, before = stopwatch(), process_time()
        rows = work()
        taken.append((elapsed(), process_time() - before))
    seconds, cpu = (median(each) for each in zip(*taken, strict=True))
    return {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "rows": rows}


def measure_calls(acts: Path, variant: str, calls: int, repeats: int = REPEATS) -> dict[str, Any]:
    """Microseconds of ``gate.judge`` on one act after another, warm: of each figure the median of some passes."""
    with gate_named(variant) as gate:
        rows = _acts(acts, known_facts(gate, every_one=VARIANTS[variant][2]), calls)
        for row in rows[:200]:
            gate.judge(row)
        gc.freeze()  # the rows of this measurement are not the rows of a server
        passes = [_timed(gate, rows) for _ in range(repeats)]
    clocks = {
        clock: {name: median(each[clock][name] for each in passes) for name in passes[0][clock]} for clock in passes[0]
    }
    return {"rules": len(gate.rows), "calls": len(rows), "repeats": repeats, **clocks}


def _acts(acts: Path, names: Sequence[str], count: int) -> list[dict[str, Any]]:
    engine = DuckDBEngine(threads=1)
    try:
        some = engine.open_parquet("acts", [acts]).select(*names)
        query = f"SELECT * FROM ({to_select(some, engine.dialect)}) AS sample LIMIT {count}"
        rows: list[dict[str, Any]] = engine.connection.sql(query).to_arrow_table().to_pylist()
    finally:
        engine.close()
    return rows


def _timed(gate: Gate, rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    taken = np.empty((len(rows), 2), dtype=np.int64)
    for place, row in enumerate(rows):
        begun, worked = perf_counter_ns(), thread_time_ns()
        gate.judge(row)
        taken[place] = perf_counter_ns() - begun, thread_time_ns() - worked
    return {"wall": spread(taken[:, 0]), "processor": spread(taken[:, 1])}
