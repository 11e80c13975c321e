"""The one way out to a borrower, and what a message is."""
