"""Spark: the same expressions on a cluster, or locally; an extra (``pip install forbear[spark]``)."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from forbear.columns.arrow import from_arrow_type, to_arrow_schema
from forbear.columns.dtypes import INT
from forbear.columns.engines.java import open_session
from forbear.columns.relation import Relation, Schema, scan, to_select
from forbear.columns.sql import Dialect, type_sql
from forbear.kernel.errors import InputError, OutputError, UsageError

_DISK_FULL = ("No space left on device", "File too large", "Disk quota exceeded")


class SparkEngine:
    """Runs relations on Spark.

    Args:
        master: a Spark master URL; ``local[*]`` by default.
        memory_gib: the driver's heap when local.
        options: further Spark settings, by their names.

    Raises:
        UsageError: ``spark_missing`` when PySpark or a Java runtime is not installed.
    """

    name = "spark"
    dialect = Dialect.SPARK

    def __init__(
        self, *, master: str = "local[*]", memory_gib: float = 4.0, options: Mapping[str, str] | None = None
    ) -> None:
        try:
            import pyspark
        except ImportError as error:
            raise UsageError("spark_missing", "PySpark is not installed.", do="Install forbear[spark].") from error
        self._scratch = Path(tempfile.mkdtemp(prefix="forbear-spark-"))
        self.version = f"spark {pyspark.__version__}"
        self._kept: dict[str, Any] = {}
        settings = {**_settings(master, memory_gib), "spark.sql.warehouse.dir": str(self._scratch / "warehouse")}
        try:
            self.session = open_session({**settings, **(options or {})})
        except BaseException:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise

    def open_parquet(self, name: str, paths: Sequence[Path], *, row_number: str | None = None) -> Relation:
        """The rows of Parquet files under ``name``; ``row_number`` names a column for the 1-based row in its file."""
        try:
            arrow = pq.read_schema(paths[0])
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                "unreadable_parquet", f"Not a readable Parquet file: {error}.", file=paths[0], do="Export it again."
            ) from error
        schema = {field.name: from_arrow_type(field.type) for field in arrow}
        columns = [
            f"CAST({_identifier(n)} AS {type_sql(t, self.dialect)}) AS {_identifier(n)}" for n, t in schema.items()
        ]
        if row_number is not None:
            columns.append(f"CAST(_metadata.row_index + 1 AS BIGINT) AS {_identifier(row_number)}")
            schema[row_number] = INT
        self._name(name, self._read(paths).selectExpr(*columns))
        return scan(name, schema)

    def open_arrow(self, name: str, table: pa.Table, schema: Schema) -> Relation:
        """The rows of an Arrow table under ``name``, as ``schema``."""
        folder = self._scratch / "arrow"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}-{len(list(folder.iterdir()))}.parquet"
        pq.write_table(table.cast(to_arrow_schema(schema)), path)
        columns = [
            f"CAST({_identifier(n)} AS {type_sql(t, self.dialect)}) AS {_identifier(n)}" for n, t in schema.items()
        ]
        self._name(name, self._read([path]).selectExpr(*columns))
        return scan(name, schema)

    def keep(self, name: str, relation: Relation) -> Relation:
        """The relation computed now and held under ``name``."""
        # A checkpoint, not a cache: what is built on it starts from rows, so that no plan grows with the day's steps.
        frame = self._asked(lambda: self._frame(relation).localCheckpoint(eager=True))
        self._name(name, frame)
        self._kept[name] = frame
        return scan(name, relation.schema)

    def drop(self, name: str) -> None:
        """Let go of a kept relation."""
        self._kept.pop(name, None)
        self.session.sql(f"DROP VIEW IF EXISTS {_identifier(name)}")

    def check(self, relation: Relation) -> None:
        """Plan the relation without running it."""
        self._frame(relation)

    def count(self, relation: Relation) -> int:
        """How many rows."""
        return int(self._asked(lambda: self._frame(relation).count()))

    def fetch(self, relation: Relation, order_by: Sequence[str] = ()) -> pa.Table:
        """The rows as an Arrow table of the relation's own types."""
        table = self._asked(lambda: self._frame(relation, order_by).toArrow())
        return table.cast(to_arrow_schema(relation.schema))

    def write(self, relation: Relation, path: Path, order_by: Sequence[str] = ()) -> int:
        """One Parquet file with the rows, in order. The parts that Spark writes are joined one after the other.

        Raises:
            OutputError: ``cannot_write``.
        """
        parts = self._scratch / f"write-{len(list(self._scratch.iterdir()))}"
        self._asked(lambda: self._frame(relation, order_by).write.parquet(str(parts)))
        schema = to_arrow_schema(relation.schema)
        try:
            with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
                rows = 0
                for part in sorted(parts.glob("part-*.parquet")):
                    for batch in pq.ParquetFile(part).iter_batches(batch_size=122_880):
                        writer.write_table(pa.Table.from_batches([batch]).cast(schema))
                        rows += batch.num_rows
        except OSError as error:
            raise OutputError(
                "cannot_write", str(error), file=path, do="Free space or choose another folder."
            ) from error
        shutil.rmtree(parts)
        return rows

    def close(self) -> None:
        """Let go of everything but the session, which the process shares."""
        for name in list(self._kept):
            self.drop(name)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _read(self, paths: Sequence[Path]) -> Any:
        # Whole paths: the Java side stays in the folder in which it was started.
        return self._asked(lambda: self.session.read.parquet(*(str(path.absolute()) for path in paths)))

    def _frame(self, relation: Relation, order_by: Sequence[str] = ()) -> Any:
        return self._asked(lambda: self.session.sql(to_select(relation, self.dialect, order_by)))

    def _name(self, name: str, frame: Any) -> None:
        self._asked(lambda: frame.createOrReplaceTempView(_identifier(name)))

    def _asked(self, question: Callable[[], Any]) -> Any:
        """What Spark answers; its own errors as ours, without the Java trace."""
        from pyspark.errors import PySparkException

        try:
            return question()
        except PySparkException as error:
            message = str(error).split("\n\nJVM stacktrace:")[0]
            if any(sign in message for sign in _DISK_FULL):
                raise OutputError("cannot_write", message.splitlines()[0], do="Free space.") from error
            raise InputError("engine_refused", message) from error


def _settings(master: str, memory_gib: float) -> dict[str, str]:
    settings = {
        "spark.master": master,
        "spark.app.name": "forbear",
        "spark.driver.memory": f"{int(memory_gib * 1024)}m",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_LTZ",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if not master.startswith("local"):
        return {**settings, "spark.sql.shuffle.partitions": "200"}
    # Nothing of a local run is to be reached from outside this machine.
    here = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    return {**settings, **here, "spark.sql.shuffle.partitions": str(2 * _local_threads(master))}


def _local_threads(master: str) -> int:
    """The N of ``local[N]``; all cores for ``local[*]``; one for ``local``."""
    found = re.match(r"local\[(\d+|\*)", master)
    if found is None:
        return 1
    return (os.cpu_count() or 1) if found[1] == "*" else int(found[1])


def _identifier(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
