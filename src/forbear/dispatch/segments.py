"""A text cut into the parts that a telephone puts together again.

Done here because aiosmpplib 0.7 cannot: it cuts at 254 octets instead of 140, its own splitting by ``sar`` fields fails on an
unbound name, and its splitting by user data header puts a length octet before a text that fits in one part.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiosmpplib.codec import GSM7BitCodec

WHOLE_OCTETS = {"gsm": 160, "ucs2": 140}
"""Octets that fit in one message. A GSM character takes one here; the centre packs them into seven bits."""
PART_UNITS = {"gsm": 153, "ucs2": 67}
"""Characters that fit beside the header of 6 octets that numbers the parts."""
ESCAPE = 0x1B
PARTS_MAX = 255


@dataclass(frozen=True)
class Segments:
    """The parts of a text as octets, with the header where there are several."""

    alphabet: str
    parts: tuple[bytes, ...]

    @property
    def has_header(self) -> bool:
        """Whether the parts begin with the header that numbers them."""
        return len(self.parts) > 1


def cut(text: str, reference: int, is_always_ucs2: bool = False) -> Segments:
    """Cut a text; ``reference`` (0 to 255) tells the telephone which parts belong together.

    GSM 03.38 where it has every character, else UCS-2. An escape stays with its letter, and a pair of surrogates (an emoji,
    a rare 汉字) stays together.

    Raises:
        ValueError: the text needs more than 255 parts.

    >>> [len(cut("催" * count, 7).parts) for count in (70, 71, 134, 135)]
    [1, 2, 2, 3]
    >>> [len(cut("a" * count, 7).parts) for count in (160, 161, 306, 307)]
    [1, 2, 2, 3]
    """
    alphabet = "gsm" if GSM7BitCodec.is_gsm_text(text) and not is_always_ucs2 else "ucs2"
    whole = GSM7BitCodec().encode(text)[0] if alphabet == "gsm" else text.encode("utf-16-be")
    if len(whole) <= WHOLE_OCTETS[alphabet]:
        return Segments(alphabet, (whole,))
    units = _units(text, alphabet)
    bodies, room = [bytearray()], PART_UNITS[alphabet]
    for octets, size in units:
        if size > room:
            bodies.append(bytearray())
            room = PART_UNITS[alphabet]
        bodies[-1] += octets
        room -= size
    if len(bodies) > PARTS_MAX:
        raise ValueError(f"a text message has at most {PARTS_MAX} parts, this has {len(bodies)}")
    heads = (bytes((5, 0, 3, reference & 0xFF, len(bodies), number)) for number in range(1, len(bodies) + 1))
    return Segments(alphabet, tuple(head + bytes(body) for head, body in zip(heads, bodies, strict=True)))


def _units(text: str, alphabet: str) -> list[tuple[bytes, int]]:
    """Each character as octets that must not be parted, with how much room they take."""
    if alphabet == "ucs2":
        encoded = [character.encode("utf-16-be") for character in text]
        return [(octets, len(octets) // 2) for octets in encoded]
    encoded = [GSM7BitCodec().encode(character)[0] for character in text]
    return [(octets, len(octets)) for octets in encoded]
