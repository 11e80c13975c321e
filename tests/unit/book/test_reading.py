"""Bytes become texts without a loss: numbers of rows, places of errors, encodings."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.book.intake.decoding import Decoded, Encoding, encoding_of, is_plausible_gb18030
from forbear.book.intake.reading import ROW, Dialect, find_table_files, open_source
from forbear.kernel.errors import BookError


def _in_chunks(data: bytes, size: int):
    return iter([data[start : start + size] for start in range(0, len(data), size)])


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), size=st.integers(1, 7))
def test_decoding_gives_the_same_text_however_the_bytes_are_cut(text: str, size: int) -> None:
    for encoding in Encoding:
        data = text.encode(encoding.value)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue  # begins as UTF-16 does, and is refused for it
        decoded = Decoded(_in_chunks(data, size), Path("x.csv"), encoding, quote='"')
        assert decoded.read() == text.encode().removeprefix("\ufeff".encode())
        assert decoded.quotes == text.count('"')
        assert decoded.lines == text.count("\n") + (not text.endswith("\n") and text != "")


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_broken_byte_has_the_same_place_however_the_bytes_are_cut(size: int) -> None:
    data = "一行\n二行\n三".encode() + b"\xff\n"
    decoded = Decoded(_in_chunks(data, size), Path("x.csv"), Encoding.UTF_8, quote='"')
    with pytest.raises(BookError) as caught:
        decoded.read()
    assert (caught.value.where["byte"], caught.value.where["line"]) == (17, 3)


def test_half_a_character_at_the_end_is_refused() -> None:
    decoded = Decoded(iter(["一二".encode()[:-1]]), Path("x.csv"), Encoding.UTF_8, quote='"')
    with pytest.raises(BookError) as caught:
        decoded.read()
    assert caught.value.where["byte"] == 3


def test_the_first_line_is_seen_and_stays() -> None:
    decoded = Decoded(_in_chunks(b"a,b\r\n1,2\n", 4), Path("x.csv"), Encoding.UTF_8, quote='"')
    assert decoded.peek_line() == b"a,b"
    assert decoded.read(3) + decoded.read(-1) == b"a,b\r\n1,2\n"


def test_chinese_is_told_from_accents() -> None:
    assert is_plausible_gb18030([("逾期" * 50).encode("gb18030")])
    assert not is_plausible_gb18030(["décès à Nîmes, très élevé".encode("latin-1")])
    assert not is_plausible_gb18030([b"plain"])


def test_other_encodings_have_no_name_here() -> None:
    assert [encoding_of(name) for name in ("UTF_8", "GB2312", "utf-16", "big5")] == [
        Encoding.UTF_8,
        Encoding.GB18030,
        None,
        None,
    ]


def _texts(duck, tmp_path: Path, text: str, dialect: Dialect | None = None) -> list[dict]:
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8", newline="")
    source = open_source(duck, "rows", [path], work=tmp_path, dialect=dialect or Dialect())
    assert source.is_text
    return duck.fetch(source.numbered.drop("__file"), order_by=[ROW]).to_pylist()


def test_quotes_newlines_and_blank_lines_are_read_as_csv_says(duck, tmp_path) -> None:
    rows = _texts(duck, tmp_path, 'a,b\r\n"x ""y"", z","two\nlines"\r\n\r\n ,  u \r\nlast,')
    assert rows == [
        {"a": 'x "y", z', "b": "two\nlines", ROW: 1},
        {"a": None, "b": "u", ROW: 2},
        {"a": "last", "b": None, ROW: 3},
    ]


def test_a_file_without_quotes_keeps_them(duck, tmp_path) -> None:
    rows = _texts(duck, tmp_path, 'a;b\n5" pipe;x\n', Dialect(delimiter=";", quote=""))
    assert rows == [{"a": '5" pipe', "b": "x", ROW: 1}]


def test_rows_are_numbered_through_blocks_and_past_broken_rows(duck, tmp_path) -> None:
    lines = [f"{number},x" if number % 1000 else f"{number}" for number in range(1, 900_001)]
    path = tmp_path / "rows.csv"
    path.write_text("n,x\n" + "\n".join(lines) + "\n")
    source = open_source(duck, "rows", [path], work=tmp_path, dialect=Dialect())
    assert [row.row_number for row in source.broken] == list(range(1000, 900_001, 1000))
    table = pq.read_table(tmp_path / "rows-0.parquet")
    assert table["n"].to_pylist() == [str(number) for number in table[ROW].to_pylist()]
    assert source.rows == 900_000


def test_parts_in_a_folder_are_found_in_order(tmp_path) -> None:
    (tmp_path / "loans").mkdir()
    for name in ("b.parquet", "a.parquet"):
        (tmp_path / "loans" / name).touch()
    assert [path.name for path in find_table_files(tmp_path, "loans")] == ["a.parquet", "b.parquet"]
    assert find_table_files(tmp_path, "payments") == ()
