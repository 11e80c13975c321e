"""Does a strategist change a table, see what it does, and have it approved by somebody else, with nothing but forms?"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from records_cast import TODAY

from forbear.records.models import Comparison, PlaybookRelease, PlaybookVersion
from forbear.records.playbooks.keeping import version_of
from forbear.records.scope import Scope, acting

TOMORROW = (TODAY + timedelta(days=1)).isoformat()
ROW = "balanced.stage.fresh"


def begun(staff) -> int:
    said = staff["strategist"].post("/desk/tables/versions", {"based_on": "balanced", "note": "", "once": uuid4().hex})
    assert said.status_code == 302
    return int(said.headers["Location"].rsplit("/", 1)[1])


def seen(colleague, path: str) -> dict[str, str]:
    """The fields of a row's form as they stand."""
    page = colleague.get(path).content.decode()
    form = page.split('data-draft="', 1)[1].split("</form>", 1)[0]
    inputs = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    inputs += re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S)
    unescaped = {"&#34;": '"', "&gt;": ">", "&lt;": "<", "&#39;": "'", "&amp;": "&"}
    return {name: re.sub("|".join(unescaped), lambda found: unescaped[found[0]], value) for name, value in inputs}


def files(tenant: str, number: int) -> dict[str, str]:
    with acting(Scope(tenant, "reader")):
        return version_of(number).files


def rows_of(text: str) -> list[str]:
    return re.findall(r'<rule id="([^"]+)"', text)


def test_every_table_of_the_playbook_in_force_can_be_read(staff):
    page = staff["auditor"].get("/desk/tables").content.decode()
    paths = set(re.findall(r'href="(/desk/tables/books/balanced/[a-z_]+)"', page))
    assert len(paths) == 8
    for path in paths:
        said = staff["auditor"].get(path)
        assert said.status_code == 200 and b"<code>balanced." in said.content and len(said.content) < 300_000


def test_every_table_of_the_law_can_be_read_with_what_it_rests_on(staff):
    page = staff["compliance"].get("/desk/tables/law").content.decode()
    paths = sorted(set(re.findall(r'href="(/desk/tables/law/[^"]+\.dmn)"', page)))
    assert len(paths) > 20
    for path in paths:
        said = staff["compliance"].get(path)
        assert said.status_code == 200 and b'class="badge' in said.content, path
    assert any(b"verified" in staff["compliance"].get(path).content for path in paths[:3])


def test_a_cell_is_changed_by_a_plain_form_and_nothing_else_is(staff, lender):
    number = begun(staff)
    path = f"/desk/tables/drafts/{number}/stage/rows/{rows_of(files(lender, number)['stage.dmn'])[0]}"
    form = seen(staff["strategist"], path)
    said = staff["strategist"].post(path, form | {"note-because": "A <b>bolder</b> reason."})
    assert said.status_code == 302
    before, after = files(lender, number)["treatment.dmn"], files(lender, number)["stage.dmn"]
    assert "A &lt;b&gt;bolder&lt;/b&gt; reason." in after
    page = staff["strategist"].get(f"/desk/tables/books/{number}/stage").content
    assert b"<b>bolder</b>" not in page and b"&lt;b&gt;bolder&lt;/b&gt;" in page
    assert before == files(lender, number)["treatment.dmn"]


def test_a_cell_that_cannot_be_read_is_said_beside_it_and_kept(staff, lender):
    number = begun(staff)
    path = f"/desk/tables/drafts/{number}/stage/rows/{rows_of(files(lender, number)['stage.dmn'])[0]}"
    form = seen(staff["strategist"], path)
    said = staff["strategist"].post(path, form | {"test-0": "> ((("})
    page = said.content.decode()
    assert said.status_code == 422 and 'id="f-test-0-error"' in page and "&gt; (((" in page
    assert "(((" not in files(lender, number)["stage.dmn"]


def test_a_row_is_added_before_another_moved_and_taken_out(staff, lender):
    number = begun(staff)
    rows = rows_of(files(lender, number)["stage.dmn"])
    new = f"/desk/tables/drafts/{number}/stage/new-row?before={rows[1]}"
    row = f"/desk/tables/drafts/{number}/stage/rows/{rows[0]}"
    form = seen(staff["strategist"], row)
    taken = staff["strategist"].post(new, form | {"id": rows[0], "before": rows[1]})
    assert taken.status_code == 422
    form["seen"] = seen(staff["strategist"], row)["seen"]
    assert staff["strategist"].post(new, form | {"id": "balanced.stage.mine", "before": rows[1]}).status_code == 302
    assert rows_of(files(lender, number)["stage.dmn"]) == [rows[0], "balanced.stage.mine", *rows[1:]]
    mine = f"/desk/tables/drafts/{number}/stage/rows/balanced.stage.mine"
    for deed, expected in (
        ("up", ["balanced.stage.mine", *rows]), ("down", [rows[0], "balanced.stage.mine", *rows[1:]]), ("remove", rows),
    ):  # fmt: skip
        seen_now = seen(staff["strategist"], row)["seen"]
        assert staff["strategist"].post(mine, {"deed": deed, "seen": seen_now}).status_code == 302
        assert rows_of(files(lender, number)["stage.dmn"]) == expected
    gone = staff["strategist"].post(row, {"deed": "remove", "seen": seen(staff["strategist"], row)["seen"]})
    assert gone.status_code == 302
    last = f"/desk/tables/drafts/{number}/stage/rows/{rows[1]}"
    back = form | {"id": rows[0], "seen": seen(staff["strategist"], last)["seen"]}
    assert staff["strategist"].post(new, back).status_code == 422, "an id means what it meant"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(staff, lender):
    number = begun(staff)
    path = f"/desk/tables/drafts/{number}/stage/rows/{rows_of(files(lender, number)['stage.dmn'])[0]}"
    form = seen(staff["strategist"], path)
    assert staff["strategist"].post(path, form | {"note-because": "First."}).status_code == 302
    assert staff["strategist"].post(path, form | {"note-because": "Second."}).status_code == 409
    assert "First." in files(lender, number)["stage.dmn"]


def test_figures_and_arms_are_changed_and_bounds_hold(staff, lender):
    number = begun(staff)
    path = f"/desk/tables/drafts/{number}/figures"
    with acting(Scope(lender, "reader")):
        digest = version_of(number).digest
    wrong = {"seen": digest, "figure-visits_max": "99", "arm-first_channel-sms": "30", "arm-first_channel-push": "60"}
    page = staff["strategist"].post(path, wrong)
    assert (
        page.status_code == 422
        and b'id="figure-visits_max-error"' in page.content
        and b"wrong-first_channel" in page.content
    )
    right = {"seen": digest, "figure-visits_max": "1", "arm-first_channel-sms": "30", "arm-first_channel-push": "70"}
    assert staff["strategist"].post(path, right).status_code == 302
    page = staff["strategist"].get(f"/desk/tables/books/{number}").content.decode()
    assert "<code>visits_max</code>" in page and "<code>first_channel: sms</code>" in page and "300000" in page


def test_from_draft_to_in_force_and_back_by_two_people(staff, lender):
    strategist, compliance = staff["strategist"], staff["compliance"]
    numbers = []
    for day, visits in ((TODAY.isoformat(), "1"), (TOMORROW, "0")):
        number = begun(staff)
        with acting(Scope(lender, "reader")):
            digest = version_of(number).digest
        strategist.post(f"/desk/tables/drafts/{number}/figures", {"seen": digest, "figure-visits_max": visits})
        submit = {"from_on": day, "why": "Fewer visits."}
        assert strategist.post(f"/desk/tables/drafts/{number}/submit", submit).status_code == 422, "it is not checked"
        assert strategist.post(f"/desk/tables/drafts/{number}/check").status_code == 302
        assert strategist.post(f"/desk/tables/drafts/{number}/submit", submit).status_code == 302
        release = PlaybookRelease.objects
        with acting(Scope(lender, "reader")):
            asked = release.get(state="submitted").pk
        assert strategist.post(f"/desk/tables/releases/{asked}", {"decision": "approve"}).status_code == 422
        assert compliance.post(f"/desk/tables/releases/{asked}", {"decision": "approve"}).status_code == 302
        numbers.append(number)
    assert f"balanced {numbers[0]}" in strategist.get("/desk/tables").content.decode()
    back = {"from_on": TOMORROW, "why": "Too strict."}
    assert strategist.post(f"/desk/tables/drafts/{numbers[0]}/submit", back).status_code == 302
    with acting(Scope(lender, "reader")):
        asked = PlaybookRelease.objects.get(state="submitted")
        assert asked.kind == "rollback"
    assert compliance.post(f"/desk/tables/releases/{asked.pk}", {"decision": "approve"}).status_code == 302


def test_a_refusal_needs_a_reason_and_opens_the_draft_again(staff, lender):
    number = begun(staff)
    staff["strategist"].post(f"/desk/tables/drafts/{number}/check")
    staff["strategist"].post(f"/desk/tables/drafts/{number}/submit", {"from_on": TOMORROW, "why": "Try."})
    with acting(Scope(lender, "reader")):
        asked = PlaybookRelease.objects.get(state="submitted").pk
    assert staff["compliance"].post(f"/desk/tables/releases/{asked}", {"decision": "refuse"}).status_code == 422
    told = {"decision": "refuse", "note": "Say what it is for."}
    assert staff["compliance"].post(f"/desk/tables/releases/{asked}", told).status_code == 302
    with acting(Scope(lender, "reader")):
        assert version_of(number).state == "draft"


def test_a_table_comes_back_from_the_visual_editor_or_is_said_to_be_wrong_by_cell(staff, lender):
    number = begun(staff)
    path = f"/desk/tables/drafts/{number}/stage/model"
    text = staff["strategist"].get(path + ".dmn").content.decode()
    with acting(Scope(lender, "reader")):
        digest = version_of(number).digest
    first = rows_of(text)[0]
    broken = re.sub(rf'(<rule id="{re.escape(first)}">\s*<inputEntry[^>]*><text>)[^<]*', r"\1&gt; (((", text)
    for wrong in (broken, "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + text, "not xml"):
        said = staff["strategist"].post(path, {"seen": digest, "text": wrong})
        assert said.status_code == 422
    assert first.encode() in staff["strategist"].post(path, {"seen": digest, "text": broken}).content
    assert (
        staff["strategist"].post(path, {"seen": digest, "text": text.replace("A loan", "The loan")}).status_code == 302
    )


def test_where_the_visual_editor_is_not_fetched_the_page_says_how_to_get_it(staff):
    number = begun(staff)
    page = staff["strategist"].get(f"/desk/tables/drafts/{number}/stage/model")
    assert b"forbear console editor" in page.content
    assert "'unsafe-inline'" in page.headers["Content-Security-Policy"].split("style-src")[1].split(";")[0]
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"].split("script-src")[1].split(";")[0]
    assert "'unsafe-inline'" not in staff["strategist"].get("/desk/tables").headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["..%2F..%2Fsecret-key", "package-lock.json", "dmn-modeler.js"])
def test_nothing_but_the_editor_is_served_where_the_editor_is(staff, name):
    assert staff["strategist"].get(f"/desk/tables/modeller/{name}").status_code == 404


def test_a_comparison_asked_for_twice_by_one_form_is_one(staff, lender):
    form = {"once": uuid4().hex, "subject": "playbook", "before": "balanced", "after": "alipay"}
    places = {staff["strategist"].post("/desk/tables/comparisons", form).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    page = staff["auditor"].get(places.pop())
    assert page.status_code == 200 and b"Waits for a worker" in page.content
    with acting(Scope(lender, "reader")):
        assert Comparison.objects.count() == 1


def test_another_lenders_drafts_and_comparisons_are_as_if_they_were_not_there(staff, other_tenant, clock):
    from console_staff import hire, signed_in

    stranger = signed_in(hire(other_tenant, "strategist"))
    from forbear.records.actions.tenants import change_settings

    change_settings(other_tenant, {"second_factor": False})
    number = begun(staff)
    staff["strategist"].post(f"/desk/tables/drafts/{number}/check")
    staff["strategist"].post(f"/desk/tables/drafts/{number}/submit", {"from_on": TOMORROW, "why": "Try."})
    for path in (f"/desk/tables/books/{number}", f"/desk/tables/books/{number}/stage", "/desk/tables/comparisons/1"):
        there, nowhere = stranger.get(path), stranger.get(re.sub(r"\d+", "987654", path))
        assert there.status_code == nowhere.status_code == 404
    release = PlaybookRelease.objects
    with acting(Scope(staff["strategist"].user.tenant_id, "reader")):
        asked = release.get(state="submitted").pk
    assert stranger.post(f"/desk/tables/releases/{asked}", {"decision": "approve"}).status_code == 404
    with acting(Scope(other_tenant, "reader")):
        assert PlaybookVersion.objects.count() == 0
