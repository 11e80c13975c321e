"""A law as it is named: one pack, or packs laid over one another, as ``cn+house``; shipped, or drafts in a folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from forbear.compliance.needs import FactNeed
from forbear.compliance.pack import PACKS_FOLDER, LawPack, pack_path, read_pack
from forbear.kernel.errors import LawError, OutputError
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


def copy_law(law: str, out: Path) -> dict[str, int]:
    """Write the packs and statutes of a law into a folder as a draft of one's own: ``out/packs`` and ``out/statutes``.

    Returns:
        How many files were written, by pack.

    Raises:
        LawError: as of :func:`read_law`.
        OutputError: ``folder_not_empty``, or ``cannot_write``.
    """
    names = [name.strip() for name in law.split("+")]
    for name in names:
        _one(name, date.max)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        do = "Choose another folder, or empty it."
        raise OutputError("folder_not_empty", "The folder is not empty.", folder=out, do=do)
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
            whole = Path(work) / "draft"
            copied = {_home(name)[0]: _copy_pack(name, whole) for name in names}
            if out.exists():
                out.rmdir()
            whole.rename(out)
    except OSError as error:
        message = f"{error.strerror or error}."
        raise OutputError("cannot_write", message, folder=out, do="Choose another folder.") from error
    return copied


def _copy_pack(name: str, out: Path) -> int:
    """The files of one pack: what is read of it, and nothing else that lies there."""
    last, packs, statutes = _home(name)
    files = 0
    for home, kinds, folder in ((packs, (".yaml", ".dmn"), "packs"), (statutes, (".yaml",), "statutes")):
        for path in sorted((home / pack_path(last)).rglob("*")):
            if path.suffix in kinds:
                target = out / folder / path.relative_to(home)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                files += 1
    return files


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
    last, packs, statutes = _home(name)
    return _shipped(last).at(on) if packs == PACKS_FOLDER else read_pack(last, on, packs, statutes)


@cache
def _shipped(name: str) -> LawPack:
    """A pack that comes with the package: like its code, it is read once in a process."""
    return read_pack(name, date.max)


def _home(name: str) -> tuple[str, Path, Path]:
    """The pack's own name, the folder of packs it lies in, and that of statutes."""
    folder, _, last = name.rpartition("/")
    if not folder:
        return last, PACKS_FOLDER, STATUTES_FOLDER
    return last, Path(folder) / "packs", Path(folder) / "statutes"
