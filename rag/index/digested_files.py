"""Files as they wait to be indexed: their text, their stories, and what they say of themselves.

They are values that JSON holds, as a process of its own may have read them.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.index.article_wire import list_article_rows
from rag.index.readings import encode_reading
from rag.models.tokenizer import get_tokenizer
from rag.reading.articles import find_articles
from rag.reading.file_records import NotedFile
from rag.reading.publishers import find_publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.reading.extraction import ReadFile
    from rag.records import Article, Document

    DetectLanguage = Callable[[str], str]

_KEPT_SAMPLES = 4  # texts whose language is remembered; chosen by hand


class DigestedFile(NamedTuple):
    """A file as it was read, with the stories that it holds."""

    path: str
    text: str
    sha256: str
    media_type: str
    encoding: str
    format: str
    format_version: int
    places: Sequence[Any]
    edits: Sequence[Any]
    articles: Sequence[Any]  # see ``article_wire``
    reading: str | None  # see ``readings``
    warnings: Sequence[str]

    def note(self) -> NotedFile:
        """Return what is kept of it to tell later that it has not changed."""
        return NotedFile(self.path, self.sha256, tuple(self.warnings))


class FileDigester:
    """Finds the stories of files as they are read."""

    def __init__(self, publishers: Sequence[tuple[str, str]] = ()) -> None:
        """``publishers``: of articles that name none, by the pattern of their path."""
        self._publishers = publishers
        # A file that is one article is its own sample: its language is told once.
        detect = get_tokenizer().detect_language
        self._detect_language = functools.lru_cache(maxsize=_KEPT_SAMPLES)(detect)

    def digest(self, file: ReadFile) -> DigestedFile:
        """Return a file with its stories."""
        return digest_articles(
            file.document,
            find_stories(file, self._detect_language, self._publishers),
            encode_reading(file),
            NotedFile.of(file).warnings,
        )


def digest_articles(
    document: Document,
    articles: Sequence[Article],
    reading: str | None = None,
    warnings: Sequence[str] = (),
) -> DigestedFile:
    """Return a document with its articles."""
    return DigestedFile(
        document.path,
        document.text,
        document.sha256,
        document.media_type,
        document.encoding,
        document.format,
        document.format_version,
        document.places,
        document.edits,
        list_article_rows(articles),
        reading,
        warnings,
    )


def find_stories(
    file: ReadFile,
    detect_language: DetectLanguage,
    publishers: Sequence[tuple[str, str]] = (),
) -> list[Article]:
    """Return the stories of a file that was read, with a publisher where the table has it."""
    return find_articles(
        file.document,
        language=detect_language,
        metadata=file.metadata,
        parts=file.parts,
        publisher=find_publisher(file.document.path, publishers),
    )
