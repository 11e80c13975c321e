"""Kinds of parameter: dates, shares, sizes. A bad one is a UsageError with a hint, like every other error."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from forbear.kernel.dates import parse_date
from forbear.kernel.errors import UsageError
from forbear.kernel.language import gettext as _


class DateType(click.ParamType[date]):
    """A date, ``YYYY-MM-DD``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date.

        Raises:
            UsageError: ``not_a_date``.
        """
        return value if isinstance(value, date) else parse_date(str(value))


class ShareType(click.ParamType[Decimal]):
    """A share from 0 to 1, exact."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The share.

        Raises:
            UsageError: ``not_a_share``.
        """
        try:
            share = Decimal(str(value))
        except InvalidOperation:
            share = Decimal(-1)
        if not 0 <= share <= 1:
            message = _("{value} is not a share.").format(value=value)
            raise UsageError("not_a_share", message, do=_("Give a number from 0 to 1, such as 0.02."))
        return share


DATE, SHARE = DateType(), ShareType()
FOLDER, FILE = click.Path(path_type=Path), click.Path(path_type=Path, dir_okay=False)
