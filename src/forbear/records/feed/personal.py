"""Personal data on its way in: sealed in batches, and only where it is not already there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
from django.db import connection

from forbear.records.feed.addresses import normal_form
from forbear.records.feed.mirror import INDEX, Mirror
from forbear.records.sealing import Sealer

Batch = Callable[[pa.RecordBatch], pa.RecordBatch]


class PersonalData:
    """Seals the personal columns of batches of one tenant.

    Args:
        region: the country (ISO 3166) of telephone numbers without their own.
    """

    def __init__(self, tenant: str, box: Sealer, region: str) -> None:
        self._tenant, self._box, self._region = tenant, box, region

    def of(self, mirror: Mirror) -> Batch:
        """What makes of a batch of the book's columns one of the staging table's."""
        if mirror.name == "borrowers":
            return lambda batch: self._people(batch, mirror)
        if mirror.name == "contact_points":
            return lambda batch: self._points(batch, mirror)
        return lambda batch: batch

    def _people(self, batch: pa.RecordBatch, mirror: Mirror) -> pa.RecordBatch:
        names = batch.column("name").to_pylist()
        births = [None if day is None else day.isoformat() for day in batch.column("birth_on").to_pylist()]
        indexes = self._box.index_many(
            ("person", f"{name or ''}\0{birth or ''}") for name, birth in zip(names, births, strict=True)
        )
        is_new = self._is_new(mirror, batch.column("person_id").to_pylist(), indexes)
        found = {
            "name_sealed": self._box.seal_many("name", _where(is_new, names)),
            "birth_on_sealed": self._box.seal_many("birth_on", _where(is_new, births)),
        }
        return _with(batch, mirror, {name: _hex(values) for name, values in found.items()}, indexes)

    def _points(self, batch: pa.RecordBatch, mirror: Mirror) -> pa.RecordBatch:
        kinds, values = batch.column("kind").to_pylist(), batch.column("value").to_pylist()
        given = [place for place, value in enumerate(values) if value]
        normal = ((kinds[place], normal_form(kinds[place], values[place], self._region)) for place in given)
        indexes = [""] * len(values)
        for place, index in zip(given, self._box.index_many(normal), strict=True):
            indexes[place] = index
        is_new = self._is_new(mirror, batch.column("contact_point_id").to_pylist(), indexes)
        sealed = self._box.seal_many("value", _where(is_new, values))
        return _with(batch, mirror, {"value_sealed": _hex(sealed)}, indexes)

    def _is_new(self, mirror: Mirror, ids: Sequence[str], indexes: Sequence[str]) -> list[bool]:
        """Whether each row's personal data differs from what is there."""
        key, index = mirror.key[0], INDEX[mirror.name]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, {index} FROM {mirror.target} WHERE tenant_id = %s AND {key} = ANY(%s)",
                [self._tenant, list(ids)],
            )
            there = dict(cursor.fetchall())
        if not there:
            return [True] * len(ids)
        return [there.get(id_) != index for id_, index in zip(ids, indexes, strict=True)]


def _where(chosen: Sequence[bool], texts: Sequence[str | None]) -> list[str | None]:
    return [text if is_chosen else None for is_chosen, text in zip(chosen, texts, strict=True)]


def _hex(sealed: Sequence[bytes | None]) -> pa.Array:
    """Bytes as the database reads them in text."""
    return pa.array([None if each is None else f"\\x{each.hex()}" for each in sealed], pa.string())


def _with(batch: pa.RecordBatch, mirror: Mirror, sealed: dict[str, pa.Array], indexes: Sequence[str]) -> pa.RecordBatch:
    arrays = {**sealed, INDEX[mirror.name]: pa.array(indexes, pa.string())}
    columns = [arrays[name] if name in arrays else batch.column(name) for name in mirror.staged]
    return pa.RecordBatch.from_arrays(columns, names=list(mirror.staged))
