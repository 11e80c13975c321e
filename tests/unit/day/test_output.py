"""The run's folder: all of a result or nothing, whatever happens to the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from forbear.day.output import WRITTEN, result_folder
from forbear.kernel.errors import OutputError

# Writes a result of which every file says the same word. With a number above zero the process kills itself, by an audit
# hook, just before that rename or opening of a file.
WRITER = """
import os, signal, sys
from pathlib import Path
from forbear.day.output import WRITTEN, result_folder

out, word, fatal, seen = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), 0

def watch(event, arguments):
    global seen
    if event in ("os.rename", "open", "os.mkdir", "shutil.rmtree") and str(out.parent) in str(arguments[0]):
        seen += 1
        if seen == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
with result_folder(out) as folder:
    for name in sorted(WRITTEN):
        (folder / name).write_text(word * 50_000)
print(seen)
"""


def written(out: Path, word: str, fatal: int = 0) -> subprocess.CompletedProcess[str]:
    """Write in another process."""
    command = [sys.executable, "-c", WRITER, str(out), word, str(fatal)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def word_of(out: Path) -> str | None:
    """The one word that every file of a complete result says; None where there is no result."""
    if not out.exists():
        return None
    assert {path.name for path in out.iterdir()} == WRITTEN
    words = {path.read_text() for path in out.iterdir()}
    assert len(words) == 1
    text = words.pop()
    assert len(text) == 50_000
    return text[0]


def beside(out: Path) -> set[str]:
    """What lies beside the result."""
    return {path.name for path in out.parent.iterdir()} - {out.name}


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many times a run that replaces a result opens, makes, renames or removes something."""
    out = tmp_path_factory.mktemp("count") / "day"
    written(out, "a")
    return int(written(out, "b").stdout)


def test_a_run_killed_at_any_moment_leaves_the_earlier_result_or_the_new_one_and_the_next_run_clears_up(
    tmp_path: Path, moments: int
) -> None:
    """Also between the two renames, where for an instant neither is in its place: the next run puts the earlier one back."""
    assert moments > 10
    out = tmp_path / "day"
    assert written(out, "a").returncode == 0
    torn = 0
    for moment in range(1, moments + 1):
        assert written(out, "b", moment).returncode == -9
        torn += word_of(out) is None
        with pytest.raises(ZeroDivisionError), result_folder(out):
            1 / 0  # noqa: B018
        assert word_of(out) in ("a", "b")
        assert written(out, "a").returncode == 0
        assert (word_of(out), beside(out)) == ("a", set())
    assert torn == 1


def test_a_first_run_killed_at_any_moment_leaves_nothing_or_all(tmp_path: Path, moments: int) -> None:
    for moment in range(1, moments, 3):
        out = tmp_path / str(moment) / "day"
        written(out, "a", moment)
        assert word_of(out) in (None, "a")
        assert written(out, "b").returncode == 0
        assert (word_of(out), beside(out)) == ("b", set())


def test_a_run_killed_from_outside_leaves_the_earlier_result_or_the_new_one(tmp_path: Path) -> None:
    out = tmp_path / "day"
    written(out, "a")
    for delay in np.random.default_rng(7).uniform(0.05, 0.6, 8):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(out), "b", "0"], stdout=subprocess.DEVNULL)
        try:
            process.wait(timeout=float(delay))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with pytest.raises(ZeroDivisionError), result_folder(out):
            1 / 0  # noqa: B018
        assert word_of(out) in ("a", "b")


def test_an_error_inside_leaves_no_trace(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "day"
    with pytest.raises(ZeroDivisionError), result_folder(out) as folder:
        (folder / "run.json").write_text("{}")
        1 / 0  # noqa: B018
    assert not out.exists()
    assert beside(out) == set()


def test_two_runs_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    out = tmp_path / "day"
    with result_folder(out) as folder:
        with pytest.raises(OutputError) as caught, result_folder(out):
            pass
        (folder / "run.json").write_text("{}")
    assert caught.value.code == "folder_in_use"
    assert (out / "run.json").read_text() == "{}"


@pytest.mark.parametrize("names", [["notes.txt"], ["run.json", "notes.txt"], ["facts.parquet"]])
def test_a_folder_that_holds_something_else_is_refused_and_left_as_it_is(tmp_path: Path, names: list[str]) -> None:
    """Also a result to which somebody added a file of his own."""
    out = tmp_path / "day"
    out.mkdir()
    for name in names:
        (out / name).write_text("mine")
    with pytest.raises(OutputError) as caught, result_folder(out):
        pass
    assert caught.value.code == "not_a_result"
    assert sorted(path.name for path in out.iterdir()) == sorted(names)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "day").write_text("mine")
    with pytest.raises(OutputError, match="no run wrote"), result_folder(tmp_path / "day"):
        pass


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught, result_folder(tmp_path / "file" / "day"):
        pass
    assert (caught.value.code, caught.value.exit_code) == ("cannot_write", 5)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    with result_folder(tmp_path) as folder:
        (folder / "run.json").write_text("{}")
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
