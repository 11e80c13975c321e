"""The places of the portfolio."""

from __future__ import annotations

from forbear.doors.console.places import Place, place
from forbear.doors.console.portfolio import book, contacts, curves, loans, rows

READERS = ("leader", "compliance", "strategist", "auditor")
PLACES: tuple[Place, ...] = (
    place("portfolio", book.portfolio, "portfolio", READERS),
    place("portfolio/ageing.csv", book.portfolio_file, "portfolio_file", READERS),
    place("portfolio/loans/<str:bucket>", loans.portfolio_loans, "portfolio_loans", READERS),
    place(
        "portfolio/loan-files/<str:bucket>.csv", loans.portfolio_loans_file, "portfolio_loans_file", READERS, ("POST",)
    ),
    place("portfolio/rolls.csv", book.portfolio_rolls_file, "portfolio_rolls_file", READERS),
    place("portfolio/curves", curves.curves, "portfolio_curves", READERS),
    place("portfolio/vintages.csv", curves.vintages_file, "portfolio_vintages_file", READERS),
    place("portfolio/cures.csv", curves.cures_file, "portfolio_cures_file", READERS),
    place("portfolio/contacts", contacts.contacts, "portfolio_contacts", READERS),
    place("portfolio/contacts.csv", contacts.contacts_file, "portfolio_contacts_file", READERS),
    place("portfolio/contacts/rows/<str:measure>", rows.contact_rows, "portfolio_contact_rows", READERS),
    place(
        "portfolio/contacts/files/<str:measure>.csv",
        rows.contact_rows_file,
        "portfolio_contact_rows_file",
        READERS,
        ("POST",),
    ),
)
