"""What was read of files, on disk until it is indexed: no build holds all texts in memory."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import WriteError
from rag.index.article_wire import decode_article, encode_json, get_place
from rag.index.catalog_tables import make_placeholders, pack, pack_rows, unpack_document
from rag.index.digested_files import DigestedFile, FileDigester, digest_articles
from rag.models.tokenizer import get_tokenizer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from types import TracebackType

    from rag.reading.extraction import ReadFile
    from rag.reading.file_records import FileResult, NotedFile
    from rag.reading.skipped import SkippedFile
    from rag.records import Article, Document

_FEW_FILES = 2  # up to so many take less time than the whole vocabulary; chosen by hand
# Kilobytes, below zero as SQLite has it; chosen by hand: what is more, is on disk.
_MEMORY = -32_768
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
    Raises WriteError where there is no room for it.
    """

    def __init__(self, publishers: Sequence[tuple[str, str]] = ()) -> None:
        """Open an empty one; ``publishers``: of articles that name none, by pattern of the path."""
        self.publishers = publishers
        self.stories: list[Story] = []  # in the order of reading
        self.warnings: list[str] = []  # what could not be read of the files
        self._digester = FileDigester(publishers)
        self._documents = 0
        self._last_document: tuple[int, Document | None] = (0, None)
        self._database = sqlite3.connect("")
        self._database.execute(f"PRAGMA cache_size = {_MEMORY}")
        self._database.executescript(_SCHEMA)

    def take(self, file: ReadFile) -> NotedFile:
        """Take a file over as it was read, with the stories that it holds."""
        return self.take_digested(self._digester.digest(file))

    def take_digested(self, file: DigestedFile) -> NotedFile:
        """Take a file over whose stories are found already."""
        if self._documents == _FEW_FILES:
            get_tokenizer().expect_many()
        for row in file.articles:
            article_id, start, end = get_place(row)
            story = Story(
                file.path,
                start,
                end,
                article_id,
                is_read=True,
            )
            self.stories.append(story)
        self.warnings += file.warnings
        self._write(file)
        return file.note()

    def take_result(self, result: DigestedFile | SkippedFile) -> FileResult:
        """Take over what a process of its own has read, where it is something."""
        return self.take_digested(result) if isinstance(result, DigestedFile) else result

    def take_articles(self, articles: Iterable[Article]) -> None:
        """Take articles over whose file is gone: they are no stories of files that were read."""
        by_document: dict[int, list[Article]] = {}
        for article in articles:
            by_document.setdefault(id(article.document), []).append(article)
        for own in by_document.values():
            file = digest_articles(own[0].document, own)
            self._write(file)

    def _write(self, file: DigestedFile) -> None:
        self._documents += 1
        values = (
            self._documents,
            pack(file.path),
            pack(file.text),
            file.sha256,
            file.media_type,
            file.encoding,
            file.format,
            file.format_version,
            pack_rows(file.places),
            pack_rows(file.edits),
            file.reading,
        )
        rows = []
        for row in file.articles:
            article_id, start, _ = get_place(row)
            rows.append((self._documents, start, article_id, encode_json(row)))
        placeholders = make_placeholders(values)
        try:
            self._database.execute(f"INSERT INTO documents VALUES ({placeholders})", values)
            self._database.executemany("INSERT INTO articles VALUES (?, ?, ?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise WriteError(
                f"the texts that were read cannot be kept in a temporary file: {error}",
                hint="free some space there, or name another folder: TMPDIR=FOLDER rag index",
            ) from error

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
