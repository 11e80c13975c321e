"""The loan mirror and the people: the tables of the book (``docs/reference/book.md``), a tenant each, personal data sealed.

Ids are the lender's own. Columns have the names of the book's, so that one row of facts is computed from here as from files;
a column that ends in ``_sealed`` holds ciphertext, one in ``_index`` a keyed digest by which a value is found again. ``is_fed``
says that a row came with the lender's book: what was made here is never changed by a feed.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import ManyRow, TenantRow


def _key(length: int = 64) -> models.CharField:
    return models.CharField(max_length=length)


def _blank(length: int = 64) -> models.CharField:
    return models.CharField(max_length=length, blank=True, default="")


def _is_fed() -> models.BooleanField:
    return models.BooleanField(default=False)


def _cents() -> models.BigIntegerField:
    return models.BigIntegerField(default=0)


class Person(TenantRow):
    """Someone who owes, one across all products of the tenant.

    ``version`` grows with everything that may forbid a contact: a contact begins only at the version that was decided on.
    ``restricted_at`` stops all use but storage (PIPL), ``erased_at`` says that personal data was blanked. ``personal_index`` is the
    digest of what a feed brought sealed: unchanged, it is not sealed anew.
    """

    person_id = _key()
    name_sealed = models.BinaryField(null=True)
    birth_on_sealed = models.BinaryField(null=True)
    language = _blank(8)
    time_zone = _blank()
    region_code = _blank(12)
    legal_capacity = models.CharField(max_length=8, default="full")
    is_deceased = models.BooleanField(default=False)
    monthly_income_cents = models.BigIntegerField(null=True)
    has_representative = models.BooleanField(default=False)
    has_local_agency = models.BooleanField(null=True)
    personal_index = _blank()
    version = models.BigIntegerField(default=0)
    restricted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "person_id"], name="person_key")]


class Loan(TenantRow):
    """A loan or a revolving account, as the lender's ledger has it.

    ``gone_on`` is the date of the first whole book that no longer had it: nothing is planned for it from then on. ``placed_at``
    says since when these records say with which agency it is, if any; from then on a feed does not.
    """

    loan_id = _key()
    person_id = _key()
    product_code = _blank()
    product_kind = models.CharField(max_length=16, default="instalment")
    lender_type = models.CharField(max_length=24, default="other")
    currency = _blank(3)
    disbursed_on = models.DateField()
    principal_cents = _cents()
    annual_rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    all_in_rate = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    status = models.CharField(max_length=16, default="active")
    closed_on = models.DateField(null=True)
    agency_id = models.CharField(max_length=64, null=True)
    team = models.CharField(max_length=64, null=True)
    gone_on = models.DateField(null=True)
    placed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "loan_id"], name="loan_key")]
        indexes = [models.Index(fields=["tenant", "person_id"], name="loan_person")]


class Instalment(ManyRow):
    """What falls due when, by component."""

    loan_id = _key()
    instalment_number = models.IntegerField()
    due_on = models.DateField()
    original_due_on = models.DateField(null=True)
    principal_cents = _cents()
    interest_cents = _cents()
    penalty_cents = _cents()
    fee_cents = _cents()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "loan_id", "instalment_number"], name="instalment_key")
        ]


class Payment(ManyRow):
    """Money that came in; one that bounced stays, as reversed. ``accepted_at`` is when these records took it."""

    payment_id = _key()
    loan_id = _key()
    amount_cents = _cents()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=12, default="settled")
    reversed_on = models.DateField(null=True)
    reversal_recorded_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(db_default=Now())
    is_fed = _is_fed()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "payment_id"], name="payment_key")]
        indexes = [
            models.Index(fields=["tenant", "loan_id"], name="payment_loan"),
            models.Index(fields=["tenant", "effective_on"], name="payment_effective"),
            models.Index(fields=["tenant", "accepted_at"], name="payment_accepted"),
        ]


class ContactPoint(ManyRow):
    """Where a person can be reached, where it is known from, and whether it works. Removed in one step when it is another's."""

    contact_point_id = _key()
    person_id = _key()
    kind = models.CharField(max_length=12)
    value_sealed = models.BinaryField(null=True)
    value_index = _blank()
    source = models.CharField(max_length=20, default="unknown")
    state = models.CharField(max_length=12, default="unknown")
    verified_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_reason = _blank(24)
    is_fed = _is_fed()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "contact_point_id"], name="contact_point_key")]
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="contact_point_person"),
            models.Index(fields=["tenant", "value_index"], name="contact_point_value"),
        ]


class Consent(TenantRow):
    """What the person agreed to or refused, by channel and purpose, dated.

    ``recorded_at`` is when these records took it; of one that came with a feed it is not known.
    """

    consent_id = _key()
    person_id = _key()
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=16, null=True)
    purpose = _blank(24)
    form = models.CharField(max_length=12, default="individual")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    attempts_max = models.IntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)
    is_fed = _is_fed()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "consent_id"], name="consent_key")]
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="consent_person"),
            models.Index(
                fields=["tenant", "recorded_at"], condition=models.Q(kind="channel_refusal"), name="consent_refused"
            ),
        ]


class Hold(TenantRow):
    """A dated reason to pause collection, ageing, or both."""

    hold_id = _key()
    person_id = _key()
    loan_id = models.CharField(max_length=64, null=True)
    kind = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    pauses_ageing = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(null=True)
    is_fed = _is_fed()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "hold_id"], name="hold_key")]
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="hold_person"),
            models.Index(fields=["tenant", "recorded_at"], name="hold_recorded"),
        ]


class PromiseToPay(TenantRow):
    """A promise. Its verdict is computed from payments: kept when the threshold came in by the due day and its grace."""

    promise_id = _key()
    loan_id = _key()
    made_on = models.DateField()
    due_on = models.DateField()
    amount_cents = models.BigIntegerField()
    cancelled_on = models.DateField(null=True)
    grace_days = models.IntegerField(default=0)
    threshold_percent = models.IntegerField(default=100)
    verdict = models.CharField(max_length=8, default="open")
    paid_cents = _cents()
    judged_at = models.DateTimeField(null=True)
    is_fed = _is_fed()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "promise_id"], name="promise_key")]
        indexes = [
            models.Index(fields=["tenant", "loan_id"], name="promise_loan"),
            models.Index(fields=["tenant", "due_on"], name="promise_due"),
        ]


class Arrangement(TenantRow):
    """An agreed plan, extension, deferment or settlement. While one is active and kept, collection stops.

    ``recorded_at`` is when these records took it; of one that came with a feed it is not known.
    """

    arrangement_id = _key()
    loan_id = _key()
    kind = models.CharField(max_length=20)
    form = models.CharField(max_length=8, default="written")
    signed_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    breached_on = models.DateField(null=True)
    term_months = models.IntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)
    is_fed = _is_fed()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "arrangement_id"], name="arrangement_key")]
        indexes = [
            models.Index(fields=["tenant", "loan_id"], name="arrangement_loan"),
            models.Index(fields=["tenant", "recorded_at"], name="arrangement_recorded"),
        ]


class PointBlock(TenantRow):
    """A number or address that is blocked, by the keyed digest of its one form; whose it is, or was said to be, is not kept.

    A trigger of the database removes every contact point of that value as it is written, whoever writes it. A block that was
    lifted stays, as what was once blocked and why.
    """

    value_index = models.CharField(max_length=64)
    reason = models.CharField(max_length=24)
    blocked_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "value_index"], name="point_block_key")]
