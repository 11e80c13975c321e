"""Statutes are read from files, checked, and chosen by date."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from forbear.columns.dtypes import INT
from forbear.kernel.errors import LawError
from forbear.statutes import Statutes, load_pack, read_statute

ON = date(2026, 11, 23)
GOOD = """
id: xx.calls.max
title: {en: Calls, zh: 通话}
says: {en: At most so many., zh: 不超过此数。}
unit: calls a day
modal: MUST_NOT
norm: STD
provenance: S1
verified: false
versions:
  - from: 2024-01-01
    value: 5
    force: industry-standard
    source: {title: A standard, article: "1"}
    checked_on: 2026-11-22
  - from: 2025-03-01
    until: 2026-01-01
    value: 3
    force: industry-standard
    source: {title: A standard, article: "2"}
    checked_on: 2026-11-22
"""


def read(text: str, tmp_path):
    return read_statute(text.encode(), tmp_path / "max.yaml", "xx.calls.max")


def test_a_version_holds_until_the_next_begins(tmp_path):
    statute = read(GOOD, tmp_path)
    change = date(2025, 3, 1)
    values = [statute.version_on(change + timedelta(days=shift)).value for shift in (-1, 0, 1)]
    assert values == [5, 3, 3]


def test_a_version_ends_on_its_last_day(tmp_path):
    statute = read(GOOD, tmp_path)
    assert statute.version_on(date(2025, 12, 31)).value == 3
    assert statute.version_on(date(2026, 1, 1)) is None
    assert statute.version_on(date(2023, 12, 31)) is None


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("id: xx.calls.max", "id: xx.calls.min", "id"),
        ("zh: 通话", "zh: ''", "title"),
        ("unit: calls a day", "unit: furlongs", "unit"),
        ("modal: MUST_NOT", "modal: WILL", "modal"),
        ("norm: STD", "norm: RUMOUR", "norm"),
        ("provenance: S1", "provenance: X", "provenance"),
        ("verified: false", "verified: true", "verified"),
        ("provenance: S1", "provenance: P", "verified"),
        ("value: 5", "value: five", "value"),
        ("value: 5", "value: true", "value"),
        ("value: 5", "value: 1.5", "value"),
        ("force: industry-standard", "force: habit", "force"),
        ('source: {title: A standard, article: "1"}', "source: null", "source"),
        ('source: {title: A standard, article: "1"}', "source: {title: A, page: 2}", "page"),
        ("checked_on: 2026-11-22", "checked_on: yesterday", "checked_on"),
        ("from: 2024-01-01", "from: 2025-06-01", "versions"),
        ("until: 2026-01-01", "until: 2025-01-01", "until"),
        ("modal: MUST_NOT", "modal: MUST_NOT\ncolour: blue", "colour"),
        ("versions:", "versions: []\nregister:", "versions"),
    ],
)
def test_a_statute_that_is_off_names_its_key(old, new, key, tmp_path):
    with pytest.raises(LawError) as caught:
        read(GOOD.replace(old, new, 1), tmp_path)
    assert caught.value.code == "bad_statute"
    assert caught.value.where["key"] == key


@pytest.mark.parametrize("content", [b"\xff\xfe", b"- a list", b"a: [", b""])
def test_a_file_that_is_no_statute_is_one_error(content, tmp_path):
    with pytest.raises(LawError) as caught:
        read_statute(content, tmp_path / "max.yaml", "xx.calls.max")
    assert caught.value.where["key"] == "file"


@pytest.mark.parametrize(("text", "wrong"), [('"22:00"', False), ("22", True), ('"25:00"', True), ('"late"', True)])
def test_a_time_of_day_is_hours_and_minutes(text, wrong, tmp_path):
    changed = GOOD.replace("calls a day", "local time of day").replace("value: 3", 'value: "08:00"')
    changed = changed.replace("value: 5", f"value: {text}")
    if wrong:
        with pytest.raises(LawError):
            read(changed, tmp_path)
    else:
        assert read(changed, tmp_path).versions[0].value == "22:00"


def test_a_rule_without_a_value_has_no_column(tmp_path):
    bare = GOOD.replace("calls a day", "none").replace("    value: 5\n", "").replace("    value: 3\n", "")
    statute = read(bare, tmp_path)
    assert Statutes("xx", ON, {statute.id: statute}, "").as_columns() == {}
    with pytest.raises(LawError):
        read(GOOD.replace("calls a day", "none"), tmp_path)


def test_a_value_that_is_not_in_force_is_null_of_its_type(tmp_path):
    statute = read(GOOD, tmp_path)
    columns = Statutes("xx", date(2020, 1, 1), {statute.id: statute}, "").as_columns()
    assert columns["xx.calls.max"].dtype == INT
    assert columns["xx.calls.max"].args[0] is None


def test_an_unknown_pack_is_an_error():
    for name in ("atlantis", "../cn", ""):
        with pytest.raises(LawError) as caught:
            load_pack(name, ON)
        assert caught.value.code == "unknown_pack"


def test_times_become_minutes_and_rates_stay_exact():
    columns = load_pack("cn", ON).as_columns()
    assert columns["cn.gbt45251.quiet_hours_start"].args[0] == 22 * 60
    assert columns["cn.financing.all_in_rate_max"].args[0] == Decimal("0.24")


def test_a_row_is_governed_by_the_longest_id_that_begins_it():
    statutes = load_pack("cn", ON)
    governing = statutes.governing("cn.reading.stops.hold.bankruptcy")
    assert governing is not None and governing.id == "cn.reading.stops.hold"
    assert statutes.governing("cn.reading.stops.holding") is None
    assert statutes.governing("cn") is None


def test_the_digest_changes_with_the_text_and_not_with_the_date(tmp_path):
    folder = tmp_path / "xx" / "calls"
    folder.mkdir(parents=True)
    (folder / "max.yaml").write_text(GOOD, encoding="utf-8")
    first = load_pack("xx", ON, tmp_path).digest
    assert load_pack("xx", ON - timedelta(days=1), tmp_path).digest == first
    (folder / "max.yaml").write_text(GOOD + "# a word\n", encoding="utf-8")
    assert load_pack("xx", ON, tmp_path).digest != first


@pytest.mark.parametrize("statute", load_pack("cn", ON).statutes.values(), ids=lambda statute: statute.id)
def test_only_law_is_quoted_and_every_source_says_where_it_was_read(statute):
    for version in statute.versions:
        assert version.source.read_in
        assert not version.source.quote or statute.norm == "LAW"
        assert statute.provenance == "HOUSE" or version.source.href.startswith("https://")


def test_house_policies_are_not_counted_as_unverified_law():
    statutes = load_pack("cn", ON)
    unread = [v for v in statutes.values.values() if v.provenance in ("S1", "S2", "M")]
    assert statutes.unverified_count() == len(unread) > 0
