"""Mapping files: each rule does what its reference says, and a slip in the file is refused with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from forbear.book.intake.mapping import read_mapping
from forbear.book.intake.nodes import FORMAT_FIELDS
from forbear.kernel.errors import BookError

# A ledger of a lender of our own making: advances, and a list of moves of their due dates.
LEDGER = [
    "no;kunde;alt;betrag;stand;los;faellig;bezahlt;gewinn",
    "1;17;;1000,5;offen;02.01.2026;2026-02-01T23:30:00+00:00;;x",
    "2;;18;250.50;bezahlt;03.01.2026;2026-02-02T12:00:00+00:00;2026-02-05 00:30:00;x",
    "3;17;;99.9;storno;03.01.2026;2026-02-02T12:00:00+00:00;;x",
    "4;19;;80;seltsam;03.01.2026;2026-02-02T12:00:00+00:00;;x",
    "5;20;;70.00;bezahlt;04.01.2026;2026-02-02T12:00:00+00:00;2026-02-06 10:00:00;x",
]
MOVES = [
    "advance;kind;from;fee",
    "2;move;2026-01-20;1.50",
    "2;move;2026-01-10;2.50",
    "2;cancelled;2026-01-01;9",
    "5;move;nonsense;1",
]
MAPPING = """
currency: EUR
time_zone: Europe/Berlin
files:
  ledger: {path: ledger.txt, delimiter: ";"}
  moves: {path: moves.txt, delimiter: ";"}
tables:
  borrowers:
    from: ledger
    one_row_per_key: true
    columns:
      person_id: &person {first_of: [{from: kunde, prefix: k}, {from: alt, prefix: a}]}
      language: {constant: en}
  loans:
    from: ledger
    set_aside:
      - {rule: never_paid_out, where: {column: stand, is: storno}, says: Never paid out.}
    columns:
      loan_id: {from: "no", prefix: A-}
      person_id: *person
      principal_cents: {from: betrag, unit: major}
      disbursed_on: {from: los, format: "%d.%m.%Y"}
      status: {from: stand, codes: {offen: active, bezahlt: settled, storno: cancelled}}
      closed_on:
        when:
          - if: {column: stand, is: bezahlt}
            then: {from: bezahlt, zone: Europe/Berlin, to_date_in: Europe/Berlin}
    notes:
      - rule: paid_late
        where: {earlier: [faellig, {from: bezahlt, zone: Europe/Berlin}]}
        says: Paid after the due time.
      - rule: moved
        where: {found: {file: moves, key: advance, equals: "no", where: {column: kind, is: move}}}
        says: The due date was moved.
  instalments:
    from: ledger
    set_aside:
      - {rule: never_paid_out, where: {column: stand, in: [storno, seltsam]}, says: Never paid out.}
    columns:
      loan_id: {from: "no", prefix: A-}
      instalment_number: {constant: "1"}
      due_on: {from: faellig, to_date_in: Europe/Berlin}
      principal_cents: {from: betrag, unit: major}
      original_due_on:
        lookup: &moved {file: moves, key: advance, equals: "no", take: min, value: from, where: {column: kind, is: move}}
      fee_cents:
        lookup: {file: moves, key: advance, equals: "no", take: sum, value: {from: fee, unit: major}}
  payments:
    from: ledger
    set_aside:
      - {rule: unpaid, where: {not: {column: bezahlt, is_empty: false}}, says: Not paid.}
    columns:
      payment_id: {from: "no", prefix: Z-}
      loan_id: {from: "no", prefix: A-}
      amount_cents: {from: betrag, unit: major}
      effective_on: {from: bezahlt, format: "%Y-%m-%d %H:%M:%S"}
      recorded_at: {from: bezahlt, zone: Europe/Berlin}
set_aside:
  moves:
    from: moves
    row_id: advance
    rules:
      - {rule: move_cancelled, where: {column: kind, is_not: move}, says: A cancelled move.}
    otherwise: move
    says: A move of a due date.
    notes:
      - {rule: dear, where: {less: [{constant: "2"}, fee]}, says: The fee is above two.}
"""


@pytest.fixture
def ledger(folder):
    for path in folder.path.glob("*.csv"):
        path.unlink()
    (folder.path / "ledger.txt").write_text("\n".join(LEDGER) + "\n")
    (folder.path / "moves.txt").write_text("\n".join(MOVES) + "\n")
    return folder


def test_a_ledger_becomes_a_book(engine, ledger, entries) -> None:
    book = ledger.take(engine, mapping=ledger.map(MAPPING))
    loans = engine.fetch(book.tables["loans"], order_by=["loan_id"]).to_pylist()
    assert [(r["loan_id"], r["person_id"], r["principal_cents"], r["disbursed_on"], r["closed_on"]) for r in loans] == [
        ("A-2", "a18", 25050, date(2026, 1, 3), date(2026, 2, 5)),
        ("A-5", "k20", 7000, date(2026, 1, 4), date(2026, 2, 6)),
    ]
    instalments = engine.fetch(book.tables["instalments"], order_by=["loan_id"]).to_pylist()
    assert [(r["loan_id"], r["due_on"], r["original_due_on"], r["fee_cents"]) for r in instalments] == [
        ("A-2", date(2026, 2, 2), date(2026, 1, 10), 1300)
    ]
    payments = engine.fetch(book.tables["payments"], order_by=["payment_id"]).to_pylist()
    assert [(r["payment_id"], r["effective_on"], r["recorded_at"]) for r in payments] == [
        ("Z-2", date(2026, 2, 5), datetime(2026, 2, 4, 23, 30, tzinfo=UTC)),
        ("Z-5", date(2026, 2, 6), datetime(2026, 2, 6, 9, 0, tzinfo=UTC)),
    ]
    assert entries(engine, book) == [
        ("borrowers", 3, "k17", "person_id", "repeated_key", "set_aside"),
        ("instalments", 1, "A-1/1", "principal_cents", "unparseable_amount", "rejected"),
        ("instalments", 2, "A-2/1", "due_on", "due_date_overwritten", "noted"),
        ("instalments", 3, "A-3/1", None, "never_paid_out", "set_aside"),
        ("instalments", 4, "A-4/1", None, "never_paid_out", "set_aside"),
        ("instalments", 5, "A-5/1", "original_due_on", "unreadable_lookup", "rejected"),
        ("loans", 1, "A-1", "principal_cents", "unparseable_amount", "rejected"),
        ("loans", 2, "A-2", None, "moved", "noted"),
        ("loans", 2, "A-2", None, "paid_late", "noted"),
        ("loans", 3, "A-3", None, "never_paid_out", "set_aside"),
        ("loans", 4, "A-4", "status", "unknown_code", "rejected"),
        ("loans", 5, "A-5", None, "moved", "noted"),
        ("loans", 5, "A-5", None, "overpayment", "noted"),
        ("loans", 5, "A-5", None, "paid_late", "noted"),
        ("moves", 1, "2", None, "move", "set_aside"),
        ("moves", 2, "2", None, "dear", "noted"),
        ("moves", 2, "2", None, "move", "set_aside"),
        ("moves", 3, "2", None, "dear", "noted"),
        ("moves", 3, "2", None, "move_cancelled", "set_aside"),
        ("moves", 4, "5", None, "move", "set_aside"),
        ("payments", 1, "Z-1", None, "unpaid", "set_aside"),
        ("payments", 3, "Z-3", None, "unpaid", "set_aside"),
        ("payments", 4, "Z-4", None, "unpaid", "set_aside"),
    ]
    assert (book.currency, book.time_zone) == ("EUR", "Europe/Berlin")


ONE_TABLE = (
    "files: {f: {path: loans.csv}}\ntables: {loans: {from: f, columns: {loan_id: loan_id, person_id: person_id, "
)


def _loans(folder, engine, columns: str) -> list[dict]:
    mapping = folder.map(
        ONE_TABLE + "disbursed_on: {from: disbursed_on}, principal_cents: {from: principal_cents}, " + columns + "}}}\n"
    )
    return engine.fetch(folder.take(engine, mapping=mapping).tables["loans"], order_by=["loan_id"]).to_pylist()


def test_codes_may_have_a_last_word(duck, folder) -> None:
    loans = _loans(folder, duck, "status: {from: status, codes: {settled: settled}, otherwise: written_off}")
    assert [loan["status"] for loan in loans] == ["written_off", "written_off", "settled"]


def test_when_takes_the_first_branch_that_holds(duck, folder) -> None:
    column = """team: {when: [{if: {column: loan_id, in: [L1, L2]}, then: {constant: a}},
        {if: {any: [{column: loan_id, is: L2}, {column: loan_id, not_in: [L1]}]}, then: person_id}],
        otherwise: {constant: z}}"""
    assert [loan["team"] for loan in _loans(folder, duck, column)] == ["a", "a", "P2"]


def test_first_of_takes_the_first_that_is_there_and_refuses_an_unreadable_one(duck, folder) -> None:
    column = "closed_on: {first_of: [{from: closed_on}, {from: disbursed_on}]}"
    days = [loan["closed_on"] for loan in _loans(folder, duck, column)]
    assert days == [date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 1)]
    folder.add("loans", "L4,P1,CNY,2026-01-01,1,0.1,active,soon")
    assert len(_loans(folder, duck, column)) == 3


@pytest.mark.parametrize(("take", "expected"), [("first", "L1"), ("last", "L2"), ("min", "L1"), ("max", "L2")])
def test_a_lookup_takes_one_of_many(duck, folder, take: str, expected: str) -> None:
    lookup = f"{{file: f, key: person_id, equals: person_id, take: {take}, value: loan_id}}"
    assert _loans(folder, duck, f"team: {{lookup: {lookup}}}")[0]["team"] == expected


def test_a_column_of_the_mapping_that_the_file_lacks_is_named(duck, folder) -> None:
    with pytest.raises(BookError, match="There is no column nothing"):
        _loans(folder, duck, "team: nothing")


def test_parts_are_read_by_a_pattern(duck, folder) -> None:
    lines = (folder.path / "loans.csv").read_text().splitlines()
    for index, line in enumerate(lines[1:]):
        (folder.path / f"loans-{index}.csv").write_text(f"{lines[0]}\n{line}\n")
    (folder.path / "loans.csv").unlink()
    mapping = folder.map('files: {f: {path: "loans-*.csv"}}\ntables: {loans: {from: f}}\n')
    assert folder.take(duck, mapping=mapping).counts["loans"].accepted == 3


SLIPS = {
    "colour: red": ("colour", "there is no such key here"),
    "tables: {debts: {from: f}}": ("tables.debts", "there is no table of that name"),
    "tables: {loans: {from: g}}": ("tables.loans.from", "'g' is none of f"),
    "tables: {loans: {from: f, columns: {size: x}}}": ("tables.loans.columns.size", "loans has no column of that name"),
    "tables: {loans: {from: f, columns: {team: {frm: x}}}}": ("tables.loans.columns.team", "exactly one of from"),
    "tables: {loans: {from: f, columns: {team: {from: x, constant: y}}}}": (
        "tables.loans.columns.team",
        "exactly one of from",
    ),
    "tables: {loans: {from: f, columns: {team: {from: x, unit: cents}}}}": (
        "tables.loans.columns.team.unit",
        "none of minor, major",
    ),
    "tables: {loans: {from: f, columns: {team: {from: x, otherwise: y}}}}": (
        "tables.loans.columns.team",
        "otherwise goes with codes",
    ),
    "tables: {loans: {from: f, columns: {team: {from: x, zone: Mars}}}}": (
        "tables.loans.columns.team.zone",
        "not a time zone",
    ),
    "tables: {loans: {from: f, columns: {team: {from: x, format: '%d.%b'}}}}": (
        "tables.loans.columns.team.format",
        "a format of",
    ),
    "tables: {loans: {from: f, columns: {team: {from: x, format: '%d.%m'}}}}": (
        "tables.loans.columns.team.format",
        "year, month and day",
    ),
    "tables: {loans: {from: f, set_aside: [{rule: Bad Name, where: {column: x, is: y}, says: z}]}}": (
        "tables.loans.set_aside[0].rule",
        "lower snake case",
    ),
    "tables: {loans: {from: f, set_aside: [{rule: r, where: {less: [a]}, says: z}]}}": (
        "tables.loans.set_aside[0].where",
        "less compares two values",
    ),
    "tables: {loans: {from: f, set_aside: []}}": ("tables.loans.set_aside", "at least one entry"),
    "tables: {loans: {from: f, notes: [{rule: r, overlapping: {per: a, from: b}, says: z}]}}": (
        "tables.loans.notes[0].overlapping",
        "the key until is missing",
    ),
    "tables: {loans: {from: f, set_aside: [{rule: r, overlapping: {per: a, from: b, until: c}, says: z}]}}": (
        "tables.loans.set_aside[0].overlapping",
        "there is no such key here",
    ),
    "files: {h: {path: x, encoding: latin-1}}": ("files.h.encoding", "only utf-8 and gb18030"),
    "files: {h: {path: x, delimiter: '||'}}": ("files.h", "one character each"),
    "files: {My File: {path: x}}": ("files.My File", "lower snake case"),
    "currency: euro": ("currency", "ISO 4217"),
    "set_aside: {loans: {from: f, row_id: id, otherwise: x, says: y}}": ("set_aside.loans", "cannot be set aside"),
    "may_be_empty: [debts]": ("may_be_empty[0]", "none of borrowers"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_mapping_file_is_refused_with_its_place(tmp_path, slip: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(("" if slip.startswith("files") else "files: {f: {path: loans.csv}}\n") + slip + "\n")
    with pytest.raises(BookError) as caught:
        read_mapping(path)
    place, words = SLIPS[slip]
    assert (caught.value.code, caught.value.where["key"]) == ("bad_mapping", place)
    assert words in caught.value.message


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2"])
def test_what_is_not_yaml_is_refused(tmp_path, text: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    with pytest.raises(BookError) as caught:
        read_mapping(path)
    assert caught.value.code == "bad_yaml"


def test_formats_have_fields_of_fixed_width_only() -> None:
    assert set(FORMAT_FIELDS) == set("YmdHMS")


OVERLAPS = """
files: {f: {path: loans.csv}}
tables:
  loans:
    from: f
    set_aside: [{rule: void, where: {column: team, is: void}, says: Never paid out.}]
    columns: {loan_id: loan_id, person_id: person_id, disbursed_on: disbursed_on, principal_cents: principal_cents}
    notes:
      - rule: taken_while_another_is_open
        overlapping:
          per: person_id
          from: {from: disbursed_on, format: "%Y-%m-%d"}
          until: {from: closed_on, format: "%Y-%m-%d"}
          where: {column: team, is_not: odd}
        says: Another is open.
"""


def _overlapping(duck, folder, entries, rows: list[str]) -> list[str]:
    header = "loan_id,person_id,currency,disbursed_on,principal_cents,closed_on,team"
    folder.write("loans", [header, *rows])
    folder.write("instalments", ["loan_id,instalment_number,due_on,principal_cents", "A,1,2026-03-01,1"])
    folder.write("payments", ["payment_id,loan_id,amount_cents,effective_on", "Y,A,1,2026-03-01"])
    found = entries(duck, folder.take(duck, mapping=folder.map(OVERLAPS)))
    return [row[2] for row in found if row[4] == "taken_while_another_is_open"]


def test_a_loan_taken_while_another_is_open_is_noted(duck, folder, entries) -> None:
    rows = [
        "A,P1,CNY,2026-01-10,1,2026-02-10,",
        "B,P1,CNY,2026-02-09,1,2026-02-20,",  # a day before A was closed
        "C,P2,CNY,2026-01-15,1,,",  # nobody else's business
        "D,P2,CNY,2026-03-15,1,,",  # C is still open
    ]
    assert _overlapping(duck, folder, entries, rows) == ["B", "D"]


def test_a_loan_taken_on_the_day_another_ends_does_not_overlap_it(duck, folder, entries) -> None:
    rows = ["A,P1,CNY,2026-01-10,1,2026-02-10,", "B,P1,CNY,2026-02-10,1,,"]
    assert _overlapping(duck, folder, entries, rows) == []


def test_a_long_loan_overlaps_all_that_begin_within_it(duck, folder, entries) -> None:
    rows = [
        "C,P1,CNY,2026-03-10,1,2026-03-11,",
        "B,P1,CNY,2026-02-10,1,2026-02-11,",
        "A,P1,CNY,2026-01-10,1,2026-04-10,",
    ]
    assert _overlapping(duck, folder, entries, rows) == ["C", "B"]


def test_of_two_loans_of_one_day_the_second_in_the_file_is_the_later(duck, folder, entries) -> None:
    rows = ["B,P1,CNY,2026-01-10,1,2026-02-10,", "A,P1,CNY,2026-01-10,1,2026-02-10,"]
    assert _overlapping(duck, folder, entries, rows) == ["A"]


@pytest.mark.parametrize("earlier", ["void", "odd"])
def test_rows_set_aside_and_rows_left_out_are_no_earlier_loans(duck, folder, entries, earlier: str) -> None:
    rows = [f"E,P1,CNY,2026-01-10,1,,{earlier}", "A,P1,CNY,2026-02-10,1,2026-02-20,"]
    assert _overlapping(duck, folder, entries, rows) == []
    assert _overlapping(duck, folder, entries, [rows[0].replace(earlier, ""), rows[1]]) == ["A"]


def test_an_end_that_cannot_be_read_is_no_open_end(duck, folder, entries) -> None:
    rows = ["E,P1,CNY,2026-01-10,1,soon,", "A,P1,CNY,2026-02-10,1,2026-02-20,"]
    assert _overlapping(duck, folder, entries, rows) == []
