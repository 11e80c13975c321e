"""What a notification says, and to whom it goes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC

from forbear.dispatch.channel import Message
from forbear.dispatch.channels.push.settings import PushSettings
from forbear.kernel.language import Translator, in_language

SPOKEN = {"zh_CN": "zh", "zh_TW": "zh_TW", "en": "en"}
PAYLOAD_BYTES_MAX = 3993
"""What push services take, 4096 bytes, less what the encryption adds."""
LINKS = ("view", "pay", "verify")
"""The links of a message that a press may open: the first that it has."""
ADDRESS_LENGTH_MAX = 4000
_NUMERAL = "〇零一二三四五六七八九十百千万亿兩两壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億"
_AMOUNT = re.compile(
    rf"[¥￥$€£]|\d[\d,.，．\s]*[元圆圓块塊角分万萬]|[{_NUMERAL}]+[元圆圓块塊]|\b(cny|rmb|hkd|twd|usd|eur)\b|人民[币幣]|\d[.．]\d\d(?!\d)|\d[,，]\d{{3}}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Subscription:
    """A browser's subscription, as it gives it: where to send, and its two keys in base64url."""

    endpoint: str
    p256dh: str
    auth: str

    def as_info(self) -> dict[str, object]:
        """In the form that browsers write."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


def read_subscription(text: str) -> Subscription | None:
    """The subscription of its JSON; None where it is none."""
    if len(text) > ADDRESS_LENGTH_MAX:
        return None
    try:
        read = json.loads(text)
        found = Subscription(read["endpoint"], read["keys"]["p256dh"], read["keys"]["auth"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if all(isinstance(each, str) and each for each in vars(found).values()) else None


def payload_of(message: Message, settings: PushSettings) -> bytes:
    """The payload of a message, as JSON in UTF-8: the same for each try."""
    words = Translator(SPOKEN.get(message.language, "en"))
    if may_show(message, settings.shows):
        title, body = message.subject, message.body
    else:
        title = in_language(settings.institution, words.language)
        body = words.gettext("There is a message for you. Press to read it.")
    titles = {"view": words.gettext("Read"), "paid": words.gettext("I have paid"), "call_me": words.gettext("Call me")}
    payload = {
        "message_id": message.message_id,
        "title": title,
        "body": body,
        "language": message.language.replace("_", "-"),
        "actions": [{"action": action, "title": title} for action, title in titles.items()],
        "link": next((message.links[name] for name in LINKS if message.links.get(name)), ""),
        "expires_at": message.expires_at.astimezone(UTC).isoformat(),
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def may_show(message: Message, shows: str) -> bool:
    """Whether subject and text may stand on a lock screen.

    Amounts are known by how they are written; where in doubt, a number is one.
    """
    if shows == "words":
        return not _AMOUNT.search(f"{message.subject}\n{message.body}")
    return shows == "amounts"
