"""The figures of a draft and the sizes of its trials' arms, by a plain form."""

from __future__ import annotations

import re
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import visitor_of
from forbear.doors.console.strategist.books import SETTINGS, Book, book_of
from forbear.kernel.errors import InputError, PlaybookError
from forbear.kernel.language import gettext as _
from forbear.records.playbooks import Edit, edit_draft
from forbear.strategy.settings.experiments import MILLION, read_experiment
from forbear.strategy.settings.parameters import CHOICE, read_parameter

_WHOLE = re.compile(r"-?\d{1,15}")


def figures(request: HttpRequest, number: int) -> HttpResponse:
    """Change figures and sizes of arms."""
    book = book_of(str(number))
    if not book.is_draft:
        raise InputError("not_a_draft", "Only a draft can be changed.", do="Begin a draft of it.", version=number)
    settings = book.settings
    if request.method != "POST":
        return _form(request, book, settings, {})
    wrong = _take(request, settings)
    if wrong:
        return _form(request, book, settings, wrong, 422)
    if settings == book.settings:
        return said(request, _("Nothing was changed."), "figures", number=number)
    text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, width=140)
    edit = Edit(SETTINGS, text, request.POST.get("seen", ""), "figures_changed")
    edit_draft(visitor_of(request).scope, number, edit)
    return said(request, _("Saved. The draft is to be checked again."), "playbook", key=str(number))


def _take(request: HttpRequest, settings: dict[str, Any]) -> dict[str, str]:
    """Put what was typed into the settings; says what is wrong by field."""
    wrong: dict[str, str] = {}
    for name, given in (settings.get("parameters") or {}).items():
        typed = request.POST.get(f"figure-{name}")
        if typed is None:
            continue
        given["value"] = typed.strip() if given.get("unit") == CHOICE else _whole(typed)
        try:
            read_parameter(name, given, SETTINGS)
        except PlaybookError as error:
            wrong[f"figure-{name}"] = error.message
            given["value"] = typed
    for trial, given in (settings.get("experiments") or {}).items():
        for arm in given["arms"]:
            typed = request.POST.get(f"arm-{trial}-{arm}")
            if typed is not None:
                given["arms"][arm] = _millionths(typed)
        try:
            read_experiment(trial, given, SETTINGS)
        except PlaybookError as error:
            wrong[f"arm-{trial}"] = error.message
    return wrong


def _whole(typed: str) -> int | str:
    text = typed.strip()
    return int(text) if _WHOLE.fullmatch(text) else text


def _millionths(typed: str) -> int | str:
    """Percent with up to four places as parts per million, without a fraction on the way."""
    found = re.fullmatch(r"(\d{1,3})(?:\.(\d{1,4}))?", typed.strip())
    if found is None:
        return typed
    return int(found[1]) * (MILLION // 100) + int((found[2] or "").ljust(4, "0"))


def percent_words(share: object) -> str:
    """Parts per million as percent, for a field.

    >>> percent_words(20000), percent_words(333334)
    ('2', '33.3334')
    """
    if type(share) is not int:
        return str(share)
    whole, rest = divmod(share, MILLION // 100)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def _form(
    request: HttpRequest, book: Book, settings: dict[str, Any], wrong: dict[str, str], status: int = 200
) -> HttpResponse:
    return draw(
        request, "strategist/figures.html.jinja", status, section="tables", part="versions", book=book, wrong=wrong,
        parameters=settings.get("parameters") or {}, experiments=settings.get("experiments") or {}, percent_words=percent_words,
    )  # fmt: skip
