"""The law as it is read here: its tables, what each row rests on, and how that was read. It is changed by a new pack, not here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.compliance import PACKS_FOLDER
from forbear.compliance.explanation import badge, citation_of
from forbear.compliance.needs import FactNeed, read_needs
from forbear.compliance.pack import pack_path
from forbear.doors.console.drawing import draw
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.strategist.books import Cite, Head, Sheet, sheet_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import current, in_language
from forbear.kernel.reading import read_yaml_text
from forbear.statutes import Statutes, load_pack
from forbear.tables import Model, read_dmn

_NAMED = re.compile(r"\{([^}]+)\}")


def law_tables(request: HttpRequest) -> HttpResponse:
    """The tables of the lender's law, pack by pack and question by question."""
    visitor = visitor_of(request)
    packs = [_outline(name) for name in _packs(visitor)]
    today = visitor.today
    counts = {pack["id"]: _statutes(pack["id"], today).unverified_count() for pack in packs}
    return draw(
        request, "strategist/law.html.jinja", section="tables", part="law", packs=packs, law=visitor.lender.law,
        profile=visitor.lender.profile, today=today, unverified=counts,
    )  # fmt: skip


def law_table(request: HttpRequest, pack: str, group: str, file: str) -> HttpResponse:
    """One table of a pack."""
    file = f"{group}/{file}"
    visitor = visitor_of(request)
    if pack not in _packs(visitor):
        raise InputError("unknown_table_name", "There is no such table.", table=file)
    outline = _outline(pack)
    known = {each for question in outline["questions"] for each in question["files"]}
    if file not in known:
        raise InputError("unknown_table_name", "There is no such table.", table=file)
    today = visitor.today
    model = _model(PACKS_FOLDER / pack_path(pack) / file)
    statutes = _statutes(pack, today)
    sheets = [_sheet(model, name, pack, statutes) for name in model.decisions]
    return draw(
        request, "strategist/law_table.html.jinja", section="tables", part="law", pack=outline, file=file, sheets=sheets,
        today=today,
    )  # fmt: skip


def _sheet(model: Model, name: str, pack: str, statutes: Statutes) -> Sheet:
    made = sheet_of(model, name, lambda ids: _cites(statutes, ids), lambda text: _filled(pack, statutes, text))
    return replace(made, inputs=tuple(_in_words(_needs(pack), head) for head in made.inputs))


def _in_words(needs: Mapping[str, FactNeed], head: Head) -> Head:
    """A fact of the law by what the pack calls it."""
    return Head(head.name, in_language(needs[head.name].words, current().language)) if head.name in needs else head


def _cites(statutes: Statutes, ids: list[str]) -> list[Cite]:
    words, values = current(), statutes.values
    found = []
    for each in ids:
        if each not in values:
            found.append(Cite(each, "", "", "plain", words.gettext("not in force")))
            continue
        value = values[each]
        cited = citation_of(value, words.language)
        is_house = value.statute.is_house_policy
        state = "plain" if is_house else "success" if cited.verified else "attention"
        source = cited.title if is_house else f"{cited.instrument} {cited.article}".strip()
        says = f"{cited.title}: {cited.value}" if cited.value else cited.title
        found.append(Cite(each, source, says, state, badge(value, words)))
    return found


def _filled(pack: str, statutes: Statutes, text: str) -> str:
    """A row's sentence: a statute by its value on the day, a fact by its name."""
    needs, values = _needs(pack), statutes.values

    def words_of(found: re.Match[str]) -> str:
        name = found[1]
        if name in needs:
            return f"‹{in_language(needs[name].words, current().language)}›"
        return "–" if name not in values else str(values[name].value)

    return _NAMED.sub(words_of, text)


def _packs(visitor: Visitor) -> list[str]:
    return [name.strip() for name in visitor.lender.law.split("+") if "/" not in name]


@lru_cache(maxsize=16)
def _outline(pack: str) -> dict[str, Any]:
    """A pack's name and questions with the files of their tables, from its own description alone: its tables are read when asked."""
    folder = PACKS_FOLDER / pack_path(pack)
    raw = read_yaml_text((folder / "pack.yaml").read_text(encoding="utf-8"))
    questions = []
    for name, entry in raw["questions"].items():
        files = [(kind, file) for kind, each in entry["tables"].items() for file in each]
        questions.append({
            "name": name, "words": {"en": entry["en"], "zh": entry["zh"]}, "tables": files, "files": [file for _, file in files],
        })  # fmt: skip
    return {"id": pack, "title": raw["title"], "covers_from": raw["covers_from"], "questions": questions}


@lru_cache(maxsize=64)
def _model(path: Path) -> Model:
    return read_dmn(path)


@lru_cache(maxsize=8)
def _statutes(pack: str, on: date) -> Statutes:
    return load_pack(pack, on)


@lru_cache(maxsize=8)
def _needs(pack: str) -> dict[str, FactNeed]:
    folder = PACKS_FOLDER / pack_path(pack) / "facts"
    return {need.name: need for file in sorted(folder.glob("*.yaml")) for need in read_needs(file)}
