"""The whole day on a synthetic book: the same inputs give the same bytes, whatever the machine and the order of the rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from forbear.book.schema import TABLES
from forbear.day.output import WRITTEN
from forbear.day.run import DayRequest, run_day
from forbear.kernel.errors import OutputError
from forbear.lab import make_book

AS_OF = date(2026, 11, 23)
PARQUET = sorted(name for name in WRITTEN if name.endswith(".parquet"))
RUN = """
import os, resource, signal, sys
from datetime import date
from pathlib import Path
from forbear.day.run import DayRequest, run_day

book, out, event, step, bytes_max = sys.argv[1:6]

def notify(now):
    if now.name == step and event == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if now.name == step and event == "wait":
        print("waiting", flush=True)
        sys.stdin.readline()

if int(bytes_max):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(bytes_max), int(bytes_max)))
try:
    run_day(DayRequest(Path(book), date(2026, 11, 23), "balanced", "cn", Path(out)), notify)
except Exception as error:
    print(type(error).__name__, error.code, error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six hundred synthetic borrowers, in the folder ``book``."""
    folder = tmp_path_factory.mktemp("given") / "book"
    make_book(folder, borrowers=600, seed=11, as_of=AS_OF)
    return folder


@pytest.fixture(scope="module")
def day(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The day of that book, run once."""
    out = tmp_path_factory.mktemp("result") / "day"
    run_day(DayRequest(book, AS_OF, "balanced", "cn", out))
    return out


def in_another_process(book: Path, out: Path, event: str = "-", step: str = "-", bytes_max: int = 0) -> list[str]:
    """The command line of a run that is killed at a step, waits there, or may write only small files."""
    return [sys.executable, "-c", RUN, str(book), str(out), event, step, str(bytes_max)]


def bytes_of(out: Path, *names: str) -> dict[str, bytes]:
    """The bytes of the files, by name."""
    return {name: (out / name).read_bytes() for name in names}


def test_running_again_gives_the_same_bytes_and_the_same_record_but_for_what_was_measured(
    book: Path, day: Path, tmp_path: Path
) -> None:
    steps: list[str] = []
    record = run_day(DayRequest(book, AS_OF, "balanced", "cn", tmp_path / "day"), lambda step: steps.append(step.name))
    names = (*PARQUET, "report.html")
    assert bytes_of(tmp_path / "day", *names) == bytes_of(day, *names)
    first, second = (json.loads((out / "run.json").read_text()) for out in (day, tmp_path / "day"))
    assert second == json.loads(json.dumps(record))
    assert first.pop("measured").keys() == second.pop("measured").keys()
    assert first == second
    assert steps == [*record["measured"]["steps"], "done"]


def test_other_row_order_fewer_threads_and_little_memory_give_the_same_bytes(
    book: Path, day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shuffled = tmp_path / "book"
    shuffled.mkdir()
    chance = np.random.default_rng(5)
    for table in TABLES:
        rows = pq.read_table(book / f"{table.name}.parquet")
        pq.write_table(
            rows.take(chance.permutation(rows.num_rows)), shuffled / f"{table.name}.parquet", row_group_size=700
        )
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    run_day(DayRequest(shuffled, AS_OF, "balanced", "cn", tmp_path / "day", memory_gib=0.12))
    names = [name for name in PARQUET if name != "rejects.parquet"]  # rejects tell the number of the row
    assert bytes_of(tmp_path / "day", *names) == bytes_of(day, *names)


def test_every_loan_of_the_plan_has_its_facts_and_every_planned_act_its_permission(day: Path) -> None:
    tables = {name: pq.read_table(day / f"{name}.parquet").to_pylist() for name in ("facts", "verdicts", "plan")}
    facts = {row["loan_id"]: row for row in tables["facts"]}
    verdicts = {(row["loan_id"], row["kind"], row["preference"]): row["verdict"] for row in tables["verdicts"]}
    planned = [row for row in tables["plan"] if row["status"] == "planned"]
    assert len(planned) > 20
    assert len({row["person_id"] for row in planned}) == len(planned)
    for row in tables["plan"]:
        assert facts[row["loan_id"]]["is_open"]
        assert row["reason"] and row["reason_rule"]
    for row in planned:
        assert verdicts[row["loan_id"], "contact", row["preference"]] in ("ALLOW", "WARN", "REQUIRE")
        assert row["window_start_minute"] < row["window_end_minute"]
    asked = {row["loan_id"] for row in tables["plan"]}
    concerned = {row["loan_id"] for row in tables["facts"] if row["is_open"] and row["days_past_due"] > 0}
    assert concerned <= asked


def test_a_killed_run_leaves_the_earlier_result_and_the_next_run_clears_up(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is left among the system's temporary files either."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    out = tmp_path / "day"
    out.mkdir()
    (out / "run.json").write_text('{"earlier": true}')
    killed = subprocess.run(in_another_process(book, out, "kill", "verdicts"), check=False)
    assert killed.returncode == -9
    assert [path.name for path in out.iterdir()] == ["run.json"]
    assert (tmp_path / ".day.partial").is_dir()
    run_day(DayRequest(book, AS_OF, "balanced", "cn", out))
    assert {path.name for path in out.iterdir()} == WRITTEN
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day", "temporary"]


@pytest.mark.parametrize("bytes_max", [20_000, 120_000])
def test_a_full_disk_is_said_and_leaves_the_earlier_result(book: Path, tmp_path: Path, bytes_max: int) -> None:
    """The smaller limit is met by the facts, the larger one by the report."""
    out = tmp_path / "day"
    out.mkdir()
    (out / "run.json").write_text('{"earlier": true}')
    full = subprocess.run(
        in_another_process(book, out, bytes_max=bytes_max), capture_output=True, text=True, check=False
    )
    assert (full.returncode, "OutputError cannot_write" in full.stderr) == (5, True), full.stderr
    assert (out / "run.json").read_text() == '{"earlier": true}'
    assert [path.name for path in tmp_path.iterdir()] == ["day"]


def test_a_second_run_into_the_folder_of_the_first_is_refused_and_the_first_ends_well(
    book: Path, day: Path, tmp_path: Path
) -> None:
    out = tmp_path / "day"
    command = in_another_process(book, out, "wait", "facts")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdin and first.stdout
        assert first.stdout.readline() == "waiting\n"
        with pytest.raises(OutputError) as caught:
            run_day(DayRequest(book, AS_OF, "balanced", "cn", out))
        first.stdin.write("\n")
        first.stdin.flush()
    assert (caught.value.code, caught.value.exit_code) == ("folder_in_use", 5)
    assert first.returncode == 0
    assert bytes_of(out, *PARQUET) == bytes_of(day, *PARQUET)
