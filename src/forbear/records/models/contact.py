"""From a planned act to a contact that happened: act → permit → contact → message → receipts; and what came in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import ManyRow, TenantRow

ACT_STATES = ("queued", "permitted", "sending", "done", "refused", "withdrawn", "waits")
"""``permitted``: whoever asked for it holds a permit that is not used yet."""
CONTACT_STATES = (
    "claimed",
    "started",
    "accepted",
    "delivered",
    "undelivered",
    "refused",
    "failed",
    "uncertain",
    "put_back",
    "done",
)
"""``put_back``: the provider told somebody that it did not leave, and its act is queued again. It counts like an uncertain one:
were the provider wrong, no cap would be exceeded all the same."""


class Act(TenantRow):
    """One act that a run planned, or that a person or an agency asked for. Its id comes from what it is: planned twice, it is one.

    ``about`` names the complaint, dispute or request that it answers, as ``complaint:…``; empty for all others.
    """

    act_id = models.UUIDField(unique=True)
    run = models.ForeignKey("records.Run", on_delete=models.PROTECT, null=True, related_name="+")
    person_id = models.CharField(max_length=64)
    loan_id = models.CharField(max_length=64)
    business_date = models.DateField()
    channel = models.CharField(max_length=16)
    purpose = models.CharField(max_length=24)
    treatment = models.CharField(max_length=40, blank=True, default="")
    template = models.CharField(max_length=64, blank=True, default="")
    offer = models.CharField(max_length=40, blank=True, default="")
    about = models.CharField(max_length=64, blank=True, default="", db_default="")
    contact_point_id = models.CharField(max_length=64, blank=True, default="")
    actor_kind = models.CharField(max_length=8, default="lender")
    agency_id = models.CharField(max_length=64, blank=True, default="")
    earliest_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    basis_digest = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=12, default="queued")
    reason = models.CharField(max_length=64, blank=True, default="")
    reason_rule = models.CharField(max_length=160, blank=True, default="")
    tries_count = models.IntegerField(default=0)
    try_after_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="act_person"),
            models.Index(
                fields=["tenant", "channel", "earliest_at"], condition=models.Q(state="queued"), name="act_queue"
            ),
            models.Index(
                fields=["tenant", "business_date", "reason_rule"],
                condition=models.Q(state="refused"),
                name="act_refused",
            ),
        ]


class Permit(TenantRow):
    """An ALLOW made durable: for one act, until a moment, used once. What it rests on is kept with it."""

    permit_id = models.UUIDField(unique=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, to_field="act_id", related_name="permits")
    person_id = models.CharField(max_length=64)
    person_version = models.BigIntegerField()
    issued_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    verdict = models.CharField(max_length=24)
    rules = models.JSONField(default=list)
    duties = models.JSONField(default=list)
    pack_version = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    facts_digest = models.CharField(max_length=64)
    consumed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="permit_person"),
            BrinIndex(fields=["issued_at"], name="permit_issued"),
        ]


class Contact(ManyRow):
    """Every attempt and every contact, both ways, whoever made it. The first ten columns are the book's ``contacts``.

    ``permit`` is unique: a permit is used once, whatever the code does. ``started_at`` is the instant from which the person
    may be reached by it; ``worker`` is who is doing it, to tell a crash from patience. ``recalled_at`` is since when
    a call that was handed over must not begin, ``recall_told_at`` since when the dialler knows.
    """

    contact_id = models.CharField(max_length=64)
    person_id = models.CharField(max_length=64)
    loan_id = models.CharField(max_length=64, null=True)
    contact_point_id = models.CharField(max_length=64, null=True)
    at = models.DateTimeField()
    channel = models.CharField(max_length=16)
    direction = models.CharField(max_length=4, default="out")
    purpose = models.CharField(max_length=24, default="collection")
    result = models.CharField(max_length=16, default="unknown")
    is_right_party = models.BooleanField(default=False)
    attitude = models.CharField(max_length=12, null=True)
    reason_code = models.CharField(max_length=16, null=True)
    permit = models.OneToOneField(
        Permit, on_delete=models.PROTECT, null=True, to_field="permit_id", related_name="contact"
    )
    actor_kind = models.CharField(max_length=8, default="lender")
    agency_id = models.CharField(max_length=64, blank=True, default="")
    staff_id = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=12, default="done")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=64, blank=True, default="")
    next_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    recall_told_at = models.DateTimeField(null=True)
    recording_digest = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now())
    is_fed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "contact_id"], name="contact_key")]
        indexes = [
            models.Index(fields=["tenant", "person_id", "at"], name="contact_person"),
            BrinIndex(fields=["at"], name="contact_at"),
            models.Index(fields=["tenant", "at", "id"], condition=models.Q(direction="out"), name="contact_out"),
            models.Index(fields=["tenant", "started_at"], name="contact_started"),
            models.Index(
                fields=["tenant", "contact_point_id"], condition=models.Q(result="wrong_person"), name="contact_wrong"
            ),
            models.Index(fields=["state"], condition=models.Q(state__in=["claimed", "started"]), name="contact_open"),
            models.Index(fields=["tenant", "at"], condition=~models.Q(staff_id=""), name="contact_by_staff"),
            models.Index(fields=["tenant", "at"], condition=models.Q(state="uncertain"), name="contact_uncertain"),
            models.Index(
                fields=["tenant", "channel"],
                condition=models.Q(recalled_at__isnull=False, recall_told_at__isnull=True),
                name="contact_untold",
            ),
        ]


class Message(TenantRow):
    """What was sent: the words sealed, their digest, the template's version, and what the provider calls each part of it."""

    contact_id = models.CharField(max_length=64)
    template = models.CharField(max_length=64)
    template_version = models.IntegerField(default=0)
    language = models.CharField(max_length=8)
    text_sealed = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    provider_ids = ArrayField(models.CharField(max_length=128), default=list)
    parts_count = models.IntegerField(default=1)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "contact_id"], name="message_key")]
        indexes = [GinIndex(fields=["provider_ids"], name="message_provider_ids")]


class ReceiptHeard(TenantRow):
    """What a provider told of a message; the same word twice is one row."""

    contact_id = models.CharField(max_length=64)
    status = models.CharField(max_length=12)
    at = models.DateTimeField()
    reason = models.CharField(max_length=64, blank=True, default="")
    detail = models.CharField(max_length=200, blank=True, default="")
    heard_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "contact_id", "status"], name="receipt_once")]


class Inbound(TenantRow):
    """What a borrower sent: read by a closed list of intents; what it means is acted on at once."""

    channel = models.CharField(max_length=16)
    inbound_id = models.CharField(max_length=128)
    person_id = models.CharField(max_length=64, blank=True, default="")
    contact_point_id = models.CharField(max_length=64, blank=True, default="")
    in_reply_to = models.CharField(max_length=64, blank=True, default="")
    intent = models.CharField(max_length=20)
    text_sealed = models.BinaryField(null=True)
    at = models.DateTimeField()
    heard_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "channel", "inbound_id"], name="inbound_once")]
        indexes = [models.Index(fields=["tenant", "person_id", "at"], name="inbound_person")]
