"""Where the borrowers live: codes of real prefecture-level divisions (GB/T 2260) and IANA time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np

from forbear.kernel.dates import zone
from forbear.lab.synthetic.draws import Ints

# Province prefix: weight (about its millions of inhabitants, 2020 census), four-digit endings of some of its divisions.
_PROVINCES: dict[str, tuple[int, str]] = {
    "11": (22, "0100"),
    "12": (14, "0100"),
    "13": (75, "0100 0200 0400 0600"),
    "14": (35, "0100 0400 0700"),
    "15": (24, "0100 0200"),
    "21": (43, "0100 0200 0300"),
    "22": (24, "0100 0200"),
    "23": (32, "0100 0600"),
    "31": (25, "0100"),
    "32": (85, "0100 0200 0300 0400 0500 0600"),
    "33": (65, "0100 0200 0300 0400 0700"),
    "34": (61, "0100 0200 1200"),
    "35": (42, "0100 0200 0500"),
    "36": (45, "0100 0400 0700"),
    "37": (102, "0100 0200 0600 0700 1300"),
    "41": (99, "0100 0300 1300 1600"),
    "42": (58, "0100 0500 0600"),
    "43": (66, "0100 0400 0700"),
    "44": (126, "0100 0300 0600 0800 1300 1900"),
    "45": (50, "0100 0200 0300"),
    "46": (10, "0100 0200"),
    "50": (32, "0100"),
    "51": (84, "0100 0700 1300 1500"),
    "52": (39, "0100 0300"),
    "53": (47, "0100 0300"),
    "54": (4, "0100"),
    "61": (40, "0100 0400"),
    "62": (25, "0100 0500"),
    "63": (6, "0100"),
    "64": (7, "0100"),
    "65": (26, "0100 0200"),
}
REGIONS = tuple(prefix + ending for prefix, (_, endings) in _PROVINCES.items() for ending in endings.split())
REGION_WEIGHTS = tuple(
    weight * 60 // len(endings.split()) for weight, endings in _PROVINCES.values() for _ in endings.split()
)

HOME_ZONE = "Asia/Shanghai"
ZONES = (
    HOME_ZONE,
    "Asia/Urumqi",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Europe/London",
    "Europe/Paris",
    "Africa/Lagos",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
)
OVERSEAS_ZONES = np.arange(2, len(ZONES), dtype=np.int64)
_EPOCH = date(1970, 1, 1)
_DAYS_KNOWN = 2_200


@lru_cache(maxsize=4)
def _offset_minutes(as_of: int) -> Ints:
    """Minutes east of UTC at noon, per zone and day, for the days that end with ``as_of``."""
    days = [_EPOCH + timedelta(days=day) for day in range(as_of - _DAYS_KNOWN + 1, as_of + 1)]
    return np.array([[_noon_offset(name, day) for day in days] for name in ZONES], dtype=np.int64)


def _noon_offset(name: str, day: date) -> int:
    noon = datetime.combine(day, time(12), tzinfo=UTC).replace(tzinfo=zone(name))
    offset = noon.utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // 60


def to_instant(days: Ints, seconds: Ints, zones: Ints, as_of: int) -> Ints:
    """Microseconds since 1970 UTC of a local day and a daytime second of it, in the person's zone."""
    known = np.clip(days - (as_of - _DAYS_KNOWN + 1), 0, _DAYS_KNOWN - 1)
    offsets = _offset_minutes(as_of)[np.maximum(zones, 0), known]
    return (days * 86_400 + seconds - offsets * 60) * 1_000_000


def to_home_instant(days: Ints, seconds: Ints) -> Ints:
    """Microseconds since 1970 UTC of a day and a second of it in the book's zone, which is eight hours east all year."""
    return (days * 86_400 + seconds - 8 * 3_600) * 1_000_000
