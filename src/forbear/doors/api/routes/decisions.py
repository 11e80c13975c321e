"""What was decided for a loan each day, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from forbear.day.words import reason_words
from forbear.doors.api.asking import reading
from forbear.doors.api.callers import needs
from forbear.doors.api.fields import Id
from forbear.doors.api.languages import language_of
from forbear.doors.api.paging import LIMIT_DEFAULT, Cursor, Limit, Page, page
from forbear.doors.api.rulings import Duty, Rule, duties_in_words, rules_in_words
from forbear.kernel.errors import InputError
from forbear.kernel.language import translator
from forbear.records.models import Decision, Loan

router = Router(tags=["Decisions"])


class DecisionShown(Schema):
    """What a run decided for a loan on a day."""

    business_date: date
    act: str
    status: str
    treatment: str | None
    channel: str | None
    reason: str | None = Field(description="The code of the playbook's reason.")
    reason_says: str = Field(description="The reason in words, in the language asked for; empty where there is none.")
    verdict: str | None
    decided_by: str | None = Field(description="The rule that decided, of the playbook or of the law.")
    rules: list[Rule] = Field(description="The rule of law that decided, in words; empty where the playbook did.")
    duties: list[Duty]


@router.get(
    "/loans/{loan_id}/decisions", response=Page[DecisionShown], **needs("decisions:read"), summary="List decisions"
)
def decisions(request: HttpRequest, loan_id: Path[Id], cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """Of a loan, the newest first, each with its reason and the law of its day."""
    language = language_of(request)
    with reading(request) as caller:
        if not Loan.objects.filter(tenant_id=caller.tenant, loan_id=loan_id).exists():
            raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=loan_id)
        rows = Decision.objects.select_related("run").filter(tenant_id=caller.tenant, loan_id=loan_id)
        return page(
            rows, cursor, limit, lambda each: _shown(each, language), of=f"decisions {loan_id}", newest_first=True
        )


def _shown(each: Decision, language: str) -> dict[str, Any]:
    rules = [each.reason_rule] if each.reason_rule else []
    return {
        "business_date": each.business_date,
        "act": each.act,
        "status": each.status,
        "treatment": each.treatment,
        "channel": each.channel,
        "reason": each.reason,
        "reason_says": reason_words(translator(language), each.reason) if each.reason else "",
        "verdict": each.verdict,
        "decided_by": each.reason_rule,
        "rules": rules_in_words(each.run.law, each.business_date, rules, language),
        "duties": duties_in_words(each.duties, language),
    }
