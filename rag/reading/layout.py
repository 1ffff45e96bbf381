"""A file as lines, and a stretch of it as a story: what the ways to cut a file share."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag.reading.lines import (
    Line,
    heading_level,
    is_headline,
    is_prose,
    is_rule,
    read_number,
    shorten,
    strip_markup,
    strip_number,
)
from rag.text import split_sentences

if TYPE_CHECKING:
    import datetime

    from rag.reading.attribution import Credit

_MAX_STATED_TITLE = 200  # characters of a title that stands in the file; chosen by hand
_MAX_WRAPPED_LINES = 4  # lines after the first that a wrapped sentence is looked for in; by hand


@dataclass(frozen=True, slots=True)
class Story:
    """A stretch of the file that is one article; without a title where the text has none."""

    start: int
    end: int
    title: str | None
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    author: str | None = None  # stands in for a publisher where nobody names one
    section: str | None = None  # of the newsletter that it stands in


@dataclass(frozen=True)
class Layout:
    """A text and its lines, all of them or those of a part."""

    text: str
    lines: list[Line]

    @cached_property
    def _prose(self) -> list[int]:
        """The lines of running text."""
        return [i for i, line in enumerate(self.lines) if is_prose(line)]

    @cached_property
    def _numbers(self) -> frozenset[int]:
        """The numbers that lines begin with."""
        numbers = map(read_number, (line.text for line in self.lines))
        return frozenset(number for number in numbers if number is not None)

    def read_title(self, line: Line) -> str:
        """Return a headline without markup, and without its number in a list of headlines.

        The number stays where no line has the one before or after it: "1. FC Aldenau".
        """
        number = read_number(line.text)
        if number is None or self._numbers.isdisjoint((number - 1, number + 1)):
            return strip_markup(line.text)
        return strip_number(line.text)

    def has_prose(self, first: int, stop: int) -> bool:
        """Return whether there is running text among the lines from ``first`` up to ``stop``."""
        # Looked up, since every line of a long list may be asked whether text follows it.
        next_prose = bisect_left(self._prose, first)
        return next_prose < len(self._prose) and self._prose[next_prose] < stop

    def stands_alone(self, index: int, stop: int) -> bool:
        """Return whether a line is a unit of its own, not the first of a hard-wrapped paragraph.

        It is when a sentence ends where the line does, read with those up to ``stop`` that follow.
        """
        line = self.lines[index]
        following = index + 1
        if following >= stop or heading_level(line):
            return True
        # What stands right under the line, up to the next blank one.
        limit = min(stop, following + _MAX_WRAPPED_LINES)
        paragraph_end = line.end
        for next_line in self.lines[following:limit]:
            if next_line.follows_blank:
                break
            paragraph_end = next_line.end
        if paragraph_end == line.end:
            return True
        sentences = split_sentences(self.text, line.start, paragraph_end)
        return any(sentence.end == line.end for sentence in sentences)

    def is_whole_story(self, first: int, stop: int) -> bool:
        """Return whether the lines from ``first`` up to ``stop`` are a headline and text."""
        if stop - first < 2:
            return False
        if not is_headline(self.lines[first]):
            return False
        return self.stands_alone(first, stop) and self.has_prose(first + 1, stop)

    def make_story(self, first: int, stop: int, credit: Credit) -> Story:
        """Return the lines as one story with its headline, without rules at its end."""
        while stop - 1 > first and is_rule(self.lines[stop - 1]):
            stop -= 1
        headline = self.lines[first]
        title = None
        if is_headline(headline):
            title = shorten_title(self.read_title(headline))
        return Story(
            headline.start,
            self.lines[stop - 1].end,
            title,
            credit.publisher,
            credit.date,
            credit.url,
        )


def shorten_title(title: str) -> str | None:
    """Return a title that stands in the file, cut where it is too long; None for nothing."""
    return shorten(title, _MAX_STATED_TITLE) or None
