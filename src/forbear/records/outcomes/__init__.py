"""What came of contacts: counted once a day and kept, with the rows behind each figure."""

from forbear.records.outcomes.counting import count_again, count_day
from forbear.records.outcomes.promises import Due, promises_due
from forbear.records.outcomes.reading import Asked, Outcomes, before, outcomes, teams_of
from forbear.records.outcomes.rows import LISTINGS, Narrowed, rows_behind

__all__ = [
    "LISTINGS", "Asked", "Due", "Narrowed", "Outcomes", "before", "count_again", "count_day", "outcomes", "promises_due", "rows_behind",
    "teams_of",
]  # fmt: skip
