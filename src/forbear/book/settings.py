"""How a lender ages its book. Every value is the lender's policy; what law sets is handed in by the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from forbear.kernel.errors import BookError
from forbear.kernel.reading import read_yaml_text

_BUCKETS = (("M0", 0), ("M1", 30), ("M2", 60), ("M3", 90), ("M4", 120), ("M5", 150), ("M6", 180), ("M6+", None))


@dataclass(frozen=True)
class AgeingSettings:
    """Ageing and fact definitions of a lender.

    Args:
        tolerance_cents: an instalment with no more than this unpaid counts as paid.
        grace_days: up to so many days after the due date a loan is not past due; beyond, all days count.
        buckets: names with the last day past due that each holds, in order; the last is open.
        in_flight_days: a payment under way counts as in flight when its value date is no further than this from the business date.
        pre_due_days: a loan falling due within so many days gets contact facts too; the playbook's number where none is set.
        promise_grace_days, promise_kept_percent: a promise is kept when this share arrived by its date plus the grace.
        lost_contact_*: the lost-contact predicate: attempts, on so many days, by so many channels, and days of silence.
        ability_low_percent, ability_high_percent: the month's instalments as a share of income: from the first on, ability is
            low; up to the second it is high.
    """

    tolerance_cents: int = 0
    grace_days: int = 0
    buckets: tuple[tuple[str, int | None], ...] = _BUCKETS
    in_flight_days: int = 7
    pre_due_days: int | None = None
    promise_grace_days: int = 0
    promise_kept_percent: int = 100
    lost_contact_attempts_min: int = 6
    lost_contact_attempt_days_min: int = 4
    lost_contact_channels_min: int = 2
    lost_contact_silent_days_min: int = 14
    ability_low_percent: int = 70
    ability_high_percent: int = 35

    def __post_init__(self) -> None:
        bounds = [last for _, last in self.buckets[:-1]]
        rising = all(low is not None and high is not None and low < high for low, high in pairwise(bounds))
        if len(self.buckets) < 2 or self.buckets[-1][1] is not None or None in bounds or not rising:
            raise BookError(
                "bad_buckets",
                "Buckets must rise, and the last must be open.",
                do="Give [name, last day] pairs; null for the last.",
            )


@dataclass(frozen=True)
class LegalSettings:
    """What the loaded law says of ageing; all unknown by default, and then the facts that need it are null.

    Args:
        asset_classes: class names with the days past due that each goes beyond, in rising order after the first.
        rate_ceiling: the all-in annual cost that must not be exceeded, as a fraction.
        adult_years: the age from which a person has full capacity.
        utc_offset_minutes: the offset of the law's own clock on the date.
    """

    asset_classes: tuple[tuple[str, int], ...] = ()
    rate_ceiling: Decimal | None = None
    adult_years: int | None = None
    utc_offset_minutes: int | None = None


def read_settings(path: Path) -> AgeingSettings:
    """Settings from a YAML file; keys as in :class:`AgeingSettings`.

    Raises:
        BookError: ``bad_settings`` naming the key.
    """
    try:
        raw: Any = read_yaml_text(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BookError("bad_settings", f"The settings cannot be read: {error}.", file=path) from error
    return settings_of(raw, path)


def settings_of(raw: object, path: Path | None = None) -> AgeingSettings:
    """Settings as they are written down: keys as in :class:`AgeingSettings`; those left out stand as there.

    Raises:
        BookError: ``bad_settings`` naming the key.
    """
    if not isinstance(raw, Mapping):
        raise BookError("bad_settings", "The settings must be key: value lines.", file=path)
    known = {field.name for field in fields(AgeingSettings)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in known:
            raise BookError(
                "bad_settings", f"There is no setting {key!r}.", file=path, do=f"There are: {', '.join(sorted(known))}."
            )
        values[key] = _buckets(value, path) if key == "buckets" else _whole(key, value, path)
    return AgeingSettings(**values)


def _whole(key: str, value: object, path: Path | None) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BookError("bad_settings", f"{key} must be a whole number of at least 0, not {value!r}.", file=path)
    return value


def _buckets(value: object, path: Path | None) -> tuple[tuple[str, int | None], ...]:
    try:
        return tuple((str(name), None if last is None else _whole("buckets", last, path)) for name, last in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise BookError("bad_settings", "buckets must be [name, last day] pairs.", file=path) from error
