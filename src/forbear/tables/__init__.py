"""Decision tables (DMN): read, check for gaps and clashes, compile to columns, explain. Knows nothing of loans.

>>> from forbear.columns.dtypes import INT
>>> model = parse_dmn('''<definitions name="fares"><decision id="f" name="fare"><decisionTable hitPolicy="UNIQUE">
...   <input label="age"><inputExpression typeRef="number"><text>age</text></inputExpression></input>
...   <output name="fare" typeRef="number"/>
...   <rule id="child"><inputEntry><text>&lt; 14</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
...   <rule id="adult"><inputEntry><text>[15..60)</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
... </decisionTable></decision></definitions>''')
>>> model.evaluate({"age": 13})
{'fare': 1}
>>> model.closure({"age": INT})({"age": 30})
{'fare': 2, 'fare.rule': 'adult', 'fare.conflict': False}
>>> for finding in check(model, {"age": INT}, never_null=["age"]):
...     print(finding.kind, finding.example, finding.message)
gap {'age': 14} No rule matches where age is 14 or 60 or > 60.
"""

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
