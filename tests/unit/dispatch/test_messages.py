"""What a message says: every shipped text passes the law, and what must not be said is found however it is written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forbear.strategy
from forbear.compliance import load_gate
from forbear.compliance.permit import ActAsked, Held, Recipient, Refusal
from forbear.dispatch.message import Rendered, Template, lint, message_facts, render, shipped_templates
from forbear.dispatch.message.lint import SHOWN_BY, asserted, assertions
from forbear.dispatch.message.template import FORMS, PLACES, templates_of
from forbear.kernel.errors import InputError
from forbear.tables import read_dmn

DAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
PLAYBOOKS_FOLDER = Path(forbear.strategy.__file__).parent / "playbooks"
PLAYBOOKS = ("alipay", "balanced", "jd_finance", "jd_jintiao", "weilidai")
INSTITUTION = {
    "name": "示例消费金融", "service_phone": "95000", "complaint_phone": "95001", "how_to_pay": "App → 还款",
    "portal": "https://pay.example.cn",
}  # fmt: skip
BY_TEMPLATE = {(each.code, each.channel, each.language): each for each in shipped_templates()}


@cache
def gate(law: str = "cn+house"):
    return load_gate(law, DAY, questions=("contact", "message"))


def base() -> dict[str, object]:
    """Somebody whom a lawful message may reach."""
    return {name: need.base for name, need in gate().needs.items()}


def saying(body: str, channel: str = "sms", language: str = "zh_CN") -> Template:
    """A template with everything it must have, and a sentence more."""
    shipped = BY_TEMPLATE["reminder_with_options", channel, language]
    return Template("own", 1, channel, shipped.purpose, language, shipped.subject, shipped.body + body)


def held(**facts: object) -> Held:
    act = ActAsked(
        UUID(int=1), "P1", "L1", "sms", "collection", "sms_reminder", "reminder_with_options", "", "C1", "lender", "",
        NOON, NOON + timedelta(hours=8), "",
    )  # fmt: skip
    known = {
        "currency": "CNY", "product_kind": "instalment", "overdue_cents": 123_456, "overdue_principal_cents": 120_000,
        "overdue_penalty_cents": 3_456, "days_past_due": 12, "oldest_unpaid_due_on": date(2026, 11, 6),
        "business_date": DAY, "next_due_on": date(2026, 12, 6), "next_due_cents": 50_000,
    }  # fmt: skip
    return Held(
        act, Recipient("P1", "张三", "zh_CN", "+8613800138000"), known | facts, INSTITUTION, NOON, "Asia/Shanghai", 0
    )


@pytest.mark.parametrize(
    "template", shipped_templates(), ids=lambda each: f"{each.code}-{each.channel}-{each.language}"
)
def test_every_shipped_template_passes_the_law(template):
    """In every language, for every channel (P2, P5, TR2)."""
    assert lint(template, gate(), base()) == []


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_template_that_a_playbook_names_is_there(name):
    """On every channel that the playbook would use it on, in three languages; a visit is arranged by a person."""
    table = read_dmn(PLAYBOOKS_FOLDER / name / "treatment.dmn").decisions["treatment"].table
    places = {output.name: place for place, output in enumerate(table.outputs)}
    wanted = set()
    for rule in table.rules:
        said = [str(cell.value.value) for cell in rule.values]
        channels = {said[place] for output, place in places.items() if output.startswith("channel_")} - {"none"}
        wanted |= {(said[places["template"]], channel) for channel in channels}
    assert len(wanted) > 5
    assert wanted - {(code, channel) for code, channel, _ in BY_TEMPLATE} == set()


def test_traditional_is_the_simplified_text_in_traditional_characters():
    """Neither language is left out."""
    languages = {language for _, _, language in BY_TEMPLATE}
    assert languages == {"zh_CN", "zh_TW", "en"}
    assert "逾期" in BY_TEMPLATE["reminder_with_options", "sms", "zh_TW"].body
    assert "还" not in BY_TEMPLATE["reminder_with_options", "sms", "zh_TW"].body


SAID = [
    ("message_asserts_arrest", "否则将逮捕你"), ("message_asserts_arrest", "You will be arrested"),
    ("message_asserts_detention", "拘 留"), ("message_asserts_detention", "go to P.R.I.S.O.N"),
    ("message_asserts_court_will_force", "法院將強制執行"), ("message_asserts_family_consequences", "会影响子女上学"),
    ("message_asserts_inform_employer", "我们将通知您的单位"), ("message_asserts_inform_employer", "we will inform your employer"),
    ("message_asserts_inform_family", "聯 繫 您 的 家 人"), ("message_asserts_inform_contacts", "拨打您的通讯录"),
    ("message_asserts_publish", "将曝光您的信息"), ("message_asserts_violence", "后果自负"),
    ("message_asserts_intimidation", "最後警告"), ("message_asserts_insult", "无​耻"),
    ("message_asserts_blacklist", "列入黑名单"), ("message_asserts_credit_report", "上報征信"),
    ("message_asserts_new_borrowing", "可以借新还旧"), ("message_asserts_extra_fee", "另收催收费"),
    ("message_asserts_lawsuit_filed", "我方已起诉"), ("message_asserts_misleading", "这是律师函"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "sentence"), SAID)
def test_what_must_not_be_said_is_found_and_refused(fact, sentence):
    """Spaces, stops, invisible and traditional characters do not hide it (J20, TR3)."""
    assert fact in asserted(sentence)
    findings = lint(saying(sentence), gate(), base())
    assert findings and findings[0].rule.startswith("cn.")


@pytest.mark.parametrize(
    "sentence",
    ["感谢您一直以来的信任。", "请在方便时回复。", "We wish you a good week.", "您可以申请延期。", "若已还款请忽略。"],
)
def test_innocent_words_are_not_taken_for_threats(sentence):
    """A calm sentence stays usable."""
    assert asserted(sentence) == {}
    assert lint(saying(sentence), gate(), base()) == []


def test_every_assertion_is_a_fact_that_a_law_pack_reads():
    """A phrase that no law reads would be a rule of nobody's."""
    assert set(assertions()) <= set(gate().needs) | {"message_asserts_fraud"}


@pytest.mark.parametrize("fact", [name for name in SHOWN_BY if name in ("message_has_sender", "message_has_repay")])
def test_a_required_place_that_is_missing_is_found(fact):
    """A word in its stead shows nothing."""
    shipped = BY_TEMPLATE["reminder_with_options", "sms", "zh_CN"]
    (place,) = SHOWN_BY[fact][:1]
    body = shipped.body.replace("{{ " + place + " }}", "……")
    assert lint(Template("own", 1, "sms", "collection", "zh_CN", "", body), gate(), base())


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{% if days_past_due %}x{% endif %}", "text and places only"),
        ("{{ borrower_name.__class__ }}", "text and places only"),
        ("{{ employer }}", "no place 'employer'"),
    ],
)
def test_a_template_has_text_and_places_only(body, says):
    """No logic, no attributes, no place that nobody knows."""
    findings = lint(saying(body), gate(), base())
    assert says in findings[0].message


def test_a_broken_template_is_named():
    """An error says which template and which line."""
    with pytest.raises(InputError, match="own"):
        saying("{{ amount_due").parsed()
    with pytest.raises(InputError, match="needs code"):
        templates_of({"code": "x"})


@settings(deadline=None)
@given(cents=st.integers(min_value=1, max_value=10_000_000_00))
def test_an_amount_that_is_written_reads_back_as_the_ledgers(cents):
    """In every language: what the borrower reads is what is owed."""
    for language in ("zh_CN", "zh_TW", "en"):
        made = render(BY_TEMPLATE["reminder_with_options", "sms", language], held(overdue_cents=cents), {})
        assert isinstance(made, Rendered)
        written = re.search(r"[¥￥]\s?([\d,]+\.\d\d)|CN¥([\d,]+\.\d\d)", made.body)
        assert written is not None
        assert int(re.sub(r"[,.]", "", written[1] or written[2])) == cents
        assert made.facts["message_amount_stated_cents"] == cents


@pytest.mark.parametrize("missing", ["overdue_cents", "days_past_due", "oldest_unpaid_due_on"])
def test_a_place_with_nothing_to_stand_in_it_refuses_the_message(missing):
    """Nothing is left out in silence."""
    made = render(BY_TEMPLATE["reminder_with_options", "sms", "zh_CN"], held(**{missing: None}), {})
    assert isinstance(made, Refusal) and made.code == "message_refused"


def test_a_rendered_message_has_what_the_borrower_needs():
    """Days overdue, amount due, how to pay, whom to ask, and how to object (P2)."""
    made = render(BY_TEMPLATE["reminder_with_options", "sms", "zh_CN"], held(), {})
    for words in ("【示例消费金融】", "张三", "¥1,234.56", "12天", "2026年11月6日", "App → 还款", "95000", "95001"):
        assert words in made.body


def test_somebody_else_is_told_nothing():
    """The same text to anybody but the debtor is refused by the gate (J21, P18)."""
    template = BY_TEMPLATE["reminder_with_options", "sms", "zh_CN"]
    row = base() | message_facts(template) | {"channel": "sms", "recipient_role": "relative"}
    assert gate().judge(row).verdict == "DENY"


def test_every_place_says_what_stands_there_and_every_channel_has_its_form():
    """The closed list is documented."""
    assert all(PLACES.values())
    assert {template.channel for template in shipped_templates()} == set(FORMS)
