"""Something of a law pack that must be mended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A code, where it is, what it is; ``example`` is a proposal that shows it, where there is one."""

    code: str
    where: str
    message: str
    example: str = ""
