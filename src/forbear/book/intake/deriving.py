"""Values of a table from source columns, as typed column expressions, each with the faults it can have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from forbear.book.intake.floats import NOT_FINITE
from forbear.book.intake.mapping import Condition, Lookup, Value
from forbear.book.intake.nodes import FORMAT_FIELDS
from forbear.book.intake.reading import ROW, Source
from forbear.columns import expression as e
from forbear.columns.dtypes import BOOL, DATE, INSTANT, INT, TEXT, DType, Kind, decimal
from forbear.columns.expression import Column
from forbear.columns.relation import Relation
from forbear.kernel.errors import BookError
from forbear.kernel.language import gettext as _

AMOUNT = decimal(24, 6)
_NUMBER = r"[+-]?[0-9]{1,15}(\.[0-9]+)?"
_PLAIN = r"-?[0-9]{1,15}"
_SHORT_NUMBER = r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?"
_WHOLE_DECIMAL = r"-?[0-9]{1,15}\.0+"
_HUGE = r"[+-]?[0-9]{16,}(\.[0-9]*)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = _DATE + r"[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_OFFSET = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_TRUE = ("true", "t", "1", "yes", "y", "是")
_FALSE = ("false", "f", "0", "no", "n", "否")


@dataclass(frozen=True)
class Target:
    """What a value must become: a type, and whether it is money (whole cents, from the given unit)."""

    dtype: DType
    is_money: bool = False


@dataclass(frozen=True)
class Derived:
    """A typed value, what the file shows for it (text, null for nothing), and the faults: rule and condition."""

    typed: Column
    shown: Column
    faults: tuple[tuple[str, Column], ...] = ()


@dataclass
class Scope:
    """A source with the lookups that its values need, and the currency's minor unit."""

    source: Source
    others: Mapping[str, Source]
    minor_exponent: int
    joins: list[tuple[str, str, Relation]] = field(default_factory=list)

    def column(self, name: str) -> Column:
        """A column of the source.

        Raises:
            BookError: ``missing_column``.
        """
        if name not in self.source.plain.schema:
            raise BookError(
                "missing_column",
                _("There is no column {name}.").format(name=name),
                do=_("There are: {names}.").format(names=", ".join(self.source.plain.schema)),
                file=", ".join(str(file.path) for file in self.source.files[:1]),
            )
        return self.source.plain[name]

    def joined(self, relation: Relation) -> Relation:
        """The source's rows with the lookups' columns."""
        for key, equals, other in self.joins:
            relation = relation.derive(**{key: as_text(self.source.plain[equals])}).join(other, key)
        return relation

    def look_up(self, lookup: Lookup, target: Target) -> tuple[Column, Column]:
        """The value found (typed) and whether a value on the way could not be read."""
        if lookup.file not in self.others:
            raise BookError(
                "bad_mapping",
                _("A lookup names the file {name}, which the mapping file does not define.").format(name=lookup.file),
                do=_("Add it under files."),
            )
        self.column(lookup.equals)
        number = len(self.joins)
        inner = Scope(self.others[lookup.file], self.others, self.minor_exponent)
        key, found, faulty = f"__key{number}", f"__found{number}", f"__faulty{number}"
        value = None if lookup.value is None else derive(lookup.value, inner, target)
        where = None if lookup.where is None else condition(lookup.where, inner)
        bad = e.literal(False) if value is None else e.any_of(*(test.is_true() for _rule, test in value.faults))
        rows = inner.joined(inner.source.numbered)
        rows = rows if where is None else rows.keep(where)
        taken = rows.select(
            **{key: as_text(inner.column(lookup.key))},
            value=e.literal(1) if value is None else value.typed,
            bad=bad,
            row=inner.source.numbered[ROW],
        )
        aggregate = _taken(taken, lookup.take)
        grouped = taken.group(key, **{found: aggregate, faulty: e.any_true(taken["bad"])})
        self.joins.append((key, lookup.equals, grouped))
        result = e.column(found, aggregate.dtype)
        return (e.coalesce(result, 0) if lookup.take == "count" else result), e.column(faulty, BOOL)


def _taken(rows: Relation, take: str) -> Column:
    value, known = rows["value"], rows["value"].is_known()
    match take:
        case "count":
            return e.count()
        case "min":
            return e.min_of(value)
        case "max":
            return e.max_of(value)
        case "sum":
            return e.sum_of(value)
    record = e.make_record(row=rows["row"], value=value)
    return (e.min_of(record, known) if take == "first" else e.max_of(record, known)).field("value")


def as_text(value: Column) -> Column:
    """What a file shows, null for nothing; a whole decimal without its fraction (ids that went through a float)."""
    if value.dtype.kind is Kind.TEXT:
        return e.when(value != "", value)
    if value.dtype.kind is Kind.DECIMAL:
        text = e.cast(value, TEXT)
        return e.when(e.matches(text, _WHOLE_DECIMAL), e.cast(e.cast(value, INT), TEXT), text)
    return e.cast(value, TEXT)


def derive(value: Value, scope: Scope, target: Target) -> Derived:
    """The value, compiled towards a target.

    Raises:
        BookError: ``missing_column``; ``bad_mapping`` for a constant that does not fit.
    """
    if value.column is not None:
        return _from_column(value, scope, target)
    if value.constant is not None:
        return _constant(value.constant, target)
    if value.first_of:
        return _first_of([derive(part, scope, target) for part in value.first_of])
    if value.lookup is not None:
        typed, faulty = scope.look_up(value.lookup, target)
        return Derived(typed, _shown(typed), (("unreadable_lookup", faulty.is_true()),))
    return _chosen(value, scope, target)


def _shown(typed: Column) -> Column:
    return e.cast(typed, TEXT)


def _constant(text: str, target: Target) -> Derived:
    if not text:
        return Derived(e.null(target.dtype), e.null(TEXT))
    literal = e.literal(text)
    typed = literal if target.dtype.kind is Kind.TEXT else e.try_cast(literal, target.dtype)
    return Derived(typed, literal, (("unparseable_constant", typed.is_null()),))


def _first_of(parts: list[Derived]) -> Derived:
    faults: list[tuple[str, Column]] = []
    for index, part in enumerate(parts):
        before = [earlier.shown.is_null() for earlier in parts[:index]]
        faults += [(rule, e.all_of(*before, test)) for rule, test in part.faults]
    typed = e.coalesce(*(part.typed for part in parts))
    return Derived(typed, e.coalesce(*(part.shown for part in parts)), tuple(faults))


def _chosen(value: Value, scope: Scope, target: Target) -> Derived:
    tests = [condition(test, scope) for test, _then in value.branches]
    parts = [derive(then, scope, target) for _test, then in value.branches]
    last = derive(value.otherwise or Value(constant=""), scope, target)
    typed = e.case([(test, part.typed) for test, part in zip(tests, parts, strict=True)], last.typed)
    shown = e.case([(test, part.shown) for test, part in zip(tests, parts, strict=True)], last.shown)
    faults: list[tuple[str, Column]] = []
    for index, part in enumerate([*parts, last]):
        here = [~test for test in tests[:index]] + tests[index : index + 1]
        faults += [(rule, e.all_of(*here, test)) for rule, test in part.faults]
    return Derived(typed, shown, tuple(faults))


def _from_column(value: Value, scope: Scope, target: Target) -> Derived:
    source = scope.column(value.column or "")
    if value.codes:
        return _coded(value, as_text(source), target)
    if value.to_date_in is not None:
        at = _instant(source, value)
        return Derived(e.local_date(at.typed, value.to_date_in), at.shown, at.faults)
    derived = convert(source, target, value, scope.minor_exponent)
    if target.dtype == TEXT and value.column in scope.source.spelt_out:
        derived = Derived(derived.typed, derived.shown, (("unparseable_number", derived.shown.isin(NOT_FINITE)),))
    if not value.prefix:
        return derived
    return Derived(e.concat(value.prefix, derived.typed), derived.shown, derived.faults)


def _coded(value: Value, shown: Column, target: Target) -> Derived:
    made = {code: _constant(result, target) for code, result in value.codes.items()}
    last = _constant(value.codes_otherwise or "", target).typed
    typed = e.case([(shown == code, result.typed) for code, result in made.items()], last)
    if value.codes_otherwise is not None:
        return Derived(typed, shown)
    return Derived(typed, shown, (("unknown_code", ~shown.isin(list(made))),))


def convert(source: Column, target: Target, value: Value, minor_exponent: int) -> Derived:
    """A source column as the target's type; a column that has the type already is taken as it is."""
    if target.is_money:
        return _money(source, value.unit, minor_exponent)
    converters: dict[Kind, Callable[[], Derived]] = {
        Kind.TEXT: lambda: Derived(as_text(source), as_text(source)),
        Kind.DATE: lambda: _date(source, value),
        Kind.INSTANT: lambda: _instant(source, value),
        Kind.BOOL: lambda: _boolean(source),
        Kind.INT: lambda: _whole(source),
        Kind.DECIMAL: lambda: _decimal(source, target.dtype),
    }
    return converters[target.dtype.kind]()


def _exact(shown: Column, rule: str) -> Derived:
    """A decimal of 24 digits, six after the point, from what a file shows."""
    readable = e.matches(shown, _NUMBER)
    typed = e.when(e.matches(shown, _SHORT_NUMBER), e.try_cast(shown, AMOUNT))
    return Derived(typed, shown, ((rule, ~readable), ("too_many_decimals", e.all_of(readable, typed.is_null()))))


def _plain_first(shown: Column, rest: Derived, factor: int = 1) -> Derived:
    """The same, but plain whole numbers, which are nearly all, are spared the tests for everything else."""
    is_plain = e.matches(shown, _PLAIN)
    plain = e.try_cast(shown, INT)
    typed = e.when(is_plain, plain if factor == 1 else e.multiply(plain, factor, INT), rest.typed)
    return Derived(typed, shown, tuple((rule, e.when(is_plain, False, test)) for rule, test in rest.faults))


def _money(source: Column, unit: str, minor_exponent: int) -> Derived:
    factor = 10**minor_exponent if unit == "major" else 1
    if source.dtype == INT:
        return Derived(source if factor == 1 else e.multiply(source, factor, INT), _shown(source))
    exact = _exact(as_text(source), "unparseable_amount")
    scaled = exact.typed if factor == 1 else e.multiply(exact.typed, factor, decimal(30, 6))
    whole = e.cast(scaled, INT)
    faults = [(("fraction_of_a_cent" if rule == "too_many_decimals" else rule), test) for rule, test in exact.faults]
    huge = ("absurd_amount", e.matches(exact.shown, _HUGE))
    broken = ("fraction_of_a_cent", e.cast(whole, scaled.dtype) != scaled)
    return _plain_first(exact.shown, Derived(whole, exact.shown, (huge, *faults, broken)), factor)


def _whole(source: Column) -> Derived:
    if source.dtype == INT:
        return Derived(source, _shown(source))
    exact = _exact(as_text(source), "unparseable_number")
    whole = e.cast(exact.typed, INT)
    faults = [("unparseable_number", test) for _rule, test in exact.faults]
    broken = ("unparseable_number", e.cast(whole, AMOUNT) != exact.typed)
    return _plain_first(exact.shown, Derived(whole, exact.shown, (*faults, broken)))


def _decimal(source: Column, dtype: DType) -> Derived:
    if source.dtype == dtype:
        return Derived(source, _shown(source))
    exact = _exact(as_text(source), "unparseable_number")
    bound = Decimal(10) ** (dtype.precision - dtype.scale)
    fits = exact.typed.between(e.literal(1 - bound), e.literal(bound - 1))
    typed = e.when(fits, e.try_cast(e.cast(exact.typed, TEXT), dtype))
    return Derived(typed, exact.shown, (*exact.faults, ("out_of_range", ~fits)))


def _boolean(source: Column) -> Derived:
    if source.dtype == BOOL:
        return Derived(source, _shown(source))
    shown = as_text(source)
    low = e.lower(shown)
    typed = e.case([(low.isin(_TRUE), True), (low.isin(_FALSE), False)])
    return Derived(typed, shown, (("unparseable_boolean", e.all_of(shown.is_known(), typed.is_null())),))


def _date(source: Column, value: Value) -> Derived:
    if source.dtype == DATE:
        return Derived(source, _shown(source))
    if source.dtype == INSTANT:
        day = e.utc_date(source)
        return Derived(day, _shown(source), (("unparseable_date", e.cast(day, INSTANT) != source),))
    shown = as_text(source)
    text = shown if value.format is None else e.substring(_iso(shown, value.format), 1, 10)
    typed = e.when(e.matches(text, _DATE), e.try_cast(text, DATE))
    return Derived(typed, shown, (("unparseable_date", e.all_of(shown.is_known(), typed.is_null())),))


def _instant(source: Column, value: Value) -> Derived:
    """An instant says its offset, or ``zone`` says whose clock it is; a Parquet instant is UTC unless ``zone`` is given."""
    if source.dtype == INSTANT:
        return Derived(source if value.zone is None else e.from_local(source, value.zone), _shown(source))
    shown = as_text(source)
    text = shown if value.format is None else _iso(shown, value.format)
    local = e.when(e.matches(text, _CLOCK), e.try_cast(text, INSTANT))
    exact = e.when(e.matches(text, _CLOCK + _OFFSET), e.try_cast(text, INSTANT))
    typed = exact if value.zone is None else e.coalesce(exact, e.from_local(local, value.zone))
    return Derived(typed, shown, (("unparseable_instant", e.all_of(shown.is_known(), typed.is_null())),))


def _iso(shown: Column, layout: str) -> Column:
    """Text in a layout of fixed-width fields, rearranged to ``YYYY-MM-DD HH:MM:SS``; null where it does not fit."""
    pattern, places, position = "", {}, 1
    for token in re.findall("%.|[^%]", layout):
        width = FORMAT_FIELDS[token[1]] if token[0] == "%" else 1
        pattern += f"[0-9]{{{width}}}" if token[0] == "%" else re.escape(token)
        if token[0] == "%":
            places[token[1]] = (position, width)
        position += width
    parts = {name: e.substring(shown, *place) for name, place in places.items()}
    clock = [parts.get(name, e.literal("00")) for name in "HMS"]
    text = e.concat(parts["Y"], "-", parts["m"], "-", parts["d"], " ", clock[0], ":", clock[1], ":", clock[2])
    return e.when(e.matches(shown, pattern), text)


def condition(test: Condition, scope: Scope) -> Column:
    """The question as a column that is true or false, never null."""
    if test.column is not None:
        return _column_test(test, as_text(scope.column(test.column)))
    if test.found is not None:
        found, _faulty = scope.look_up(test.found, Target(INT))
        return found > 0
    if test.compare:
        return _comparison(test, scope)
    parts = [condition(part, scope) for part in test.parts]
    if test.connect == "not":
        return ~parts[0]
    return e.all_of(*parts) if test.connect == "all" else e.any_of(*parts)


def _column_test(test: Condition, shown: Column) -> Column:
    if test.test == "is_empty":
        return shown.is_null() if test.values == ("true",) else shown.is_known()
    among = shown.isin(list(test.values)).is_true()
    return among if test.test in ("is", "in") else ~among


def _comparison(test: Condition, scope: Scope) -> Column:
    dtype = (
        AMOUNT if test.compare == "less" else compared_type(test.sides, TEXT if test.compare == "differ" else INSTANT)
    )
    left, right = (derive(side, scope, Target(dtype)).typed for side in test.sides)
    match test.compare:
        case "differ":
            return (left != right).is_true()
        case _:
            return (left < right).is_true()


def compared_type(sides: Sequence[Value], otherwise: DType = INSTANT) -> DType:
    """What two values are compared as: dates where both are local dates, else instants or what is named."""
    return DATE if all(_is_date(side) for side in sides) else otherwise


def _is_date(value: Value) -> bool:
    if value.first_of:
        return all(_is_date(part) for part in value.first_of)
    if value.lookup is not None:
        return value.lookup.value is not None and _is_date(value.lookup.value)
    if value.branches:
        return all(_is_date(then) for _test, then in value.branches)
    return value.to_date_in is not None or (
        value.format is not None and "%H" not in value.format and value.zone is None
    )
