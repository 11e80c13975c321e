"""Calls by the lender's own dialler: entries of a call list go out as files, what came of each call comes back by file.

An entry ``outbox/<call_id>.json`` has these keys, and no others; the dialler takes it by moving it away:

``call_id``
    Ours; what comes back names it. The same id is the same call: a dialler that has it already drops the entry.
``number``
    E.164.
``language``
    What the person is spoken to in: ``zh_CN``, ``zh_TW`` or ``en``.
``from_at``, ``until_at``
    UTC. The call begins at ``from_at`` or later and before ``until_at``, or never. An entry that is over, or that was
    recalled because something forbids it since, is withdrawn: it is gone from ``outbox``, and its id is in ``withdrawn``. Look
    there before each call.
``subject``, ``script``
    What the agent opens with, as it was approved.
``fields``
    What else the agent needs, by name, ready to be read.

What comes back are rows of :mod:`forbear.dispatch.disposition` in ``inbox/*.csv``.
"""

from forbear.dispatch.channels.phone.channel import PhoneChannel, PhoneSettings

__all__ = ["PhoneChannel", "PhoneSettings"]
