"""How often: caps say in data what is counted; the facts engine counts it, and the gate compares."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from forbear.book.windows import CountWindow
from forbear.columns.expression import Column, all_of, when
from forbear.compliance.rows import LawRow, bad_row


def count_windows(
    rows: Sequence[LawRow], needs: Collection[str], values: Mapping[str, Column]
) -> tuple[CountWindow, ...]:
    """The counts that caps in force ask for, each once.

    Raises:
        LawError: ``bad_row``: an undeclared counter, or two rows that say different things of one.
    """
    windows: dict[str, CountWindow] = {}
    for row in rows:
        window = CountWindow(
            name=row.text("counter"),
            counted=row.text("counted"),
            channels=tuple(row.text("channels").split()),
            scope=row.text("scope"),
            days=_whole(row, "days", values),
        )
        if window.name not in needs:
            raise bad_row(row.id, f"its counter {window.name!r} is not declared among the facts")
        if windows.setdefault(window.name, window) != window:
            raise bad_row(row.id, f"another row says something else of the counter {window.name}")
    return tuple(windows.values())


def is_used_up(row: LawRow, facts: Mapping[str, Column], values: Mapping[str, Column]) -> Column:
    """Whether a cap applies and leaves no room for one more.

    An individual agreement takes the place of the maximum, be it more or less; below nought there is none.
    """
    maximum = row.column("maximum", facts, values)
    agreed_by = row.text("agreed_by")
    limit = when(facts[agreed_by] >= 0, facts[agreed_by], maximum) if agreed_by else maximum
    return all_of(row.condition(facts, values), facts[row.text("counter")] >= limit)


def _whole(row: LawRow, output: str, values: Mapping[str, Column]) -> int:
    column = row.column(output, {}, values)
    value = column.args[0] if column.op == "literal" else None
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad_row(row.id, f"its {output} is no whole number")
    return value
