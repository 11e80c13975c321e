"""Files of a book: where they are, what they hold, and their rows as text or as typed Parquet.

A CSV file is streamed through a strict decoder into one Parquet file of texts with the number of each row, so that
every engine sees the same rows. A file that cannot be read stops the run with one :class:`BookError`.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from forbear.book.intake.decoding import Decoded, Encoding, is_plausible_gb18030
from forbear.book.intake.floats import spell_out_odd_floats
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import literal
from forbear.columns.relation import Relation
from forbear.kernel.errors import BookError
from forbear.kernel.ids import digest_file
from forbear.kernel.language import gettext as _

ROW, FILE = "__row", "__file"
ENDINGS = (".parquet", ".csv", ".csv.gz")
_BLOCK_BYTES = 8 << 20
NumberArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written; ``encoding`` None means: found out among those that are read."""

    delimiter: str = ","
    quote: str = '"'
    encoding: Encoding | None = None


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its SHA-256 and the rows in it (the header not counted)."""

    path: Path
    digest: str
    rows: int


@dataclass(frozen=True)
class BrokenRow:
    """A CSV row with more or fewer values than the header has names."""

    file: str
    row_number: int
    text: str


@dataclass(frozen=True)
class Source:
    """The rows of one or several files with the same columns.

    ``plain`` has the columns of the files; ``numbered`` also ``__file`` (text) and ``__row`` (1-based, header not
    counted). ``is_text`` where all columns are text as they stand in a CSV file. ``null_counts`` holds the columns whose
    nulls the files' own statistics count; ``spelt_out`` those of floating point that had to become text.
    """

    plain: Relation
    numbered: Relation
    files: tuple[SourceFile, ...]
    is_text: bool
    broken: tuple[BrokenRow, ...] = ()
    null_counts: Mapping[str, int] = field(default_factory=dict)
    spelt_out: frozenset[str] = frozenset()

    @property
    def rows(self) -> int:
        """Rows in all files, broken ones included."""
        return sum(file.rows for file in self.files)


def find_table_files(book: Path, table: str) -> tuple[Path, ...]:
    """The files of a table in a book folder: ``<table>.parquet|csv|csv.gz``, or all of one kind in ``<table>/``.

    Raises:
        BookError: ``ambiguous_file`` when there is more than one choice.
    """
    choices: list[tuple[Path, ...]] = [
        (book / f"{table}{ending}",) for ending in ENDINGS if (book / f"{table}{ending}").is_file()
    ]
    if (book / table).is_dir():
        choices += [parts for ending in ENDINGS if (parts := tuple(sorted((book / table).glob(f"*{ending}"))))]
    if len(choices) > 1:
        names = ", ".join(str(choice[0].relative_to(book)) for choice in choices)
        raise BookError(
            "ambiguous_file",
            _("More than one file could be the table {table}: {names}.").format(table=table, names=names),
            do=_("Leave one of them in the folder, or name it in a mapping file."),
            file=book,
        )
    return choices[0] if choices else ()


def open_source(engine: Engine, name: str, paths: Sequence[Path], *, work: Path, dialect: Dialect) -> Source:
    """The rows of the files, under ``name`` in the engine; CSV is unpacked into ``work``.

    Raises:
        BookError: for every way in which a file can be unusable; ``where`` names the file.
    """
    for path in paths:
        _check_present(path)
    if all(path.name.endswith(".parquet") for path in paths):
        return _open_parquet(engine, name, paths, work)
    if any(path.name.endswith(".parquet") for path in paths):
        raise BookError("mixed_formats", _("Parquet and CSV files are mixed in one table."), file=paths[0].parent)
    unpacked = [_unpack_csv(path, work / f"{name}-{index}.parquet", dialect) for index, path in enumerate(paths)]
    _check_same_columns(paths, [columns for columns, _rows, _broken in unpacked])
    texts = [work / f"{name}-{index}.parquet" for index in range(len(paths))]
    parts = [
        engine.open_parquet(f"{name}_text_{index}", [text]).derive(**{FILE: literal(path.name)})
        for index, (path, text) in enumerate(zip(paths, texts, strict=True))
    ]
    numbered = parts[0].union(*parts[1:]) if parts[1:] else parts[0]
    files = tuple(
        SourceFile(path, digest_file(path), rows + len(broken))
        for path, (_columns, rows, broken) in zip(paths, unpacked, strict=True)
    )
    everything = tuple(row for _columns, _rows, broken in unpacked for row in broken)
    return Source(numbered.drop(FILE, ROW), numbered, files, is_text=True, broken=everything)


def _check_present(path: Path) -> None:
    if not path.is_file():
        raise BookError(
            "missing_file",
            _("The file is not there."),
            do=_("Put it there, or correct the path in the mapping file."),
            file=path,
        )
    if path.stat().st_size == 0:
        raise BookError("empty_file", _("The file is empty, without even a header."), do=_export_again(), file=path)


def _export_again() -> str:
    return _("Export it again.")


def _open_parquet(engine: Engine, name: str, paths: Sequence[Path], work: Path) -> Source:
    heads = [_parquet_head(path) for path in paths]
    _check_same_columns(paths, [[f"{column.name} {column.type}" for column in head.schema_arrow] for head in heads])
    for path, head in zip(paths, heads, strict=True):
        _check_header(path, head.schema_arrow.names)
    readable, spelt_out = spell_out_odd_floats(paths, name, work)
    numbered = [
        engine.open_parquet(f"{name}_rows_{index}", [copy], row_number=ROW).derive(**{FILE: literal(path.name)})
        for index, (path, copy) in enumerate(zip(paths, readable, strict=True))
    ]
    files = tuple(
        SourceFile(path, digest_file(path), head.metadata.num_rows) for path, head in zip(paths, heads, strict=True)
    )
    plain = engine.open_parquet(f"{name}_plain", readable)
    rows = numbered[0].union(*numbered[1:]) if numbered[1:] else numbered[0]
    return Source(plain, rows, files, is_text=False, null_counts=_null_counts(heads), spelt_out=spelt_out)


def _null_counts(heads: Sequence[pq.ParquetFile]) -> dict[str, int]:
    """Nulls by column, from the statistics in the footers; columns without them are left out."""
    counts: dict[str, int] = {}
    unknown: set[str] = set()
    for head in heads:
        groups = (head.metadata.row_group(index) for index in range(head.metadata.num_row_groups))
        for group in groups:
            for index in range(group.num_columns):
                chunk = group.column(index)
                statistics = chunk.statistics
                if statistics is None or not statistics.has_null_count:
                    unknown.add(chunk.path_in_schema)
                else:
                    counts[chunk.path_in_schema] = counts.get(chunk.path_in_schema, 0) + statistics.null_count
    return {name: count for name, count in counts.items() if name not in unknown}


def _parquet_head(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise BookError(
            "not_parquet",
            _("The file is called .parquet but cannot be read as Parquet: {error}.").format(error=error),
            do=_export_again(),
            file=path,
        ) from error


def _check_same_columns(paths: Sequence[Path], columns: Sequence[Sequence[str]]) -> None:
    for path, names in zip(paths, columns, strict=True):
        if list(names) != list(columns[0]):
            odd = ", ".join(sorted(set(names) ^ set(columns[0]))) or _("their order")
            raise BookError(
                "parts_differ",
                _("The files of one table have different columns: {columns}.").format(columns=odd),
                do=_("Export all parts in one go."),
                file=path,
            )


def _check_header(path: Path, names: Sequence[str]) -> None:
    if any(not name.strip() for name in names):
        raise BookError(
            "empty_header",
            _("Column {number} has no name.").format(number=[bool(n.strip()) for n in names].index(False) + 1),
            do=_("The first line must name every column."),
            file=path,
        )
    repeated = sorted({name for name in names if list(names).count(name) > 1})
    if repeated:
        raise BookError(
            "duplicate_header",
            _("More than one column is called {names}.").format(names=", ".join(repeated)),
            do=_("Give each column a name of its own."),
            file=path,
        )


def _unpack_csv(path: Path, target: Path, dialect: Dialect) -> tuple[list[str], int, list[BrokenRow]]:
    """Writes the rows as texts; gives the column names, the rows written and the broken rows."""
    try:
        return _convert(path, target, dialect, dialect.encoding or Encoding.UTF_8)
    except BookError as error:
        if error.code != "undecodable" or dialect.encoding is not None:
            raise
        with _open_bytes(path) as file:
            if not is_plausible_gb18030(_chunks(file, path)):
                raise
    return _convert(path, target, dialect, Encoding.GB18030)


def _convert(path: Path, target: Path, dialect: Dialect, encoding: Encoding) -> tuple[list[str], int, list[BrokenRow]]:
    with _open_bytes(path) as file:
        decoded = Decoded(_chunks(file, path), path, encoding, quote=dialect.quote)
        header = _read_header(decoded, path, dialect)
        return _write_texts(decoded, path, target, dialect, header)


def _open_bytes(path: Path) -> io.BufferedIOBase:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")


def _chunks(file: io.BufferedIOBase, path: Path) -> Iterator[bytes]:
    try:
        while chunk := file.read(_BLOCK_BYTES):
            yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BookError(
            "truncated_gzip",
            _("The compressed file breaks off or is damaged: {error}.").format(error=error),
            do=_("Copy or export it again."),
            file=path,
        ) from error


def _read_header(decoded: Decoded, path: Path, dialect: Dialect) -> list[str]:
    line = decoded.peek_line()
    parsed = pa_csv.read_csv(
        io.BytesIO(line + b"\n"),
        read_options=pa_csv.ReadOptions(autogenerate_column_names=True),
        parse_options=_parse_options(dialect, ignore_empty=False),
        convert_options=pa_csv.ConvertOptions(null_values=[], strings_can_be_null=False),
    )
    names = [str(parsed.column(index)[0].as_py()).strip() for index in range(parsed.num_columns)]
    if len(names) == 1:
        other = next((mark for mark in ";|\t," if mark in names[0]), None)
        if other is not None and other != dialect.delimiter:
            raise BookError(
                "wrong_delimiter",
                _("The header is one single column: {header}").format(header=names[0][:80]),
                do=_("Name the delimiter {mark!r} in a mapping file (files.<name>.delimiter).").format(mark=other),
                file=path,
            )
    _check_header(path, names)
    return names


def _parse_options(dialect: Dialect, *, ignore_empty: bool, handler: object = None) -> pa_csv.ParseOptions:
    return pa_csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote or False,
        double_quote=bool(dialect.quote),
        newlines_in_values=True,
        ignore_empty_lines=ignore_empty,
        invalid_row_handler=handler,
    )


def _write_texts(
    decoded: Decoded, path: Path, target: Path, dialect: Dialect, header: list[str]
) -> tuple[list[str], int, list[BrokenRow]]:
    broken: list[BrokenRow] = []

    def put_aside(row: pa_csv.InvalidRow) -> str:
        broken.append(BrokenRow(path.name, row.number - 1, row.text))
        return "skip"

    names = [f"f{index}" for index in range(len(header))]
    schema = pa.schema([(name, pa.string()) for name in header] + [(ROW, pa.int64())])
    try:
        reader = pa_csv.open_csv(
            decoded,
            read_options=pa_csv.ReadOptions(use_threads=False, autogenerate_column_names=True, block_size=_BLOCK_BYTES),
            parse_options=_parse_options(dialect, ignore_empty=True, handler=put_aside),
            convert_options=pa_csv.ConvertOptions(
                null_values=[], strings_can_be_null=False, column_types={name: pa.string() for name in names}
            ),
        )
        with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as writer:
            rows = _copy_batches(reader, writer, schema, broken)
    except pa.ArrowInvalid as error:
        raise _malformed(path, str(error)) from error
    _check_quotes(decoded, path, broken, rows)
    return header, rows, broken


def _copy_batches(
    reader: pa_csv.CSVStreamingReader, writer: pq.ParquetWriter, schema: pa.Schema, broken: list[BrokenRow]
) -> int:
    """Rows get the numbers that the broken rows leave free; the header, which is read as row 0, is left out."""
    rows, start = 0, 0
    for batch in reader:
        numbers = _free_numbers(start, batch.num_rows, [row.row_number for row in broken])
        start = int(numbers[-1]) + 1 if len(numbers) else start
        kept = pa.Table.from_arrays([*map(_tidy, batch.columns), pa.array(numbers)], schema=schema)
        kept = kept.slice(1) if len(numbers) and numbers[0] == 0 else kept
        writer.write_table(kept)
        rows += kept.num_rows
    return rows


def _tidy(texts: pa.Array) -> pa.Array:
    """Texts without white space at the ends; null for nothing."""
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _free_numbers(start: int, count: int, taken: Sequence[int]) -> NumberArray:
    """The next ``count`` whole numbers from ``start`` on that are not taken."""
    hits: list[int] = []
    while True:
        end = start + count + len(hits)
        found = [number for number in taken if start <= number < end]
        if len(found) == len(hits):
            return np.setdiff1d(np.arange(start, end, dtype=np.int64), np.array(hits, np.int64), assume_unique=True)
        hits = found


def _check_quotes(decoded: Decoded, path: Path, broken: Sequence[BrokenRow], rows: int) -> None:
    """A quote that is opened and never closed swallows the rows after it: then the line count does not fit."""
    swallowed = decoded.lines - 1 - rows - len(broken)
    if (decoded.quotes % 2 and swallowed > 0) or any("\n" in row.text.strip() for row in broken):
        raise _malformed(path, _("a quote is opened and never closed"))
    if len(broken) > max(rows, 10):
        raise BookError(
            "wrong_shape",
            _("{broken} of {rows} rows do not have as many values as the header.").format(
                broken=len(broken), rows=rows + len(broken)
            ),
            do=_("Check delimiter and quotes, and export it again."),
            file=path,
        )


def _malformed(path: Path, what: str) -> BookError:
    return BookError(
        "malformed_csv", _("The file is not well-formed CSV: {what}.").format(what=what), do=_export_again(), file=path
    )
