"""``docs/reference/playbooks.md``: the playbooks, their figures, and which row carries out which behaviour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from docs.writers.markdown import GENERATED, code, grid

from forbear.kernel.language import translator
from forbear.strategy import behaviours, describe, load_playbook, playbook_names, reasons
from forbear.strategy.codes import ALLOWED_OUTPUTS, CHANNELS, LEAVE_ALONE, REFERRALS, TREATMENTS, VISIT
from forbear.strategy.inputs import DERIVED, READABLE, RESTRICTED
from forbear.strategy.pipeline import ANSWERS, OPTIONAL, ORDER

HEAD = f"""# Playbooks

{GENERATED}
A playbook says what a lender would like to do about each loan; what it may do is another matter, decided elsewhere. It is a folder:
`playbook.yaml` (names, figures, trials, value assumptions), one DMN file a table, and, if it has reasons of its own, `reasons.yaml`
with a sentence in `en` and `zh` for each. How the five differ is in [explanation/playbooks.md](../explanation/playbooks.md);
`forbear playbook show NAME` prints every row.

"""

KEYS = (
    ("`name`, `title`, `says`", "A name; a title and one sentence, each with `en` and `zh`."),
    ("`version_note`, `valid_from`", "What changed, and the date from which the playbook is meant to be used."),
    ("`currency`", "ISO 4217 code of the amounts."),
    (
        "`hours`",
        "`contact` and `visit`, each with `earliest_minute` and `latest_minute` of the local day: what is wanted, for courtesy.",
    ),
    ("`approval`", "Treatments that need a person's approval besides visits and referrals, which always do."),
    (
        "`parameters`",
        "By name: `value` (a whole number, or a word for the unit `choice`), `unit` (days, cents, count, percent, choice), "
        "`source` (the id of a behaviour, or `house`), `says`; may have `says_zh`, `by_product_kind` and `bounds`. Cells name them.",
    ),
    (
        "`experiments`",
        "By name: `says`, maybe `says_zh`, `salt`, `arms` (shares in parts per million that add up to 1000000), and `ends_in`, the "
        "arm that is not contacted. The table `trial` says by an output of the same name who may take part; later tables read the arm as "
        "`<name>_arm`.",
    ),
    (
        "`value`",
        "`basis` by stage; `cost_cents`, `harm_cents` and, by stage, `uplift_basis_points` by channel; `fatigue_cents` for each "
        "attempt of the week. Assumptions until a trial has measured them.",
    ),
)

VALUE = """
**Expected value** of an act, in whole cents: basis × uplift ÷ 10 000, rounded half up, less cost, less harm, less
`fatigue_cents` × the attempts of the last seven days.

"""


def playbook_page() -> str:
    """The page."""
    described = [describe(load_playbook(name)) for name in playbook_names()]
    parts = [
        HEAD,
        *_overview(described),
        *_format(),
        *_tables(),
        *_answers(),
        *_behaviours(described),
        *_parameters(described),
        *_reasons(),
    ]
    return "".join(parts)


def _overview(described: list[dict[str, Any]]) -> Iterator[str]:
    rows = []
    for each in described:
        counts = {table["name"]: len(table["rules"]) for table in each["tables"]}
        rows.append(
            (code(each["name"]), each["says"], *(counts.get(name, "–") for name in ORDER), sum(counts.values()))
        )
    yield "Rows by table:\n\n" + grid(("playbook", "says", *(code(name) for name in ORDER), "all"), rows) + "\n"


def _format() -> Iterator[str]:
    yield "## playbook.yaml\n\n" + grid(("key", "what it holds"), KEYS) + VALUE


def _tables() -> Iterator[str]:
    yield "## Tables\n\nIn this order; each may read the facts below and the answers of the tables before it. One rule decides in each.\n\n"
    rows = [
        (
            code(name),
            "may be left out" if name in OPTIONAL else "needed",
            ", ".join(map(code, ANSWERS[name])) or "`trial_<experiment>`",
        )
        for name in ORDER
    ]
    yield grid(("table", "", "answers, as later tables and `decide` name them"), rows) + "\n"
    yield "**A table may read**: " + ", ".join(map(code, [n for n in READABLE if n not in RESTRICTED])) + ".\n\n"
    yield "**Only some tables**: " + "; ".join(f"{code(n)} ({', '.join(t)})" for n, t in RESTRICTED.items()) + ".\n\n"
    yield (
        "**Made of facts**: "
        + ", ".join(map(code, DERIVED))
        + ".\n\nAnything else is refused when the playbook is loaded.\n\n"
    )


def _answers() -> Iterator[str]:
    yield "## What a table may answer\n\nThe lists are closed: another word is refused (`unknown_code`).\n\n"
    rows = [(code(name), ", ".join(map(code, values))) for name, values in ALLOWED_OUTPUTS.items()]
    yield grid(("answer", "one of"), rows) + "\n"
    english, chinese = translator("en"), translator("zh")
    for context, codes in (("treatment", (*TREATMENTS, VISIT, *REFERRALS[1:], LEAVE_ALONE)), ("channel", CHANNELS)):
        words = [(code(each), english.code_words(context, each), chinese.code_words(context, each)) for each in codes]
        yield grid((context, "in words", "中文"), words) + "\n"


def _behaviours(described: list[dict[str, Any]]) -> Iterator[str]:
    carried: dict[str, list[str]] = defaultdict(list)
    for each in described:
        for table in each["tables"]:
            for rule in table["rules"]:
                for cited in rule["cites"]:
                    carried[cited].append(code(rule["id"]))
    yield (
        "## Behaviours and the rows that carry them out\n\nJ: JD Jintiao. F: JD Finance. W: Weilidai, visits. P: Weilidai, process. "
        "A: Alipay's credit products. H: rules of the house.\n\n"
    )
    rows = [
        (each.id, each.says, "<br>".join(carried[each.id]) or "–", each.elsewhere or "")
        for each in behaviours().values()
    ]
    yield grid(("id", "behaviour", "rows", "elsewhere"), rows) + "\n"


def _parameters(described: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Figures\n\n*house*: no document states the figure; it is ours and meant to be set by the lender.\n\n"
    for each in described:
        rows = [
            (
                code(parameter["name"]),
                parameter["value"],
                parameter["unit"],
                ", ".join(f"{kind} {value}" for kind, value in parameter["by_product_kind"].items()),
                "–".join(map(str, parameter["bounds"] or ())),
                parameter["source"],
                parameter["says"],
            )
            for parameter in each["parameters"]
        ]
        yield f"### {each['name']}\n\n"
        yield grid(("name", "value", "unit", "by product", "bounds", "source", "says"), rows) + "\n"


def _reasons() -> Iterator[str]:
    yield "## Reasons\n\n" + grid(
        ("code", "English", "中文"), [(code(name), texts["en"], texts["zh"]) for name, texts in reasons().items()]
    )
