"""The rule for other days, told by how far away they are: "And the year before?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag import dates
from rag.dates import DAY, MONTH, QUARTER, YEAR, find_unit_around, shift_units
from rag.question.followup.days import UNIT_LENGTHS, write_days
from rag.question.followup.editing import append_words, replace_span

if TYPE_CHECKING:
    import datetime

    from rag.question.followup.grammar import FollowUpGrammar
    from rag.question.followup.turn import Turn


# Templates of ``grammar.compile_template``: the words for each unit, the longest unit first.
UNIT_WORDS = {
    YEAR: r"{year_words}\b",
    QUARTER: r"{quarter_words}\b",
    MONTH: r"{month_words}\b",
    DAY: r"{day_words}\b",
}
# Words of a shift; "years" keeps its s, and so is none.
SHIFT_WORD = (
    r"(?<![^\W_])"
    r"(?:{earlier}|{later}|{year_words}|{quarter_words}|{month_words}|{day_words}|{shift_fillers})"
    r"|['\s]"
)


class Reference(NamedTuple):
    """The period that "the year before" counts from: its first day, and its calendar unit."""

    start: datetime.date
    unit: int


class Shift(NamedTuple):
    """How far to move, in units of the calendar: -1 for the one before."""

    unit: int
    steps: int


def shift_days(turn: Turn) -> str:
    """Return the last question, of the days that "the year before" means.

    Empty where the question says no such thing.
    """
    shift = read_shift(turn)
    if shift is None:
        return ""
    reference = find_reference(turn)
    if reference is None:
        return ""
    words = _write_shifted(reference, shift, turn.previous_language)
    if not words:
        return ""
    days = turn.previous_days
    if days is None:
        return append_words(turn.previous_question, words)
    return replace_span(turn.previous_question, days, words)


def _write_shifted(reference: Reference, shift: Shift, language: str) -> str:
    """Return the words for the shifted period; empty outside the calendar."""
    try:
        day = shift_units(reference.start, shift.unit, shift.steps)
        period = find_unit_around(day, reference.unit)
    except (ValueError, OverflowError):
        return ""
    return write_days(period.first, reference.unit, language)


def read_shift(turn: Turn) -> Shift | None:
    """Return the shift that the question asks for; None where it says anything else beside it."""
    grammar = turn.grammar
    opening = turn.match(r"{openings}\s+")
    start = opening.end() if opening else 0
    text = turn.folded_question[start:]
    unit = _find_unit(text, grammar)
    if unit is None or _remove_shift_words(text, grammar):
        return None
    if grammar.search(r"\b{earlier}", text):
        return Shift(unit, -1)
    if grammar.search(r"\b{later}", text):
        return Shift(unit, 1)
    return None


def _find_unit(text: str, grammar: FollowUpGrammar) -> int | None:
    """Return the longest calendar unit that a text names."""
    for unit, words in UNIT_WORDS.items():
        if grammar.search(words, text):
            return unit
    return None


def _remove_shift_words(text: str, grammar: FollowUpGrammar) -> str:
    """Return what a text says beside the shift."""
    # "Vorjahr" is read as "vor jahr".
    split = grammar.substitute(r"\b({shift_prefixes})(?=\w)", r"\1 ", text)
    rest = grammar.substitute(SHIFT_WORD, "", split)
    return rest.strip()


def find_reference(turn: Turn) -> Reference | None:
    """Return the days that the last question, else its answer speaks of.

    Else the year of the article that was quoted; None without one.
    """
    period = dates.find_period(turn.previous_question, turn.previous_language, turn.today)
    reference = _make_reference(period)
    article = turn.quoted_article
    if reference or article is None:
        return reference
    published = article.date
    period = dates.find_period(turn.quotation, article.language, published or turn.today)
    reference = _make_reference(period)
    if reference is None and published:
        return Reference(published, YEAR)
    return reference


def _make_reference(period: dates.Period | None) -> Reference | None:
    """Return a period as the shortest calendar unit that is as long; None for an open period."""
    if period is None or period.start is None or period.end is None:
        return None
    difference = period.end - period.start
    length = difference.days + 1
    for unit, most_days in UNIT_LENGTHS.items():
        if length <= most_days:
            return Reference(period.start, unit)
    return Reference(period.start, YEAR)
