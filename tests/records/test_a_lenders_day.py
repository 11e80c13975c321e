"""A lender's day, from a book on disk to messages that arrived: with a real database, queue, message centre, mail server and folders."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from counterparts.mail_server import MailServer
from counterparts.message_centre import MessageCentre
from records_cast import NOON, TODAY, open_tenant

from forbear.day.wiring.business_day import BusinessDay, run_business_day
from forbear.day.wiring.composer import take_in_shipped
from forbear.day.wiring.worker import run_worker
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import UsageError
from forbear.lab.synthetic.make import make_book
from forbear.records import audit
from forbear.records.models import Act, Contact, Message, Permit
from forbear.records.scope import Scope, acting
from forbear.records.silence import silence_between

CLOCK = FixedClock(NOON)
EARLY = FixedClock(datetime(2026, 11, 23, 0, 30, tzinfo=UTC))
BY_LAW = {"denied", "duty_unmet", "message_refused", "review"}


@pytest.fixture
def lender(records, tmp_path):
    """A lender with approved templates, whose book of six hundred borrowers was planned for today."""
    tenant = open_tenant(f"d{secrets.token_hex(5)}")
    take_in_shipped(tenant, "writer", "approver", CLOCK)
    make_book(tmp_path / "book", borrowers=600, seed=7, as_of=TODAY)
    run_business_day(BusinessDay(tenant, TODAY, book=tmp_path / "book"), EARLY)
    return tenant


def channels_file(folder: Path, tenant: str, centre: MessageCentre, mail: MailServer) -> Path:
    """As the lender would write it."""
    for name in ("letters", "dialler"):
        (folder / name).mkdir()
    own = {
        "sms": {
            "by": "smpp", "host": "127.0.0.1", "port": centre.port, "system_id": "lender", "password": "${SMSC}",
            "source": "Lender",
        },
        "email": {
            "by": "smtp", "host": "127.0.0.1", "port": mail.port, "sender_address": "care@mail.lender.example",
            "domain": "mail.lender.example", "security": "none", "hello_name": "localhost",
        },
        "letter": {
            "by": "mail_house", "folder": str(folder / "letters"), "institution": {"zh": "示例消费金融", "en": "Example"},
        },
        "voice_agent": {"by": "dialler", "folder": str(folder / "dialler")},
    }  # fmt: skip
    path = folder / "channels.yaml"
    path.write_text(json.dumps({tenant: own}), encoding="utf-8")  # YAML is written so too
    return path


def test_a_book_becomes_messages_that_arrive_once_within_the_law(lender, tmp_path):
    """P1 to P5: what was planned is sent, by each channel, with a permit each; what the law refuses at that minute is not."""
    centre, mail = MessageCentre(), MailServer()
    scope = Scope(lender, "tester")
    with acting(scope):
        planned = Counter(Act.objects.filter(state="queued").values_list("channel", flat=True))
    try:
        file = channels_file(tmp_path, lender, centre, mail)
        run_worker(file, concurrency=4, once=True, clock=CLOCK, environment={"SMSC": "secret"})
        texts, mails = centre.arrived(), mail.arrived()
    finally:
        centre.stop()
        mail.stop()
    letters = list((tmp_path / "letters" / "outbox").glob("*.pdf"))
    calls = list((tmp_path / "dialler" / "outbox").glob("*.json"))
    with acting(scope):
        made = Contact.objects.filter(direction="out", permit__isnull=False)
        done = Counter(made.values_list("channel", flat=True))
        states = set(made.values_list("state", flat=True))
        acts = Act.objects.exclude(channel="push")
        refused = Counter(acts.filter(state="refused").values_list("reason", flat=True))
        assert not acts.filter(state__in=["queued", "sending"]).exists()
        assert Permit.objects.count() == Message.objects.count() == sum(done.values())
        assert list(audit.verify()) == []
        assert silence_between(TODAY, datetime(2030, 1, 1, tzinfo=UTC).date()).wrongful == ()
    assert (len(texts), len(mails), len(letters), len(calls)) == (
        done["sms"], done["email"], done["letter"], done["voice_agent"],
    )  # fmt: skip
    assert min(done["sms"], done["voice_agent"]) > 0
    assert states <= {"accepted", "delivered"}
    assert set(refused) <= BY_LAW, refused
    assert sum(done.values()) + sum(refused.values()) == sum(planned.values()) - planned["push"]
    assert all("【示例消费金融】" in each.text and "95001" in each.text for each in texts)
    # The centre was told for how long, counted from its own clock: to the end of the hours, and not into the night.
    assert all(each.until is not None for each in texts)
    lives = [each.until - each.at for each in texts if each.until]
    assert timedelta(minutes=30) <= min(lives) <= max(lives) <= timedelta(hours=10), (min(lives), max(lives))


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"sms": {"by": "pigeon"}}, "by what it is reached"),
        ({"sms": {"by": "smtp"}}, "carries email only"),
        ({"sms": {"by": "smpp", "port": 1, "colour": "red"}}, "no such setting"),
        ({"sms": {"by": "smpp", "password": "${NOT_THERE}"}}, "NOT_THERE is not in the environment"),
        ({"sms": {"by": "smpp", "port": 1}}, "missing"),
    ],
)
def test_a_channels_file_that_is_off_is_told_with_its_place(tenant, tmp_path, own, says):
    """Which tenant, which channel, which setting; nothing begins."""
    path = tmp_path / "channels.yaml"
    path.write_text(json.dumps({tenant: own}), encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        run_worker(path, concurrency=1, once=True, clock=CLOCK, environment={})


def test_a_channels_file_names_tenants_that_are_there(tenant, tmp_path):
    """A slip in a name is no silence."""
    path = tmp_path / "channels.yaml"
    path.write_text("nobody: {}", encoding="utf-8")
    with pytest.raises(UsageError, match="no tenant 'nobody'"):
        run_worker(path, concurrency=1, once=True, clock=CLOCK, environment={})
