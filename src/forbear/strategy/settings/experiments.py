"""Trials: who is drawn into which arm, by a keyed hash of the person, and with what probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from forbear.columns.dtypes import TEXT
from forbear.columns.expression import Column, all_of, case, cast, column, concat, literal, multiply, uniform, when
from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _
from forbear.strategy.codes import NOTHING, PROPENSITY

MILLION = 1_000_000


@dataclass(frozen=True)
class Experiment:
    """A trial. ``arms`` are shares in parts per million, in the order of their bands; they add up to a million.

    ``ends_in`` is the arm whose people take part in no later trial of the list (they are not contacted).
    """

    id: str
    says: str
    salt: str
    arms: Mapping[str, int]
    ends_in: str | None = None
    says_zh: str = ""

    def arm(self, is_eligible: Column) -> Column:
        """The person's arm: the same on every day and for every loan; ``none`` for who is not eligible."""
        drawn = uniform(column("person_id", TEXT), self.salt)
        branches: list[tuple[Column, str]] = []
        upper = 0
        for name, share in self.arms.items():
            upper += share
            branches.append((all_of(is_eligible, drawn < upper), name))
        return case(branches, NOTHING)

    def probability(self, arm: Column) -> Column:
        """The probability with which that arm was drawn; 1 for ``none``."""
        shares = [(arm == name, cast(literal(share), PROPENSITY)) for name, share in self._shares().items()]
        return case(shares, cast(literal(1), PROPENSITY))

    def _shares(self) -> Mapping[str, Decimal]:
        return {name: Decimal(share).scaleb(-6) for name, share in self.arms.items()}


def arm_columns(experiments: Sequence[Experiment], eligible: Mapping[str, Column]) -> dict[str, Column]:
    """``<id>_arm`` for every trial; one that ended a person's trials leaves the later ones at ``none``."""
    columns: dict[str, Column] = {}
    ended: list[Column] = []
    for experiment in experiments:
        is_eligible = all_of(eligible[experiment.id].is_true(), *(~past for past in ended))
        arm = experiment.arm(is_eligible)
        columns[f"{experiment.id}_arm"] = arm
        if experiment.ends_in is not None:
            ended.append(arm == experiment.ends_in)
    return columns


def arm_text(experiments: Sequence[Experiment], counts: Column) -> Column:
    """``holdout=contact;first_channel=sms;`` for the trials that the loan takes part in; ``none`` where none counts."""
    parts = []
    for experiment in experiments:
        arm = column(f"{experiment.id}_arm", TEXT)
        parts.append(when(arm != NOTHING, concat(f"{experiment.id}=", arm, ";"), ""))
    if not parts:
        return literal(NOTHING)
    text = concat(*parts)
    return when(all_of(counts, text != ""), text, NOTHING)


def propensity(experiments: Sequence[Experiment], counts: Column) -> Column:
    """The product of the arms' probabilities, to six places (half up); 1 where no trial counts."""
    product = cast(literal(1), PROPENSITY)
    for experiment in experiments:
        product = multiply(product, experiment.probability(column(f"{experiment.id}_arm", TEXT)), PROPENSITY)
    return when(counts, product, cast(literal(1), PROPENSITY))


def read_experiment(name: str, given: object, file: str) -> Experiment:
    """One entry of ``experiments`` in a playbook's settings.

    Raises:
        PlaybookError: ``bad_experiment``.
    """
    if not isinstance(given, dict) or not {"says", "salt", "arms"} <= set(given) <= {
        "says",
        "says_zh",
        "salt",
        "arms",
        "ends_in",
    }:
        raise _bad(name, file, _("A trial has says, salt and arms, and may have says_zh and ends_in."))
    arms = given["arms"]
    whole = isinstance(arms, dict) and all(type(share) is int and share > 0 for share in arms.values())
    if not whole or sum(arms.values()) != MILLION:
        raise _bad(name, file, _("The shares of the arms are whole parts per million and add up to 1000000."))
    if NOTHING in arms or given.get("ends_in") not in (None, *arms):
        raise _bad(name, file, _("ends_in names one of the arms, and no arm is called none."))
    return Experiment(
        name, str(given["says"]), str(given["salt"]), dict(arms), given.get("ends_in"), str(given.get("says_zh", ""))
    )


def _bad(name: str, file: str, message: str) -> PlaybookError:
    return PlaybookError(
        "bad_experiment", message, do=_("See docs/reference/playbooks.md."), file=file, experiment=name
    )
