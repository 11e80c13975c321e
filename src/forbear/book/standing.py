"""Holds and arrangements in force on the date."""

from __future__ import annotations

from forbear.book.ageing import Moment
from forbear.book.schema import HOLD_KINDS
from forbear.columns.expression import all_of, any_of, any_true, count, latest
from forbear.columns.relation import Relation

# These say something of the person, whichever loan the row names.
PERSONAL_KINDS = ("bereavement", "bankruptcy", "moratorium", "no_contact_order", "hardship", "identity_theft")


def hold_flag(kind: str) -> str:
    """The fact that says a hold of this kind is in force."""
    return f"has_{kind}"


def hold_facts(holds: Relation, loans: Relation, moment: Moment) -> Relation:
    """Per loan under a hold on the date: one flag a kind. A hold without loan, or of a personal kind, covers all loans of the person."""
    in_force = all_of(
        moment.knows(holds["recorded_at"]),
        holds["starts_on"] <= moment.date,
        any_of(holds["ends_on"].is_null(), holds["ends_on"] > moment.date),
    )
    active = holds.keep(in_force)
    personal = any_of(active["loan_id"].is_null(), active["kind"].isin(PERSONAL_KINDS))
    of_person = active.keep(personal).select("person_id", "kind").distinct()
    of_loan = active.keep(~personal).select("loan_id", "kind")
    spread = loans.select("loan_id", "person_id").join(of_person, "person_id", "inner").select("loan_id", "kind")
    rows = of_loan.union(spread)
    return rows.group("loan_id", **{hold_flag(kind): any_true(rows["kind"] == kind) for kind in HOLD_KINDS})


def arrangement_facts(arrangements: Relation, moment: Moment) -> Relation:
    """Per loan: the arrangement in force and kept, and those broken.

    Signed by the date, not yet ended, and not broken by then. A broken one counts until a newer one is signed.
    """
    signed = arrangements.keep(arrangements["signed_on"] <= moment.date)
    broken = (signed["breached_on"] <= moment.date).is_true()
    running = any_of(signed["ends_on"].is_null(), signed["ends_on"] > moment.date)
    rows = signed.derive(is_broken=broken, is_in_force=running & ~broken)
    newest = latest(rows["signed_on"], rows["arrangement_id"], rows["is_in_force"], kind=rows["kind"])
    facts = rows.group(
        "loan_id",
        has_active_arrangement=any_true(rows["is_in_force"]),
        newest=newest,
        is_arrangement_breached=any_true(rows["is_broken"]),
        arrangements_breached_count=count(rows["is_broken"]),
    )
    return facts.derive(
        arrangement_kind=facts["newest"].field("kind"),
        is_arrangement_breached=facts["is_arrangement_breached"] & ~facts["has_active_arrangement"],
    ).drop("newest")
