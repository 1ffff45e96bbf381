"""Days in a question: where they stand, and how a language writes new ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag import dates
from rag.dates import DAY, MONTH, QUARTER, YEAR
from rag.question.followup.editing import fold_in_place
from rag.question.followup.grammar import WORD_GAP, WORD_START, load_grammar
from rag.records import Span
from rag.text.languages import load_section

if TYPE_CHECKING:
    import datetime

UNIT_LENGTHS = {DAY: 1, MONTH: 31, QUARTER: 92, YEAR: 366}  # days, at most, of the calendar


def find_days(text: str, language: str, today: datetime.date) -> Span | None:
    """Return where a text says days, with the preposition and the article before them: "in the second quarter"."""
    period = dates.find_period(text, language, today)
    if period is None:
        return None
    grammar = load_grammar(language)
    before = fold_in_place(text[: period.span.start])
    words_before = re.search(
        rf"{WORD_START}(?:{grammar.prepositions}\s+)?(?:{grammar.articles}{WORD_GAP})?$", before
    )
    start = words_before.start() if words_before else period.span.start
    return Span(start, period.span.end)


def write_days(day: datetime.date, unit: int, language: str) -> str:
    """Return the words for the year, quarter, month or day that begins with a day: "in the second quarter of 2024"."""
    calendar = load_grammar(language).calendar
    templates = {
        YEAR: calendar.year,
        QUARTER: calendar.quarters[(day.month - 1) // 3],
        MONTH: calendar.month,
        DAY: calendar.day,
    }
    months = load_section(language, "names")["months"]
    return templates[unit].format(year=day.year, month=months[day.month - 1], day=day.day)
