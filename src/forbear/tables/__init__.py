"""Decision tables (DMN): read, check for gaps and clashes, compile to columns, explain. Knows nothing of loans."""

from forbear.tables.compilation import CompiledModel
from forbear.tables.definitions import Decision, DecisionTable, Rule
from forbear.tables.model import Model, parse_dmn, read_dmn

__all__ = ["CompiledModel", "Decision", "DecisionTable", "Model", "Rule", "parse_dmn", "read_dmn"]
