"""Every way in which a book can be bad: a bad file stops with one clear error, a bad row goes on record."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from forbear.book.intake import Count
from forbear.kernel.errors import BookError


def _refused(folder, engine, **options) -> BookError:
    with pytest.raises(BookError) as caught:
        folder.take(engine, **options)
    assert caught.value.do, "an error says what to do"
    return caught.value


# Files


def test_a_missing_folder_is_named(duck, folder) -> None:
    folder.path = folder.path / "nowhere"
    assert _refused(folder, duck).code == "missing_book"


def test_a_missing_compulsory_table_is_named(duck, folder) -> None:
    (folder.path / "payments.csv").unlink()
    error = _refused(folder, duck)
    assert error.code == "missing_table"
    assert "payments" in error.message


def test_a_missing_file_of_a_mapping_is_named(duck, folder) -> None:
    mapping = folder.map("files: {gone: {path: gone.csv}}\n")
    error = _refused(folder, duck, mapping=mapping)
    assert (error.code, error.where["file"]) == ("missing_file", folder.path / "gone.csv")


def test_two_files_for_one_table_are_refused(duck, folder) -> None:
    (folder.path / "loans.csv.gz").write_bytes(gzip.compress(b"loan_id\n"))
    assert _refused(folder, duck).code == "ambiguous_file"


def test_a_truncated_gzip_is_refused(duck, folder) -> None:
    path = folder.compress("loans")
    path.write_bytes(path.read_bytes()[:-12])
    error = _refused(folder, duck)
    assert (error.code, error.where["file"]) == ("truncated_gzip", path)


def test_a_damaged_gzip_is_refused(duck, folder) -> None:
    path = folder.compress("loans")
    data = bytearray(path.read_bytes())
    data[30:40] = b"\xff" * 10
    path.write_bytes(bytes(data))
    assert _refused(folder, duck).code == "truncated_gzip"


def test_a_text_called_gzip_is_refused(duck, folder) -> None:
    (folder.path / "loans.csv").rename(folder.path / "loans.csv.gz")
    assert _refused(folder, duck).code == "truncated_gzip"


def test_a_file_that_is_not_parquet_is_refused(duck, folder) -> None:
    (folder.path / "loans.csv").rename(folder.path / "loans.parquet")
    assert _refused(folder, duck).code == "not_parquet"


@pytest.mark.parametrize("mark", [";", "|", "\t"])
def test_a_wrong_delimiter_is_told_apart(duck, folder, mark: str) -> None:
    path = folder.path / "loans.csv"
    path.write_text(path.read_text().replace(",", mark))
    error = _refused(folder, duck)
    assert error.code == "wrong_delimiter"
    assert repr(mark) in error.do


def test_a_missing_compulsory_column_is_named(duck, folder) -> None:
    folder.write("loans", ["loan_id,person_id,disbursed_on", "L1,P1,2026-01-10"])
    error = _refused(folder, duck)
    assert error.code == "missing_column"
    assert "principal_cents" in error.message


def test_a_header_that_names_a_column_twice_is_refused(duck, folder) -> None:
    folder.write("loans", ["loan_id,person_id,loan_id", "L1,P1,L1"])
    assert _refused(folder, duck).code == "duplicate_header"


@pytest.mark.parametrize("header", ["loan_id,,person_id", "", "loan_id,person_id,"])
def test_a_header_with_a_nameless_column_is_refused(duck, folder, header: str) -> None:
    folder.write("loans", [header, "L1,x,P1"])
    assert _refused(folder, duck).code == "empty_header"


def test_an_empty_file_is_refused(duck, folder) -> None:
    (folder.path / "loans.csv").write_bytes(b"")
    assert _refused(folder, duck).code == "empty_file"


@pytest.mark.parametrize("table", ["loans", "instalments", "payments"])
def test_a_compulsory_table_without_rows_is_an_empty_book(duck, folder, table: str) -> None:
    header = (folder.path / f"{table}.csv").read_text().splitlines()[0]
    folder.write(table, [header])
    error = _refused(folder, duck)
    assert error.code == "empty_book"
    assert table in error.message


def test_a_table_may_be_empty_where_the_mapping_says_so(duck, folder) -> None:
    folder.write("payments", ["payment_id,loan_id,amount_cents,effective_on"])
    book = folder.take(duck, mapping=folder.map("may_be_empty: [payments]\n"))
    assert book.counts["payments"] == Count(0, 0, 0)


def test_a_book_without_one_good_loan_says_why(duck, folder) -> None:
    folder.write("loans", ["loan_id,person_id,disbursed_on,principal_cents", "L1,P1,10.01.2026,1", "L2,P1,1.2.2026,1"])
    error = _refused(folder, duck)
    assert error.code == "empty_book"
    assert "disbursed_on is not a date" in error.message


def test_a_date_before_the_book_begins_is_refused(duck, folder) -> None:
    assert _refused(folder, duck, as_of=date(2026, 1, 4)).code == "before_the_book"
    assert folder.take(duck, as_of=date(2026, 1, 5)).counts["loans"].accepted == 3


def test_mixed_currencies_need_a_choice(duck, folder) -> None:
    folder.add("loans", "L4,P2,USD,2026-01-10,1000,0.1,active,")
    error = _refused(folder, duck)
    assert error.code == "mixed_currencies"
    assert "CNY, USD" in error.message


def test_a_quote_that_is_never_closed_is_refused(duck, folder) -> None:
    folder.add("loans", 'L4,P2,CNY,2026-01-10,1000,0.1,active,"2026', "L5,P2,CNY,2026-01-10,1000,0.1,active,")
    assert _refused(folder, duck).code == "malformed_csv"


# Encodings


def _with_name(folder, data: bytes) -> None:
    (folder.path / "borrowers.csv").write_bytes(b"person_id,name\nP1,ok\nP2," + data + b"\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_and_gb18030_are_read(duck, folder, encoding: str) -> None:
    path = folder.path / "borrowers.csv"
    path.write_bytes("person_id,name\nP1,王小明\nP2,欧阳娜娜\n".encode(encoding))
    rows = duck.fetch(folder.take(duck).tables["borrowers"], order_by=["person_id"]).to_pylist()
    assert [row["name"] for row in rows] == ["王小明", "欧阳娜娜"]


def test_rare_characters_need_a_declared_gb18030(duck, folder) -> None:
    path = folder.path / "borrowers.csv"
    path.write_bytes("person_id,name\nP1,𠀀㐀\nP2,喆\n".encode("gb18030"))
    assert _refused(folder, duck).code == "undecodable"
    mapping = folder.map(
        "files: {people: {path: borrowers.csv, encoding: gb18030}}\ntables: {borrowers: {from: people}}\n"
    )
    rows = duck.fetch(folder.take(duck, mapping=mapping).tables["borrowers"], order_by=["person_id"]).to_pylist()
    assert [row["name"] for row in rows] == ["𠀀㐀", "喆"]


@pytest.mark.parametrize(
    "data", [b"\xff\xff", "Zoé Müller".encode("latin-1"), b"\xc3", "é".encode("cp1252"), b"a\x00b"]
)
def test_other_bytes_are_refused_with_their_place(duck, folder, data: bytes) -> None:
    _with_name(folder, data)
    error = _refused(folder, duck)
    assert error.code == "undecodable"
    assert error.where["line"] == 3
    offset = len(b"person_id,name\nP1,ok\nP2,") + next(i for i, byte in enumerate(data) if byte > 127 or byte == 0)
    assert error.where["byte"] == offset


def test_utf16_is_refused(duck, folder) -> None:
    (folder.path / "borrowers.csv").write_bytes("person_id,name\nP1,王\n".encode("utf-16"))
    assert _refused(folder, duck).code == "undecodable"


def test_bytes_against_the_declared_encoding_are_refused(duck, folder) -> None:
    _with_name(folder, "王小明".encode("gb18030"))
    mapping = folder.map(
        "files: {people: {path: borrowers.csv, encoding: utf-8}}\ntables: {borrowers: {from: people}}\n"
    )
    assert _refused(folder, duck, mapping=mapping).code == "undecodable"


# Rows


ROW_FAULTS = {
    # table, line, column, rule
    "a missing value": ("loans", "L4,P1,CNY,,1000,0.1,active,", "disbursed_on", "missing_value"),
    "spaces for a value": ("loans", "L4,  ,CNY,2026-01-01,1000,0.1,active,", "person_id", "missing_value"),
    "a German date": ("loans", "L4,P1,CNY,01.02.2026,1000,0.1,active,", "disbursed_on", "unparseable_date"),
    "the 30th of February": ("loans", "L4,P1,CNY,2026-02-30,1000,0.1,active,", "disbursed_on", "unparseable_date"),
    "the 29th of February of a common year": (
        "loans",
        "L4,P1,CNY,2026-01-01,1000,0.1,settled,2026-02-29",
        "closed_on",
        "unparseable_date",
    ),
    "an amount in words": ("loans", "L4,P1,CNY,2026-01-01,much,0.1,active,", "principal_cents", "unparseable_amount"),
    "an amount with an exponent": (
        "loans",
        "L4,P1,CNY,2026-01-01,1e5,0.1,active,",
        "principal_cents",
        "unparseable_amount",
    ),
    "a fraction of a cent": ("loans", "L4,P1,CNY,2026-01-01,10.5,0.1,active,", "principal_cents", "fraction_of_a_cent"),
    "a hair of a cent": (
        "loans",
        "L4,P1,CNY,2026-01-01,1.0000001,0.1,active,",
        "principal_cents",
        "fraction_of_a_cent",
    ),
    "a negative amount": ("loans", "L4,P1,CNY,2026-01-01,-1,0.1,active,", "principal_cents", "negative_amount"),
    "an absurd amount": ("loans", "L4,P1,CNY,2026-01-01,10000000001,0.1,active,", "principal_cents", "absurd_amount"),
    "an endless amount": (
        "loans",
        "L4,P1,CNY,2026-01-01,99999999999999999999999,0.1,active,",
        "principal_cents",
        "absurd_amount",
    ),
    "a rate in words": ("loans", "L4,P1,CNY,2026-01-01,1,18%,active,", "annual_rate", "unparseable_number"),
    "a rate beyond its type": ("loans", "L4,P1,CNY,2026-01-01,1,123456,active,", "annual_rate", "out_of_range"),
    "a rate in percent": ("loans", "L4,P1,CNY,2026-01-01,1,18,active,", "annual_rate", "rate_in_percent"),
    "a rate a hair too high": ("loans", "L4,P1,CNY,2026-01-01,1,10.000001,active,", "annual_rate", "rate_in_percent"),
    "a rate below nothing": ("loans", "L4,P1,CNY,2026-01-01,1,-0.01,active,", "annual_rate", "out_of_range"),
    "an unknown code": ("loans", "L4,P1,CNY,2026-01-01,1,0.1,asleep,", "status", "unknown_code"),
    "half an instalment": ("instalments", "L1,2.5,2026-01-01,1,1", "instalment_number", "unparseable_number"),
    "an instalment number below zero": ("instalments", "L1,-1,2026-01-01,1,1", "instalment_number", "out_of_range"),
    "a time without offset": (
        "payments",
        "Y9,L1,1,2026-02-10,settled,2026-02-10 09:30:00",
        "recorded_at",
        "unparseable_instant",
    ),
    "the 25th hour": (
        "payments",
        "Y9,L1,1,2026-02-10,settled,2026-02-10 25:30:00Z",
        "recorded_at",
        "unparseable_instant",
    ),
    "a boolean in between": ("borrowers", "P9,zh_CN,,perhaps", "is_deceased", "unparseable_boolean"),
    "a loan of nobody": ("loans", "L4,P9,CNY,2026-01-01,1,0.1,active,", "person_id", "orphan"),
    "an instalment of no loan": ("instalments", "L9,1,2026-01-01,1,1", "loan_id", "orphan"),
    "a payment of no loan": ("payments", "Y9,L9,1,2026-02-10,settled,", "loan_id", "orphan"),
    "a second row with the same id": ("payments", "Y1,L1,1,2026-02-10,settled,", "payment_id", "duplicate_id"),
    "too many values": ("payments", "Y9,L1,1,2026-02-10,settled,,,", None, "wrong_number_of_columns"),
    "too few values": ("payments", "Y9,L1,1", None, "wrong_number_of_columns"),
}


def test_every_bad_row_goes_on_record_and_no_other(engine, new_folder) -> None:
    """One book with all the faults, so that Spark is asked once: each row is rejected for its own reason."""
    folder = new_folder()
    expected: dict[tuple[str, int], tuple[str | None, str]] = {}
    good = {table: len((folder.path / f"{table}.csv").read_text().splitlines()) - 1 for table in ("borrowers", "loans")}
    good |= {"instalments": 4, "payments": 2}
    added = dict.fromkeys(good, 0)
    for number, (table, line, column, rule) in enumerate(ROW_FAULTS.values()):
        line = line.replace("L4,", f"L4{number},") if table == "loans" else line
        folder.add(table, line)
        added[table] += 1
        expected[table, good[table] + added[table]] = (column, rule)
    book = folder.take(engine)
    found = {
        (row["table"], row["row_number"]): (row["column"], row["rule"])
        for row in engine.fetch(book.rejects).to_pylist()
        if row["disposition"] == "rejected"
    }
    assert found == expected
    assert {t: (c.rows_in, c.accepted, c.rejected) for t, c in book.counts.items()} == {
        t: (good[t] + added[t], good[t], added[t]) for t in good
    }


def test_a_reject_tells_file_row_value_and_a_sentence(duck, folder) -> None:
    folder.add("payments", "Y9,L1,1,2026-02-30,settled,")
    (row,) = duck.fetch(folder.take(duck).rejects).to_pylist()
    assert row == {
        "table": "payments",
        "file": "payments.csv",
        "row_number": 3,
        "row_id": "Y9",
        "column": "effective_on",
        "rule": "unparseable_date",
        "value": "2026-02-30",
        "text": "effective_on is not a date of the calendar.",
        "disposition": "rejected",
    }


def test_duplicates_say_whether_the_rows_are_alike(duck, folder) -> None:
    folder.add("payments", "Y2,L3,50800,2026-03-01,settled,2026-03-01T01:30:00Z", "Y2,L3,50800,2026-03-02,settled,")
    rows = duck.fetch(folder.take(duck).rejects, order_by=["row_number"]).to_pylist()
    assert [(row["rule"], row["text"].split(". ")[1]) for row in rows] == [
        ("duplicate_id", "The rows are alike."),
        ("duplicate_id", "The rows differ."),
    ]


def test_children_of_a_rejected_loan_are_orphans(duck, folder, entries) -> None:
    path = folder.path / "loans.csv"
    path.write_text(path.read_text().replace("2026-02-10,100000", "2026-02-30,100000"))
    assert entries(duck, folder.take(duck)) == [
        ("instalments", 3, "L2/1", "loan_id", "orphan", "rejected"),
        ("loans", 2, "L2", "disbursed_on", "unparseable_date", "rejected"),
    ]


def test_loans_in_another_currency_than_the_declared_one_are_rejected(duck, folder, entries) -> None:
    folder.add("loans", "L4,P2,USD,2026-01-10,1000,0.1,active,")
    book = folder.take(duck, mapping=folder.map("currency: CNY\n"))
    assert entries(duck, book) == [("loans", 4, "L4", "currency", "mixed_currencies", "rejected")]
    assert book.currency == "CNY"


def test_odd_rows_are_accepted_and_noted(engine, folder, entries) -> None:
    folder.write(
        "payments",
        [
            "payment_id,loan_id,amount_cents,effective_on,status,reversed_on",
            "Y1,L1,154500,2026-01-09,settled,",
            "Y2,L2,200,2026-03-01,reversed,2026-03-03",
            "Y3,L3,50801,2026-03-01,settled,",
        ],
    )
    folder.write(
        "instalments",
        [
            "loan_id,instalment_number,due_on,original_due_on,principal_cents",
            "L1,1,2026-01-09,,154500",
            "L2,1,2026-03-10,2026-02-10,100000",
            "L3,1,2026-02-05,2026-02-05,50800",
        ],
    )
    folder.add("loans", "L4,P2,CNY,2026-01-10,1000,0.1,settled,2026-01-09", "L5,P2,CNY,2026-01-10,1,0.1,settled,")
    book = folder.take(engine)
    assert entries(engine, book) == [
        ("instalments", 1, "L1/1", "due_on", "due_before_disbursal", "noted"),
        ("instalments", 2, "L2/1", "due_on", "due_date_overwritten", "noted"),
        ("loans", 3, "L3", None, "overpayment", "noted"),
        ("loans", 4, "L4", "closed_on", "closed_before_disbursed", "noted"),
        ("loans", 5, "L5", "closed_on", "settled_date_unknown", "noted"),
        ("payments", 1, "Y1", "effective_on", "payment_before_disbursal", "noted"),
        ("payments", 2, "Y2", "status", "bounced_payment", "noted"),
    ]
    assert all(count.rejected == 0 for count in book.counts.values())


def test_a_loan_disbursed_after_the_date_is_no_fault(duck, folder, entries) -> None:
    assert entries(duck, folder.take(duck, as_of=date(2026, 1, 20))) == []


def test_row_numbers_count_broken_rows(duck, folder) -> None:
    folder.write(
        "payments",
        [
            "payment_id,loan_id,amount_cents,effective_on",
            "Y1,L1",
            "Y2,L9,1,2026-02-10",
            "a,b,c,d,e",
            "Y3,L8,1,2026-02-10",
        ],
    )
    rows = duck.fetch(folder.take(duck).rejects, order_by=["row_number"]).to_pylist()
    assert [(row["row_number"], row["rule"]) for row in rows] == [
        (1, "wrong_number_of_columns"),
        (2, "orphan"),
        (3, "wrong_number_of_columns"),
        (4, "orphan"),
    ]


def test_a_file_of_mostly_broken_rows_is_refused(duck, folder) -> None:
    folder.write("payments", ["payment_id,loan_id,amount_cents,effective_on", *["Y1,L1,1,2,2026-02-10"] * 12])
    assert _refused(folder, duck).code == "wrong_shape"
