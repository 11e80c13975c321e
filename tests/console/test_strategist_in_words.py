"""The strategist's pages in the reader's language, and whom a comparison changes, by name where the records know them."""

from __future__ import annotations

import re
import time

import pytest
import records_server

records_server.prepare()

from records_cast import TODAY, enter  # noqa: E402  # after Django is ready

from forbear.records.models import Comparison  # noqa: E402
from forbear.records.playbooks.drafts import findings_of  # noqa: E402
from forbear.records.playbooks.keeping import files_of  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402
from forbear.strategy import load_playbook, playbook_names  # noqa: E402


def compared(tenant: str) -> int:
    """A comparison that was made, with two people whom it changes: one of the records, one of an older book."""
    effort = {"contacts": 2, "visits": 0, "cost_cents": 800}
    side = {
        "label": "balanced",
        "playbook": "balanced",
        "law": "cn+house",
        "on": TODAY.isoformat(),
        "profile": "strict",
    }
    example = {"age": "15 days", "money": "¥100.00", "before": "a", "after": "b", "why": "", "rule": "", "act": ""}
    page = {
        "summary": "s", "unverified": [0, 0], "figures": [], "sections": [],
        "examples": [example | {"loan": "L-north"}, example | {"loan": "L-gone"}],
    }  # fmt: skip
    record = {"people": {"before": 1, "after": 2}, "effort": {"before": effort, "after": effort}, "book": {}}
    with acting(Scope(tenant, "tester")):
        Comparison.objects.create(
            tenant_id=tenant, number=7, subject="playbook", before=side, after=side, as_of=TODAY, state="done",
            asked_by="chen", record=record, pages={"en": page, "zh": page},
        )  # fmt: skip
    return 7


@pytest.mark.parametrize(("role", "opens"), [("strategist", False), ("compliance", True)])
def test_a_comparison_names_people_masked_beside_their_loans(lender, staff, role, opens):
    enter(lender)
    page = staff[role].get(f"/desk/tables/comparisons/{compared(lender)}").content.decode()
    assert "张*" in page and "张晓北" not in page and "L-north" in page and "L-gone" in page
    assert ('href="/desk/people/north"' in page) == opens
    assert "not in the records" in page


def test_figures_and_columns_have_their_meaning_in_chinese(lender, staff):
    client = staff["strategist"].client
    client.cookies["forbear_language"] = "zh"
    page = client.get("/desk/tables/books/balanced/relief").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*><span>([^<]+)</span>', page)
    assert heads and not any(head.isascii() for head in heads)
    assert "承诺未履行达到此次数，不再仅凭口头认定有意愿。" in page and '<span lang="en">' not in page


@pytest.mark.parametrize("name", playbook_names())
def test_every_shipped_figure_and_trial_says_in_chinese_what_it_means(name):
    book = load_playbook(name)
    told = [*book.parameters.values(), *book.experiments]
    assert [each for each in told if not each.says_zh or each.says_zh.isascii()] == []


def test_a_check_answers_well_within_a_second():
    files = files_of("balanced")
    findings_of(files)  # read once
    began = time.process_time()
    assert findings_of(files) == []
    assert time.process_time() - began < 0.5
