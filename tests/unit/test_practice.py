"""Does a synthetic book unfold as a lender's would, and do borrowers of practice answer the same way each time?"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from forbear.book.schema import CONTACTS
from forbear.lab import make_book
from forbear.lab.practice.reactions import call_answer, happens, pick, said_to
from forbear.lab.practice.unfolding import HOME, book_on, news_of

MADE_FOR, DAY = date(2026, 12, 12), date(2026, 11, 20)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """A book of a few hundred people."""
    folder = tmp_path_factory.mktemp("unfold") / "book"
    make_book(folder, borrowers=400, seed=7, as_of=MADE_FOR)
    return folder


def rows(folder: Path, name: str) -> list[dict]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def test_an_earlier_book_knows_nothing_of_what_came_later(book, tmp_path):
    """No payment, contact, loan or agreement of the day or after it; what ended later had not ended."""
    book_on(book, tmp_path / "then", DAY)
    midnight = datetime.combine(DAY, datetime.min.time(), HOME)
    then = {
        name: rows(tmp_path / "then", name) for name in ("loans", "payments", "contacts", "promises", "instalments")
    }
    assert all(each["recorded_at"] < midnight for each in then["payments"])
    assert all(each["at"] < midnight for each in then["contacts"])
    assert all(
        each["disbursed_on"] < DAY and (each["closed_on"] is None or each["closed_on"] < DAY) for each in then["loans"]
    )
    assert {each["loan_id"] for each in then["instalments"]} == {each["loan_id"] for each in then["loans"]}
    assert 0 < len(then["payments"]) < len(rows(book, "payments"))
    now = {each["loan_id"]: each["status"] for each in rows(book, "loans")}
    assert any(each["status"] == "active" != now[each["loan_id"]] for each in then["loans"])


def test_the_earlier_book_and_the_news_since_are_the_whole_ledger(book, tmp_path):
    """Day by day, each payment and each loan comes once, and in the end as it is in the book."""
    book_on(book, tmp_path / "then", DAY)
    paid = [each["payment_id"] for each in rows(tmp_path / "then", "payments")]
    lent = {each["loan_id"]: each for each in rows(tmp_path / "then", "loans")}
    first = DAY
    while first < MADE_FOR:
        until = min(first + timedelta(days=3), MADE_FOR)
        news_of(book, tmp_path / f"{first}", first, until)
        paid += [each["payment_id"] for each in rows(tmp_path / f"{first}", "payments") if each["status"] != "reversed"]
        lent |= {each["loan_id"]: each for each in rows(tmp_path / f"{first}", "loans")}
        first = until
    whole = [
        each
        for each in rows(book, "payments")
        if each["recorded_at"] < datetime.combine(MADE_FOR, datetime.min.time(), HOME)
    ]
    assert {each["payment_id"] for each in whole if each["status"] != "reversed"} <= set(paid)
    assert lent == {each["loan_id"]: each for each in rows(book, "loans") if each["disbursed_on"] < MADE_FOR}


def test_a_book_that_is_over_brings_nothing(book, tmp_path):
    """After its last day the ledger is silent."""
    news_of(book, tmp_path / "late", MADE_FOR + timedelta(days=30), MADE_FOR + timedelta(days=31))
    assert rows(tmp_path / "late", "loans") == [] == rows(tmp_path / "late", "payments")


def test_borrowers_of_practice_answer_the_same_way_each_time():
    """By the seed and the contact alone, and in the shares that are assumed."""
    answers = [call_answer(7, f"c{number}", may_promise=True) for number in range(2_000)]
    assert answers == [call_answer(7, f"c{number}", may_promise=True) for number in range(2_000)]
    assert answers != [call_answer(8, f"c{number}", may_promise=True) for number in range(2_000)]
    shares = Counter(each.result for each in answers)
    assert 0.33 < shares["conversation"] / 2_000 < 0.43
    assert all(each.promised_percent == 0 for each in answers if not each.is_right_party)
    assert {each.reason_code for each in answers} <= {"", *CONTACTS.field("reason_code").codes}
    assert {each.attitude for each in answers} <= {"", *CONTACTS.field("attitude").codes}
    assert 0 < sum(bool(said_to(7, f"c{number}")) for number in range(2_000)) < 300


def test_what_never_happens_never_does():
    """A share of nothing, a share of all, and a choice without weight."""
    assert not any(happens(0, number) for number in range(500))
    assert all(happens(100, number) for number in range(500))
    assert {pick((("a", 1), ("b", 0)), number) for number in range(500)} == {"a"}
