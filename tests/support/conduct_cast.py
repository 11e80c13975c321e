"""What a compliance officer finds on the desk in the morning: complaints with their clocks, findings, agencies, a template that waits.

Imported only after :func:`records_server.running`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from records_cast import NOON, TODAY, Cast
from senders import queue_act, sender

from forbear.dispatch.disposition import Disposition
from forbear.dispatch.message import shipped_templates
from forbear.kernel.clock import FixedClock
from forbear.records.actions.agencies.register import AgencyEntry, register_agency
from forbear.records.actions.agencies.staff import register_staff
from forbear.records.actions.dispositions import record_unpermitted
from forbear.records.actions.redress import open_complaint, open_dispute, open_request
from forbear.records.actions.templates import TemplateText, approve_template, propose_template
from forbear.records.conduct.looking import look_at
from forbear.records.models import Act, Complaint, Contact, Dispute, InformationRequest
from forbear.records.scope import Scope, acting

HOSTILE = "<script>alert(1)</script>他们半夜打电话"


@dataclass(frozen=True)
class DeskDay:
    """The ids of what is there."""

    complaint: UUID
    overdue: UUID
    dispute: UUID
    copy: UUID
    deletion: UUID
    contact: str
    unpermitted: str


def fill_desk(tenant: str, cast: Cast, folder: Path) -> DeskDay:
    """Put it there, as it stands at noon of the business date."""
    scope = Scope(tenant, "intake")
    queue_act(tenant, cast.north)
    with sender(tenant, folder / "log") as own:
        (outcome,) = own.drain()
    contact = str(outcome.contact_id)
    with acting(scope):
        Contact.objects.filter(contact_id=contact).update(staff_id="li", started_at=NOON)
    said = Disposition("own-1", NOON - timedelta(hours=1), 60, "conversation", agent_id="a-7")
    unpermitted = record_unpermitted(scope, "placed", "voice_agent", said, agency_id="agency-1")
    queue_act(tenant, cast.south, treatment="refused_one")
    with acting(scope):
        Act.objects.filter(person_id="south").update(
            state="refused", reason="denied", reason_rule="cn.gbt45251.effective_calls_per_day_max.voice"
        )
    overdue = open_complaint(scope, "south", "frequency", "一天打了六个电话", date(2026, 11, 2))
    day = DeskDay(
        complaint=open_complaint(scope, "north", "conduct", HOSTILE, TODAY, contact_id=contact).id,
        overdue=overdue.id,
        dispute=open_dispute(scope, "mine", "amount", "多算了罚息", TODAY).id,
        copy=open_request(scope, "north", "access", "请提供我的信息", TODAY).id,
        deletion=open_request(scope, "south", "deletion", "请删除", TODAY).id,
        contact=contact,
        unpermitted=unpermitted,
    )
    with acting(scope):
        Complaint.objects.update(raised_at=NOON)
        Dispute.objects.update(raised_at=NOON)
        InformationRequest.objects.update(raised_at=NOON)
        Complaint.objects.filter(complaint_id=overdue.id).update(raised_at=NOON - timedelta(days=21))
    register_agency(
        scope, AgencyEntry("agency-1", "示例催收服务公司", "沪金服 2026-001", date(2026, 1, 1), date(2027, 1, 1))
    )
    register_staff(scope, "a-7", "周外勤", agency_id="agency-1", work_card="W-7")
    _templates(tenant)
    look_at(scope, TODAY, FixedClock(NOON))
    return day


def _templates(tenant: str) -> None:
    """The answer's template is approved; a new version of a letter waits, written by somebody."""
    for each in shipped_templates():
        if each.code != "matter_answered":
            continue
        text = TemplateText(each.code, each.channel, each.purpose, each.language, each.subject, each.body, each.digest)
        version = propose_template(Scope(tenant, "writer"), text, [])
        approve_template(Scope(tenant, "second"), each.code, each.channel, each.language, version)
        if each.channel == "letter" and each.language == "zh_CN":
            changed = TemplateText(
                each.code, each.channel, each.purpose, each.language, each.subject,
                each.body.replace("就您反映的事项", "关于您反映的事项"), "1" * 64,
            )  # fmt: skip
            propose_template(Scope(tenant, "writer"), changed, [])
