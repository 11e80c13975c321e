"""The kinds of values in requests, each as strict as the records are: nothing is guessed, cut or rounded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from forbear.book.schema import ABSURD_CENTS


def _only_text(value: Any) -> Any:
    """Numbers are no dates, whatever else would read them so."""
    if isinstance(value, int | float):
        raise ValueError("it must be text")
    return value


def _in_utc(value: datetime) -> datetime:
    """The same instant in UTC; offsets may be such as no database holds."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("it must be within the calendar") from None


PLAIN = r"^[^\u0000-\u001f\u007f]*$"
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=PLAIN)]
"""An id of the lender's own; without control characters, which no database holds."""
Day = Annotated[date, BeforeValidator(_only_text)]
Instant = Annotated[AwareDatetime, BeforeValidator(_only_text), AfterValidator(_in_utc)]
"""With its offset: an hour without one is nobody's."""
Cents = Annotated[StrictInt, Field(ge=1, le=ABSURD_CENTS)]
Truth = StrictBool


class Asked(Schema):
    """A request body: what it does not know it does not take."""

    model_config = ConfigDict(extra="forbid")
