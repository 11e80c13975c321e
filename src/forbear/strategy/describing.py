"""A playbook as plain data, in one language: for ``playbook show``, for pages, for comparison."""

from __future__ import annotations

from typing import Any

from forbear.kernel.language import in_language
from forbear.strategy.pipeline import names_read
from forbear.strategy.playbook import Playbook
from forbear.tables import Decision, DecisionTable


def describe(playbook: Playbook, language: str = "en") -> dict[str, Any]:
    """Title, figures, trials, value assumptions and every row of every table; ``language`` is ``en``, ``zh`` or ``zh_TW``."""
    shape = playbook.shape
    return {
        "name": playbook.name,
        "version": playbook.version,
        "title": in_language(playbook.title, language),
        "says": in_language(playbook.says, language),
        "version_note": playbook.version_note,
        "valid_from": playbook.valid_from.isoformat(),
        "currency": playbook.currency,
        "hours": {name: vars(hours) for name, hours in (("contact", shape.contact), ("visit", shape.visit))},
        "approval": list(shape.approval),
        "parameters": [
            {**vars(parameter), "by_product_kind": dict(parameter.by_product_kind)}
            for parameter in playbook.parameters.values()
        ],
        "experiments": [{**vars(experiment), "arms": dict(experiment.arms)} for experiment in playbook.experiments],
        "value": vars(shape.value),
        "tables": [_table(playbook, name, language) for name in playbook.models],
    }


def _table(playbook: Playbook, name: str, language: str) -> dict[str, Any]:
    model = playbook.models[name]
    decision: Decision = model.decisions[name]
    table = decision.table
    assert table is not None, "a playbook loads only with tables"
    return {
        "name": name,
        "question": decision.question,
        "file": None if model.path is None else model.path.name,
        "policy": table.policy,
        "needs": sorted(names_read(model) - set(playbook.parameters)),
        "parameters": sorted(names_read(model) & set(playbook.parameters)),
        "inputs": [clause.label for clause in table.inputs],
        "outputs": [output.name for output in table.outputs],
        "rules": [_rule(table, index, language) for index in range(len(table.rules))],
    }


def _rule(table: DecisionTable, index: int, language: str) -> dict[str, Any]:
    rule = table.rules[index]
    return {
        "id": rule.id,
        "tests": [cell.text for cell in rule.tests],
        "values": [cell.text for cell in rule.values],
        "because": in_language({"en": table.note(rule, "because"), "zh": table.note(rule, "because_zh")}, language),
        "cites": table.note(rule, "cites").split(),
    }
