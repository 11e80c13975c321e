"""The places of the portfolio."""

from __future__ import annotations

from forbear.doors.console.places import Place, place
from forbear.doors.console.portfolio import book, contacts

READERS = ("leader", "compliance", "strategist", "auditor")
PLACES: tuple[Place, ...] = (
    place("portfolio", book.portfolio, "portfolio", READERS),
    place("portfolio/ageing.csv", book.portfolio_file, "portfolio_file", READERS),
    place("portfolio/loans/<str:bucket>", book.portfolio_loans, "portfolio_loans", READERS),
    place("portfolio/contacts", contacts.contacts, "portfolio_contacts", READERS),
    place("portfolio/contacts.csv", contacts.contacts_file, "portfolio_contacts_file", READERS),
)
