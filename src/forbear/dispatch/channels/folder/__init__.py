"""A folder shared with a partner who takes files and brings files: a mail house, a dialler.

::

    outbox/       what is handed over: `<id>.json`, and what belongs to it; written whole or not at all
    withdrawn/    `<id>.json` of each entry whose time is over, or that was recalled; its `reason` says which
    inbox/        what the partner brings: `*.csv` in UTF-8; written under another name, then renamed
    done/         files of the inbox that were read
    rejects/      their rows that cannot be used, each with its reason; files that cannot be read at all
    state/        ours: what was handed over and heard, so that nothing is done twice; no personal data

The partner takes an entry by moving its `.json` away; from then on the entry is theirs.
"""

from forbear.dispatch.channels.folder.exchange import Exchange
from forbear.dispatch.channels.folder.handing import hand_over
from forbear.dispatch.channels.folder.intake import Intake, take_in
from forbear.dispatch.channels.folder.watch import Watch, health_of

__all__ = ["Exchange", "Intake", "Watch", "hand_over", "health_of", "take_in"]
