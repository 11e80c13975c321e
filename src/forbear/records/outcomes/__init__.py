"""What came of contacts: counted once a day and kept, with the rows behind each figure."""

from forbear.records.outcomes.counting import count_again, count_day
from forbear.records.outcomes.reading import Asked, Outcomes, outcomes

__all__ = ["Asked", "Outcomes", "count_again", "count_day", "outcomes"]
