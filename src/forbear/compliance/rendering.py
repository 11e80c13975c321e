"""``law show``: the statutes of a pack on a date, one or all, as text or JSON, with the rows that cite them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forbear.compliance.explanation import badge, filled, trust_sentence
from forbear.compliance.law import read_law, words_of
from forbear.compliance.pack import LawPack
from forbear.compliance.rows import LawRow, rows_of
from forbear.kernel.errors import LawError, UsageError
from forbear.kernel.language import Translator, in_language, translator
from forbear.statutes import Statute, Version


def render_pack(name: str, on: date, statute_id: str | None = None, *, form: str = "text", language: str = "en") -> str:
    """The statutes of a law (a pack, or packs laid over one another) on a date, or one of them in full with its versions.

    Args:
        statute_id: one statute; all for None. A prefix that several ids begin with shows those.
        form: ``text`` or ``json``.
        language: ``en``, ``zh`` or ``zh_TW``.

    Raises:
        LawError: ``unknown_statute``, and what reading the pack raises.
        UsageError: ``unknown_form``.
    """
    if form not in ("text", "json"):
        raise UsageError("unknown_form", f"There is no form {form!r}.", do="Choose text or json.")
    packs = read_law(name, on)
    citing = {statute: rows for pack in packs for statute, rows in rows_by_statute(pack).items()}
    chosen = _chosen(packs, statute_id)
    words = translator(language)
    if form == "json":
        document = {
            "pack": name,
            "on": on.isoformat(),
            "digest": "-".join(pack.digest for pack in packs),
            "trust": trust_sentence(packs, language),
            "statutes": [_as_json(statute, citing[statute.id], on) for statute in chosen],
        }
        return json.dumps(document, ensure_ascii=False, indent=2)
    if len(chosen) == 1:
        blocks = [_in_full(packs, chosen[0], citing[chosen[0].id], words)]
    else:
        blocks = [_in_brief(statute, citing[statute.id], on, words) for statute in chosen]
    short = "-".join(pack.digest[:12] for pack in packs)
    head = f"{in_language(words_of(packs), words.language)} ({name}) {on.isoformat()} {short}"
    return "\n\n".join([head, *blocks, trust_sentence(packs, language)]) + "\n"


def rows_by_statute(pack: LawPack) -> Mapping[str, list[LawRow]]:
    """The rows that cite each statute, in force or not."""
    citing: dict[str, list[LawRow]] = {statute_id: [] for statute_id in pack.statutes.statutes}
    for row in rows_of(pack, in_force_only=False, values=True):
        for cited in row.cites:
            citing.get(cited, []).append(row)
    return citing


def _chosen(packs: Sequence[LawPack], statute_id: str | None) -> list[Statute]:
    statutes = {name: statute for pack in packs for name, statute in pack.statutes.statutes.items()}
    if statute_id is None:
        return list(statutes.values())
    if statute_id in statutes:
        return [statutes[statute_id]]
    below = [statute for known, statute in statutes.items() if known.startswith(f"{statute_id}.")]
    if below:
        return below
    close = difflib.get_close_matches(statute_id, statutes, n=3)
    do = f"Did you mean {', '.join(close)}?" if close else "Show the whole pack to see its ids."
    raise LawError("unknown_statute", f"The pack has no statute {statute_id!r}.", do=do)


def _in_brief(statute: Statute, rows: list[LawRow], on: date, words: Translator) -> str:
    version = statute.version_on(on)
    state = _value(statute, version) if version else words.gettext("not in force")
    lines = [f"{statute.id}  [{badge(statute, words)}]", f"  {in_language(statute.title, words.language)}: {state}"]
    if version:
        lines.append(f"  {_place(version)}; {_dates(version, words)}")
    lines.append(f"  {words.gettext('cited by')}: {', '.join(row.id for row in rows) or '–'}")
    return "\n".join(lines)


def _in_full(packs: Sequence[LawPack], statute: Statute, rows: list[LawRow], words: Translator) -> str:
    lines = [
        f"{statute.id}  [{badge(statute, words)}]",
        *(in_language(texts, words.language) for texts in (statute.title, statute.says)),
    ]
    for version in statute.versions:
        mark = "*" if version.holds_on(packs[0].on) else " "
        lines += ["", f"{mark} {_dates(version, words)}: {_value(statute, version)} ({version.force})"]
        lines.append(f"  {_place(version)}")
        lines += [f"  {text}" for text in (version.source.quote, version.source.href) if text]
        lines.append(f"  {words.gettext('read in')}: {version.source.read_in}")
        lines.append(f"  {words.gettext('checked on')} {version.checked_on.isoformat()}")
    if statute.not_covered:
        lines += ["", f"{words.gettext('Not covered')}: {statute.not_covered}"]
    if statute.informative:
        lines += ["", f"{words.gettext('Informative')}: {statute.informative}"]
    lines += ["", f"{words.gettext('Rows that cite it')}:"]
    reasons = [filled(packs, in_language(row.because, words.language), words.language) for row in rows]
    shown = [f"  {row.id}  ({row.effect or row.kind})\n    {reason}" for row, reason in zip(rows, reasons, strict=True)]
    return "\n".join([*lines, *shown])


def _value(statute: Statute, version: Version) -> str:
    return statute.modal if version.value is None else f"{version.value} ({statute.unit})"


def _place(version: Version) -> str:
    return " ".join(part for part in (version.source.title, version.source.article) if part)


def _dates(version: Version, words: Translator) -> str:
    until = f" {words.gettext('until')} {version.until.isoformat()}" if version.until else ""
    return f"{words.gettext('from')} {version.since.isoformat()}{until}"


def _as_json(statute: Statute, rows: list[LawRow], on: date) -> dict[str, Any]:
    return {
        "id": statute.id,
        "title": dict(statute.title),
        "says": dict(statute.says),
        "unit": statute.unit,
        "modal": statute.modal,
        "norm": statute.norm,
        "provenance": statute.provenance,
        "verified": statute.verified,
        "not_covered": statute.not_covered,
        "informative": statute.informative,
        "versions": [_version_json(version, on) for version in statute.versions],
        "cited_by": [{"row": row.id, "effect": row.effect, "because": dict(row.because)} for row in rows],
    }


def _version_json(version: Version, on: date) -> dict[str, Any]:
    source = version.source
    return {
        "from": version.since.isoformat(),
        "until": version.until.isoformat() if version.until else None,
        "in_force": version.holds_on(on),
        "value": None
        if version.value is None
        else version.value
        if isinstance(version.value, int)
        else str(version.value),
        "force": version.force,
        "source": {
            "title": source.title,
            "article": source.article,
            "href": source.href,
            "read_in": source.read_in,
            "quote": source.quote,
        },
        "checked_on": version.checked_on.isoformat(),
    }
