"""A day as rag says it in a language: "9 déc. 2025", "9. Dez. 2025"."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.text import load_section

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

_SPOKEN = "en"  # where a language has no phrase for a day
_SECTION = "interface"  # of a language's file


def say_day(day: datetime.date, language: str) -> str:
    """Return a day in a language, in English where that has no phrase for it."""
    spoken = language if "day" in load_section(language, _SECTION) else _SPOKEN
    phrases = load_section(spoken, _SECTION)
    template = phrases["day"]
    if day.day == 1:
        template = phrases.get("first_day", template)
    month = _list_months(spoken)[day.month - 1]
    text: str = template.format(day=day.day, month=month, number=day.month, year=day.year)
    return text


@functools.cache
def _list_months(language: str) -> Sequence[str]:
    """Return the names of the months, the short ones where a language has them."""
    names = load_section(language, "names")
    months: Sequence[str] = names.get("months_short") or names["months"]
    return months
