"""Rows of a table changed in the file's own text: whatever else the file holds stays as it is, byte for byte where it can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.dmn.reading import parse_definitions
from forbear.tables.dmn.xml import Element, children, first_child, parse_xml, tag_of

_CELLS = ("inputEntry", "outputEntry", "annotationEntry")


@dataclass(frozen=True)
class RowText:
    """A row as it is typed: its permanent id, a test for each input, a value for each output, and its notes by name."""

    id: str
    tests: Sequence[str]
    values: Sequence[str]
    notes: Mapping[str, str]


def with_row(content: bytes, decision: str, row: RowText) -> bytes:
    """The file with the row of that id as given.

    Raises:
        TableError: ``unknown_row``; the codes of cells, with ``cell`` in ``where``, when it cannot be read afterwards.
    """
    root = parse_xml(content, None)
    _fill(_table(root, decision), _rule(root, decision, row.id), row)
    return _written(root)


def with_new_row(content: bytes, decision: str, row: RowText, before: str = "") -> bytes:
    """The file with a row more, before the row of that id, else as the last.

    Raises:
        TableError: ``unknown_row``, ``row_id_taken``, ``bad_row_id``; the codes of cells.
    """
    root = parse_xml(content, None)
    table = _table(root, decision)
    rules = list(children(table, "rule"))
    if not row.id or row.id != "".join(row.id.split()):
        raise TableError("bad_row_id", _("A row needs an id without spaces."), table=decision, do=_("Give it an id."))
    if any(each.get("id") == row.id for each in root.iter()):
        raise TableError(
            "row_id_taken",
            _("The id {id} is taken.").format(id=row.id),
            table=decision,
            do=_("An id is never used twice."),
        )
    made = deepcopy(rules[-1]) if rules else etree.SubElement(table, etree.QName(etree.QName(table).namespace, "rule"))
    for each in made.iter():
        if "id" in each.attrib:
            del each.attrib["id"]
    description = first_child(made, "description")
    if description is not None:
        made.remove(description)
    made.set("id", row.id)
    if before:
        _rule(root, decision, before).addprevious(made)
    elif rules:
        rules[-1].addnext(made)
    _fill(table, made, row)
    return _written(root)


def without_row(content: bytes, decision: str, row_id: str) -> bytes:
    """The file without the row of that id.

    Raises:
        TableError: ``unknown_row``; ``last_row`` where no other is left.
    """
    root = parse_xml(content, None)
    rule = _rule(root, decision, row_id)
    table = _table(root, decision)
    if len(list(children(table, "rule"))) == 1:
        raise TableError("last_row", _("A table needs a row."), table=decision, rule=row_id)
    table.remove(rule)
    return _written(root)


def moved_row(content: bytes, decision: str, row_id: str, step: int) -> bytes:
    """The file with the row one place earlier (``step`` −1) or later (1); at the end of the table it stays where it is.

    Raises:
        TableError: ``unknown_row``.
    """
    root = parse_xml(content, None)
    rule = _rule(root, decision, row_id)
    rules = list(children(_table(root, decision), "rule"))
    place = rules.index(rule) + step
    if 0 <= place < len(rules):
        (rules[place].addprevious if step < 0 else rules[place].addnext)(rule)
    return _written(root)


def _fill(table: Element, rule: Element, row: RowText) -> None:
    names = [each.get("name", "") for each in children(table, "annotation")]
    texts = (row.tests, row.values, [row.notes.get(name, "") for name in names])
    space = etree.QName(table).namespace
    for tag, given in zip(_CELLS, texts, strict=True):
        entries = list(children(rule, tag))
        for place, text in enumerate(given):
            if place == len(entries):
                entry = etree.Element(etree.QName(space, tag))
                _last_of(rule, tag).addnext(entry) if len(rule) else rule.append(entry)
                entries.append(entry)
            found = first_child(entries[place], "text")
            if found is None:
                found = etree.SubElement(entries[place], etree.QName(space, "text"))
            if "".join(str(part) for part in found.itertext()).strip() != text.strip():
                for child in list(found):
                    found.remove(child)
                found.text = text.strip()


def _last_of(rule: Element, tag: str) -> Element:
    """After which of its children a new entry of a kind comes: the entries stand kind by kind."""
    up_to = _CELLS[: _CELLS.index(tag) + 1]
    before = [each for each in rule if tag_of(each) in up_to]
    return before[-1] if before else rule[-1]


def _table(root: Element, decision: str) -> Element:
    for each in children(root, "decision"):
        table = first_child(each, "decisionTable")
        if each.get("name") == decision and table is not None:
            return table
    raise TableError("unknown_row", _("There is no such row."), table=decision)


def _rule(root: Element, decision: str, row_id: str) -> Element:
    for each in children(_table(root, decision), "rule"):
        if each.get("id") == row_id:
            return each
    raise TableError("unknown_row", _("There is no such row."), table=decision, rule=row_id)


def _written(root: Element) -> bytes:
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(root, encoding="unicode")}\n'.encode()
    parse_definitions(content)
    return content
