"""A whole day on a synthetic book: ``make demo``, or ``python examples/demo.py [FOLDER]``.

Makes the book, runs the day by the command line, and prints what came of it, from the result's own files. Speaks the
language that LC_ALL, LC_MESSAGES or LANG asks for. The same every time: the seed and the business date are fixed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from forbear.doors.cli.main import run
from forbear.kernel.language import code_words, current, speaking
from forbear.kernel.money import format_cents
from forbear.lab import make_book

BORROWERS, SEED, FAULTS, AS_OF = 20_000, 7, 0.0005, date(2026, 11, 23)
CAPACITY = Path(__file__).parent / "capacity.yaml"
SHOWN_MAX = 8

CHINESE = {
    "{borrowers:,} synthetic borrowers (seed {seed}, {faults:.2%} of the rows faulty) are in {folder}.": (
        "{folder} 中是 {borrowers:,} 名合成借款人（种子 {seed}，{faults:.2%} 的行有误）。"
    ),
    "Rows refused or noted, by rule": "被拒或备注的行，按规则",
    "Open loans by age": "未结清贷款，按逾期阶段",
    "loans": "笔",
    "overdue": "逾期",
    "Wanted acts that the law pack refused, by deciding rule": "被规则包否决的意向动作，按决定规则",
    "One decision": "一笔决定",
    "The report of the day: {file}": "当日报告：{file}",
}


def say(text: str, **values: Any) -> str:
    """The text in the language in use."""
    return (CHINESE[text] if current().language == "zh" else text).format(**values)


def show(title: str, lines: list[tuple[str, ...]]) -> None:
    """A heading and its lines: a number on the left, words on the right."""
    print(f"\n{say(title)}")
    for *numbers, words in lines:
        print("".join(f"{number:>16}" for number in numbers) + f"  {words}")


def command(line: list[str]) -> None:
    """Run one command line of forbear, as typed."""
    print(f"\n$ forbear {' '.join(line)}")
    code = run(line)
    if code:
        raise SystemExit(code)


def made(folder: Path) -> None:
    """A fresh book in the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    make_book(folder, borrowers=BORROWERS, seed=SEED, as_of=AS_OF, faults=FAULTS)
    text = "{borrowers:,} synthetic borrowers (seed {seed}, {faults:.2%} of the rows faulty) are in {folder}."
    print(say(text, borrowers=BORROWERS, seed=SEED, faults=FAULTS, folder=folder))


def largest(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The largest counts first; equal ones by name."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:SHOWN_MAX]


def refused_rows(day: Path) -> list[tuple[str, ...]]:
    """Rows that the intake put on record, by what happened to them and why."""
    rejects = pq.read_table(day / "rejects.parquet").group_by(["disposition", "rule"])
    rows = rejects.aggregate([("text", "count")]).to_pylist()
    rows.sort(key=lambda row: (row["disposition"] != "rejected", -row["text_count"], row["rule"]))
    return [
        (
            f"{row['text_count']:,}",
            f"{code_words('disposition', row['disposition'])}: {code_words('reject', row['rule'])}",
        )
        for row in rows
    ]


def ages(day: Path, currency: str) -> list[tuple[str, ...]]:
    """Open loans and what is overdue, by age."""
    facts = pq.read_table(day / "facts.parquet", columns=["bucket", "days_past_due", "overdue_cents", "is_open"])
    grouped = facts.filter(pc.field("is_open")).group_by("bucket")
    rows = grouped.aggregate([("days_past_due", "min"), ("overdue_cents", "sum"), ("bucket", "count")]).to_pylist()
    rows.sort(key=lambda row: row["days_past_due_min"])
    return [
        (f"{row['bucket_count']:,} {say('loans')}", format_cents(row["overdue_cents_sum"], currency), row["bucket"])
        for row in rows
    ]


def refusals(record: dict[str, Any]) -> list[tuple[str, ...]]:
    """What the law pack refused, by the rule that decided, each with its reason."""
    because = "because_zh" if current().language == "zh" else "because"
    counts, rules = record["counts"]["decided_by"], record["rules"]
    return [
        (f"{count:,}", f"{rule}: {rules[rule][because] if rule in rules else ''}") for rule, count in largest(counts)
    ]


def gravest(day: Path) -> str:
    """The loan whose explanation is worth most: the largest that a visit is thought of for, else the largest planned."""
    columns = ["loan_id", "act", "status", "overdue_cents"]
    plan = pq.read_table(day / "plan.parquet", columns=columns).to_pylist()
    acts = [act for act in plan if act["status"] in ("planned", "candidate")]
    first = min(acts, key=lambda act: (act["act"] != "visit", -act["overdue_cents"], act["loan_id"]))
    return str(first["loan_id"])


def main(folder: Path) -> None:
    """Make the book, run the day, tell what came of it."""
    book, day = folder / "book", folder / "day"
    made(book)
    when = ["--as-of", AS_OF.isoformat(), "--playbook", "balanced", "--law", "cn+house"]
    command(["run", str(book), *when, "--capacity", os.path.relpath(CAPACITY), "--out", str(day)])
    record = json.loads((day / "run.json").read_text(encoding="utf-8"))
    show("Rows refused or noted, by rule", refused_rows(day))
    show("Open loans by age", ages(day, record["book"]["currency"]))
    show("Wanted acts that the law pack refused, by deciding rule", refusals(record))
    print(f"\n{say('One decision')}", end="")
    command(["explain", str(day), gravest(day)])
    print(f"\n{say('The report of the day: {file}', file=day / 'report.html')}")


if __name__ == "__main__":
    with speaking(current().language):
        main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"))
