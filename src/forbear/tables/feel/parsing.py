"""From the text of a cell to its tree.

>>> parse_tests('[1..5)')
Within(low=Literal(value=1), high=Literal(value=5), low_closed=True, high_closed=False)
>>> parse_tests('逾期 天数上限')
Equals(value=Name(path=('逾期 天数上限',)))
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedToken, VisitError

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.feel import tree
from forbear.tables.feel.tree import Expression, Test


def _say_tests() -> str:
    forms = _value_forms()
    return _(
        "A test is - or values, comparisons and intervals joined by commas, or not(…) of them; a value is {forms}."
    ).format(forms=forms)


def _say_value() -> str:
    return _("A value is {forms}, or + - * / of them.").format(forms=_value_forms())


def _value_forms() -> str:
    return _('a text in double quotes, a number, true, false, null, date("YYYY-MM-DD") or a name')


def parse_tests(text: str, known_names: Iterable[str] = ()) -> Test:
    """The tests of an input cell. An empty cell is ``-``.

    Args:
        known_names: names the model declares; only names with odd characters (``Pre-bureau risk``) need to be known.

    Raises:
        TableError: ``unparsable_cell`` or ``outside_subset``.
    """
    if not text.strip():
        return tree.Anything()
    return cast(Test, _parse(text, "unary_tests", known_names, _say_tests()))


def parse_expression(text: str, known_names: Iterable[str] = ()) -> Expression:
    """The value of an output cell, an input expression or a literal expression.

    Raises:
        TableError: ``unparsable_cell`` or ``outside_subset``.
    """
    return cast(Expression, _parse(text, "expression", known_names, _say_value()))


def _parse(text: str, start: str, known_names: Iterable[str], do: str) -> object:
    try:
        return _tree(_wrap_odd_names(text, known_names), start)
    except VisitError as error:
        if isinstance(error.orig_exc, TableError):
            raise error.orig_exc from None
        raise TableError(
            "unparsable_cell", _("{text!r}: {problem}.").format(text=text.strip(), problem=error.orig_exc), do=do
        ) from None
    except LarkError as error:
        raise TableError(
            "unparsable_cell",
            _("{text!r} is not S-FEEL: {reason}.").format(text=text.strip(), reason=_reason(error)),
            do=do,
        ) from None


@lru_cache(maxsize=4096)
def _tree(text: str, start: str) -> object:
    """The tree of a text. Trees are frozen, and tables say the same few cells again and again: each is parsed once."""
    return _Builder().transform(_parser().parse(text, start=start))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = Path(__file__).with_name("feel.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=["unary_tests", "expression"], maybe_placeholders=False)


def _reason(error: LarkError) -> str:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return _("it ends too early")
    if isinstance(error, UnexpectedToken | UnexpectedCharacters):
        found = error.token if isinstance(error, UnexpectedToken) else error.char
        place = _("{found!r} is not expected at character {place}")
        return place.format(found=_unwrap(str(found)), place=error.column)
    return _("it cannot be read")


# A name may hold characters that are operators elsewhere. Those that the model declares are wrapped in two private
# characters before parsing, so the grammar needs no list of names.

_PLAIN = re.compile(r"[^\W\d]\w*(?: +\w+)*")
_RESERVED = re.compile(
    r"\b(?:true|false|null|not|and|or|in|between|if|then|else|for|return|some|every|satisfies|function|instance|of)\b"
)


def _wrap_odd_names(text: str, known_names: Iterable[str]) -> str:
    odd = {name for name in known_names if not _PLAIN.fullmatch(name) or _RESERVED.search(name)}
    if not odd:
        return text
    choices = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(odd, key=lambda n: (-len(n), n)))
    pattern = rf'"(?:[^"\\]|\\.)*"|(?<!\w)(?:{choices})(?!\w)'
    return re.sub(pattern, lambda m: m[0] if m[0].startswith('"') else f"\ue000{m[0]}\ue001", text)


def _unwrap(text: str) -> str:
    return text.replace("\ue000", "").replace("\ue001", "")


def _path(text: str) -> tuple[str, ...]:
    parts = re.findall(r"\ue000([^\ue001]+)\ue001|([^.\ue000]+)", text)
    return tuple(" ".join((odd or plain).split()) for odd, plain in parts if (odd or plain).strip())


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}


def _unescape(token: str) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[0])

    return re.sub(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{6})|\\(.)", replace, _unwrap(token)[1:-1])


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):  # type: ignore[misc]  # lark is untyped here
    def anything(self) -> Test:
        return tree.Anything()

    def tests(self, tests: tuple[Test, ...]) -> Test:
        return tests[0] if len(tests) == 1 else tree.OneOf(tests)

    def none_of(self, tests: tuple[Test, ...]) -> Test:
        return tree.NoneOf(tests)

    def test_list(self, *tests: Test) -> tuple[Test, ...]:
        return tests

    def equals(self, value: Expression) -> Test:
        return tree.Equals(_endpoint(value))

    def compares(self, op: Token, value: Expression) -> Test:
        return tree.Compares(str(op), _endpoint(value))

    def within(self, opening: Token, low: Expression, high: Expression, closing: Token) -> Test:
        return tree.Within(_endpoint(low), _endpoint(high), opening == "[", closing == "]")

    def or_(self, left: Expression, right: Expression) -> Expression:
        return tree.Logic("or", left, right)

    def and_(self, left: Expression, right: Expression) -> Expression:
        return tree.Logic("and", left, right)

    def not_(self, operand: Expression) -> Expression:
        return tree.Inversion(operand)

    def comparison(self, left: Expression, op: Token, right: Expression) -> Expression:
        return tree.Comparison(str(op), left, right)

    def arithmetic(self, left: Expression, op: Token, right: Expression) -> Expression:
        return tree.Arithmetic(str(op), left, right)

    def negative(self, operand: Expression) -> Expression:
        if isinstance(operand, tree.Literal) and isinstance(operand.value, Decimal):
            return tree.Literal(operand.value.copy_negate())  # the minus sign would round to 28 digits
        if isinstance(operand, tree.Literal) and isinstance(operand.value, int) and not isinstance(operand.value, bool):
            return tree.Literal(-operand.value)
        return tree.Negative(operand)

    def inside(self, _open: Token, value: Expression, _close: Token) -> Expression:
        return value

    def name(self, token: Token) -> Expression:
        return tree.Name(_path(str(token)))

    def number(self, token: Token) -> Expression:
        return tree.Literal(Decimal(str(token)) if "." in token else int(token))

    def string(self, token: Token) -> Expression:
        return tree.Literal(_unescape(str(token)))

    def true(self) -> Expression:
        return tree.Literal(True)

    def false(self) -> Expression:
        return tree.Literal(False)

    def null(self) -> Expression:
        return tree.Literal(None)

    def temporal(self, kind: Token, text: Token) -> Expression:
        return tree.Literal(parse_temporal(" ".join(str(kind).split()), _unescape(str(text))))

    def at_literal(self, text: Token) -> Expression:
        plain = _unescape(str(text))
        for kind in ("date", "date and time", "time", "duration"):
            try:
                return tree.Literal(parse_temporal(kind, plain))
            except TableError:
                continue
        raise TableError("unparsable_cell", _("@{text} is no date, time or duration.").format(text=text))


def _endpoint(value: Expression) -> Expression:
    if isinstance(value, tree.Comparison | tree.Logic | tree.Inversion):
        raise TableError(
            "outside_subset", _("A test compares the input with a value, not with a truth value."), do=_say_tests()
        )
    return value


_DURATION = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?")


def parse_temporal(kind: str, text: str) -> date | datetime | time | timedelta:
    """The value of ``date("…")``, ``date and time("…")``, ``time("…")`` or a days-and-time ``duration("…")``.

    >>> parse_temporal("date", "2026-02-28")
    datetime.date(2026, 2, 28)

    Raises:
        TableError: ``unparsable_cell``.
    """
    try:
        if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        if kind == "date and time" and re.match(r"\d{4}-\d\d-\d\d", text):
            return _parse_instant(text)
        if kind == "time" and re.match(r"\d\d:\d\d:\d\d", text):
            return time.fromisoformat(text)
        if kind == "duration" and (found := _DURATION.fullmatch(text)) and any(found.groups()[1:]):
            return _to_duration(found)
    except (ValueError, OSError):
        pass
    raise TableError(
        "unparsable_cell",
        _('{kind}("{text}") is no {kind} of the calendar.').format(kind=kind, text=text),
        do=_say_value(),
    )


def _parse_instant(text: str) -> datetime:
    plain, _, zone_name = text.partition("@")
    if "T" not in plain:
        plain += "T00:00:00"
    at = datetime.fromisoformat(plain)
    if zone_name:
        at = at.replace(tzinfo=ZoneInfo(zone_name))
    return at.astimezone(UTC) if at.tzinfo is not None else at


def _to_duration(found: re.Match[str]) -> timedelta:
    sign, days, hours, minutes, seconds, fraction = found.groups()
    length = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "").ljust(6, "0") or 0),
    )
    return -length if sign else length
