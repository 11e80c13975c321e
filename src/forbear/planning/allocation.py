"""Who works which case: by skill, evenly, as few moves as that allows, and the same answer for the same question.

A collector's load is the weight of their cases by the share of a full load that they carry. Cases stay where they are unless their
collector is gone, lacks a skill, has had them for too long, or carries too much more than another. A general solver would find some
even spread as well, but a person must be told for each move why it was made, and a second run must move nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256

REASONS = ("new", "holder_gone", "skill", "rotation", "load")
"""Why a case is given to somebody else than before."""
LOAD_STEP = 5_040
"""The parts of one step of load, as loads by share are compared in whole numbers."""


@dataclass(frozen=True)
class Work:
    """A case to be worked.

    Args:
        id: the case, or the person it is about.
        needs: what whoever works it must be able to do, by kind, as ``{"language": "bo"}``.
        holder: who works it now; empty for nobody.
        held_since: since when; None where nobody wrote it down.
        former: who worked it before that; where cases rotate it does not go straight back.
        weight: how many steps of load it is; at least 1.
    """

    id: str
    needs: Mapping[str, str] = field(default_factory=dict)
    holder: str = ""
    held_since: date | None = None
    weight: int = 1
    overdue_cents: int = 0
    former: str = ""


@dataclass(frozen=True)
class Worker:
    """Who may be given cases.

    Args:
        skills: what they can do, by kind; a kind that is not named is no limit.
        share_percent: how much of a full load they carry; at least 1.
    """

    name: str
    skills: Mapping[str, frozenset[str]] = field(default_factory=dict)
    share_percent: int = 100

    def can(self, needs: Mapping[str, str]) -> bool:
        """Whether they have every skill that is needed."""
        return all(kind not in self.skills or value in self.skills[kind] for kind, value in needs.items())


@dataclass(frozen=True)
class Rules:
    """How cases are given out.

    Args:
        rotation_days: days after which a case must go to somebody else; 0 for never.
        keep_steps: by how many steps of load a collector may be above another before a case is taken from them that they may keep.
        seed: decides between equals.
    """

    rotation_days: int = 0
    keep_steps: int = 0
    seed: str = ""


@dataclass(frozen=True)
class Given:
    """One case and who works it from now on. ``reason`` is empty where it stays; ``to`` is empty where nobody has the skill."""

    work: Work
    to: str
    reason: str

    @property
    def is_move(self) -> bool:
        """Whether it changes hands."""
        return self.to != self.work.holder


def allocate(cases: Iterable[Work], workers: Sequence[Worker], rules: Rules, day: date) -> list[Given]:
    """Everybody's cases from now on, in the order of the cases' ids.

    No single case could go to somebody who may work it and would then carry less than its holder does now: among people with the same
    skills and shares, loads differ by at most the heaviest case. Cases that their holder may keep count ``keep_steps`` more.

    Raises:
        ValueError: two cases or two workers of one name, a weight or a share below 1.
    """
    given = _Spread(sorted(cases, key=lambda each: each.id), sorted(workers, key=lambda each: each.name), rules, day)
    return given.spread()


class _Spread:
    def __init__(self, cases: Sequence[Work], workers: Sequence[Worker], rules: Rules, day: date) -> None:
        self.cases, self.workers, self.rules, self.day = cases, {each.name: each for each in workers}, rules, day
        if len(self.workers) < len(workers) or len({each.id for each in cases}) < len(cases):
            raise ValueError("a case and a worker are named once")
        if any(each.weight < 1 for each in cases) or any(each.share_percent < 1 for each in workers):
            raise ValueError("a weight and a share are at least 1")
        self.load = dict.fromkeys(self.workers, 0)
        self.to: dict[str, str] = {}
        self.reason: dict[str, str] = {}
        # What somebody holds, in stacks of equals: of the same weight, open to the same people, kept or given now.
        self.held: dict[str, dict[tuple[tuple[str, ...], int, bool], list[Work]]] = {name: {} for name in self.workers}
        self.open_to = cache(self._open_to)

    def spread(self) -> list[Given]:
        waiting = []
        for work in self.cases:
            reason = self._why_not_kept(work)
            if reason:
                self.reason[work.id] = reason
                waiting.append(work)
            else:
                self._give(work, work.holder, is_kept=True)
        for stacks in self.held.values():
            for stack in stacks.values():
                stack.sort(key=lambda each: (each.held_since or date.min, each.id))  # the newest on top
        for work in sorted(waiting, key=lambda each: (-each.weight, -each.overdue_cents, each.id)):
            able = self._able(work)
            if able:
                self._give(work, self._least_loaded(able, work), is_kept=False)
        self._even_out()
        return [self._given(work) for work in self.cases]

    def _why_not_kept(self, work: Work) -> str:
        """Empty where the holder may keep it."""
        if not work.holder:
            return "new"
        if work.holder not in self.workers:
            return "holder_gone"
        if not self.workers[work.holder].can(work.needs):
            return "skill"
        return "rotation" if work.holder not in self._able(work) else ""

    def _able(self, work: Work) -> tuple[str, ...]:
        """Who may work it: with the skills, and, where it must rotate, somebody else than before if there is anybody."""
        able: tuple[str, ...] = self.open_to(frozenset(work.needs.items()))
        if not self.rules.rotation_days or not work.holder:
            return able
        left = {work.holder, work.former} if self._must_rotate(work) else {work.former}
        for gone in (left, left - {work.former}):
            if others := tuple(name for name in able if name not in gone):
                return others
        return able

    def _open_to(self, needs: frozenset[tuple[str, str]]) -> tuple[str, ...]:
        wanted = dict(needs)
        return tuple(name for name, worker in self.workers.items() if worker.can(wanted))

    def _must_rotate(self, work: Work) -> bool:
        days, since = self.rules.rotation_days, work.held_since
        return bool(days and work.holder and since is not None and (self.day - since).days >= days)

    def _least_loaded(self, able: Sequence[str], work: Work) -> str:
        """Who would carry least with it; between equals the seed decides, and then the name."""
        after = {name: self._after(name, work.weight) for name in able}
        least = min(after.values())
        equals = [name for name in able if after[name] == least]
        return equals[0] if len(equals) == 1 else min(equals, key=lambda name: (self._drawn(work.id, name), name))

    def _drawn(self, about: str, name: str) -> str:
        return sha256(f"{self.rules.seed}:{about}:{name}".encode()).hexdigest()

    def _after(self, name: str, weight: int) -> int:
        """Load by share, in parts of a step, so that no two machines round apart."""
        return (self.load[name] + weight) * 100 * LOAD_STEP // self.workers[name].share_percent

    def _give(self, work: Work, name: str, *, is_kept: bool) -> None:
        self.to[work.id] = name
        self.load[name] += work.weight
        key = (self._able(work), work.weight, is_kept)
        self.held[name].setdefault(key, []).append(work)

    def _even_out(self) -> None:
        """Move single cases from the most loaded as long as that makes the higher of two loads lower. Each move lowers it, so it ends."""
        while True:
            if not any(self._take_from(name) for name in self._most_loaded_first()):
                return

    def _most_loaded_first(self) -> list[str]:
        return sorted(self.workers, key=lambda name: (-self._after(name, 0), name))

    def _take_from(self, name: str) -> bool:
        """Whether a case of theirs went to somebody who carries less: one given now rather than one they had before, and of those
        they had the one they had for the shortest."""
        for key in sorted(self.held[name], key=lambda each: (each[2], -each[1], each[0])):
            able, weight, is_kept = key
            stack, others = self.held[name][key], [other for other in able if other != name]
            if not others or not stack:
                continue
            work = stack[-1]
            best = self._least_loaded(others, work)
            slack = self.rules.keep_steps * LOAD_STEP if is_kept else 0
            if self._after(best, weight) + slack < self._after(name, 0):
                stack.pop()
                self.load[name] -= weight
                self.reason.setdefault(work.id, "load")
                self._give(work, best, is_kept=False)
                return True
        return False

    def _given(self, work: Work) -> Given:
        to = self.to.get(work.id, "")
        return Given(work, to, self.reason.get(work.id, "") if to != work.holder else "")
