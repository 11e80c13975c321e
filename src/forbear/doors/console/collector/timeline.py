"""Everything that happened with a person, newest first: contacts both ways, what was refused, money, promises, plans, holds, matters,
notes and decisions. Read a page at a time, each kind by its own index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from forbear.doors.api.rulings import Rule, rules_in_words
from forbear.doors.console.reading import read_instant
from forbear.doors.design.formats import day as day_words
from forbear.doors.design.formats import instant, money
from forbear.kernel.dates import local_midnight, zone
from forbear.kernel.language import code_words, current
from forbear.kernel.language import gettext as _
from forbear.records.models import (
    Act,
    Arrangement,
    AuditEntry,
    Complaint,
    Contact,
    Decision,
    Dispute,
    Hold,
    Inbound,
    Message,
    Payment,
    PromiseToPay,
)
from forbear.records.reveal.fields import NOTED

PAGE_SIZE = 40
STOPPED = ("refused", "withdrawn", "waits")


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    Args:
        title, detail: in words. ``by`` is who did it, ``state`` how it is coloured.
        words: the field and id under which what was said can be opened.
        rules: the rules of law that stood against it; ``permit`` the permit that it was made with.
    """

    at: datetime
    kind: str
    key: str
    title: str
    detail: str = ""
    by: str = ""
    symbol: str = "dot"
    state: str = ""
    has_hour: bool = True
    words: tuple[str, str] | None = None
    rules: tuple[Rule, ...] = ()
    permit: str = ""

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place in the order."""
        return self.at, self.key


@dataclass(frozen=True)
class Page:
    """A page of the timeline; ``before`` is the place of its last entry where there are older ones."""

    entries: Sequence[Entry]
    before: str = ""


@dataclass(frozen=True)
class Whose:
    """Whose timeline it is, on whose clock, under whose law, and before which place it is read."""

    tenant: str
    person_id: str
    loan_ids: Sequence[str]
    zone: ZoneInfo
    law: str
    before: tuple[datetime, str] | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    def midnight(self, day: date) -> datetime:
        """A day's beginning on the lender's clock."""
        return local_midnight(day, self.zone.key)

    def until(self, name: str, *, by_day: bool = False) -> dict[str, Any]:
        """The condition that leaves out what is later than the place."""
        if self.before is None:
            return {}
        at = self.before[0]
        return {f"{name}__lte": at.astimezone(self.zone).date() if by_day else at}


def timeline(whose: Whose, kind: str = "", size: int = PAGE_SIZE) -> Page:
    """A page of it, of all kinds or of one. An unknown kind is empty."""
    sources = SOURCES if not kind else {kind: SOURCES[kind]} if kind in SOURCES else {}
    # What shares its instant with the place was read before: so many more are asked for.
    wanted = size + 1 if whose.before is None else size * 2 + 1
    found = [entry for source in sources.values() for entry in source(whose, wanted)]
    if whose.before is not None:
        found = [entry for entry in found if entry.place < whose.before]
    found.sort(key=lambda entry: entry.place, reverse=True)
    more = found[size - 1] if len(found) > size else None
    return Page(found[:size], place_words(more.place) if more else "")


def place_words(place: tuple[datetime, str]) -> str:
    """A place as it stands in an address."""
    return f"{place[0].isoformat()}|{place[1]}"


def place_of(text: str) -> tuple[datetime, str] | None:
    """The place of an address; None where it is none."""
    at, _bar, key = text.partition("|")
    found = read_instant(at)
    return (found, key) if found is not None else None


def _contacts(whose: Whose, size: int) -> Iterator[Entry]:
    rows = Contact.objects.select_related("permit").filter(
        tenant_id=whose.tenant, person_id=whose.person_id, **whose.until("at")
    )
    found = list(rows.order_by("-at", "-id")[:size])
    sent = Message.objects.filter(tenant_id=whose.tenant, contact_id__in=[each.contact_id for each in found])
    messages = {each.contact_id: each for each in sent}
    for each in found:
        message = messages.get(each.contact_id)
        yield Entry(
            each.at, "contact", f"contact {each.contact_id}", _contact_title(each), _contact_detail(each, message),
            each.staff_id or each.agency_id or code_words("actor", each.actor_kind), each.channel,
            _contact_state(each), permit=str(each.permit_id or ""),
            words=("messages", each.contact_id) if message and message.text_sealed is not None else None,
        )  # fmt: skip


def contact_words(each: Contact, zone_name: str) -> str:
    """A contact in one line, by which somebody finds it again: when, by what, and what came of it."""
    channel, result = code_words("channel", each.channel), code_words("result", each.result)
    text = (
        _("{time} {channel}, from the person: {result}") if each.direction == "in" else _("{time} {channel}: {result}")
    )
    return text.format(time=instant(each.at, zone(zone_name)), channel=channel, result=result)


def _contact_title(each: Contact) -> str:
    channel, result = code_words("channel", each.channel), code_words("result", each.result)
    if each.direction == "in":
        return _("{channel}, from the person: {result}").format(channel=channel, result=result)
    if each.state in ("claimed", "started", "accepted") and each.result == "unknown":
        return _("{channel}: under way").format(channel=channel)
    return f"{channel} · {result}"


def _contact_detail(each: Contact, message: Message | None) -> str:
    parts = [
        _("right party") if each.is_right_party else "",
        code_words("reason_code", each.reason_code) if each.reason_code else "",
        code_words("attitude", each.attitude) if each.attitude else "",
        f"{message.template} v{message.template_version}" if message else "",
        _("without a permit") if each.permit_id is None and each.direction == "out" and not each.is_fed else "",
    ]
    return " · ".join(part for part in parts if part)


def _contact_state(each: Contact) -> str:
    if each.permit_id is None and each.direction == "out" and not each.is_fed:
        return "danger"
    return "success" if each.is_right_party else ""


def _refused(whose: Whose, size: int) -> Iterator[Entry]:
    rows = Act.objects.filter(
        tenant_id=whose.tenant, person_id=whose.person_id, state__in=STOPPED, **whose.until("changed_at")
    )
    for each in rows.order_by("-changed_at", "-id")[:size]:
        rules = rules_in_words(whose.law, each.business_date, [each.reason_rule], current().language)
        title = _("{channel}, not done: {why}") if each.state != "waits" else _("{channel}, waits: {why}")
        why = rules[0].because if rules else code_words("stopped", each.reason or each.state)
        yield Entry(
            each.changed_at, "refused", f"act {each.act_id}", title.format(channel=code_words("channel", each.channel), why=why),
            code_words("purpose", each.purpose), each.agency_id, "no", "refused", rules=tuple(rules),
        )  # fmt: skip


def _inbound(whose: Whose, size: int) -> Iterator[Entry]:
    rows = Inbound.objects.filter(tenant_id=whose.tenant, person_id=whose.person_id, **whose.until("at"))
    for each in rows.order_by("-at", "-id")[:size]:
        title = _("{channel}, from the person: {result}").format(
            channel=code_words("channel", each.channel), result=code_words("intent", each.intent)
        )
        has_words = each.text_sealed is not None
        yield Entry(
            each.at, "inbound", f"inbound {each.pk}", title, symbol=each.channel,
            words=("inbound", each.inbound_id) if has_words else None,
        )  # fmt: skip


def _payments(whose: Whose, size: int) -> Iterator[Entry]:
    rows = Payment.objects.filter(tenant_id=whose.tenant, loan_id__in=whose.loan_ids)
    for each in rows.filter(**whose.until("effective_on", by_day=True)).order_by("-effective_on", "-id")[:size]:
        named = {"amount": money(each.amount_cents), "loan": each.loan_id}
        title = _("payment of {amount} under way") if each.status == "in_flight" else _("payment of {amount}")
        yield Entry(
            whose.midnight(each.effective_on), "payment", f"payment {each.payment_id}", title.format(**named), each.loan_id,
            symbol="money", state="success" if each.status == "settled" else "", has_hour=False,
        )  # fmt: skip
        if each.status == "reversed" and each.reversed_on is not None:
            yield Entry(
                whose.midnight(each.reversed_on), "payment", f"reversal {each.payment_id}",
                _("payment of {amount} went back").format(**named), each.loan_id, symbol="money", state="attention",
                has_hour=False,
            )  # fmt: skip


def _promises(whose: Whose, size: int) -> Iterator[Entry]:
    rows = PromiseToPay.objects.filter(tenant_id=whose.tenant, loan_id__in=whose.loan_ids)
    states = {"kept": "success", "broken": "attention"}
    for each in rows.filter(**whose.until("made_on", by_day=True)).order_by("-made_on", "-id")[:size]:
        title = _("promised {amount} by {day}: {verdict}").format(
            amount=money(each.amount_cents), day=day_words(each.due_on), verdict=code_words("promise", each.verdict)
        )
        paid = _("{amount} of it came in").format(amount=money(each.paid_cents)) if each.paid_cents else each.loan_id
        yield Entry(
            whose.midnight(each.made_on), "promise", f"promise {each.promise_id}", title, paid, symbol="promise",
            state=states.get(each.verdict, ""), has_hour=False,
        )  # fmt: skip


def _arrangements(whose: Whose, size: int) -> Iterator[Entry]:
    rows = Arrangement.objects.filter(tenant_id=whose.tenant, loan_id__in=whose.loan_ids).order_by("-id")[: size * 2]
    for each in rows:
        kind = code_words("arrangement", each.kind)
        months = _("{count}-month term").format(count=each.term_months) if each.term_months else ""
        detail = " · ".join(part for part in (each.loan_id, months) if part)
        made: dict[str, Any] = {"kind": "arrangement", "symbol": "table", "has_hour": False, "detail": detail}
        if each.signed_on is not None:
            title = _("{kind} agreed").format(kind=kind)
            yield Entry(
                whose.midnight(each.signed_on),
                key=f"signed {each.arrangement_id}",
                title=title,
                state="success",
                **made,
            )
        elif each.recorded_at is not None:
            title = _("{kind} proposed").format(kind=kind)
            yield replace(
                Entry(each.recorded_at, key=f"proposed {each.arrangement_id}", title=title, **made), has_hour=True
            )
        if each.breached_on is not None:
            title = _("{kind} broken").format(kind=kind)
            yield Entry(
                whose.midnight(each.breached_on),
                key=f"broken {each.arrangement_id}",
                title=title,
                state="attention",
                **made,
            )


def _holds(whose: Whose, size: int) -> Iterator[Entry]:
    rows = Hold.objects.filter(tenant_id=whose.tenant, person_id=whose.person_id).order_by("-id")[: size * 2]
    for each in rows:
        kind = code_words("hold", each.kind)
        at = each.recorded_at or whose.midnight(each.starts_on)
        detail = _("from {day}").format(day=day_words(each.starts_on))
        if each.loan_id:
            detail += f" · {each.loan_id}"
        title = _("hold placed: {kind}").format(kind=kind)
        yield Entry(
            at, "hold", f"hold {each.hold_id}", title, detail, symbol="lock", has_hour=each.recorded_at is not None
        )
        if each.ends_on is not None:
            title = _("hold ends: {kind}").format(kind=kind)
            yield Entry(
                whose.midnight(each.ends_on), "hold", f"end {each.hold_id}", title, symbol="lock", has_hour=False
            )


def _matters(whose: Whose, size: int) -> Iterator[Entry]:
    for model, field_name, what in (
        (Dispute, "disputes", _("dispute: {kind}")),
        (Complaint, "complaints", _("complaint: {kind}")),
    ):
        rows: Any = model._default_manager.filter(tenant_id=whose.tenant, person_id=whose.person_id)
        for each in rows.order_by("-raised_at", "-id")[:size]:
            due = _("to be answered by {day}").format(day=day_words(each.due_on)) if each.due_on else ""
            done = (
                _("answered: {outcome}").format(outcome=code_words("outcome", each.outcome))
                if each.answered_at
                else due
            )
            key = str(each.dispute_id if model is Dispute else each.complaint_id)
            yield Entry(
                each.raised_at, "matter", f"{field_name} {key}", what.format(kind=code_words("matter", each.kind)), done,
                symbol="shield", state="" if each.answered_at else "attention",
                words=(field_name, key) if each.text_sealed is not None else None,
            )  # fmt: skip


def _notes(whose: Whose, size: int) -> Iterator[Entry]:
    rows = AuditEntry.objects.filter(
        tenant_id=whose.tenant, person_id=whose.person_id, action=NOTED, **whose.until("at")
    ).order_by("-at", "-id")[:size]
    for each in rows:
        text = whose.notes.get(each.subject_id, "")
        yield Entry(
            each.at, "note", f"note {each.subject_id}", text or _("note, erased"), by=each.actor, symbol="letter"
        )


def _decisions(whose: Whose, size: int) -> Iterator[Entry]:
    from forbear.day.words import reason_words

    rows = Decision.objects.filter(tenant_id=whose.tenant, person_id=whose.person_id)
    for each in rows.filter(**whose.until("business_date", by_day=True)).order_by("-business_date", "-id")[:size]:
        treatment = code_words("treatment", each.treatment or "leave_alone")
        title = f"{treatment}: {code_words('status', each.status)}"
        why = reason_words(current(), each.reason) if each.reason else ""
        yield Entry(
            whose.midnight(each.business_date), "decision", f"decision {each.pk}", title, f"{why} {each.loan_id}".strip(),
            by=each.reason_rule or "", symbol="table", has_hour=False,
        )  # fmt: skip


Source = Callable[[Whose, int], Iterator[Entry]]
SOURCES: Mapping[str, Source] = {
    "contact": _contacts, "refused": _refused, "inbound": _inbound, "payment": _payments, "promise": _promises,
    "arrangement": _arrangements, "hold": _holds, "matter": _matters, "note": _notes, "decision": _decisions,
}  # fmt: skip
"""The kinds of entries, each with where it comes from."""
