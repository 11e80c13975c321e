"""What a lender's letters look like, and where the mail house is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    str(Path.home() / ".local/share/fonts"),
)
"""Where fonts are looked for; folders that do not exist are passed over."""


@dataclass(frozen=True)
class Window:
    """The envelope's window on an A4 page, in millimetres from the left and from the top edge."""

    left: int = 20
    top: int = 45
    width: int = 85
    height: int = 45


@dataclass(frozen=True)
class LetterSettings:
    """One lender's letters.

    Args:
        folder: an existing folder that the mail house shares.
        institution: the lender's name by language: ``zh``, ``en``, and ``zh_TW`` where the characters alone are not enough.
        contact: by language, one line on how to reach the lender.
        window: where the address shows.
        time_zone: whose date a letter bears that does not bring its own.
        font_folders: looked through with all folders below them.
        look_seconds: how often the inbox is looked through.
    """

    folder: Path
    institution: Mapping[str, str]
    contact: Mapping[str, str] = field(default_factory=dict)
    window: Window = field(default_factory=Window)
    time_zone: str = "Asia/Shanghai"
    font_folders: tuple[str, ...] = FONT_FOLDERS
    look_seconds: float = 30.0
