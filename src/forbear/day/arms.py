"""How large the arms of a day's trials are: loans and people drawn into each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import count, count_distinct
from forbear.strategy.codes import NOTHING


def arm_sizes(folder: Path) -> list[dict[str, Any]]:
    """Of a run's ``proposals.parquet``: people, loans and proposals by arm and propensity; what no trial concerns is left out.

    ``arm`` is as the proposals have it, as ``holdout=contact;first_channel=sms;``.
    """
    engine = DuckDBEngine()
    try:
        rows = engine.open_parquet("arms_proposals", [folder / "proposals.parquet"])
        drawn = rows.keep((rows["arm"] != NOTHING).is_true())
        grouped = drawn.group(
            "arm",
            "propensity",
            people=count_distinct(drawn["person_id"]),
            loans=count_distinct(drawn["loan_id"]),
            proposals=count(),
        )
        found: list[dict[str, Any]] = engine.fetch(grouped, ("arm",)).to_pylist()
    finally:
        engine.close()
    return [{**row, "propensity": str(row["propensity"])} for row in found]
