"""The strategist at a real browser: read, change a cell, check, submit, have it approved; and the visual editor, where it is fetched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from forbear.doors.console.strategist.editor import editor_folder, fetch_editor


@pytest.fixture(scope="session")
def editor(records) -> Path:
    """The visual editor, fetched once a machine and laid into the data folder of the tests."""
    cache = Path.home() / ".cache" / "forbear-tests"
    cache.mkdir(parents=True, exist_ok=True)
    made = fetch_editor(cache)
    where = editor_folder(records.data)
    where.parent.mkdir(parents=True, exist_ok=True)
    if not where.exists():
        shutil.copytree(made, where)
    return where


def at_the_desk(sit, staff, role: str, **options):
    from console_staff import PASSWORD

    seat = sit(**options)
    seat.sign_in(staff[role].user.username, PASSWORD)
    return seat


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_change_from_the_table_to_the_approval(language, staff, lender, sit):
    seat = at_the_desk(sit, staff, "strategist", language=language)
    page = seat.open("/desk/tables")
    look(seat, f"tables-{language}")
    page.keyboard.press("v")
    page.wait_for_url("**/versions")
    look(seat, f"versions-{language}")
    page.keyboard.press("n")
    page.wait_for_url("**/books/1")
    seat.open("/desk/tables/books/1/stage")
    look(seat, f"table-{language}")
    page.click("tbody .row-id a >> nth=0")
    page.wait_for_load_state("networkidle")
    look(seat, f"row-{language}")
    page.fill("[name=note-because]", "Whoever is reminded in time pays in time.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/books/1/stage*")
    seat.open("/desk/tables/drafts/1/figures")
    look(seat, f"figures-{language}")
    page.fill("[name=figure-visits_max]", "1")
    page.click("button:has-text('Save'), main button.primary")
    page.wait_for_url("**/books/1")
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("c")
    page.fill("[name=why]", "Fewer visits.")
    with page.expect_navigation(wait_until="networkidle"):
        page.click("form[action$='/submit'] button")
    look(seat, f"submitted-{language}")
    other = at_the_desk(sit, staff, "compliance", language=language)
    other.open("/desk/tables/books/1")
    look(other, f"approve-{language}")
    with other.page.expect_navigation(wait_until="networkidle"):
        other.page.keyboard.press("a")
    assert other.page.locator(".four-eyes").count() == 0
    for path, name in (
        ("trials", "trials"),
        ("comparisons", "comparisons"),
        ("law", "law"),
        ("law/cn/contact/windows.dmn", "law-table"),
    ):
        other.open(f"/desk/tables/{path}")
        look(other, f"{name}-{language}")


def look(seat, name: str) -> None:
    """At both sizes of screen: nothing broken, nothing too wide, a picture of each."""
    from browsing import DESKTOP, PHONE

    for viewport, size in ((PHONE, "phone"), (DESKTOP, "desktop")):
        seat.page.set_viewport_size(viewport)
        assert not seat.is_wider_than_the_screen(), (name, size)
        seat.picture(f"strategist/{name}-{size}")
    assert seat.broken_rules() == [], name


def test_a_cell_is_changed_in_the_visual_editor(editor, staff, lender, sit):
    from forbear.records.playbooks import begin_draft
    from forbear.records.playbooks.keeping import version_of
    from forbear.records.scope import Scope, acting

    number = begin_draft(Scope(lender, "strategist"), "balanced")
    seat = at_the_desk(sit, staff, "strategist", language="zh")
    page = seat.open(f"/desk/tables/drafts/{number}/stage/model")
    page.wait_for_selector("#modeller[data-state=open] .tjs-table", timeout=60_000)
    assert page.locator("a[href*='bpmn.io'], [class*='powered-by']").first.is_visible(), (
        "the mark of bpmn.io stays in sight"
    )
    seat.picture("strategist/model-zh-desktop")
    cell = page.locator(".tjs-table tbody td.input-cell").first
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("< 0")
    page.click("#modeller-form button")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    seat.picture("strategist/model-saved-zh-desktop")
    assert page.url.endswith(f"/books/{number}/stage"), (
        page.url + page.locator("#main .alert").all_inner_texts().__repr__()
    )
    # What the editor itself writes into the browser's console is a remark on how it was built.
    seat.complaints[:] = [said for said in seat.complaints if "Inferno" not in said]
    with acting(Scope(lender, "reader")):
        text = version_of(number).files["stage.dmn"]
    assert "&lt; 0" in text and "because_zh" in text and text.count("<annotationEntry") > 3
