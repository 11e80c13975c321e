"""Book files, one a table, whose bytes depend on the rows alone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from forbear.book.schema import TABLES, Table
from forbear.columns.arrow import to_arrow_schema
from forbear.kernel.errors import OutputError, UsageError
from forbear.kernel.language import gettext as _

Form = Literal["parquet", "csv", "csv.gz"]
FORMS: tuple[Form, ...] = ("parquet", "csv", "csv.gz")


class BookWriter:
    """Open files for all ten tables. Write in order, then close."""

    def __init__(self, out: Path, form: Form) -> None:
        """Makes the folder and opens the files.

        Raises:
            UsageError: ``unknown_form``.
            OutputError: ``cannot_write_book`` when the folder cannot be made or written.
        """
        if form not in FORMS:
            raise UsageError(
                "unknown_form",
                _("A book cannot be written as {form}.").format(form=form),
                do=_("Use {forms}.").format(forms=", ".join(FORMS)),
            )
        self._is_parquet = form == "parquet"
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._sinks = {table.name: _open(out / f"{table.name}.{form}") for table in TABLES}
        except OSError as error:
            raise OutputError(
                "cannot_write_book", str(error), folder=out, do=_("Choose a folder you may write.")
            ) from error
        self._headed: set[str] = set()
        self._writers = {table.name: self._writer(table) for table in TABLES} if self._is_parquet else {}

    def _writer(self, table: Table) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            self._sinks[table.name], to_arrow_schema(table.schema), compression="zstd", compression_level=1
        )

    def write(self, name: str, rows: pa.Table) -> None:
        """Adds rows to the table of that name."""
        if self._is_parquet:
            if len(rows):
                self._writers[name].write_table(rows, row_group_size=len(rows))
            return
        options = pc_csv.WriteOptions(include_header=name not in self._headed, quoting_style="needed")
        self._headed.add(name)
        pc_csv.write_csv(rows, self._sinks[name], options)

    def close(self) -> None:
        """Finishes all files."""
        for writer in self._writers.values():
            writer.close()
        for sink in self._sinks.values():
            sink.close()


def _open(path: Path) -> pa.NativeFile:
    return pa.output_stream(str(path), compression="gzip" if path.suffix == ".gz" else None)
