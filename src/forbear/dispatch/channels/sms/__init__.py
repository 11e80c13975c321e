"""Text messages over SMPP 3.4, as carriers and aggregators take them."""

from forbear.dispatch.channels.sms.channel import SmsChannel
from forbear.dispatch.channels.sms.settings import SmsSettings

__all__ = ["SmsChannel", "SmsSettings"]
