"""The records as a test asks for them: a running server, a tenant of its own, and people in it.

Each test gets a fresh tenant instead of a transaction that is rolled back: what is proved here is what happens between
transactions that were committed, by several at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import records_server

if TYPE_CHECKING:
    from records_cast import Cast

    from forbear.kernel.clock import FixedClock
    from forbear.records.deployment import Deployment
    from forbear.records.scope import Scope


@pytest.fixture(scope="session")
def records() -> Iterator[Deployment]:
    """A migrated database, the same for all tests of the process; Django is ready from here on."""
    yield records_server.running()
    records_server.stop()


@pytest.fixture
def tenant(records: Deployment) -> str:
    """A fresh lender, who answers for the lawfulness of its debts."""
    from records_cast import open_tenant

    return open_tenant(f"t{uuid4().hex[:12]}")


@pytest.fixture
def other_tenant(records: Deployment) -> str:
    """Another lender on the same server."""
    from records_cast import open_tenant

    return open_tenant(f"o{uuid4().hex[:12]}")


@pytest.fixture
def as_reach(tenant: str) -> Callable[..., Scope]:
    """``as_reach("team", team="north")``: the scope of somebody of the tenant who sees that far."""
    from forbear.records.scope import Scope

    def scope_of(reach: str = "all", *, actor: str = "tester", team: str = "", agency_id: str = "") -> Scope:
        return Scope(tenant, actor, reach, team=team, agency_id=agency_id)

    return scope_of


@pytest.fixture
def scope(as_reach: Callable[..., Scope]) -> Scope:
    """Somebody who sees the whole tenant."""
    return as_reach()


@pytest.fixture
def cast(tenant: str) -> Cast:
    """Four people of the tenant; see :mod:`records_cast`."""
    from records_cast import enter

    return enter(tenant)


@pytest.fixture
def clock(records: Deployment) -> Iterator[FixedClock]:
    """The application's clock, which stands still: noon in Shanghai on the business date, until a test moves it."""
    from django.test import override_settings
    from records_cast import NOON

    from forbear.kernel.clock import FixedClock

    standing = FixedClock(NOON)
    with override_settings(FORBEAR_CLOCK=standing):
        yield standing
