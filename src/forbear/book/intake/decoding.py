"""Bytes of a CSV file as UTF-8, checked: what cannot be decoded is refused with its place, never replaced."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

from forbear.kernel.errors import BookError
from forbear.kernel.language import gettext as _

_WIDE = re.compile("[^\x00-\x7f]")
_ENOUGH = 100_000  # characters looked at before an encoding is believed


class Encoding(Enum):
    """The encodings that are read. UTF-8 may begin with a byte order mark."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"


def encoding_of(name: str) -> Encoding | None:
    """The encoding of that name, or None where it is not read.

    >>> encoding_of("UTF8"), encoding_of("gbk"), encoding_of("latin-1")
    (<Encoding.UTF_8: 'utf-8'>, <Encoding.GB18030: 'gb18030'>, None)
    """
    plain = name.lower().replace("_", "-")
    if plain in ("utf-8", "utf8", "utf-8-sig"):
        return Encoding.UTF_8
    return Encoding.GB18030 if plain in ("gb18030", "gbk", "gb2312", "cp936") else None


class Decoded:
    """A readable stream of UTF-8 from the chunks of a file in some encoding.

    ``lines`` and ``quotes`` count what has gone through.

    Raises:
        BookError: ``undecodable``, with byte offset and line, on reading.
    """

    def __init__(self, chunks: Iterator[bytes], path: Path, encoding: Encoding, *, quote: str) -> None:
        self.lines = 0
        self.quotes = 0
        self.closed = False
        self._path, self._encoding, self._quote = path, encoding, quote.encode()
        self._texts = self._decode(chunks)
        self._waiting = b""

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; all that is left for -1."""
        while size < 0 or len(self._waiting) < size:
            more = next(self._texts, None)
            if more is None:
                break
            self._waiting = self._waiting + more if self._waiting else more
        if size < 0 or len(self._waiting) <= size:
            taken, self._waiting = self._waiting, b""
        else:
            taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    def peek_line(self) -> bytes:
        """The first line, which stays unread."""
        head = self.read(1 << 20)
        self._waiting = head + self._waiting
        return self._waiting.split(b"\n", 1)[0].rstrip(b"\r")

    def readable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Nothing is held open here."""
        self.closed = True

    def _decode(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self._encoding.value)("strict")
        offset, is_first, last = 0, True, b"\n"
        for chunk in chunks:
            pending = len(decoder.getstate()[0])
            if is_first:
                self._check_mark(chunk)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise self._undecodable(
                    offset - pending + error.start, chunk[: max(0, error.start - pending)]
                ) from error
            offset += len(chunk)
            data = text.encode()
            if is_first:
                data, is_first = data.removeprefix(codecs.BOM_UTF8), False
            if b"\0" in data:
                raise self._undecodable(offset - len(chunk) + chunk.find(b"\0"), data[: data.find(b"\0")])
            self.lines += data.count(b"\n")
            self.quotes += data.count(self._quote) if self._quote else 0
            last = data[-1:] or last
            yield data
        if decoder.getstate()[0]:
            raise self._undecodable(offset - len(decoder.getstate()[0]), b"")
        self.lines += last != b"\n"

    def _check_mark(self, chunk: bytes) -> None:
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise self._undecodable(0, b"")

    def _undecodable(self, offset: int, before: bytes) -> BookError:
        return BookError(
            "undecodable",
            _("The bytes are not {encoding}.").format(encoding=self._encoding.value.upper()),
            do=_("Save the file as UTF-8, or name its encoding (utf-8 or gb18030) in a mapping file."),
            file=self._path,
            byte=offset,
            line=self.lines + before.count(b"\n") + 1,
        )


def is_plausible_gb18030(chunks: Iterable[bytes]) -> bool:
    """Whether bytes that are not UTF-8 are Chinese in GB18030, rather than some Western encoding that happens to decode.

    Chinese text is nearly all in the GB 2312 plane, where both bytes of a character are high; a Western letter with
    an accent is one high byte followed by an ordinary one. At least nine of ten characters must be in that plane.
    """
    decoder = codecs.getincrementaldecoder("gb18030")("strict")
    wide = common = 0
    try:
        for chunk in chunks:
            for character in _WIDE.findall(decoder.decode(chunk)):
                wide += 1
                encoded = character.encode("gb18030")
                common += len(encoded) == 2 and min(encoded) >= 0xA1
            if wide > _ENOUGH:
                break
        else:
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return wide > 0 and common * 10 >= wide * 9
