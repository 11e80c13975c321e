"""A playbook: what a lender would like to do about each loan, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from forbear.columns.closure import compile_row
from forbear.columns.dtypes import BOOL, INT
from forbear.columns.expression import Column, all_of, any_of, coalesce, column
from forbear.columns.relation import Relation
from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _
from forbear.kernel.language import in_language
from forbear.strategy.catalogue import reason_text
from forbear.strategy.pipeline import Pipeline, TableStep, build_pipeline, facts_needed
from forbear.strategy.proposals import ProposalShape
from forbear.strategy.settings.experiments import Experiment
from forbear.strategy.settings.parameters import Parameter
from forbear.tables import Model, Trace

Texts = Mapping[str, str]
RowFunction = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Playbook:
    """Tables, figures, trials and value assumptions, read from a folder by :func:`load_playbook`.

    ``version`` is a digest of the folder's files: the same version always proposes the same on the same facts.
    """

    name: str
    title: Texts
    says: Texts
    version_note: str
    valid_from: date
    currency: str
    version: str
    folder: Path
    models: Mapping[str, Model]
    parameters: Mapping[str, Parameter]
    experiments: Sequence[Experiment]
    shape: ProposalShape
    own_reasons: Mapping[str, Texts] = field(default_factory=dict)

    def reason_text(self, code: str, language: str = "en") -> str:
        """The sentence for a reason code: the playbook's own, else the one of the package.

        Raises:
            PlaybookError: ``unknown_reason``.
        """
        own = self.own_reasons.get(code, {})
        return in_language(own, language) if own else reason_text(code, language)

    @cached_property
    def pipeline(self) -> Pipeline:
        """The tables as steps on columns."""
        return build_pipeline(self.models, self.parameters, self.experiments)

    def concerns(self) -> Column:
        """Which rows of the facts the playbook speaks of: open loans that are overdue, or due within its days."""
        overdue = column("days_past_due", INT) > 0
        if "pre_due_days" in self.parameters:
            soon = column("days_to_next_due", INT).between(0, self.parameters["pre_due_days"].column())
            overdue = any_of(overdue, soon)
        return coalesce(all_of(column("is_open", BOOL), overdue), False)

    def decide(self, facts: Relation) -> Relation:
        """One row a loan: stage, relief, whether it is left alone, treatment and channels, visit, referral, and each rule.

        Raises:
            PlaybookError: ``facts_missing``.
        """
        needed = facts_needed(self.pipeline) | {"is_open", "days_to_next_due"}
        missing = sorted(needed - set(facts.schema))
        if missing:
            raise PlaybookError(
                "facts_missing", _("The facts lack {names}.").format(names=", ".join(missing)), playbook=self.name
            )
        return self.pipeline.run(facts.keep(self.concerns()))

    def proposals(self, decided: Relation) -> Relation:
        """One row a loan and wanted act, of ``PROPOSAL_SCHEMA``. Keep ``decided`` on the engine first if it is large."""
        parts = [decided.keep(branch.condition).select(**branch.columns) for branch in self.shape.branches()]
        return parts[0].union(*parts[1:])

    def propose(self, facts: Relation) -> Relation:
        """The proposals for a day's facts."""
        return self.proposals(self.decide(facts))

    def decide_row(self, facts: Mapping[str, Any]) -> dict[str, Any] | None:
        """What is decided for one loan, with every column computed on the way; None if the loan is of no concern."""
        if not self._concerns_row(facts)["concerns"]:
            return None
        return self.pipeline.run_row(facts)

    def propose_row(self, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The proposals for one loan: the same as :meth:`propose` gives for it."""
        decided = self.decide_row(facts)
        if decided is None:
            return []
        return [make(decided) for is_made, make in self._branches_row if is_made(decided)["is_made"]]

    @cached_property
    def _concerns_row(self) -> RowFunction:
        return compile_row({"concerns": self.concerns()})

    @cached_property
    def _branches_row(self) -> list[tuple[RowFunction, RowFunction]]:
        return [
            (compile_row({"is_made": branch.condition}), compile_row(branch.columns))
            for branch in self.shape.branches()
        ]

    def trace(self, facts: Mapping[str, Any]) -> dict[str, Trace]:
        """For one loan, by table in order: every rule, whether it fired, and per cell its text, the value and whether it holds.

        A loan of no concern gives an empty dict. Parameters have the value for the loan's product.
        """
        decided = self.decide_row(facts)
        if decided is None:
            return {}
        names = {name: parameter.column() for name, parameter in self.parameters.items()}
        return {
            step.decision: self.models[step.decision].trace(step.decision, decided, names)
            for step in self.pipeline.steps
            if isinstance(step, TableStep)
        }
