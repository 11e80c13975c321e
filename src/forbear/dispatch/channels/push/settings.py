"""Who sends notifications, to which push services, and what a lock screen may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from forbear.kernel.errors import InputError

PUSH_SERVICES = (
    "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com",
    "https://web.push.apple.com",
    "https://*.push.apple.com",
    "https://*.notify.windows.com",
)
"""The push services of the browsers that people use."""
SHOWS = ("nothing", "words", "amounts")
URGENCIES = ("very-low", "low", "normal", "high")


@dataclass(frozen=True)
class PushSettings:
    """One lender's notifications.

    Args:
        vapid_key: the private key that push services know us by, as PEM or as 32 bytes in base64url.
        contact: how a push service reaches us: ``mailto:`` and a mailbox, or an ``https:`` page.
        institution: the lender's name by language, ``zh`` and ``en``.
        shows: what a lock screen may show, which others may read as well. ``nothing``: that there is a message, and from whom.
            ``words``: subject and text, unless an amount is in them. ``amounts``: subject and text as they are.
        urgency: how much battery it is worth: see :data:`URGENCIES`. Telephones that save power get ``high`` alone.
        services: the places that a subscription may point to.
        connect_seconds, answer_seconds: how long to wait.
        ca_file: certificates to trust instead of the system's.

    Raises:
        InputError: ``push_settings_unusable``.
    """

    vapid_key: str
    contact: str
    institution: Mapping[str, str]
    shows: str = "nothing"
    urgency: str = "normal"
    services: tuple[str, ...] = PUSH_SERVICES
    connect_seconds: float = 5.0
    answer_seconds: float = 10.0
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if self.shows not in SHOWS:
            raise _unusable("shows", f"one of {', '.join(SHOWS)}")
        if self.urgency not in URGENCIES:
            raise _unusable("urgency", f"one of {', '.join(URGENCIES)}")
        if not self.contact.startswith(("mailto:", "https://")):
            raise _unusable("contact", "mailto: and a mailbox, or an https page")


def _unusable(setting: str, wanted: str) -> InputError:
    return InputError(
        "push_settings_unusable",
        "The settings of push messages cannot be used.",
        do=f"Write {wanted}.",
        setting=setting,
    )
