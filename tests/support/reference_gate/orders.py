"""The legal orders that are proved, by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reference_gate.disputed import DISPUTED
from reference_gate.order import Order
from reference_gate.questions import QUESTIONS
from reference_gate.stories import PROPOSALS

ORDERS: Mapping[str, Order] = {
    order.name: order
    for order in (
        Order(
            name="cn",
            laws=("cn+house", "cn"),
            covers_from=date(2021, 11, 1),
            questions=QUESTIONS,
            proposals=PROPOSALS,
            with_duties=frozenset({"contact", "retention"}),
            disputed=DISPUTED,
        ),
    )
}
