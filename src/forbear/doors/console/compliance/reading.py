"""How the pages of compliance name what they show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from forbear.doors.api.rulings import Rule, rules_in_words
from forbear.doors.console.places import Visitor
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words, current
from forbear.records.models import User


def posted_id(request: HttpRequest, name: str) -> UUID:
    """An id of a form.

    Raises:
        InputError: ``unknown_matter``.
    """
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as error:
        raise InputError("unknown_matter", "There is no such complaint, dispute or request.") from error


def rules_of(visitor: Visitor, rules: Sequence[str], on: date) -> list[Rule]:
    """Rows of law in the reader's words; those that the law of the day does not have are left out."""
    return rules_in_words(visitor.lender.law, on, rules, current().language)


def because_of(visitor: Visitor, rules: Sequence[str], on: date) -> dict[str, str]:
    """Why each row of law is there, by its id."""
    return {each.id: each.because for each in rules_of(visitor, rules, on)}


def person_href(person_id: str) -> str:
    """The page of a person; empty where there is none."""
    try:
        return reverse("person", kwargs={"person_id": person_id})
    except NoReverseMatch:
        return ""


def colleagues(visitor: Visitor) -> list[tuple[str, str]]:
    """Who may be given a complaint: staff of the lender itself who deal with people, by name."""
    found = User.objects.filter(
        tenant_id=visitor.tenant, is_active=True, agency_id="", role__in=("compliance", "leader", "collector")
    )
    return [(each.username, each.get_full_name() or each.username) for each in found.order_by("username")[:500]]


def pairs(context: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Codes with their words, for a field of choices."""
    return [(each, code_words(context, each)) for each in codes]
