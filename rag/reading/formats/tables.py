"""Tables of articles: CSV, TSV, JSON and JSON Lines, whose columns are named.

With a column of texts each row is an article, and the other columns are its metadata. Without one
the file is one article, read row by row: "Ville: Lyon · Habitants: 522 250".

The names of columns are those of front matter, in all languages (``[attribution]``).
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import parse_date
from rag.errors import SourceError
from rag.reading.encoding import decode
from rag.reading.formats.base import Extracted, Metadata, Part
from rag.reading.formats.metadata_fields import choose_author, choose_language
from rag.reading.formats.table_records import Record, read_json, read_json_lines, read_separated
from rag.reading.formats.table_rows import describe_row
from rag.reading.formats.text_builder import TextBuilder, clean_block
from rag.reading.language_words import load_folded_words, load_front_matter_fields
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.formats.table_records import Records

_WORD_BREAKS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_LEADING_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]|\Z)")
_TIMESTAMP = re.compile(r"\d{10}(?:\d{3})?")  # seconds or milliseconds
_MIN_TEXT = 40  # characters of a mean text, in a column that is named "text"; chosen by hand
# The names that programs give to columns, beside those that people write at the head of a file.
_PROGRAM_NAMES = {
    "date": ["date", "pub_date", "publish_date", "published_at", "published_date", "timestamp"],
    "publisher": ["source_name", "outlet", "website", "domain", "site_name", "feed"],
    "url": ["uri", "source_url", "article_url", "canonical_url"],
    "author": ["author", "authors", "byline", "creator", "author_name"],
    "language": ["lang", "language", "language_code"],
    "description": ["description", "summary", "abstract", "excerpt", "teaser", "snippet"],
}
_FIELDS = {name: field for field, names in _PROGRAM_NAMES.items() for name in names}
_NO_TEXT = "no row holds text"


class TableFormat:
    """A table of one way to write it."""

    version = 2
    is_guarded = False

    def __init__(self, name: str, media_type: str, suffixes: Sequence[str]) -> None:
        self.name = name
        self.media_type = media_type
        self.suffixes = frozenset(suffixes)

    def fits(self, data: bytes) -> bool:
        """Return False: any text may look like a table, the suffix alone says so."""
        return False

    def extract(self, data: bytes) -> Extracted:
        """Return the rows as articles, or as the sentences of one."""
        text, _ = decode(data)
        read = _READERS[self.name]
        records = read(text)
        if not records.rows:
            raise SourceError(_NO_TEXT)
        columns = _find_columns(records.heads, records.rows)
        if columns.text:
            return _extract_articles(records, columns)
        return _extract_rows(records)


_READERS = {"csv": read_separated, "json": read_json, "jsonl": read_json_lines}
CSV = TableFormat("csv", "text/csv", [".csv", ".tsv", ".tab"])
JSON = TableFormat("json", "application/json", [".json"])
JSON_LINES = TableFormat("jsonl", "application/jsonl", [".jsonl", ".ndjson"])


class _Columns(NamedTuple):
    """Which columns hold what: those of the texts, and one for each field of the metadata."""

    text: list[str]
    fields: dict[str, str]


def _find_columns(heads: Sequence[str], rows: Sequence[Record]) -> _Columns:
    """Return what the columns hold, by their names."""
    text_names = load_folded_words("text_columns")
    known_fields = {**_FIELDS, **load_front_matter_fields()}
    fields: dict[str, str] = {}
    texts = []
    for head in heads:
        name = _normalise_head(head)
        words = name.replace("_", " ")
        if words in text_names:
            texts.append(head)
        elif name in known_fields:
            field = known_fields[name]
            fields.setdefault(field, head)
    # What has a title and a text is an article, however short.
    least = 1 if "title" in fields else _MIN_TEXT
    texts = [head for head in texts if _is_prose(head, rows, least)]
    if texts or "title" not in fields:
        return _Columns(texts, fields)
    # Titles with a summary each are articles, too.
    summary = fields.get("description")
    if summary is not None and _is_prose(summary, rows):
        del fields["description"]
        texts.append(summary)
    return _Columns(texts, fields)


def _normalise_head(head: str) -> str:
    """Return the name of a column folded, its words joined: "pubDate" as pub_date."""
    words = _WORD_BREAKS.split(head)
    words = [word for word in words if word]
    joined = "_".join(words)
    return fold(joined)


def _is_prose(head: str, rows: Sequence[Record], least: int = _MIN_TEXT) -> bool:
    """Return whether the mean length of the cells of a column is at least that of sentences."""
    count = 0
    length = 0
    for row in rows:
        cell = row.cells.get(head)
        if not cell:
            continue
        count += 1
        length += len(cell)
    if count == 0:
        return False
    return length >= least * count


def _extract_articles(records: Records, columns: _Columns) -> Extracted:
    """Return each row as an article: its title, then its text."""
    builder = TextBuilder()
    parts = []
    for row in records.rows:
        text = _join_texts(row, columns)
        if not text:
            continue
        metadata = _read_metadata(row, columns)
        start = builder.next_start
        builder.mark_place("row", row.name)
        title = metadata.title
        if title and not text.startswith(title):
            builder.add_block(title)
        builder.add_block(text)
        part = Part(start, builder.length, metadata)
        parts.append(part)
    if not parts:
        raise SourceError(_NO_TEXT)
    return Extracted(
        builder.text,
        places=builder.places,
        parts=tuple(parts),
        warnings=records.warnings,
    )


def _join_texts(row: Record, columns: _Columns) -> str:
    """Return the texts of a row, a blank line between two."""
    texts = []
    for head in columns.text:
        cell = row.cells.get(head, "")
        text = clean_block(cell)
        if text:
            texts.append(text)
    return "\n\n".join(texts)


def _extract_rows(records: Records) -> Extracted:
    """Return the table as one article, a sentence for each row."""
    builder = TextBuilder()
    for row in records.rows:
        sentence = _describe_record(records, row)
        builder.mark_place("row", row.name)
        builder.add_block(sentence)
    if not builder.text:
        raise SourceError(_NO_TEXT)
    whole = Part(0, builder.length, Metadata())
    return Extracted(
        builder.text,
        places=builder.places,
        parts=(whole,),
        warnings=records.warnings,
    )


def _describe_record(records: Records, row: Record) -> str:
    """Return a row in one line, without the names of columns where they mean nothing."""
    cells = []
    for head in records.heads:
        cell = row.cells.get(head, "")
        words = cell.split()
        cells.append(" ".join(words))
    if records.is_headless:
        return describe_row([], cells)
    return describe_row(records.heads, cells)


def _read_metadata(row: Record, columns: _Columns) -> Metadata:
    """Return what a row says of its article."""
    values = {}
    for field, head in columns.fields.items():
        value = clean_block(row.cells.get(head, ""))
        values[field] = " ".join(value.split()) or None
    language = choose_language(values.get("language"))
    return Metadata(
        title=values.get("title"),
        publisher=values.get("publisher"),
        date=_read_day(values.get("date"), language),
        url=values.get("url"),
        language=language,
        author=choose_author(values.get("author")),
        description=values.get("description"),
    )


def _read_day(text: str | None, language: str | None) -> datetime.date | None:
    """Return the day that a cell gives: in ISO 8601, in words, or in seconds since 1970."""
    if text is None:
        return None
    match = _LEADING_DAY.match(text)
    try:
        if match is not None:
            year, month, day = map(int, match.groups())
            return datetime.date(year, month, day)
        if _TIMESTAMP.fullmatch(text):
            seconds = int(text[:10])
            moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
            return moment.date()
    except ValueError:
        return None
    return parse_date(text, language=language)
