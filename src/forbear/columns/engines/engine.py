"""What an engine must do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from forbear.columns.relation import Relation, Schema


class Engine(Protocol):
    """Runs relations and gives identical rows, whichever it is."""

    name: str

    @property
    def version(self) -> str: ...

    def open_parquet(self, name: str, paths: Sequence[Path], *, row_number: str | None = None) -> Relation: ...

    def open_arrow(self, name: str, table: pa.Table, schema: Schema) -> Relation: ...

    def keep(self, name: str, relation: Relation) -> Relation: ...

    def drop(self, name: str) -> None: ...

    def check(self, relation: Relation) -> None: ...

    def count(self, relation: Relation) -> int: ...

    def fetch(self, relation: Relation, order_by: Sequence[str] = ()) -> pa.Table: ...

    def write(self, relation: Relation, path: Path, order_by: Sequence[str] = ()) -> int: ...

    def close(self) -> None: ...
