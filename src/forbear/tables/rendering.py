"""A model to read: in a terminal, in Markdown, as JSON."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from forbear.tables.definitions import Decision, DecisionTable, LiteralExpression, Rule
from forbear.tables.model import Model


def render_text(subject: Model | Decision, width: int = 120, *, notes: bool = True) -> str:
    """The tables as drawn text of at most ``width`` columns; ``notes`` shows annotation columns.

    Lines end without spaces; a decision is headed by its name and hit policy.
    """
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    for decision in _decisions(subject):
        console.print(_heading(decision), markup=False, highlight=False)
        if isinstance(decision.logic, LiteralExpression):
            console.print(f"  {decision.logic.cell.text}", markup=False, highlight=False)
        else:
            console.print(_drawn(decision.name, decision.logic, notes))
        console.print()
    return "\n".join(line.rstrip() for line in buffer.getvalue().rstrip().splitlines()) + "\n"


def render_markdown(subject: Model | Decision, *, level: int = 2, notes: bool = True) -> str:
    """The tables in Markdown, each under a heading of the given level."""
    parts = []
    for decision in _decisions(subject):
        parts.append(f"{'#' * level} {_heading(decision)}\n")
        if decision.description:
            parts.append(f"{decision.description}\n")
        if isinstance(decision.logic, LiteralExpression):
            parts.append(f"`{decision.logic.cell.text}`\n")
            continue
        rows = list(_rows(decision.name, decision.logic, notes))
        lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
        parts.append("\n".join("| " + " | ".join(_escaped(cell) for cell in line) + " |" for line in lines) + "\n")
    return "\n".join(parts)


def to_json(subject: Model | Decision) -> dict[str, Any]:
    """The tables as plain JSON values: ``{"model": …, "decisions": [{name, policy, inputs, outputs, rules}]}``."""
    name = subject.name if isinstance(subject, Model) else ""
    return {"model": name, "decisions": [_decision_json(decision) for decision in _decisions(subject)]}


def _decisions(subject: Model | Decision) -> list[Decision]:
    return list(subject.decisions.values()) if isinstance(subject, Model) else [subject]


def _heading(decision: Decision) -> str:
    table = decision.table
    policy = f" ({table.policy})" if table else ""
    requires = f" ← {', '.join(decision.requires)}" if decision.requires else ""
    return f"{decision.name}{policy}{requires}"


def _output_names(name: str, table: DecisionTable) -> list[str]:
    return [output.name or output.label or name for output in table.outputs]


def _rows(name: str, table: DecisionTable, notes: bool) -> Iterator[list[str]]:
    note_names = list(table.note_names) if notes else []
    inputs = [clause.label for clause in table.inputs]
    yield [table.policy, *inputs, *(f"→ {output}" for output in _output_names(name, table)), *note_names]
    for rule in table.rules:
        yield [*_cells(rule), *([table.note(rule, note) for note in note_names])]
    if any(output.default for output in table.outputs):
        defaults = [output.default.text if output.default else "" for output in table.outputs]
        yield ["(none)", *("" for _ in inputs), *defaults, *("" for _ in note_names)]


def _cells(rule: Rule) -> list[str]:
    return [rule.id, *(cell.text or "-" for cell in rule.tests), *(cell.text for cell in rule.values)]


def _drawn(name: str, table: DecisionTable, notes: bool) -> Table:
    header, *rows = _rows(name, table, notes)
    drawn = Table(box=box.SIMPLE_HEAD, show_lines=False, pad_edge=False)
    for title in header:
        drawn.add_column(_plain(title), overflow="fold")
    for row in rows:
        drawn.add_row(*(_plain(cell) for cell in row))
    return drawn


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _decision_json(decision: Decision) -> dict[str, Any]:
    base: dict[str, Any] = {
        "name": decision.name,
        "id": decision.id,
        "question": decision.question,
        "description": decision.description,
        "requires": list(decision.requires),
    }
    if isinstance(decision.logic, LiteralExpression):
        return {**base, "expression": decision.logic.cell.text}
    table = decision.logic
    return {
        **base,
        "hit_policy": table.hit_policy.name,
        "aggregation": table.aggregation.name if table.aggregation else None,
        "inputs": [
            {
                "label": clause.label,
                "expression": clause.expression.text,
                "type": clause.type_ref,
                "allowed": clause.allowed.text if clause.allowed else None,
            }
            for clause in table.inputs
        ],
        "outputs": [
            {
                "name": output.name,
                "label": output.label,
                "type": output.type_ref,
                "allowed": output.allowed.text if output.allowed else None,
                "default": output.default.text if output.default else None,
            }
            for output in table.outputs
        ],
        "rules": [
            {
                "id": rule.id,
                "inputs": [cell.text or "-" for cell in rule.tests],
                "outputs": [cell.text for cell in rule.values],
                "notes": {name: table.note(rule, name) for name in table.note_names},
                "description": rule.description,
            }
            for rule in table.rules
        ],
    }
