"""What the names in a case mean: facts by their own name or their name in cases, lists of members, dates, and a few words
that become several facts."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from forbear.compliance.cases.history import whole_units
from forbear.compliance.cases.reading import LawCase
from forbear.compliance.needs import FactNeed

SPECIAL: Mapping[str, str] = {
    "contact_point.id": "Id of the number or address that would be used: contacts on another one do not count against it.",
    "loan.id": "Id of the debt that the proposal is about: contacts about another debt do not count against it.",
    "contact.ends_at": "When the contact is planned to end; gives contact.planned_minutes.",
    "debtor.candidate_time_zones": "Every zone where the person may be, the likeliest first: the time must be lawful in all.",
    "request.received_on": "When a complaint, dispute or request came in; gives the deadline.",
    "request.answered_on": "When it was answered, if it was.",
    "day": "The day that is asked about, where the act asks about a day.",
}
"""Names in a case that are no facts themselves."""
SHORT = {"point": "contact_point.id", "debt": "loan.id", "recipient_role": "recipient"}


@dataclass(frozen=True)
class Vocabulary:
    """The names that cases of a law may use."""

    needs: Mapping[str, FactNeed]

    @cached_property
    def by_case_name(self) -> dict[str, list[FactNeed]]:
        """The facts of each name in cases."""
        found: dict[str, list[FactNeed]] = {}
        for need in self.needs.values():
            found.setdefault(need.case, []).append(need)
        return found

    @cached_property
    def by_date(self) -> dict[str, list[FactNeed]]:
        """The facts that a date may be given for, by the date's name."""
        found: dict[str, list[FactNeed]] = {}
        for need in self.needs.values():
            if need.since is not None:
                found.setdefault(need.since.date_name, []).append(need)
        return found

    def facts_of(self, case: LawCase, name: str, value: Any, on: date) -> dict[str, Any]:
        """The facts that one line of a case gives.

        Raises:
            LawError: ``bad_case``: the name is unknown, or the value is of another type.
        """
        if name in self.needs:
            return {name: self._value(case, self.needs[name], name, value)}
        if name in self.by_case_name:
            return self._listed(case, name, value)
        if name in self.by_date:
            then = _date(case, name, value)
            return {
                need.name: whole_units(then, on, need.since.unit) if then and need.since else None
                for need in self.by_date[name]
            }
        known = [*self.needs, *self.by_case_name, *self.by_date, *SPECIAL]
        ends = [each for each in known if each.endswith(f".{name}")]
        if len(set(ends)) == 1:
            return self.facts_of(case, ends[0], value, on)
        close = difflib.get_close_matches(name, known, n=3) or ends[:3]
        do = f"Did you mean {', '.join(close)}?" if close else "See docs/reference/law-cases.md."
        raise case.error(name, f"{name!r} is no fact of this law", do)

    def _listed(self, case: LawCase, name: str, value: Any) -> dict[str, Any]:
        needs = self.by_case_name[name]
        if not needs[0].member:
            return {need.name: self._value(case, need, name, value) for need in needs}
        listed = [] if value is None else [str(each) for each in (value if isinstance(value, list) else [value])]
        members = {need.member: need for need in needs}
        unknown = [each for each in listed if each not in members]
        if unknown:
            raise case.error(name, f"{unknown[0]!r} is none of its members", f"There are: {', '.join(members)}.")
        return {need.name: member in listed for member, need in members.items()}

    def _value(self, case: LawCase, need: FactNeed, name: str, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str) and need.dtype.kind.value == "int" and need.name.endswith("_minute"):
            hours, _, minutes = value.partition(":")
            value = int(hours) * 60 + int(minutes)
        try:
            return need.value_of(value)
        except ValueError as error:
            raise case.error(name, str(error)) from None


def _date(case: LawCase, name: str, value: Any) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise case.error(name, f"{value!r} is no date", "Write it as 2026-11-18.") from None


date_of = _date
