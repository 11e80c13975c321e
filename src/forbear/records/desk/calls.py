"""Calls that the lender's own staff make: begun with a permit that is asked for and used in one step, and told of when they end.

What a talk brings (a promise, a wish for a plan, a dispute, hardship, a wish to be left alone) is written with its result, in one
transaction: either all of it stands, or nothing does and the call is still open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models.functions import Now

from forbear.compliance.permit import FORBEAR
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records.actions.agreed.arrangements import propose_arrangement
from forbear.records.actions.cases import note
from forbear.records.actions.dispositions import Promised, record_disposition
from forbear.records.actions.holds import place_hold, refuse_channel
from forbear.records.actions.redress import open_dispute
from forbear.records.actions.silence import lock_person
from forbear.records.desk import agency
from forbear.records.desk.asking import Judged
from forbear.records.lender import lender_settings
from forbear.records.models import Act, Contact, ContactPoint, Permit
from forbear.records.scope import Scope, acting

RESULTS = ("conversation", "no_answer", "busy", "voicemail", "invalid_number", "wrong_person")
OUTCOMES = {
    "promise": "willing", "plan": "willing", "hardship": "hardship", "dispute": "", "stop": "", "refuses": "refusing",
    "stalls": "stalling", "none": "",
}  # fmt: skip
"""What a talk with the right party came to, and the attitude that it shows; empty where it shows none."""
DIALLED = ("voice_agent", "voice_bot")


@dataclass(frozen=True)
class Begun:
    """A call that began, with its contact; or why it may not be made, and then ``contact_id`` is empty."""

    judged: Judged
    contact_id: str = ""


@dataclass(frozen=True)
class CallSaid:
    """What is told of a call.

    Args:
        outcome: of :data:`OUTCOMES`; only of a conversation with the right party.
        reason_code: why the loan is overdue, as the book's contacts have it.
        promised: where the outcome is a promise.
        plan: kind and months, where it is a plan.
        dispute_kind, text: what the person objects to, and what was said besides; the text becomes a note.
        next_at: when the person is to be called again.
    """

    result: str
    is_right_party: bool = False
    outcome: str = "none"
    reason_code: str = ""
    promised: Promised | None = None
    plan: tuple[str, int | None] | None = None
    dispute_kind: str = "other"
    text: str = ""
    next_at: datetime | None = None


def begin_call(scope: Scope, asked: agency.Asked, clock: Clock) -> Begun:
    """Ask whether a person may be called now and, where they may, begin. What waits to be dialled for them is withdrawn: one talk
    at a time.

    A call of the same caller to the same person that is still open is not begun anew.

    Raises:
        InputError: as :func:`forbear.records.desk.agency.ask`.
        LawError, UsageError: the tenant's law cannot be read.
    """
    with acting(scope):
        standing = open_call(scope, asked.person_id)
        if standing is not None:
            return Begun(Judged(None, None), standing.contact_id)
        answer = agency.ask(scope, asked, clock)
        if answer.permit_id is None:
            return Begun(answer.judged)
        used = agency.use(scope, answer.permit_id, clock)
        if not used.contact_id:
            return Begun(used.judged)
        Contact.objects.filter(tenant_id=scope.tenant, contact_id=used.contact_id).update(staff_id=scope.actor[:64])
        waiting = Act.objects.filter(
            tenant_id=scope.tenant, person_id=asked.person_id, state="queued", channel__in=DIALLED
        )
        waiting.update(state="withdrawn", reason="called", changed_at=Now())
        return Begun(used.judged, used.contact_id)


def open_call(scope: Scope, person_id: str) -> Contact | None:
    """The call of this caller to a person that began and did not end; None where there is none."""
    standing = Contact.objects.filter(
        tenant_id=scope.tenant, person_id=person_id, channel="voice_agent", state="started", staff_id=scope.actor[:64]
    )
    return standing.order_by("-at", "-id").first()


def finish_call(scope: Scope, contact_id: str, said: CallSaid, clock: Clock) -> bool:
    """Write down what came of a call, and what it brought. The same result again changes nothing.

    A dead number is so from now on; one that is another's is removed at once, and never used again.

    Returns:
        False where it was told before.

    Raises:
        InputError: ``unknown_contact``; ``bad_result``, ``bad_promise``, ``result_changed``; what each action besides raises.
    """
    with acting(scope):
        contact = Contact.objects.filter(tenant_id=scope.tenant, contact_id=contact_id, channel="voice_agent").first()
        if contact is None or contact.agency_id != scope.agency_id:
            raise InputError("unknown_contact", "There is no such call.", contact=contact_id)
        lock_person(scope.tenant, contact.person_id)
        contact.refresh_from_db()
        _check(said, contact_id)
        if contact.ended_at is not None:
            if (contact.result, contact.is_right_party) != (said.result, said.is_right_party):
                do = "A result stands as it was told first."
                raise InputError(
                    "result_changed", "Another result was told of this contact before.", do=do, contact=contact_id
                )
            return False
        record_disposition(
            scope, _Told(contact, said, scope.actor, clock), next_at=said.next_at, promised=said.promised
        )
        _close(contact)
        _follow(scope, contact, said, clock)
        return True


def _check(said: CallSaid, contact_id: str) -> None:
    is_talk = said.is_right_party and said.result == "conversation"
    for holds, reason in (
        (said.result in RESULTS, f"it must be one of {', '.join(RESULTS)}"),
        (not said.is_right_party or said.result == "conversation", "nobody is identified but in a conversation"),
        (said.outcome in OUTCOMES, f"what it came to must be one of {', '.join(OUTCOMES)}"),
        (is_talk or (said.outcome == "none" and not said.reason_code), "only the right party gives reasons and agrees"),
        ((said.outcome == "promise") == (said.promised is not None), "a promise has an amount and a day"),
    ):
        if not holds:
            raise InputError("bad_result", f"The result is off: {reason}.", contact=contact_id)


def _close(contact: Contact) -> None:
    """The act is done; a number that does not exist is known as such."""
    permit = Permit.objects.filter(tenant_id=contact.tenant_id, permit_id=contact.permit_id).first()
    if permit is not None:
        Act.objects.filter(act_id=permit.act_id).update(state="done", changed_at=Now())
    contact.refresh_from_db()
    if contact.result == "invalid_number":
        own = ContactPoint.objects.filter(tenant_id=contact.tenant_id, contact_point_id=contact.contact_point_id)
        own.update(state="invalid")


def _follow(scope: Scope, contact: Contact, said: CallSaid, clock: Clock) -> None:
    """What the talk brought besides its result."""
    on = _today(scope, clock)
    match said.outcome:
        case "plan" if said.plan is not None and contact.loan_id:
            kind, months = said.plan
            propose_arrangement(scope, contact.loan_id, kind, contact.contact_id, term_months=months, form="oral")
        case "dispute":
            open_dispute(scope, contact.person_id, said.dispute_kind, said.text, on, loan_id=contact.loan_id)
        case "hardship":
            place_hold(scope, contact.person_id, "hardship", on)
        case "stop":
            refuse_channel(scope, contact.person_id, "voice_agent", said_at=clock.now())
    if said.text.strip() and said.outcome != "dispute":
        note(scope, contact.person_id, note_id_of(contact.contact_id), said.text)


def note_id_of(contact_id: str) -> UUID:
    """The id of the note that goes with a contact."""
    return uuid5(FORBEAR, f"note:{contact_id}")


def _today(scope: Scope, clock: Clock) -> date:
    return lender_settings(scope.tenant).date_of(clock.now())


class _Told:
    """The result as a disposition of the contact."""

    def __init__(self, contact: Contact, said: CallSaid, actor: str, clock: Clock) -> None:
        self.call_id = contact.contact_id
        self.started_at = contact.at
        self.ended_at = clock.now()
        self.result = said.result
        self.is_right_party = said.is_right_party
        self.reason_code = said.reason_code
        self.attitude = OUTCOMES[said.outcome]
        self.recording_sha256 = ""
        self.agent_id = actor[:64]
