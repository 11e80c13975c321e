"""What can be proved of a pack without a single case: exact, and with a counterexample where it does not hold.

- **no gap**: for every proposal of known codes some row speaks, for the act or against it;
- **no contradiction**: no statute is at once for an act and against it;
- **bad news never opens**: one more contact, hold or refusal never takes a refusal away, nor does a consent bring one about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forbear.compliance.checking.problem import Problem
from forbear.compliance.needs import FactNeed
from forbear.compliance.pack import LawPack
from forbear.compliance.rows import FOR_THE_ACT, LawRow, rows_of
from forbear.kernel.language import gettext as _
from forbear.tables.checking.coverage import Box, intersection
from forbear.tables.checking.together import Together, TooManyCombinations, together

REFUSING = ("forbid", "advise against", "presume violation")
CLOSING = (*REFUSING, "review")


def prove(pack: LawPack) -> Iterator[Problem]:
    """The problems that looking at all rows of a question together shows.

    Codes: ``gap``, ``contradiction``, ``bad_news_opens``, ``consent_closes``, ``unproved``.
    """
    for question in pack.questions:
        rows = [row for row in rows_of(pack, (question,)) if row.kind in ("prohibitions", "permissions", "duties")]
        if rows:
            yield from _Question(pack, question, rows).problems()


class _Question:
    def __init__(self, pack: LawPack, question: str, rows: Sequence[LawRow]) -> None:
        self.pack, self.question, self.rows = pack, question, rows
        schema = {name: need.dtype for name, need in pack.needs.items()}
        codes = {name: need.codes for name, need in pack.needs.items() if need.codes}
        self.all: Together = together(
            [(row.table, row.rule) for row in rows], schema, pack.statutes.as_columns(), codes
        )

    def problems(self) -> Iterator[Problem]:
        yield from self._guarded("gap", self._gaps())
        yield from self._contradictions()
        for need in self.pack.needs.values():
            if need.sign and self.all.place(need.name) is not None:
                yield from self._guarded(need.name, self._sign(need))

    def _guarded(self, where: str, found: Iterator[Problem]) -> Iterator[Problem]:
        try:
            yield from found
        except TooManyCombinations:
            yield Problem("unproved", f"{self.question}: {where}", _("There are too many combinations to prove it."))

    def _ids(self, *effects: str) -> list[str]:
        return [row.id for row in self.rows if row.effect in effects]

    def _gaps(self) -> Iterator[Problem]:
        """Part of the space that no row permits and none refuses."""
        if not self.pack.is_base:
            return
        permits = self._ids("permit")
        reads = {self.all.place(name) for row in self.rows if row.effect == "permit" for name in row.names}
        few = [
            row.id for row in self.rows if row.effect in REFUSING and {self.all.place(n) for n in row.names} <= reads
        ]
        space = self.all.grid.space
        gap = self.all.outside(space, [*permits, *few])
        if gap is not None and (gap := self.all.outside(gap, self._ids("permit", *REFUSING))) is not None:
            message = _("No row permits it and none refuses it; it falls to the default, which is DENY.")
            yield Problem("gap", self.question, message, self.all.example(gap))

    def _contradictions(self) -> Iterator[Problem]:
        for row in self.rows:
            for other in self.rows:
                opposed = row.effect in FOR_THE_ACT and other.effect in REFUSING
                if not opposed or row.statute.id != other.statute.id:
                    continue
                shared = intersection(self.all.must[row.id], self.all.must[other.id])
                if shared is not None:
                    message = _("{statute} is for the act by one row and against it by the other.").format(
                        statute=row.statute.id
                    )
                    yield Problem("contradiction", f"{row.id} {other.id}", message, self.all.example(shared))

    def _sign(self, need: FactNeed) -> Iterator[Problem]:
        """Rows by which more of a hold, a refusal or a contact opens what was closed, or a consent closes what was open."""
        place = self.all.place(need.name)
        assert place is not None
        is_consent = need.sign == "consent"
        code = "consent_closes" if is_consent else "bad_news_opens"
        message = (
            _("With the consent it is refused, and without it nothing refuses it.")
            if is_consent
            else _("More of it takes the refusal away, and nothing else refuses.")
        )
        for row in self.rows:
            if row.effect not in REFUSING:
                continue
            box = self._beyond(self.all.may[row.id], place, upwards=not is_consent)
            open_part = None if box is None else self.all.outside(box, self._ids(*CLOSING))
            if open_part is not None:
                yield Problem(code, f"{row.id}: {need.name}", message, self.all.example(open_part))

    def _beyond(self, box: Box, place: int, *, upwards: bool) -> Box | None:
        """The box with the input's classes that lie beyond one it accepts and that it does not accept; None for none."""
        samples = [one.sample for one in self.all.grid.classes[place]]
        accepted = [value for index, value in enumerate(samples) if box[place] >> index & 1]
        if not accepted:
            return None
        edge = min(accepted) if upwards else max(accepted)
        bits = 0
        for index, value in enumerate(samples):
            if not box[place] >> index & 1 and (value > edge if upwards else value < edge):
                bits |= 1 << index
        return (*box[:place], bits, *box[place + 1 :]) if bits else None
