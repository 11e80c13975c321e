"""Loans placed with agencies, and taken back."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import Asked, Day, Id
from forbear.doors.api.languages import language_of
from forbear.doors.api.rulings import Rule, rules_in_words
from forbear.records.actions.agencies.placing import Placement, place_loan, recall_loan
from forbear.records.lender import lender_settings

router = Router(tags=["Placements"])


class PlacementAsked(Asked):
    """A loan to be placed."""

    loan_id: Id = Field(examples=["L000000116"])
    agency_id: Id = Field(examples=["agency-1"])
    on: Day = Field(description="The day from which it is placed.", examples=["2026-11-23"])


class Recall(Asked):
    """Why it is taken back."""

    reason: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+$")] = Field(
        description="A code.", examples=["complaint"]
    )


class PlacementShown(Schema):
    """Where a loan is."""

    loan_id: str
    agency_id: str = Field(description="The agency that was named; of a recall, the one that had it.")
    is_placed: bool = Field(description="Whether the loan is with the agency now; false where the law refused.")
    is_new: bool = Field(description="Whether this changed something.")
    rules: list[Rule] = Field(description="Rules of law that speak of it: of a refusal, those that stand against it.")
    withdrawn_count: int = Field(description="Planned contacts that it withdrew.")


@router.post("/placements", response=PlacementShown, **needs("placements:write"), summary="Place a loan")
def place(request: HttpRequest, key: IdempotencyKey, body: PlacementAsked) -> Any:
    """With an agency of the register. A refusal by law is no error: `is_placed` is false, with the rules that refuse. Nobody is
    worked by two agencies at once."""

    def do(caller: Caller) -> dict[str, Any]:
        placed = place_loan(caller.scope, body.loan_id, body.agency_id, body.on)
        return _kept(placed) | {"law": lender_settings(caller.tenant).law}

    kept = write(request, "loan.place", key, body, do)
    rules = rules_in_words(kept["law"], body.on, kept["rules"], language_of(request))
    return {**kept, "rules": rules}


@router.post("/loans/{loan_id}/recall", response=PlacementShown, **needs("placements:write"), summary="Recall a loan")
def recall(request: HttpRequest, key: IdempotencyKey, loan_id: Path[Id], body: Recall) -> Any:
    """The agency sees the person no more, and its permits end at once."""

    def do(caller: Caller) -> dict[str, Any]:
        return _kept(recall_loan(caller.scope, loan_id, body.reason)) | {"rules": []}

    return write(request, "loan.recall", key, body, do, loan=loan_id)


def _kept(each: Placement) -> dict[str, Any]:
    return {name: getattr(each, name) for name in PlacementShown.model_fields} | {"rules": list(each.rules)}
