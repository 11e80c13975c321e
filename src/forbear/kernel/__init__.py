"""Money, dates, clock, ids, errors: what every room speaks."""
