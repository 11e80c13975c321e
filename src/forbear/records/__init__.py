"""The database: what is known, what was done, and by whom. Every write is an action."""
