"""E-mail over SMTP, with what comes back of it: bounces, complaints, replies."""

from forbear.dispatch.channels.email.channel import EmailChannel
from forbear.dispatch.channels.email.reading import read_report
from forbear.dispatch.channels.email.settings import EmailSettings

__all__ = ["EmailChannel", "EmailSettings", "read_report"]
