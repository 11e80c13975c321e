"""Does a mail bear what it must, and is what comes back of it read for what it means?"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtpd.smtp import AuthResult
from counterparts import Ear, eventually
from counterparts.mail_server import DOMAIN, MailServer, bounce
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.dispatch import Inbound, Message, Receipt, Report
from forbear.dispatch.channels.email import EmailChannel, EmailSettings, read_report
from forbear.dispatch.channels.email.composing import compose
from forbear.dispatch.channels.email.reading import Unreadable
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import UsageError

AT = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
ID = "0f" * 16
PATH, REPLY = f"bounce+{ID}@{DOMAIN}", f"reply+{ID}@{DOMAIN}"
ORIGINAL = f"Message-ID: <{ID}@{DOMAIN}>\r\nSubject: ?\r\n\r\n".encode()
Open = Callable[..., EmailChannel]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server without TLS."""
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def opened(ear: Ear) -> Iterator[Open]:
    """Opens channels to a server with changed settings, and closes them."""
    channels: list[EmailChannel] = []

    def open_one(server: MailServer, hear: Callable[[Report], None] = ear, **changed: object) -> EmailChannel:
        channels.append(EmailChannel(server.settings(**changed), SystemClock()))
        channels[-1].open(hear)
        server._channels.append(channels[-1])
        return channels[-1]

    yield open_one
    for channel in channels:
        channel.close()


def a_message(body: str = "您好。\n.\n..\n.一行\n", to: str = "borrower@example.org", **changed: object) -> Message:
    given: dict[str, object] = {
        "message_id": uuid4().hex, "channel": "email", "to": to, "language": "zh_CN", "subject": "还款提醒", "body": body,
        "expires_at": SystemClock().now() + timedelta(hours=1),
    }  # fmt: skip
    return Message(**given | changed)  # type: ignore[arg-type]


def test_a_mail_bears_all_that_a_mail_program_needs(server: MailServer, opened: Open) -> None:
    """Return path, ids, one click to unsubscribe with a long link, and words in Chinese."""
    link = "https://lender.example/u/" + "a1" * 150
    message = a_message(
        subject="还款提醒：您的借款本期已到期，请查看金额与日期，如有困难请与我们商量" * 2, links={"unsubscribe": link}
    )
    assert opened(server).deliver(message).status == "accepted"
    path, _, mail, _, octets = server.envelopes[0]
    assert path == f"bounce+{message.message_id}@{DOMAIN}"
    assert mail["Message-ID"] == f"<{message.message_id}@{DOMAIN}>"
    assert mail["Reply-To"] == f"reply+{message.message_id}@{DOMAIN}"
    assert mail["List-Unsubscribe"] == f"<{link}>" and mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Content-Language"] == "zh-CN"
    assert mail["Subject"] == message.subject and mail["From"].addresses[0].display_name == "某消费金融"
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == message.body.rstrip("\n")
    assert octets.isascii() and max(map(len, octets.split(b"\r\n"))) <= 998


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_no_subject_and_no_link_can_add_a_header(text: str) -> None:
    message = a_message(subject=text, links={"unsubscribe": "https://x.example/" + text})
    mail_settings = EmailSettings("localhost", 25, "care@lender.example", "lender.example")
    head = compose(message, mail_settings, AT).split(b"\r\n\r\n")[0].decode("ascii")
    names = [line.split(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    known = {
        "List-Unsubscribe", "List-Unsubscribe-Post", "From", "To", "Subject", "Date", "Message-ID", "Reply-To",
        "Content-Language", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert set(names) <= known and len(names) == len(set(names))


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b\r\nBcc: c@d", "a b@example.org", "two@example.org, more@example.org"]
)
def test_an_address_that_is_none_is_refused(server: MailServer, opened: Open, to: str) -> None:
    receipt = opened(server).deliver(a_message(to=to))
    assert (receipt.status, receipt.reason, server.envelopes) == ("refused", "bad_address", [])


@pytest.mark.parametrize(
    ("mail_answer", "refusal", "data_answer", "status", "reason"),
    [
        ("", "450 4.2.0 greylisted, come again", "", "failed", "450 4.2.0"),
        ("", "550 5.1.1 <borrower@example.org> is nobody", "", "refused", "550 5.1.1"),
        ("", "", "451 4.3.0 no room", "failed", "451 4.3.0"),
        ("", "", "554 5.7.1 smells", "refused", "554 5.7.1"),
        ("421 4.7.0 too many, goodbye", "", "", "failed", "421 4.7.0"),
    ],
)
def test_the_servers_answer_decides(
    server: MailServer, opened: Open, mail_answer: str, refusal: str, data_answer: str, status: str, reason: str
) -> None:
    """4 is not now, 5 is never; its words are told without addresses, and the next mail goes."""
    server.mail_answer, server.refusal, server.data_answer = mail_answer, refusal, data_answer
    channel = opened(server)
    receipt = channel.deliver(a_message())
    assert (receipt.status, receipt.reason) == (status, reason) and "@" not in receipt.detail
    server.mail_answer = server.refusal = server.data_answer = ""
    assert channel.deliver(a_message()).status == "accepted"


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody signed, and a server's context with it."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    now = SystemClock().now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem) + key.private_bytes(pem, form, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def test_mail_goes_under_tls_with_a_name_and_a_password(opened: Open, tmp_path: Path) -> None:
    """A wrong password, an unknown certificate, or a server without TLS: nothing leaves, and it may be tried again."""
    path, context = certificate(tmp_path)

    def authenticate(server: object, session: object, envelope: object, mechanism: str, given: object) -> AuthResult:
        is_right = (given.login, given.password) == (b"lender", b"right")  # type: ignore[attr-defined]
        return AuthResult(success=is_right, handled=is_right)

    server = MailServer(tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate)
    bare = MailServer()
    right = {"security": "starttls", "ca_file": str(path), "username": "lender", "password": "right"}
    try:
        assert opened(server, **right).deliver(a_message()).status == "accepted"
        wrong = opened(server, **right | {"password": "wrong"}).deliver(a_message())
        assert (wrong.status, wrong.reason[:3]) == ("failed", "535")
        unknown = opened(server, **right | {"ca_file": None}).deliver(a_message())
        assert (unknown.status, unknown.reason) == ("failed", "tls")
        without = opened(bare, **right).deliver(a_message())
        assert (without.status, without.reason) == ("failed", "not_offered")
        assert (len(server.envelopes), bare.envelopes) == (1, [])
    finally:
        server.stop()
        bare.stop()


@pytest.mark.parametrize(
    ("action", "code", "status"),
    [
        ("failed", "5.1.1", "undelivered"),
        ("failed", "4.2.2", "undelivered"),
        ("delayed", "4.4.1", "accepted"),
        ("delivered", "2.0.0", "delivered"),
        ("relayed", "2.1.9", "accepted"),
    ],
)
def test_a_bounce_tells_what_became_of_which_mail(action: str, code: str, status: str) -> None:
    """By the address that it came to, else by our Message-ID in the part that it returns."""
    for path in (PATH, f"postmaster@{DOMAIN}"):
        report = read_report(bounce(path, "borrower@example.org", action, code, ORIGINAL), AT, DOMAIN)
        assert isinstance(report, Receipt)
        assert (report.message_id, report.status, report.reason, report.at) == (ID, status, code, AT)
        assert "borrower" not in report.detail


def test_a_complaint_is_the_borrowers_word_to_stop() -> None:
    """As a large mail provider sends it: RFC 5965, with our mail within."""
    complaint = f"""From: fbl@provider.example
To: abuse@{DOMAIN}
Message-ID: <fbl-1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="edge"

--edge
Content-Type: text/plain

This is an abuse report.

--edge
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <borrower@example.org>

--edge
Content-Type: message/rfc822

Message-ID: <{ID}@{DOMAIN}>
Subject: x

text
--edge--
"""
    report = read_report(complaint.replace("\n", "\r\n").encode(), AT, DOMAIN)
    assert isinstance(report, Inbound)
    told = (report.from_value, report.text, report.in_reply_to, report.inbound_id)
    assert told == ("borrower@example.org", "unsubscribe", ID, "<fbl-1@provider.example>")


def a_reply(text: str = "I will pay on Friday.", subtype: str = "plain", **headers: str) -> bytes:
    mail = EmailMessage()
    given = {
        "From": "Borrower <borrower@example.org>",
        "To": REPLY,
        "Subject": "Re: x",
        "Message-ID": "<r1@example.org>",
    }
    for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        mail[name] = value
    mail.set_content(text, subtype=subtype)
    return mail.as_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
    ],
)
def test_an_automatic_answer_means_nothing(headers: dict[str, str]) -> None:
    """Somebody on holiday has said nothing about a debt."""
    assert read_report(a_reply("I am away until Monday.", **headers), AT, DOMAIN) is None


@pytest.mark.parametrize(
    ("text", "subtype", "heard"),
    [
        ("I will pay.\n\nOn 6 March 2026, Lender wrote:\n> pay\n", "plain", "I will pay."),
        ("周五还。\n\n在 2026年3月6日，某消费金融 写道：\n> 请还\n", "plain", "周五还。"),
        ("<style>p {}</style><p>周五还 &amp; 谢谢</p><p>再见</p>", "html", "周五还 & 谢谢\n再见"),
        ("> all of it is quoted", "plain", "Re: x"),
    ],
)
def test_a_reply_is_heard_without_what_it_quotes(text: str, subtype: str, heard: str) -> None:
    report = read_report(a_reply(text, subtype, Auto_Submitted="no"), AT, DOMAIN)
    assert isinstance(report, Inbound)
    assert (report.text, report.from_value, report.in_reply_to) == (heard, "borrower@example.org", ID)


def test_a_reply_in_gbk_to_another_address_is_matched_by_our_message_id() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "borrower@example.org", f"care@{DOMAIN}"
    mail["References"] = f"<x@example.org> <{ID}@{DOMAIN}>"
    mail.set_content("我已还款", charset="gb18030")
    report = read_report(mail.as_bytes(), AT, DOMAIN)
    assert isinstance(report, Inbound) and (report.text, report.in_reply_to) == ("我已还款", ID)
    assert len(report.inbound_id) == 64


@settings(deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"Content-Type: multipart/report; report-type=delivery-status\r\n"])
)
def test_whatever_comes_is_read_or_said_to_be_unreadable(octets: bytes, head: bytes) -> None:
    try:
        report = read_report(head + octets, AT, DOMAIN, [PATH])
    except Unreadable as error:
        assert str(error)
    else:
        assert report is None or isinstance(report, Receipt | Inbound)


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_the_listener_takes_our_addresses_only_and_says_yes_when_it_was_heard(
    server: MailServer, opened: Open, protocol: str
) -> None:
    """It relays nothing, and what could not be heard comes again."""
    heard: list[Report] = []
    troubles = [ConnectionError("the records are away")]

    def hear(report: Report) -> None:
        if troubles:
            raise troubles.pop()
        heard.append(report)

    channel = opened(server, hear, listen_protocol=protocol)
    speak = smtplib.LMTP if protocol == "lmtp" else smtplib.SMTP
    with speak("127.0.0.1", channel.listening_port, "localhost") as line:
        for stranger in ("somebody@example.org", f"care@{DOMAIN}", PATH.replace(DOMAIN, "example.org")):
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                line.sendmail("a@example.org", [stranger], a_reply())
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            line.sendmail("a@example.org", [REPLY], a_reply())
        for _ in range(2):
            line.sendmail("a@example.org", [REPLY], a_reply())
    assert [report.in_reply_to for report in heard if isinstance(report, Inbound)] == [ID]


def test_what_cannot_be_read_is_counted(server: MailServer, opened: Open) -> None:
    channel = opened(server)
    server.tell_garbage()
    assert eventually(lambda: channel.health().reason == "unreadable=4") and channel.health().is_up


def test_settings_that_cannot_be_are_named() -> None:
    with pytest.raises(UsageError) as error:
        EmailSettings("mail.example", 25, "nobody", "Lender Example", security="hope")
    assert error.value.where["settings"] == "domain, security, sender_address"
