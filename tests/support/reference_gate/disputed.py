"""Where the reference and the tables read the law differently, each with the reference's reason.

The sweep follows the tables on these points, so that everything else is compared; each entry is held to change some
answer. It goes when the table, or the reference, is mended.
"""

from __future__ import annotations

from collections.abc import Mapping

DISPUTED: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "lost_contact_without_numbers": (
            "Since the guideline of 2026 a contact person is asked after a dead number, enough failed calls or enough days "
            "(choice C7), not on the lender's word that the debtor is out of reach."
        ),
    },
    "collection": {
        "holds_on_court_and_placement": (
            "Holds stop collection while they last; only an order not to contact leaves the courts open."
        ),
    },
}

DISPUTED_REGF: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "mail_at_a_known_time": (
            "A letter is read when it is read: that an hour is known to be inconvenient bars it no more than the usual hours do."
        ),
    },
}
DISPUTED_MASSACHUSETTS: Mapping[str, Mapping[str, str]] = {
    **DISPUTED_REGF,
    "contact": {
        **DISPUTED_REGF["contact"],
        "household_by_telephone_and_text": (
            "940 CMR 7.05(3) speaks of communications with the household; the tables count and time telephone and text alone."
        ),
    },
}
