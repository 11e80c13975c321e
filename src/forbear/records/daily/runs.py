"""The run of a day as a row: how far it came, so that one that was cut goes on where it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from forbear.kernel.errors import UsageError
from forbear.records.models import Run
from forbear.records.scope import Scope, acting

STATES = ("begun", "judged", "planned", "decided", "done")
"""In order: each says that what it names is written."""


def begin_run(scope: Scope, as_of: date, playbook: str, law: str) -> Run:
    """The run of a tenant's day, made the first time it is asked for.

    Raises:
        UsageError: ``later_day_run`` when a later day was run already: its acts stand.
    """
    with acting(scope):
        later = Run.objects.filter(tenant_id=scope.tenant, business_date__gt=as_of).order_by("-business_date").first()
        if later is not None:
            do = "Explain or replay a past day from its files with forbear run."
            raise UsageError("later_day_run", "A later day was run already.", do=do, day=later.business_date)
        run, _ = Run.objects.get_or_create(
            tenant_id=scope.tenant, business_date=as_of, defaults={"playbook": playbook, "law": law}
        )
        return run


def is_past(run: Run, state: str) -> bool:
    """Whether what the state names is written already."""
    return STATES.index(run.state) >= STATES.index(state)


def locked_run(run: Run) -> Run:
    """The run as it is now, locked until the transaction ends: two processes do not write one day."""
    return Run.objects.select_for_update().get(pk=run.pk)


def move_run(run: Run, state: str, **values: Any) -> None:
    """Write down, within the transaction that did it, how far the run came."""
    run.state = state
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=["state", *values])
