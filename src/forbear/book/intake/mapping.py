"""Mapping files: how a lender's own export becomes the tables of the book.

Every scalar of the file is read as text, so that ``no``, ``1`` and ``2020-01-01`` mean what they show. Unknown keys are
refused with their path. ``docs/reference/mapping.md`` explains each rule with an example.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from forbear.book.intake.nodes import Node, read_yaml
from forbear.book.intake.reading import Dialect
from forbear.book.schema import BY_NAME

TAKES = ("min", "max", "sum", "first", "last", "count")
UNITS = ("minor", "major")
COMPARISONS = ("earlier", "less", "differ")


@dataclass(frozen=True)
class Lookup:
    """One value from the rows of another file whose ``key`` equals this row's column ``equals``."""

    file: str
    key: str
    equals: str
    take: str
    value: Value | None
    where: Condition | None


@dataclass(frozen=True)
class Value:
    """Where a value comes from, and what is done with it on the way. Exactly one of the first five is set."""

    column: str | None = None
    constant: str | None = None
    first_of: tuple[Value, ...] = ()
    branches: tuple[tuple[Condition, Value], ...] = ()
    lookup: Lookup | None = None
    otherwise: Value | None = None
    prefix: str = ""
    codes: MappingOf[str, str] = field(default_factory=dict)
    codes_otherwise: str | None = None
    unit: str = "minor"
    format: str | None = None
    zone: str | None = None
    to_date_in: str | None = None


@dataclass(frozen=True)
class Condition:
    """A question about a source row. Exactly one of the kinds is set; an empty value makes a question false."""

    column: str | None = None
    test: str = ""
    values: tuple[str, ...] = ()
    parts: tuple[Condition, ...] = ()
    connect: str = ""
    compare: str = ""
    sides: tuple[Value, ...] = ()
    found: Lookup | None = None


@dataclass(frozen=True)
class NamedCondition:
    """A condition with the rule name that it puts on record, and a sentence."""

    rule: str
    where: Condition
    says: str


@dataclass(frozen=True)
class NamedOverlap:
    """A note about rows that begin before an earlier row of the same key has ended, with its rule name and sentence.

    ``where`` narrows the earlier rows; one without an end has not ended.
    """

    rule: str
    says: str
    per: Value
    begins: Value
    ends: Value
    where: Condition | None


@dataclass(frozen=True)
class FileRule:
    """A source file (or a pattern of parts) and how it is written."""

    path: str
    dialect: Dialect


@dataclass(frozen=True)
class TableRule:
    """How one file becomes one table. Without ``columns`` the file has the table's own columns."""

    file: str
    columns: MappingOf[str, Value]
    set_aside: tuple[NamedCondition, ...] = ()
    notes: tuple[NamedCondition, ...] = ()
    is_one_row_per_key: bool = False
    overlaps: tuple[NamedOverlap, ...] = ()


@dataclass(frozen=True)
class AsideRule:
    """A file that is no table of the book: every row is put on record, under the first rule that holds or the last word."""

    file: str
    row_id: str
    rules: tuple[NamedCondition, ...]
    otherwise: str
    says: str
    notes: tuple[NamedCondition, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A mapping file. The empty mapping reads a folder of the book's own tables."""

    path: Path | None = None
    currency: str | None = None
    time_zone: str | None = None
    files: MappingOf[str, FileRule] = field(default_factory=dict)
    tables: MappingOf[str, TableRule] = field(default_factory=dict)
    aside: MappingOf[str, AsideRule] = field(default_factory=dict)
    may_be_empty: tuple[str, ...] = ()


def read_mapping(path: Path) -> Mapping:
    """The mapping of a YAML file, checked.

    Raises:
        BookError: ``missing_file``, ``bad_yaml`` or ``bad_mapping``; ``where`` names the file and the path of the key.
    """
    root = read_yaml(path)
    root.only("currency", "time_zone", "files", "tables", "set_aside", "may_be_empty")
    files = {name: _file(node) for name, node in root.named_children("files").items()}
    tables = {name: _table(name, node, files) for name, node in root.children("tables").items()}
    aside = {name: _aside(name, node, files) for name, node in root.named_children("set_aside").items()}
    return Mapping(
        path,
        root.pattern("currency", "[A-Z]{3}", "an ISO 4217 code, as CNY"),
        root.zone("time_zone"),
        files,
        tables,
        aside,
        tuple(item.one_of(BY_NAME) for item in root.items("may_be_empty")),
    )


def _file(node: Node) -> FileRule:
    node.only("path", "delimiter", "encoding", "quote")
    delimiter, quote = node.text("delimiter", ","), node.text("quote", '"')
    if len(delimiter) != 1 or len(quote) > 1:
        raise node.error("delimiter and quote are one character each (an empty quote for none)")
    return FileRule(node.needed("path"), Dialect(delimiter, quote, node.encoding("encoding")))


def _table(name: str, node: Node, files: MappingOf[str, FileRule]) -> TableRule:
    table = BY_NAME.get(name)
    if table is None:
        raise node.error(f"there is no table of that name; there are {', '.join(BY_NAME)}")
    node.only("from", "columns", "set_aside", "notes", "one_row_per_key")
    columns = {key: _value(child) for key, child in node.children("columns").items()}
    for key, child in node.children("columns").items():
        if key not in table.schema:
            raise child.error(f"{name} has no column of that name; it has {', '.join(table.schema)}")
    notes = node.items("notes")
    return TableRule(
        node.child("from").one_of(files),
        columns,
        _named(node.items("set_aside")),
        _named([item for item in notes if not item.has("overlapping")]),
        node.flag("one_row_per_key"),
        tuple(_overlap(item) for item in notes if item.has("overlapping")),
    )


def _aside(name: str, node: Node, files: MappingOf[str, FileRule]) -> AsideRule:
    if name in BY_NAME:
        raise node.error("a table of the book cannot be set aside as a whole")
    node.only("from", "row_id", "rules", "otherwise", "says", "notes")
    return AsideRule(
        node.child("from").one_of(files),
        node.needed("row_id"),
        _named(node.items("rules")),
        node.rule_name("otherwise"),
        node.needed("says"),
        _named(node.items("notes")),
    )


def _named(items: Sequence[Node]) -> tuple[NamedCondition, ...]:
    named = []
    for item in items:
        item.only("rule", "where", "says")
        named.append(NamedCondition(item.rule_name("rule"), _condition(item.child("where")), item.needed("says")))
    return tuple(named)


def _overlap(item: Node) -> NamedOverlap:
    item.only("rule", "overlapping", "says")
    node = item.child("overlapping")
    node.only("per", "from", "until", "where")
    return NamedOverlap(
        item.rule_name("rule"),
        item.needed("says"),
        _value(node.child("per")),
        _value(node.child("from")),
        _value(node.child("until")),
        _condition(node.child("where")) if node.has("where") else None,
    )


def _value(node: Node) -> Value:
    if not node.is_mapping:
        return Value(column=node.scalar())
    kind = node.exactly_one("from", "constant", "first_of", "when", "lookup")
    if kind == "constant":
        node.only("constant")
        return Value(constant=node.text("constant", ""))
    if kind == "first_of":
        node.only("first_of")
        return Value(first_of=tuple(_value(item) for item in node.items("first_of")))
    if kind == "when":
        return _choice(node)
    if kind == "lookup":
        node.only("lookup")
        return Value(lookup=_lookup(node.child("lookup")))
    return _taken(node)


def _taken(node: Node) -> Value:
    node.only("from", "prefix", "codes", "otherwise", "unit", "format", "zone", "to_date_in")
    codes = {key: child.scalar() for key, child in node.children("codes").items()}
    if node.has("otherwise") and not codes:
        raise node.error("otherwise goes with codes or when")
    return Value(
        column=node.needed("from"),
        prefix=node.text("prefix", ""),
        codes=codes,
        codes_otherwise=node.text("otherwise", "") if node.has("otherwise") else None,
        unit=node.child("unit").one_of(UNITS) if node.has("unit") else "minor",
        format=node.date_format("format"),
        zone=node.zone("zone"),
        to_date_in=node.zone("to_date_in"),
    )


def _choice(node: Node) -> Value:
    node.only("when", "otherwise")
    branches = []
    for item in node.items("when"):
        item.only("if", "then")
        branches.append((_condition(item.child("if")), _value(item.child("then"))))
    otherwise = _value(node.child("otherwise")) if node.has("otherwise") else None
    return Value(branches=tuple(branches), otherwise=otherwise)


def _lookup(node: Node, *, is_question: bool = False) -> Lookup:
    node.only("file", "key", "equals", "where", *([] if is_question else ["take", "value"]))
    take = "count" if is_question else node.child("take").one_of(TAKES)
    if (take == "count") == node.has("value"):
        raise node.error("count takes no value, every other take needs one")
    return Lookup(
        node.needed("file"),
        node.needed("key"),
        node.needed("equals"),
        take,
        _value(node.child("value")) if node.has("value") else None,
        _condition(node.child("where")) if node.has("where") else None,
    )


def _condition(node: Node) -> Condition:
    kind = node.exactly_one("column", "all", "any", "not", "found", *COMPARISONS)
    if kind == "column":
        return _column_test(node)
    node.only(kind)
    if kind in ("all", "any"):
        return Condition(connect=kind, parts=tuple(_condition(item) for item in node.items(kind)))
    if kind == "not":
        return Condition(connect="not", parts=(_condition(node.child("not")),))
    if kind == "found":
        return Condition(found=_lookup(node.child("found"), is_question=True))
    sides = tuple(_value(item) for item in node.items(kind))
    if len(sides) != 2:
        raise node.error(f"{kind} compares two values")
    return Condition(compare=kind, sides=sides)


def _column_test(node: Node) -> Condition:
    test = node.exactly_one("is", "is_not", "in", "not_in", "is_empty")
    node.only("column", test)
    if test in ("in", "not_in"):
        values = tuple(item.scalar() for item in node.items(test))
    else:
        values = (str(node.flag(test)).lower(),) if test == "is_empty" else (node.text(test, ""),)
    return Condition(column=node.needed("column"), test=test, values=values)
