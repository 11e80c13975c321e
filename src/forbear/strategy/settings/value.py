"""What an act is expected to be worth: a first formula, of assumptions that no trial has measured yet.

::

    value_cents = half up (basis × uplift ÷ 10 000) − cost − harm − fatigue × attempts of the last seven days

``basis`` is a fact by stage (the overdue amount, or before the due date the outstanding one), ``uplift`` the assumed gain
in basis points by stage and channel, ``cost`` the price of one act, ``harm`` a charge for what it does to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.columns.dtypes import INT
from forbear.columns.expression import (
    Column,
    Operand,
    case,
    coalesce,
    column,
    greatest,
    integer_divide,
    literal,
    multiply,
)
from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _
from forbear.strategy.codes import PRICES

OTHERWISE = "otherwise"
_BASES = ("overdue_cents", "outstanding_cents")
_KEYS = {"status", "basis", "fatigue_cents", "cost_cents", "harm_cents", "uplift_basis_points"}


@dataclass(frozen=True)
class ValueAssumptions:
    """The figures of the formula. ``status`` says what they rest on: ``assumption`` or the id of a measurement."""

    status: str
    basis: Mapping[str, str]
    fatigue_cents: int
    cost_cents: Mapping[str, int]
    harm_cents: Mapping[str, int]
    uplift_basis_points: Mapping[str, Mapping[str, int]]

    def column(self, stage: Column, price: Column) -> Column:
        """The expected value in cents of an act priced as ``price``, on rows with the facts that it needs."""
        basis = _by(stage, self.basis, lambda name: greatest(coalesce(column(name, INT), 0), 0))
        uplift = _by(stage, self.uplift_basis_points, lambda points: _by(price, points, literal))
        gain = integer_divide(multiply(basis, uplift, INT) + 5_000, 10_000)
        charges = _by(price, {k: self.cost_cents[k] + self.harm_cents[k] for k in PRICES} | {OTHERWISE: 0}, literal)
        attempts = coalesce(column("attempts_7_days_count", INT), 0)
        return gain - charges - multiply(attempts, self.fatigue_cents, INT)


def _by(key: Column, table: Mapping[str, object], make: object) -> Column:
    made: dict[str, Operand] = {name: make(value) for name, value in table.items()}  # type: ignore[operator]
    last = made.pop(OTHERWISE)
    return case([(key == name, value) for name, value in made.items()], last) if made else literal(0) + last


def read_value(given: object, file: str) -> ValueAssumptions:
    """The ``value`` part of a playbook's settings.

    Raises:
        PlaybookError: ``bad_value``.
    """
    if not isinstance(given, dict) or set(given) != _KEYS:
        raise _bad(file, _("The value part has exactly {keys}.").format(keys=", ".join(sorted(_KEYS))))
    basis, uplift = given["basis"], given["uplift_basis_points"]
    for name in ("cost_cents", "harm_cents"):
        _check_whole(given[name], PRICES, name, file)
    if not isinstance(basis, dict) or OTHERWISE not in basis or not set(basis.values()) <= set(_BASES):
        raise _bad(
            file,
            _("The basis by stage is one of {names}, with an entry for otherwise.").format(names=", ".join(_BASES)),
        )
    if not isinstance(uplift, dict) or not uplift:
        raise _bad(file, _("The uplift is given by stage."))
    for stage, points in uplift.items():
        _check_whole(points, (OTHERWISE,), f"uplift_basis_points of {stage}", file)
    if type(given["fatigue_cents"]) is not int:
        raise _bad(file, _("fatigue_cents is a whole number."))
    uplifts = {OTHERWISE: {OTHERWISE: 0}, **{stage: dict(points) for stage, points in uplift.items()}}
    return ValueAssumptions(
        str(given["status"]),
        dict(basis),
        given["fatigue_cents"],
        dict(given["cost_cents"]),
        dict(given["harm_cents"]),
        uplifts,
    )


def _check_whole(given: object, needed: tuple[str, ...], name: str, file: str) -> None:
    known = {*PRICES, OTHERWISE}
    whole = isinstance(given, dict) and all(type(value) is int for value in given.values())
    if not whole or not set(needed) <= set(given) <= known:  # type: ignore[call-overload]
        raise _bad(
            file,
            _("{name} needs whole numbers for {keys}, and has nothing but channels.").format(
                name=name, keys=", ".join(needed)
            ),
        )


def _bad(file: str, message: str) -> PlaybookError:
    return PlaybookError("bad_value", message, do=_("See docs/reference/playbooks.md."), file=file)
