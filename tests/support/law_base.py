"""The documented base facts as a row for a gate: what every law case starts from."""

from __future__ import annotations


def base_row(gate) -> dict[str, object]:
    """Every fact that the gate reads at its base value."""
    return {name: need.base for name, need in gate.needs.items()}
