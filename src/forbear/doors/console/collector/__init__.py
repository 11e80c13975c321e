"""A collector's day: who is next and why, one page a person, what came of a call."""
