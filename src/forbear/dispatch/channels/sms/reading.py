"""What a message centre sends by itself: receipts and the borrower's own messages.

Read here because aiosmpplib 0.7 raises on what real centres send (an empty text, a field of unusual length, a receipt with a
date of another form), and what it raises ends the connection.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from struct import error as StructError
from struct import unpack_from

from aiosmpplib.codec import GSM7BitCodec

RECEIPTED_MESSAGE_ID, MESSAGE_STATE, MESSAGE_PAYLOAD = 0x001E, 0x0427, 0x0424
SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER = 0x020C, 0x020E, 0x020F
STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
MEANINGS = {"DELIVRD": "delivered"} | dict.fromkeys(("EXPIRED", "DELETED", "UNDELIV", "REJECTD"), "undelivered")
"""Final states by what they mean; the others (on its way, taken, unknown) say nothing that is not known."""
CODECS = {1: "ascii", 3: "latin-1", 8: "utf-16-be", 15: "gb18030"}
"""Codecs by SMPP's data coding; 15 is GBK by the custom of carriers in China."""
FIELD = re.compile(r"\b(id|stat|err):(\S*)", re.IGNORECASE)


class Unreadable(ValueError):
    """What came is not a message of SMPP."""


@dataclass(frozen=True)
class Delivered:
    """One ``deliver_sm``: from whom, to whom, what, and its optional fields."""

    source: str
    destination: str
    esm_class: int
    data_coding: int
    octets: bytes
    fields: dict[int, bytes]

    @property
    def is_receipt(self) -> bool:
        """Whether it tells what became of a message."""
        return self.esm_class & 0x3C == 0x04

    def part(self) -> tuple[int, int, int]:
        """Reference, number and total of the part that it is; zeros where it is whole."""
        head = self.octets
        if self.esm_class & 0x40 and len(head) >= 6 and head[1:3] == b"\x00\x03":
            return head[3], head[5], head[4]
        if self.esm_class & 0x40 and len(head) >= 7 and head[1:3] == b"\x08\x04":
            return int.from_bytes(head[3:5], "big"), head[6], head[5]
        if {SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER} <= set(self.fields):
            reference, number, total = (self.fields[tag] for tag in (SAR_REFERENCE, SAR_NUMBER, SAR_TOTAL))
            return int.from_bytes(reference, "big"), int.from_bytes(number, "big"), int.from_bytes(total, "big")
        return 0, 0, 0

    def text_octets(self) -> bytes:
        """The text without its header."""
        skipped = self.octets[0] + 1 if self.esm_class & 0x40 and self.octets else 0
        return self.octets[skipped:]


@dataclass(frozen=True)
class StateTold:
    """What a receipt says of one part: the centre's own id of it, its state, and the network's error code."""

    provider_id: str
    state: str
    error: str

    @property
    def status(self) -> str:
        """``delivered``, ``undelivered``, or nothing where it is not final."""
        return MEANINGS.get(self.state, "")

    @property
    def reason(self) -> str:
        """The state, with the network's error code where it tells one."""
        return f"{self.state}:{self.error}" if self.error.strip("0") else self.state


def read_deliver(pdu: bytes) -> Delivered:
    """Read a ``deliver_sm`` with its header of 16 octets.

    Raises:
        Unreadable: it ends before its fields do.
    """
    try:
        _, at = _text(pdu, 16)
        source, at = _text(pdu, at + 2)
        destination, at = _text(pdu, at + 2)
        esm_class = pdu[at]
        _, at = _text(pdu, at + 3)
        _, at = _text(pdu, at)
        data_coding, length = pdu[at + 2], pdu[at + 4]
        octets, at = pdu[at + 5 : at + 5 + length], at + 5 + length
        if at > len(pdu):
            raise Unreadable("the text is shorter than it says")
        fields: dict[int, bytes] = {}
        while at < len(pdu):
            tag, size = unpack_from("!HH", pdu, at)
            fields[tag] = pdu[at + 4 : at + 4 + size]
            at += 4 + size
    except (IndexError, StructError, ValueError) as error:
        raise Unreadable(type(error).__name__) from None
    return Delivered(source, destination, esm_class, data_coding, fields.get(MESSAGE_PAYLOAD, octets), fields)


def _text(pdu: bytes, at: int) -> tuple[str, int]:
    end = pdu.index(0, at)
    return pdu[at:end].decode("ascii", "replace"), end + 1


def decode(octets: bytes, data_coding: int) -> str:
    """The words; what the coding has no character for is shown as a replacement character."""
    codec = CODECS.get(data_coding & 0x0F)
    if codec:
        return octets.decode(codec, "replace")
    return str(GSM7BitCodec().decode(octets, "replace")[0])


def read_receipt(delivered: Delivered) -> StateTold:
    """What a receipt says: its optional fields count, else the customary text ``id:… stat:… err:…``.

    Raises:
        Unreadable: it names no message or no state.
    """
    text = delivered.text_octets().decode("latin-1")
    said = {name.lower(): value for name, value in reversed(FIELD.findall(text))}
    told_id = delivered.fields.get(RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0").decode("ascii", "replace")
    told_state = STATES.get(int.from_bytes(delivered.fields.get(MESSAGE_STATE, b""), "big"), "")
    provider_id, state = told_id or said.get("id", ""), told_state or said.get("stat", "").upper()[:7]
    if not provider_id or state not in STATES.values():
        raise Unreadable("a receipt without id or state")
    return StateTold(provider_id[:65], state, re.sub(r"\W", "", said.get("err", ""))[:8])


def inbound_id_of(source: str, text: str, at: datetime) -> str:
    """An id for what a borrower sent. SMPP has none, so the same words from the same number within an hour are one."""
    return hashlib.sha256(f"{source}\n{at:%Y%m%d%H}\n{text}".encode()).hexdigest()[:32]
