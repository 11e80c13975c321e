"""Agencies and the people who contact borrowers: who may act, and until when."""

from __future__ import annotations

from django.db import models

from forbear.records.models.tenant import TenantRow


class Agency(TenantRow):
    """An outside agency: licence, contract, list and evaluation. What is not known counts against it at the gate.

    ``attested`` holds what the lender answers for besides, by the names of the law's facts of an agency.
    """

    agency_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=100, blank=True, default="")
    contract_starts_on = models.DateField(null=True)
    contract_ends_on = models.DateField(null=True)
    white_list_from = models.DateField(null=True)
    white_list_until = models.DateField(null=True)
    evaluated_on = models.DateField(null=True)
    inspected_on = models.DateField(null=True)
    is_sub_delegated = models.BooleanField(default=False)
    placements_told = models.BooleanField(default=False)
    attested = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "agency_id"], name="agency_key")]


class Staff(TenantRow):
    """Someone who contacts borrowers, of the lender or of an agency: training and examination, dated."""

    staff_id = models.CharField(max_length=64)
    agency_id = models.CharField(max_length=64, blank=True, default="")
    name_sealed = models.BinaryField(null=True)
    work_card = models.CharField(max_length=64, blank=True, default="")
    trained_on = models.DateField(null=True)
    examined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "staff_id"], name="staff_key")]
