"""``docs/reference/facts.md``: every fact with its type, meaning and readers."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from docs.writers.markdown import GENERATED, code, grid

from forbear.book.fact_definitions import FACTS
from forbear.compliance import load_gate
from forbear.strategy.inputs import READABLE, RESTRICTED

PACK, ON = "cn+house", date(2026, 11, 23)

HEAD = f"""# Facts

{GENERATED}
One row a loan, for one business date, in `facts.parquet`. Whole amounts are in minor units (分) and end in `_cents`; `…_on` is a
date; `days_…` are whole local days; `is_…` and `has_…` are true or false. A fact that is not known is null, and null is not zero:
counts of attempts are null for a person with nothing overdue or due soon, because nobody counted.

**Read by**: *P* any playbook table; *P: …* only the tables named; *L* the law pack `{PACK}`. A fact without a letter is there to be
read by people and reports; a playbook that names it is refused (`forbidden_input`). A few of these count in an answer made of facts, such
as `hold` or `is_placed`: see [playbooks](playbooks.md).

"""

COUNTS = f"""## Counts that the law asks for

A law pack names the contacts to be counted, and the facts engine counts exactly those: one whole-number column for each. With pack
`{PACK}` of {ON}:

"""


def fact_page() -> str:
    """The page, group by group."""
    gate = load_gate(PACK, ON)
    needed = set(gate.required_facts)
    parts = [HEAD]
    for group, facts in groupby(FACTS.values(), key=lambda fact: fact.group):
        rows = [(code(each.name), each.dtype, each.says, each.zh, _readers(each.name, needed)) for each in facts]
        parts.append(f"## {group}\n\n{grid(('fact', 'type', 'meaning', '中文', 'read by'), rows)}\n")
    counts = [
        (code(each.name), each.counted.replace("_", " "), ", ".join(each.channels) or "all", each.scope.replace("_", " "), each.days)
        for each in gate.count_windows
    ]  # fmt: skip
    parts.append(COUNTS + grid(("fact", "what is counted", "channels", "of", "local days"), counts))
    return "".join(parts)


def _readers(name: str, needed: set[str]) -> str:
    letters = []
    if name in RESTRICTED:
        letters.append(f"P: {', '.join(RESTRICTED[name])}")
    elif name in READABLE:
        letters.append("P")
    if name in needed:
        letters.append("L")
    return ", ".join(letters)
