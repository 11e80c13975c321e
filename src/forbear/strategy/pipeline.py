"""How the tables of a playbook follow one another: the same steps for millions of rows and for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forbear.book.fact_definitions import FACTS
from forbear.columns.closure import compile_row
from forbear.columns.dtypes import TEXT, DType
from forbear.columns.expression import Column, all_of, any_of, case, coalesce, column, literal, null, references, when
from forbear.columns.relation import Relation
from forbear.strategy.codes import ACT, NOTHING
from forbear.strategy.inputs import DERIVED, DERIVED_TYPES, KEPT, READABLE
from forbear.strategy.settings.experiments import Experiment, arm_columns, arm_text, propensity
from forbear.strategy.settings.parameters import Parameter
from forbear.tables import CompiledModel, Model
from forbear.tables.feel.tree import names_in

ORDER = ("stage", "remote_exhausted", "relief", "trial", "leave_alone", "visit", "referral", "treatment")
"""The tables of a playbook in the order in which they are asked. Each may read the answers of those before it."""

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "stage": ("stage",),
    "remote_exhausted": ("remote_exhausted",),
    "relief": ("relief_path", "relief_offer", "relief_reason"),
    "trial": (),
    "leave_alone": ("leave_alone",),
    "visit": ("visit_candidate", "visit_reason"),
    "referral": ("referral_referral", "referral_reason"),
    "treatment": (
        "treatment_treatment",
        "treatment_channel_1",
        "treatment_channel_2",
        "treatment_channel_3",
        "treatment_template",
        "treatment_purpose",
        "treatment_reason",
    ),
}
"""The answers that each table must give; ``trial`` gives one yes or no per experiment, ``trial_<id>``."""

OPTIONAL = ("remote_exhausted", "trial", "referral")


def answer_name(decision: str, output_column: str, output: str) -> str:
    """The name of a table's answer among the columns: ``relief.path`` is ``relief_path``."""
    if decision == "trial" and output_column == decision:
        return f"trial_{output}"
    return output_column.replace(".", "_")


@dataclass(frozen=True)
class TableStep:
    """One table: its columns by answer name, and their names in the compiled model."""

    decision: str
    compiled: CompiledModel
    names: Mapping[str, str]

    def apply(self, rows: Relation) -> Relation:
        """The rows with the table's answers."""
        result = self.compiled.apply(rows)
        kept = {name: result[name] for name in rows.schema}
        return result.select(**kept, **{new: result[old] for old, new in self.names.items()})

    def columns(self) -> dict[str, Column]:
        """The same as expressions over the columns before it."""
        return {new: self.compiled.columns[old] for old, new in self.names.items()}


@dataclass(frozen=True)
class DerivedStep:
    """Columns computed between tables."""

    made: Mapping[str, Column]

    def apply(self, rows: Relation) -> Relation:
        """The rows with the columns."""
        return rows.derive(**self.made)

    def columns(self) -> dict[str, Column]:
        """The columns."""
        return dict(self.made)


Step = TableStep | DerivedStep


@dataclass(frozen=True)
class Pipeline:
    """The steps, the columns that they start from, and what remains at the end."""

    start: Mapping[str, Column]
    steps: Sequence[Step]
    kept: Sequence[str]

    def run(self, facts: Relation) -> Relation:
        """Every row through every step."""
        rows = facts.select(**self.start)
        for step in self.steps:
            rows = step.apply(rows)
        return rows.select(*self.kept)

    def run_row(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """One row through every step, with all that was computed on the way."""
        row: dict[str, Any] = {}
        for function in self._functions:
            row |= function(row or facts)
        return row

    @cached_property
    def _functions(self) -> list[Callable[[Mapping[str, Any]], dict[str, Any]]]:
        return [compile_row(self.start), *(compile_row(step.columns()) for step in self.steps)]


def build_pipeline(
    models: Mapping[str, Model], parameters: Mapping[str, Parameter], experiments: Sequence[Experiment]
) -> Pipeline:
    """The pipeline of a playbook's tables.

    Raises:
        TableError: a cell names something unknown, or compares things of different types.
    """
    names = {name: parameter.column() for name, parameter in parameters.items()}
    start = _start_columns(models)
    schema: dict[str, DType] = {name: value.dtype for name, value in start.items()}
    steps: list[Step] = []
    for decision in ORDER:
        step: Step
        if decision in models:
            step = table_step(models[decision], decision, schema, names)
            steps.append(step)
            schema |= {name: value.dtype for name, value in step.columns().items()}
        made = _after(decision, decision in models, experiments)
        if made:
            steps.append(DerivedStep(made))
            schema |= {name: value.dtype for name, value in made.items()}
    steps.append(DerivedStep(_outcome(experiments)))
    return Pipeline(start, tuple(steps), _kept())


def table_step(model: Model, decision: str, schema: Mapping[str, DType], names: Mapping[str, Column]) -> TableStep:
    """One table compiled over the columns before it."""
    compiled = model.compile(schema, names)
    outputs = {value: key for key, value in model.decisions[decision].output_columns().items()}
    table = model.decisions[decision].table
    single = table.outputs[0].name if table is not None else ""
    renamed = {
        old: answer_name(decision, old, outputs.get(old) or single)
        for old in compiled.columns
        if not old.endswith(".conflict")
    }
    return TableStep(decision, compiled, renamed)


def _start_columns(models: Mapping[str, Model]) -> dict[str, Column]:
    read = {name for model in models.values() for name in names_read(model)}
    facts = [name for name in READABLE if name in read or name in KEPT]
    start = {name: column(name, FACTS[name].dtype) for name in (*KEPT, *facts)}
    start["days_past_due"] = column("days_past_due", FACTS["days_past_due"].dtype)
    return start | {name: make() for name, make in DERIVED.items() if name in read}


def names_read(model: Model) -> set[str]:
    """The names that the inputs and the cells of a model's tables read: facts, parameters, earlier answers."""
    found: set[str] = set()
    for decision in model.decisions.values():
        table = decision.table
        if table is None:
            continue
        trees = [clause.expression.value for clause in table.inputs]
        trees += [cell.value for rule in table.rules for cell in rule.values]
        found |= {str(name) for tree in trees if tree is not None for name in names_in(tree)}
        found |= {str(name) for rule in table.rules for cell in rule.tests for name in names_in(cell.test)}
    return found


def facts_needed(pipeline: Pipeline) -> set[str]:
    """The facts that the pipeline reads."""
    return set().union(*(references(value) for value in pipeline.start.values()))


def _after(decision: str, is_present: bool, experiments: Sequence[Experiment]) -> dict[str, Column]:
    """What is computed right after a table, or in its stead when the playbook has none."""
    if decision == "trial" and experiments:
        free = column("relief_path", TEXT) == NOTHING
        eligible = {e.id: all_of(column(f"trial_{e.id}", DERIVED_TYPES["is_placed"]), free) for e in experiments}
        return arm_columns(experiments, eligible)
    if decision == "referral" and not is_present:
        return {
            "referral_referral": literal(NOTHING),
            "referral_reason": literal("stays_in_house"),
            "referral_rule": null(TEXT),
        }
    return {}


def _outcome(experiments: Sequence[Experiment]) -> dict[str, Column]:
    """Exactly one outcome: left alone with a reason, or treated; and beside a treatment a visit or a referral."""
    held = (column("leave_alone", TEXT) != ACT).is_true()
    treated = column("treatment_treatment", TEXT).is_known()
    left = any_of(held, ~treated)
    no_relief = coalesce(column("relief_path", TEXT) == NOTHING, True)
    is_overdue = (column("days_past_due", FACTS["days_past_due"].dtype) > 0).is_true()
    may_press = all_of(~left, no_relief, is_overdue)
    ends = [experiment.ends_in for experiment in experiments if experiment.ends_in is not None]
    counts = all_of(treated, no_relief, coalesce(column("leave_alone", TEXT).isin((ACT, *ends)), True))
    return {
        "is_left_alone": left,
        "leave_alone_reason": case([(held, column("leave_alone", TEXT)), (left, "no_treatment_row")], null(TEXT)),
        "is_visit_candidate": all_of(may_press, column("visit_candidate", DERIVED_TYPES["is_placed"]).is_true()),
        "referral": when(may_press, coalesce(column("referral_referral", TEXT), NOTHING), NOTHING),
        "arm": arm_text(experiments, counts),
        "propensity": propensity(experiments, counts),
    }


def _kept() -> tuple[str, ...]:
    answers = [answer for decision in ORDER for answer in ANSWERS[decision]]
    rules = [f"{decision}_rule" for decision in ("stage", "relief", "leave_alone", "visit", "referral", "treatment")]
    outcome = ["is_left_alone", "leave_alone_reason", "is_visit_candidate", "referral", "arm", "propensity"]
    without = {"remote_exhausted", "referral_referral", "visit_candidate", "leave_alone"}
    return tuple(name for name in (*KEPT, *answers, *rules, *outcome) if name not in without)
