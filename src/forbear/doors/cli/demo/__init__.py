"""``forbear serve --demo``: a lender to look at, with a year of history and people who work there."""
