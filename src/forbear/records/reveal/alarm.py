"""How many values somebody opened whole on a day, and the alarm at the law pack's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from forbear.compliance import Gate, load_gate
from forbear.kernel.clock import Clock
from forbear.kernel.ids import digest_text
from forbear.records import audit, events
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import AuditEntry
from forbear.records.reveal.fields import DATA_KINDS, Asking, Shown
from forbear.records.scope import Scope, acting

_COUNTED = "records_exported_count"


def counts_of(shown: Iterable[Shown]) -> dict[str, int]:
    """How many values were opened whole, by kind of information."""
    found: dict[str, int] = {}
    for each in shown:
        if not each.is_masked:
            found[DATA_KINDS[each.kind]] = found.get(DATA_KINDS[each.kind], 0) + 1
    return found


def raise_alarm(scope: Scope, asking: Asking, counts: Mapping[str, int], clock: Clock) -> tuple[str, ...]:
    """The law's rules that these openings, with those of the day before them, run into; the first of a kind and day is told."""
    found: list[str] = []
    lender, key = lender_settings(scope.tenant), day_key(scope, clock)
    for kind, count in counts.items():
        with acting(Scope(scope.tenant, scope.actor)):  # what was opened counts, whether or not it can still be seen
            opened = AuditEntry.objects.filter(tenant_id=scope.tenant, subject_kind="opening", subject_id=key)
            total = count + sum(each.get(kind, 0) for each in opened.values_list("payload__opened", flat=True) if each)
            rules = _rules_against(lender, lender.date_of(clock.now()), kind, total, bool(asking.ticket))
            found += rules
            told_before = AuditEntry.objects.filter(
                tenant_id=scope.tenant, subject_kind="bulk_alarm", subject_id=f"{key}/{kind}"
            )
            if rules and not told_before.exists():
                told = {"kind": kind, "count": total, "rules": rules, "actor": scope.actor, "purpose": asking.purpose}
                audit.record(audit.Entry("personal_data.bulk_alarm", "bulk_alarm", f"{key}/{kind}", "", told))
                events.emit("personal_data.bulk_alarm", "", told)
    return tuple(found)


def _rules_against(lender: LenderSettings, day: date, kind: str, count: int, has_ticket: bool) -> list[str]:
    gate = _gate(lender.law, lender.profile, day)
    row = {"data_act": "export", "data_kind": kind, _COUNTED: count, "has_export_ticket": has_ticket}
    return [rule.id for rule in gate.fired_rows(row) if _COUNTED in rule.reads]


@lru_cache(maxsize=4)
def _gate(law: str, profile: str, day: date) -> Gate:
    return load_gate(law, day, profile, ("personal_information",))


def day_key(scope: Scope, clock: Clock) -> str:
    """Whose openings, and of which day: how they are found and counted again."""
    return f"{digest_text(scope.actor)[:24]}/{lender_settings(scope.tenant).date_of(clock.now())}"
