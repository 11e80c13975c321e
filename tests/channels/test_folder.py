"""Is a shared folder safe among processes, and against one that is killed?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from counterparts import eventually

from forbear.dispatch.channels.folder import Exchange, take_in
from forbear.dispatch.channels.folder.intake import RowReader, plain_cell

UNTIL = datetime(2100, 1, 1, tzinfo=UTC)
WRITER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from forbear.dispatch.channels.folder import Exchange
exchange = Exchange(Path(sys.argv[1]))
exchange.open()
for number in range(int(sys.argv[2])):
    if exchange.put(f"entry-{number}", {"number": number}, datetime(2100, 1, 1, tzinfo=UTC), {".pdf": b"x" * 50_000}):
        print(number, flush=True)
"""


def writer(root: Path, count: int) -> subprocess.Popen[str]:
    """A process that hands so many entries over, and says the number of each that was new."""
    return subprocess.Popen([sys.executable, "-c", WRITER, str(root), str(count)], stdout=subprocess.PIPE, text=True)


def exchange_at(root: Path) -> Exchange:
    exchange = Exchange(root)
    exchange.open()
    return exchange


def test_an_entry_is_handed_over_once_however_many_processes_try(tmp_path):
    """Three processes, the same forty entries: each is new to one of them."""
    done = [process.communicate(timeout=60)[0] for process in [writer(tmp_path, 40) for _ in range(3)]]
    assert Counter(" ".join(done).split()) == {str(number): 1 for number in range(40)}
    assert exchange_at(tmp_path).waiting_count() == 40


def test_a_process_that_is_killed_leaves_whole_entries_only(tmp_path):
    """What it began is either there with all its parts or not there; the next process goes on where it stopped."""
    killed = writer(tmp_path, 100_000)
    outbox = tmp_path / "outbox"
    assert eventually(lambda: len(list(outbox.glob("*.json"))) > 50, 60)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=60)
    manifests = list(outbox.glob("*.json"))
    for manifest in manifests:
        assert json.loads(manifest.read_text())["until_at"]
        assert manifest.with_suffix(".pdf").stat().st_size == 50_000
    exchange = exchange_at(tmp_path)
    handed = {path.stem for path in manifests}
    after = f"entry-{len(handed) + 1}"
    assert exchange.put(after, {}, UNTIL, {".pdf": b"y"}) and not exchange.put("entry-0", {}, UNTIL, {})


def test_a_row_is_told_once_however_many_look(tmp_path):
    """Eight looks at the same time, thirty files with the same ten rows and one of their own."""
    exchange_at(tmp_path)
    told = Counter()
    for number in range(30):
        rows = [f"row-{each}" for each in range(10)] + [f"own-{number}"]
        (tmp_path / "inbox" / f"{number}.csv").write_text("\n".join(["key", *rows]))
    reader = RowReader(("key",), ("key",), lambda row: row["key"], lambda row, file, number: told.update([row["key"]]))
    with ThreadPoolExecutor(8) as pool:
        looks = list(pool.map(lambda _: take_in(exchange_at(tmp_path), reader), range(8)))
    assert sum(look.files_count for look in looks) == 30 and sum(look.rows_count for look in looks) == 330
    assert set(told.values()) == {1} and len(told) == 40
    assert list((tmp_path / "inbox").iterdir()) == [] and len(list((tmp_path / "done").iterdir())) == 30


def test_a_file_whose_name_came_before_does_not_replace_the_first(tmp_path):
    exchange = exchange_at(tmp_path)
    reader = RowReader(("key",), ("key",), lambda row: row["key"], lambda row, file, number: None)
    for content in ("key\na\n", "key\nb\n"):
        (tmp_path / "inbox" / "told.csv").write_text(content)
        take_in(exchange, reader)
    assert sorted(path.read_text() for path in (tmp_path / "done").iterdir()) == ["key\na\n", "key\nb\n"]


def test_a_file_that_is_still_being_written_is_left_alone(tmp_path):
    """Another name until it is whole: that is the rule of the folder."""
    exchange = exchange_at(tmp_path)
    part = tmp_path / "inbox" / "told.csv.part"
    part.write_text("key\nhal")
    reader = RowReader(("key",), ("key",), lambda row: row["key"], lambda row, file, number: None)
    assert take_in(exchange, reader).files_count == 0 and part.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"until_at": "soon"}', '{"until_at": "2100-01-01T00:00:00"}', "[1]"])
def test_an_entry_that_does_not_say_until_when_is_over(tmp_path, content):
    """Somebody wrote into our outbox: it does not stay there for ever."""
    exchange_at(tmp_path)
    (tmp_path / "outbox" / "foreign.json").write_text(content)
    exchange = exchange_at(tmp_path)
    assert list(exchange.withdraw(datetime(2026, 1, 1, tzinfo=UTC), lambda entry_id: False)) == ["foreign"]
    assert exchange.waiting_count() == 0


def test_an_entry_is_taken_back_once_by_two_processes(tmp_path):
    """Both know of it; the second finds it done."""
    first = exchange_at(tmp_path)
    first.put("entry", {}, datetime(2026, 1, 1, tzinfo=UTC), {".pdf": b"x"})
    second = exchange_at(tmp_path)
    found = [list(each.withdraw(UNTIL, lambda entry_id: False)) for each in (first, second)]
    assert found == [["entry"], []]
    assert json.loads((tmp_path / "withdrawn" / "entry.json").read_text())["was_taken"] is False


@pytest.mark.parametrize("entry_id", ["", "../up", "a/b", "a.b", "x" * 65, "张"])
def test_an_id_that_is_no_file_name_is_no_entry(tmp_path, entry_id):
    with pytest.raises(ValueError, match="id"):
        exchange_at(tmp_path).put(entry_id, {}, UNTIL, {})


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "+86=1", "+8613800138000 =1"])
def test_no_cell_of_ours_is_run_as_a_formula(cell):
    """Whatever a spreadsheet takes for the beginning of one."""
    assert plain_cell(cell) == f"'{cell}"


def test_a_telephone_number_is_no_formula():
    assert plain_cell("+8613800138000") == "+8613800138000"
