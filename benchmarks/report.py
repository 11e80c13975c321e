"""The figures as tables: on the terminal, and in the reference page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
Table = tuple[str, list[str], list[list[str]]]


def to_text(results: dict[str, Any]) -> str:
    """Tables to read in a terminal; the same Markdown as on the page."""
    return "\n".join(_lines(results))


def write_page(page: Path, results: dict[str, Any]) -> None:
    """Put the results between the two marks of the page; the rest of it stays."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{to_text(results)}\n{END}{after}", encoding="utf-8")


def _lines(results: dict[str, Any]) -> Iterator[str]:
    yield from _machine(results["machine"])
    if "same_rows" in results:
        found = results["same_rows"]
        yield (
            "Same rows by hand and by the run at 100,000 loans, column by column: " + ("; ".join(found) or "yes") + "."
        )
        yield ""
    for title, heads, rows in _tables(results):
        yield f"### {title}"
        yield ""
        yield "| " + " | ".join(heads) + " |"
        yield "|" + "---|" * len(heads)
        yield from ("| " + " | ".join(row) + " |" for row in rows)
        yield ""


def _machine(machine: dict[str, Any]) -> Iterator[str]:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    yield (
        f"{machine['date']}. {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" {machine['system']}, Python {machine['python']}; {versions}."
    )
    loads = " → ".join(
        " ".join(str(each) for each in machine[key])
        for key in ("load_average", "load_average_at_the_end")
        if key in machine
    )
    yield f"Load average (1, 5, 15 minutes) at the beginning → at the end: {loads}."
    yield ""


def _tables(results: dict[str, Any]) -> Iterator[Table]:
    if "days" in results:
        yield _days(results["days"])
        yield _steps(results["days"])
        yield _ratios(results["days"])
    if results.get("growth"):
        yield _growth(results["growth"])
    if "tables" in results:
        yield _engines(results["tables"])
    if "one_loan" in results:
        yield _one_loan(results["one_loan"])
    if "gate" in results:
        yield _gate_on_columns(results["gate"]["columns"])
        yield _gate_calls(results["gate"]["calls"])
    if "sms" in results:
        yield _sms(results["sms"])


def _days(days: list[dict[str, Any]]) -> Table:
    heads = ["loans", "what", "seconds", "processor seconds", "peak memory", "repeats"]
    names = {"floor": "floor: needed columns read once", "by_hand": "SQL by hand", "run": "the whole run"}
    rows = [
        [
            f"{day['loans']:,}",
            words,
            f"{day[name]['seconds']:.2f}",
            f"{day[name]['cpu_seconds']:.2f}",
            f"{day[name]['peak_bytes'] / 2**30:.2f} GiB",
            str(day["repeats"]),
        ]
        for day in days
        for name, words in names.items()
    ]
    return "The day", heads, rows


def _steps(days: list[dict[str, Any]]) -> Table:
    heads = ["step"]
    for day in days:
        heads += [f"{day['loans']:,}: seconds", "processor", "peak", "by hand: seconds"]
    rows = []
    for step in days[0]["run"]["steps"]:
        row = [step]
        for day in days:
            taken, by_hand = day["run"]["steps"][step], day["by_hand"]["steps"].get(step)
            row += [f"{taken['seconds']:.2f}", f"{taken['cpu_seconds']:.2f}"]
            row += [f"{taken['peak_memory_bytes'] / 2**30:.2f} GiB", "–" if by_hand is None else f"{by_hand:.2f}"]
        rows.append(row)
    return "The day by step", heads, rows


def _ratios(days: list[dict[str, Any]]) -> Table:
    words = {
        "run_to_by_hand": "the whole run ÷ SQL by hand (which checks nothing and writes no report)",
        "run_to_by_hand_cpu": "the same, in processor seconds",
        "same_steps_to_by_hand": "facts, proposals, verdicts and plan of the run ÷ SQL by hand",
        "same_steps_to_by_hand_cpu": "the same, in processor seconds",
        "run_to_floor": "the whole run ÷ floor",
        "by_hand_to_floor": "SQL by hand ÷ floor",
    }
    rows = [[text, *(f"{day['ratios'][name]:.2f}" for day in days)] for name, text in words.items()]
    rows.append(["columns that differ", *("; ".join(day["differences"]) or "none" for day in days)])
    return "Ratios", ["ratio", *(f"{day['loans']:,} loans" for day in days)], rows


def _growth(growth: dict[str, float]) -> Table:
    title = f"Growth from {growth['from']:,} to {growth['to']:,} loans (1.00 is linear)"
    rows = [
        ["the run, seconds", f"{growth['seconds']:.2f}"],
        ["the run, processor seconds", f"{growth['cpu_seconds']:.2f}"],
        ["SQL by hand, seconds", f"{growth['by_hand_seconds']:.2f}"],
    ]
    return title, ["what", "times linear"], rows


def _engines(tables: dict[str, Any]) -> Table:
    title = f"One table ({tables['table']}: {tables['rules']} rows, {tables['inputs']} inputs) by several engines"
    rows = [
        [
            name,
            f"{each['rows']:,}",
            f"{each['rows_a_second']:,.0f}",
            f"{each['columns_are_times_faster']:,.0f} ×",
            str(each["different"]),
        ]
        for name, each in tables["engines"].items()
    ]
    return title, ["engine", "rows", "rows a second", "columns are faster by", "answers that differ"], rows


def _one_loan(calls: dict[str, Any]) -> Table:
    heads = ["calls", "verdicts", "clock", "mean", "p50", "p99", "max"]
    rows = [
        [
            f"{calls['calls']:,}",
            f"{calls['verdicts']:,}",
            clock,
            *(f"{value:,.0f} µs" for value in calls[clock].values()),
        ]
        for clock in ("wall", "processor")
    ]
    return "One loan at a time: all tables, and the gate on every act wanted", heads, rows


def _gate_on_columns(variants: dict[str, Any]) -> Table:
    first = next(iter(variants.values()))
    title = f"The gate on columns: {first['acts']:,} acts, medians of {first['repeats']} passes"
    heads = ["law, questions", "rows", "facts", "seconds", "processor seconds", "acts a second", "÷ one row", "÷ floor"]
    heads += ["floor: seconds", "peak memory", "verdicts"]
    rows = []
    for name, each in variants.items():
        taken, floor = each["gate"], each["floor"]
        rows.append(
            [
                name,
                str(each["rules"]),
                str(each["facts"]),
                f"{taken['seconds']:.2f}",
                f"{taken['cpu_seconds']:.2f}",
                f"{each['acts'] / taken['seconds']:,.0f}",
                f"{taken['cpu_seconds'] / first['gate']['cpu_seconds']:.1f}",
                f"{taken['cpu_seconds'] / floor['cpu_seconds']:.1f}",
                f"{floor['seconds']:.2f}",
                f"{each['peak_bytes'] / 2**30:.2f} GiB",
                _mix(each["verdicts"]),
            ]
        )
    return title, heads, rows


def _mix(verdicts: dict[str, int]) -> str:
    whole = sum(verdicts.values())
    shares = sorted(verdicts.items(), key=lambda each: -each[1])
    return ", ".join(f"{name} {100 * count / whole:.1f}%" for name, count in shares)


def _gate_calls(variants: dict[str, Any]) -> Table:
    first = next(iter(variants.values()))
    title = f"The gate on one act at a time: {first['calls']:,} acts, medians of {first['repeats']} passes"
    heads = ["law, questions", "rows", "clock", "mean", "p50", "p99", "p50 ÷ one row", "p99 ÷ one row"]
    rows = [
        [
            name,
            str(each["rules"]),
            clock,
            *(f"{each[clock][figure]:,.0f} µs" for figure in ("mean", "p50", "p99")),
            *(f"{each[clock][figure] / first[clock][figure]:.1f}" for figure in ("p50", "p99")),
        ]
        for name, each in variants.items()
        for clock in ("wall", "processor")
    ]
    return title, heads, rows


def _sms(figures: dict[str, Any]) -> Table:
    title = f"Text messages: {figures['messages']:,} from {figures['threads']} threads, best of {figures['repeats']}"
    heads = ["what", "messages a second", "processor time a message"]
    rows = [
        ["ceiling: a bare Node client", f"{figures['ceiling_per_second']:,}", ""],
        ["the channel", f"{figures['channel_per_second']:,}", f"{figures['channel_cpu_microseconds']} µs"],
        ["channel ÷ ceiling", f"{figures['ratio']:.2f}", ""],
    ]
    return title, heads, rows
