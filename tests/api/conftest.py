"""The API on a real database, at an instant that stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import records_server

records_server.prepare()

from forbear.kernel.clock import FixedClock  # noqa: E402  # after Django is ready


@pytest.fixture
def clock(records) -> Iterator[FixedClock]:
    """Noon in Shanghai on the business date."""
    from django.test import override_settings
    from records_cast import NOON

    standing = FixedClock(NOON)
    with override_settings(FORBEAR_CLOCK=standing):
        yield standing


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
