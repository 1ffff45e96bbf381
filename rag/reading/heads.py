"""The head of an article: its headline, who published it and when, down to the first text."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.attribution import is_name, read_byline, read_dateline
from rag.reading.language_words import load_words
from rag.reading.lines import bullet_length, find_link, is_headline, is_prose

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from rag.reading.attribution import Byline, Credit, Dateline
    from rag.reading.date_style import DateStyle
    from rag.reading.layout import Layout
    from rag.reading.lines import Line

# Lines at the head of an article where its title and attribution may stand; chosen by hand.
_HEAD_LINES = 6
_MAX_HEADLINE = 150  # characters of a line that is a headline as its credit line follows


class Head(NamedTuple):
    """What stands above the text of an article."""

    first: int  # the line where the article begins: the metadata above its title is left out
    title: str | None
    credit: Credit | None
    url: str | None
    byline: Byline | None = None
    dateline: Dateline | None = None

    @property
    def publisher(self) -> str | None:
        """Return who published the article, but for what an attribution at its end says."""
        if self.credit is not None and self.credit.publisher:
            return self.credit.publisher
        if self.byline is not None:
            # "By J. Smith" over "Le Monde, le 2 mars 2026": no city stands under an author.
            under_author = self.credit.doubtful if self.credit else None
            return self.byline.publisher or under_author
        return self.dateline.agency if self.dateline else None

    @property
    def author(self) -> str | None:
        """Return who is named behind the day: "Publié le 11 juin 2026 à 10h12 par La Gazette"."""
        match = _author_behind_day().fullmatch(self.credit.remark) if self.credit else None
        if match is None:
            return None
        name = match["name"].strip()
        # "par la rédaction" names nobody.
        has_capital = any(word[0].isupper() for word in name.split())
        return name if has_capital and is_name(name, is_strong=True) else None

    @property
    def date(self) -> datetime.date | None:
        """Return the day of the article."""
        if self.credit is not None:
            return self.credit.date
        return self.dateline.date if self.dateline else None


@dataclass
class _Reading:
    """What the lines so far say."""

    first: int = 0
    title: str | None = None
    credit: Credit | None = None
    url: str | None = None
    byline: Byline | None = None


def read_head(layout: Layout, stop: int, credits: Mapping[int, Credit], dates: DateStyle) -> Head:
    """Return what the first lines say, down to the first line of text."""
    reading = _Reading()
    dateline: Dateline | None = None
    for i in range(min(_HEAD_LINES, stop)):
        line = layout.lines[i]
        credit = credits.get(i) if stop > 1 else None
        if _read_metadata(reading, line, credit):
            # Metadata above everything else is no part of the article.
            is_above_all = i == reading.first and i + 1 < stop
            reading.first += is_above_all
        elif _is_body(layout, line, credits.get(i + 1)):
            dateline = read_dateline(line, dates)
            break
        else:
            is_headline_of_credit = _is_over_credit(line, credits.get(i + 1))
            title = (
                layout.read_title(line) if is_headline_of_credit else _read_title(layout, i, stop)
            )
            reading.title = reading.title or title
    return Head(
        reading.first,
        reading.title,
        reading.credit,
        reading.url,
        reading.byline,
        dateline,
    )


def choose_credit(credit: Credit | None, other: Credit | None) -> Credit | None:
    """Return the one of two attributions that alone names a publisher, else the other."""
    if credit is None or other is None:
        return other or credit
    if credit.publisher and not other.publisher:
        return credit
    return other


def _read_metadata(reading: _Reading, line: Line, credit: Credit | None) -> bool:
    """Take what a line says of the article; return False for a line that is none of metadata."""
    if credit is not None:
        reading.credit = choose_credit(credit, reading.credit)
        return True
    address = _find_bare_address(line)
    if address:
        reading.url = reading.url or address
        return True
    byline = read_byline(line)
    if byline is not None:
        reading.byline = reading.byline or byline
        return True
    return False


def _is_over_credit(line: Line, credit: Credit | None) -> bool:
    """Return whether a line stands right over an attribution: then it is a headline.

    It may be short, or end with a full stop.
    """
    if credit is None or not credit.explicit:
        return False
    return len(line.text) <= _MAX_HEADLINE


def _is_body(layout: Layout, line: Line, next_credit: Credit | None) -> bool:
    """Return whether a line is text: prose, a list item or code, and no headline of a credit."""
    if _is_listed(layout, line):
        return True
    return is_prose(line) and not _is_over_credit(line, next_credit)


def _is_listed(layout: Layout, line: Line) -> bool:
    """Return whether a line is code or an item of a list; "1. FC Aldenau" is none."""
    if line.is_code:
        return True
    # A number that belongs to no list stays in the title.
    has_own_number = layout.read_title(line)[:1].isdecimal()
    return bullet_length(line) > 0 and not has_own_number


def _read_title(layout: Layout, i: int, stop: int) -> str | None:
    """Return the line as the headline of an article, where it may be one.

    A line that is all of the article always may.
    """
    line = layout.lines[i]
    if stop > 1 and not is_headline(line):
        return None
    if not layout.stands_alone(i, stop):
        return None
    return layout.read_title(line) or None


def _find_bare_address(line: Line) -> str | None:
    """Return the address that is all of a line."""
    if " " in line.text or not line.text.startswith(("http", "<http")):
        return None
    return find_link(line.text)


@functools.cache
def _author_behind_day() -> re.Pattern[str]:
    """Return the pattern of what stands behind a day: perhaps a time, then an author."""
    words = "|".join(map(re.escape, load_words("authors_after_days")))
    time = r"\D{0,8}\d{1,2}\s?[h:.]\s?(?:\d{2})?\s?(?:uhr|[ap]\.?m\.?|h)?"
    return re.compile(
        rf"[\s,|·–—-]*(?:{time}[\s,|·–—-]*)?(?:{words})\s+(?P<name>\S.{{1,58}})", re.IGNORECASE
    )
