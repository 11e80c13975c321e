"""Forbear decides, every day, what to do about every overdue loan, and makes it impossible to do what the law forbids."""

__version__ = "0.1.0"
