"""What a Kindle keeps of the books that are read on it, "My Clippings.txt": an article each.

Two lines stand above a clipping: the book with its author in brackets, and where and when it was
clipped. The text is the file's, its places are lines. Bookmarks have no text; what the reader of a
book wrote beside it is none of its author's.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.errors import SourceError
from rag.reading.edits import find_invisible
from rag.reading.encoding import decode, describe_damage
from rag.reading.formats.base import Extracted, Metadata, Part
from rag.reading.language_words import load_words
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?[^\r\n]{1,500}\r?\n- [^\r\n]{1,300}\|[^\r\n]{1,300}\r?\n")
_RULE = re.compile(rb"\n={10}\r?(?:\n|\Z)")
_END = re.compile(r"\r?\n={10}(?=\r|\n|\Z)")
# The book, what was clipped and when, the words.
_CLIPPING = re.compile(r"[\s\ufeff]*([^\r\n]+)\r?\n- ([^\r\n]+)(.*)", re.DOTALL)
_AUTHOR = re.compile(r"(?P<title>.*\S)\s*\((?P<author>[^()]+)\)\s*")


class Clippings:
    """The clippings of a Kindle."""

    name = "clippings"
    media_type = "text/x-clippings"
    suffixes: frozenset[str] = frozenset()
    version = 1
    is_guarded = False

    def fits(self, data: bytes) -> bool:
        """Return whether the bytes begin with a clipping, and go on with the line below it."""
        return _HEAD.match(data) is not None and _RULE.search(data) is not None

    def extract(self, data: bytes) -> Extracted:
        """Return the file, each clipping that has a text as an article of its book.

        Raises:
            SourceError: none of them has one.
        """
        text, encoding = decode(data)
        parts = tuple(_find_parts(text))
        if not parts:
            raise SourceError("clippings without a text")
        warning = describe_damage(data, text)
        return Extracted(
            text,
            parts=parts,
            edits=tuple(find_invisible(text)),
            warnings=(warning,) if warning else (),
            encoding=encoding,
        )


CLIPPINGS = Clippings()


def _find_parts(text: str) -> Iterator[Part]:
    """Yield the clippings that are of the book's own words."""
    start = 0
    for end in _END.finditer(text):
        clipping = _CLIPPING.match(text, start, end.start())
        start = end.end()
        if clipping is None or _own_note().search(fold(clipping[2])):
            continue
        words = clipping[3].strip()
        if not words:
            continue
        book = clipping[1].strip()
        metadata = _describe_book(book)
        first = text.index(words, clipping.start(3))
        last = first + len(words)
        yield Part(first, last, metadata)


def _describe_book(line: str) -> Metadata:
    """Return the title and the author of a book: the last words in brackets are the author's."""
    named = _AUTHOR.fullmatch(line)
    title, author = named.groups() if named else (line, None)
    return Metadata(title=title, author=author)


@functools.cache
def _own_note() -> re.Pattern[str]:
    """Return the pattern of how a Kindle calls what its reader wrote."""
    words = map(re.escape, map(fold, load_words("own_notes")))
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
