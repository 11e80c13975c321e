"""The figures of a playbook: each with a unit and a source, and, where a product differs, a figure of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forbear.columns.dtypes import TEXT
from forbear.columns.expression import Column, case, column, literal
from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _

CHOICE = "choice"
UNITS = ("days", "cents", "count", "percent", CHOICE)
PRODUCT_KINDS = ("instalment", "revolving", "card", "microloan", "advance")
Value = int | str


@dataclass(frozen=True)
class Parameter:
    """A figure that the cells of the tables name.

    ``says`` is what it means, in English, and ``says_zh`` in Chinese.
    ``source`` is the id of a behaviour that states the figure, or ``house`` where no document does.
    ``bounds`` are the least and the greatest value that an edition may set without a change of the playbook's design.
    """

    name: str
    value: Value
    unit: str
    source: str
    says: str
    by_product_kind: Mapping[str, Value] = field(default_factory=dict)
    bounds: tuple[int, int] | None = None
    says_zh: str = ""

    def for_product(self, product_kind: str) -> Value:
        """The value for a kind of product."""
        return self.by_product_kind.get(product_kind, self.value)

    def column(self) -> Column:
        """The value as a column: a constant, or by the loan's product kind."""
        if not self.by_product_kind:
            return literal(self.value)
        kind = column("product_kind", TEXT)
        return case([(kind == name, value) for name, value in self.by_product_kind.items()], self.value)


def read_parameter(name: str, given: object, file: str) -> Parameter:
    """One entry of ``parameters`` in a playbook's settings.

    Raises:
        PlaybookError: ``bad_parameter``, ``out_of_bounds``.
    """
    allowed = {"value", "unit", "source", "says", "says_zh", "by_product_kind", "bounds"}
    if not isinstance(given, dict) or not {"value", "unit", "source", "says"} <= set(given) <= allowed:
        raise _bad(
            name,
            file,
            _("A parameter has value, unit, source and says, and may have says_zh, by_product_kind and bounds."),
        )
    bounds = _bounds(name, given.get("bounds"), file)
    by_kind = given.get("by_product_kind") or {}
    if not isinstance(by_kind, dict) or not set(by_kind) <= set(PRODUCT_KINDS):
        raise _bad(name, file, _("Product kinds are {kinds}.").format(kinds=", ".join(PRODUCT_KINDS)))
    if given["unit"] not in UNITS:
        raise _bad(
            name, file, _("{unit} is no unit. Units are {units}.").format(unit=given["unit"], units=", ".join(UNITS))
        )
    for value in (given["value"], *by_kind.values()):
        _check_value(name, value, str(given["unit"]), bounds, file)
    return Parameter(
        name,
        given["value"],
        given["unit"],
        given["source"],
        given["says"],
        dict(by_kind),
        bounds,
        str(given.get("says_zh", "")),
    )


def _bounds(name: str, given: object, file: str) -> tuple[int, int] | None:
    if given is None:
        return None
    whole = isinstance(given, list) and len(given) == 2 and all(type(value) is int for value in given)
    if not whole or given[0] > given[1]:  # type: ignore[index]
        raise _bad(name, file, _("Bounds are two whole numbers, the least first."))
    return (given[0], given[1])  # type: ignore[index]


def _check_value(name: str, value: object, unit: str, bounds: tuple[int, int] | None, file: str) -> None:
    if unit == CHOICE:
        if not isinstance(value, str):
            raise _bad(name, file, _("{value} is not a word.").format(value=value))
        return
    if type(value) is not int:
        raise _bad(name, file, _("{value} is not a whole number.").format(value=value))
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        raise PlaybookError(
            "out_of_bounds",
            _("{name} is {value} and must lie between {low} and {high}.").format(
                name=name, value=value, low=bounds[0], high=bounds[1]
            ),
            do=_("Choose a value within the bounds, or change the bounds with the same approval as a table."),
            file=file,
            parameter=name,
        )


def _bad(name: str, file: str, message: str) -> PlaybookError:
    return PlaybookError("bad_parameter", message, do=_("See docs/reference/playbooks.md."), file=file, parameter=name)
