"""Personal data opened for somebody's eyes: through here only. Masked by role, written down, and counted.

What a person of a role needs whole is a policy of the house; whoever may not see a field whole sees enough to recognise it.
Every opening leaves an entry: who, which fields of whom, what for. Names, births, numbers and addresses that were opened whole,
on a screen or in a file, are counted by person who opened them and day; words only in a file, as reading them is what
case work is. Where the law pack's number is reached without a ticket there is an alarm, and a file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forbear.kernel import masking
from forbear.kernel.clock import Clock
from forbear.records import audit
from forbear.records.models import Person
from forbear.records.reveal.alarm import counts_of, day_key, raise_alarm
from forbear.records.reveal.fields import WORDS, Asking, Shown, check_asking, open_fields, person_of
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer


@dataclass(frozen=True)
class Export:
    """A file's values by person; empty, with the rules that refused it, where so many need a ticket."""

    people: Mapping[str, Sequence[Shown]] = field(default_factory=dict)
    refused_by: tuple[str, ...] = ()


def reveal(scope: Scope, asking: Asking, person_id: str, fields: Sequence[str], clock: Clock) -> list[Shown]:
    """Open fields of one person for a screen or an answer of the API.

    Raises:
        InputError: ``unknown_field``, ``unknown_role``, ``unknown_purpose``, ``unknown_person``.
    """
    check_asking(asking, fields)
    with acting(scope):
        person = person_of(scope.tenant, person_id)
        shown = list(open_fields(scope.tenant, asking, person, fields))
        counts = counts_of(each for each in shown if each.field not in WORDS)
        _write(scope, person_id, asking, fields, counts, clock)
        raise_alarm(scope, asking, counts, clock)
        return shown


def export(scope: Scope, asking: Asking, person_ids: Sequence[str], fields: Sequence[str], clock: Clock) -> Export:
    """Open fields of many people for a file, all or none. A refusal is an answer with its rules, and an alarm.

    Raises:
        InputError: as :func:`reveal`.
        LawError, UsageError: the tenant's law cannot be read.
    """
    check_asking(asking, fields)
    with acting(scope):
        opened = {
            each: list(open_fields(scope.tenant, asking, person_of(scope.tenant, each), fields))
            for each in sorted(set(person_ids))
        }
        counts = counts_of(value for values in opened.values() for value in values)
        rules = raise_alarm(scope, asking, counts, clock)
        if rules:
            told = {"fields": list(fields), "counts": counts, "purpose": asking.purpose, "rules": list(rules)}
            audit.record(audit.Entry("personal_data.export_refused", "export", day_key(scope, clock), "", told))
            return Export(refused_by=rules)
        for person_id, values in opened.items():
            _write(scope, person_id, asking, fields, counts_of(values), clock)
        return Export(opened)


def glimpse(tenant: str, person_ids: Sequence[str]) -> dict[str, str]:
    """The masked names of people, for a list; in the scope of this transaction. Too little to tell who it is, so not written down."""
    box = sealer(tenant)
    found = Person.objects.filter(tenant_id=tenant, person_id__in=person_ids).values_list("person_id", "name_sealed")
    return {person_id: masking.mask_name(box.open("name", name) or "") for person_id, name in found}


def _write(
    scope: Scope, person_id: str, asking: Asking, fields: Sequence[str], counts: Mapping[str, int], clock: Clock
) -> None:
    told = {"fields": list(fields), "role": asking.role, "purpose": asking.purpose, "opened": dict(counts)}
    if asking.ticket:
        told["ticket"] = asking.ticket
    audit.record(audit.Entry("personal_data.revealed", "opening", day_key(scope, clock), person_id, told))
