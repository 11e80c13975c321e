"""How a lender is connected to a message centre."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.kernel.errors import UsageError

TYPES, PLANS = range(7), (0, 1, 3, 4, 6, 8, 9, 10, 14, 18)
"""Types and plans of numbers that SMPP 3.4 knows."""
VALIDITIES = ("relative", "absolute")


@dataclass(frozen=True)
class SmsSettings:
    """One account at a message centre. SMPP has no encryption of its own: reach a centre over a private line or a TLS tunnel.

    Args:
        system_id, password, system_type: the account, as the centre gave it; SMPP allows 15, 8 and 12 characters.
        source: what the borrower sees as sender: a number, a short code, or up to eleven letters.
        source_ton, source_npi: its type and plan as SMPP numbers them (5 and 0 for letters, 3 and 0 for a short code).
        window_max: messages handed over and not answered yet, at most.
        per_second_max: parts handed over in a second, at most; 0 for no limit. Agree on it with the centre.
        answer_seconds: how long one delivery may take, with waiting for its turn.
        connect_seconds: how long ``open`` waits for the first connection; later ones are made in the background.
        enquire_seconds: how often a silent line is asked whether it is still there.
        retry_seconds_min, retry_seconds_max: the waiting between tries to connect; it doubles each time.
        validity: how the centre is told until when a message may reach the borrower: ``relative`` needs no agreement of clocks,
            ``absolute`` is exact and in UTC.
        is_always_ucs2: for centres whose default alphabet is not GSM 03.38: everything goes as UCS-2, in shorter parts.
        remembered_max: sent parts whose receipts are still awaited; past that the oldest are forgotten.

    Raises:
        UsageError: ``bad_channel_setting``.
    """

    host: str
    port: int
    system_id: str
    password: str
    source: str
    system_type: str = ""
    source_ton: int = 5
    source_npi: int = 0
    window_max: int = 16
    per_second_max: float = 0.0
    answer_seconds: float = 15.0
    connect_seconds: float = 10.0
    enquire_seconds: float = 30.0
    retry_seconds_min: float = 0.5
    retry_seconds_max: float = 60.0
    validity: str = "relative"
    is_always_ucs2: bool = False
    remembered_max: int = 1_000_000

    def __post_init__(self) -> None:
        limits = {"system_id": 15, "password": 8, "system_type": 12, "source": 20}
        too_long = [name for name, limit in limits.items() if len(getattr(self, name)) > limit]
        positive = ("port", "window_max", "answer_seconds", "connect_seconds", "enquire_seconds", "retry_seconds_min")
        not_positive = [name for name in positive if getattr(self, name) <= 0]
        wrong = too_long + not_positive + [name for name in ("host", "source") if not getattr(self, name)]
        wrong += [name for name in limits if not getattr(self, name).isascii()]
        wrong += [
            name for name, known in (("source_ton", TYPES), ("source_npi", PLANS)) if getattr(self, name) not in known
        ]
        if self.validity not in VALIDITIES:
            wrong.append("validity")
        if wrong:
            raise UsageError(
                "bad_channel_setting",
                "A setting of the text message channel cannot be used.",
                do="Correct it; SMPP limits the length of names and passwords, and times and counts are above zero.",
                settings=", ".join(wrong),
            )
