"""What the lender would like to do: playbooks, and what they propose for a day's facts."""

from forbear.strategy.catalogue import Behaviour, behaviours, reason_text, reasons
from forbear.strategy.codes import PROPOSAL_SCHEMA
from forbear.strategy.describing import describe
from forbear.strategy.loading import load_playbook, playbook_digest, playbook_files, playbook_names
from forbear.strategy.playbook import Playbook
from forbear.strategy.soundness import PlaybookFinding, check_playbook

__all__ = [
    "PROPOSAL_SCHEMA",
    "Behaviour",
    "Playbook",
    "PlaybookFinding",
    "behaviours",
    "check_playbook",
    "describe",
    "load_playbook",
    "playbook_digest",
    "playbook_files",
    "playbook_names",
    "reason_text",
    "reasons",
]
