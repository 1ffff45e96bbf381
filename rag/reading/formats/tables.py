"""Tables of articles: CSV, TSV, JSON and JSON Lines, whose columns are named.

With a column of texts each row is an article, and the other columns are its metadata; so it is in
a reading list, which has titles and addresses. Without them the file is one article, read row by
row: "Ville: Lyon · Habitants: 522 250".

The names of columns are those of front matter, in all languages (``[attribution]``).
"""

from __future__ import annotations

import datetime
import html
import re
from typing import TYPE_CHECKING

from rag.dates import parse_date
from rag.errors import SourceError
from rag.reading.encoding import decode
from rag.reading.formats.base import Extracted, Metadata, Part
from rag.reading.formats.fragments import read_fragment
from rag.reading.formats.markdown import find_markup
from rag.reading.formats.metadata_fields import choose_author, choose_language
from rag.reading.formats.table_columns import Columns, find_columns
from rag.reading.formats.table_records import Record, read_json, read_json_lines, read_separated
from rag.reading.formats.table_rows import describe_row
from rag.reading.formats.text_builder import TextBuilder, clean_block
from rag.records import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.formats.table_records import Records

_LEADING_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]|\Z)")
_MARKUP = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:br|p)\s*/?>", re.IGNORECASE)
# Slack writes <https://a.example|the page>, <@U024> and <#C01|general>.
_SLACK_LINK = re.compile(r"<(https?://[^\s|<>]+|[@#][A-Z0-9]+)(?:\|([^<>|]+))?>")
_MARKDOWN_LINK = re.compile(r"\]\(https?://")
_TIMESTAMP = re.compile(r"\d{10}(?:\d{3})?")  # seconds or milliseconds
_NO_TEXT = "no row holds text"


class TableFormat:
    """A table of one way to write it."""

    version = 4
    is_guarded = True  # a text may be HTML

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
        columns = find_columns(records.heads, records.rows)
        if columns.text or columns.is_reading_list:
            return _extract_articles(records, columns)
        return _extract_rows(records)


_READERS = {"csv": read_separated, "json": read_json, "jsonl": read_json_lines}
CSV = TableFormat("csv", "text/csv", [".csv", ".tsv", ".tab"])
JSON = TableFormat("json", "application/json", [".json"])
JSON_LINES = TableFormat("jsonl", "application/jsonl", [".jsonl", ".ndjson"])


def _extract_articles(records: Records, columns: Columns) -> Extracted:
    """Return each row as an article: its title, then its text."""
    builder = TextBuilder()
    parts = []
    for row in records.rows:
        metadata = _read_metadata(row, columns)
        text = _join_texts(row, columns) or _describe_rest(records, row, columns)
        if not text and not (metadata.title and columns.is_reading_list):
            continue
        start = builder.next_start
        builder.mark_place("row", row.name)
        title = metadata.title
        if title and not text.startswith(title):
            builder.add_block(title)
        if text:
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


def _join_texts(row: Record, columns: Columns) -> str:
    """Return the texts of a row, a blank line between two."""
    texts = []
    for head in columns.text:
        cell = row.cells.get(head, "")
        text = _read_text(cell)
        if text:
            texts.append(text)
    return "\n\n".join(texts)


def _read_text(cell: str) -> str:
    """Return the text of a cell as a person sees it, where it is HTML or has links of Markdown."""
    if _SLACK_LINK.search(cell):
        cell = html.unescape(_SLACK_LINK.sub(_name_slack_link, cell))
    if _MARKUP.search(cell):
        return read_fragment(cell)
    if _MARKDOWN_LINK.search(cell):
        document = Document("", cell, "", "text/markdown", edits=find_markup(cell))
        return document.show(0, len(cell)).strip()
    return clean_block(cell)


def _name_slack_link(link: re.Match[str]) -> str:
    return link[2] or link[1]


def _describe_rest(records: Records, row: Record, columns: Columns) -> str:
    """Return in one line what a reading list without texts says of an article beside its metadata.

    When it was saved, in seconds, and empty lists say nothing to a person.
    """
    if columns.text:
        return ""
    known = columns.fields.values()
    heads = []
    told = []
    for head in records.heads:
        if head in known:
            continue
        words = row.cells.get(head, "").split()
        cell = " ".join(words)
        is_told = cell != "[]" and not _TIMESTAMP.fullmatch(cell)
        heads.append(head)
        told.append(cell if is_told else "")
    return describe_row(heads, told)


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


def _read_metadata(row: Record, columns: Columns) -> Metadata:
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
