"""A mail house: takes letters out of the shared folder, reads what is printed, and brings what became of each."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import zxingcpp

from counterparts import Arrived
from counterparts.shared_folder import NEVER, Partner
from forbear.dispatch import Channel
from forbear.dispatch.channels.letter import LetterChannel, LetterSettings, Window
from forbear.kernel.clock import Clock, SystemClock
from forbear.kernel.ids import digest_file

INSTITUTION = {"zh": "示例消费金融有限公司", "en": "Example Consumer Finance"}
CONTACT = {"zh": "上海市示例路1号 · 电话 400-000-0000", "en": "1 Example Road, Shanghai · Tel. 400-000-0000"}
RESULTS = {"delivered": "delivered", "undelivered": "returned"}
POINTS_PER_MM = 72 / 25.4
WINDOW = Window()
CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"


class MailHouse:
    """Posts what its manifest vouches for."""

    name = "letter"
    never: Mapping[str, str] = {
        **NEVER,
        "inbound": "A borrower answers a letter by other means, and is heard there.",
    }
    bound_seconds = 5.0

    def __init__(self, folder: Path) -> None:
        self.partner = Partner(folder)
        self.go_down, self.come_up = self.partner.go_down, self.partner.come_up
        self._read: dict[str, Arrived] = {}

    def channel(self, clock: Clock) -> Channel:
        settings = LetterSettings(self.partner.root, INSTITUTION, CONTACT, look_seconds=0.02)
        return LetterChannel(settings, clock)

    def address(self, number: int) -> str:
        return f"张小{'一二三四五六七八九十'[number % 10]}\n上海市示例路{number}号\n200000"

    def arrived(self) -> list[Arrived]:
        for manifest in self.partner.take():
            letter_id = str(manifest["letter_id"])
            if letter_id in self._read:
                continue
            path = self.partner.root / "outbox" / str(manifest["file"])
            assert digest_file(path) == manifest["sha256"], "a letter that differs from its manifest is not printed"
            assert len(pypdfium2.PdfDocument(path)) == manifest["pages_count"]
            until = datetime.fromisoformat(str(manifest["until_at"]))
            text, to = printed_text(path.read_bytes()), window_text(path.read_bytes())
            self._read[letter_id] = Arrived(to, text, SystemClock().now(), until, letter_id)
        return list(self._read.values())

    def tell(self, to: str, status: str, times: int = 1) -> None:
        letter_id = next(each.message_id for each in reversed(self.arrived()) if each.to == to)
        self.partner.bring([a_row(letter_id, RESULTS[status])] * times)

    def tell_garbage(self) -> None:
        good = a_row("0" * 32, "returned")
        self.partner.bring(
            [good, {**good, "status": "lost"}, {**good, "at": "yesterday"}, {**good, "reason": "x" * 99}]
        )
        self.partner.bring_bytes("letter_id,结果\n".encode("gbk"))
        self.partner.bring_bytes(b'letter_id,status\n"')

    def say(self, to: str, text: str, times: int = 1) -> None:
        raise NotImplementedError(self.never["inbound"])

    def refuse(self) -> str:
        raise NotImplementedError(NEVER["refuses"])

    def be_slow(self, seconds: float) -> None:
        raise NotImplementedError(NEVER["slow"])

    def break_after_taking(self) -> None:
        raise NotImplementedError(NEVER["breaks"])

    def stop(self) -> None:
        pass


def a_row(letter_id: str, status: str) -> dict[str, object]:
    """A row about a letter, of just now."""
    at = SystemClock().now().astimezone(UTC).replace(microsecond=0)
    return {"letter_id": letter_id, "status": status, "at": at.isoformat(), "reason": "", "tracking_id": ""}


def printed_text(pdf: bytes) -> str:
    """All that is printed, the lines of a paragraph joined again: with a space, but for Chinese."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "\n")
    text = re.sub(rf"(?<={CJK})\n|\n(?={CJK})", "", text)
    return re.sub(r"\s+", " ", text)


def window_text(pdf: bytes) -> str:
    """What shows in the envelope's window."""
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    top = page.get_height() - WINDOW.top * POINTS_PER_MM
    left = WINDOW.left * POINTS_PER_MM
    text = page.get_textpage().get_text_bounded(
        left=left, top=top, right=left + WINDOW.width * POINTS_PER_MM, bottom=top - WINDOW.height * POINTS_PER_MM
    )
    return text.replace("\r\n", "\n").strip()


def scanned_codes(pdf: bytes) -> list[str]:
    """What a camera reads of each page."""
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pictures = [np.ascontiguousarray(page.render(scale=3).to_numpy()) for page in pages]
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]
