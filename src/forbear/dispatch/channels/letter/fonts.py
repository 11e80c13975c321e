"""The fonts of a letter: found, or named as missing; and which characters they can write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from forbear.kernel.errors import InputError

FAMILIES = {"zh_CN": "Noto Serif CJK SC", "zh_TW": "Noto Serif CJK TC", "en": "Noto Serif CJK SC"}
"""The font of each language; that of English has Chinese names and addresses too."""
SIGNS = "Noto Color Emoji"
"""Signs that the others lack, where it is installed."""
_UNSEEN = {0x9, 0xA, 0x200D, *range(0xFE00, 0xFE10)}
"""Tabs, line ends, and what joins or varies the sign before it."""


class Fonts:
    """The fonts of all languages, found in some folders.

    Raises:
        InputError: ``fonts_missing``, where a family is in none of them.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        existing = [folder for folder in folders if Path(folder).is_dir()]
        self.found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=existing)
        has = set(self.found.families())
        for family in sorted(set(FAMILIES.values())):
            if family not in has:
                raise InputError(
                    "fonts_missing",
                    f"Letters cannot be set: the font {family} is missing.",
                    do="Install it (Debian: fonts-noto-cjk), or name its folder in the settings of letters.",
                    folders=", ".join(folders),
                )
        self._has_signs = SIGNS in has
        self._known = {family: self._characters(family) for family in set(FAMILIES.values())}
        self._signs = self._characters(SIGNS) if self._has_signs else frozenset()

    def names(self, language: str) -> list[str]:
        """The families for a language, in the order in which a character is looked for."""
        return [FAMILIES[language], *([SIGNS] if self._has_signs else [])]

    def missing(self, language: str, texts: Iterable[str]) -> list[str]:
        """Characters that would be an empty box in print, as ``U+…``, in order: a rare name, a sign of another script."""
        known = self._known[FAMILIES[language]]
        points = {ord(sign) for text in texts for sign in text} - _UNSEEN
        return [f"U+{point:04X}" for point in sorted(points) if point not in known and point not in self._signs]

    def _characters(self, family: str) -> frozenset[int]:
        """What every weight of the family has."""
        points: frozenset[int] | None = None
        for info in self.found.fonts():
            if info.family == family:
                with TTFont(info.path, fontNumber=info.index, lazy=True) as font:
                    mapped = frozenset(font.getBestCmap())
                points = mapped if points is None else points & mapped
        return points or frozenset()
