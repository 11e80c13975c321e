"""The worklist: the next person on top, then the rest of the day in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from forbear.doors.console.collector.listing import QUICK, Asked, Day, list_cases, next_person, teams
from forbear.doors.console.collector.now import CALL, Brief, briefs_now
from forbear.doors.console.collector.reasons import todays
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import visitor_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records.actions.cases import SKIP_REASONS, drop_filter, keep_filter, skip_case
from forbear.records.desk.taking import feed_is_stale
from forbear.records.models import Import, SavedFilter
from forbear.records.reveal import glimpse

FIELDS = ("quick", "days_min", "days_max", "amount_min", "amount_max", "team", "text")
"""What of a query is the filter; the rest is the page."""
TEXT_LENGTH_MAX = 64


def worklist(request: HttpRequest) -> HttpResponse:
    """The list of whoever asks, as far as they see."""
    visitor = visitor_of(request)
    day = Day.of(visitor.clock.now(), visitor.lender.time_zone)
    wanted = wanted_of(request.GET)
    listed = list_cases(visitor.tenant, asked_of(wanted, request.GET.get("after", "")), day)
    today = todays(visitor.tenant, listed.cases, day)
    people = [case["person_id"] for case in listed.cases]
    names, may = glimpse(visitor.tenant, people), briefs_now(visitor, people)
    first = not request.GET.get("after")
    saved = SavedFilter.objects.filter(tenant_id=visitor.tenant, owner=visitor.scope.actor).order_by("name")
    return draw(
        request, "collector/worklist.html.jinja", section="worklist", cases=listed.cases, today=today, names=names, may=may,
        no_calls_before=_no_calls_before(may),
        next=listed.cases[0] if first and listed.cases and listed.cases[0]["band"] < 70 else None,
        filters=[_quick(name, wanted, count) for name, count in listed.counts.items()], wanted=wanted,
        saved=[{"name": each.name, "query": urlencode(each.wanted)} for each in saved],
        team_options=[(each, each) for each in teams(visitor.tenant)],
        skip_reasons=[(code, code_words("skip", code)) for code in SKIP_REASONS],
        later=_later(wanted, listed.next_key), first=None if first else f"?{urlencode(wanted)}",
        stale_since=_stale_since(visitor.tenant, feed_is_stale(visitor.tenant, visitor.lender, day.now)),
    )  # fmt: skip


def _no_calls_before(may: Mapping[str, Brief]) -> datetime | None:
    """Where nobody of a page may be called now, the first instant at which that may change by itself; else nothing."""
    if any(CALL in brief.may for brief in may.values()):
        return None
    return min((brief.call_from for brief in may.values() if brief.call_from), default=None)


def skip(request: HttpRequest, person_id: str) -> HttpResponse:
    """Put a person to the end of today's list, for a reason."""
    visitor = visitor_of(request)
    day = Day.of(visitor.clock.now(), visitor.lender.time_zone)
    skip_case(visitor.scope, person_id, request.POST.get("reason", ""), day.today)
    return said(request, _("Put to the end of today's list."), "worklist")


def onward(request: HttpRequest) -> HttpResponse:
    """To the next person; to the list where there is none."""
    visitor = visitor_of(request)
    day = Day.of(visitor.clock.now(), visitor.lender.time_zone)
    found = next_person(visitor.tenant, day, request.GET.get("but", "")[:TEXT_LENGTH_MAX])
    return HttpResponseRedirect(reverse("person", kwargs={"person_id": found}) if found else reverse("worklist"))


def save(request: HttpRequest) -> HttpResponse:
    """Keep the filter that is set, or take one away."""
    visitor = visitor_of(request)
    if request.POST.get("drop"):
        drop_filter(visitor.scope, request.POST["drop"])
        return said(request, _("The filter was taken away."), "worklist")
    keep_filter(visitor.scope, request.POST.get("name", ""), wanted_of(request.POST))
    return said(request, _("The filter was kept."), "worklist")


def wanted_of(given: Mapping[str, str]) -> dict[str, str]:
    """The filter in a query, without what is empty or nonsense."""
    found = {name: str(given.get(name, "")).strip()[:TEXT_LENGTH_MAX] for name in FIELDS}
    if found["quick"] not in QUICK or found["quick"] == "all":
        found["quick"] = ""
    for name in ("days_min", "days_max"):
        if not found[name].isdecimal() or len(found[name]) > 5:
            found[name] = ""
    for name in ("amount_min", "amount_max"):
        if cents_of(found[name]) is None:
            found[name] = ""
    return {name: value for name, value in found.items() if value}


def asked_of(wanted: Mapping[str, str], after: str) -> Asked:
    """A filter and the key of a page as the list takes them.

    Raises:
        InputError: ``bad_page`` for a key that is none.
    """
    number = {name: int(wanted[name]) if name in wanted else None for name in ("days_min", "days_max")}
    return Asked(
        quick=wanted.get("quick", "all"), **number,
        cents_min=cents_of(wanted.get("amount_min", "")), cents_max=cents_of(wanted.get("amount_max", "")),
        team=wanted.get("team", ""), text=wanted.get("text", ""), after=_key_of(after),
    )  # fmt: skip


def cents_of(text: str) -> int | None:
    """An amount as people type it, in whole minor units; None where it is none.

    >>> cents_of("2,000.5"), cents_of("¥ 20"), cents_of("1.005"), cents_of("-3"), cents_of("abc")
    (200050, 2000, None, None, None)
    """
    try:
        cents = Decimal(text.replace(",", "").replace("，", "").strip("¥￥ 元")) * 100
    except InvalidOperation:
        return None
    if not cents.is_finite() or cents < 0 or cents != cents.to_integral_value() or cents >= 10**12:
        return None
    return int(cents)


def yuan(cents: int) -> str:
    """Whole minor units as people type them, the other way round.

    >>> yuan(200050), yuan(5)
    ('2000.50', '0.05')
    """
    return f"{cents // 100}.{cents % 100:02d}"


def _key_of(text: str) -> tuple[int, int, int] | None:
    if not text:
        return None
    try:
        band, owed, last = (int(part) for part in text.split("_"))
    except ValueError as error:
        raise InputError("bad_page", "There is no such page.", do="Go back to the first page.") from error
    if max(abs(band), abs(owed), abs(last)) >= 2**62:
        raise InputError("bad_page", "There is no such page.", do="Go back to the first page.")
    return band, owed, last


def _later(wanted: Mapping[str, str], key: tuple[int, int, int] | None) -> str | None:
    return None if key is None else "?" + urlencode({**wanted, "after": "_".join(str(part) for part in key)})


def _quick(name: str, wanted: Mapping[str, str], count: int) -> dict[str, object]:
    query = {key: value for key, value in wanted.items() if key != "quick"} | ({} if name == "all" else {"quick": name})
    is_chosen = wanted.get("quick", "all") == name
    return {"words": code_words("quick", name), "href": f"?{urlencode(query)}", "count": count, "chosen": is_chosen}


def _stale_since(tenant: str, is_stale: bool) -> object:
    """When the last book came in, where it is too old to act on; False where it is fresh."""
    if not is_stale:
        return False
    return (
        Import.objects.filter(tenant_id=tenant, ended_at__isnull=False)
        .order_by("-fed_at")
        .values_list("fed_at", flat=True)
        .first()
    )
