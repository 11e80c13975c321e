"""The API: what other systems ask of the records, and tell them. Address, tokens and errors: ``docs/reference/api.md``."""
