"""What was read of files, on disk until it is indexed: no build holds all texts in memory."""

from __future__ import annotations

import functools
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from rag.index.article_wire import decode_article, encode_article
from rag.index.catalog_tables import make_document_row, make_placeholders, pack, unpack_document
from rag.index.readings import encode_reading
from rag.models.tokenizer import get_tokenizer
from rag.reading.articles import find_articles
from rag.reading.file_records import describe_warnings
from rag.reading.publishers import find_publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from types import TracebackType

    from rag.reading.extraction import ReadFile
    from rag.records import Article, Document

    DetectLanguage = Callable[[str], str]

_FEW_FILES = 2  # up to so many take less time than the whole vocabulary; chosen by hand
_KEPT_SAMPLES = 4  # texts whose language is remembered; chosen by hand
_MEMORY = (
    -32_768
)  # kilobytes, below zero as SQLite has it; chosen by hand: what is more, is on disk
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, path BLOB, text BLOB, sha256 TEXT, media_type TEXT, encoding TEXT,
    format TEXT, format_version INTEGER, places BLOB, edits BLOB, reading TEXT
);
CREATE TABLE articles (document INTEGER, start INTEGER, id TEXT, said BLOB);
CREATE INDEX paths ON documents (path);
CREATE INDEX article_places ON articles (document, start);
"""
_DOCUMENT = "path, text, sha256, media_type, encoding, format, format_version, places, edits"


class Story(NamedTuple):
    """A story to index and where it stands; one that was not read is in the index before."""

    path: str
    start: int
    end: int
    id: str
    is_read: bool


class Spool:
    """The stories of files, found as each file is read; their texts wait in a file of SQLite.

    It has no name, and is gone with the process, however that ends; what is small stays in memory.
    """

    def __init__(self, publishers: Sequence[tuple[str, str]] = ()) -> None:
        """Open an empty one; ``publishers``: of articles that name none, by pattern of the path."""
        self.publishers = publishers
        self.stories: list[Story] = []  # in the order of reading
        self.warnings: list[str] = []  # what could not be read of the files
        self._files = 0
        self._documents = 0
        self._last_document: tuple[int, Document | None] = (0, None)
        self._detect_language = _make_detector()
        self._database = sqlite3.connect("")
        self._database.execute(f"PRAGMA cache_size = {_MEMORY}")
        self._database.executescript(_SCHEMA)

    def take(self, file: ReadFile) -> None:
        """Take a file over as it was read, with the stories that it holds."""
        self._files += 1
        if self._files == _FEW_FILES + 1:
            get_tokenizer().expect_many()
        articles = find_stories(file, self._detect_language, self.publishers)
        self.stories += map(place_story, articles)
        self.warnings += describe_warnings(file)
        self._write(file.document, articles, encode_reading(file))

    def take_articles(self, articles: Iterable[Article]) -> None:
        """Take articles over whose file is gone: they are no stories of files that were read."""
        by_document: dict[int, list[Article]] = {}
        for article in articles:
            by_document.setdefault(id(article.document), []).append(article)
        for own in by_document.values():
            self._write(own[0].document, own, None)

    def _write(self, document: Document, articles: Sequence[Article], reading: str | None) -> None:
        self._documents += 1
        values = (*make_document_row(self._documents, document), reading)
        self._database.execute(
            f"INSERT INTO documents VALUES ({make_placeholders(values)})", values
        )
        rows = []
        for article in articles:
            row = (self._documents, article.start, article.id, encode_article(article))
            rows.append(row)
        self._database.executemany("INSERT INTO articles VALUES (?, ?, ?, ?)", rows)

    def stories_at(self, path: str) -> list[Article]:
        """Return the articles of the document of this path, in order."""
        stories = []
        for row, said in self._database.execute(
            "SELECT d.row, a.said FROM documents d JOIN articles a ON a.document = d.row"
            " WHERE d.path = ? ORDER BY d.row, a.rowid",
            (pack(path),),
        ):
            document = self._read_document(row)
            stories.append(decode_article(said, document))
        return stories

    def read_article(self, story: Story) -> Article:
        """Return the article of a story that was read, or taken over."""
        row, said = self._database.execute(
            "SELECT d.row, a.said FROM documents d JOIN articles a ON a.document = d.row"
            " WHERE d.path = ? AND a.start = ? AND a.id = ?",
            (pack(story.path), story.start, story.id),
        ).fetchone()
        return decode_article(said, self._read_document(row))

    def _read_document(self, row: int) -> Document:
        """Return a document; that of the last call is kept, as its articles follow each other."""
        kept_row, document = self._last_document
        if document is None or kept_row != row:
            values = self._database.execute(
                f"SELECT {_DOCUMENT} FROM documents WHERE row = ?", (row,)
            ).fetchone()
            document = unpack_document(values)
            self._last_document = (row, document)
        return document

    def list_paths(self) -> list[str]:
        """Return the path of every document."""
        return [path for path, _, _ in self.list_formats()]

    def list_formats(self) -> list[tuple[str, str, int]]:
        """Return path, format and version of the format of every document."""
        rows = self._database.execute("SELECT path, format, format_version FROM documents")
        formats = []
        for path, name, version in rows:
            formats.append((_decode(path), name, version))
        return formats

    def list_readings(self, paths: Collection[str]) -> list[str]:
        """Return what the files of these paths said of themselves, as it is stored."""
        rows = self._database.execute(
            "SELECT path, reading FROM documents WHERE reading IS NOT NULL ORDER BY row"
        )
        return [reading for path, reading in rows if _decode(path) in paths]

    def close(self) -> None:
        """Let go of everything."""
        self._database.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _decode(path: bytes) -> str:
    return path.decode("utf-8", "surrogatepass")


def place_story(article: Article) -> Story:
    """Return where an article that was read stands."""
    return Story(
        article.document.path,
        article.start,
        article.end,
        article.id,
        is_read=True,
    )


def find_stories(
    file: ReadFile,
    detect_language: DetectLanguage | None = None,
    publishers: Sequence[tuple[str, str]] = (),
) -> list[Article]:
    """Return the stories of a file that was read, with a publisher where the table has it."""
    return find_articles(
        file.document,
        language=detect_language or _make_detector(),
        metadata=file.metadata,
        parts=file.parts,
        publisher=find_publisher(file.document.path, publishers),
    )


def _make_detector() -> DetectLanguage:
    """Return what tells the language of a text; of the same text once."""
    # A file that is one article is its own sample.
    return functools.lru_cache(maxsize=_KEPT_SAMPLES)(get_tokenizer().detect_language)
