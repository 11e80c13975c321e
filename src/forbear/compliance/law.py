"""A law as it is named: one pack, or packs laid over one another, as ``cn+house``; shipped, or drafts in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from forbear.compliance.needs import FactNeed
from forbear.compliance.pack import PACKS_FOLDER, LawPack, read_pack
from forbear.kernel.errors import LawError
from forbear.statutes import STATUTES_FOLDER


def read_law(law: str, on: date) -> tuple[LawPack, ...]:
    """The packs that a law's name lays over one another, the base first.

    A name with a slash is that of a draft: ``drafts/cn`` is the pack in ``drafts/packs/cn`` with the statutes in
    ``drafts/statutes/cn``.

    Raises:
        LawError: ``unknown_pack``, ``bad_pack``, ``bad_statute``; ``bad_layers`` when the packs do not go together.
    """
    packs = [_one(name.strip(), on) for name in law.split("+")]
    packs.sort(key=lambda pack: not pack.is_base)
    names = [pack.name for pack in packs]
    if len(set(names)) != len(names):
        raise LawError("bad_layers", f"The law {law!r} names a pack twice.", do="Name each pack once.")
    if not packs[0].is_base:
        raise LawError(
            "bad_layers",
            f"The law {law!r} has no base: {packs[0].name} only adds to a pack that permits.",
            do="Lay it over a pack, as in cn+house.",
        )
    needs_of(packs)
    return tuple(packs)


def covered_from(packs: Sequence[LawPack]) -> date:
    """The first day that every base pack knows."""
    return max(pack.covers_from for pack in packs if pack.is_base)


def needs_of(packs: Sequence[LawPack]) -> dict[str, FactNeed]:
    """The facts of all layers by name.

    Raises:
        LawError: ``bad_layers`` when two packs mean different things by one name.
    """
    needs: dict[str, FactNeed] = {}
    for pack in packs:
        for name, need in pack.needs.items():
            known = needs.setdefault(name, need)
            if (known.dtype, known.unfavourable) != (need.dtype, need.unfavourable):
                raise LawError(
                    "bad_layers",
                    f"The packs {packs[0].name} and {pack.name} declare the fact {name} with other types or unfavourable values.",
                    do="Give it the same type and unfavourable value in both.",
                    fact=name,
                )
    return needs


def words_of(packs: Sequence[LawPack]) -> Mapping[str, str]:
    """The titles of all layers, by language."""
    return {language: " + ".join(pack.title[language] for pack in packs) for language in ("en", "zh")}


def _one(name: str, on: date) -> LawPack:
    folder, _, last = name.rpartition("/")
    if not folder:
        return read_pack(name, on, PACKS_FOLDER, STATUTES_FOLDER)
    home = Path(folder)
    return read_pack(last, on, home / "packs", home / "statutes")
