"""Days in a question: where they stand, and how a language writes new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag import dates
from rag.dates import DAY, MONTH, QUARTER, YEAR
from rag.question.followup.grammar import load_grammar
from rag.records import Span
from rag.text import load_section

if TYPE_CHECKING:
    import datetime

# Days that a calendar unit has at most, the shortest unit first.
UNIT_LENGTHS = {DAY: 1, MONTH: 31, QUARTER: 92, YEAR: 366}
WORDS_BEFORE = r"{word_start}(?:{prepositions}\s+)?(?:{articles}{word_gap})?$"


def find_days(text: str, language: str, today: datetime.date) -> Span | None:
    """Return where a text says days, with preposition and article: "in the second quarter"."""
    period = dates.find_period(text, language, today)
    if period is None:
        return None
    start, end = period.span
    words_before = load_grammar(language).search(WORDS_BEFORE, text[:start])
    if words_before:
        start = words_before.start()
    return Span(start, end)


def write_days(day: datetime.date, unit: int, language: str) -> str:
    """Return the words for the year, quarter, month or day that begins with a day."""
    calendar = load_grammar(language).calendar
    quarter = (day.month - 1) // 3
    templates = {
        YEAR: calendar.year,
        QUARTER: calendar.quarters[quarter],
        MONTH: calendar.month,
        DAY: calendar.day,
    }
    month_names = load_section(language, "names")["months"]
    return templates[unit].format(
        year=day.year,
        month=month_names[day.month - 1],
        day=day.day,
    )
