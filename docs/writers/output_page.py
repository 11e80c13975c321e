"""``docs/reference/outputs.md``: what a run leaves behind, column by column."""

from __future__ import annotations

from collections.abc import Mapping

from docs.writers.markdown import GENERATED, code, grid
from docs.writers.output_words import CHANGES, PLAN, PROPOSALS, REJECTS, RUN, VERDICTS

from forbear.book.intake.rejects import RULES
from forbear.book.intake.rejects import SCHEMA as REJECTS_SCHEMA
from forbear.columns.dtypes import INT, TEXT, TEXTS
from forbear.columns.relation import Schema
from forbear.day.changes import CHANGE_COLUMNS
from forbear.day.judging import VERDICT_COLUMNS
from forbear.planning.plan import PLAN_SCHEMA
from forbear.strategy import PROPOSAL_SCHEMA

HEAD = f"""# What a run leaves behind

{GENERATED}
`forbear run … --out DIR` leaves seven files in `DIR`. The folder appears whole or not at all: a run that is stopped or fails leaves
nothing, or the earlier result as it was. The same inputs give the same bytes, but for the part `measured` of `run.json`.

| file | one row for | sorted by |
| --- | --- | --- |
| `facts.parquet` | every accepted loan: see [facts](facts.md) | loan_id |
| `proposals.parquet` | every act that the playbook wants, and every decision to leave alone | loan_id, kind, preference |
| `verdicts.parquet` | every wanted act, with what the law pack says of it | loan_id, kind, preference |
| `plan.parquet` | every loan with a proposal, and act | loan_id, act |
| `rejects.parquet` | every row of the book that was refused or noted | table, file, row_number, column, rule |
| `run.json` | the run itself | |
| `report.html` | a page for people: needs no network, opens in any browser | |

Times of day are minutes after midnight on the person's own clock: 540 is 09:00.
"""

_NUMBERS = ("preference", "window_start_minute", "window_end_minute")
_LISTS = ("rules", "duties")
VERDICT_SCHEMA: Schema = {
    name: INT if name in _NUMBERS else TEXTS if name in _LISTS else TEXT for name in VERDICT_COLUMNS
}


def output_page() -> str:
    """The page; it fails for a column without a meaning."""
    assert {name for name in CHANGE_COLUMNS if not name.endswith("_after")} == set(CHANGES)
    rules = [(code(name), rule.disposition.replace("_", " "), rule.says) for name, rule in RULES.items()]
    parts = [
        HEAD,
        _section("proposals.parquet", PROPOSAL_SCHEMA, PROPOSALS),
        _section("verdicts.parquet", VERDICT_SCHEMA, VERDICTS),
        _section("plan.parquet", PLAN_SCHEMA, PLAN),
        _section("rejects.parquet", REJECTS_SCHEMA, REJECTS),
        "\nRules of the intake:\n\n",
        grid(("rule", "what happens", "when"), rules),
        "\n## run.json\n\n",
        grid(("key", "meaning"), [(code(key), says) for key, says in RUN.items()]),
        REPORT,
        COMPARISON,
        grid(("column", "meaning"), [(code(name), says) for name, says in CHANGES.items()]),
    ]
    return "".join(parts)


def _section(title: str, schema: Schema, says: Mapping[str, str]) -> str:
    assert set(schema) == set(says), f"{title}: {set(schema) ^ set(says)}"
    rows = [(code(name), dtype, says[name]) for name, dtype in schema.items()]
    return f"\n## {title}\n\n{grid(('column', 'type', 'meaning'), rows)}"


REPORT = """
## report.html

Key figures; the age of the debt; the way from the book to the plan; what the law refused, by rule; treatments by stage; the plan
by channel beside its capacity; the money overdue by component; loans left alone and why; proposals that came to nothing and why;
rows rejected. Every chart has its figures in a table beside it. The page speaks 简体中文 and English, and follows the reader's
light or dark setting.
"""

COMPARISON = """
## What a comparison leaves behind

`forbear law diff … --out DIR` and `forbear playbook diff … --out DIR` leave three files: `diff.html` for people, `summary.json` with
every figure of the page, and `changes.parquet`, one row for every wanted act that differs, sorted by loan_id, kind, preference. The same
inputs give the same bytes. See [publish a change](../how-to/publish-a-change.md).

### changes.parquet

Each column that ends in `_before` has its like in `_after`; both are null on a side that does not want the act.

"""
