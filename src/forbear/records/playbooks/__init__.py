"""Playbooks that a lender keeps: drafts, what takes effect when and by whose decision, and comparisons on the book."""

from forbear.records.playbooks.drafts import Edit, begin_draft, check_draft, discard_draft, edit_draft
from forbear.records.playbooks.keeping import files_of, kept_playbook, label_of, unpacked
from forbear.records.playbooks.releases import (
    decide_release,
    release_on,
    submit_version,
    with_playbook_of,
    withdraw_release,
)

__all__ = [
    "Edit",
    "begin_draft",
    "check_draft",
    "decide_release",
    "discard_draft",
    "edit_draft",
    "files_of",
    "kept_playbook",
    "label_of",
    "release_on",
    "submit_version",
    "unpacked",
    "with_playbook_of",
    "withdraw_release",
]
