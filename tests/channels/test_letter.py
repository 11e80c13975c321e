"""Is a letter readable, the same every time, and silent on its outside?"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pypdfium2
import pytest
from counterparts import Ear
from counterparts.mail_house import CONTACT, INSTITUTION, a_row, printed_text, scanned_codes, window_text
from counterparts.shared_folder import Partner

from forbear.dispatch import Message
from forbear.dispatch.channels.folder import Intake
from forbear.dispatch.channels.letter import LetterChannel, LetterSettings, Window
from forbear.dispatch.channels.letter.typesetting import Typesetter, Unprintable
from forbear.kernel.clock import FixedClock, SystemClock
from forbear.kernel.errors import InputError

AT = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
TO = "上海市浦东新区示例路1号2栋303室\n200120"
LINK = "https://lender.example/v/8dcc2f639a064bff92ae5a79a247d063?a=1&b=2"
TEXTS = {
    "zh_CN": ("还款提醒", "尊敬的客户：\n\n您的借款本期应还1,234.50元。如有困难，请与我们商量。"),
    "zh_TW": ("還款提醒", "尊敬的客戶：\n\n您的借款本期應還1,234.50元。如有困難，請與我們商量。"),
    "en": ("A reminder", "Dear customer,\n\nYour payment of CNY 1,234.50 was due. If this is hard, talk to us."),
}
PRINTED = {
    "zh_CN": ["示例消费金融有限公司", "上海市示例路1号", "日期", "2026年3月6日", "编号", "FB-123", "第 1 页，共 1 页", "扫描此码"],
    "zh_TW": ["示例消費金融有限公司", "上海市示例路1號", "日期", "2026年3月6日", "編號", "FB-123", "第 1 頁，共 1 頁", "掃描此碼"],
    "en": ["Example Consumer Finance", "1 Example Road", "Date", "March 6, 2026", "Reference", "FB-123", "Page 1 of 1", "Scan this"],
}  # fmt: skip


def a_letter(language="zh_CN", to=TO, body="", links=None, **fields) -> Message:
    subject, text = TEXTS[language]
    links = {"verify": LINK} if links is None else links
    fields = {"name": "张小一", "reference": "FB-123", **fields}
    until = AT + timedelta(days=30)
    return Message("ab" * 16, "letter", to, language, subject, body or text, until, fields, links)


@pytest.fixture(scope="module")
def typesetter(tmp_path_factory) -> Typesetter:
    """One for all: fonts are read once."""
    return Typesetter(LetterSettings(tmp_path_factory.mktemp("unused"), INSTITUTION, CONTACT))


@pytest.mark.parametrize("language", TEXTS)
def test_a_letter_says_who_writes_when_to_whom_and_what(typesetter, language):
    """Letterhead, date, reference, subject, body and page number in the borrower's language, as one reads them on paper."""
    letter = typesetter.typeset(a_letter(language), AT)
    text = printed_text(letter.pdf)
    subject, body = TEXTS[language]
    for words in (*PRINTED[language], subject, *body.split("\n\n")):
        assert words in text
    assert letter.pages_count == 1
    assert scanned_codes(letter.pdf) == [LINK] and LINK in text.replace(" ", "")


@pytest.mark.parametrize("language", TEXTS)
def test_the_window_shows_the_name_and_the_address_and_nothing_else(typesetter, language):
    letter = typesetter.typeset(a_letter(language), AT)
    assert window_text(letter.pdf) == f"张小一\n{TO}"


def test_the_file_says_nothing_that_the_page_does_not(typesetter):
    """No title, no author, no date in its properties."""
    document = pypdfium2.PdfDocument(io.BytesIO(typesetter.typeset(a_letter(), AT).pdf))
    told = {key: value for key, value in document.get_metadata_dict().items() if value}
    assert set(told) <= {"Creator", "Producer"}


@pytest.mark.parametrize("language", TEXTS)
def test_the_same_letter_has_the_same_bytes(typesetter, tmp_path, language):
    """Set again, and by another typesetter; what the clock says changes only a date that the letter did not bring."""
    message = a_letter(language, date="2026年3月6日")
    other = Typesetter(LetterSettings(tmp_path, INSTITUTION, CONTACT))
    digests = {
        sha256(each.typeset(message, at).pdf).hexdigest()
        for each in (typesetter, other)
        for at in (AT, AT + timedelta(days=2))
    }
    assert len(digests) == 1


def test_what_looks_like_markup_is_printed_as_it_is(typesetter):
    """The data is no part of the template's source."""
    body = '#strong[b] $x^2$ *a* _b_ = c // d <e> @f "g" \\ `h` #sys.inputs {i} [j] https://k.example'
    text = printed_text(typesetter.typeset(a_letter(body=body), AT).pdf)
    assert body in text


def test_a_long_letter_numbers_its_pages_and_has_the_code_once(typesetter):
    body = "\n\n".join(f"{number}. 这一段写得长一些，好让信不止一页。" * 3 for number in range(40))
    letter = typesetter.typeset(a_letter(body=body), AT)
    text = printed_text(letter.pdf)
    assert letter.pages_count > 1 and f"第 2 页，共 {letter.pages_count} 页" in text
    assert scanned_codes(letter.pdf) == [LINK]
    assert text.count("张小一") == 1


def test_a_letter_without_a_link_has_no_code(typesetter):
    letter = typesetter.typeset(a_letter(links={}), AT)
    assert scanned_codes(letter.pdf) == [] and "扫描" not in printed_text(letter.pdf)


@pytest.mark.parametrize(
    ("message", "reason", "detail"),
    [
        (a_letter(name="张\U0002ebf0"), "no_such_character", "U+2EBF0"),
        (a_letter(body="您好\x07"), "no_such_character", "U+0007"),
        (a_letter(to="  \n ", name=""), "bad_address", ""),
        (a_letter(to="\n".join(f"第{number}行" for number in range(9))), "bad_address", ""),
        (a_letter(to="很长的地址" * 60), "bad_address", ""),
        (a_letter(links={"verify": "javascript:alert(1)"}), "bad_link", ""),
        (a_letter(links={"verify": "https://l.example/" + "x" * 300}), "bad_link", ""),
    ],
)
def test_what_cannot_be_printed_well_is_refused(typesetter, message, reason, detail):
    """No empty box in somebody's name, no address that the window cuts off."""
    assert typesetter.typeset(message, AT) == Unprintable(reason, detail)


def test_rare_characters_of_names_are_printed(typesetter):
    """㛃, 䶮 and 𠮷 are names of people; the signs of other scripts come from other fonts."""
    text = printed_text(typesetter.typeset(a_letter(body="㛃䶮𠮷 Zoë Ñandú 😀"), AT).pdf)
    assert "㛃䶮𠮷 Zoë Ñandú 😀" in text


def test_without_its_fonts_a_letter_is_not_begun(tmp_path):
    """The error names the font, where it was looked for and what to install."""
    with pytest.raises(InputError) as caught:
        Typesetter(LetterSettings(tmp_path, INSTITUTION, font_folders=(str(tmp_path), str(tmp_path / "missing"))))
    assert caught.value.code == "fonts_missing"
    for words in ("Noto Serif CJK", "fonts-noto-cjk", str(tmp_path)):
        assert words in str(caught.value)


def test_another_window_is_another_place_on_the_page(tmp_path):
    """Envelopes differ: what showed in the first window does not show any more."""
    settings = LetterSettings(tmp_path, INSTITUTION, CONTACT, window=Window(left=100, top=60, width=90, height=35))
    letter = Typesetter(settings).typeset(a_letter(), AT)
    assert "张小一" not in window_text(letter.pdf)
    assert "张小一" in printed_text(letter.pdf)


@pytest.fixture
def partner(tmp_path) -> Partner:
    """The mail house's side of the folder."""
    return Partner(tmp_path)


@pytest.fixture
def letters(partner, ear: Ear):
    """An open channel whose folder is looked through only when a test asks."""
    clock = FixedClock(SystemClock().now())
    channel = LetterChannel(LetterSettings(partner.root, INSTITUTION, look_seconds=3600), clock)
    channel.open(ear)
    yield channel, clock
    channel.close()


def posted(days=30, **more) -> Message:
    until = SystemClock().now() + timedelta(days=days)
    return Message(uuid4().hex, "letter", TO, "zh_CN", *TEXTS["zh_CN"], until, {"name": "张小一"}, **more)


def test_beside_the_page_nothing_tells_who_it_is_for(letters, partner):
    """Names of files and the manifest have ids, sizes and a digest."""
    channel, _ = letters
    message = posted()
    receipt = channel.deliver(message)
    (manifest,) = partner.take()
    assert set(manifest) == {"letter_id", "file", "sha256", "bytes_count", "pages_count", "until_at"}
    pdf = (partner.root / "outbox" / str(manifest["file"])).read_bytes()
    assert manifest["file"] == f"{message.message_id}.pdf"
    assert receipt.proof == manifest["sha256"] == sha256(pdf).hexdigest() and manifest["bytes_count"] == len(pdf)
    outside = json.dumps(manifest, ensure_ascii=False)
    assert [word for word in ("张", "上海", "借款", "还款", "debt") if word in outside] == []


def test_a_letter_is_posted_then_signed_for_or_returned(letters, partner, ear):
    """Each is told once; the carrier's number and the mail house's reason come with it."""
    channel, _ = letters
    one, two = posted(), posted()
    for message in (one, two):
        channel.deliver(message)
    partner.bring([a_row(one.message_id, "posted"), a_row(two.message_id, "posted")])
    channel.take_in_receipts()
    rows = [
        a_row(one.message_id, "delivered"),
        {**a_row(two.message_id, "returned"), "reason": "moved", "tracking_id": "EM1"},
    ]
    partner.bring([*rows, rows[0]])
    assert channel.take_in_receipts() == Intake(1, 0, 3, told_count=2, repeated_count=1)
    assert [(each.status, each.reason) for each in ear.receipts(one.message_id)] == [
        ("accepted", "posted"),
        ("delivered", "delivered"),
    ]
    last = ear.receipts(two.message_id)[-1]
    assert (last.status, last.reason, last.provider_id) == ("undelivered", "moved", "EM1")


def test_a_letter_that_was_not_taken_in_time_is_not_posted(letters, partner, ear):
    """Manifest and page are gone from the outbox, and it is told."""
    channel, clock = letters
    message = posted(days=1)
    channel.deliver(message)
    clock.move_to(message.expires_at)
    channel.take_in_receipts()
    assert list((partner.root / "outbox").iterdir()) == []
    assert [(each.status, each.reason) for each in ear.receipts()] == [("undelivered", "expired")]
    assert channel.deliver(message).reason == "expired"
