"""The report says what the files say, in two languages, and needs nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from forbear.day.report import charts, write_report
from forbear.day.report.figures import BUCKETS, count_figures, shares
from forbear.kernel.errors import InputError

Write = Callable[..., Path]
POINT_RULES = ("cn.pipl.lawful_source.purchased",)
VOID = {"meta", "input", "br", "img", "link"}


class Outline(HTMLParser):
    """Tags that are opened and closed in pairs, links and sources, and the text of each page's language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    assert parser.open == []
    return parser


def report(folder: Path) -> str:
    return write_report(folder).read_text(encoding="utf-8")


def page(text: str, language: str) -> str:
    return text.split(f'<main class="page {language}"')[1].split("</main>")[0]


def test_the_page_is_one_file_without_script_or_network(write_run: Write) -> None:
    parsed = outline(report(write_run()))
    assert "script" not in parsed.tags and "iframe" not in parsed.tags and "img" not in parsed.tags
    assert parsed.links == []


def test_no_id_is_given_twice(write_run: Write) -> None:
    ids = outline(report(write_run())).ids
    assert len(ids) == len(set(ids))


def test_the_same_run_gives_the_same_bytes(write_run: Write) -> None:
    folder = write_run()
    assert report(folder) == report(folder)


def test_what_the_lender_named_is_shown_as_text_and_never_as_markup(write_run: Write) -> None:
    text = report(write_run())
    assert "practice &lt;book&gt;" in text and "<book>" not in text


def test_both_languages_have_the_same_sections_and_figures(write_run: Write) -> None:
    text = report(write_run())
    chinese, english = page(text, "zh"), page(text, "en")
    assert "账龄分布" in chinese and "Age of the debt" in english
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"<li>.*?</li>", "", english, flags=re.S))
    money = re.compile(r"¥[\d,]+\.\d\d")
    assert money.findall(chinese) == money.findall(english) != []


def test_overdue_loans_are_counted_by_age_and_component(write_run: Write) -> None:
    figures = count_figures(write_run(30), {})
    assert (figures.loans_open, figures.loans_overdue) == (30, 25)
    assert [age.bucket for age in figures.ages] == list(BUCKETS)
    assert [age.loans for age in figures.ages] == [5, 5, 5, 5, 5, 0, 0, 5]
    assert sum(money.cents for money in figures.components) == figures.overdue_cents
    assert sum(age.overdue_cents for age in figures.ages) == figures.overdue_cents


def test_each_step_from_the_book_to_the_plan_is_a_part_of_the_one_before(write_run: Write) -> None:
    steps = count_figures(write_run(300), {}).funnel
    counts = [step.count for step in steps]
    assert counts == sorted(counts, reverse=True) and counts[0] == 300 and counts[-1] > 0


def test_refusals_are_counted_by_rule_and_those_for_want_of_a_contact_point_besides(write_run: Write) -> None:
    figures = count_figures(write_run(60), {})
    refusals = {tally.code: tally.count for tally in figures.refusals}
    assert set(refusals) == {POINT_RULES[0], "cn.card2011.objection_verified.open"}
    assert (figures.without_point, refusals["cn.card2011.objection_verified.open"]) == (6, 3)


def test_a_refusal_is_quoted_with_its_instrument_and_how_that_was_read(write_run: Write) -> None:
    english = page(report(write_run(60)), "en")
    assert "The cardholder&#39;s objection must be verified before collection goes on." in english
    assert 'class="badge doubt">unverified, S1' in english


def test_notes_on_accepted_rows_are_not_counted_as_rejected(write_run: Write) -> None:
    figures = count_figures(write_run(), {})
    assert [(tally.code, tally.count) for tally in figures.rejects] == [("missing_value", 2)]
    assert figures.notes == 1


def test_capacity_stands_beside_what_is_planned(write_run: Write) -> None:
    channels = {
        tally.code: (tally.count, tally.limit)
        for tally in count_figures(write_run(60), {"voice_agent": 20, "letter": 5}).channels
    }
    assert channels["voice_agent"] == (12, 20)
    assert channels["letter"] == (0, 5)
    assert channels["sms"][1] is None


@pytest.mark.parametrize(
    "given", [{"loans": 0}, {"loans": 30, "verdicts": [], "proposals": [], "plan": [], "rejects": []}]
)
def test_what_is_not_there_is_said_in_a_sentence(write_run: Write, given: dict[str, Any]) -> None:
    english = page(report(write_run(**given)), "en")
    assert english.count('class="empty"') >= 5
    assert "The law refused none of the proposed acts." in english
    assert "The playbook proposes nothing on this date." in english


def test_a_book_in_which_nothing_is_overdue_has_no_empty_charts(write_run: Write) -> None:
    nothing = {"days_past_due": 0, "bucket": "M0"}
    facts = [
        {"loan_id": f"L{n}", "person_id": f"P{n}", "currency": "CNY", "is_open": True, "outstanding_cents": 1000}
        | nothing
        for n in range(3)
    ]
    english = page(report(write_run(facts=facts, verdicts=[], proposals=[], plan=[])), "en")
    assert "No open loan is overdue on this date." in english
    assert "Nothing is overdue" in english


def test_amounts_in_other_currencies_are_told_apart(write_run: Write) -> None:
    folder = write_run(4)
    facts = [
        {
            "loan_id": f"L{n}",
            "person_id": "P",
            "currency": currency,
            "is_open": True,
            "days_past_due": 5,
            "bucket": "M1",
        }
        | {"overdue_cents": 100, "outstanding_cents": 100}
        for n, currency in enumerate(("CNY", "CNY", "USD"))
    ]
    folder = write_run(facts=facts)
    figures = count_figures(folder, {})
    assert (figures.currency, figures.overdue_cents) == ("CNY", 200)
    assert [(money.code, money.cents) for money in figures.elsewhere] == [("USD", 100)]
    assert "$1.00" in report(folder)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_report(tmp_path)
    assert caught.value.code == "no_run"


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"business_date": "2026-11-23"}'])
def test_a_damaged_record_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(InputError) as caught:
        write_report(tmp_path)
    assert caught.value.code == "bad_run"


def test_a_drawing_holds_no_ids_and_no_fonts() -> None:
    drawing = charts.bars([charts.Bar("电话", 3, "3", 5), charts.Bar("sms", 0, "0")], charts.NARROW)
    assert "id=" not in drawing and "font-family" not in drawing and "url(" not in drawing


def test_the_longest_bar_is_as_wide_as_the_chart_and_the_others_in_proportion() -> None:
    drawing = charts.bars([charts.Bar("a", 200, "200"), charts.Bar("b", 50, "50")], 400)
    widths = [float(width) for width in re.findall(r'h([\d.]+)v12h-[\d.]+Z" fill="var\(--accent\)"', drawing)]
    assert widths == [400, 100]


def test_a_long_name_is_cut_and_a_chinese_character_counts_for_more() -> None:
    assert charts.clip("short", 200) == "short"
    assert charts.clip("x" * 100, 130).endswith("…") and len(charts.clip("x" * 100, 130)) > len(
        charts.clip("字" * 100, 130)
    )


def test_shares_are_of_the_first() -> None:
    assert shares([200, 100, 1]) == [100, 50, 0]
    assert shares([0, 0]) == [0, 0]
