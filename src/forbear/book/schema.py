"""The contract of a loan book: ten tables, typed. ``docs/reference/book.md`` is generated from here."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.columns.dtypes import BOOL, DATE, INSTANT, INT, TEXT, DType, decimal
from forbear.columns.relation import Schema

RATE = decimal(9, 6)


@dataclass(frozen=True)
class Field:
    """One column of a table.

    ``says`` is its meaning; ``required`` means that a row without it is rejected; ``codes`` are the only values
    allowed; ``default`` stands in for a missing column or value; ``low`` and ``high`` bound numbers, both included.
    """

    name: str
    dtype: DType
    says: str
    required: bool = False
    codes: tuple[str, ...] = ()
    default: str | int | bool | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Table:
    """One table: its key (unique together), its fields, and the keys of other tables that it must find."""

    name: str
    says: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    compulsory: bool = False
    references: tuple[tuple[str, str], ...] = ()

    @property
    def schema(self) -> Schema:
        """Column names and types."""
        return {field.name: field.dtype for field in self.fields}

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)


# An amount beyond this is taken for a slip (one hundred million major units of a two-digit currency).
ABSURD_CENTS = 10_000_000_000
# A yearly rate beyond this fraction (1,000 %) is taken for a percent.
RATE_MAX = 10

CHANNELS = (
    "voice_agent",
    "voice_bot",
    "sms",
    "push",
    "email",
    "im_official",
    "im_private",
    "letter",
    "visit",
    "judicial",
    "notice",
)
HOLD_KINDS = (
    "dispute",
    "hardship",
    "bereavement",
    "bankruptcy",
    "moratorium",
    "legal",
    "complaint",
    "settled_elsewhere",
    "no_contact_order",
    "grace",
    "identity_theft",
)


def _cents(name: str, says: str, *, required: bool = False, low: int = 0, default: int | None = None) -> Field:
    return Field(name, INT, says, required=required, low=low, high=ABSURD_CENTS, default=default)


def _rate(name: str, says: str) -> Field:
    return Field(name, RATE, says, low=0, high=RATE_MAX)


BORROWERS = Table(
    "borrowers",
    "The people who owe. One row a person; a person without a row is known by id only.",
    ("person_id",),
    (
        Field("person_id", TEXT, "The lender's id of the person, one across all products.", required=True),
        Field("name", TEXT, "Full name, for messages. Never used to decide."),
        Field(
            "language",
            TEXT,
            "The language the person is written to in.",
            codes=("zh_CN", "zh_TW", "en"),
            default="zh_CN",
        ),
        Field("time_zone", TEXT, "IANA zone of the person's own clock; the book's zone where empty."),
        Field("region_code", TEXT, "Administrative division code of residence (GB/T 2260, six digits, for China)."),
        Field("birth_on", DATE, "Date of birth: tells a minor, nothing else."),
        Field("legal_capacity", TEXT, "Capacity for civil acts.", codes=("full", "limited", "none"), default="full"),
        Field("is_deceased", BOOL, "The person has died.", default=False),
        _cents("monthly_income_cents", "Stated or verified monthly income."),
        Field("has_representative", BOOL, "A lawyer or other representative speaks for the person.", default=False),
        Field("has_local_agency", BOOL, "A visiting team works in the person's area."),
    ),
)

LOANS = Table(
    "loans",
    "One row a loan or a revolving account.",
    ("loan_id",),
    (
        Field("loan_id", TEXT, "The lender's id of the loan.", required=True),
        Field("person_id", TEXT, "Who owes it.", required=True),
        Field("product_code", TEXT, "The lender's product.", default="loan"),
        Field(
            "product_kind",
            TEXT,
            "Kind of credit.",
            codes=("instalment", "revolving", "card", "microloan", "advance"),
            default="instalment",
        ),
        Field(
            "lender_type",
            TEXT,
            "Licence of the lender: some rules bind only some.",
            codes=("bank", "consumer_finance", "microloan_company", "auto_finance", "other"),
            default="other",
        ),
        Field("currency", TEXT, "ISO 4217 code; one for the whole book."),
        Field("disbursed_on", DATE, "The day the money went out; before it there is no loan.", required=True),
        _cents("principal_cents", "Amount disbursed.", required=True),
        _rate("annual_rate", "Contract interest rate a year, as a fraction: 0.18 is 18 %."),
        _rate("all_in_rate", "All-in annual cost, as a fraction, where the lender states it; else it is computed."),
        Field(
            "status",
            TEXT,
            "What the lender's ledger says of the loan.",
            codes=("active", "settled", "written_off", "cancelled"),
            default="active",
        ),
        Field("closed_on", DATE, "The day it was settled, written off or cancelled, where known."),
        Field("agency_id", TEXT, "The agency it is placed with; empty when in-house."),
        Field("team", TEXT, "The lender's team that works it."),
    ),
    compulsory=True,
    references=(("person_id", "borrowers"),),
)

INSTALMENTS = Table(
    "instalments",
    "What falls due when, by component. The schedule in force; a re-dated instalment keeps its first date in original_due_on.",
    ("loan_id", "instalment_number"),
    (
        Field("loan_id", TEXT, "The loan.", required=True),
        Field("instalment_number", INT, "1, 2, 3 … within the loan.", required=True, low=0, high=10_000),
        Field("due_on", DATE, "The local date on which it is due.", required=True),
        Field("original_due_on", DATE, "The first due date, where it was moved."),
        _cents("principal_cents", "Principal due.", required=True),
        _cents("interest_cents", "Interest due.", default=0),
        _cents("penalty_cents", "Penalty interest and late fees due.", default=0),
        _cents("fee_cents", "Other fees due.", default=0),
    ),
    compulsory=True,
    references=(("loan_id", "loans"),),
)

PAYMENTS = Table(
    "payments",
    "Money that came in. A payment that bounced stays, as reversed.",
    ("payment_id",),
    (
        Field("payment_id", TEXT, "The lender's id of the payment.", required=True),
        Field("loan_id", TEXT, "The loan it pays.", required=True),
        _cents("amount_cents", "Amount paid.", required=True),
        Field("effective_on", DATE, "The value date: from this local date on the money counts.", required=True),
        Field("recorded_at", INSTANT, "When it became known; a replay of an earlier day does not know it."),
        Field(
            "status",
            TEXT,
            "Settled, still under way, or reversed.",
            codes=("settled", "in_flight", "reversed"),
            default="settled",
        ),
        Field("reversed_on", DATE, "The day a reversal took effect; a reversed payment without one never counts."),
        Field("reversal_recorded_at", INSTANT, "When the reversal became known."),
    ),
    compulsory=True,
    references=(("loan_id", "loans"),),
)

CONTACT_POINTS = Table(
    "contact_points",
    "Where a person can be reached. Only points of the debtor are kept: a relative's or employer's number has no place here.",
    ("contact_point_id",),
    (
        Field("contact_point_id", TEXT, "Id of the point.", required=True),
        Field("person_id", TEXT, "Whose it is.", required=True),
        Field(
            "kind", TEXT, "Kind of point.", required=True, codes=("mobile", "landline", "email", "app", "im", "address")
        ),
        Field("value", TEXT, "Number, address or token. Never used to decide."),
        Field(
            "source",
            TEXT,
            "Where the lender has it from.",
            codes=("given_by_debtor", "verified_update", "public_record", "purchased", "unknown"),
            default="unknown",
        ),
        Field("state", TEXT, "Whether it works.", codes=("valid", "invalid", "unknown"), default="unknown"),
        Field("verified_on", DATE, "When it was last confirmed to be the person's."),
        Field("recorded_at", INSTANT, "When it became known."),
    ),
    references=(("person_id", "borrowers"),),
)

CONTACTS = Table(
    "contacts",
    "Every attempt and every contact, both ways, whoever made it: lender, agency or bot.",
    ("contact_id",),
    (
        Field("contact_id", TEXT, "Id of the attempt.", required=True),
        Field("person_id", TEXT, "With whom.", required=True),
        Field("loan_id", TEXT, "About which loan, where it was about one."),
        Field("contact_point_id", TEXT, "On which point."),
        Field("at", INSTANT, "When.", required=True),
        Field("channel", TEXT, "By what.", required=True, codes=CHANNELS),
        Field("direction", TEXT, "Out: by the collector. In: by the person.", codes=("out", "in"), default="out"),
        Field(
            "purpose",
            TEXT,
            "What for.",
            codes=("collection", "pre_due_reminder", "locate", "service_reply", "statutory_notice"),
            default="collection",
        ),
        Field(
            "result",
            TEXT,
            "What came of it. A conversation is a connected talk of any length; voicemail is not one. What is pending has begun and "
            "not ended.",
            codes=(
                "conversation",
                "no_answer",
                "busy",
                "voicemail",
                "invalid_number",
                "wrong_person",
                "delivered",
                "undelivered",
                "met",
                "not_met",
                "unknown",
                "pending",
            ),
            default="unknown",
        ),
        Field("is_right_party", BOOL, "The person was identified.", default=False),
        Field("attitude", TEXT, "What the person showed.", codes=("willing", "stalling", "refusing", "hardship")),
        Field(
            "reason_code",
            TEXT,
            "Why the loan is overdue, as the person says.",
            codes=(
                "forgot",
                "living_cost",
                "job_loss",
                "illness",
                "sudden_event",
                "over_borrowed",
                "disputes_debt",
                "other",
            ),
        ),
    ),
    references=(("person_id", "borrowers"),),
)

PROMISES = Table(
    "promises",
    "Promises to pay. Whether one was kept is computed from payments, never typed in.",
    ("promise_id",),
    (
        Field("promise_id", TEXT, "Id of the promise.", required=True),
        Field("loan_id", TEXT, "For which loan.", required=True),
        Field("made_on", DATE, "The day it was made.", required=True),
        Field("due_on", DATE, "The day it falls due.", required=True),
        _cents("amount_cents", "Amount promised.", required=True, low=1),
        Field("cancelled_on", DATE, "The day it was taken back by agreement."),
    ),
    references=(("loan_id", "loans"),),
)

ARRANGEMENTS = Table(
    "arrangements",
    "Agreed plans, extensions, deferments and settlements. While one is active and kept, collection stops.",
    ("arrangement_id",),
    (
        Field("arrangement_id", TEXT, "Id of the arrangement.", required=True),
        Field("loan_id", TEXT, "For which loan.", required=True),
        Field(
            "kind",
            TEXT,
            "Kind.",
            required=True,
            codes=("instalment_plan", "extension", "deferment", "settlement", "restructuring"),
        ),
        Field("form", TEXT, "Written or oral.", codes=("written", "oral"), default="written"),
        Field("signed_on", DATE, "The day it was agreed; before it there is only a proposal."),
        Field("ends_on", DATE, "The day after its last day; open-ended where empty."),
        Field("breached_on", DATE, "The day the person broke it."),
        Field("term_months", INT, "Length in months.", low=0, high=1_200),
    ),
    references=(("loan_id", "loans"),),
)

HOLDS = Table(
    "holds",
    "Dated reasons to pause collection, ageing, or both. For one loan, or for all loans of a person.",
    ("hold_id",),
    (
        Field("hold_id", TEXT, "Id of the hold.", required=True),
        Field("person_id", TEXT, "Whose; all loans of the person where loan_id is empty.", required=True),
        Field("loan_id", TEXT, "The one loan it is for."),
        Field("kind", TEXT, "Why.", required=True, codes=HOLD_KINDS),
        Field("starts_on", DATE, "First day.", required=True),
        Field("ends_on", DATE, "The day after its last day; still open where empty."),
        Field("pauses_ageing", BOOL, "Days under the hold do not count as days past due.", default=False),
        Field("recorded_at", INSTANT, "When it became known."),
    ),
    references=(("person_id", "borrowers"),),
)

CONSENTS = Table(
    "consents",
    "What the person agreed to or refused. A refusal binds until it is taken back.",
    ("consent_id",),
    (
        Field("consent_id", TEXT, "Id.", required=True),
        Field("person_id", TEXT, "Whose.", required=True),
        Field(
            "kind",
            TEXT,
            "Agreed to contact at night, agreed to more attempts, agreed to a visit at home, or refused a channel.",
            required=True,
            codes=("night_contact", "contact_frequency", "home_entry", "channel_refusal", "marketing"),
        ),
        Field("channel", TEXT, "Which channel; all where empty.", codes=CHANNELS),
        Field(
            "form",
            TEXT,
            "Asked one by one, or a clause in a form contract.",
            codes=("individual", "boilerplate"),
            default="boilerplate",
        ),
        Field("given_at", INSTANT, "When.", required=True),
        Field("expires_at", INSTANT, "Until when."),
        Field("revoked_at", INSTANT, "When it was taken back."),
        Field("attempts_max", INT, "For contact_frequency: up to how many attempts a day.", low=0, high=1_000),
    ),
    references=(("person_id", "borrowers"),),
)

TABLES: tuple[Table, ...] = (
    BORROWERS,
    LOANS,
    INSTALMENTS,
    PAYMENTS,
    CONTACT_POINTS,
    CONTACTS,
    PROMISES,
    ARRANGEMENTS,
    HOLDS,
    CONSENTS,
)
BY_NAME = {table.name: table for table in TABLES}
