"""The call list, for a dialler that asks instead of sharing a folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from forbear.doors.api.asking import reading
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.paging import LIMIT_DEFAULT, Cursor, Limit, Page, page
from forbear.records import audit
from forbear.records.actions.recalls import calls_in_hand
from forbear.records.models import Contact, ContactPoint, Message
from forbear.records.sealing import sealer

router = Router(tags=["Heard"])


class CallToMake(Schema):
    """A call that may be made, once, before its end."""

    call_id: str = Field(description="What comes back names it.")
    person_id: str
    number: str = Field(description="As it was given by the person; open for the dialler.")
    language: str = Field(description="`zh_CN`, `zh_TW` or `en`.")
    until_at: datetime = Field(description="The call begins before, or never.")
    script: str = Field(description="What the agent opens with, as it was approved.")


@router.get("/call-list", response=Page[CallToMake], **needs("calls:read"), summary="Read the call list")
def call_list(request: HttpRequest, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """Calls that were permitted and handed over, of which nothing was heard yet. One that something forbids since is gone from
    it, and the event `call.recalled` says so. Each reading is written in the audit."""
    with reading(request) as caller:
        standing = Message.objects.filter(tenant_id=caller.tenant, expires_at__gt=caller.clock.now())
        calls = calls_in_hand(caller.tenant).filter(state="accepted", contact_id__in=standing.values("contact_id"))
        found = page(calls, cursor, limit, lambda each: each, of="call-list")
        return {**found, "items": _shown(caller, found["items"])}


def _shown(caller: Caller, calls: list[Contact]) -> list[dict[str, Any]]:
    box = sealer(caller.tenant)
    own = {"tenant_id": caller.tenant}
    messages = {
        each.contact_id: each for each in Message.objects.filter(**own, contact_id__in=[c.contact_id for c in calls])
    }
    named = [each.contact_point_id for each in calls if each.contact_point_id]
    points = {each.contact_point_id: each for each in ContactPoint.objects.filter(**own, contact_point_id__in=named)}
    if calls:
        told = {"contacts": [each.contact_id for each in calls]}
        audit.record(audit.Entry("call_list.read", "call_list", caller.scope.actor[:80], "", told))
    return [
        {
            "call_id": each.contact_id,
            "person_id": each.person_id,
            "number": box.open("value", points[each.contact_point_id].value_sealed) or "",
            "language": messages[each.contact_id].language,
            "until_at": messages[each.contact_id].expires_at,
            "script": (box.open("message", messages[each.contact_id].text_sealed) or "").strip(),
        }
        for each in calls
        if each.contact_point_id in points
    ]
