"""A message is whole and true, or there is none: every place filled, every amount the ledger's, every consequence so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages_cast import LANGUAGES, LENDER, LINKS, TERMS, base, gate, held, saying, shipped

from forbear.compliance.permit import Recipient, Refusal
from forbear.dispatch.message import PLACES, Rendered, render, shipped_templates
from forbear.dispatch.message.values import amounts_in, format_money
from forbear.dispatch.segments import cut
from forbear.kernel.money import minor_exponent

SETTLED = {"is_open": False, "outstanding_cents": 0}


def made(code="reminder_with_options", channel="sms", language="zh_CN", terms=None, lender=None, **facts) -> Rendered:
    found = render(shipped(code, channel, language), held(channel, lender, **facts), LINKS, terms or {})
    assert isinstance(found, Rendered), found
    return found


def refused(template, terms=None, lender=None, **facts) -> str:
    found = render(template, held(template.channel, lender, **facts), LINKS, terms or {})
    assert isinstance(found, Refusal) and found.code == "message_refused"
    return found.detail


@pytest.mark.parametrize("code", sorted({each.code for each in shipped_templates()}))
def test_every_shipped_template_becomes_a_message_that_the_law_allows(code):
    """With everything known, on every channel and in every language; what stands in it is ready to read."""
    facts = SETTLED if code == "settlement_certificate" else {}
    for each in (each for each in shipped_templates() if each.code == code):
        message = made(code, each.channel, each.language, TERMS, **facts)
        assert "{{" not in message.body and "None" not in message.body
        row = {**base(), "channel": each.channel, "purpose": each.purpose, **message.facts}
        fired = [rule for rule in gate().fired_rows(row) if set(rule.reads) & set(message.facts)]
        assert [rule.id for rule in fired if gate().verdict_on(rule, row) in ("DENY", "PRESUMED_VIOLATION")] == []


def test_a_text_message_has_what_the_borrower_needs():
    """Days overdue, amount due, how to pay, whom to ask, and how to object (P2)."""
    body = made().body
    for words in (
        "【示例消费金融】",
        "张三",
        "分期",
        "¥1,234.56",
        "12天",
        "2026年11月6日",
        "App → 还款",
        "95000",
        "95001",
    ):
        assert words in body
    assert body.startswith("【示例消费金融】")


def test_a_visit_notice_says_when_where_why_and_who_comes():
    """On the borrower's own clock (F11, P9, A6)."""
    body = made("visit_notice", terms=TERMS).body
    for words in ("2026年11月25日14:00至16:00", "您登记的住址门口", "核对账户情况", "李四、王五", "A102", "拒绝见面"):
        assert words in body


@pytest.mark.parametrize("code", ["complaint_received", "matter_answered"])
@pytest.mark.parametrize("number", ["E89EEE64", "CAD12345", "12345678", "00000001", "ABCDEF12"])
def test_the_number_of_a_matter_is_no_amount_whatever_it_spells(code, number):
    """It is drawn: one in thirteen looks like three letters of a currency with an amount behind them."""
    for language in LANGUAGES:
        assert number in made(code, "sms", language, TERMS | {"reference": number}).body


@settings(deadline=None, max_examples=80)
@given(
    cents=st.integers(min_value=1, max_value=10**15),
    currency=st.sampled_from(["CNY", "HKD", "USD", "JPY", "KWD"]),
    language=st.sampled_from(LANGUAGES),
)
def test_an_amount_that_is_written_reads_back_as_the_ledgers(cents, currency, language):
    """In every language and currency: what the borrower reads is what is owed, to the last unit."""
    parts = {"overdue_principal_cents": cents, "overdue_penalty_cents": 0, "outstanding_cents": cents}
    message = made(language=language, currency=currency, overdue_cents=cents, **parts)
    assert amounts_in(message.body, currency) == [cents]
    assert message.facts["message_amount_stated_cents"] == message.facts["message_amount_ledger_cents"] == cents
    assert format_money(cents, currency, language) in message.body
    assert Decimal(cents).scaleb(-minor_exponent(currency)) >= 0


@settings(deadline=None, max_examples=40)
@given(
    principal=st.integers(0, 10**9),
    interest=st.integers(0, 10**7),
    penalty=st.integers(0, 10**7),
    fee=st.integers(1, 10**5),
)
def test_the_parts_in_a_letter_add_up_to_the_whole(principal, interest, penalty, fee):
    """Principal, interest, penalty and fees, as they stand in the ledger."""
    parts = dict(zip(("principal", "interest", "penalty", "fee"), (principal, interest, penalty, fee), strict=True))
    facts = {f"overdue_{name}_cents": amount for name, amount in parts.items()}
    whole = sum(parts.values())
    body = made(channel="email", overdue_cents=whole, **facts).body
    assert amounts_in(body, "CNY") == [whole, *(each for each in parts.values() if each)]


def test_parts_that_do_not_add_up_refuse_the_letter():
    assert "add up" in refused(shipped(channel="email"), overdue_principal_cents=119_999)


@pytest.mark.parametrize(
    "name", sorted(shipped(channel="email").places - {"today", "options", "legal_basis", "rights", "product"})
)
def test_a_place_with_nothing_to_stand_in_it_refuses_the_message(name):
    """Whatever it is that is missing: nothing is left out in silence, and the reason names it."""
    template, place = shipped(channel="email"), PLACES[name]
    act = held("email")
    if place.source == "facts":
        act = held("email", **{place.reads: None})
    elif place.source in ("lender", "words") and name != "amount_by_component":
        act = held("email", {**LENDER, "name" if name in ("signature", "sender") else place.reads: ""})
    elif name == "amount_by_component":
        act = held("email", overdue_cents=0, overdue_principal_cents=0, overdue_penalty_cents=0)
    elif place.source == "person":
        act = replace(act, recipient=replace(act.recipient, name=""))
    links = {} if place.source == "links" else LINKS
    found = render(template, act, links)
    assert isinstance(found, Refusal) and name in found.detail


@pytest.mark.parametrize(
    "code", ["instalment_offer", "settlement_offer", "visit_notice", "payment_received", "complaint_received"]
)
def test_an_offer_or_a_notice_without_its_terms_is_refused(code):
    """A message about something says what it is about, or is not sent."""
    assert "Nothing is known" in refused(shipped(code))


def test_nothing_due_is_nothing_to_ask_for():
    """Paid in the meantime: the reminder is refused (W16)."""
    assert "amount_due" in refused(shipped(), overdue_cents=0, overdue_principal_cents=0, overdue_penalty_cents=0)


def test_a_term_that_the_ledger_knows_otherwise_is_refused():
    assert "ledger" in refused(shipped(), terms={"promise_amount_cents": 1})
    assert isinstance(render(shipped(), held(), LINKS, {"promise_amount_cents": 60_000}), Rendered)


def test_no_more_is_asked_for_or_confirmed_than_the_ledger_has():
    """A settlement above what is unpaid, and a receipt above what was paid."""
    assert "settlement_amount" in refused(shipped("settlement_offer"), TERMS | {"settlement_cents": 500_001})
    assert "paid_amount" in refused(shipped("payment_received"), TERMS | {"paid_amount_cents": 80_001})


def test_a_certificate_of_settlement_needs_a_settled_loan():
    """By the ledger, and not by whoever asks for it (W17)."""
    certificate = shipped("settlement_certificate", "letter")
    assert "not settled" in refused(certificate, TERMS)
    assert "not settled" in refused(certificate, TERMS, is_open=None)
    assert "结清" in made("settlement_certificate", "letter", terms=TERMS, **SETTLED).body


def test_an_amount_that_no_fact_has_is_refused():
    """Also in what the lender wrote down as its way to pay."""
    assert "no fact has" in refused(saying("另付8元。"))
    assert "no fact has" in refused(shipped(), lender={**LENDER, "how_to_pay": "App，手续费¥3.00"})


@pytest.mark.parametrize(
    ("name", "facts", "lender"),
    [
        ("penalty_interest", {"is_ageing_paused": True}, LENDER),
        ("penalty_interest", {"has_active_arrangement": True}, LENDER),
        ("penalty_interest", {"is_ageing_paused": None}, LENDER),
        ("late_fee", {"overdue_fee_cents": None, "overdue_principal_cents": 120_000}, LENDER),
        ("credit_report", {"has_dispute": True}, LENDER),
        ("credit_report", {"has_identity_theft": True}, LENDER),
        ("credit_report", {"days_past_due": None}, LENDER),
        ("credit_report", {}, {**LENDER, "credit_bureau": ""}),
        ("credit_line_paused", {}, LENDER),
        (
            "possible_suit",
            {"is_time_barred": True, "is_legal_referral_approved": True, "is_debt_unlawful": False},
            LENDER,
        ),
        ("possible_suit", {"is_time_barred": False}, LENDER),
    ],
)
def test_a_consequence_that_is_not_true_refuses_the_whole_message(name, facts, lender):
    """It is not left out in silence, and a fact that is missing makes it untrue (A3, J10)."""
    assert refused(saying(f"{{{{ consequence.{name} }}}}"), lender=lender, **facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consequence_that_is_true_is_said(language):
    """With the amount of this moment, and what it rests on is kept."""
    message = made("reminder_with_consequences", language=language)
    assert format_money(3_456, "CNY", language) in message.body
    assert message.facts["message_asserts_credit_report"] and message.facts["message_asserts_credit_report_accurate"]
    assert message.facts_used["overdue_penalty_cents"] == 3_456 and message.facts_used["has_dispute"] is False


def test_a_suit_is_named_only_after_a_person_approved_it():
    facts = {
        "is_legal_referral_approved": True,
        "is_time_barred": False,
        "is_debt_unlawful": False,
        "has_hardship": False,
    }
    message = render(saying("{{ consequence.possible_suit }}"), held(**facts), LINKS)
    assert isinstance(message, Rendered) and message.facts["message_asserts_lawsuit"]


@pytest.mark.parametrize("role", ["agreed_contact", "spouse", "unrelated_third", "debt_related_third", "unknown", None])
def test_whoever_does_not_owe_the_debt_is_not_told_of_it(role):
    """Nobody known to owe it is nobody who may be told (J21, P18)."""
    assert "not known to owe" in refused(shipped(), recipient_role=role)


def test_somebody_elses_message_reaches_nobody():
    """The person whom the act is about, and the person who would receive it, are one."""
    act = replace(held(), recipient=Recipient("P2", "李四", "zh_CN", "+8613900139000"))
    found = render(shipped(), act, LINKS)
    assert isinstance(found, Refusal) and "somebody else" in found.detail


def test_parts_of_a_text_message_are_counted_as_the_channel_cuts_them():
    """And a message of very many parts is refused."""
    message = made()
    assert message.parts_count == len(cut(message.body, 0).parts) == 2
    assert made(channel="email").parts_count == 1
    assert "parts" in refused(saying("请留意。" * 200))


def test_a_channel_gets_no_more_personal_data_than_it_shows():
    """In a window the name; on a locked screen none; a text message brings no fields at all."""
    assert set(made(channel="letter").fields) == {"name", "date"}
    assert made(channel="push").fields == {"institution": "示例消费金融"}
    assert made().fields == {} and made(channel="email").fields == {}
    for channel in ("push", "email", "letter"):
        subject = made(channel=channel).subject
        assert "张三" not in subject and "逾期" not in subject and not amounts_in(subject, "CNY")


def test_a_name_asserts_nothing_however_it_sounds():
    """A borrower called 'Jail' is written to like anybody else."""
    act = held()
    found = render(shipped(language="en"), replace(act, recipient=replace(act.recipient, name="Anna Jail")), LINKS)
    assert isinstance(found, Rendered) and not found.facts["message_asserts_detention"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["instalment", "revolving", "card", "microloan", "advance"])
def test_what_a_product_is_called_asserts_nothing(kind, language):
    """A cash advance may be named; to take one in order to pay may not be advised."""
    message = made("reminder_with_options", language=language, product_kind=kind)
    assert not any(value for fact, value in message.facts.items() if fact.startswith("message_asserts_"))
    assert message.facts["message_advertises"] == "none" and message.facts["message_pay_account"] == "designated"


def test_what_the_lender_wrote_down_is_looked_at_too():
    """A threat in its way to pay is a threat."""
    found = render(shipped(), held(lender={**LENDER, "how_to_pay": "App，否则通知您的单位"}), LINKS)
    assert isinstance(found, Rendered) and found.facts["message_asserts_inform_employer"]


@pytest.mark.parametrize("words", ["不还就上门", "要让您的邻居都知道", "tell your boss"])
def test_what_staff_wrote_into_a_term_is_looked_at_too(words):
    """A reason for a visit is free text: a threat in it is refused by the law at the minute of sending (TR3)."""
    message = made("visit_notice", terms=TERMS | {"visit_reason": words})
    assert gate().judge({**base(), "channel": "sms", "purpose": "collection", **message.facts}).verdict == "DENY"
    calm = made("visit_notice", terms=TERMS)
    assert not any(value for fact, value in calm.facts.items() if fact.startswith("message_asserts_"))


def test_a_card_letter_without_a_seal_does_not_count_as_sealed():
    """The place alone is no seal: the lender has one, or the law's duty is unmet."""
    assert made(channel="letter").facts["message_has_seal"]
    assert not made(channel="letter", lender={**LENDER, "seal": ""}).facts["message_has_seal"]


def test_the_digest_is_of_every_word():
    """The same message twice has one digest; another amount has another."""
    assert made().digest == made().digest
    assert made().digest != made(overdue_cents=123_457, overdue_principal_cents=120_001).digest
