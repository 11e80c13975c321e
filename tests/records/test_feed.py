"""Does the lender's book come into the records whole, once, and without touching what was made here?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from records_cast import NOON, TODAY
from small_books import due, loan, payment

from forbear.book.schema import BY_NAME
from forbear.columns.arrow import to_arrow_schema
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.lab import make_book
from forbear.records.actions.holds import place_hold
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.feed import feed_book, feed_delta, take_in_delta
from forbear.records.models import Act, Contact, ContactPoint, Hold, Import, Instalment, Loan, Payment, Person
from forbear.records.scope import acting
from forbear.records.sealing import sealer

CLOCK = FixedClock(NOON)
WHO = {"person_id": "P1", "name": "王文豪", "birth_on": date(1990, 5, 1), "time_zone": "Asia/Shanghai"}
POINT = {"contact_point_id": "K1", "person_id": "P1", "kind": "mobile", "value": "138 0000 1234", "state": "valid"}


def book(folder: Path, **tables: list[dict[str, Any]]) -> Path:
    """A book of one person with one loan, two instalments and a number, unless said otherwise."""
    rows: dict[str, list[dict[str, Any]]] = {
        "borrowers": [WHO],
        "loans": [loan()],
        "instalments": [due(1, "2026-11-08", 10_000), due(2, "2026-12-08", 10_000)],
        "payments": [],
        "contact_points": [POINT],
    } | tables
    folder.mkdir()
    for name, given in rows.items():
        schema = BY_NAME[name].schema
        full = [{column: row.get(column, BY_NAME[name].field(column).default) for column in schema} for row in given]
        pq.write_table(pa.Table.from_pylist(full, to_arrow_schema(schema)), folder / f"{name}.parquet")
    (folder / "mapping.yaml").write_text("may_be_empty: [payments]\n", encoding="utf-8")
    return folder


@pytest.fixture
def feed(scope, tmp_path):
    """``feed(loans=[...])``: the small book with these tables, fed as of today."""

    def fed(as_of: date = TODAY, **tables: list[dict[str, Any]]):
        folder = book(tmp_path / f"book-{len(list(tmp_path.iterdir()))}", **tables)
        mapping = folder / "mapping.yaml"
        return feed_book(scope, folder, as_of=as_of, clock=CLOCK, mapping=mapping)

    return fed


def test_a_fed_person_is_sealed_and_found_again_by_the_one_form_of_a_number(feed, tenant, scope):
    """Name, birth and number are ciphertext; the number is found however it is typed."""
    fed = feed()
    assert fed.counts["borrowers"] == {"in": 1, "accepted": 1, "rejected": 0, "added": 1, "changed": 0, "gone": 0}
    box = sealer(tenant)
    with acting(scope):
        person = Person.objects.get(person_id="P1")
        point = ContactPoint.objects.get(value_index=box.index("mobile", "+8613800001234"))
    assert (
        box.open("name", person.name_sealed) == "王文豪"
        and box.open("birth_on", person.birth_on_sealed) == "1990-05-01"
    )
    assert "王文豪".encode() not in bytes(person.name_sealed)
    assert box.open("value", point.value_sealed) == "138 0000 1234"


def test_the_same_book_twice_changes_nothing(feed, tenant, scope):
    """Not a version, not a ciphertext, not the freshness of the feed; of another day only the freshness."""
    feed()
    with acting(scope):
        before = Person.objects.get().__dict__ | {"_state": None}
    assert not feed().is_new
    again = feed(TODAY + timedelta(days=1))
    assert again.is_new and all(not each["changed"] and not each["added"] for each in again.counts.values())
    with acting(scope):
        assert Person.objects.get().__dict__ | {"_state": None} == before
        assert Import.objects.filter(digest=again.digest).count() == 1


def test_rows_in_are_rows_accepted_and_rows_rejected_which_are_kept(feed, tenant, scope):
    """A bad row never stops a feed; neither does a text longer than the records keep."""
    fed = feed(loans=[loan(), loan("L2", "nobody"), loan("L" * 65)])
    assert fed.counts["loans"] == {"in": 3, "accepted": 1, "rejected": 2, "added": 1, "changed": 0, "gone": 0}
    rejects = pq.read_table(fed.rejects_path).to_pylist()
    assert {(row["rule"], row["column"]) for row in rejects if row["table"] == "loans"} == {
        ("orphan", "person_id"), ("too_long", "loan_id"),
    }  # fmt: skip


def test_a_loan_that_is_gone_is_noted_and_a_payment_that_is_gone_stays(feed, scope):
    """Nothing is deleted but what a schedule no longer has; a loan that comes back is no longer gone."""
    rows = {"loans": [loan(), loan("L2")], "payments": [payment(500, "2026-11-09", payment_id="Y1")]}
    feed(**rows)
    later = TODAY + timedelta(days=1)
    fed = feed(later, instalments=[due(1, "2026-11-08", 10_000)])
    assert (fed.counts["loans"]["gone"], fed.counts["payments"]["gone"], fed.counts["instalments"]["gone"]) == (1, 1, 1)
    with acting(scope):
        assert dict(Loan.objects.values_list("loan_id", "gone_on")) == {"L1": None, "L2": later}
        assert Payment.objects.count() == 1 and Instalment.objects.count() == 1
    feed(later + timedelta(days=1), **rows)
    with acting(scope):
        assert not Loan.objects.filter(gone_on__isnull=False).exists()


def test_what_was_made_here_is_never_overwritten(feed, scope, tenant):
    """Neither a hold of the same id, nor money that is known to be there, nor a number that was taken out, nor an erased name."""
    feed()
    hold = place_hold(scope, "P1", "dispute", TODAY)
    accept_payments(scope, [PaymentIn("Y1", "L1", 500, TODAY)])
    with acting(scope):
        ContactPoint.objects.update(removed_at=NOON, value_sealed=None)
        Person.objects.update(erased_at=NOON, name_sealed=None)
    feed(
        TODAY + timedelta(days=1),
        borrowers=[WHO | {"name": "王新"}],
        contact_points=[POINT | {"value": "13900005678"}],
        payments=[payment(500, TODAY.isoformat(), payment_id="Y1", status="in_flight")],
        holds=[{"hold_id": hold.id, "person_id": "P1", "kind": "dispute", "starts_on": TODAY, "ends_on": TODAY}],
    )
    with acting(scope):
        assert Hold.objects.get().ends_on is None and Payment.objects.get().status == "settled"
        point = ContactPoint.objects.get()
        assert point.value_sealed is None and point.removed_at == NOON
        assert Person.objects.get().name_sealed is None


def test_a_change_moves_the_version_of_its_person_and_of_nobody_else(feed, scope):
    """An act permitted on what was known before does not begin; others are not disturbed."""
    people = {"borrowers": [WHO, WHO | {"person_id": "P2"}], "loans": [loan(), loan("L2", "P2")]}
    feed(**people)
    with acting(scope):
        assert set(Person.objects.values_list("version", flat=True)) == {0}
    feed(TODAY + timedelta(days=1), **people, payments=[payment(500, "2026-11-20")])
    with acting(scope):
        versions = dict(Person.objects.values_list("person_id", "version"))
    assert versions["P1"] > 0 and versions["P2"] == 0


def test_a_fed_payment_withdraws_the_acts_that_wait_for_its_loan(feed, scope, tenant):
    """As a payment that is accepted here does."""
    feed()
    with acting(scope):
        Act.objects.create(
            tenant_id=tenant, act_id="6f0e8f43-52f4-5d0c-9c36-2f1d7f2b7a11", person_id="P1", loan_id="L1", business_date=TODAY,
            channel="sms", purpose="collection", earliest_at=NOON, latest_at=NOON + timedelta(hours=1),
        )  # fmt: skip
    feed(TODAY + timedelta(days=1), payments=[payment(500, "2026-11-20")])
    with acting(scope):
        act = Act.objects.get(tenant_id=tenant)
    assert (act.state, act.reason) == ("withdrawn", "payment")


def test_a_delta_of_rows_is_taken_by_the_rules_of_the_book(feed, scope):
    """What it refers to is known from before; each row that is not taken is told of by its place."""
    feed()
    at = datetime(2026, 11, 22, 4, tzinfo=UTC)
    delta = take_in_delta(
        scope,
        {
            "payments": [
                {"payment_id": "Y1", "loan_id": "L1", "amount_cents": 500, "effective_on": "2026-11-20"},
                {"payment_id": "Y2", "loan_id": "L9", "amount_cents": 500, "effective_on": "2026-11-20"},
                {"payment_id": "Y3", "loan_id": "L1", "amount_cents": -1, "effective_on": "2026-11-20"},
            ],
            "contacts": [{"contact_id": "C1", "person_id": "P1", "at": at, "channel": "sms", "is_right_party": True}],
        },
        as_of=TODAY,
        clock=CLOCK,
    )
    assert [(each.table, each.row, each.column, each.rule) for each in delta.rejects] == [
        ("payments", 1, "loan_id", "orphan"), ("payments", 2, "amount_cents", "negative_amount"),
    ]  # fmt: skip
    assert delta.fed.counts["payments"] == {"in": 3, "accepted": 1, "rejected": 2, "added": 1, "changed": 0, "gone": 0}
    with acting(scope):
        assert Payment.objects.get().payment_id == "Y1" and Contact.objects.get().is_right_party
        assert Loan.objects.get().gone_on is None


@pytest.mark.parametrize(
    "tables, code",
    [({"guarantors": [{}]}, "unknown_table"), ({"loans": [{"relative_phone": "1"}]}, "unknown_column")],
)
def test_a_delta_with_words_that_the_book_does_not_have_is_refused(tables, code, scope, tenant):
    """So that a slip of the sender does not pass for an empty column."""
    with pytest.raises(InputError) as caught:
        take_in_delta(scope, tables, as_of=TODAY, clock=CLOCK)
    assert caught.value.code == code


def test_a_delta_of_files_changes_what_it_names_only(feed, scope, tmp_path):
    """A delta needs no table; what it does not name stays."""
    feed()
    folder = tmp_path / "delta"
    folder.mkdir()
    (folder / "loans.csv").write_text(
        "loan_id,person_id,disbursed_on,principal_cents,team\nL1,P1,2026-01-01,10000,north\n", encoding="utf-8"
    )
    fed = feed_delta(scope, folder, as_of=TODAY, clock=CLOCK)
    assert dict(fed.counts) == {"loans": {"in": 1, "accepted": 1, "rejected": 0, "added": 0, "changed": 1, "gone": 0}}
    with acting(scope):
        assert Loan.objects.get().team == "north" and Instalment.objects.count() == 2


def test_a_synthetic_book_with_faults_comes_in_whole(scope, tmp_path):
    """Every table's rows add up, and the records hold as many as were accepted."""
    make_book(tmp_path / "book", borrowers=300, seed=11, as_of=TODAY, faults=0.05)
    fed = feed_book(scope, tmp_path / "book", as_of=TODAY, clock=CLOCK)
    assert sum(each["rejected"] for each in fed.counts.values()) > 50
    assert all(each["in"] == each["accepted"] + each["rejected"] for each in fed.counts.values())
    assert all(each["added"] == each["accepted"] for each in fed.counts.values())
    with acting(scope):
        assert Instalment.objects.count() == fed.counts["instalments"]["accepted"]
