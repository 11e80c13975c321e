"""Does every command of the tutorial and the how-tos work, and print what the document shows?"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from documents import File, Typed, plain, steps
from source_tree import ROOT

from forbear.doors.cli.main import run

DOCUMENTS = [
    pytest.param("docs/tutorial/your-first-day.md", id="your-first-day"),
    pytest.param("docs/how-to/age-with-other-settings.md", id="age-with-other-settings"),
    pytest.param("docs/how-to/add-a-rule.md", id="add-a-rule"),
    pytest.param("docs/how-to/publish-a-change.md", id="publish-a-change"),
    pytest.param("docs/how-to/read-a-bounced-payment.md", id="read-a-bounced-payment"),
    pytest.param("docs/how-to/put-capacity-in.md", id="put-capacity-in"),
    pytest.param("docs/how-to/write-a-message.md", id="write-a-message"),
    pytest.param("docs/how-to/run-on-spark.md", id="run-on-spark", marks=pytest.mark.spark),
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder that has the project's source and examples, and speaks English."""
    for name in ("src", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


def printed(typed: Typed, capsys) -> tuple[int, str]:
    """Exit code and output of a command; ours runs in this process, which is faster."""
    words = shlex.split(typed.line)
    if words[0] == "forbear":
        capsys.readouterr()
        code = run(words[1:])
        shown = capsys.readouterr()
        return code, shown.out + shown.err
    done = subprocess.run(["sh", "-c", typed.line], capture_output=True, text=True, check=False, env={**os.environ})
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_the_document_says_can_be_typed(name, place, capsys):
    """Each command ends with the code it should, and the lines shown below it come in that order."""
    typed = 0
    for step in steps(ROOT / name):
        if isinstance(step, File):
            Path(step.name).parent.mkdir(parents=True, exist_ok=True)
            Path(step.name).write_text(step.text, encoding="utf-8")
            continue
        code, output = printed(step, capsys)
        assert code == step.code, f"{step.line}\n{output}"
        lines = iter(plain(line) for line in output.splitlines())
        for shown in step.shown:
            assert any(shown in line for line in lines), f"{step.line}\ndoes not print: {shown}\n{output}"
        typed += 1
    assert typed
