"""The gate asked about every wanted act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from forbear.columns.closure import compile_row
from forbear.columns.dtypes import TEXT
from forbear.columns.expression import Column, case, column, literal, null, when
from forbear.columns.relation import Relation, Schema
from forbear.compliance import Gate

# Which of a person's points a channel uses. A channel that is not here uses none.
POINT_OF = {
    "voice_agent": "mobile",
    "voice_bot": "mobile",
    "sms": "mobile",
    "push": "app",
    "email": "email",
    "im_official": "im",
    "im_private": "im",
    "letter": "address",
    "visit": "address",
}
VERDICT_COLUMNS = (
    "loan_id", "person_id", "preference", "kind", "treatment", "channel", "purpose", "contact_point_id",
    "verdict", "decided_by", "rules", "duties", "window_start_minute", "window_end_minute", "pack_version",
)  # fmt: skip
_FOR_THE_PLAN = ("team", "region_code", "overdue_cents")


def with_verdicts(proposals: Relation, facts: Relation, gate: Gate) -> Relation:
    """The proposals with the facts that the gate reads, who would act on whom by what, and the verdict's columns.

    A wanted act is aimed at the debtor, on the point of that channel, begun by the collector with the lender's own
    devices; it is the agency's act where the loan is placed. A decision to leave alone is no act: the gate is not asked,
    and it has no row here.
    """
    asked = proposals.keep(proposals["kind"] != "none")
    needed = [name for name in gate.required_facts if name in facts.schema and name not in asked.schema]
    points = [f"{kind}_point_{part}" for kind in dict.fromkeys(POINT_OF.values()) for part in ("id", "source", "state")]
    others = [name for name in ("agency_id", *_FOR_THE_PLAN) if name not in needed]
    rows = asked.join(facts.select("loan_id", *needed, *points, *others), "loan_id")
    rows = rows.derive(**_aim())
    judged = gate.apply(rows)
    extra = [name for name in VERDICT_COLUMNS if name not in proposals.schema]
    return judged.select(*proposals.schema, *extra, *_FOR_THE_PLAN)


def left_alone(proposals: Relation, facts: Relation, like: Schema) -> Relation:
    """The decisions to leave alone, in the shape of :func:`with_verdicts`, without a verdict."""
    rows = proposals.keep(proposals["kind"] == "none")
    return rows.join(facts.select("loan_id", *_FOR_THE_PLAN), "loan_id").conform(like)


def row_for_gate(proposal: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the gate is asked about one wanted act: the same as :func:`with_verdicts` asks."""
    row = {**facts, **proposal}
    return {**row, **_aim_row()(row)}


@cache
def _aim_row() -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return compile_row(_aim())


def _aim() -> dict[str, Column]:
    """Who would act on whom, by what and on which point, of a proposal beside its loan's facts."""
    return {
        "recipient_role": literal("debtor"),
        "recipient_has_refused": literal(False),
        "initiated_by": literal("collector"),
        "device": literal("official"),
        # How long it takes is known when it begins; until then the house's last start leaves room for it.
        "planned_minutes": literal(0),
        "actor_kind": when(column("agency_id", TEXT).is_null(), "lender", "agency"),
        "contact_point_id": _point("id"),
        "contact_point_source": _known_point("source"),
        "contact_point_state": _known_point("state"),
    }


def _known_point(part: str) -> Column:
    """What is known of the point; ``none`` where the person has no such point, which is another thing than an unknown source."""
    return when(_point("id").is_null(), "none", _point(part))


def _point(part: str) -> Column:
    channel = column("channel", TEXT)
    branches = [(channel == name, column(f"{kind}_point_{part}", TEXT)) for name, kind in POINT_OF.items()]
    return case(branches, null(TEXT))
