"""A day as a person writes it in a flag or a command: 2025-12-01, "il y a trois semaines"."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress

from rag.dates.periods import LANGUAGES, find_period
from rag.dates.written import parse_date


def read_day(text: str, *, last: bool, today: datetime.date | None = None) -> datetime.date | str:
    """Return the day, or the first or ``last`` one of a period ("last week").

    What cannot be read is returned as it is, for the caller to refuse.
    """
    stripped = text.strip()
    if re.fullmatch(r"[0-9-]*", stripped):
        with suppress(ValueError):
            return datetime.date.fromisoformat(stripped)
        return text
    for language in LANGUAGES:
        period = find_period(stripped, language, today or datetime.date.today())
        if period is None or period.span != (0, len(stripped)):
            continue
        day = period.end if last else period.start
        if day is not None:
            return day
    return parse_date(text) or text
