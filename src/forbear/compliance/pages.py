"""``docs/law``: one page an instrument, from article to value to row to case, in both languages; and what is unverified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from forbear.compliance.cases.reading import LawCase, read_cases
from forbear.compliance.explanation import badge
from forbear.compliance.pack import LawPack, read_pack
from forbear.compliance.rendering import rows_by_statute
from forbear.compliance.rows import LawRow, answers_to
from forbear.kernel.language import translator
from forbear.statutes import Statute, Version

_ENGLISH = translator("en")
_NOTE = "Written by `forbear` from the pack's files; edits here are lost. 本页由规则包文件生成，请勿手工修改。"


def write_law_pages(folder: Path, names: Sequence[str], on: date, cases: Path | None = None) -> list[Path]:
    """Write for each pack ``<pack>.md`` and one page an instrument, ``<pack>-<instrument>.md``, and ``unverified.md`` for all.

    Args:
        on: a date within the packs; the pages show every version, so their text does not depend on it.
        cases: a folder of law cases; rows then name the cases that expect them.

    Returns:
        The pages written.
    """
    packs = [read_pack(name, on) for name in names]
    tried = read_cases(sorted(cases.glob("*.yaml"))) if cases else []
    pages: dict[str, str] = {}
    for pack in packs:
        pages |= _pages_of(pack, tried)
    pages["unverified.md"] = _unverified(packs)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in pages.items():
        (folder / file).write_text(text, encoding="utf-8")
    return [folder / file for file in pages]


def _pages_of(pack: LawPack, cases: Sequence[LawCase]) -> dict[str, str]:
    citing = rows_by_statute(pack)
    tried = _cases_by_row(pack, {row.id: row for rows in citing.values() for row in rows}, cases)
    instruments: dict[str, list[Statute]] = {}
    for statute in pack.statutes.statutes.values():
        instruments.setdefault(statute.instrument_of(pack.name), []).append(statute)
    pages = {f"{pack.name}.md": _index(pack, instruments, citing)}
    for instrument, statutes in instruments.items():
        pages[f"{pack.name}-{instrument}.md"] = _page(statutes, citing, tried)
    return pages


def _index(pack: LawPack, instruments: Mapping[str, Sequence[Statute]], citing: Mapping[str, Sequence[LawRow]]) -> str:
    lines = [f"# {pack.title['zh']} · {pack.title['en']} (`{pack.name}`)", "", _NOTE, ""]
    lines += [f"Law from {pack.covers_from} on. Not covered: {pack.not_covered['en']}", "", pack.not_covered["zh"], ""]
    lines += ["| instrument 规范 | statutes | of them verified | rows |", "|---|---|---|---|"]
    for instrument, statutes in instruments.items():
        title = statutes[0].versions[0].source.title
        rows = {row.id for statute in statutes for row in citing[statute.id] if row.statute.id == statute.id}
        verified = sum(statute.verified for statute in statutes)
        lines.append(f"| [{title}]({pack.name}-{instrument}.md) | {len(statutes)} | {verified} | {len(rows)} |")
    return "\n".join([*lines, "", *_questions(pack), *_facts(pack)])


def _questions(pack: LawPack) -> list[str]:
    lines = ["## Questions 所答问题", "", "| question | asks | 问题 | tables |", "|---|---|---|---|"]
    for question in pack.questions.values():
        tables = [
            f"`{model.path.parent.name}/{model.path.name}`"
            for models in question.models.values()
            for model in models
            if model.path
        ]
        lines.append(f"| `{question.name}` | {question.words['en']} | {question.words['zh']} | {'<br>'.join(tables)} |")
    lines += ["", "| act | 行为 | asks the questions |", "|---|---|---|"]
    for act in pack.acts.values():
        lines.append(f"| `{act.name}`: {act.words['en']} | {act.words['zh']} | {', '.join(act.asks)} |")
    return [*lines, ""]


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
    register = f" · {', '.join(statute.register)}" if statute.register else ""
    lines = [f"## {statute.title['zh']} · {statute.title['en']}", "", f"`{statute.id}` · {statute.modal}{register}", ""]
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
    effect = row.effect or "value"
    cells = (f"`{row.id}`", effect, _plain(row.because["en"]), _plain(row.because["zh"]), "<br>".join(cases) or "–")
    return "| " + " | ".join(cells) + " |"


def _plain(sentence: str) -> str:
    return sentence.replace("{", "`").replace("}", "`").replace("|", "\\|")


def _cases_by_row(pack: LawPack, rows: Mapping[str, LawRow], cases: Sequence[LawCase]) -> dict[str, list[str]]:
    """The names of the cases that expect each row, by its id, the beginning of it, or a number of the register."""
    tried: dict[str, list[str]] = {}
    mine = [case for case in cases if pack.name in case.law.split("+")]
    for case in mine:
        named = [case.expect.get("decided_by"), *(case.expect.get("rules") or ())]
        for name in dict.fromkeys(str(each) for each in named if each):
            for row_id, row in rows.items():
                if answers_to(row, name, pack.statutes) and case.name not in tried.get(row_id, ()):
                    tried.setdefault(row_id, []).append(case.name)
    return tried


def _unverified(packs: Sequence[LawPack]) -> str:
    lines = ["# What is unverified · 未核实的条款", "", _NOTE, ""]
    lines += [
        "Each statute here rests on a text that was not read in the original. While a row of an instrument is in this table, "
        "nothing claims conformity with the instrument.",
        "",
        "下列条款所依据的文本未读到原文。某一规范只要有条款在此表中，即不声称符合该规范。",
        "",
    ]
    for pack in packs:
        statutes = [each for each in pack.statutes.statutes.values() if not each.verified and not each.is_house_policy]
        if not statutes:
            continue
        lines += [f"## {pack.title['zh']} · {pack.title['en']} (`{pack.name}`): {len(statutes)}", ""]
        lines += [
            "| statute | 条款 | value | how it was read | what it leaves open | checked |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_unverified_line(statute) for statute in statutes]
        lines.append("")
    return "\n".join(lines)


def _unverified_line(statute: Statute) -> str:
    last = statute.versions[-1]
    value = statute.modal if last.value is None else f"{last.value} ({statute.unit})"
    read = f"{statute.provenance}: {last.source.read_in}"
    cells = (f"`{statute.id}`", statute.title["zh"], value, read, statute.not_covered or "–", str(last.checked_on))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
