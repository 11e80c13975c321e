"""The rows behind each figure of contacts: what was counted, one by one, of those people whom the scope shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from forbear.records.outcomes.counting import period_values
from forbear.records.outcomes.promises import DUE
from forbear.records.outcomes.reading import Asked
from forbear.records.outcomes.statements import (
    AFTERWARDS,
    ATTEMPT,
    HAD_A_CASE,
    IN_PERIOD,
    LOCAL,
    PAID,
    PROMISED,
    REASONS_APART,
    UNPERMITTED,
)
from forbear.records.scope import Scope

CONTACT, PROMISE, PAYMENT, COMPLAINT, REFUSAL, ACCEPTED = (
    "contact", "promise", "payment", "complaint", "refusal", "accepted",
)  # fmt: skip
_CONTACTS = "SELECT c.at, c.contact_id AS id, c.person_id, c.loan_id, c.channel, {what} AS what, NULL::bigint AS cents, '' AS currency"
_PROMISES = """SELECT {at} AS at, q.promise_id AS id, {of}.person_id, q.loan_id, {channel} AS channel, q.verdict AS what,
    q.amount_cents AS cents, {cur}.currency"""
_PAYMENTS = """SELECT {at} AS at, y.payment_id AS id, {of}.person_id, y.loan_id, {channel} AS channel, y.status AS what,
    y.amount_cents AS cents, {cur}.currency"""
_OF_CONTACTS = f"FROM records_contact c WHERE {ATTEMPT} AND {IN_PERIOD}"
_OF_PROMISES = f"FROM records_contact c {PROMISED} WHERE {ATTEMPT} AND {IN_PERIOD} AND c.is_right_party"
_OF_DUE = f"""FROM records_promisetopay q JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = q.loan_id
    WHERE {DUE} AND l.currency = %(currency)s"""
_ACCEPTED = """SELECT r.at, r.id, r.person_id, r.loan_id, coalesce(r.channel, '') AS channel, r.reason AS what, NULL::bigint AS cents,
    '' AS currency FROM ({part}) r (reason, person_id, loan_id, at, id, channel) WHERE true"""
_RESULT = _CONTACTS.format(what="c.result")


@dataclass(frozen=True)
class Listing:
    """How a measure is listed: what each row is, as which kind of information a file of them counts, and by which statement.

    ``at`` is the type of what it is ordered by: ``timestamptz`` or ``date``; ``by`` are the filters
    it can be narrowed by; ``parts`` are statements whose rows are listed together, each by an index of its own.
    """

    kind: str
    data_kind: str
    statement: str
    at: str = "timestamptz"
    by: tuple[str, ...] = ("team",)
    parts: tuple[str, ...] = ()


def _contacts(condition: str = "") -> Listing:
    return Listing(
        CONTACT, "communication_record", f"{_RESULT} {_OF_CONTACTS} {condition}", by=("team", "channel", "hour")
    )


def _promised(condition: str = "") -> Listing:
    statement = f"{_PROMISES.format(at='c.at', channel='c.channel', of='c', cur='q')} {_OF_PROMISES} {condition}"
    return Listing(PROMISE, "credit", statement, by=("team", "channel", "hour"))


def _due(verdict: str) -> Listing:
    statement = (
        f"{_PROMISES.format(at='q.due_on', channel=repr(''), of='l', cur='l')} {_OF_DUE} AND q.verdict = '{verdict}'"
    )
    return Listing(PROMISE, "credit", statement, "date")


LISTINGS: Mapping[str, Listing] = {
    "attempts": _contacts(),
    "reached": _contacts("AND c.is_right_party"),
    "wrong_person": _contacts("AND c.result = 'wrong_person' AND NOT c.is_right_party"),
    "unidentified": _contacts("AND c.result IN ('conversation', 'met') AND NOT c.is_right_party"),
    "promised": _promised(),
    "kept": _promised("AND q.verdict = 'kept'"),
    "broken": _promised("AND q.verdict = 'broken'"),
    "paid": Listing(
        PAYMENT, "transaction",
        f"""{_PAYMENTS.format(at="c.at", channel="c.channel", of="c", cur="y")} FROM records_contact c {PAID}
        WHERE {ATTEMPT} AND {IN_PERIOD} AND c.is_right_party""",
        by=("team", "channel", "hour"),
    ),
    "due_kept": _due("kept"), "due_broken": _due("broken"), "due_open": _due("open"),
    "received": Listing(
        PAYMENT, "transaction",
        f"""{_PAYMENTS.format(at="y.effective_on", channel="''", of="l", cur="l")} FROM records_payment y
        JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = y.loan_id
        WHERE y.tenant_id = %(tenant)s AND y.status = 'settled' AND y.effective_on >= %(first)s AND y.effective_on < %(until)s
        AND l.currency = %(currency)s AND {HAD_A_CASE}""",
        "date",
    ),
    "complaints": Listing(
        COMPLAINT, "other",
        """SELECT x.raised_at AS at, x.complaint_id::text AS id, x.person_id, NULL AS loan_id, '' AS channel, x.kind AS what,
        NULL::bigint AS cents, '' AS currency FROM records_complaint x
        WHERE x.tenant_id = %(tenant)s AND x.raised_at >= %(start)s AND x.raised_at < %(end)s""",
    ),
    "opt_outs": Listing(
        REFUSAL, "other",
        """SELECT x.recorded_at AS at, x.consent_id AS id, x.person_id, NULL AS loan_id, coalesce(x.channel, '') AS channel,
        x.kind AS what, NULL::bigint AS cents, '' AS currency FROM records_consent x
        WHERE x.tenant_id = %(tenant)s AND x.kind = 'channel_refusal'
        AND x.recorded_at >= %(start)s AND x.recorded_at < %(end)s""",
    ),
    "accepted": Listing(
        ACCEPTED, "transaction",
        "", by=("team", "reason"), parts=tuple(_ACCEPTED.format(part=part) for part in REASONS_APART),
    ),
    "wrongful": Listing(
        CONTACT, "communication_record",
        f"{_CONTACTS.format(what='c.reason')} FROM {AFTERWARDS} WHERE true",
        by=("team", "reason"),
    ),
    "unpermitted": Listing(
        CONTACT, "communication_record",
        f"{_RESULT} FROM records_contact c WHERE {UNPERMITTED}",
    ),
}  # fmt: skip
_TEAM = """coalesce((SELECT o.team FROM records_case o WHERE o.tenant_id = %(tenant)s AND o.person_id = x.person_id
    ORDER BY o.closed_on IS NULL DESC, o.id DESC LIMIT 1), '') = %(team)s"""
_NARROWED = {"channel": "c.channel = %(channel)s", "hour": f"extract(hour FROM {LOCAL})::int = %(hour)s"}
_REASON = {"accepted": "r.reason = %(reason)s", "wrongful": "c.reason = %(reason)s"}
COLUMNS = ("at", "id", "person_id", "loan_id", "channel", "what", "cents", "currency")


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed by besides its period; empty or None by nothing. ``currency`` is that of lists of money."""

    currency: str
    channel: str = ""
    hour: int | None = None
    reason: str = ""


def rows_behind(
    scope: Scope, measure: str, asked: Asked, by: Narrowed, limit: int, after: tuple[datetime | date, str] | None = None
) -> list[dict[str, Any]]:
    """The rows that a measure counts, the oldest first, from after one of them on; in the scope of this transaction.

    Raises:
        KeyError: there is no such measure in :data:`LISTINGS`.
    """
    listing = LISTINGS[measure]
    values = {"team": asked.team, "channel": by.channel, "hour": by.hour, "reason": by.reason}
    narrowed = {name: value for name, value in values.items() if name in listing.by and value not in ("", None)}
    inner = [_REASON[measure] if name == "reason" else _NARROWED[name] for name in narrowed if name != "team"]
    outer = [_TEAM] if "team" in narrowed else []
    given = (
        period_values(scope.tenant, asked.first, asked.last, asked.zone)
        | narrowed
        | {"currency": by.currency, "limit": limit}
    )
    if after is not None:
        mark = f"%(after_at)s::{listing.at}"
        outer += [f"x.at >= {mark}", f"(x.at, x.id) > ({mark}, %(after_id)s)"]
        given |= {"after_at": after[0], "after_id": after[1]}
    where = f"WHERE {' AND '.join(outer)}" if outer else ""
    parts = [
        f"(SELECT * FROM ({' AND '.join([part, *inner])}) x {where} ORDER BY x.at, x.id LIMIT %(limit)s)"
        for part in listing.parts or (listing.statement,)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({' UNION ALL '.join(parts)}) y ORDER BY y.at, y.id LIMIT %(limit)s", given)
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
