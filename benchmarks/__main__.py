"""``python -m benchmarks``: measure, print a table, and on demand write it to the reference page or as JSON."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.day import DATA, check_same_rows, facts_of, growth, measure_day
from benchmarks.measuring import in_own_process, machine
from benchmarks.report import to_text, write_page

PARTS = ("day", "tables", "one-loan", "gate", "sms")
FACTS_LOANS = 1_000_000
TABLE_ROWS, SLOW_ROWS, CALLS = 1_000_000, 20_000, 100_000
ACTS, GATE_CALLS = 10_000_000, 20_000
TEXT_MESSAGES = 20_000


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for."""
    asked = _arguments(arguments)
    results: dict[str, Any] = {"machine": machine()}
    if "day" in asked.only:
        results["same_rows"] = check_same_rows(_say)
        results["days"] = [measure_day(loans, _say) for loans in asked.loans]
        results["growth"] = growth(results["days"])
    if {"tables", "one-loan"} & set(asked.only):
        _say(f"a run on {FACTS_LOANS:,} loans, for real rows")
        facts = facts_of(FACTS_LOANS, _say)
    if "tables" in asked.only:
        _say("one table by several engines")
        results["tables"] = in_own_process("tables", facts=facts, rows=TABLE_ROWS, slow_rows=SLOW_ROWS).answer
    if "one-loan" in asked.only:
        _say("one loan at a time")
        results["one_loan"] = in_own_process("one_loan", facts=facts, calls=CALLS).answer
    if "gate" in asked.only:
        from benchmarks.gate import measure_gate

        results["gate"] = measure_gate(DATA, asked.acts, GATE_CALLS, _say)
    if "sms" in asked.only and shutil.which("node") is None:
        _say("text messages are left out: the message centre needs Node 18 or later")
    elif "sms" in asked.only:
        from benchmarks.sms import measure_sms

        results["sms"] = measure_sms(TEXT_MESSAGES, _say)
    results["machine"]["load_average_at_the_end"] = machine()["load_average"]
    print(to_text(results))
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    if asked.out:
        write_page(asked.out, results)
    return 1 if any(day["differences"] for day in results.get("days", ())) else 0


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--loans", type=int, action="append", help="size of a book; may be given again (1000000)")
    parser.add_argument("--acts", type=int, default=ACTS, help=f"acts that the gate is asked about on columns ({ACTS})")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may be given again (all)")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--out", type=Path, help="write the results into this page (docs/reference/benchmarks.md)")
    asked = parser.parse_args(arguments)
    asked.loans = asked.loans or [1_000_000]
    asked.only = asked.only or list(PARTS)
    return asked


def _say(line: str) -> None:
    print(f"· {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
