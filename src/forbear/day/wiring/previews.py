"""What a message would say, were it sent at this minute: made and judged as the one way out does it, and written nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forbear.compliance.permit import Refusal
from forbear.day.wiring.composer import composer_of
from forbear.dispatch import Composed
from forbear.dispatch.send import decide
from forbear.kernel.clock import Clock
from forbear.records.desk.asking import law_of_lender
from forbear.records.desk.messages import Wanted, held_as_wanted
from forbear.records.lender import LenderSettings
from forbear.records.models import Person
from forbear.records.scope import Scope, acting


@dataclass(frozen=True)
class Preview:
    """A message that somebody could want: its words as of now, or why it would not be sent."""

    wanted: Wanted
    composed: Composed | None
    refusal: Refusal | None


def previews(
    scope: Scope, person: Person, wanted: Sequence[tuple[Wanted, str]], lender: LenderSettings, clock: Clock
) -> list[Preview]:
    """Each wanted message with its purpose, in that order; over one fresh row of facts.

    Raises:
        LawError, UsageError: the tenant's law cannot be read.
    """
    now = clock.now()
    with acting(Scope(scope.tenant, scope.actor)):  # what others did counts, whether or not the reader may see it
        held = held_as_wanted(scope, person, wanted, lender, now)
        gate, composer = law_of_lender(lender, now).message, composer_of(scope.tenant, clock)
        decided = [each if isinstance(each, Refusal) else decide(each, composer, gate) for each in held]
    return [
        Preview(each, None, found) if isinstance(found, Refusal) else Preview(each, found[0], None)
        for (each, _purpose), found in zip(wanted, decided, strict=True)
    ]
