"""Rows of a draft's table, changed by a plain form: one field a cell, and what is wrong is said beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import visitor_of
from forbear.doors.console.strategist.books import Book, book_of
from forbear.kernel.errors import InputError, TableError
from forbear.kernel.language import gettext as _
from forbear.records.playbooks import Edit, edit_draft
from forbear.tables import DecisionTable, Rule
from forbear.tables.dmn.editing import RowText, moved_row, with_new_row, with_row, without_row

NOTES = ("because", "because_zh", "cites")


def row(request: HttpRequest, number: int, decision: str, row_id: str) -> HttpResponse:
    """Change a row, move it, or take it out."""
    name = decision
    book, table = _draft_table(number, name)
    rule = next((each for each in table.rules if each.id == row_id), None)
    if rule is None:
        raise InputError("unknown_row", "There is no such row.", row=row_id)
    if request.method != "POST":
        return _form(request, book, name, table, _of_rule(table, rule))
    deed = request.POST.get("deed", "save")
    if deed == "remove":
        return _write(request, book, name, "row_removed", row_id, lambda text: without_row(text, name, row_id))
    if deed in ("up", "down"):
        step = -1 if deed == "up" else 1
        return _write(request, book, name, "row_moved", row_id, lambda text: moved_row(text, name, row_id, step))
    given = _given(request, table, row_id)
    try:
        return _write(request, book, name, "row_changed", row_id, lambda text: with_row(text, name, given))
    except TableError as error:
        return _form(request, book, name, table, given, error)


def new_row(request: HttpRequest, number: int, decision: str) -> HttpResponse:
    """Add a row."""
    name = decision
    book, table = _draft_table(number, name)
    before = request.POST.get("before", request.GET.get("before", ""))
    if request.method != "POST":
        return _form(request, book, name, table, _empty(book, name, table), is_new=True, before=before)
    given = _given(request, table, request.POST.get("id", "").strip())
    try:
        _refuse_old_id(book, given.id)
        return _write(request, book, name, "row_added", given.id, lambda text: with_new_row(text, name, given, before))
    except TableError as error:
        return _form(request, book, name, table, given, error, is_new=True, before=before)


def _draft_table(number: int, name: str) -> tuple[Book, DecisionTable]:
    book = book_of(str(number))
    if not book.is_draft:
        raise InputError("not_a_draft", "Only a draft can be changed.", do="Begin a draft of it.", version=number)
    model = book.tables().get(name)
    table = model.decisions[name].table if model is not None else None
    if table is None:
        raise InputError("unknown_table_name", "There is no such table.", table=name)
    return book, table


def _write(
    request: HttpRequest, book: Book, name: str, what: str, row_id: str, change: Callable[[bytes], bytes]
) -> HttpResponse:
    file = book.table_files[name]
    text = change(book.files[file].encode()).decode()
    edit = Edit(file, text, request.POST.get("seen", ""), what, {"table": name, "row": row_id})
    edit_draft(visitor_of(request).scope, int(book.key), edit)
    answer = said(request, _("Saved. The draft is to be checked again."), "table", key=book.key, decision=name)
    if isinstance(answer, HttpResponseRedirect) and what != "row_removed":
        return HttpResponseRedirect(reverse("table", kwargs={"key": book.key, "decision": name}) + f"#row-{row_id}")
    return answer


def _refuse_old_id(book: Book, row_id: str) -> None:
    """An id keeps its meaning for ever: what it meant in the version that the draft was begun from, it means no more."""
    base = book_of(book.version.based_on) if book.version else book
    if any(f'id="{row_id}"' in text for text in base.files.values()):
        message, do = _("The id {id} is taken.").format(id=row_id), _("An id is never used twice.")
        raise TableError("row_id_taken", message, cell="id", do=do)


def _of_rule(table: DecisionTable, rule: Rule) -> RowText:
    notes = {note: table.note(rule, note) for note in table.note_names}
    return RowText(rule.id, [each.text for each in rule.tests], [each.text for each in rule.values], notes)


def _empty(book: Book, name: str, table: DecisionTable) -> RowText:
    return RowText(
        f"{book.settings.get('name', 'own')}.{name}.", ["-"] * len(table.inputs), [""] * len(table.outputs), {}
    )


def _given(request: HttpRequest, table: DecisionTable, row_id: str) -> RowText:
    tests = [request.POST.get(f"test-{place}", "").strip() or "-" for place in range(len(table.inputs))]
    values = [request.POST.get(f"value-{place}", "").strip() for place in range(len(table.outputs))]
    notes = {note: request.POST.get(f"note-{note}", "").strip() for note in table.note_names}
    return RowText(row_id, tests, values, notes)


def _form(
    request: HttpRequest, book: Book, name: str, table: DecisionTable, given: RowText, error: TableError | None = None, *,
    is_new: bool = False, before: str = "",
) -> HttpResponse:  # fmt: skip
    where = str(error.where.get("cell", "")) if error else ""
    cells = [*(each.label for each in table.inputs), *(each.name or each.label for each in table.outputs)]
    return draw(
        request, "strategist/row.html.jinja", 422 if error else 200, section="tables", part="versions", book=book, name=name,
        table=table, given=given, error=error, wrong=where, is_elsewhere=error is not None and where not in cells and where != "id",
        is_new=is_new, before=before, allowed=[_allowed(each) for each in (*table.inputs, *table.outputs)],
    )  # fmt: skip


def _allowed(clause: Any) -> str:
    return clause.allowed.text if clause.allowed else ""
