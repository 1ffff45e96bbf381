"""Files into Documents, Documents into Articles.

files     which files are articles            encoding  bytes into text
front     metadata before the text            dates     dates in seven languages
lines     what a line looks like              credits   who published it, and when
stories   where each story begins and ends
"""

from __future__ import annotations

from collections.abc import Callable

from rag.dates.written import parse_date
from rag.reading import lines
from rag.reading.files import MAX_BYTES, ReadFiles, SkippedFile, read_document, read_paths
from rag.reading.front_matter import find_date_in_name, read_front_matter
from rag.reading.stories import find_stories
from rag.records import Article, Document, content_id

__all__ = [
    "MAX_BYTES",
    "ReadFiles",
    "SkippedFile",
    "find_articles",
    "parse_date",
    "read_document",
    "read_paths",
]

_SAMPLE = 4000  # characters that tell a language
_TOO_SHORT = 200  # … and a text below this does not: it gets the file's


def find_articles(document: Document, *, language: Callable[[str], str]) -> list[Article]:
    """The stories of a document, in order; with attribution, section and rule lines they cover all its text.

    A story's own date and publisher come first, then what the front matter says, then (date only) the file's name. Parts of a
    newsletter without a date of their own (figures, briefs) get the file's date, else the latest of the stories beside them.
    """
    text = document.text
    main = language(text[:_SAMPLE])
    day_first = None if main == "en" else True
    about = read_front_matter(text, day_first=day_first)
    parts = find_stories(text, about.body, day_first=day_first)
    alone = len(parts) == 1
    found = []
    for part in parts:
        title = (
            (about.title if alone else None)
            or part.title
            or lines.opening(text, part.start, part.end)
        )
        publisher = (
            about.publisher or part.publisher if alone else part.publisher or about.publisher
        )
        date = (about.date or part.date if alone else part.date or about.date) or find_date_in_name(
            document.path
        )
        url = about.url or part.url if alone else part.url
        body = text[part.start : part.end]
        tongue = language(body[:_SAMPLE]) if len(body) >= _TOO_SHORT else main
        name = content_id(title, publisher or "", date.isoformat() if date else "", body)
        found.append(
            Article(name, document, title, publisher, date, url, tongue, part.start, part.end)
        )
    return found
