"""People found again: by the lender's id of the person or of a loan, or by a whole telephone number. Names are sealed and not searched."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from forbear.doors.console.drawing import draw
from forbear.doors.console.places import visitor_of
from forbear.records.desk.taking import REGION
from forbear.records.feed.addresses import BY_PHONE, normal_form
from forbear.records.models import Case, ContactPoint, Loan, Person
from forbear.records.reveal import glimpse
from forbear.records.sealing import sealer

FOUND_MAX = 25
TEXT_LENGTH_MAX = 64


def people(request: HttpRequest) -> HttpResponse:
    """The search; where an id names one person, straight to them."""
    visitor = visitor_of(request)
    text = request.GET.get("q", "").strip()[:TEXT_LENGTH_MAX]
    found = find_people(visitor.tenant, text) if text else []
    if len(found) == 1 and found[0] == text:
        return HttpResponseRedirect(reverse("person", kwargs={"person_id": text}))
    rows = _rows(visitor.tenant, found[:FOUND_MAX])
    return draw(
        request, "collector/people.html.jinja", section="people", text=text, rows=rows,
        names=glimpse(visitor.tenant, [row["person_id"] for row in rows]), has_more=len(found) > FOUND_MAX,
    )  # fmt: skip


def find_people(tenant: str, text: str) -> list[str]:
    """The ids of the people that a text names and that the scope shows: one more than are shown, where there are more.

    A person's id may be given by its beginning, with three characters at least; a loan's id and a number only whole.
    """
    exact = list(Person.objects.filter(tenant_id=tenant, person_id=text).values_list("person_id", flat=True))
    if exact:
        return exact
    found = set(Loan.objects.filter(tenant_id=tenant, loan_id=text).values_list("person_id", flat=True))
    digits = text.replace(" ", "").replace("-", "").lstrip("+")
    if digits.isdecimal() and len(digits) >= 7:
        keys = sealer(tenant).index_many((kind, normal_form(kind, text, REGION)) for kind in BY_PHONE)
        points = ContactPoint.objects.filter(tenant_id=tenant, value_index__in=keys, removed_at__isnull=True)
        found |= set(points.values_list("person_id", flat=True)[: FOUND_MAX + 1])
    if len(text) >= 3 and len(found) <= FOUND_MAX:
        after = text[:-1] + chr(ord(text[-1]) + 1)  # a range of the key's own index, whatever the collation of LIKE
        begins = Person.objects.filter(
            tenant_id=tenant, person_id__gte=text, person_id__lt=after, person_id__startswith=text
        )
        found |= set(begins.order_by("person_id").values_list("person_id", flat=True)[: FOUND_MAX + 1])
    seen = Person.objects.filter(tenant_id=tenant, person_id__in=found)
    return sorted(seen.values_list("person_id", flat=True))


def _rows(tenant: str, found: list[str]) -> list[dict[str, Any]]:
    cases = {
        case.person_id: case
        for case in Case.objects.filter(tenant_id=tenant, person_id__in=found, closed_on__isnull=True)
    }
    return [{"person_id": person_id, "case": cases.get(person_id)} for person_id in found]
