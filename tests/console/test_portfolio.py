"""Does the portfolio say what the records hold, lead to the loans behind each figure, and show nobody's to anybody else?"""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from console_staff import hire, signed_in  # noqa: E402
from django.db.models import Sum  # noqa: E402
from records_cast import NOON, TODAY, open_tenant  # noqa: E402

from forbear.day.report.charts import Line, lines  # noqa: E402
from forbear.day.wiring.business_day import BusinessDay, run_business_day  # noqa: E402
from forbear.kernel.clock import FixedClock  # noqa: E402
from forbear.lab import make_book  # noqa: E402
from forbear.records.daily.behind import Wanted, loans_behind  # noqa: E402
from forbear.records.daily.portfolio import count_books, figures, finished_runs  # noqa: E402
from forbear.records.models import AuditEntry, BookFigures, Case, Loan  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402


@pytest.fixture(scope="module")
def book(records, tmp_path_factory) -> str:
    """A lender whose book of three hundred borrowers was run on two days; between them one loan went."""
    folder, clock = tmp_path_factory.mktemp("book"), FixedClock(NOON)
    lender = open_tenant(f"b{uuid4().hex[:12]}", second_factor=False)
    make_book(folder / "book", borrowers=300, seed=7, as_of=TODAY)
    run_business_day(BusinessDay(lender, TODAY - timedelta(days=1), book=folder / "book", memory_gib=1.0), clock)
    with acting(Scope(lender, "tester")):
        gone = Loan.objects.filter(tenant_id=lender, status="active").order_by("loan_id").first()
        Loan.objects.filter(pk=gone.pk).update(gone_on=TODAY)
    run_business_day(BusinessDay(lender, TODAY, memory_gib=1.0, writes_report=False), clock)
    return lender


@pytest.fixture
def lent(book, clock) -> str:
    """The same for all tests here: they only look."""
    return book


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
    auditor = signed_in(hire(lent, "auditor", f"figures.{lent}"))
    found = buckets_of(auditor)
    with acting(Scope(lent, "tester")):
        owed = Case.objects.filter(closed_on__isnull=True).aggregate(owed=Sum("overdue_cents"))["owed"]
        run, before = finished_runs(lent)
        rolls = figures(Scope(lent, "tester"), run, before)["rolls"]
        then = figures(Scope(lent, "tester"), before, None)["ages"]
        assert loans_behind(Scope(lent, "collector", "own"), run, Wanted("CNY", "M1"), "", 9) == []
    assert sum(int(row["overdue_cents"]) for row in found.values()) == owed > 0
    assert sum(row["principal_cents"] for row in rolls) == sum(row["principal_cents"] for row in then) > 0
    for bucket in ("M0", "M1"):
        loans = listed(auditor, bucket)
        assert len(loans) == len(set(loans)) == int(found[bucket]["loans"])
        assert loans == sorted(loans)
    early = signed_in(hire(lent, "leader", f"early.{lent}", reach="team", team="early"))
    own = buckets_of(early)
    assert 0 < sum(int(row["loans"]) for row in own.values()) < sum(int(row["loans"]) for row in found.values())
    assert set(listed(early, max(own))) < set(listed(auditor, max(own))) or len(own) == 1


def test_each_share_at_risk_and_each_move_leads_to_its_loans(lent):
    """As many as the figure counts, with the principal that it sums up; over pages, each once."""
    scope = Scope(lent, "tester")
    with acting(scope):
        run, before = finished_runs(lent)
        found = figures(scope, run, before)
        for days in (30, 60, 90):
            rows = loans_behind(scope, run, Wanted("CNY", past_days=days), "", 1_000)
            assert sum(row["outstanding_principal_cents"] for row in rows) == sum(
                row[f"par{days}_cents"] for row in found["ages"]
            )
            assert all(row["days_past_due"] > days for row in rows) and rows
        for roll in found["rolls"]:
            where = Scope(lent, "tester", "team", roll["team"]) if roll["team"] else scope
            wanted = Wanted(roll["currency"], roll["bucket"], was=roll["was"])
            rows = loans_behind(where, run, wanted, "", 1_000, before)
            moved = [each for each in found["rolls"] if (each["was"], each["bucket"]) == (roll["was"], roll["bucket"])]
            own = [each for each in moved if not roll["team"] or each["team"] == roll["team"]]
            assert len(rows) == sum(each["loans"] for each in own) > 0
            again, after = [], ""
            while part := loans_behind(where, run, wanted, after, 7, before):
                again += part
                after = part[-1]["loan_id"]
            assert again == rows
        assert "closed" in {roll["bucket"] for roll in found["rolls"]}
        assert loans_behind(scope, run, Wanted("USD", past_days=30), "", 9) == []


def test_a_file_of_loans_is_counted_and_needs_a_ticket_where_it_is_long(lent):
    """The page and its file hold the same loans; so many in one go the law asks a ticket for."""
    leader = signed_in(hire(lent, "leader", f"file.{lent}"))
    page = leader.get("/desk/portfolio").content.decode()
    links = {html.unescape(each) for each in re.findall(r'href="(/desk/portfolio/loans/[^"]+)"', page)}
    assert {each.split("?")[0].rsplit("/", 1)[1] for each in links} >= {"PAR30", "M0", "M1", "closed"}
    for link in sorted(links)[:6]:
        assert leader.get(link).status_code == 200
    refused = leader.post("/desk/portfolio/loan-files/M0.csv")
    assert refused.status_code == 422 and b"cn.picrime2017.credit_alarm.export" in refused.content
    said = leader.post("/desk/portfolio/loan-files/M0.csv", {"ticket": "T-7"})
    rows = list(csv.DictReader(io.StringIO(said.content.decode("utf-8-sig"))))
    assert [row["loan_id"] for row in rows] == listed(leader, "M0")
    assert {row["name"][1:] for row in rows} <= {"*", "**", "***"}
    with acting(Scope(lent, "tester")):
        told = AuditEntry.objects.get(action="personal_data.list_exported").payload
    assert (told["opened"], told["ticket"], told["list"]) == ({"credit": len(rows)}, "T-7", "M0")


def test_a_line_is_told_apart_without_its_colour():
    """Each by its own stroke and its name at its end, names never on one another; without a point there is no drawing."""
    drawn = lines(
        [Line("30+ days", [(0, 0.0), (3, 0.1)]), Line("60+ days", [(0, 0.0), (3, 0.1)]), Line("none", [])], 620
    )
    assert "30+ days" in drawn and "60+ days" in drawn and "none<" not in drawn and "10.0%" in drawn
    assert 'stroke-dasharray="6,3"' in drawn and not re.search(r"(?:fill|stroke)=\"#", drawn)
    heights = [float(each) for each in re.findall(r"translate\(\d+,([\d.]+)\)\" [^>]*>(?:30|60)\+ days", drawn)]
    assert len(heights) == 2 and abs(heights[0] - heights[1]) >= 13
    assert lines([Line("none", [])], 620) == ""


def test_vintages_and_cures_are_of_the_runs_that_were_kept(lent):
    """With one month kept the page says so; a month before it, each vintage has a second point."""
    scope = Scope(lent, "tester")
    BookFigures.objects.using("owner").filter(tenant_id=lent).delete()
    assert (count_books(lent, FixedClock(NOON)), count_books(lent, FixedClock(NOON))) == (2, 0)
    with acting(scope):
        run, before = finished_runs(lent)
        rows = figures(scope, run, before)["vintages"]
        lent_cents = Loan.objects.filter(tenant_id=lent, currency="CNY").aggregate(cents=Sum("principal_cents"))[
            "cents"
        ]
        ages = figures(scope, run, before)["ages"]
    assert sum(row["principal_cents"] for row in rows if row["currency"] == "CNY") == lent_cents > 0
    for days in (30, 60, 90):  # nothing of this book is written off
        assert sum(row[f"past{days}_cents"] for row in rows) == sum(row[f"par{days}_cents"] for row in ages) > 0
    strategist = signed_in(hire(lent, "strategist", f"curves.{lent}"))
    page = strategist.get("/desk/portfolio/curves").content.decode()
    assert "The history is short: figures of 1 months were kept" in page and "<svg" in page
    earlier = {"vintages": [row | {"past30_cents": 0} for row in rows if row["originated"] < "2026-10"]}
    with acting(scope):
        BookFigures.objects.create(tenant_id=lent, business_date=date(2026, 10, 31), digest="x", figures=earlier)
    lines = list(csv.DictReader(io.StringIO(strategist.get("/desk/portfolio/vintages.csv").content.decode())))
    may = [row for row in lines if row["originated"] == "2026-05"]
    assert [(row["as_of"], row["months_on_book"]) for row in may] == [("2026-10-31", "5"), ("2026-11-23", "6")]
    assert may[0]["past30_cents"] == "0" and int(may[1]["past30_cents"]) == sum(
        row["past30_cents"] for row in rows if row["originated"] == "2026-05" and row["currency"] == "CNY"
    )


def test_what_is_nobodys_and_what_is_not_there_are_told_alike(lent):
    """An unknown bucket, one of script, and the pages of a lender without a book."""
    auditor = signed_in(hire(lent, "auditor", f"nobodys.{lent}"))
    for bucket in ("M99", "<script>alert(1)</script>"):
        said = auditor.get(f"/desk/portfolio/loans/{bucket}")
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
        seat.enter(hire(lent, "auditor", f"auditor-{name}-{language}.{lent}", language=language))
        page = seat.open("/desk/portfolio")
        assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen()
        seat.picture(f"portfolio/portfolio-{language}-{name}")
        page.click("a[href$='/desk/portfolio/loans/M1?currency=CNY']")
        seat.settle()
        assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen()
        seat.picture(f"portfolio/loans-{language}-{name}")
