"""Days as a person writes them in a flag or a command: 2025-12-01, "last month", "il y a trois semaines"."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress


def read_day(text: str, *, last: bool, today: datetime.date | None = None) -> datetime.date | str:
    """The day, or the first or ``last`` one of a period ("last week"); what cannot be read is left to be refused."""
    asked = text.strip()
    if re.fullmatch(r"[0-9-]*", asked):
        with suppress(ValueError):
            return datetime.date.fromisoformat(asked)
        return text
    from rag.dates import LANGUAGES, find_period
    from rag.dates.written import parse_date

    for language in LANGUAGES:
        said = find_period(asked, language, today or datetime.date.today())
        if said and said.span == (0, len(asked)) and (day := said.end if last else said.start):
            return day
    return parse_date(text) or text
