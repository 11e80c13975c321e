"""Does a comparison asked for by staff run on the book in the records, tell how far it is, and keep what came of it?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from records_cast import NOON, TODAY, open_tenant

from forbear.day.wiring.business_day import BusinessDay, run_business_day
from forbear.day.wiring.comparisons import compare_on_book
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.lab import make_book
from forbear.records.models import Comparison, Run
from forbear.records.playbooks import Edit, begin_draft, check_draft, decide_release, edit_draft, submit_version
from forbear.records.playbooks.comparisons import ask_comparison, side_asked
from forbear.records.playbooks.keeping import version_of
from forbear.records.scope import Scope, acting


@pytest.fixture(scope="module")
def lender(records, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A lender with a synthetic book in its records, whose day was run."""
    tenant = open_tenant("compares")
    folder: Path = tmp_path_factory.mktemp("book") / "book"
    make_book(folder, borrowers=600, seed=5, as_of=TODAY)
    run_business_day(BusinessDay(tenant, TODAY, book=folder, memory_gib=1.0), FixedClock(NOON))
    return tenant


def asked(tenant: str, subject: str, *sides: tuple) -> Comparison:
    scope = Scope(tenant, "zhao")
    with acting(scope):
        before, after = (side_asked(*side, subject=subject) for side in sides)
    number = ask_comparison(scope, subject, before, after)
    assert compare_on_book(tenant, number)
    assert not compare_on_book(tenant, number)
    with acting(scope):
        return Comparison.objects.get(number=number)


def test_two_playbooks_on_the_book_of_the_records(lender):
    side = ("cn+house", TODAY, "strict")
    found = asked(lender, "playbook", ("balanced", *side), ("alipay", *side))
    assert (found.state, found.steps_done, found.steps_total) == ("done", 7, 7)
    assert found.record["wishes_changed"]["loans"] > 0
    effort = found.record["effort"]
    acts = {each["channel"]: each for each in found.record["acts"]}
    assert effort["before"]["contacts"] == sum(each["before"] for name, each in acts.items() if name != "visit")
    assert effort["before"]["cost_cents"] > 0
    assert set(found.pages) == {"zh", "en", "zh_TW"} and 0 < len(found.pages["zh"]["examples"]) <= 10


def test_the_same_law_on_another_date(lender):
    found = asked(lender, "law", ("balanced", "cn+house", TODAY, "strict"), ("balanced", "cn+house", TODAY, "letter"))
    assert found.state == "done" and found.record["subject"] == "law"


def test_a_law_that_is_not_there_is_told_and_the_comparison_ends(lender):
    found = asked(lender, "law", ("balanced", "cn+house", TODAY, "strict"), ("balanced", "cn+nothing", TODAY, "strict"))
    assert found.state == "failed" and found.problem["code"] == "unknown_pack"


def test_without_a_book_there_is_nothing_to_compare_on(tenant):
    from forbear.records.models import Import

    scope = Scope(tenant, "zhao")
    with acting(scope):
        Import.objects.all().delete()
        one, other = (side_asked("balanced", "cn+house", TODAY, each, subject="law") for each in ("strict", "letter"))
    with pytest.raises(InputError) as refused:
        ask_comparison(scope, "law", one, other)
    assert refused.value.code == "no_book"


def test_the_day_takes_the_version_in_force_and_keeps_how_large_the_arms_are(lender):
    scope = Scope(lender, "zhao")
    number = begin_draft(scope, "balanced")
    with acting(scope):
        version = version_of(number)
    text = version.files["playbook.yaml"].replace(
        "arms: {holdout: 20000, contact: 980000}", "arms: {holdout: 600000, contact: 400000}"
    )
    edit_draft(scope, number, Edit("playbook.yaml", text, version.digest, "arms_changed"))
    check_draft(scope, number)
    tomorrow = TODAY + timedelta(days=1)
    release = submit_version(scope, number, tomorrow, "A larger holdout.", TODAY)
    decide_release(Scope(lender, "qian"), release, approves=True, note="", today=TODAY)
    run_business_day(BusinessDay(lender, tomorrow, memory_gib=1.0), FixedClock(NOON + timedelta(days=1)))
    with acting(scope):
        runs = {run.business_date: run for run in Run.objects.all()}
    assert (runs[TODAY].playbook, runs[tomorrow].playbook) == ("balanced", f"balanced {number}")
    people = [
        {
            arm: sum(each["people"] for each in run.counts["arms"] if f"holdout={arm};" in each["arm"])
            for arm in ("holdout", "contact")
        }
        for run in (runs[TODAY], runs[tomorrow])
    ]
    assert people[0]["contact"] > people[0]["holdout"] and people[1]["holdout"] > people[0]["holdout"]
