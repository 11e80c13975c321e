"""Is the law data, and nowhere a number in the code?

A legal number that is telling by itself (``22:00``, 1320 minutes, 0.24, 270 days …) may not stand in the deciding rooms
at all. A small one (2, 3, 7, 12, 30, 60), which means many things, may not be compared with. One is no number to look for.
"""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal

import pytest
from source_tree import dotted, nodes

from forbear.compliance import pack_names
from forbear.statutes import load_pack
from forbear.statutes.statute import as_number

ON = date(2026, 11, 23)
ROOMS = ("compliance", "day", "planning", "book", "strategy", "statutes", "tables")
SMALL_MAX = 60
"""Up to here numbers are those of clocks and calendars too: hours, minutes, days of a month."""
COMPARING = {"between", "isin"}

# (file, number): why it is no legal number.
ALLOWED = {
    (
        "book/settings.py",
        "90",
    ): "The lender's own buckets M1, M2, M3 …, thirty days each; the five classes come from the law pack.",
    (
        "book/reachability.py",
        "7",
    ): "The fact attempts_7_days_count counts the last seven days, by its name; no law asks for it.",
    (
        "book/reachability.py",
        "30",
    ): "The fact attempts_30_days_count counts the last thirty days, by its name; no law asks for it.",
    (
        "strategy/settings/experiments.py",
        "1000000",
    ): "Draws are whole millionths; it is the grain of the draw, and no amount.",
    (
        "strategy/settings/value.py",
        "5000",
    ): "Half of ten thousand, so that basis points are rounded half up; no amount of money.",
    (
        "tables/checking/coverage.py",
        "500000",
    ): "How many steps a search may take before it gives up; no amount of money.",
    ("day/report/sections.py", "90"): "Pixels: about how high a quotation stands on the page of the report.",
}


def statutes():
    return [statute for name in pack_names() for statute in load_pack(name, ON).statutes.values()]


def legal_numbers() -> set[str]:
    """Every value of every version of every statute, as it could stand in code; a time of day as text and as minutes, a date as
    text and as a number."""
    found = set()
    for statute in statutes():
        for version in statute.versions:
            value = version.value
            if isinstance(value, str):
                found |= {value, str(as_number(value))}
            elif value is not None and value not in (0, 1):
                found.add(str(value))
    return found


def literal_text(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool | bytes) or node.value is None:
        return None
    return str(Decimal(str(node.value))) if isinstance(node.value, float) else str(node.value)


def is_telling(number: str) -> bool:
    return not number.isdecimal() or int(number) > SMALL_MAX


def compared(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in COMPARING:
        return list(node.args)
    return []


def is_a_count_of_python_things(others: list[ast.expr]) -> bool:
    """``len(rows) > 1`` and the like compare the length of a thing of the program, not a fact."""
    return any(isinstance(each, ast.Call) and dotted(each.func) == "len" for each in others)


def test_the_numbers_to_look_for_come_from_the_statutes():
    """Were this empty, the tests below could not fail."""
    assert {"22:00", "1320", "0.24", "90", "270", "360", "3", "6"} <= legal_numbers()


def test_no_telling_legal_number_stands_in_the_deciding_rooms():
    """Times, rates and long spans of days come from dated statutes only."""
    telling = {number for number in legal_numbers() if is_telling(number)}
    found = {
        (path, literal_text(node)): f"{path}:{node.lineno} {literal_text(node)}"
        for path, node in nodes(rooms=ROOMS)
        if literal_text(node) in telling
    }
    assert [place for key, place in found.items() if key not in ALLOWED] == []


def test_no_small_legal_number_is_compared_with_in_the_deciding_rooms():
    """Three calls or six attempts are never counted up to in code."""
    small = {number for number in legal_numbers() if not is_telling(number)}
    odd = []
    for path, node in nodes(rooms=("compliance", "planning", "day", "book")):
        sides = compared(node)
        if sides and not is_a_count_of_python_things(sides):
            found = [literal_text(side) for side in sides if literal_text(side) in small]
            odd += [f"{path}:{node.lineno} {number}" for number in found if (path, number) not in ALLOWED]
    assert odd == []


@pytest.mark.parametrize(("place", "reason"), ALLOWED.items(), ids=str)
def test_every_exception_still_stands_and_has_a_reason(place, reason):
    """An exception that no code needs any more is taken off the list."""
    file, number = place
    assert len(reason.split()) > 5
    assert any(path == file and literal_text(node) == number for path, node in nodes())
