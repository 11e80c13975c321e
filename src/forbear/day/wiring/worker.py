"""One worker process: its channels opened, its place at the desk taken, the queue worked off."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from forbear.day.wiring.care import care, hourly_care
from forbear.day.wiring.channels import read_channels
from forbear.day.wiring.composer import composer_of
from forbear.day.wiring.hearing import hearer
from forbear.day.wiring.queue import Work, call_for, work_off
from forbear.dispatch import Channel
from forbear.kernel.clock import Clock, SystemClock
from forbear.records.desk import WorkerIdentity, recover


def run_worker(
    channels_file: Path, *, concurrency: int, once: bool = False, clock: Clock | None = None,
    environment: Mapping[str, str] = os.environ,
) -> list[str]:  # fmt: skip
    """Work for every tenant of the channels file, until told to stop; with ``once``, until nothing is due.

    Returns:
        The tenants worked for.

    Raises:
        UsageError: ``bad_channels``, ``unknown_tenant``, ``bad_channel_setting``.
    """
    clock = clock or SystemClock()
    with WorkerIdentity() as identity, ExitStack() as stack:
        channels = read_channels(channels_file, environment, clock)
        for tenant, own in channels.items():
            for name, channel in own.items():
                _open(stack, tenant, name, channel, identity, clock)
        work = Work(
            channels=channels,
            composer_of=lambda tenant: composer_of(tenant, clock),
            identity=identity,
            clock=clock,
            lanes=max(1, concurrency // 2),
            care_of=care(channels),
            hourly_care_of=hourly_care(channels),
            stop=lambda: os.kill(os.getpid(), signal.SIGTERM),
        )
        for tenant in channels:
            recover(tenant)
            call_for(tenant, work)
        work_off(work, concurrency=concurrency, wait=not once)
    return list(channels)


def _open(stack: ExitStack, tenant: str, name: str, channel: Channel, identity: WorkerIdentity, clock: Clock) -> None:
    channel.open(hearer(tenant, name, identity.name, clock))
    stack.callback(channel.close)
