"""``docs/reference/settings.md``: what a lender may set about ageing."""

from __future__ import annotations

from dataclasses import fields

from docs.writers.markdown import GENERATED, code, grid

from forbear.book.settings import AgeingSettings

HEAD = f"""# Settings

{GENERATED}
How a lender ages its book, as a YAML file: `forbear run … --settings FILE`. A key that is left out has its default; a key that does
not exist is refused (`bad_settings`). What the *law* sets (the days of the five asset classes, the ceiling of the rate, the age of
majority) is no setting: it comes from the law pack of the business date.

"""

MEANINGS = {
    "tolerance_cents": "An instalment with no more than this unpaid counts as paid.",
    "grace_days": "Up to so many days after the due date a loan is not past due. Beyond, all days count, the grace days too.",
    "buckets": "Names with the last day past due that each holds, in rising order; the last is open (`null`).",
    "in_flight_days": "A payment under way counts as in flight when its value date is no further than this from the business date.",
    "pre_due_days": "A person with an instalment due within so many days gets the facts about contacts too.",
    "promise_grace_days": "A promise may be kept so many days late.",
    "promise_kept_percent": "A promise is kept when this share of it arrived in time.",
    "lost_contact_attempts_min": "Lost contact: at least so many attempts since the person fell overdue,",
    "lost_contact_attempt_days_min": "on at least so many days,",
    "lost_contact_channels_min": "by at least so many channels,",
    "lost_contact_silent_days_min": "and at least so many days without a sign of life.",
    "ability_low_percent": "From this share of income on, the month's instalments mean low ability.",
    "ability_high_percent": "Up to this share they mean high ability.",
}


def settings_page() -> str:
    """The page; it fails for a setting without a meaning."""
    names = [field.name for field in fields(AgeingSettings)]
    assert set(names) == set(MEANINGS), set(names) ^ set(MEANINGS)
    defaults = AgeingSettings()
    rows = [(code(name), _shown(getattr(defaults, name)), MEANINGS[name]) for name in names]
    example = "\n".join(f"{name}: {_shown(getattr(defaults, name))}" for name in names)
    return (
        f"{HEAD}{grid(('setting', 'default', 'meaning'), rows)}\nThe defaults as a file:\n\n```yaml\n{example}\n```\n"
    )


def _shown(value: object) -> str:
    if not isinstance(value, tuple):
        return str(value)
    return "[" + ", ".join(f"[{name}, {'null' if last is None else last}]" for name, last in value) + "]"
