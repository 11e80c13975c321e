"""Every page of every role, opened in a real browser: readable by everybody, on a telephone too, and not heavy.

By default each is opened twice, by one of the roles that may: in Chinese on a telephone in the dark, in English on a large screen by
day. With ``FORBEAR_EVERY_SIZE`` by every role and in all eight ways.
``FORBEAR_PICTURES`` keeps pictures, and a table of what each page weighs.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest
import records_server

records_server.prepare()

from browsing import DESKTOP, PHONE  # noqa: E402
from django.urls import reverse  # noqa: E402

from forbear.doors.console.places import STAFF, Place  # noqa: E402
from forbear.doors.console.urls import PLACES  # noqa: E402

BYTES_MAX = 300_000
TWICE = [("zh", "phone", True), ("en", "desktop", False)]
EVERY = list(product(("zh", "en"), ("phone", "desktop"), (True, False)))
SIZES = {"phone": PHONE, "desktop": DESKTOP}


def pages_of(role: str) -> list[Place]:
    """What a role opens here that is a page: it is got, and names nothing but a person."""
    found = []
    for each in PLACES:
        if not os.environ.get("FORBEAR_EVERY_SIZE") and role != each.roles[0]:
            continue
        named = set(each.pattern().pattern.converters)
        is_a_file = each.route.endswith((".csv", ".zip", ".json"))
        if role in each.roles and "GET" in each.methods and named <= {"person_id"} and not is_a_file:
            found.append(each)
    return found


@pytest.mark.parametrize(("language", "size", "is_dark"), EVERY if os.environ.get("FORBEAR_EVERY_SIZE") else TWICE)
@pytest.mark.parametrize("role", STAFF)
def test_every_page_can_be_read_by_everybody(role, language, size, is_dark, lender, cast, sit):
    from console_staff import hire

    user = hire(lender, role, language=language)
    seat = sit(language=language, viewport=SIZES[size], dark=is_dark)
    seat.enter(user)
    broken, wide, heavy, rows = {}, [], {}, []
    for where in pages_of(role):
        named = {"person_id": cast.mine.person_id} if where.pattern().pattern.converters else None
        path = reverse(where.name, kwargs=named)
        seat.bytes_by_page.clear()
        if not seat.opens(path):
            continue
        weight = sum(seat.bytes_by_page.values())
        rows.append((where.name, weight))
        if found := seat.broken_rules():
            broken[where.name] = found
        if seat.is_wider_than_the_screen():
            wide.append(where.name)
        if weight > BYTES_MAX:
            heavy[where.name] = weight
        seat.picture(f"every/{role}/{where.name}-{language}-{size}{'-dark' if is_dark else ''}")
    note_weights(role, language, size, rows)
    assert (broken, wide, heavy) == ({}, [], {})


def note_weights(role: str, language: str, size: str, rows: list[tuple[str, int]]) -> None:
    """A line a page, where pictures are kept."""
    folder = os.environ.get("FORBEAR_PICTURES")
    if folder:
        lines = [f"{role}\t{name}\t{language}\t{size}\t{weight}\n" for name, weight in rows]
        path = Path(folder) / f"weights-{role}-{language}-{size}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
