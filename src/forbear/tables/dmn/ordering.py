"""The order in which decisions are made: each after those it requires."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.definitions import Decision


def order_decisions(decisions: Sequence[Decision], path: Path | None) -> dict[str, Decision]:
    """The decisions by name, each after those it requires, otherwise as in the file.

    Raises:
        TableError: ``duplicate_decision``, ``requirement_cycle``.
    """
    by_name: dict[str, Decision] = {}
    for decision in decisions:
        if decision.name in by_name or not decision.name:
            problem = _("Two decisions have this name.") if decision.name else _("A decision has no name.")
            raise TableError(
                "duplicate_decision", problem, file=path, table=decision.name, do=_("Give each decision its own name.")
            )
        by_name[decision.name] = decision
    sorter = TopologicalSorter({name: decision.requires for name, decision in by_name.items()})
    try:
        return {name: by_name[name] for name in sorter.static_order()}
    except CycleError as error:
        round_trip = " → ".join(reversed(error.args[1]))
        raise TableError(
            "requirement_cycle",
            _("The decisions require one another in a circle: {round_trip}.").format(round_trip=round_trip),
            file=path,
            table=error.args[1][0],
            do=_("Remove one of the requirements."),
        ) from None
