"""The legal orders that are proved, by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reference_gate.disputed import DISPUTED, DISPUTED_MASSACHUSETTS, DISPUTED_REGF
from reference_gate.order import Order
from reference_gate.questions import QUESTIONS
from reference_gate.regf import PROPOSALS as REGF_PROPOSALS
from reference_gate.regf import QUESTIONS as REGF_QUESTIONS
from reference_gate.stories import PROPOSALS

REGF_FROM = date(2021, 11, 30)
REGF_WITH_DUTIES = frozenset({"contact", "message", "validation"})

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
        *(
            Order(
                name=law,
                laws=(law,),
                covers_from=REGF_FROM,
                questions=REGF_QUESTIONS,
                proposals=REGF_PROPOSALS,
                with_duties=REGF_WITH_DUTIES,
                disputed=disputed,
            )
            for law, disputed in (("us.regf", DISPUTED_REGF), ("us.regf+us.ma", DISPUTED_MASSACHUSETTS))
        ),
    )
}
