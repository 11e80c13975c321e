"""From an approved template to the channel: the words are the lender's, the amounts the ledger's, and the law is asked of both."""

from __future__ import annotations

import pytest
from kept_channel import Kept
from records_cast import NOON, Life, add_person
from senders import queue_act, sender

from forbear.day.wiring.composer import composer_of, take_in_shipped
from forbear.dispatch import Message, send
from forbear.dispatch.message import shipped_templates
from forbear.kernel.clock import FixedClock
from forbear.records.models import MessageTemplate
from forbear.records.scope import acting

pytestmark = pytest.mark.usefixtures("records")
CLOCK = FixedClock(NOON)


def sent(tenant: str, tmp_path) -> tuple[list, list[Message]]:
    """What became of everything that is due, and the messages that left."""
    kept = Kept()
    with sender(tenant, tmp_path / "log") as own:
        outcomes = list(send(own.desk, kept, composer_of(tenant, CLOCK), 20))
    return outcomes, kept.messages


def test_every_shipped_template_is_approved_and_a_reminder_leaves_with_fresh_amounts(tenant, scope, tmp_path):
    """In the borrower's language, with days and amount of this minute (P1, P2)."""
    assert take_in_shipped(tenant, "li", "wang", CLOCK) == len(shipped_templates())
    with acting(scope):
        assert not MessageTemplate.objects.filter(tenant_id=tenant, approved_by="").exists()
    for number, language in enumerate(("zh_CN", "zh_TW", "en")):
        person = add_person(tenant, language, "陈某", f"1381000000{number}", Life(language=language))
        queue_act(tenant, person, template="reminder_with_options")
    outcomes, messages = sent(tenant, tmp_path)
    assert [each.refusal for each in outcomes] == [None, None, None]
    bodies = {each.language: each.body for each in messages}
    assert bodies["zh_CN"].startswith("【示例消费金融】陈某您好，您的分期")
    assert "已逾期15天" in bodies["zh_CN"] and "已逾期15天" in bodies["zh_TW"] and "15 days overdue" in bodies["en"]
    assert "還款方式" in bodies["zh_TW"] and "To pay" in bodies["en"]


def test_a_consequence_that_is_not_true_leaves_nothing(tenant, tmp_path):
    """The lender reports to no credit bureau: it does not say that it does (A3)."""
    take_in_shipped(tenant, "li", "wang", CLOCK, ["zh_CN"])
    person = add_person(tenant, "one", "陈某", "13810000001", Life())
    queue_act(tenant, person, template="reminder_with_consequences")
    (outcome,), messages = sent(tenant, tmp_path)
    assert outcome.refusal.code == "message_refused" and messages == []
