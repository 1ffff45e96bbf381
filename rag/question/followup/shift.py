"""The rule for other days, told by how far away they are: "And the year before?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag import dates
from rag.dates import DAY, MONTH, QUARTER, YEAR, find_unit_around, shift_units
from rag.question.followup.days import UNIT_LENGTHS, write_days
from rag.question.followup.editing import append_words, replace_spans

if TYPE_CHECKING:
    import datetime

    from rag.question.followup.grammar import Calendar
    from rag.question.followup.turn import Turn


class Reference(NamedTuple):
    """The period that "the year before" counts from: its first day, and the calendar unit that it is."""

    start: datetime.date
    unit: int


class Shift(NamedTuple):
    """How far to move, in units of the calendar: -1 for the one before."""

    unit: int
    steps: int


def shift_days(turn: Turn) -> str:
    """Return the last question, of the days that "the year before" means; empty where the question says no such thing."""
    shift = _read_shift(turn)
    reference = find_reference(turn) if shift else None
    if shift is None or reference is None:
        return ""
    try:
        moved = shift_units(reference.start, shift.unit, shift.steps)
        first_day = find_unit_around(moved, reference.unit).first
    except (ValueError, OverflowError):  # outside the calendar
        return ""
    words = write_days(first_day, reference.unit, turn.previous_language)
    days = turn.previous_days
    if days is None:
        return append_words(turn.previous_question, words)
    return replace_spans(turn.previous_question, [(days.start, days.end, words)])


def _read_shift(turn: Turn) -> Shift | None:
    """Return the shift that the question asks for; None where it says anything else beside it."""
    calendar = turn.grammar.calendar
    text = re.sub(rf"^{turn.grammar.openings}\s+", "", turn.folded_question)
    unit = _find_unit(text, calendar)
    if unit is None or _remove_shift_words(text, calendar):
        return None
    if re.search(rf"\b{calendar.earlier}", text):
        return Shift(unit, -1)
    if re.search(rf"\b{calendar.later}", text):
        return Shift(unit, 1)
    return None


def _find_unit(text: str, calendar: Calendar) -> int | None:
    """Return the longest calendar unit that a text names."""
    unit_words = {
        YEAR: calendar.year_words,
        QUARTER: calendar.quarter_words,
        MONTH: calendar.month_words,
        DAY: calendar.day_words,
    }
    for unit, words in unit_words.items():
        if re.search(rf"{words}\b", text):
            return unit
    return None


def _remove_shift_words(text: str, calendar: Calendar) -> str:
    """Return what a text says beside the shift."""
    shift_words = (
        calendar.earlier,
        calendar.later,
        calendar.year_words,
        calendar.quarter_words,
        calendar.month_words,
        calendar.day_words,
        calendar.fillers,
    )
    # "Vorjahr" is read as "vor jahr".
    split = re.sub(rf"\b({calendar.prefixes})(?=\w)", r"\1 ", text)
    return re.sub(rf"(?<![^\W_])(?:{'|'.join(shift_words)})|['\s]", "", split).strip()


def find_reference(turn: Turn) -> Reference | None:
    """Return the days that the last question, else its answer speaks of, else the year of the article that was quoted."""
    period = dates.find_period(turn.previous_question, turn.previous_language, turn.today)
    reference = _make_reference(period)
    article = turn.quoted_article
    if reference or article is None:
        return reference
    period = dates.find_period(turn.quotation, article.language, article.date or turn.today)
    reference = _make_reference(period)
    if reference is None and article.date:
        return Reference(article.date, YEAR)
    return reference


def _make_reference(period: dates.Period | None) -> Reference | None:
    """Return a period as one calendar unit, the shortest that is as long; None for one that is open."""
    if period is None or period.start is None or period.end is None:
        return None
    length = (period.end - period.start).days + 1
    for unit, most_days in UNIT_LENGTHS.items():
        if length <= most_days:
            return Reference(period.start, unit)
    return Reference(period.start, YEAR)
