"""A model read from a DMN file, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forbear.columns.dtypes import DType
from forbear.columns.expression import Column
from forbear.tables.compilation import CompiledModel, compile_definitions
from forbear.tables.definitions import Decision, Definitions
from forbear.tables.dmn.reading import parse_definitions, read_definitions
from forbear.tables.dmn.writing import write_definitions
from forbear.tables.evaluation import evaluate_definitions
from forbear.tables.tracing import Trace, trace_decision


@dataclass(frozen=True)
class Model:
    """Decisions and what they require. Made by :func:`read_dmn`."""

    definitions: Definitions

    @property
    def name(self) -> str:
        """The model's name."""
        return self.definitions.name

    @property
    def path(self) -> Path | None:
        """The file it was read from."""
        return self.definitions.path

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """The decisions by name, each after those it requires."""
        return self.definitions.decisions

    @property
    def requirements(self) -> dict[str, tuple[str, ...]]:
        """The decisions that each decision requires."""
        return {name: decision.requires for name, decision in self.decisions.items()}

    def compile(self, schema: Mapping[str, DType], names: Mapping[str, Column] | None = None) -> CompiledModel:
        """The model as column expressions over a schema; see :func:`compile_definitions`."""
        return compile_definitions(self.definitions, schema, names)

    def closure(
        self, schema: Mapping[str, DType], names: Mapping[str, Column] | None = None
    ) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """The model as a function of one row: the same names and values as the columns."""
        return self.compile(schema, names).closure()

    def evaluate(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Every decision's value on plain Python values; see :func:`evaluate_definitions`."""
        return evaluate_definitions(self.definitions, inputs)

    def trace(self, decision: str, row: Mapping[str, Any], names: Mapping[str, Column] | None = None) -> Trace:
        """How a decision is made on a row, rule by rule and cell by cell; see :func:`trace_decision`."""
        return trace_decision(self.definitions, decision, row, names)


def read_dmn(path: str | Path) -> Model:
    """The model in a DMN 1.1 to 1.5 file.

    Raises:
        TableError: the file, a table or a cell cannot be used; ``where`` says which.
    """
    return Model(read_definitions(Path(path)))


def parse_dmn(text: str | bytes) -> Model:
    """The model in DMN text, as :func:`read_dmn`."""
    return Model(parse_definitions(text.encode() if isinstance(text, str) else text))


def write_dmn(model: Model, path: str | Path) -> None:
    """Write the model as DMN 1.3.

    Raises:
        OutputError: ``cannot_write``.
    """
    write_definitions(model.definitions, Path(path))
