"""What a change of law or playbook does to a book, counted by hand on a small one and against two runs on a larger one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_books import due, loan, payment, write_book

from forbear.book.schema import TABLES
from forbear.compliance.law import copy_law
from forbear.day.changes import CHANGE_COLUMNS, EXAMPLES
from forbear.day.comparing import WRITTEN, CompareRequest, Side, compare
from forbear.day.run import DayRequest, run_day
from forbear.kernel.errors import BookError, LawError, OutputError
from forbear.lab import make_book

DAY = date(2026, 11, 23)
NOW = Side("cn+house", "balanced")
CALLS_MAX = "statutes/cn/gbt45251/effective_calls_per_day_max.yaml"
CALLS_RULE = "cn.gbt45251.effective_calls_per_day_max.voice"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six hundred synthetic borrowers."""
    folder = tmp_path_factory.mktemp("given") / "book"
    make_book(folder, borrowers=600, seed=11, as_of=DAY)
    return folder


def draft(folder: Path, file: str, old: str, new: str) -> Path:
    """The law pack as a draft with one place changed."""
    copy_law("cn+house", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def talked_to(folder: Path, conversations: dict[str, int]) -> Path:
    """A book of people sixty days late, each spoken to so many times this morning."""
    people = list(conversations)
    talks = [(person, number) for person, count in conversations.items() for number in range(count)]
    return write_book(
        folder,
        {
            "loans": [loan(f"L{person}", person) for person in people],
            "instalments": [
                due(1, "2026-09-24", 10_000 * (place + 1), f"L{person}") for place, person in enumerate(people)
            ],
            "payments": [payment(100, "2026-09-24", f"L{person}") for person in people],
            "contact_points": [
                {"contact_point_id": f"K{p}", "person_id": p, "kind": "mobile", "source": "given_by_debtor", "state": "valid"}
                for p in people
            ],
            "contacts": [
                {
                    "contact_id": f"C{person}{number}",
                    "person_id": person,
                    "contact_point_id": f"K{person}",
                    "at": datetime.fromisoformat(f"2026-11-23T0{number + 1}:30:00+00:00"),
                    "channel": "voice_agent",
                    "result": "conversation",
                }
                for person, number in talks
            ],
        },
    )  # fmt: skip


def in_hand(tmp_path: Path) -> Path:
    """Five people whom the Alipay playbook would call, but for the first: spoken to never, once, … four times today."""
    return talked_to(tmp_path / "book", {f"P{count}": count for count in range(5)})


def material(record: dict[str, Any]) -> dict[str, int]:
    """Proposals by the kind of their difference."""
    return {row["change"]: row["proposals"] for row in record["by_change"]}


def test_one_call_a_day_instead_of_three_refuses_exactly_the_second_and_the_third(tmp_path: Path) -> None:
    """P3 and P4 had their three calls under the old law already; P1 and P2 get a message in place of the call."""
    lower = draft(tmp_path / "draft", CALLS_MAX, "value: 3", "value: 1")
    now = Side("cn+house", "alipay")
    out = tmp_path / "diff"
    request = CompareRequest("law", now, replace(now, law=f"{lower}/cn+house"), in_hand(tmp_path), DAY, out)
    record = compare(request)
    assert material(record) == {"verdict": 2, "plan": 2}
    assert record["changed"] == {"proposals": 2, "loans": 2, "people": 2, "overdue_cents": 19_900 + 29_900}
    (rule,) = record["rules"]
    assert (rule["verdict_before"], rule["verdict_after"]) == ("REQUIRE", "DENY")
    assert (rule["decided_by_after"], rule["proposals"]) == (CALLS_RULE, 2)
    assert record["acts"] == [
        {"channel": "sms", "before": 3, "after": 5},
        {"channel": "voice_agent", "before": 2, "after": 0},
    ]
    assert record["people"] == {"before": 5, "after": 5, "lost": 0, "gained": 0}
    held = {row["rule"]: (row["before"], row["after"]) for row in record["held_by"]}
    assert held[CALLS_RULE] == (2, 4)
    changes = pq.read_table(out / "changes.parquet").to_pylist()
    found = {(row["loan_id"], row["channel_after"]): row["change"] for row in changes}
    calls = {("LP1", "voice_agent"): "verdict", ("LP2", "voice_agent"): "verdict"}
    assert found == {**calls, ("LP1", "sms"): "plan", ("LP2", "sms"): "plan"}
    english = (out / "diff.html").read_text(encoding="utf-8").split('<main class="page en"')[1]
    assert "refused: Effective calls with the debtor today: " in english and "at most 1 a day are allowed." in english


def test_a_count_over_other_days_is_taken_for_each_law_by_its_own(tmp_path: Path) -> None:
    """Both laws call the count by one name; the new one takes it over two days, so that yesterday's calls count too."""
    wider = draft(tmp_path / "draft", "statutes/cn/gbt45251/effective_calls_period.yaml", "value: 1", "value: 2")
    book = in_hand(tmp_path)
    contacts = pq.read_table(book / "contacts.parquet").to_pylist()
    for row in contacts:
        row["at"] = row["at"].replace(day=22 if row["person_id"] == "P4" else 23)
    write_again(book / "contacts.parquet", contacts)
    now = Side("cn+house", "alipay")
    request = CompareRequest("law", now, replace(now, law=f"{wider}/cn+house"), book, DAY, tmp_path / "diff")
    record = compare(request)
    (rule,) = record["rules"]
    assert (rule["decided_by_after"], rule["proposals"], rule["overdue_cents"]) == (CALLS_RULE, 1, 49_900)
    back = compare(replace(request, before=request.after, after=request.before, out=None))
    assert [(row["decided_by_before"], row["proposals"]) for row in back["rules"]] == [(CALLS_RULE, 1)]


def write_again(path: Path, rows: list[dict[str, Any]]) -> None:
    """The rows in the place of those of the file."""
    schema = pq.read_schema(path)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def test_the_law_of_the_day_before_a_change_and_of_the_day(tmp_path: Path) -> None:
    """The standard with three calls a day is in force from 28 February 2025."""
    before = Side("cn+house", "alipay", on=date(2025, 2, 27))
    record = compare(CompareRequest("law", before, replace(before, on=date(2025, 2, 28)), in_hand(tmp_path), DAY))
    assert [record[side]["law"]["on"] for side in ("before", "after")] == ["2025-02-27", "2025-02-28"]
    assert material(record) == {"verdict": 2, "plan": 2}
    assert [row["decided_by_after"] for row in record["rules"]] == [CALLS_RULE]
    assert record["changed"]["overdue_cents"] == 39_900 + 49_900


def test_the_same_law_changes_nothing_and_says_so(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff"
    record = compare(CompareRequest("law", NOW, NOW, book, DAY, out))
    assert record["by_change"] == [] and record["replanned"] == 0
    assert record["rules"] == record["treatments"] == record["examples"] == []
    assert record["proposals"]["either"] == record["proposals"]["before"] > 100
    assert pq.read_table(out / "changes.parquet").num_rows == 0
    page = (out / "diff.html").read_text(encoding="utf-8")
    assert "Nothing changes: each of the" in page and "没有任何变化：" in page


def test_advice_refuses_under_the_strict_profile_only(tmp_path: Path) -> None:
    """The bankers' guideline advises against so many unanswered calls a day, here two; nobody answered P1's last two."""
    fewer = draft(
        tmp_path / "draft", "statutes/cn/cba2026/frequency/unanswered_attempts_per_day_max.yaml", "value: 6", "value: 2"
    )
    book = in_hand(tmp_path)
    contacts = pq.read_table(book / "contacts.parquet").to_pylist()
    missed = [{**contacts[0], "contact_id": f"M{number}", "result": "no_answer"} for number in range(2)]
    write_again(book / "contacts.parquet", contacts + missed)
    strict = Side(f"{fewer}/cn+house", "alipay")
    record = compare(CompareRequest("law", strict, replace(strict, profile="letter"), book, DAY))
    assert [record[side]["law"]["profile"] for side in ("before", "after")] == ["strict", "letter"]
    assert material(record) == {"verdict": 1, "plan": 1}
    (rule,) = record["rules"]
    assert (rule["verdict_before"], rule["overdue_cents"]) == ("DENY", 19_900)
    assert rule["decided_by_before"] == "cn.cba2026.frequency.unanswered_attempts_per_day_max.voice"


@pytest.mark.parametrize("subject", ["law", "playbook"])
def test_what_differs_is_what_differs_between_two_runs(book: Path, tmp_path: Path, subject: str) -> None:
    """Two whole runs, compared row by row in Python; the other law takes people for minors until they are seventy."""
    other = draft(tmp_path / "draft", "statutes/cn/civil/adult_years.yaml", "value: 18", "value: 70")
    before = NOW
    after = replace(NOW, law=f"{other}/cn+house") if subject == "law" else replace(NOW, playbook="alipay")
    out = tmp_path / "diff"
    record = compare(CompareRequest(subject, before, after, book, DAY, out))
    old, new = (ran(book, side, tmp_path / name) for side, name in ((before, "old"), (after, "new")))
    wanted = {
        key: (old.get(key, {}), new.get(key, {}))
        for key in {*old, *new}
        if told(old.get(key, {})) != told(new.get(key, {}))
    }
    changes = {
        (row["loan_id"], row["kind"], row["preference"]): row
        for row in pq.read_table(out / "changes.parquet").to_pylist()
        if row["change"] in ("removed", "added", "verdict", "treatment")
    }
    assert set(changes) == set(wanted) != set()
    assert len(wanted) == record["changed"]["proposals"]
    for key, (was, now) in wanted.items():
        found = changes[key]
        assert told(was) == tuple(found[f"{name}_before"] for name in TOLD), key
        assert told(now) == tuple(found[f"{name}_after"] for name in TOLD), key
    people = [{row["person_id"] for row in side.values() if row["planned"]} for side in (old, new)]
    assert record["people"]["before"] == len(people[0]) and record["people"]["after"] == len(people[1])
    assert (record["people"]["lost"], record["people"]["gained"]) == (
        len(people[0] - people[1]),
        len(people[1] - people[0]),
    )


TOLD = ("treatment", "channel", "verdict")


def told(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in TOLD)


def ran(book: Path, side: Side, out: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    """A run's proposals by their key, with verdict and whether they are planned."""
    run_day(DayRequest(book, DAY, side.playbook, side.law, out, profile=side.profile))
    rows = {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in ("proposals", "verdicts", "plan")}
    verdicts = {(row["loan_id"], row["kind"], row["preference"]): row["verdict"] for row in rows["verdicts"]}
    planned = {(row["loan_id"], row["act"], row["preference"]) for row in rows["plan"] if row["status"] == "planned"}
    found = {}
    for row in rows["proposals"]:
        key = (row["loan_id"], row["kind"], row["preference"])
        found[key] = {**row, "verdict": verdicts.get(key), "planned": key in planned}
    return found


def test_another_playbook_is_told_by_treatment_and_by_row(book: Path) -> None:
    record = compare(CompareRequest("playbook", NOW, replace(NOW, playbook="alipay"), book, DAY))
    treated = record["wishes_changed"]
    assert 0 < treated["loans"] <= record["loans"]["either"]
    assert sum(row["proposals"] for row in record["treatments"]) == treated["proposals"]
    assert sum(row["proposals"] for row in record["treatment_rules"]) == treated["proposals"]
    for row in record["treatment_rules"]:
        assert (row["rule_before"] or "balanced.").startswith("balanced.")
        assert (row["rule_after"] or "alipay.").startswith("alipay.")


def test_a_law_that_ages_the_book_otherwise_has_facts_of_its_own(book: Path, tmp_path: Path) -> None:
    """From when a person is of age is the law's to say, and the facts rest on it: they cannot be shared."""
    other = draft(tmp_path / "draft", "statutes/cn/civil/adult_years.yaml", "value: 18", "value: 70")
    record = compare(CompareRequest("law", NOW, replace(NOW, law=f"{other}/cn+house"), book, DAY))
    assert record["changed"]["proposals"] > 0
    assert all("guardian" in (row["decided_by_after"] or "") for row in record["rules"])


def test_counts_add_up_and_every_column_is_there(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff"
    record = compare(CompareRequest("playbook", NOW, replace(NOW, playbook="alipay"), book, DAY, out))
    changes = pq.read_table(out / "changes.parquet")
    assert tuple(changes.schema.names) == CHANGE_COLUMNS
    assert changes.num_rows == sum(material(record).values()) > 0
    keys = [(row["loan_id"], row["kind"], row["preference"]) for row in changes.to_pylist()]
    assert keys == sorted(set(keys))
    money = {row["loan_id"]: row["overdue_cents"] for row in changes.to_pylist() if row["change"] == "verdict"}
    (verdicts,) = (row for row in record["by_change"] if row["change"] == "verdict")
    assert verdicts["overdue_cents"] == sum(money.values())
    assert sum(row["proposals"] for row in record["verdicts"]) == record["proposals"]["either"]
    examples = [row["loan_id"] for row in record["examples"]]
    assert 0 < len(examples) == len(set(examples)) <= EXAMPLES
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == record


def test_shuffled_rows_give_the_same_bytes(book: Path, tmp_path: Path) -> None:
    """And so does a second time; only the digests of the book's files differ where its files do."""
    shuffled = tmp_path / "book"
    shuffled.mkdir()
    chance = np.random.default_rng(5)
    for table in TABLES:
        rows = pq.read_table(book / f"{table.name}.parquet")
        pq.write_table(rows.take(chance.permutation(rows.num_rows)), shuffled / f"{table.name}.parquet")
    asked = CompareRequest("playbook", NOW, replace(NOW, playbook="alipay"), book, DAY)
    outs = [tmp_path / name for name in ("once", "twice", "shuffled")]
    for given, out in zip((book, book, shuffled), outs, strict=True):
        compare(replace(asked, book=given, out=out))
        assert {path.name for path in out.iterdir()} == WRITTEN
    once, twice, other = ({name: (out / name).read_bytes() for name in WRITTEN} for out in outs)
    assert once == twice
    assert [name for name in sorted(WRITTEN) if once[name] != other[name]] == ["summary.json"]
    summaries = [json.loads(each["summary.json"]) for each in (once, other)]
    for each in summaries:
        del each["digest"], each["book"]["files"]
    assert summaries[0] == summaries[1]


@pytest.mark.spark
def test_spark_finds_the_same(tmp_path: Path) -> None:
    """The same record from the other engine."""
    book = tmp_path / "book"
    make_book(book, borrowers=80, seed=11, as_of=DAY)
    asked = CompareRequest("playbook", NOW, replace(NOW, playbook="alipay"), book, DAY)
    found = compare(asked)
    assert found["changed"]["proposals"] > 20
    assert compare(replace(asked, engine="spark")) == found


def test_without_a_folder_nothing_is_written(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    compare(CompareRequest("law", NOW, NOW, book, DAY))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_is_left_alone(book: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError) as caught:
        compare(CompareRequest("law", NOW, NOW, book, DAY, tmp_path))
    assert caught.value.code == "not_a_result"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_failure_leaves_the_earlier_result_as_it_was(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff"
    compare(CompareRequest("law", NOW, NOW, book, DAY, out))
    earlier = (out / "summary.json").read_bytes()
    with pytest.raises(LawError):
        compare(CompareRequest("law", NOW, replace(NOW, law="nowhere"), book, DAY, out))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BookError):
        compare(CompareRequest("law", NOW, NOW, tmp_path / "empty", DAY, out))
    assert (out / "summary.json").read_bytes() == earlier
    assert sorted(path.name for path in tmp_path.iterdir()) == ["diff", "empty"]


def test_the_page_is_one_file_in_two_languages_with_the_same_figures(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff"
    compare(CompareRequest("playbook", NOW, replace(NOW, playbook="alipay"), book, DAY, out))
    page = (out / "diff.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|iframe|img|link)\b|(src|href)=", page)
    chinese, english = (page.split(f'<main class="page {each}"')[1].split("</main>")[0] for each in ("zh", "en"))
    money = re.compile(r"¥[\d,]+\.\d\d")
    assert money.findall(chinese) == money.findall(english) != []
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r'<span class="source">.*?</span>', "", english, flags=re.S))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
