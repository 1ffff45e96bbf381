"""What a format takes and gives: the seam between kinds of files and everything that reads text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import datetime

    from rag.records import Edit, Place


class Metadata(NamedTuple):
    """What a file, or one article of it, says of itself; None where it does not."""

    title: str | None = None
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    language: str | None = None  # ISO 639-1
    author: str | None = None
    description: str | None = None


NO_METADATA = Metadata()


class Part(NamedTuple):
    """An article of a file that holds many: an entry of a feed, a mail of a mailbox, a row."""

    start: int  # characters of the text
    end: int
    metadata: Metadata


class Extracted(NamedTuple):
    """The text of a file, as a person reads it.

    ``places`` say where pages, anchors, chapters or entries begin, in order. ``parts`` are the
    articles of a file that surely holds several; without them the text itself is looked at.
    """

    text: str
    metadata: Metadata = NO_METADATA
    places: tuple[Place, ...] = ()
    parts: tuple[Part, ...] = ()
    edits: tuple[Edit, ...] = ()  # from the text to what a person sees of it
    warnings: tuple[str, ...] = ()  # what could not be read, each a short sentence
    encoding: str = "utf-8"  # the codec of the file, where its text is decoded by one


class Format(Protocol):
    """A kind of file. Its name and version are part of what an index knows a document by."""

    name: str  # "html"
    media_type: str  # "text/html"
    suffixes: frozenset[str]  # in lower case, with the dot
    version: int  # raised when the same bytes give another text
    is_guarded: bool  # read in a process of its own: a native library, or content that is packed

    def fits(self, data: bytes) -> bool:
        """Return whether the content is of this kind for sure, whatever its file is called."""

    def extract(self, data: bytes) -> Extracted:
        """Return the text of a file's bytes.

        Raises:
            SourceError: it is damaged, encrypted or without text; the message is the bare reason,
                the hint the way out.
        """
