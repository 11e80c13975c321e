"""From whole numbers to the Arrow columns of the schema.

Until here every column is an int64 array: a number for an id, a position for a code, days or microseconds for a
date or an instant, millionths for a rate, ``NULL`` for nothing.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from forbear.book.schema import CONTACT_POINTS, RATE, Field, Table
from forbear.columns.arrow import to_arrow_schema, to_arrow_type
from forbear.columns.dtypes import BOOL, DATE, INSTANT
from forbear.lab.synthetic.draws import NULL, Bools, Ints, Rows
from forbear.lab.synthetic.places import REGIONS, ZONES
from forbear.lab.synthetic.products import PRODUCTS
from forbear.lab.synthetic.words import GIVEN, SURNAMES

# A date that no calendar has; only text can hold it.
BAD_DATE = 99_999_999
BAD_DATE_TEXT = "2026-02-30"
UNKNOWN_CODE = "no-such-code"

AGENCIES = ("agency-east", "agency-north", "agency-south", "agency-west", "agency-mid")
TEAMS = ("reminders", "early", "middle", "late")
# Column: letter and digits of its ids. A negative number stands for an id that belongs to nobody, and shows as X.
_IDS = {
    "person_id": ("P", 8),
    "loan_id": ("L", 9),
    "payment_id": ("Y", 11),
    "contact_point_id": ("K", 9),
    "contact_id": ("C", 11),
    "promise_id": ("W", 11),
    "arrangement_id": ("A", 9),
    "hold_id": ("H", 9),
    "consent_id": ("N", 9),
}
_LISTS: dict[str, tuple[str, ...]] = {
    "product_code": tuple(product.code for product in PRODUCTS),
    "currency": ("CNY",),
    "agency_id": AGENCIES,
    "team": TEAMS,
    "time_zone": ZONES,
    "region_code": REGIONS,
}
# Values of contact points are made up and lead nowhere: no Chinese mobile number begins with 120.
_VALUE_FORMS = {
    "mobile": ("120", ""),
    "landline": ("0000-", ""),
    "email": ("p", "@example.com"),
    "app": ("app-", ""),
    "im": ("im-", ""),
    "address": ("样例路", "号"),
}


def encode(table: Table, rows: Rows, *, as_text: bool = False) -> pa.Table:
    """The rows as an Arrow table with the columns of the schema; ``as_text`` makes dates text, even impossible ones."""
    columns = [_encode_column(table, field, rows) for field in table.fields]
    made = pa.Table.from_arrays(columns, schema=to_arrow_schema(table.schema))
    return _with_bad_dates(table, rows, made) if as_text else made


def _encode_column(table: Table, field: Field, rows: Rows) -> pa.Array:
    values = rows[field.name]
    if field.name in _IDS:
        return encode_ids(values, *_IDS[field.name])
    if field.name == "value":
        return _point_values(values, rows["kind"])
    if field.name == "name":
        return _take(_full_names(), values)
    if field.codes or field.name in _LISTS:
        return _take(pa.array([*(field.codes or _LISTS[field.name]), UNKNOWN_CODE]), values)
    if field.dtype == RATE:
        return encode_rates(values)
    return _plain(field, values)


def _plain(field: Field, values: Ints) -> pa.Array:
    target, is_null = to_arrow_type(field.dtype), values == NULL
    if field.dtype == DATE:
        is_null = is_null | (values == BAD_DATE)
        return pa.array(np.where(is_null, 0, values).astype(np.int32), mask=is_null).cast(target)
    if field.dtype == INSTANT:
        return pa.array(values, mask=is_null).cast(target)
    if field.dtype == BOOL:
        return pa.array(values == 1, mask=is_null)
    return pa.array(values, type=target, mask=is_null)


def _take(words: pa.Array, positions: Ints) -> pa.Array:
    return words.take(pa.array(positions, mask=positions == NULL))


@cache
def _full_names() -> pa.Array:
    return pa.array([surname + given for surname in SURNAMES for given in GIVEN])


@cache
def _four_digits() -> npt.NDArray[np.uint8]:
    numbers = np.arange(10_000)
    return np.stack([numbers // power % 10 + 48 for power in (1_000, 100, 10, 1)], axis=1).astype(np.uint8)


def _validity(is_null: Bools) -> pa.Buffer | None:
    return pa.array(~is_null).buffers()[1] if is_null.any() else None


def encode_ids(numbers: Ints, letter: str, width: int) -> pa.Array:
    """Letter and zero-padded number; nothing for ``NULL``."""
    is_null = numbers == NULL
    left = np.abs(np.where(is_null, 0, numbers))
    groups = -(-width // 4)
    digits = np.empty((len(numbers), groups, 4), dtype=np.uint8)
    for group in range(groups - 1, -1, -1):
        left, low = np.divmod(left, 10_000)
        digits[:, group] = _four_digits()[low]
    text = np.empty((len(numbers), width + 1), dtype=np.uint8)
    text[:, 0] = np.where((numbers < 0) & ~is_null, ord("X"), ord(letter))
    text[:, 1:] = digits.reshape(len(numbers), groups * 4)[:, groups * 4 - width :]
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * (width + 1)
    buffers = [_validity(is_null), pa.py_buffer(offsets), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.string(), len(numbers), buffers)


def encode_rates(millionths: Ints) -> pa.Array:
    """Exact decimals from millionths; nothing for ``NULL``."""
    is_null = millionths == NULL
    words = np.zeros((len(millionths), 2), dtype="<i8")
    words[:, 0] = np.where(is_null, 0, millionths)
    return pa.Array.from_buffers(
        pa.decimal128(RATE.precision, RATE.scale), len(millionths), [_validity(is_null), pa.py_buffer(words)]
    )


def _point_values(numbers: Ints, kinds: Ints) -> pa.Array:
    """A made-up number, address or token; nothing where the kind is missing or unknown."""
    codes = CONTACT_POINTS.field("kind").codes
    kinds = np.where((kinds < 0) | (kinds >= len(codes)), NULL, kinds)
    before = pa.array([_VALUE_FORMS[code][0] for code in codes])
    after = pa.array([_VALUE_FORMS[code][1] for code in codes])
    middle = pc.utf8_slice_codeunits(encode_ids(numbers, "V", 9), 1)
    return pc.binary_join_element_wise(_take(before, kinds), middle, _take(after, kinds), "")


def _with_bad_dates(table: Table, rows: Rows, made: pa.Table) -> pa.Table:
    for position, field in enumerate(table.fields):
        if field.dtype == DATE:
            text = made.column(position).cast(pa.string())
            bad = pa.array(rows[field.name] == BAD_DATE)
            made = made.set_column(position, field.name, pc.if_else(bad, BAD_DATE_TEXT, text))
    return made
