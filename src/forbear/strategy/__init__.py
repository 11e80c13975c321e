"""What the lender would like to do: playbooks, and what they propose for a day's facts."""

from forbear.strategy.codes import PROPOSAL_SCHEMA
from forbear.strategy.loading import load_playbook, playbook_names
from forbear.strategy.playbook import Playbook

__all__ = ["PROPOSAL_SCHEMA", "Playbook", "load_playbook", "playbook_names"]
