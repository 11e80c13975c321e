"""Other rule engines on the same table: each gets the table translated to its own language, and one row at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.by_hand.tables import Table, split

Row = Mapping[str, Any]
Engine = Callable[[Sequence[Row]], list[str | None]]
_SIGNED = re.compile(r"(<=|>=|<|>)\s*(.+)")
_RANGE = re.compile(r"([\[(])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])])")


def test(cell: str, read: str, figures: Mapping[str, int], words: Mapping[str, str]) -> str:
    """A DMN cell in a language of comparisons, with a guard against null, on which these engines raise errors."""
    if cell.startswith("not("):
        return f"{words['not']}({test(cell[4:-1], read, figures, words)})"
    parts = split(cell)
    if len(parts) > 1:
        return "(" + f" {words['or']} ".join(test(part, read, figures, words) for part in parts) + ")"
    known = f"{read} != {words['null']} {words['and']} "
    if found := _SIGNED.fullmatch(cell):
        return f"({known}{read} {found[1]} {_figure(found[2], figures)})"
    if found := _RANGE.fullmatch(cell):
        low, high = (">=" if found[1] == "[" else ">"), ("<=" if found[4] == "]" else "<")
        bounds = f"{read} {low} {_figure(found[2], figures)} {words['and']} {read} {high} {_figure(found[3], figures)}"
        return f"({known}{bounds})"
    return f"{read} == {_figure(cell, figures)}"


def _figure(text: str, figures: Mapping[str, int]) -> str:
    return str(figures.get(text, text))


def zen(table: Table, figures: Mapping[str, int]) -> Engine:
    """GoRules zen-engine with the table as a JDM decision: JSON in, JSON out."""
    from zen import ZenEngine

    decision = ZenEngine().create_decision(json.dumps(to_jdm(table, figures)))

    def run(rows: Sequence[Row]) -> list[str | None]:
        return [decision.evaluate(row)["result"].get(table.outputs[0]) for row in rows]

    return run


def to_jdm(table: Table, figures: Mapping[str, int]) -> dict[str, Any]:
    """The table as GoRules' JSON decision model: one node of hit policy first."""
    words = {"not": "not ", "or": "or", "and": "and", "null": "null"}
    rules = [
        {
            "_id": rule.id,
            **{f"i{n}": _jdm_cell(cell, figures, words) for n, cell in enumerate(rule.tests)},
            **{f"o{n}": cell for n, cell in enumerate(rule.values)},
        }
        for rule in table.rules
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{n}", "name": name, "field": name} for n, name in enumerate(table.inputs)],
        "outputs": [{"id": f"o{n}", "name": name, "field": name} for n, name in enumerate(table.outputs)],
        "rules": rules,
    }
    place = {"x": 0, "y": 0}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": place},
            {"id": "table", "name": table.name, "type": "decisionTableNode", "position": place, "content": content},
            {"id": "out", "name": "out", "type": "outputNode", "position": place},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }


def _jdm_cell(cell: str, figures: Mapping[str, int], words: Mapping[str, str]) -> str:
    """Plain values stay as they are written; what may meet a null, or is turned round, is written out with ``$``."""
    if cell in ("", "-"):
        return ""
    if cell[0] in '"tf' and not cell.startswith("not"):
        return cell
    text = test(cell, "$", figures, words)
    is_wrapped = text.startswith("(") and len(split(cell)) == 1  # this grammar takes a leading bracket for an interval
    return text[1:-1] if is_wrapped else text


def rule_engine(table: Table, figures: Mapping[str, int]) -> Engine:
    """The package rule-engine: an expression a row of the table, tried in turn."""
    from rule_engine import Rule

    words = {"not": "not ", "or": "or", "and": "and", "null": "null"}
    rules = []
    for rule in table.rules:
        cells = [(name, cell) for name, cell in zip(table.inputs, rule.tests, strict=True) if cell not in ("", "-")]
        text = " and ".join(test(cell, name, figures, words) for name, cell in cells) or "true"
        rules.append((Rule(text), rule.values[0].strip('"')))

    def run(rows: Sequence[Row]) -> list[str | None]:
        return [next((answer for rule, answer in rules if rule.matches(row)), None) for row in rows]

    return run
