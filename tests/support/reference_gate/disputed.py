"""Where the reference and the tables read the law differently, each with the reference's reason.

The sweep follows the tables on these points, so that everything else is compared; each entry is held to change some
answer. It goes when the table, or the reference, is mended.
"""

from __future__ import annotations

from collections.abc import Mapping

DISPUTED: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "telling_a_third_person_who_asks": (
            "He learns nothing that the debtor did not allow, before the standard of 2025 too."
        ),
        "lost_contact_without_numbers": (
            "Since the guideline of 2026 a contact person is asked after a dead number, enough failed calls or enough days "
            "(choice C7), not on the lender's word that the debtor is out of reach."
        ),
        "credentials_are_identity_documents": "The pact's credentials are identity documents, not only the mandate.",
    },
    "collection": {
        "holds_on_court_and_placement": (
            "Holds stop collection while they last; only an order not to contact leaves the courts open."
        ),
    },
    "message": {
        "wrong_person_told_all_but_the_balance": (
            "To a point of a wrong person nothing of a debt is said: not which debt, what amount or when it was due, and not "
            "where it is unknown what the message says."
        ),
        "card_letters_of_any_purpose": (
            "What a collection letter contains is asked of collection letters: a letter that only looks for the debtor, to a "
            "contact person, must not name the balance."
        ),
        "personal_data_to_the_spouse": "A spouse who does not owe is a third person for other personal information too.",
        "private_messages_without_fields": "An instant message says what it must from a private account too.",
    },
    "arrangement": {
        "capacity_of_an_unknown_kind": "Who is not known to have full capacity does not sign for himself, as he is not contacted.",
    },
}
