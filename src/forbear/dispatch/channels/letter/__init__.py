"""Letters: set as PDF, and put into a folder for a mail house.

A letter is ``outbox/<letter_id>.pdf`` and ``outbox/<letter_id>.json``, which has these keys and no others; nothing outside the page
says who it is for or what it is about:

``letter_id``
    Ours; what comes back names it. The same id is the same letter.
``file``, ``sha256``, ``bytes_count``, ``pages_count``
    The PDF. A file whose digest differs must not be printed.
``until_at``
    UTC. It is posted before this instant, or never.

What comes back are rows in ``inbox/*.csv``: see :data:`forbear.dispatch.channels.letter.channel.COLUMNS`.
"""

from forbear.dispatch.channels.letter.channel import LetterChannel
from forbear.dispatch.channels.letter.settings import LetterSettings, Window

__all__ = ["LetterChannel", "LetterSettings", "Window"]
