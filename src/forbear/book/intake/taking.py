"""Taking in a loan book: files in, accepted tables and a record of every other row out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from forbear.book.intake import rejects
from forbear.book.intake.mapping import AsideRule, read_mapping
from forbear.book.intake.mapping import Mapping as MappingFile
from forbear.book.intake.reading import Dialect, Source, SourceFile, find_table_files, open_source
from forbear.book.intake.relating import (
    DISBURSED,
    note_by_mapping,
    note_overpayments,
    note_unknown_zones,
    relate,
)
from forbear.book.intake.setting_aside import set_aside_file
from forbear.book.intake.table import Desk, Settings, Taken, take_table
from forbear.book.schema import TABLES, Table
from forbear.columns import expression as e
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.engines.engine import Engine
from forbear.columns.relation import Relation
from forbear.kernel.errors import BookError
from forbear.kernel.ids import digest_text
from forbear.kernel.language import gettext as _
from forbear.kernel.money import minor_exponent

DEFAULT_CURRENCY = "CNY"
DEFAULT_TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Count:
    """Rows of a table: those in its files, those accepted, and the others (rejected or set aside)."""

    rows_in: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class Book:
    """A loan book that was taken in.

    ``tables`` holds all ten tables with exactly the columns of the schema; ``rejects`` the columns of
    :data:`forbear.book.intake.rejects.SCHEMA`; ``counts`` is by table (and by file set aside), and always adds up;
    ``ignored_columns`` names columns of native files that the schema does not know.
    """

    tables: Mapping[str, Relation]
    rejects: Relation
    counts: Mapping[str, Count]
    currency: str
    time_zone: str
    files: tuple[SourceFile, ...]
    ignored_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What is known from before: what is taken in is then a delta, whose rows may refer to it.

    ``borrowers`` has ``person_id``; ``loans`` has ``loan_id`` and ``disbursed_on``.
    """

    borrowers: Relation
    loans: Relation
    currency: str

    def parents(self) -> dict[str, Relation]:
        """The rows that others may refer to, as checks between tables take them."""
        loans = self.loans
        return {
            "borrowers": self.borrowers.select("person_id"),
            "loans": loans.select("loan_id", **{DISBURSED: loans["disbursed_on"]}),
        }


def take_in(
    book: Path,
    *,
    mapping: Path | None,
    engine: Engine,
    as_of: date,
    work: Path,
    progress: Callable[[str], None] | None = None,
    known: Known | None = None,
) -> Book:
    """Reads, checks and accepts a loan book, or a delta of one.

    Args:
        book: the folder with the lender's files.
        mapping: a mapping file, where the files are not the book's own tables.
        engine: runs the checks; the relations of the result live in it.
        as_of: the business date; it must not lie before the first loan.
        work: a scratch folder of this run; the result reads from it.
        progress: told of each step, in one line.
        known: what is known from before, where this is a delta: no table need be there, and every one may be empty.

    Raises:
        BookError: a file (never a row) that cannot be used.
    """
    work.mkdir(parents=True, exist_ok=True)
    rules = read_mapping(mapping) if mapping is not None else MappingFile()
    intake = _Intake(
        book, rules, Desk(engine, work, f"book_{digest_text(str(work.resolve()))[:8]}"), progress or _silent, known
    )
    return intake.run(as_of)


def _silent(_line: str) -> None:
    return None


class _Intake:
    def __init__(
        self, book: Path, rules: MappingFile, desk: Desk, say: Callable[[str], None], known: Known | None
    ) -> None:
        self.book, self.rules, self.desk, self.say, self.known = book, rules, desk, say, known
        currency = rules.currency or (known.currency if known else None)
        self.settings = Settings(currency, minor_exponent(currency or DEFAULT_CURRENCY))
        self.sources: dict[str, Source] = {}
        self.counts: dict[str, Count] = {}
        self.entries: list[Relation] = []
        self.broken: list[pa.Table] = []
        self.ignored: dict[str, tuple[str, ...]] = {}

    def run(self, as_of: date) -> Book:
        if not self.book.is_dir():
            raise BookError(
                "missing_book", _("There is no such folder."), do=_("Give the folder of the book."), file=self.book
            )
        self._open_mapped_files()
        taken = self._take_tables()
        currency = self._currency_of_whole(taken, as_of) if self.known is None else self.known.currency
        for name, rule in self.rules.aside.items():
            self._set_aside(name, rule)
        tables = {table.name: self._final(table, taken.get(table.name), currency) for table in TABLES}
        for one in taken.values():
            self.entries += one.entries
        time_zone = self.rules.time_zone or DEFAULT_TIME_ZONE
        files = tuple(file for source in self.sources.values() for file in source.files)
        return Book(tables, self._rejects(), self.counts, currency, time_zone, files, self.ignored)

    def _currency_of_whole(self, taken: Mapping[str, Taken], as_of: date) -> str:
        """What holds of a whole book only is looked at here; gives its currency."""
        loans = taken["loans"]
        currency = self._find_currency(loans)
        self._check_begun(loans, as_of)
        note_overpayments(self.desk, loans, taken["instalments"].plain, taken["payments"].plain)
        return currency

    def _is_needed(self, table: Table) -> bool:
        return table.compulsory and self.known is None

    def _open_mapped_files(self) -> None:
        for name, rule in self.rules.files.items():
            paths = sorted(self.book.glob(rule.path)) if "*" in rule.path else [self.book / rule.path]
            self._open(name, paths or [self.book / rule.path], rule.dialect)

    def _open(self, name: str, paths: Sequence[Path], dialect: Dialect) -> Source:
        self.say(_("reading {name}").format(name=name))
        desk = self.desk
        source = open_source(desk.engine, f"{desk.prefix}_from_{name}", paths, work=desk.work, dialect=dialect)
        self.sources[name] = source
        return source

    def _take_tables(self) -> dict[str, Taken]:
        taken: dict[str, Taken] = {}
        parents = self.known.parents() if self.known else {}
        for table in TABLES:
            source = self._source_of(table)
            if source is None:
                continue
            one = take_table(self.desk, table, source, self.sources, self.rules.tables.get(table.name), self.settings)
            one = relate(self.desk, one, parents)
            taken[table.name] = one
            self._count(table, source, one)
            if table.name == "borrowers":
                self._refer(parents, "borrowers", "person_id", one.plain.select("person_id"))
                note_unknown_zones(self.desk, one)
            if table.name == "loans":
                loans = one.plain.select("loan_id", **{DISBURSED: one.plain["disbursed_on"]})
                self._refer(parents, "loans", "loan_id", loans)
        return taken

    def _refer(self, parents: dict[str, Relation], table: str, key: str, accepted: Relation) -> None:
        """From now on rows may refer to the accepted ones, beside those known from before."""
        before = parents.get(table)
        parents[table] = accepted if before is None else accepted.union(before.lacking(accepted, key))

    def _source_of(self, table: Table) -> Source | None:
        rule = self.rules.tables.get(table.name)
        if rule is not None:
            source = self.sources[rule.file]
        else:
            paths = find_table_files(self.book, table.name)
            if not paths:
                if self._is_needed(table):
                    raise BookError(
                        "missing_table",
                        _("The table {table} is not there.").format(table=table.name),
                        do=_("Add {table}.parquet, .csv or .csv.gz, or say in a mapping file where it is.").format(
                            table=table.name
                        ),
                        file=self.book,
                    )
                return None
            source = self._open(table.name, paths, Dialect())
            extra = tuple(name for name in source.plain.schema if name not in table.schema)
            if extra:
                self.ignored[table.name] = extra
                self.say(_("{table}: columns left alone: {names}").format(table=table.name, names=", ".join(extra)))
        if not source.rows and self._is_needed(table) and table.name not in self.rules.may_be_empty:
            raise BookError(
                "empty_book",
                _("The table {table} has no rows.").format(table=table.name),
                do=_("Check the export; a mapping file can say may_be_empty: [{table}].").format(table=table.name),
                file=source.files[0].path,
            )
        return source

    def _count(self, table: Table, source: Source, one: Taken) -> None:
        accepted = self.desk.engine.count(one.plain)
        refused = one.refused + len(source.broken)
        if accepted + refused != source.rows:
            raise BookError(
                "rows_do_not_add_up",
                f"{table.name}: {source.rows} rows in, {accepted} accepted, {refused} on record.",
                do=_("This is a fault of Forbear: please report it."),
            )
        if (
            table.name == "loans"
            and self._is_needed(table)
            and not accepted
            and table.name not in self.rules.may_be_empty
        ):
            raise self._nothing_accepted(table, source, one)
        self.counts[table.name] = Count(source.rows, accepted, refused)
        if source.broken:
            self.broken.append(rejects.broken_rows(table.name, source.broken))
        rule = self.rules.tables.get(table.name)
        if rule is not None:
            note_by_mapping(one, rule)
        self.say(
            _("{table}: {rows} rows, {accepted} accepted, {refused} not").format(
                table=table.name, rows=source.rows, accepted=accepted, refused=refused
            )
        )

    def _nothing_accepted(self, table: Table, source: Source, one: Taken) -> BookError:
        counted: dict[str, int] = {}
        for entry in one.entries:
            for row in self.desk.engine.fetch(entry.group("text", n=e.count())).to_pylist():
                counted[row["text"]] = counted.get(row["text"], 0) + row["n"]
        worst = max(counted, key=lambda text: (counted[text], text), default="")
        return BookError(
            "empty_book",
            _("No row of {table} can be accepted; most often: {why}").format(table=table.name, why=worst),
            do=_("Check columns, units and formats; a mapping file can say how they are written."),
            file=source.files[0].path,
        )

    def _find_currency(self, loans: Taken) -> str:
        if self.settings.declared_currency is not None:
            return self.settings.declared_currency
        rows = loans.plain.distinct("currency")
        found = sorted(row["currency"] for row in self.desk.engine.fetch(rows).to_pylist() if row["currency"])
        if len(found) > 1:
            raise BookError(
                "mixed_currencies",
                _("The loans are in several currencies: {codes}.").format(codes=", ".join(found[:10])),
                do=_("Name one in a mapping file (currency: {code}); loans in others are rejected.").format(
                    code=found[0]
                ),
                file=self.book,
                table="loans",
            )
        return found[0] if found else DEFAULT_CURRENCY

    def _check_begun(self, loans: Taken, as_of: date) -> None:
        first = loans.plain.group(first=e.min_of(loans.plain["disbursed_on"]))
        begins: date | None = self.desk.engine.fetch(first).to_pylist()[0]["first"]
        if begins is not None and as_of < begins:
            raise BookError(
                "before_the_book",
                _("The business date {day} lies before the first loan, of {first}.").format(day=as_of, first=begins),
                do=_("Choose a later date."),
                file=self.book,
            )

    def _set_aside(self, name: str, rule: AsideRule) -> None:
        source = self.sources[rule.file]
        self.entries += set_aside_file(name, rule, source, self.sources, self.settings.minor_exponent)
        if source.broken:
            self.broken.append(rejects.broken_rows(name, source.broken))
        self.counts[name] = Count(source.rows, 0, source.rows)

    def _final(self, table: Table, taken: Taken | None, currency: str) -> Relation:
        if taken is None:
            empty = to_arrow_schema(table.schema).empty_table()
            return self.desk.engine.open_arrow(f"{self.desk.prefix}_no_{table.name}", empty, table.schema)
        if table.name == "loans" and self.settings.declared_currency is None:
            return taken.plain.derive(currency=e.coalesce(taken.plain["currency"], currency))
        return taken.plain

    def _rejects(self) -> Relation:
        parts = list(self.entries)
        if self.broken or not parts:
            schema = to_arrow_schema(rejects.SCHEMA)
            table = pa.concat_tables(self.broken) if self.broken else schema.empty_table()
            parts.append(self.desk.engine.open_arrow(f"{self.desk.prefix}_broken", table, rejects.SCHEMA))
        return self.desk.settle("rejects", parts[0].union(*parts[1:]) if parts[1:] else parts[0])
