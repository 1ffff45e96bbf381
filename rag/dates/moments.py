"""Words found together, and the days that words speak of."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from rag.dates import days

COUNTS = ("number", "one", "few", "year", "round")
MONTHS = ("month", "name", "lower", "abbr")  # doubtful ones included
YEARS = ("year", "round")
AGAIN = {"last": "last", "past": "last", "next": "next"}
ONE_DAY = datetime.timedelta(days=1)


class Moment(NamedTuple):
    """Days that words speak of, either end open.

    ``sure`` when they tell when something happened, ``relative`` when they tell it by how far away from today.
    """

    first: datetime.date | None
    last: datetime.date | None
    sure: bool = True
    relative: bool = False

    @property
    def days(self) -> days.Days | None:
        """Both ends, where there are two."""
        return None if self.first is None or self.last is None else days.Days(self.first, self.last)


def on(day: datetime.date, *, sure: bool = True, relative: bool = False) -> Moment:
    """A single day."""
    return Moment(day, day, sure, relative)


class Lexeme(NamedTuple):
    """A word or phrase: its kind and value, the span of the text it stands in; a moment once its days are known."""

    kind: str
    start: int
    end: int
    value: int = 0
    moment: Moment | None = None


class Found(tuple[Lexeme, ...]):
    """The words that a rule has found together, looked up by their kinds."""

    __slots__ = ()

    def has(self, *kinds: str) -> bool:
        """Whether there is a word of one of these kinds."""
        return any(lexeme.kind in kinds for lexeme in self)

    def one(self, *kinds: str) -> Lexeme:
        """The first word of one of these kinds."""
        return next(lexeme for lexeme in self if lexeme.kind in kinds)

    def value(self, *kinds: str) -> int:
        """The value of the first word of one of these kinds."""
        return self.one(*kinds).value

    @property
    def kinds(self) -> list[str]:
        """The kinds in order."""
        return [lexeme.kind for lexeme in self]

    @property
    def unit(self) -> int:
        """Day, week, month and so on: a number of ``days``."""
        return self.value("unit", "units")

    @property
    def number(self) -> int | None:
        """How many units; None for a few."""
        return None if self.has("few") or not self.has(*COUNTS) else self.value(*COUNTS)

    @property
    def again(self) -> str:
        """Whether the last or the next one is meant: "last", "next" or ""."""
        return next((AGAIN[lexeme.kind] for lexeme in self if lexeme.kind in AGAIN), "")

    @property
    def year(self) -> int:
        """The year that the last word is: a number, or days that make a whole year. ValueError where it is none."""
        last = self[-1]
        if last.moment is None:
            return last.value
        span = last.moment.days
        if span is None or span != days.months(span.first.year, 1, 12):
            raise ValueError("no year")
        return span.first.year
