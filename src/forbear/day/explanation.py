"""Why a loan was treated as it was: what the run's files say of it, in words, with the rows and citations behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from forbear.book.fact_definitions import FACTS
from forbear.compliance import REFUSED, Gate, load_gate
from forbear.compliance import Explanation as LawExplanation
from forbear.day.judging import row_for_gate
from forbear.day.report.run_record import RunRecord, read_run
from forbear.day.tracing import NearRule, TableStep, trace_tables
from forbear.day.words import act_words, clock_words, fact_words, reason_words, value_words
from forbear.kernel.errors import InputError, UsageError
from forbear.kernel.language import Translator, translator
from forbear.kernel.language import gettext as _
from forbear.kernel.money import format_cents
from forbear.strategy import Playbook, load_playbook
from forbear.strategy.codes import LEAVE_ALONE

ALWAYS = ("days_past_due", "bucket", "overdue_cents", "outstanding_cents")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """A fact that mattered, with its name and value in words."""

    name: str
    words: str
    value: str


@dataclass(frozen=True)
class Candidate:
    """A wanted act that came to nothing, and why; ``law`` holds the gate's reasons where it spoke against it."""

    kind: str
    preference: int
    treatment: str
    channel: str
    verdict: str
    why: str
    law: LawExplanation | None


@dataclass(frozen=True)
class Explanation:
    """All that is known of a decision.

    ``sentences`` is the decision, one sentence an act; ``steps`` the playbook's tables with the row that fired;
    ``lost`` the other candidates; ``near`` the rows that were one condition away.
    """

    loan_id: str
    person_id: str
    business_date: str
    playbook: str
    law: str
    language: str
    sentences: tuple[str, ...]
    facts: tuple[Fact, ...]
    steps: tuple[TableStep, ...]
    permitted_by: LawExplanation | None
    lost: tuple[Candidate, ...]
    near: tuple[NearRule, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def explain(folder: Path, loan_id: str, language: str) -> Explanation:
    """Explain what a run decided about a loan.

    Args:
        folder: a run's folder.
        loan_id: the lender's id of the loan.
        language: ``en``, ``zh`` or ``zh_TW``.

    Raises:
        UsageError: ``unknown_loan``.
        InputError: ``loan_rejected`` when its row was not accepted; ``no_run``, ``bad_run``; and whatever loading its
            playbook or law pack may raise.
    """
    run = read_run(folder)
    facts = _rows(folder, "facts", loan_id)
    if not facts:
        raise _no_such_loan(folder, loan_id)
    return _Explainer(run, folder, translator(language), facts[0]).explanation()


def _rows(folder: Path, name: str, loan_id: str, key: str = "loan_id") -> list[dict[str, Any]]:
    path = folder / f"{name}.parquet"
    try:
        found: list[dict[str, Any]] = pq.read_table(path, filters=[(key, "=", loan_id)]).to_pylist()
    except OSError as error:
        message = _("A file of the run cannot be read.")
        raise InputError("unreadable_parquet", message, file=path, found=error, do=_("Run the day again.")) from None
    return found


def _no_such_loan(folder: Path, loan_id: str) -> Exception:
    rejects = [row for row in _rows(folder, "rejects", loan_id, "row_id") if row["table"] == "loans"]
    if rejects:
        first = rejects[0]
        return InputError(
            "loan_rejected",
            _("The loan is not part of the run, because its row was not accepted: {text}").format(text=first["text"]),
            do=_("Correct the row in the lender's file and run the day again."),
            file=first.get("file"), row=first.get("row_number"), column=first["column"], rule=first["rule"],
        )  # fmt: skip
    sample = pq.ParquetFile(folder / "facts.parquet")
    first_ids = next(sample.iter_batches(3, columns=["loan_id"]), None)
    ids = ", ".join(first_ids.column(0).to_pylist()) if first_ids is not None else ""
    return UsageError(
        "unknown_loan",
        _("There is no loan {id} in this run.").format(id=repr(loan_id)),
        do=_("Ids of this run look like {ids}.").format(ids=ids) if ids else _("The run has no loans."),
        folder=folder,
    )


class _Explainer:
    def __init__(self, run: RunRecord, folder: Path, words: Translator, facts: Row) -> None:
        self.run, self.words, self.facts = run, words, facts
        loan_id = facts["loan_id"]
        self.proposals = {(row["kind"], row["preference"]): row for row in _rows(folder, "proposals", loan_id)}
        self.judged = sorted(_rows(folder, "verdicts", loan_id), key=lambda row: (row["kind"], row["preference"]))
        self.plan = sorted(_rows(folder, "plan", loan_id), key=lambda row: (row["act"], row["status"]))
        self.playbook: Playbook = load_playbook(run.playbook_asked)
        self.gate: Gate = load_gate(run.law, date.fromisoformat(run.law_on), run.profile)

    def explanation(self) -> Explanation:
        steps, near = trace_tables(self.playbook, self.facts, self.words)
        acting = next((self._law(row) for row in self.judged if self._is_done(row)), None)
        lost = tuple(self._lost(row) for row in self.judged if row["kind"] != "none" and not self._is_done(row))
        laws = [law for law in (acting, *(each.law for each in lost)) if law is not None]
        return Explanation(
            loan_id=self.facts["loan_id"],
            person_id=self.facts["person_id"],
            business_date=self.run.business_date,
            playbook=self.run.playbook,
            law=self.gate.pack_version,
            language=self.words.language,
            sentences=tuple(self._sentences()),
            facts=tuple(self._facts(steps, laws)),
            steps=tuple(steps),
            permitted_by=acting,
            lost=lost,
            near=tuple(near),
            notes=tuple(self._notes()),
        )

    def _sentences(self) -> list[str]:
        """The decision, one sentence an act."""
        if not self.plan:
            return [self._nothing_to_decide()]
        return [self._sentence(row) for row in self.plan]

    def _nothing_to_decide(self) -> str:
        gettext = self.words.gettext
        if not self.facts["is_open"]:
            return gettext("The loan is not open on this date, so there is nothing to decide.")
        return gettext("The loan is not overdue and no instalment falls due soon, so there is nothing to decide.")

    def _sentence(self, row: Row) -> str:
        gettext = self.words.gettext
        named = {
            "state": self._state(),
            "act": act_words(self.words, row["treatment"], row["channel"]),
            "reason": self._reason(row["reason"]),
            "start": clock_words(row.get("window_start_minute")),
            "end": clock_words(row.get("window_end_minute")),
        }
        is_referral = row["act"] == "none" and row["treatment"] != LEAVE_ALONE
        if row["status"] == "planned":
            return gettext("{state}: planned from {start} to {end} on the person's clock: {act}. {reason}").format(
                **named
            )
        if row["status"] == "candidate" or is_referral:
            return gettext("{state}: proposed, and waits for a person's decision: {act}. {reason}").format(**named)
        if row["act"] == "none":
            return gettext("{state}: the person is left alone today. {reason}").format(**named)
        return gettext("{state}: wanted, and not done: {act}. {reason}").format(**named)

    def _reason(self, code: str) -> str:
        return reason_words(self.words, code, self.playbook.own_reasons)

    def _state(self) -> str:
        days, bucket = self.facts["days_past_due"], self.facts["bucket"]
        money = format_cents(self.facts["overdue_cents"], self.facts["currency"])
        if not days:
            return self.words.gettext("Not overdue")
        return self.words.gettext("{days} days past due ({bucket}), {money} overdue").format(
            days=days, bucket=bucket, money=money
        )

    def _is_done(self, row: Row) -> bool:
        acts = [act for act in self.plan if act["status"] in ("planned", "candidate")]
        return any(
            (act["act"], act["treatment"], act["channel"]) == (row["kind"], row["treatment"], row["channel"])
            for act in acts
        )

    def _law(self, row: Row) -> LawExplanation:
        wanted = self.proposals[row["kind"], row["preference"]]
        return self.gate.explain(row_for_gate(wanted, self.facts), self.words.language)

    def _lost(self, row: Row) -> Candidate:
        refused = row["verdict"] in (*REFUSED, "REVIEW")
        return Candidate(
            kind=row["kind"],
            preference=row["preference"],
            treatment=row["treatment"],
            channel=row["channel"],
            verdict=row["verdict"],
            why=self._why_lost(row),
            law=self._law(row) if refused else None,
        )

    def _why_lost(self, row: Row) -> str:
        if row["verdict"] in REFUSED:
            return reason_words(self.words, "refused_by_law")
        mine = [act for act in self.plan if act["act"] == row["kind"]]
        if any(act["status"] == "planned" for act in mine):
            return self.words.gettext("Another of the wanted acts is planned: one contact a person a day.")
        return self._reason(mine[0]["reason"]) if mine else self.words.gettext("The plan has no act for it.")

    def _facts(self, steps: Sequence[TableStep], laws: Sequence[LawExplanation]) -> list[Fact]:
        """The facts that the rows which fired have read, the age and the amounts first."""
        names = dict.fromkeys(ALWAYS)
        names |= dict.fromkeys(name for step in steps for name in step.reads)
        names |= dict.fromkeys(fact.name for law in laws for rule in law.rules for fact in rule.facts)
        known = [name for name in names if name in FACTS and name in self.facts]
        return [Fact(name, fact_words(self.words, name), self._value(name)) for name in known]

    def _value(self, name: str) -> str:
        return value_words(self.words, name, self.facts[name], self.facts["currency"])

    def _notes(self) -> list[str]:
        notes = []
        if self.playbook.version != self.run.playbook_version:
            notes.append(
                self.words.gettext("The playbook has changed since the run; its tables are given as they are now.")
            )
        recorded = {row["pack_version"] for row in self.judged if row.get("pack_version")}
        if recorded and recorded != {self.gate.pack_version}:
            return [
                self.words.gettext("The law pack has changed since the run; its reasons are given as they are now.")
            ]
        return []
