"""A synthetic book is the same twice, adds up, and tells nothing of the future."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.book.schema import BY_NAME, HOLD_KINDS, TABLES
from forbear.book.windows import PENDING
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import TEXT
from forbear.kernel.errors import UsageError
from forbear.kernel.ids import digest_file
from forbear.lab import make_book

AS_OF = date(2026, 11, 23)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: digest_file(path) for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("form", ["parquet", "csv", "csv.gz"])
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        make_book(tmp_path / name, borrowers=700, seed=5, as_of=AS_OF, faults=0.02, form=form)
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")
    assert len(_digests(tmp_path / "one")) == len(TABLES)


def test_another_seed_gives_another_book(tmp_path: Path) -> None:
    for seed in (1, 2):
        make_book(tmp_path / str(seed), borrowers=700, seed=seed, as_of=AS_OF)
    one, two = _digests(tmp_path / "1"), _digests(tmp_path / "2")
    assert all(one[name] != two[name] for name in one)


def test_a_borrower_does_not_depend_on_how_many_there_are(tmp_path: Path, twenty_thousand) -> None:
    make_book(tmp_path, borrowers=10_050, seed=11, as_of=AS_OF)
    for table in TABLES:
        few = pq.read_table(tmp_path / f"{table.name}.parquet")
        assert few.equals(twenty_thousand.tables[table.name].slice(0, len(few))), table.name


def test_what_is_said_is_what_is_written(twenty_thousand) -> None:
    written = {name: len(rows) for name, rows in twenty_thousand.tables.items()}
    assert twenty_thousand.said == {"tables": written, "faults": {}}
    assert min(written.values()) > 0


def test_every_table_has_the_columns_and_types_of_the_schema(twenty_thousand) -> None:
    for table in TABLES:
        assert twenty_thousand.tables[table.name].schema.equals(to_arrow_schema(table.schema)), table.name


def test_ids_are_short_unique_and_lead_somewhere(twenty_thousand) -> None:
    books = twenty_thousand.tables
    for table in TABLES:
        keys = books[table.name].select(list(table.key))
        assert len(keys.group_by(list(table.key)).aggregate([])) == len(keys), table.name
        for column, parent in table.references:
            assert pc.all(pc.is_in(books[table.name][column], books[parent][column])).as_py(), (table.name, column)
        for column in (name for name in table.schema if name.endswith("_id")):
            assert pc.max(pc.utf8_length(books[table.name][column])).as_py() in (None, *range(13)), column


def _sums(rows: pa.Table, key: str, *columns: str) -> dict[str, int]:
    total = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        total = total + rows[column].to_numpy()
    summed = pa.table({key: rows[key], "cents": total}).group_by(key).aggregate([("cents", "sum")])
    return dict(zip(summed[key].to_pylist(), summed["cents_sum"].to_pylist(), strict=True))


def test_instalment_principals_add_up_to_the_principal(twenty_thousand) -> None:
    due = _sums(twenty_thousand.tables["instalments"], "loan_id", "principal_cents")
    loans = twenty_thousand.tables["loans"]
    assert due == dict(zip(loans["loan_id"].to_pylist(), loans["principal_cents"].to_pylist(), strict=True))


def test_settled_loans_are_paid_to_the_cent_and_nobody_overpays(twenty_thousand) -> None:
    parts = ("principal_cents", "interest_cents", "penalty_cents", "fee_cents")
    due = _sums(twenty_thousand.tables["instalments"], "loan_id", *parts)
    payments = twenty_thousand.tables["payments"]
    paid = _sums(payments.filter(pc.equal(payments["status"], "settled")), "loan_id", "amount_cents")
    loans = twenty_thousand.tables["loans"].select(["loan_id", "status"]).to_pylist()
    for loan in loans:
        owed = due[loan["loan_id"]] - paid.get(loan["loan_id"], 0)
        assert owed == 0 if loan["status"] in ("settled", "cancelled") else owed > 0, loan


EVENTS = {
    "loans": ("disbursed_on", "closed_on"),
    "payments": ("recorded_at", "reversed_on", "reversal_recorded_at"),
    "contact_points": ("verified_on", "recorded_at"),
    "contacts": ("at",),
    "promises": ("made_on", "cancelled_on"),
    "arrangements": ("signed_on", "breached_on"),
    "holds": ("starts_on", "recorded_at"),
    "consents": ("given_at", "revoked_at"),
}


def test_nothing_has_happened_on_the_day_or_after_it(twenty_thousand) -> None:
    midnight = pa.scalar(np.datetime64("2026-11-22T16:00:00", "us")).cast(pa.timestamp("us", tz="UTC"))
    for table, columns in EVENTS.items():
        for column in columns:
            values = twenty_thousand.tables[table][column]
            bound = pa.scalar(AS_OF) if pa.types.is_date(values.type) else midnight
            # A person overseas may be called when it is already the next day at home.
            slack = 86_400_000_000 if column == "at" else 0
            latest = pc.max(values)
            assert latest.cast(pa.int32() if pa.types.is_date(values.type) else pa.int64()).as_py() < (
                bound.cast(pa.int32() if pa.types.is_date(values.type) else pa.int64()).as_py() + slack
            ), (table, column)
    payments = twenty_thousand.tables["payments"]
    settled = payments.filter(pc.not_equal(payments["status"], "in_flight"))
    assert pc.max(settled["effective_on"]).as_py() < AS_OF
    assert pc.max(payments["effective_on"]).as_py() <= AS_OF


def test_nothing_happens_on_a_loan_before_its_disbursal(twenty_thousand) -> None:
    loans = twenty_thousand.tables["loans"].select(["loan_id", "disbursed_on"])
    for table, column in (
        ("instalments", "due_on"),
        ("payments", "effective_on"),
        ("promises", "made_on"),
        ("arrangements", "signed_on"),
    ):
        joined = twenty_thousand.tables[table].select(["loan_id", column]).join(loans, "loan_id")
        early = pc.less(joined[column], joined["disbursed_on"])
        assert not pc.any(early).as_py(), table


def test_people_are_called_between_nine_and_twenty_on_their_own_clock(twenty_thousand) -> None:
    people = twenty_thousand.tables["borrowers"].select(["person_id", "time_zone"])
    contacts = twenty_thousand.tables["contacts"].select(["person_id", "at"]).join(people, "person_id")
    zones = set(contacts["time_zone"].to_pylist())
    assert len(zones - {None, "Asia/Shanghai"}) >= 2
    for zone in sorted(zones - {None}):
        at = contacts.filter(pc.equal(contacts["time_zone"], zone))["at"]
        hours = pc.hour(at.cast(pa.timestamp("us", tz=zone)))
        assert 9 <= pc.min(hours).as_py() <= pc.max(hours).as_py() < 20, zone


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("holds", "kind"),
        ("contacts", "attitude"),
        ("contacts", "reason_code"),
        ("contacts", "result"),
        ("contacts", "purpose"),
        ("contacts", "direction"),
        ("arrangements", "kind"),
        ("arrangements", "form"),
        ("consents", "kind"),
        ("contact_points", "kind"),
        ("contact_points", "state"),
        ("loans", "status"),
        ("loans", "product_kind"),
        ("payments", "status"),
        ("borrowers", "legal_capacity"),
    ],
)
def test_every_code_occurs(twenty_thousand, table: str, column: str) -> None:
    found = set(twenty_thousand.tables[table][column].to_pylist())
    # What is pending is under way at this minute; a lender's book of yesterday has none.
    assert set(BY_NAME[table].field(column).codes) - {PENDING} <= found


def test_holds_cover_every_kind_and_some_are_over(twenty_thousand) -> None:
    holds = twenty_thousand.tables["holds"]
    active = pc.or_kleene(pc.is_null(holds["ends_on"]), pc.greater(holds["ends_on"], pa.scalar(AS_OF)))
    assert set(holds.filter(active)["kind"].to_pylist()) == set(HOLD_KINDS)
    assert 0 < pc.sum(pc.invert(active.combine_chunks())).as_py() < len(holds)


def test_nobody_is_called_while_a_hold_binds(twenty_thousand) -> None:
    holds = twenty_thousand.tables["holds"].select(["person_id", "starts_on", "ends_on"])
    contacts = twenty_thousand.tables["contacts"].select(["person_id", "at", "direction"])
    out = contacts.filter(pc.equal(contacts["direction"], "out")).join(holds, "person_id", join_type="inner")
    day = pc.add(out["at"].cast(pa.timestamp("us")), pa.scalar(8 * 3_600_000_000, pa.duration("us"))).cast(pa.date32())
    # Only people on home time: elsewhere the local day may be another.
    home = twenty_thousand.tables["borrowers"]
    away = home.filter(pc.fill_null(pc.not_equal(home["time_zone"], "Asia/Shanghai"), False))["person_id"]
    bound = pc.and_(pc.greater_equal(day, out["starts_on"]), pc.fill_null(pc.less(day, out["ends_on"]), True))
    bound = pc.and_(bound, pc.invert(pc.is_in(out["person_id"], away.combine_chunks())))
    assert len(out) > 100
    assert not pc.any(bound).as_py()


def test_nobody_is_called_on_a_channel_after_refusing_it(twenty_thousand) -> None:
    consents, contacts = twenty_thousand.tables["consents"], twenty_thousand.tables["contacts"]
    refusals = consents.filter(pc.equal(consents["kind"], "channel_refusal")).select(
        ["person_id", "channel", "given_at"]
    )
    out = contacts.filter(pc.equal(contacts["direction"], "out")).select(["person_id", "channel", "at"])
    met = out.join(refusals, "person_id", join_type="inner", right_suffix="_refused")
    same = pc.or_(
        pc.is_null(met["channel_refused"]), pc.fill_null(pc.equal(met["channel"], met["channel_refused"]), False)
    )
    assert pc.sum(same).as_py() > 0
    assert not pc.any(pc.and_(same, pc.greater(met["at"], met["given_at"]))).as_py()


def test_an_arrangement_is_signed_before_it_ends_or_breaks(twenty_thousand) -> None:
    plans = twenty_thousand.tables["arrangements"]
    for later in ("ends_on", "breached_on"):
        assert pc.all(pc.less(plans["signed_on"], plans[later])).as_py()


def _dpd_of_open_loans(tables: dict[str, pa.Table]) -> np.ndarray:
    """Days past due by a slow and obvious walk: money pays the oldest instalment first."""
    payments = tables["payments"]
    paid = _sums(payments.filter(pc.equal(payments["status"], "settled")), "loan_id", "amount_cents")
    active = set(tables["loans"].filter(pc.equal(tables["loans"]["status"], "active"))["loan_id"].to_pylist())
    oldest: dict[str, int] = dict.fromkeys(active, 0)
    columns = ("loan_id", "due_on", "principal_cents", "interest_cents", "penalty_cents", "fee_cents")
    for loan, due_on, *parts in zip(*(tables["instalments"][name].to_pylist() for name in columns), strict=True):
        left = paid.get(loan, 0) - sum(parts)
        paid[loan] = max(left, 0)
        if left < 0 and loan in active and due_on < AS_OF:
            oldest[loan] = max(oldest[loan], (AS_OF - due_on).days)
    return np.array(list(oldest.values()))


def test_ageing_is_plausible(twenty_thousand) -> None:
    days = _dpd_of_open_loans(twenty_thousand.tables)
    shares = np.histogram(days, bins=[0, 1, 31, 61, 91, 121, 151, 181, 10_000])[0] / len(days)
    assert 0.84 <= shares[0] <= 0.89
    assert 0.045 <= shares[1] <= 0.08
    assert all(0.003 <= share <= 0.03 for share in shares[2:7])
    assert 0.01 <= shares[7] <= 0.035
    assert shares[1] > shares[2] > shares[4] > shares[6]


def test_products_people_and_rates_are_plausible(twenty_thousand) -> None:
    loans, people = twenty_thousand.tables["loans"], twenty_thousand.tables["borrowers"]
    assert 1.5 <= len(loans) / len(people) <= 1.7
    rates = loans["annual_rate"].cast(pa.float64()).to_numpy()
    assert 0.108 <= rates.min() <= rates.max() <= 0.24
    days = np.array([day.day for day in twenty_thousand.tables["instalments"]["due_on"].to_pylist()[:50_000]])
    after_pay_day = np.isin(days, [pay + lag for pay in (5, 10, 15, 20, 25) for lag in range(4)])
    assert after_pay_day.mean() > 0.95


def test_promises_are_kept_broken_and_open(twenty_thousand) -> None:
    promises, payments = twenty_thousand.tables["promises"], twenty_thousand.tables["payments"]
    got = promises.join(
        payments.select(["loan_id", "effective_on", "status", "amount_cents"]), "loan_id", right_suffix="_paid"
    )
    counts = pc.and_(
        pc.equal(got["status"], "settled"),
        pc.and_(
            pc.greater_equal(got["effective_on"], got["made_on"]), pc.less_equal(got["effective_on"], got["due_on"])
        ),
    )
    came = _sums(got.filter(counts), "promise_id", "amount_cents_paid")
    rows = promises.select(["promise_id", "due_on", "amount_cents"]).to_pylist()
    kept = [row for row in rows if came.get(row["promise_id"], 0) >= row["amount_cents"]]
    still_open = [row for row in rows if row["due_on"] >= AS_OF]
    assert 0.1 <= len(kept) / len(rows) <= 0.5
    assert 0.01 <= len(still_open) / len(rows) <= 0.2


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**40),
    as_of=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    borrowers=st.integers(1, 400),
)
def test_every_row_is_one_the_schema_allows(tmp_path: Path, seed: int, as_of: date, borrowers: int) -> None:
    make_book(tmp_path, borrowers=borrowers, seed=seed, as_of=as_of)
    for table in TABLES:
        rows = pq.read_table(tmp_path / f"{table.name}.parquet", schema=to_arrow_schema(table.schema))
        for field in table.fields:
            values = rows[field.name]
            assert not (field.required and values.null_count), (table.name, field.name)
            if field.codes:
                assert set(values.to_pylist()) <= {*field.codes, None}
            if field.low is not None and len(rows) > values.null_count:
                assert field.low <= pc.min(values).as_py() <= pc.max(values).as_py() <= field.high
            if field.dtype == TEXT:
                assert not pc.any(pc.equal(values, "")).as_py()


def test_progress_is_told_and_ends_with_all_borrowers(tmp_path: Path) -> None:
    told: list[int] = []
    make_book(tmp_path, borrowers=25_000, seed=1, as_of=AS_OF, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 25_000


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"borrowers": 0}, "bad_book_size"),
        ({"seed": -1}, "bad_seed"),
        ({"faults": 1.5}, "bad_fault_share"),
        ({"form": "xlsx"}, "unknown_form"),
        ({"as_of": date(1970, 1, 1)}, "bad_book_day"),
    ],
)
def test_impossible_wishes_are_refused(tmp_path: Path, arguments: dict[str, object], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_book(tmp_path, **{"borrowers": 10, "seed": 1, "as_of": AS_OF, **arguments})
    assert caught.value.code == code
