"""The values of the grammar: lexemes, what a rule has matched, and the days that words speak of."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from rag.dates import days

# Kinds of lexemes that rules treat alike.
COUNTS = ("number", "one", "few", "year", "round_year")
MONTHS = ("month", "name", "lower", "abbr")  # doubtful ones included
YEARS = ("year", "round_year")
DIRECTIONS = {"last": "last", "past": "last", "next": "next"}


class Moment(NamedTuple):
    """Days that words speak of, either end open.

    ``sure`` when they tell when something happened, ``relative`` when they tell it by how far away
    from today ("last week"), in words that articles of these days do not use.
    """

    first: datetime.date | None
    last: datetime.date | None
    sure: bool = True
    relative: bool = False

    @property
    def days(self) -> days.Days | None:
        """Both ends, where there are two."""
        first = self.first
        last = self.last
        if first is None or last is None:
            return None
        return days.Days(first, last)


NO_DAYS = Moment(None, None, False)


def make_moment(span: days.Days, *, sure: bool = True, relative: bool = False) -> Moment:
    """Return the moment of a span."""
    return Moment(span.first, span.last, sure, relative)


def make_day(day: datetime.date, *, sure: bool = True, relative: bool = False) -> Moment:
    """Return the moment of a single day."""
    return Moment(day, day, sure, relative)


class Lexeme(NamedTuple):
    """A word or phrase: its kind and value, the span of the text where it stands.

    A rule that understands several lexemes makes one of kind ``moment`` of them.
    """

    kind: str
    start: int
    end: int
    value: int = 0
    moment: Moment | None = None


class Match(tuple[Lexeme, ...]):
    """The lexemes that a rule has matched, looked up by their kinds."""

    __slots__ = ()

    def has(self, *kinds: str) -> bool:
        """Return whether there is a lexeme of one of these kinds."""
        return any(lexeme.kind in kinds for lexeme in self)

    def first_of(self, *kinds: str) -> Lexeme:
        """Return the first lexeme of one of these kinds; there must be one."""
        return next(lexeme for lexeme in self if lexeme.kind in kinds)

    def value(self, *kinds: str) -> int:
        """Return the value of the first lexeme of one of these kinds."""
        return self.first_of(*kinds).value

    @property
    def kinds(self) -> list[str]:
        """The kinds in order."""
        return [lexeme.kind for lexeme in self]

    @property
    def unit(self) -> int:
        """Day, week, month and so on: a number of ``days``."""
        return self.value("unit", "units")

    @property
    def unit_count(self) -> int | None:
        """How many units; None for a few."""
        is_vague = self.has("few")
        if is_vague or not self.has(*COUNTS):
            return None
        return self.value(*COUNTS)

    @property
    def direction(self) -> str:
        """Whether the last or the next one is meant: "last", "next" or ""."""
        for lexeme in self:
            if lexeme.kind in DIRECTIONS:
                return DIRECTIONS[lexeme.kind]
        return ""

    @property
    def year(self) -> int:
        """The year that the last lexeme is: a number, or days that make a whole year.

        ValueError where it is none.
        """
        last = self[-1]
        if last.moment is None:
            return last.value
        span = last.moment.days
        if span is None:
            raise ValueError("no year")
        year = span.first.year
        if span != days.span_months(year, 1, 12):
            raise ValueError("no year")
        return year
