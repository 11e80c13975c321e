"""One borrower, one lender and one act, for tests of what a message says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from forbear.compliance import Gate, load_gate
from forbear.compliance.permit import ActAsked, Held, Recipient
from forbear.dispatch.message import PLACES, Template, base_facts, shipped_templates

DAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
LANGUAGES = ("zh_CN", "zh_TW", "en")
LENDER = {
    "name": "示例消费金融", "service_phone": "95000", "complaint_phone": "95001", "how_to_pay": "App → 还款",
    "credit_bureau": "金融信用信息基础数据库", "seal": "（电子印章）",
}  # fmt: skip
LINKS = {"verify": "https://pay.example.cn/verify", "unsubscribe": "https://pay.example.cn/unsubscribe"}
FACTS = {
    "currency": "CNY", "product_kind": "instalment", "recipient_role": "debtor", "business_date": DAY, "is_open": True,
    "overdue_cents": 123_456, "overdue_principal_cents": 120_000, "overdue_penalty_cents": 3_456, "overdue_fee_cents": 0,
    "outstanding_cents": 500_000, "paid_cents": 80_000, "days_past_due": 12, "oldest_unpaid_due_on": date(2026, 11, 6),
    "next_due_on": date(2026, 12, 6), "next_due_cents": 50_000, "promise_amount_cents": 60_000,
    "promise_due_on": date(2026, 11, 20), "is_ageing_paused": False, "has_active_arrangement": False, "has_dispute": False,
    "has_identity_theft": False, "has_settled_elsewhere": False,
}  # fmt: skip
TERMS = {place.reads: place.sample for place in PLACES.values() if place.source == "terms"}
BY_TEMPLATE = {(each.code, each.channel, each.language): each for each in shipped_templates()}


@cache
def gate(law: str = "cn+house", profile: str = "strict") -> Gate:
    """The law of the day for a contact with a message."""
    return load_gate(law, DAY, profile, questions=("contact", "message"))


def base(**given: object) -> dict[str, object]:
    """Somebody whom a lawful message may reach."""
    return base_facts(gate(), **given)


def shipped(code: str = "reminder_with_options", channel: str = "sms", language: str = "zh_CN") -> Template:
    """A template of the package."""
    return BY_TEMPLATE[code, channel, language]


def saying(words: str, channel: str = "sms", language: str = "zh_CN") -> Template:
    """A template with everything that it must have, and a sentence more."""
    complete = shipped("reminder_with_options", channel, language)
    return replace(complete, code="own", body=complete.body + words)


def held(channel: str = "sms", lender: dict[str, object] | None = None, **facts: object) -> Held:
    """An act with the borrower and one fresh row of facts; None takes a fact away."""
    act = ActAsked(
        UUID(int=1), "P1", "L1", channel, "collection", "sms_reminder", "reminder_with_options", "", "C1", "lender", "",
        NOON, NOON + timedelta(hours=8), "",
    )  # fmt: skip
    known = {name: value for name, value in {**FACTS, **facts}.items() if value is not None}
    to = Recipient("P1", "张三", "zh_CN", "+8613800138000")
    return Held(act, to, known, LENDER if lender is None else lender, NOON, "Asia/Shanghai", 0)
