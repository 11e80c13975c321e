"""The console on a real database, at an instant that stands still until a test moves it; where a test asks for it in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
import records_server

# Playwright runs a loop of its own in the thread of the tests, and Django would take their queries for questions from within it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
records_server.prepare()


@pytest.fixture
def lender(tenant, clock) -> str:
    """A lender whose staff sign in with a password alone."""
    from forbear.records.actions.tenants import change_settings

    change_settings(tenant, {"second_factor": False})
    return tenant


@pytest.fixture
def staff(lender):
    """One of each role, signed in, by role."""
    from console_staff import everybody

    return everybody(lender)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium, once a file: while it runs, so does a loop of Playwright's, in which nothing else could begin one."""
    from browsing import chromium

    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def address(records) -> Iterator[str]:
    """Where the application is served."""
    from browsing import served

    with served() as base:
        yield base


@pytest.fixture
def sit(browser, address) -> Iterator[Callable]:
    """``sit(language="zh", viewport=PHONE)``: somebody at a browser; at the end nothing may have been complained of."""
    from contextlib import ExitStack

    from browsing import sitting

    with ExitStack() as open_now:
        seats = []

        def take_a_seat(**options):
            seats.append(open_now.enter_context(sitting(browser, address, **options)))
            return seats[-1]

        yield take_a_seat
        assert [said for seat in seats for said in seat.complaints] == []
