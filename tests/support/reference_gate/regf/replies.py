"""The one answer to what a person began himself (comments 6(b)(1)-2 and 6(b)(2)-1, 14(h)(2)(ii))."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.law import Law

Facts = Mapping[str, Any]


def is_answered_once(facts: Facts, law: Law, through_any_medium: bool = False) -> bool:
    """Whether this is the first answer to the person's own message, through the medium that the person used."""
    return bool(
        facts["is_reply_to_message"]
        and facts["replies_used_count"] < law.number("us.regf.contacts.one_reply_max")
        and (through_any_medium or facts["is_reply_in_same_medium"])
    )
