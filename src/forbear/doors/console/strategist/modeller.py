"""A draft's table in the visual editor, where it was fetched. This page alone lets a program style itself, as the editor must."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.envelope import POLICY
from forbear.doors.console.files import a_file
from forbear.doors.console.places import visitor_of
from forbear.doors.console.strategist.books import Book, book_of
from forbear.doors.console.strategist.editor import ASSETS, editor_folder, is_fetched
from forbear.kernel.errors import InputError, TableError
from forbear.kernel.language import gettext as _
from forbear.records.playbooks import Edit, edit_draft
from forbear.tables import parse_dmn

LOOSER = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "font-src 'self'", "font-src 'self' data:"
)
YEAR_SECONDS = 365 * 24 * 3600


def model(request: HttpRequest, number: int, decision: str) -> HttpResponse:
    """The editor on a table of a draft; what comes back is read, and what cannot be is shown with its cell and kept."""
    name = decision
    book = _draft(number, name)
    file = book.table_files[name]
    error, text = None, ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            _check_is(name, text)
            edit = Edit(file, text, request.POST.get("seen", ""), "table_changed", {"table": name})
            edit_draft(visitor_of(request).scope, number, edit)
            return said(request, _("Saved. The draft is to be checked again."), "table", key=book.key, decision=name)
        except TableError as found:
            error = found
    response = draw(
        request, "strategist/model.html.jinja", 422 if error else 200, section="tables", part="versions", book=book, name=name,
        is_fetched=is_fetched(settings.FORBEAR.data), error=error, text=text,
    )  # fmt: skip
    response["Content-Security-Policy"] = LOOSER
    return response


def _check_is(name: str, text: str) -> None:
    found = parse_dmn(text.encode())
    if list(found.decisions) != [name]:
        message = _("The decision {name} is not expected here.").format(name=", ".join(found.decisions))
        raise TableError("unknown_table", message, table=name)


def text(request: HttpRequest, number: int, decision: str) -> HttpResponse:
    """The table's file, for the editor and for whoever takes it elsewhere."""
    name = decision
    book = _draft(number, name)
    return a_file(book.files[book.table_files[name]].encode(), f"{name}.dmn", "application/xml")


def asset(request: HttpRequest, file: str) -> HttpResponse:
    """A file of the editor."""
    path = editor_folder(settings.FORBEAR.data) / file
    if file not in ASSETS or not path.is_file():
        raise InputError("unknown_file", "There is no such file.", file=file)
    response = HttpResponse(path.read_bytes(), content_type=ASSETS[file])
    response["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


def _draft(number: int, name: str) -> Book:
    book = book_of(str(number))
    if not book.is_draft:
        raise InputError("not_a_draft", "Only a draft can be changed.", do="Begin a draft of it.", version=number)
    if name not in book.table_files:
        raise InputError("unknown_table_name", "There is no such table.", table=name)
    return book
