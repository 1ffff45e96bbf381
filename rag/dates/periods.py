"""The days that a question or a story speaks of.

Words become lexemes (``lexemes``), rules make moments of them (``grammar``), and the moments of a
question become one period. What is read in which language is in ``[dates.periods]`` of its file.
"""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import grammar
from rag.dates.days import count_months
from rag.dates.lexemes import read_lexemes
from rag.dates.moments import Moment
from rag.dates.vocabulary import FALLBACK_LANGUAGE, has_date_vocabulary
from rag.dates.written_forms import COMMON_LANGUAGES
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.dates.moments import Lexeme

LANGUAGES = COMMON_LANGUAGES  # tried in this order where the language is not known
MAX_QUESTION_LENGTH = 4000  # characters of a question that are read; by hand
# Months back from today, by hand: of earlier days, articles of other days tell as well.
NEAR_MONTHS = 24
# Days ahead, by hand: three months, within which this winter or this week goes on next year.
NEAR_DAYS_AHEAD = 92
PREPOSITIONS_OF_PERIODS = ("in", "on")  # kinds that belong to the words of a period
# What may stand between two moments that make one stretch: "in October and in December".
CONNECTING_KINDS = frozenset({"and", "comma", "dash", "from", "in", "of", "on", "the", "to"})


class Period(NamedTuple):
    """The days a question speaks of, ends included, None where open.

    ``span``: the words that say it. ``sure``: articles of other days may be left out; otherwise
    those of these days are only preferred. ``relative``: said by how far away from today, in words
    that articles of these days do not use.
    """

    start: datetime.date | None
    end: datetime.date | None
    span: Span
    sure: bool
    relative: bool = False


class _Candidate(NamedTuple):
    """A period with the place of its lexeme."""

    period: Period
    place: int


def find_period(question: str, language: str, today: datetime.date) -> Period | None:
    """Return the days that a question speaks of, as asked on ``today``, or None.

    Several are taken together, those that are sure before the others; None where a question sets
    two of them against each other ("today and how much twenty years ago"), which is no stretch.
    ``language`` is ISO 639-1; English rules serve languages without words for periods.
    """
    question = question[:MAX_QUESTION_LENGTH]
    language = _language_of_rules(language)
    lexemes = _find_days(question, language, today)
    if not grammar.has_days(lexemes):
        return None
    spans = grammar.compile_spans(language)
    lexemes = spans.apply(lexemes, today)
    candidates = _list_candidates(lexemes, question, today)
    # "What was said yesterday about 2030?" is asked of yesterday.
    sure_ones = [candidate for candidate in candidates if candidate.period.sure]
    chosen = sure_ones or candidates
    if not chosen or _are_contrasted(chosen, lexemes):
        return None
    period = chosen[0].period
    for candidate in chosen[1:]:
        period = _join(period, candidate.period)
    return period


def find_relative_dates(
    text: str, language: str, day: datetime.date
) -> list[tuple[Span, datetime.date, datetime.date]]:
    """Return the words of a story of ``day`` that count from it, with the first and last day meant.

    In a story of 18 December, "hier" is the 17th.
    """
    dates = []
    language = _language_of_rules(language)
    lexemes = _find_days(text, language, day)
    for place, lexeme in enumerate(lexemes):
        moment = lexeme.moment
        if moment is None or not moment.relative:
            continue
        if moment.days is None:
            continue
        first, last = moment.days
        span = _span_with_article(lexemes, place, text)
        dates.append((span, first, last))
    return dates


def find_days(
    text: str, language: str, day: datetime.date
) -> list[tuple[Span, datetime.date, datetime.date]]:
    """Return the words of a story of ``day`` that tell days, with the first and last day meant.

    What is open at an end tells none.
    """
    dates = []
    for lexeme in _find_days(text, _language_of_rules(language), day):
        if lexeme.moment is not None and lexeme.moment.days is not None:
            first, last = lexeme.moment.days
            dates.append((Span(lexeme.start, lexeme.end), first, last))
    return dates


def _language_of_rules(language: str) -> str:
    """Return the language whose words for periods are read."""
    if has_date_vocabulary(language):
        return language
    return FALLBACK_LANGUAGE


def _find_days(text: str, language: str, today: datetime.date) -> list[Lexeme]:
    """Return the lexemes of a text, those that speak of days made one."""
    lexemes = read_lexemes(text, language)
    if not grammar.has_days(lexemes):
        return lexemes
    for rules in grammar.compile_days(language):
        lexemes = rules.apply(lexemes, today)
    return lexemes


def _list_candidates(
    lexemes: Sequence[Lexeme], question: str, today: datetime.date
) -> list[_Candidate]:
    """Return a period for each moment that has an end at least."""
    candidates = []
    for place, lexeme in enumerate(lexemes):
        moment = lexeme.moment
        if moment is None or moment[:2] == (None, None):
            continue
        period = Period(
            start=moment.first,
            end=moment.last,
            span=_span_with_article(lexemes, place, question, PREPOSITIONS_OF_PERIODS),
            sure=moment.sure and _is_near(moment, today),
            relative=moment.relative,
        )
        candidate = _Candidate(period, place)
        candidates.append(candidate)
    return candidates


def _span_with_article(
    lexemes: Sequence[Lexeme], place: int, text: str, prepositions: tuple[str, ...] = ()
) -> Span:
    """Return where a moment stands, with the article before it and the preposition before that.

    A single word ("hier", "2024") takes no article, which then belongs to what it describes.
    """
    start, end = lexemes[place].start, lexemes[place].end
    first = place
    if place > 0 and lexemes[place - 1].kind == "the":
        first -= 1
    if first > 0:
        before = lexemes[first - 1]
        if before.kind in prepositions:
            return Span(before.start, end)
    is_single_word = text[start:end].isalnum()
    if is_single_word:
        return Span(start, end)
    return Span(lexemes[first].start, end)


def _is_near(moment: Moment, today: datetime.date) -> bool:
    """Return whether days have begun, are not long past, and do not reach far ahead."""
    # "Since October" has no last day, "until October" no first one.
    first = moment.first or moment.last
    last = moment.last or moment.first
    if first is None or last is None:
        return False
    if first > today:
        return False
    if count_months(first, today) >= NEAR_MONTHS:
        return False
    if last.year <= today.year:
        return True
    days_ahead = (last - today).days
    return days_ahead <= NEAR_DAYS_AHEAD


def _are_contrasted(candidates: Sequence[_Candidate], lexemes: Sequence[Lexeme]) -> bool:
    """Return whether two periods without a day in common have other words between them."""
    for one, other in pairwise(candidates):
        between = lexemes[one.place + 1 : other.place]
        is_connected = all(lexeme.kind in CONNECTING_KINDS for lexeme in between)
        if is_connected:
            continue
        if _are_disjoint(one.period, other.period):
            return True
    return False


def _are_disjoint(one: Period, other: Period) -> bool:
    """Return whether two periods with both ends have no day in common."""
    if one.start is None or one.end is None:
        return False
    if other.start is None or other.end is None:
        return False
    return one.end < other.start or other.end < one.start


def _join(one: Period, other: Period) -> Period:
    """Return both, from the first day to the last; open ones narrow each other.

    "Since October, before December" leaves what is after the one and before the other.
    """
    starts = [day for day in (one.start, other.start) if day is not None]
    ends = [day for day in (one.end, other.end) if day is not None]
    are_both_closed = len(starts) == len(ends) == 2
    start = max(starts, default=None)
    end = min(ends, default=None)
    if are_both_closed:
        start = min(starts)
        end = max(ends)
    elif start and end and start > end:
        return one
    return Period(
        start=start,
        end=end,
        span=_cover(one.span, other.span),
        sure=one.sure,
        relative=one.relative and other.relative,
    )


def _cover(one: Span, other: Span) -> Span:
    """Return the span from the start of the first to the end of the last."""
    start = min(one.start, other.start)
    end = max(one.end, other.end)
    return Span(start, end)
