"""What the gate says of one contact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """The verdict on one contact.

    ``decided_by`` is the row that decided; None means that no row spoke, and then the verdict is DENY.
    The window is in local minutes of the day, end excluded.
    """

    verdict: str
    decided_by: str | None
    rules: tuple[str, ...]
    duties: tuple[str, ...]
    window_start_minute: int
    window_end_minute: int
    pack_version: str
