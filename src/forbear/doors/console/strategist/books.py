"""Playbooks as pages read them: which one is meant, its tables as rows of words, and what differs between two."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from forbear.book.fact_definitions import FACTS
from forbear.day.words import fact_words
from forbear.kernel.language import current, in_language
from forbear.kernel.reading import read_yaml_text
from forbear.records.models import PlaybookVersion
from forbear.records.playbooks.keeping import files_of, label_of, version_of
from forbear.strategy.catalogue import behaviours
from forbear.strategy.pipeline import ORDER
from forbear.tables import Decision, DecisionTable, Model, parse_dmn

SETTINGS = "playbook.yaml"
_CHINESE = re.compile(r"^(.*?)\s*([\u4e00-\u9fff].*)$", re.S)
_ANY = ("", "-")


@dataclass(frozen=True)
class Book:
    """A playbook that a page speaks of: of the package by its name, or a version that is kept."""

    key: str
    label: str
    files: Mapping[str, str]
    version: PlaybookVersion | None = None

    @property
    def is_draft(self) -> bool:
        """Whether it may be changed."""
        return self.version is not None and self.version.state == "draft"

    @property
    def settings(self) -> dict[str, Any]:
        """What its settings say."""
        found = read_yaml_text(self.files[SETTINGS])
        return found if isinstance(found, dict) else {}

    def tables(self) -> dict[str, Model]:
        """Its tables by decision, in the order in which they are asked."""
        found = {name: model for file in self.table_files.values() for name, model in _by_decision(self.files[file])}
        return {name: found[name] for name in ORDER if name in found}

    @property
    def table_files(self) -> dict[str, str]:
        """The file of each decision."""
        return {
            name: file
            for file in sorted(self.files)
            if file.endswith(".dmn")
            for name, _model in _by_decision(self.files[file])
        }


@dataclass(frozen=True)
class Cite:
    """What a row rests on. ``state`` is how a badge is drawn: read in the original, not so, or a rule of the house."""

    id: str
    source: str
    says: str
    state: str
    read_as: str


@dataclass(frozen=True)
class Head:
    """A column: the name that cells go by, and what it is called."""

    name: str
    words: str


@dataclass(frozen=True)
class Row:
    """A row as it is read: tests and answers by column, why, what would change it, and what it rests on."""

    id: str
    tests: tuple[str, ...]
    values: tuple[str, ...]
    because: str
    changes: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as it is read."""

    name: str
    question: str
    policy: str
    inputs: tuple[Head, ...]
    outputs: tuple[Head, ...]
    rows: tuple[Row, ...]


def book_of(key: str) -> Book:
    """The playbook of a key: a name of the package, or a version's number.

    Raises:
        InputError: ``unknown_playbook_version``.
    """
    if not key.isdecimal() or len(key) > 9:
        return Book(key, key, files_of(key))
    version = version_of(int(key))
    return Book(key, label_of(version), version.files, version)


def sheet_of(model: Model, name: str, cites: Any, fill: Any = lambda text: text) -> Sheet:
    """A decision as a sheet in the reader's language. ``cites`` makes of a rule's ids what it rests on, ``fill`` puts values
    into its sentences."""
    decision = model.decisions[name]
    table = decision.table
    if table is None:
        return Sheet(name, question_of(decision), "", (), (), ())
    language = current().language

    def noted(rule: Any, note: str) -> str:
        texts = {"en": table.note(rule, note), "zh": table.note(rule, f"{note}_zh")}
        return str(fill(in_language(texts, language)))

    rows = tuple(
        Row(
            id=rule.id,
            tests=tuple("" if cell.text in _ANY else cell.text for cell in rule.tests),
            values=tuple(cell.text for cell in rule.values),
            because=noted(rule, "because"),
            changes=noted(rule, "changes"),
            cites=tuple(cites(table.note(rule, "cites").split())),
        )
        for rule in table.rules
    )
    return Sheet(name, question_of(decision), table.hit_policy.name, _inputs(table), _outputs(name, table), rows)


def _inputs(table: DecisionTable) -> tuple[Head, ...]:
    return tuple(Head(each.label, _input_words(each.label)) for each in table.inputs)


def _input_words(name: str) -> str:
    """What a column reads: a fact by its name, else what was made of facts or answered by a table before."""
    return fact_words(current(), name) if name in FACTS else current().code_words("input", name)


def _outputs(name: str, table: DecisionTable) -> tuple[Head, ...]:
    named = [each.name or each.label or name for each in table.outputs]
    return tuple(Head(each, current().code_words("answer", each)) for each in named)


def question_of(decision: Decision) -> str:
    """What a table answers, in the reader's language: both stand in the file, English first."""
    found = _CHINESE.match(decision.question)
    if found is None:
        return decision.question
    return in_language({"en": found[1], "zh": found[2]}, current().language)


def behaviour_cites(ids: Sequence[str]) -> list[Cite]:
    """What a playbook's row rests on: behaviours of the source documents, or a rule of the house."""
    known, words = behaviours(), current()
    found = []
    for each in ids:
        is_house = each.startswith("H") or each == "house"
        says = known[each].says if each in known and not words.is_chinese else ""
        source = words.code_words("behaviour_source", each[:1] if each in known else "unknown")
        found.append(Cite(each, source, says, "plain" if is_house else "info", source))
    return found


def changes_between(before: Book, after: Book) -> list[dict[str, Any]]:
    """What differs, table by table: ids of rows added, changed and removed; and figures and arms with both values."""
    found = []
    old, new = before.tables(), after.tables()
    for name in new:
        rows = [_texts(book.get(name), name) for book in (old, new)]
        added = [each for each in rows[1] if each not in rows[0]]
        removed = [each for each in rows[0] if each not in rows[1]]
        changed = [each for each in rows[1] if each in rows[0] and rows[0][each] != rows[1][each]]
        kept = [[each for each in side if each in rows[0] and each in rows[1]] for side in rows]
        if added or removed or changed or kept[0] != kept[1]:
            found.append(
                {"table": name, "added": added, "changed": changed, "removed": removed, "moved": kept[0] != kept[1]}
            )
    return found


def figures_between(before: Book, after: Book) -> list[dict[str, Any]]:
    """Figures and shares of arms that differ, with both values."""
    sides = [_figures(book.settings) for book in (before, after)]
    names = [*sides[0], *(name for name in sides[1] if name not in sides[0])]
    return [
        {"name": name, "before": sides[0].get(name), "after": sides[1].get(name)}
        for name in names
        if sides[0].get(name) != sides[1].get(name)
    ]


def _figures(settings: Mapping[str, Any]) -> dict[str, Any]:
    figures = {name: given.get("value") for name, given in (settings.get("parameters") or {}).items()}
    for trial, given in (settings.get("experiments") or {}).items():
        figures |= {f"{trial}: {arm}": share for arm, share in given.get("arms", {}).items()}
    return figures


def _texts(model: Model | None, name: str) -> dict[str, tuple[str, ...]]:
    table = model.decisions[name].table if model is not None else None
    if table is None:
        return {}
    return {
        rule.id: (*(cell.text for cell in rule.tests), *(cell.text for cell in rule.values), *rule.notes)
        for rule in table.rules
    }


def _by_decision(text: str) -> list[tuple[str, Model]]:
    model = _model(text)
    return [(name, model) for name in model.decisions]


@lru_cache(maxsize=128)
def _model(text: str) -> Model:
    return parse_dmn(text)
