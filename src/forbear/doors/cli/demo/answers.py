"""What borrowers answer on a day of practice, and what staff then write down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Sum

from forbear.dispatch.channel import Inbound
from forbear.dispatch.disposition import Disposition
from forbear.doors.cli.demo.lender import SEED, TENANT, collectors
from forbear.kernel.clock import FixedClock
from forbear.lab.practice.reactions import CallAnswer, call_answer, happens, keeps, pick, said_to
from forbear.records.actions.dispositions import Promised, record_disposition, record_unpermitted
from forbear.records.actions.holds import place_hold, sign_arrangement
from forbear.records.actions.inbound import hear
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.actions.redress import answer_complaint, answer_dispute, assign_matter, open_complaint
from forbear.records.desk.agency import Asked, ask, use
from forbear.records.models import Case, Complaint, Contact, ContactPoint, Dispute, Hold, Loan, PromiseToPay
from forbear.records.scope import Scope, acting

HARDSHIP_ANSWERED = timedelta(days=3)
COMPLAINT_ANSWERED = timedelta(days=4)
AGENCY_CALLS = 6
"""How many calls an hour the agencies ask to make."""


class Answers:
    """The answers of one hour of a day."""

    def __init__(self, day: date, at: datetime) -> None:
        self.day, self.at = day, at
        self.scope = Scope(TENANT, "practice")

    def answer(self, contact_ids: Sequence[str]) -> None:
        """To what was sent and to whom was called in the hour; then the agencies make calls of their own."""
        with acting(self.scope):
            found = list(Contact.objects.filter(tenant_id=TENANT, contact_id__in=contact_ids).order_by("contact_id"))
            cases = dict(Case.objects.filter(tenant_id=TENANT).values_list("person_id", "assigned_to"))
        for contact in found:
            if contact.channel == "voice_agent":
                self._talk(contact, cases.get(contact.person_id) or collectors()[0].name)
            elif contact.state == "delivered" and (text := said_to(SEED, contact.contact_id)):
                said = Inbound(contact.channel, "", text, self.at, f"in-{contact.contact_id}", contact.contact_id)
                hear(self.scope, said)
        self._agencies_call()

    def settle_older(self) -> None:
        """What is due in the morning: promises are paid, complaints, disputes and cases of hardship answered."""
        self._pay_promises()
        self._answer_complaints()
        self._answer_disputes()
        self._agree_plans()

    def _talk(self, contact: Contact, staff: str) -> None:
        owed = self._overdue(contact.person_id)
        said = call_answer(SEED, contact.contact_id, may_promise=owed >= 10_000)
        promised = None
        if said.promised_percent:
            promised = Promised(owed * said.promised_percent // 10_000 * 100, self.day + timedelta(said.promised_days))
        next_at = self.at + timedelta(hours=said.call_back_hours) if said.call_back_hours else None
        record_disposition(
            self.scope, self._disposition(contact.contact_id, said, staff), next_at=next_at, promised=promised
        )
        if said.is_in_hardship:
            place_hold(self.scope, contact.person_id, "hardship", self.day)
        if said.complaint is not None:
            kind, text = said.complaint
            open_complaint(self.scope, contact.person_id, kind, text, self.day, contact_id=contact.contact_id)

    def _disposition(self, contact_id: str, said: CallAnswer, staff: str) -> Disposition:
        return Disposition(
            contact_id, self.at - timedelta(seconds=said.seconds), said.seconds, said.result, said.is_right_party,
            reason_code=said.reason_code, attitude=said.attitude, agent_id=staff,
        )  # fmt: skip

    def _overdue(self, person_id: str) -> int:
        with acting(self.scope):
            cases = Case.objects.filter(tenant_id=TENANT, person_id=person_id, closed_on__isnull=True)
            return int(cases.aggregate(owed=Sum("overdue_cents"))["owed"] or 0)

    def _pay_promises(self) -> None:
        with acting(self.scope):
            due = list(
                PromiseToPay.objects.filter(
                    tenant_id=TENANT, verdict="open", due_on__lte=self.day, due_on__gt=self.day - timedelta(days=4), is_fed=False
                ).order_by("promise_id")
            )  # fmt: skip
        for each in due:
            if keeps(SEED, each.promise_id):
                paid = PaymentIn(f"practice-{each.promise_id[:16]}", each.loan_id, each.amount_cents, each.due_on)
                accept_payments(self.scope, [paid])

    def _answer_complaints(self) -> None:
        with acting(self.scope):
            rows = list(Complaint.objects.filter(tenant_id=TENANT, answered_at__isnull=True).order_by("complaint_id"))
        for each in rows:
            if not each.assigned_to:
                assign_matter(self.scope, "complaint", each.complaint_id, "compliance")
            is_old = each.raised_at + COMPLAINT_ANSWERED < self.at
            if is_old and happens(70, SEED, each.complaint_id, self.day, "answered"):
                outcome = pick(
                    (("upheld", 1), ("partly_upheld", 1), ("rejected", 2)), SEED, each.complaint_id, "outcome"
                )
                cause = pick(
                    (("wrong_words", 2), ("too_often", 3), ("told_others", 1), ("no_fault_found", 3)),
                    SEED,
                    each.complaint_id,
                    "cause",
                )
                answer_complaint(self.scope, each.complaint_id, outcome, cause, self.day)

    def _answer_disputes(self) -> None:
        with acting(self.scope):
            rows = list(Dispute.objects.filter(tenant_id=TENANT, answered_at__isnull=True).order_by("dispute_id"))
        for each in rows:
            if each.raised_at + COMPLAINT_ANSWERED < self.at and happens(60, SEED, each.dispute_id, self.day):
                outcome = pick((("corrected", 1), ("rejected", 2)), SEED, each.dispute_id, "outcome")
                answer_dispute(self.scope, each.dispute_id, outcome, self.day)

    def _agree_plans(self) -> None:
        """Of those who are in hardship some agree to a plan, after a few days."""
        with acting(self.scope):
            held = Hold.objects.filter(tenant_id=TENANT, kind="hardship", is_fed=False, ends_on__isnull=True)
            rows = list(held.filter(starts_on=self.day - HARDSHIP_ANSWERED).order_by("hold_id"))
            people = [each.person_id for each in rows if happens(60, SEED, each.hold_id, "plan")]
            loans = Loan.objects.filter(tenant_id=TENANT, person_id__in=people, status="active").order_by(
                "person_id", "loan_id"
            )
            chosen = list(loans.distinct("person_id").values_list("loan_id", flat=True))
        for loan_id in chosen:
            months = pick(((6, 2), (12, 3), (24, 1)), SEED, loan_id, "months")
            sign_arrangement(
                self.scope, f"practice-{loan_id}-{self.day}", loan_id, "instalment_plan", self.day, term_months=months
            )

    def _agencies_call(self) -> None:
        """Each asks before it calls, and mostly does not call where it may not; one of many calls was not asked for."""
        with acting(self.scope):
            seen = Case.objects.filter(tenant_id=TENANT, closed_on__isnull=True).exclude(agency_id="")
            people = dict(seen.values_list("person_id", "agency_id"))
            placed = Loan.objects.exclude(agency_id=None).filter(
                tenant_id=TENANT, status="active", person_id__in=people
            )
            rows = list(placed.order_by("loan_id").values_list("loan_id", "person_id", "agency_id"))
            points = dict(
                ContactPoint.objects.filter(
                    tenant_id=TENANT, kind="mobile", removed_at__isnull=True, person_id__in=[each[1] for each in rows]
                ).order_by("-contact_point_id").values_list("person_id", "contact_point_id")
            )  # fmt: skip
        key = (SEED, self.day, self.at.hour)
        own = [row for row in rows if row[1] in points and people[row[1]] == row[2]]
        chosen = [row for row in own if happens(8, *key, row[0])][:AGENCY_CALLS]
        for loan_id, person_id, agency_id in chosen:
            self._agency_calls(loan_id, person_id, str(agency_id), points[person_id])

    def _agency_calls(self, loan_id: str, person_id: str, agency_id: str, point_id: str) -> None:
        clock, scope = FixedClock(self.at), Scope(TENANT, agency_id, "agency", agency_id=agency_id)
        staff = f"{agency_id}-{pick(((1, 1), (2, 1), (3, 1), (4, 1)), SEED, loan_id, self.day)}"
        if happens(4, SEED, loan_id, self.day, "unasked"):
            said = self._disposition(f"own-{loan_id}-{self.day}", CallAnswer("no_answer"), staff)
            record_unpermitted(
                self.scope,
                person_id,
                "voice_agent",
                said,
                agency_id=agency_id,
                loan_id=loan_id,
                contact_point_id=point_id,
            )
            return
        answered = ask(scope, Asked(person_id, loan_id, "voice_agent", point_id), clock)
        if answered.permit_id is None:
            return
        used = use(scope, answered.permit_id, clock)
        if used.contact_id:
            said_then = call_answer(SEED, used.contact_id, may_promise=False)
            record_disposition(self.scope, self._disposition(used.contact_id, said_then, staff))
