"""What a token may be allowed."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "book:write": "Feed what changed in the book.",
    "payments:write": "Take payments and their reversals.",
    "silence:write": "Place and end holds, write down refusals and arrangements.",
    "heard:write": "Tell what borrowers sent, and what came of calls.",
    "promises:write": "Write down promises to pay, and take them back.",
    "redress:write": "Open disputes and complaints, assign and answer them.",
    "placements:write": "Place loans with agencies, and recall them.",
    "calls:read": "Read the call list with its numbers: for the lender's dialler.",
    "permits:write": "Ask for permits, use them, and tell the result.",
    "people:read": "Read people, their contacts and cases, masked.",
    "people:reveal": "Open personal data, written down and counted.",
    "decisions:read": "Read what was decided for a loan, and why.",
    "events:read": "Read events and subscriptions.",
    "events:write": "Add and stop subscriptions.",
    "runs:read": "Read runs and imports.",
    "receipts:write": "Tell what became of messages, signed.",
}
"""What a token may be allowed, and what each means."""
FOR_AGENCIES = ("permits:write", "people:read", "people:reveal", "decisions:read")
"""What the token of an outside agency may be allowed: what is about people who are placed with it."""
