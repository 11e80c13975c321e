"""The day's plan: one person is one budget; within what the gate allows and what capacity carries; every loan has its reason.

Wanted acts arrive as judged candidates (one row a loan and preference, with the gate's verdict). A person's allowed
candidates are tried in turn: the playbook's first preference first, then the larger value, then the loan's id; each pool
of capacity once. In each turn a pool is filled by value (ties by id), and those it cannot carry try their next candidate.
"""

from __future__ import annotations

from forbear.columns.dtypes import BOOL, INT, TEXT, TEXTS
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    any_true,
    case,
    coalesce,
    count,
    literal,
    min_of,
    null,
    row_number,
    when,
)
from forbear.columns.relation import Relation, Schema
from forbear.compliance import MAY_ACT, REFUSED
from forbear.planning.capacity import Capacity

TURNS = 3

PLAN_SCHEMA: Schema = {
    "loan_id": TEXT,
    "person_id": TEXT,
    "act": TEXT,
    "status": TEXT,
    "rank": INT,
    "treatment": TEXT,
    "channel": TEXT,
    "template": TEXT,
    "purpose": TEXT,
    "offer": TEXT,
    "contact_point_id": TEXT,
    "window_start_minute": INT,
    "window_end_minute": INT,
    "team": TEXT,
    "region_code": TEXT,
    "pool": TEXT,
    "needs_approval": BOOL,
    "value_cents": INT,
    "verdict": TEXT,
    "duties": TEXTS,
    "reason": TEXT,
    "reason_rule": TEXT,
    "preference": INT,
    "stage": TEXT,
    "overdue_cents": INT,
}


def make_plan(engine: Engine, judged: Relation, capacity: Capacity) -> Relation:
    """The plan of the day, of :data:`PLAN_SCHEMA`: one row a loan and act (``contact`` or ``none``), and one a visit candidate.

    ``judged`` is every proposal with its verdict: the proposals' columns, ``verdict, decided_by, duties,
    window_start_minute, window_end_minute``, and ``contact_point_id, team, region_code, overdue_cents``.

    Statuses: ``planned`` (to be done today), ``candidate`` (needs a person's approval or review first), ``unplanned``.
    """
    contacts = judged.keep(judged["kind"] == "contact")
    visits = judged.keep(judged["kind"] == "visit")
    left_alone = judged.keep(judged["kind"] == "none")
    placed = _place(engine, contacts, capacity)
    return _contact_rows(contacts, placed).union(_left_alone_rows(left_alone), _visit_rows(visits, capacity))


def _permitted(rows: Relation) -> Column:
    return all_of(rows["verdict"].isin(MAY_ACT), ~rows["needs_approval"]).is_true()


def _best_first(rows: Relation) -> list[tuple[Column, str]]:
    return [
        (rows["value_cents"], "desc"),
        (rows["person_id"], "asc"),
        (rows["loan_id"], "asc"),
        (rows["preference"], "asc"),
    ]


def _own_order(rows: Relation) -> list[tuple[Column, str]]:
    return [(rows["preference"], "asc"), (rows["value_cents"], "desc"), (rows["loan_id"], "asc")]


def _place(engine: Engine, contacts: Relation, capacity: Capacity) -> Relation:
    """The acts that are planned: loan_id, preference, person_id, pool, rank."""
    allowed = contacts.keep(_permitted(contacts))
    allowed = allowed.derive(pool=capacity.pool_of(allowed))
    if capacity.pools:
        # A pool that could not carry the better of two acts of a person is full, so the other need not be tried.
        allowed = allowed.derive(place=row_number([allowed["person_id"], allowed["pool"]], _own_order(allowed)))
        allowed = allowed.keep(allowed["place"] == 1).drop("place")
    turns = allowed.derive(turn=row_number([allowed["person_id"]], _own_order(allowed)))
    turns = turns.keep(turns["turn"] <= (TURNS if capacity.pools else 1)).select(
        "loan_id", "person_id", "preference", "channel", "pool", "value_cents", "turn"
    )
    turns = engine.keep("plan_turns", turns)
    placed = _fill(turns.keep(turns["turn"] == 1), None, capacity)
    if capacity.pools:
        for turn in range(2, TURNS + 1):
            placed = engine.keep(f"plan_placed_{turn - 1}", placed)
            waiting = turns.keep(turns["turn"] == turn).lacking(placed, "person_id")
            placed = placed.union(_fill(waiting, placed, capacity))
    placed = engine.keep("plan_placed", placed)
    return placed.derive(rank=row_number([placed["channel"]], _best_first(placed))).select(
        "loan_id", "preference", "pool", "rank"
    )


def _fill(waiting: Relation, placed: Relation | None, capacity: Capacity) -> Relation:
    """Those that their pool still carries, best first."""
    rows = waiting.derive(place=row_number([waiting["pool"]], _best_first(waiting)), used=literal(0))
    if placed is not None:
        used = placed.group("pool", used=count())
        rows = rows.drop("used").join(used, "pool")
    limit = capacity.limit_of(rows["pool"])
    fits = any_of(limit.is_null(), rows["place"] + coalesce(rows["used"], 0) <= limit)
    return rows.keep(fits).select("loan_id", "person_id", "preference", "channel", "pool", "value_cents")


def _contact_rows(contacts: Relation, placed: Relation) -> Relation:
    """One row a loan that some contact was wanted for: the planned one, or the first that might have been, and why not."""
    rows = contacts.join(placed, ["loan_id", "preference"])
    per_loan = rows.group(
        "loan_id",
        is_loan_planned=any_true(rows["rank"].is_known()),
        first_permitted=min_of(rows["preference"], _permitted(rows)),
        first_approvable=min_of(rows["preference"], _approvable(rows)),
        first_wanted=min_of(rows["preference"]),
    )
    per_person = rows.group("person_id", is_person_planned=any_true(rows["rank"].is_known()))
    rows = rows.join(per_loan, "loan_id").join(per_person, "person_id")
    nearest = coalesce(rows["first_permitted"], rows["first_approvable"], rows["first_wanted"])
    rows = rows.keep(when(rows["is_loan_planned"], rows["rank"].is_known(), rows["preference"] == nearest))
    is_permitted, is_approvable = _permitted(rows), _approvable(rows)
    is_planned = rows["rank"].is_known()
    is_candidate = is_approvable & ~rows["is_person_planned"]
    status = case([(is_planned, "planned"), (is_candidate, "candidate")], "unplanned")
    reason = case(
        [
            (is_planned, rows["reason"]),
            (~is_permitted & ~is_approvable, "refused_by_law"),
            (rows["is_person_planned"], "one_contact_per_person"),
            (is_permitted, "no_capacity"),
            (rows["verdict"] == "REVIEW", "needs_review"),
        ],
        "needs_approval",
    )
    reason_rule = case(
        [(is_planned, rows["treatment_rule"]), (reason.isin(("refused_by_law", "needs_review")), rows["decided_by"])],
        rows["treatment_rule"],
    )
    rows = rows.derive(status=status, act=literal("contact"), plan_reason=reason, reason_rule=reason_rule)
    return _shaped(rows)


def _approvable(rows: Relation) -> Column:
    """A person may still let it happen: review, or an approval that the playbook asks for."""
    return any_of(rows["verdict"] == "REVIEW", rows["verdict"].isin(MAY_ACT) & rows["needs_approval"]).is_true()


def _left_alone_rows(rows: Relation) -> Relation:
    """Loans left alone, and referrals: to court or to an agency only a person sends."""
    is_referral = rows["needs_approval"].is_true()
    rows = rows.derive(
        status=when(is_referral, "candidate", "unplanned"),
        act=literal("none"),
        rank=null(INT),
        pool=null(TEXT),
        plan_reason=when(is_referral, "needs_approval", rows["reason"]),
        reason_rule=when(is_referral, rows["treatment_rule"], rows["leave_alone_rule"]),
    )
    return _shaped(rows)


def _visit_rows(visits: Relation, capacity: Capacity) -> Relation:
    """Visits are candidates only: the best of each person waits for approval, within the pools that carry visits."""
    rows = visits.derive(pool=capacity.pool_of(visits), is_lawful=(~visits["verdict"].isin(REFUSED)).is_true())
    mine = [(rows["is_lawful"], "desc"), *_best_first(rows)]
    rows = rows.derive(turn=row_number([rows["person_id"]], mine))
    first = rows["is_lawful"] & (rows["turn"] == 1)
    rows = rows.derive(is_first=first)
    rows = rows.derive(place=row_number([rows["pool"], rows["is_first"]], _best_first(rows)))
    limit = capacity.limit_of(rows["pool"])
    fits = any_of(limit.is_null(), rows["place"] <= limit)
    reason = case(
        [(~rows["is_lawful"], "refused_by_law"), (~rows["is_first"], "one_visit_per_person"), (~fits, "no_capacity")],
        "needs_approval",
    )
    rows = rows.derive(
        status=when(rows["is_first"] & fits, "candidate", "unplanned"),
        act=literal("visit"),
        rank=when(rows["is_first"] & fits, rows["place"]),
        plan_reason=reason,
        reason_rule=when(rows["is_lawful"], rows["visit_rule"], rows["decided_by"]),
        needs_approval=literal(True),
    )
    return _shaped(rows)


def _shaped(rows: Relation) -> Relation:
    return rows.select(**{name: rows["plan_reason" if name == "reason" else name] for name in PLAN_SCHEMA})
