"""An example of what a template says, for somebody who looks at it before it is approved: of nobody, with samples in its places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from forbear.compliance.permit import ActAsked, Held, Recipient
from forbear.dispatch.message.consequences import consequences
from forbear.dispatch.message.places import PLACES
from forbear.dispatch.message.template import CONSEQUENCE, ENVIRONMENT, Template
from forbear.dispatch.message.values import values_of

_NOBODY = UUID(int=0)
_AT = datetime(2026, 11, 18, 2, tzinfo=UTC)


def example_of(template: Template, lender: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body with samples, and with the lender's own words where it has them; consequences are taken for true.

    Raises:
        InputError: ``bad_template`` when it cannot be read.
    """
    named = [consequences()[name] for name in sorted(template.consequences) if name in consequences()]
    wanted = template.places.union(*(each.places for each in named))
    texts = values_of(
        _held(template, lender), template.channel, template.language, _samples("links"), _samples("terms"), wanted
    ).texts
    shown = {name: texts.get(name) or f"〔{name}〕" for name in wanted}
    said = {
        each.name: ENVIRONMENT.from_string(each.texts[template.language]).render(shown)
        for each in named
    }  # fmt: skip
    subject, body = (
        ENVIRONMENT.from_string(text).render({**shown, CONSEQUENCE: said}) for text in (template.subject, template.body)
    )
    return subject, body


def _samples(source: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place in PLACES.values():
        if place.source == source and place.sample not in ("", None):
            found.setdefault(place.reads, place.sample)
    return found


def _held(template: Template, lender: Mapping[str, str]) -> Held:
    act = ActAsked(
        _NOBODY, "", "", template.channel, template.purpose, "", template.code, "", "", "lender", "", _AT, _AT, ""
    )
    facts = {
        "currency": "CNY",
        "product_kind": "instalment",
        "overdue_principal_cents": 120_000,
        "overdue_penalty_cents": 3_456,
    }
    return Held(
        act,
        Recipient("", str(PLACES["borrower_name"].sample), template.language, ""),
        facts | _samples("facts"),
        {**_samples("lender"), **{name: text for name, text in lender.items() if text}},
        _AT,
        "Asia/Shanghai",
        0,
    )
