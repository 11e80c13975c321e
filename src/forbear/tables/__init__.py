"""Decision tables (DMN): read, check for gaps and clashes, compile to columns, explain. Knows nothing of loans."""

from forbear.tables.checking import Finding, check
from forbear.tables.compilation import CompiledModel
from forbear.tables.definitions import Decision, DecisionTable, HitPolicy, Rule
from forbear.tables.model import Model, parse_dmn, read_dmn, write_dmn
from forbear.tables.rendering import render_markdown, render_text, to_json
from forbear.tables.tracing import CellTrace, RuleTrace, Trace

__all__ = [
    "CellTrace",
    "CompiledModel",
    "Decision",
    "DecisionTable",
    "Finding",
    "HitPolicy",
    "Model",
    "Rule",
    "RuleTrace",
    "Trace",
    "check",
    "parse_dmn",
    "read_dmn",
    "render_markdown",
    "render_text",
    "to_json",
    "write_dmn",
]
