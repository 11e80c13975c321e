"""The way in: a lender's files become the ten tables of the book, and every row that does not is on record."""

from forbear.book.intake.taking import Book, Count, Known, take_in

__all__ = ["Book", "Count", "Known", "take_in"]
