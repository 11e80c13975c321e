"""What a page hands out as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from forbear.records.conduct.evidence import harmless

MARK = b"\xef\xbb\xbf"
"""By what a spreadsheet knows that a CSV file is UTF-8."""


def a_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to be kept.

    Args:
        name: in ASCII.
        kind: its media type.
    """
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_file(rows: Iterable[Sequence[object]], name: str, *, has_mark: bool = False) -> HttpResponse:
    """Rows as CSV, the first of them the heads; no cell is taken for a formula.

    Args:
        name: in ASCII.
        has_mark: whether it begins with the mark of UTF-8; for what has words of people.
    """
    made = io.StringIO()
    writer = csv.writer(made)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return a_file((MARK if has_mark else b"") + made.getvalue().encode(), name, "text/csv; charset=utf-8")
