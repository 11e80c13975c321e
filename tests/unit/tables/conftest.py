"""Small models, written as DMN text by one function, so that a test shows its table as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

import pytest

from forbear.tables import Model, parse_dmn

DMN_1_3 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table_text(
    name: str,
    policy: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    requires: Sequence[str] = (),
    aggregation: str = "",
) -> str:
    """One decision as DMN text.

    ``inputs`` are "expression" or "expression : type" or "expression : type : allowed values"; ``outputs`` likewise, with
    "= default" at the end if there is one; a rule is its id and its cells.
    """
    lines = [f"<decision id={quoteattr('id_' + name)} name={quoteattr(name)}>"]
    lines += [
        f'<informationRequirement><requiredDecision href="#id_{other}"/></informationRequirement>' for other in requires
    ]
    lines.append(
        f'<decisionTable hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "") + ">"
    )
    lines += [_input_text(clause) for clause in inputs] + [_output_text(clause) for clause in outputs]
    for rule_id, *cells in rules:
        tests = [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[: len(inputs)]]
        values = [f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in cells[len(inputs) :]]
        lines.append(f'<rule id="{rule_id}">' + "".join(tests + values) + "</rule>")
    return "\n".join([*lines, "</decisionTable></decision>"])


def _parts(clause: str) -> list[str]:
    parts = [part.strip() for part in clause.split(" : ")]
    return [*parts, "", ""][:3]


def _input_text(clause: str) -> str:
    expression, type_ref, allowed = _parts(clause)
    values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
    attribute = f' typeRef="{type_ref}"' if type_ref else ""
    return (
        f"<input label={quoteattr(expression)}><inputExpression{attribute}><text>{escape(expression)}</text>"
        f"</inputExpression>{values}</input>"
    )


def _output_text(clause: str) -> str:
    clause, _, default = clause.partition(" = ")
    name, type_ref, allowed = _parts(clause)
    values = f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else ""
    entry = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return (
        f"<output name={quoteattr(name)}"
        + (f' typeRef="{type_ref}"' if type_ref else "")
        + f">{values}{entry}</output>"
    )


def model_text(*decisions: str, inputs: Sequence[str] = ()) -> str:
    """Decisions as one DMN 1.3 text; ``inputs`` are declared input data."""
    data = [f"<inputData id={quoteattr('in_' + name)} name={quoteattr(name)}/>" for name in inputs]
    return f'<definitions xmlns="{DMN_1_3}" id="m" name="a model" namespace="forbear:test">' + "\n".join(
        [*data, *decisions, "</definitions>"]
    )


@pytest.fixture(scope="session")
def write_table() -> Callable[..., str]:
    """The text of one decision table."""
    return table_text


@pytest.fixture(scope="session")
def write_model() -> Callable[..., str]:
    """The text of a model of several decisions."""
    return model_text


@pytest.fixture(scope="session")
def one_table() -> Callable[..., Model]:
    """A model of one table."""

    def make(*arguments: object, **options: object) -> Model:
        return parse_dmn(model_text(table_text(*arguments, **options)))  # type: ignore[arg-type]

    return make
