"""Practice: synthetic books, and days replayed on the same run as production."""

from forbear.lab.synthetic.make import make_book

__all__ = ["make_book"]
