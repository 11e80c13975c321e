"""From one decision a loan to one row a wanted act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.columns.dtypes import BOOL, TEXT
from forbear.columns.expression import Column, Operand, all_of, as_column, case, column, literal, null, when
from forbear.strategy.codes import (
    ALWAYS_APPROVED,
    CHANNEL_TREATMENTS,
    LEAVE_ALONE,
    NOTHING,
    PROPENSITY,
    PROPOSAL_SCHEMA,
    REFERRAL_CHANNELS,
    REFERRAL_PRICES,
    VISIT,
)
from forbear.strategy.settings.value import ValueAssumptions

VISIT_TEMPLATE = "visit_appointment"
"""A visit is announced on its own, with time, place and reason (A4, F11, P9, W6)."""


@dataclass(frozen=True)
class Hours:
    """The minutes of a local day between which an act is wanted."""

    earliest_minute: int
    latest_minute: int


@dataclass(frozen=True)
class Branch:
    """The rows for which a kind of proposal is made, and its columns."""

    condition: Column
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class ProposalShape:
    """What turns decisions into proposals: wanted hours, approvals, and the value formula."""

    contact: Hours
    visit: Hours
    approval: tuple[str, ...]
    value: ValueAssumptions

    def branches(self) -> list[Branch]:
        """Left alone, first, second and third channel, visit, referral: each a selection of the decided rows."""
        return [
            self._left_alone(),
            *(self._contact(preference) for preference in (1, 2, 3)),
            self._visit(),
            self._referral(),
        ]

    def _left_alone(self) -> Branch:
        return Branch(
            _flag("is_left_alone"),
            self._row(
                kind=NOTHING,
                treatment=LEAVE_ALONE,
                channel=NOTHING,
                purpose=NOTHING,
                reason=_text("leave_alone_reason"),
                value_cents=0,
                treatment_rule=null(TEXT),
            ),
        )

    def _contact(self, preference: int) -> Branch:
        treatment, channel = _text("treatment_treatment"), _text(f"treatment_channel_{preference}")
        offer = _text("relief_offer")
        return Branch(
            all_of(~_flag("is_left_alone"), channel.is_known(), channel != NOTHING),
            self._row(
                preference=preference,
                kind="contact",
                treatment=_on_channel(treatment, channel),
                channel=channel,
                template=_text("treatment_template"),
                purpose=_text("treatment_purpose"),
                offer=when(offer != NOTHING, offer),
                reason=_text("treatment_reason"),
                needs_approval=treatment.isin(self.approval) if self.approval else False,
                value_cents=self.value.column(_text("stage"), channel),
            ),
        )

    def _visit(self) -> Branch:
        return Branch(
            _flag("is_visit_candidate"),
            self._row(
                kind="visit",
                treatment=VISIT,
                channel="visit",
                template=VISIT_TEMPLATE,
                purpose="collection",
                reason=_text("visit_reason"),
                earliest_minute=self.visit.earliest_minute,
                latest_minute=self.visit.latest_minute,
                needs_approval=True,
                value_cents=self.value.column(_text("stage"), literal("visit")),
            ),
        )

    def _referral(self) -> Branch:
        referral = _text("referral")
        price = case([(referral == code, key) for code, key in REFERRAL_PRICES.items()], NOTHING)
        return Branch(
            referral != NOTHING,
            self._row(
                kind=NOTHING,
                treatment=referral,
                channel=case([(referral == code, name) for code, name in REFERRAL_CHANNELS.items()], NOTHING),
                purpose="collection",
                reason=_text("referral_reason"),
                needs_approval=True,
                value_cents=self.value.column(_text("stage"), price),
                treatment_rule=_text("referral_rule"),
            ),
        )

    def _row(self, **own: Operand) -> dict[str, Column]:
        plain: dict[str, Operand] = {
            "loan_id": _text("loan_id"),
            "person_id": _text("person_id"),
            "preference": 1,
            "template": null(TEXT),
            "offer": null(TEXT),
            "stage": _text("stage"),
            "earliest_minute": self.contact.earliest_minute,
            "latest_minute": self.contact.latest_minute,
            "needs_approval": False,
            "arm": _text("arm"),
            "propensity": column("propensity", PROPENSITY),
            **{name: _text(name) for name in PROPOSAL_SCHEMA if name.endswith("_rule")},
        }
        values = {**plain, **own}
        return {name: as_column(values[name]) for name in PROPOSAL_SCHEMA}


def all_approved(given: tuple[str, ...]) -> tuple[str, ...]:
    """The treatments that need approval: what the playbook names and what always does."""
    return tuple(dict.fromkeys((*ALWAYS_APPROVED, *given)))


def _on_channel(treatment: Column, channel: Column) -> Column:
    """A call that falls back on a letter is a letter; an offer stays an offer by whatever channel it comes."""
    is_plain = treatment.isin(tuple(CHANNEL_TREATMENTS.values()))
    return case([(is_plain & (channel == name), own) for name, own in CHANNEL_TREATMENTS.items()], treatment)


def _text(name: str) -> Column:
    return column(name, TEXT)


def _flag(name: str) -> Column:
    return column(name, BOOL)
