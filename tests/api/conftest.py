"""The API on a real database, at an instant that stands still until a test moves it."""

from __future__ import annotations

import pytest
import records_server

records_server.prepare()


@pytest.fixture
def lender(tenant, cast, clock):
    """A machine of the lender that may do everything."""
    from api_client import machine

    return machine(tenant)


@pytest.fixture
def placed_with(tenant, cast, clock):
    """A machine of the agency with which one of the cast is placed."""
    from api_client import agency, machine

    return machine(tenant, agency_id=agency(tenant, "agency-1"))
