"""Web push: a notification on the borrower's own telephone or computer, by the push service of its browser.

The payload is JSON, encrypted for the subscription, with these keys and no others:

``message_id``
    The same for a repeat; the page's worker shows it as the notification's ``tag``, so that a repeat replaces.
``title``, ``body``, ``language``
    What the lock screen shows. How much that is, is a setting.
``actions``
    Buttons: ``view``, ``paid``, ``call_me``, each with its ``title``.
``link``
    The borrower's own page, where all is said; empty where the message has none.
``expires_at``
    UTC. The worker shows nothing from then on.

What the borrower presses comes in through that page, not through the push service.
"""

from forbear.dispatch.channels.push.channel import PushChannel
from forbear.dispatch.channels.push.settings import PUSH_SERVICES, PushSettings

__all__ = ["PUSH_SERVICES", "PushChannel", "PushSettings"]
