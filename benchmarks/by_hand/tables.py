"""A DMN table as plain SQL text, by a reader of its own: nothing of Forbear's tables or columns is used here.

It knows the cells that the shipped playbooks and law packs use: ``-``, constants, names, their sums and differences, lists,
``not(...)``, comparisons and intervals.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Names = Mapping[str, str]
_INTERVAL = re.compile(r"([\[(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])")
_COMPARISON = re.compile(r"(<=|>=|<|>)\s*(.+)")
_SUM = re.compile(r"(\S+) ([+-]) (\S+)")


@dataclass(frozen=True)
class Rule:
    """A row: its id, its condition cells, its output cells and its annotations as written."""

    id: str
    tests: tuple[str, ...]
    values: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A decision table: the texts of its inputs, the names of its outputs, its rows, the names of their annotations."""

    name: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()

    def output(self, rule: Rule, name: str) -> str:
        """The text of one output of a row."""
        return rule.values[self.outputs.index(name)]

    def note(self, rule: Rule, name: str) -> str:
        """The text of one annotation of a row; empty where the table has none of that name."""
        return rule.notes[self.notes.index(name)] if name in self.notes else ""


def read_tables(path: Path) -> list[Table]:
    """The decision tables of a DMN file, in its order."""
    return [_table(decision) for decision in _under(ET.parse(path).getroot(), "decision") if _under(decision, "rule")]


def _under(node: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in node.iter() if each.tag.rpartition("}")[2] == name]


def _text(node: ET.Element) -> str:
    return (next(iter(_under(node, "text"))).text or "").strip()


def _table(decision: ET.Element) -> Table:
    name = decision.get("name", "")
    outputs = _under(decision, "output")
    return Table(
        name=name,
        policy=_under(decision, "decisionTable")[0].get("hitPolicy", "UNIQUE"),
        inputs=tuple(_text(each) for each in _under(decision, "inputExpression")),
        outputs=tuple(each.get("name") or name for each in outputs),
        rules=tuple(
            Rule(
                rule.get("id", ""),
                tuple(_text(cell) for cell in _under(rule, "inputEntry")),
                tuple(_text(cell) for cell in _under(rule, "outputEntry")),
                tuple(_text(cell) for cell in _under(rule, "annotationEntry")),
            )
            for rule in _under(decision, "rule")
        ),
        notes=tuple(each.get("name", "") for each in _under(decision, "annotation")),
    )


def split(text: str) -> list[str]:
    """The parts of a list cell; commas inside quotes or brackets do not part."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, sign in enumerate(text):
        quoted ^= sign == '"'
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if sign == "," and not quoted and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def value(text: str, names: Names) -> str:
    """An output or a constant as SQL."""
    if text in ("", "null"):
        return "NULL"
    if text.startswith('"'):
        return "'" + text[1:-1].replace("'", "''") + "'"
    if text in ("true", "false") or re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    if found := _SUM.fullmatch(text):
        return f"{value(found[1], names)} {found[2]} {value(found[3], names)}"
    return names.get(text, text)


def test(text: str, read: str, names: Names) -> str:
    """A condition cell as SQL that is true, false or unknown; unknown is not true."""
    if text.startswith("not(") and text.endswith(")"):
        inner = text[4:-1]
        is_plain = all(not _COMPARISON.match(part) and ".." not in part for part in split(inner))
        return f"({test(inner, read, names)}) IS NOT TRUE" if is_plain else f"NOT ({test(inner, read, names)})"
    parts = split(text)
    if len(parts) > 1:
        if all(part.startswith('"') for part in parts):
            return f"{read} IN ({', '.join(value(part, names) for part in parts)})"
        return "(" + " OR ".join(test(part, read, names) for part in parts) + ")"
    if text in ("true", "false"):
        return read if text == "true" else f"NOT {read}"
    if text == "null":
        return f"{read} IS NULL"
    if found := _COMPARISON.fullmatch(text):
        return f"{read} {found[1]} {value(found[2], names)}"
    if text[0] in "[(]" and (found := _INTERVAL.fullmatch(text)):
        low, high = (">=" if found[1] == "[" else ">"), ("<=" if found[4] == "]" else "<")
        return f"({read} {low} {value(found[2], names)} AND {read} {high} {value(found[3], names)})"
    return f"{read} = {value(text, names)}"


def condition(table: Table, rule: Rule, names: Names) -> str:
    """Whether a row's condition cells all hold, as SQL."""
    cells = zip(table.inputs, rule.tests, strict=True)
    tests = [test(cell, value(read, names), names) for read, cell in cells if cell not in ("", "-")]
    return " AND ".join(tests) or "true"


def row_number(table: Table, names: Names) -> str:
    """The number of the row that decides a table of hit policy UNIQUE or FIRST, as one CASE."""
    branches = [f"WHEN {condition(table, rule, names)} THEN {n}" for n, rule in enumerate(table.rules)]
    return "CASE " + "\n    ".join(branches) + " END"


def outputs(table: Table, row: str, aliases: Sequence[str], names: Names) -> str:
    """The outputs of such a table and the id of its deciding row, each a CASE over the row's number."""
    columns = [
        f"{_chosen(row, [value(rule.values[n], names) for rule in table.rules])} AS {alias}"
        for n, alias in enumerate(aliases)
    ]
    ids = _chosen(row, [f"'{rule.id}'" for rule in table.rules])
    return ",\n    ".join([*columns, f"{ids} AS {table.name}_rule"])


def _chosen(row: str, values: Sequence[str]) -> str:
    by_value: dict[str, list[str]] = {}
    for number, each in enumerate(values):
        by_value.setdefault(each, []).append(str(number))
    branches = " ".join(_branch(row, numbers, each) for each, numbers in by_value.items())
    return f"CASE {branches} END"


def _branch(row: str, numbers: Sequence[str], result: str) -> str:
    return f"WHEN {row} IN ({', '.join(numbers)}) THEN {result}"


def case(key: str, by_key: Mapping[str, object], otherwise: object) -> str:
    """A CASE by the values of a column."""
    if not by_key:
        return str(otherwise)
    branches = " ".join(f"WHEN '{name}' THEN {result}" for name, result in by_key.items())
    return f"CASE {key} {branches} ELSE {otherwise} END"


def every_rule(tables: Sequence[Table]) -> Iterator[tuple[Table, Rule]]:
    """All rows of some tables, in order."""
    for table in tables:
        for rule in table.rules:
            yield table, rule
