"""Does the portfolio say what the records hold, lead to the loans behind each figure, and show nobody's to anybody else?"""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import records_server

records_server.prepare()

from console_staff import hire, signed_in  # noqa: E402
from django.db.models import Sum  # noqa: E402

from forbear.day.wiring.business_day import BusinessDay, run_business_day  # noqa: E402
from forbear.lab import make_book  # noqa: E402
from forbear.records.daily.portfolio import figures, finished_runs, loans_behind  # noqa: E402
from forbear.records.models import Case  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402


@pytest.fixture
def lent(lender, clock, tmp_path) -> str:
    """A lender whose book of three hundred borrowers was run on two days."""
    today = clock.now().date()
    make_book(tmp_path / "book", borrowers=300, seed=7, as_of=today)
    run_business_day(BusinessDay(lender, today - timedelta(days=1), book=tmp_path / "book", memory_gib=1.0), clock)
    run_business_day(BusinessDay(lender, today, memory_gib=1.0, writes_report=False), clock)
    return lender


def buckets_of(colleague) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(colleague.get("/desk/portfolio/ageing.csv").content.decode()))
    return {row["bucket"]: row for row in rows}


def listed(colleague, bucket: str) -> list[str]:
    """The loans of a bucket, over all pages."""
    found, where = [], f"/desk/portfolio/loans/{bucket}"
    while where:
        page = colleague.get(where).content.decode()
        found += [part.split("<")[0].split(">")[-1] for part in page.split('scope="row"')[1:]]
        onward = page.split('rel="next" href="')
        part = (
            page.split('rel="next"')[0].rsplit('href="', 1)[-1].split('"')[0]
            if len(onward) == 1
            else onward[1].split('"')[0]
        )
        where = part.replace("&amp;", "&") if 'rel="next"' in page else ""
    return found


def test_figures_agree_with_the_cases_and_with_the_loans_behind_them(lent):
    """What is overdue is what the cases say; each count is the length of its list; a team's is its own."""
    auditor = signed_in(hire(lent, "auditor"))
    found = buckets_of(auditor)
    with acting(Scope(lent, "tester")):
        owed = Case.objects.filter(closed_on__isnull=True).aggregate(owed=Sum("overdue_cents"))["owed"]
        run, before = finished_runs(lent)
        rolls = figures(Scope(lent, "tester"), run, before)["rolls"]
        then = figures(Scope(lent, "tester"), before, None)["ages"]
        assert loans_behind(Scope(lent, "collector", "own"), run, "M1", "", 9) == []
    assert sum(int(row["overdue_cents"]) for row in found.values()) == owed > 0
    assert sum(row["principal_cents"] for row in rolls) == sum(row["principal_cents"] for row in then) > 0
    for bucket in ("M0", "M1"):
        loans = listed(auditor, bucket)
        assert len(loans) == len(set(loans)) == int(found[bucket]["loans"])
        assert loans == sorted(loans)
    early = signed_in(hire(lent, "leader", reach="team", team="early"))
    own = buckets_of(early)
    assert 0 < sum(int(row["loans"]) for row in own.values()) < sum(int(row["loans"]) for row in found.values())
    assert set(listed(early, max(own))) < set(listed(auditor, max(own))) or len(own) == 1


def test_what_is_nobodys_and_what_is_not_there_are_told_alike(lent, staff):
    """An unknown bucket, one of script, and the pages of a lender without a book."""
    for bucket in ("M99", "<script>alert(1)</script>"):
        said = staff["auditor"].get(f"/desk/portfolio/loans/{bucket}")
        assert said.status_code == 404 and b"<script>alert" not in said.content


def test_a_lender_without_a_run_is_told_so(staff):
    """An empty state, not an error."""
    said = staff["auditor"].get("/desk/portfolio")
    assert said.status_code == 200 and "No day was run yet." in said.content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_somebody_reads_the_portfolio_in_a_browser(lent, sit, language):
    """From a figure to its loans, on a screen and on a telephone."""
    from browsing import DESKTOP, PHONE

    for name, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        seat = sit(language=language, viewport=viewport, dark=name == "phone" and language == "en")
        seat.enter(hire(lent, "auditor", f"auditor-{name}.{lent}", language=language))
        page = seat.open("/desk/portfolio")
        assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen()
        seat.picture(f"portfolio/portfolio-{language}-{name}")
        page.click("a[href$='/desk/portfolio/loans/M1']")
        seat.settle()
        assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen()
        seat.picture(f"portfolio/loans-{language}-{name}")
