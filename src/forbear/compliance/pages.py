"""``docs/law``: one page an instrument, from article to value to row to case, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from forbear.compliance.explanation import badge
from forbear.compliance.pack import LawPack, read_pack
from forbear.compliance.rendering import rows_by_statute
from forbear.compliance.rows import LawRow
from forbear.kernel.language import translator
from forbear.statutes import Statute, Version

_ENGLISH = translator("en")
_NOTE = "Written by `forbear` from the pack's files; edits here are lost. 本页由规则包文件生成，请勿手工修改。"


def write_law_pages(folder: Path, name: str, on: date, cases: Path | None = None) -> list[Path]:
    """Write ``<pack>.md`` and one page an instrument, ``<pack>-<instrument>.md``; the pages written.

    Args:
        on: a date within the pack; the pages show every version, so their text does not depend on it.
        cases: a folder of law cases; rows then name the cases that expect them.
    """
    pack = read_pack(name, on)
    citing = rows_by_statute(pack)
    tried = _cases_by_row(cases) if cases else {}
    instruments: dict[str, list[Statute]] = {}
    for statute in pack.statutes.statutes.values():
        instruments.setdefault(statute.instrument_of(name), []).append(statute)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{name}.md": _index(pack, instruments, citing)}
    for instrument, statutes in instruments.items():
        pages[f"{name}-{instrument}.md"] = _page(statutes, citing, tried)
    for file, text in pages.items():
        (folder / file).write_text(text, encoding="utf-8")
    return [folder / file for file in pages]


def _index(pack: LawPack, instruments: Mapping[str, Sequence[Statute]], citing: Mapping[str, Sequence[LawRow]]) -> str:
    lines = [f"# {pack.title['zh']} · {pack.title['en']} (`{pack.name}`)", "", _NOTE, ""]
    lines += [f"Law from {pack.covers_from} on. Not covered: {pack.not_covered['en']}", "", pack.not_covered["zh"], ""]
    lines += ["| instrument 规范 | statutes | of them verified | rows |", "|---|---|---|---|"]
    for instrument, statutes in instruments.items():
        title = statutes[0].versions[0].source.title
        rows = {row.id for statute in statutes for row in citing[statute.id] if row.statute.id == statute.id}
        verified = sum(statute.verified for statute in statutes)
        lines.append(f"| [{title}]({pack.name}-{instrument}.md) | {len(statutes)} | {verified} | {len(rows)} |")
    return "\n".join([*lines, "", *_facts(pack)])


def _facts(pack: LawPack) -> list[str]:
    lines = [
        "## Facts the pack reads 所需事实",
        "",
        "| fact | type | when missing | meaning | 含义 |",
        "|---|---|---|---|---|",
    ]
    for need in pack.needs.values():
        missing = str(need.unfavourable).lower() if isinstance(need.unfavourable, bool) else need.unfavourable
        lines.append(f"| `{need.name}` | {need.dtype} | {missing} | {need.words['en']} | {need.words['zh']} |")
    return [*lines, ""]


def _page(
    statutes: Sequence[Statute], citing: Mapping[str, Sequence[LawRow]], tried: Mapping[str, Sequence[str]]
) -> str:
    lines = [f"# {statutes[0].versions[0].source.title}", "", _NOTE, ""]
    for statute in statutes:
        lines += _section(statute, citing[statute.id], tried)
    return "\n".join(lines)


def _section(statute: Statute, rows: Sequence[LawRow], tried: Mapping[str, Sequence[str]]) -> list[str]:
    lines = [f"## {statute.title['zh']} · {statute.title['en']}", "", f"`{statute.id}` · {statute.modal}", ""]
    lines += [statute.says["zh"], "", statute.says["en"], ""]
    lines += ["| from | until | value | article | force | text | checked |", "|---|---|---|---|---|---|---|"]
    lines += [_version_line(statute, version) for version in statute.versions]
    for version in statute.versions:
        if version.source.quote:
            lines += ["", f"> {version.source.quote}"]
        lines += ["", f"Read in: {version.source.read_in}."]
    if statute.not_covered:
        lines += ["", f"Not covered: {statute.not_covered}"]
    if statute.informative:
        lines += ["", f"Informative: {statute.informative}"]
    if rows:
        lines += ["", "| row | effect | because | 理由 | cases |", "|---|---|---|---|---|"]
        lines += [_row_line(row, tried.get(row.id, ())) for row in rows]
    return [*lines, ""]


def _version_line(statute: Statute, version: Version) -> str:
    value = "–" if version.value is None else f"{version.value} ({statute.unit})"
    until = version.until.isoformat() if version.until else "–"
    cells = (version.since, until, value, version.source.article or "–", version.force, badge(statute, _ENGLISH))
    return "| " + " | ".join(str(cell) for cell in (*cells, version.checked_on)) + " |"


def _row_line(row: LawRow, cases: Sequence[str]) -> str:
    cells = (f"`{row.id}`", row.effect, _plain(row.because["en"]), _plain(row.because["zh"]), "<br>".join(cases) or "–")
    return "| " + " | ".join(cells) + " |"


def _plain(sentence: str) -> str:
    return sentence.replace("{", "`").replace("}", "`")


def _cases_by_row(folder: Path) -> dict[str, list[str]]:
    tried: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.yaml")):
        cases: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        for case in cases if isinstance(cases, list) else ():
            expect = case["expect"]
            named = [expect.get("decided_by"), *expect.get("rules", ())]
            for row in dict.fromkeys(name for name in named if name):
                tried.setdefault(row, []).append(case["name"])
    return tried
