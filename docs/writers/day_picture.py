"""``docs/pictures/day*.svg``: the day's flow as a picture, in each language, for light and dark pages."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

WIDE, HIGH, GAP, LEFT = 168, 104, 26, 24
SOURCE_TOP, STEP_TOP, RESULT_TOP = 28, 122, 270

STYLE = """
    text { font-family: system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; fill: #1f2933 }
    .panel { fill: #f7f8fa } .step { fill: #ffffff; stroke: #3b6ea5; stroke-width: 1.5 }
    .source, .result { fill: none; stroke: #8a94a3; stroke-width: 1.2 } .source { stroke-dasharray: 5 4 }
    .arrow { stroke: #5b6674; stroke-width: 1.6; fill: none; marker-end: url(#tip) } .tip { fill: #5b6674 }
    .name { font-size: 16px; font-weight: 600 } .says { font-size: 12.5px; fill: #4a5563 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6eaf0 } .panel { fill: #161b22 } .step { fill: #1f2733; stroke: #7fb0e6 }
      .source, .result { stroke: #8b97a8 } .arrow { stroke: #a9b4c2 } .tip { fill: #a9b4c2 } .says { fill: #b6c0cd }
    }
"""


@dataclass(frozen=True)
class Words:
    """The words of the picture: steps from left to right, what feeds them from above, what they leave below."""

    title: str
    steps: tuple[tuple[str, str, str], ...]
    sources: tuple[tuple[int, str, str], ...]
    results: tuple[tuple[int, int, str, str], ...]


ENGLISH = Words(
    "The day: from a loan book to a lawful plan",
    (
        ("Loan book", "ten tables, Parquet", "or CSV, checked"),
        ("Facts", "one row a loan: age,", "amounts, promises"),
        ("Proposals", "what the lender wants,", "or to leave alone"),
        ("Verdicts", "what the law allows,", "by which row"),
        ("Plan", "one contact a person,", "within capacity"),
    ),
    (
        (0, "Mapping", "a lender's own columns"),
        (2, "Playbook", "decision tables (DMN)"),
        (3, "Law pack", "dated values, tables"),
        (4, "Capacity", "acts a day"),
    ),
    (
        (0, 1, "Rejects", "each bad row, and why"),
        (2, 3, "Report, explain, run.json", "a reason for every loan: facts, rows that fired, citations"),
    ),
)

CHINESE = Words(
    "一日流程：从贷款台账到合法的计划",
    (
        ("贷款台账", "十张表，Parquet", "或 CSV，逐行校验"),
        ("事实", "每笔一行：账龄、", "金额、承诺、触达"),
        ("意向", "机构想做什么，", "或者不打扰"),
        ("裁定", "法律允许什么，", "依据哪一行"),
        ("计划", "每人每日一次联系，", "不超产能"),
    ),
    (
        (0, "映射", "机构自有字段"),
        (2, "策略", "决策表（DMN）"),
        (3, "规则包", "带日期的数值与表"),
        (4, "产能", "每日可做次数"),
    ),
    (
        (0, 1, "被拒的行", "每一行及其原因"),
        (2, 3, "报告、解释、run.json", "每笔贷款的理由：事实、命中的行、出处"),
    ),
)


def day_picture(words: Words) -> str:
    """The picture as SVG text."""
    width = 2 * LEFT + 5 * WIDE + 4 * GAP
    middle = STEP_TOP + HIGH / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 360" role="img" aria-labelledby="title">',
        f"  <title id='title'>{escape(words.title)}</title>\n  <style>{STYLE}  </style>",
        '  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>',
        f'  <rect class="panel" width="{width}" height="360" rx="12"/>',
    ]
    for place, (name, *says) in enumerate(words.steps):
        parts += _box("step", _left(place), STEP_TOP, WIDE, HIGH, name, says)
        if place:
            parts.append(_arrow(_left(place) - GAP + 2, middle, _left(place) - 2, middle))
    for place, name, says in words.sources:
        parts += _box("source", _left(place), SOURCE_TOP, WIDE, 60, name, [says])
        parts.append(_arrow(_left(place) + WIDE / 2, SOURCE_TOP + 62, _left(place) + WIDE / 2, STEP_TOP - 2))
    for place, span, name, says in words.results:
        box = span * WIDE + (span - 1) * GAP
        parts += _box("result", _left(place), RESULT_TOP, box, 60, name, [says])
        for below in range(place, place + span):
            parts.append(_arrow(_left(below) + WIDE / 2, STEP_TOP + HIGH + 2, _left(below) + WIDE / 2, RESULT_TOP - 2))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _left(place: int) -> int:
    return LEFT + place * (WIDE + GAP)


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'  <path class="arrow" d="M{x1:g} {y1:g} L{x2:g} {y2:g}"/>'


def _box(kind: str, x: float, y: float, width: float, height: float, name: str, says: list[str]) -> list[str]:
    centre = x + width / 2
    first = y + height / 2 - 9 * len(says) + 5
    lines = [
        f'  <text class="says" x="{centre:g}" y="{first + 20 * n:g}" text-anchor="middle">{escape(text)}</text>'
        for n, text in enumerate(says, start=1)
    ]
    return [
        f'  <rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>',
        f'  <text class="name" x="{centre:g}" y="{first:g}" text-anchor="middle">{escape(name)}</text>',
        *lines,
    ]
