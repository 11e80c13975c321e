"""One counterpart and one open channel a test, for every channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from counterparts import COUNTERPARTS, Counterpart, Ear, counterpart_class

from forbear.dispatch import Channel
from forbear.kernel.clock import SystemClock


@pytest.fixture
def ear() -> Ear:
    """It hears everything."""
    return Ear()


@pytest.fixture(params=COUNTERPARTS)
def counterpart(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counterpart]:
    """Each provider in turn; a test that is marked ``needs`` something leaves out those that never can, with their reason."""
    made = counterpart_class(request.param)
    for marker in request.node.iter_markers("needs"):
        for gap in marker.args:
            if gap in made.never:  # type: ignore[attr-defined]
                pytest.skip(f"never: {made.never[gap]}")  # type: ignore[attr-defined]
    provider = made(tmp_path)
    yield provider
    provider.stop()


@pytest.fixture
def channel(counterpart: Counterpart, ear: Ear) -> Iterator[Channel]:
    """The channel of the provider, open."""
    channel = counterpart.channel(SystemClock())
    channel.open(ear)
    yield channel
    channel.close()
