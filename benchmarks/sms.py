"""Text messages a second through the channel, from 64 threads, against the ceiling: a bare Node client on the same message centre.

The centre is the one of the tests (npm ``smpp``), in a process of its own. The ceiling is the same library as client, in a third
process, with as many messages open at a time: it encodes one message over and over, knows no borrower, no receipt and no time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import process_time
from typing import Any

from benchmarks.measuring import ROOT

from forbear.dispatch import Message
from forbear.kernel.clock import SystemClock, stopwatch

THREADS, REPEATS = 64, 3
BODY = "您的借款本期已到期，如有困难请与我们商量。查询请登录本人账户。"
Say = Callable[[str], None]


def measure_sms(count: int, say: Say) -> dict[str, Any]:
    """Messages a second of the channel and of the ceiling, the best of three each, taken in turn, and their ratio."""
    support = str(ROOT / "tests" / "support")
    if support not in sys.path:
        sys.path.append(support)
    channels, ceilings = [], []
    for number in range(REPEATS):
        say(f"text messages, {number + 1} of {REPEATS}: {count:,} through the channel, then by the bare client")
        channels.append(_through_the_channel(count))
        ceilings.append(_by_the_bare_client(count))
    best = max(channels, key=lambda each: float(each["per_second"]))
    ceiling = max(ceilings)
    return {
        "messages": count,
        "threads": THREADS,
        "repeats": REPEATS,
        "channel_per_second": round(best["per_second"]),
        "channel_cpu_microseconds": round(best["cpu_microseconds"]),
        "ceiling_per_second": round(ceiling),
        "ratio": round(best["per_second"] / ceiling, 3),
    }


def _through_the_channel(count: int) -> dict[str, float]:
    from counterparts.message_centre import MessageCentre

    from forbear.dispatch.channels.sms import SmsChannel

    centre = MessageCentre()
    channel = SmsChannel(centre.settings(window_max=THREADS, answer_seconds=60.0), SystemClock())
    channel.open(lambda report: None)
    try:
        expires_at = SystemClock().now() + timedelta(hours=1)
        messages = [
            Message(f"{number:032x}", "sms", f"+86{13800000000 + number}", "zh_CN", "", BODY, expires_at)
            for number in range(count)
        ]
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(channel.deliver, messages[: THREADS * 4]))
            seconds, processor = stopwatch(), process_time()
            receipts = list(pool.map(channel.deliver, messages))
            taken, used = seconds(), process_time() - processor
        if any(receipt.status != "accepted" for receipt in receipts):
            raise RuntimeError("a message was not accepted")
    finally:
        channel.close()
        centre.stop()
    return {"per_second": count / taken, "cpu_microseconds": used / count * 1e6}


def _by_the_bare_client(count: int) -> float:
    from counterparts.message_centre import MessageCentre

    centre, client = MessageCentre(), MessageCentre()
    try:
        octets = BODY.encode("utf-16-be").hex()
        client.ask("ceiling", port=centre.port, window=THREADS, count=THREADS * 4, octets=octets)
        told = client.ask("ceiling", port=centre.port, window=THREADS, count=count, octets=octets)
    finally:
        client.stop()
        centre.stop()
    return count / float(told["seconds"])
