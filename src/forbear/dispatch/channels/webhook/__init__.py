"""Anything else that sends: one signed request a message goes out, signed receipts and answers come back.

Out goes a POST of JSON, signed as :mod:`forbear.kernel.signing` says; its ``webhook-id`` is the message's id, and whoever
takes it takes each id once::

    {"type": "message.send", "timestamp": "…", "data": {
        "message_id": "…", "receipt_token": "…", "channel": "…", "to": "…", "language": "…", "subject": "…", "body": "…",
        "expires_at": "…", "fields": {…}, "links": {…}}}

Back comes, signed in the same way with the same secret::

    {"type": "message.receipt", "data": {"message_id": "…", "receipt_token": "…", "status": "delivered", "at": "…",
        "provider_id": "…", "reason": "…", "parts_count": 1}}
    {"type": "message.inbound", "data": {"inbound_id": "…", "from": "…", "text": "…", "at": "…",
        "in_reply_to": "…", "receipt_token": "…"}}

``receipt_token`` is given back as it came: it shows that the message was ours. ``provider_id``, ``reason``, ``parts_count`` and
``in_reply_to`` may be left out.
"""

from forbear.dispatch.channels.webhook.channel import WebhookChannel, WebhookSettings

__all__ = ["WebhookChannel", "WebhookSettings"]
